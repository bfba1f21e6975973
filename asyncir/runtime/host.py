"""
Compiled code in this process. The only place of the runtime that uses LLVM.

A kernel on the CPU is `void name(ptr slots, i64 first, i64 last, i64 worker)`: `slots` are its arguments in consecutive
8-byte slots, `first` and `last` the range of instances that this call runs (inline executor).
"""

# pyright: reportUnknownMemberType=false, reportUnknownArgumentType=false, reportUnknownVariableType=false, reportMissingTypeStubs=false
from __future__ import annotations

import ctypes
import itertools
import threading
from dataclasses import dataclass
from functools import cache

from llvmlite import binding

from asyncir.abi import Claim, Status
from asyncir.errors import InternalError
from asyncir.runtime.arena import Arena, Census
from asyncir.runtime.host_ir import COUNT_TASKS, HALVES, INTEGER_POWERS, NARROW_FLOATS, WIDE_DIVISION, forget_word, new_thread_key, system
from asyncir.runtime.prints import addresses

KernelFunction = ctypes.CFUNCTYPE(None, ctypes.c_void_p, ctypes.c_int64, ctypes.c_int64, ctypes.c_int64)

_SUPPORT = "asyncir_support"
_EXPORTED = (
    "asyncir_pause", "asyncir_clock", "asyncir_count_tasks", "__truncsfbf2", "__truncdfbf2", "__truncdfhf2",
    "__udivti3", "__umodti3", "__divti3", "__modti3", "__extendhfsf2", "__truncsfhf2", "__powisf2", "__powidf2",
)  # fmt: skip
_CountFunction = ctypes.CFUNCTYPE(None, ctypes.c_void_p, ctypes.c_int64, ctypes.c_void_p)


class HostKernel:
    """A kernel as code of this process, from a position-independent object file."""

    def __init__(self, image: bytes, name: str) -> None:
        self.name = name
        with _lock:
            jit = _jit()
            builder = binding.JITLibraryBuilder().add_object_img(image).add_current_process().add_jit_library(_SUPPORT)
            for symbol, address in addresses().items():
                builder.import_symbol(symbol, address)
            try:
                self._tracker = builder.export_symbol(name).link(jit.compiler, f"asyncir_kernel_{next(_numbers)}")
            except RuntimeError as error:
                raise InternalError(f"@{name} cannot be linked for the CPU: {error}") from error
        self.function = KernelFunction(self._tracker[name])


_lock = threading.Lock()
"""The JIT takes one library at a time."""

_numbers = itertools.count()
"""A JIT's library names are never used twice."""


@dataclass(frozen=True)
class _Jit:
    """The process's JIT with the functions every kernel may call."""

    compiler: binding.LLJIT
    support: binding.ResourceTracker
    pauses: int
    """The key under which a thread keeps its last idle pause."""


@cache
def _jit() -> _Jit:
    binding.initialize_native_target()
    binding.initialize_native_asmprinter()
    compiler = binding.create_lljit_compiler(suppress_errors=True)
    builder = binding.JITLibraryBuilder().add_current_process()
    pauses = new_thread_key()
    for text in (system(pauses), COUNT_TASKS, NARROW_FLOATS + HALVES, WIDE_DIVISION, INTEGER_POWERS):
        builder.add_ir(text)
    for name in _EXPORTED:
        builder.export_symbol(name)
    return _Jit(compiler, builder.link(compiler, _SUPPORT), pauses)


def processor() -> str:
    """This machine's processor as LLVM sees it, for which an object file was made: its system, its name and what it can do."""
    return f"{binding.get_process_triple()} {binding.get_host_cpu_name()} {binding.get_host_cpu_features().flatten()}"


def forget_pauses() -> None:
    """The calling thread, which has run a kernel, is as new: its idle pauses begin short again."""
    forget_word(_jit().pauses)


def count_tasks(arena: Arena) -> Census:
    """`arena.count_tasks` at some nanoseconds an object."""
    with _lock:
        function = _CountFunction(_jit().support["asyncir_count_tasks"])
    out = (ctypes.c_int64 * (Claim.REPORT_MASK + 2))()
    function(arena.address(), arena.used, ctypes.addressof(out))
    return Census(out[Status.READY], out[Status.RUNNING], out[Status.WAITING], out[Claim.REPORT_MASK + 1])
