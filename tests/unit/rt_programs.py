"""
Programs at the `rt` level for the tests of rt-to-llvm: one kernel that evaluates many small pieces of code on the CPU.

A piece reads its inputs as `%i0`, `%i1`, … and defines its outputs as `%o0`, `%o1`, …; inputs come from memory, so that nothing is
folded before the code runs.
"""

from __future__ import annotations

import ctypes
import re
import shutil
import struct
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass

from xdsl.dialects.builtin import ModuleOp

from asyncir.dialects.context import make_context
from asyncir.dialects.parsing import parse_module
from asyncir.dialects.printing import print_module
from asyncir.lowering.codegen import compile_object, compile_ptx
from asyncir.lowering.llvm_target import NVPTX
from asyncir.lowering.llvm_text import module_to_llvm_ir
from asyncir.lowering.rt_to_llvm import RtToLlvmPass
from asyncir.runtime.host import HostKernel

Number = int | float
Value = Number | tuple[Number, ...]

_FORMATS = {"i1": "?", "i8": "b", "i16": "h", "i32": "i", "i64": "q", "index": "q", "f16": "e", "f32": "f", "f64": "d"}
_VECTOR = re.compile(r"vector<(\d+)x(\w+)>")
SLOT = 32


@dataclass(frozen=True)
class Piece:
    """Some operations with the types of their inputs and outputs, the inputs' values and what comes out."""

    code: str
    inputs: tuple[tuple[str, Value], ...]
    outputs: tuple[tuple[str, Value], ...]


def _format(type_: str) -> str:
    if (found := _VECTOR.fullmatch(type_)) is not None:
        return f"<{found.group(1)}{_FORMATS[found.group(2)]}"
    return f"<{_FORMATS[type_]}"


def _pack(type_: str, value: Value) -> bytes:
    return struct.pack(_format(type_), *(value if isinstance(value, tuple) else (value,)))


def _unpack(type_: str, data: bytes) -> Value:
    form = _format(type_)
    values = struct.unpack(form, data[: struct.calcsize(form)])
    return values if type_.startswith("vector") else values[0]


def kernel_text(pieces: Sequence[Piece]) -> str:
    """All pieces in one kernel; input and output number n of all lie at n * SLOT."""
    lines: list[str] = []
    inputs = outputs = 0
    for number, piece in enumerate(pieces):
        code = re.sub(r"%(\w+)", lambda found, n=number: f"%p{n}_{found.group(1)}", piece.code)
        code = re.sub(r"\^(\w+)", lambda found, n=number: f"^p{n}_{found.group(1)}", code)
        for index, (type_, _) in enumerate(piece.inputs):
            lines.append(f"  %p{number}_i{index} = rt.load %in[{inputs * SLOT} : i64] : {type_}")
            inputs += 1
        lines += [f"  {line.strip()}" for line in code.strip().splitlines()]
        for index, (type_, _) in enumerate(piece.outputs):
            lines.append(f"  rt.store %p{number}_o{index}, %out[{outputs * SLOT} : i64] : {type_}")
            outputs += 1
    return "\n".join(
        [
            "rt.kernel @k(%data: memref<?xi8>, %out: !rt.ptr, %control: !rt.ptr, %instances: index)",
            '    attributes {executor = "dynamic", why = "a test", scope = "lane", results = [i64]} {',
            "  %in = rt.memref_ptr %data : memref<?xi8>",
            *lines,
            "  rt.return",
            "}",
        ]
    )


def parse(text: str) -> ModuleOp:
    module = parse_module(text, "test.mlir", make_context())
    module.verify()
    return module


def lower(text: str, target: str = "cpu", arch: str = "sm_90") -> ModuleOp:
    """A module at the `rt` level, lowered and verified."""
    module = parse(text)
    RtToLlvmPass(target=target, arch=arch).apply(make_context(), module)
    module.verify()
    return module


def llvm_ir(text: str, target: str = "cpu", arch: str = "sm_90") -> str:
    return module_to_llvm_ir(lower(text, target, arch), triple=NVPTX.triple if target == "cuda" else "")


def ptx(text: str, arch: str = "sm_90") -> str:
    return compile_ptx(llvm_ir(text, "cuda", arch), arch)


def call(text: str, slots: Sequence[int], first: int = 0, last: int = 1, worker: int = 0, name: str = "k") -> None:
    """Compile for the CPU and call the kernel as a worker does; each slot is eight bytes as an unsigned number."""
    kernel = HostKernel(compile_object(llvm_ir(text)), name)
    array = (ctypes.c_uint64 * max(1, len(slots)))(*slots)
    kernel.function(ctypes.addressof(array), first, last, worker)


def evaluate(pieces: Sequence[Piece]) -> list[list[Value]]:
    """What each piece's outputs are on the CPU."""
    given = [pair for piece in pieces for pair in piece.inputs]
    wanted = [pair for piece in pieces for pair in piece.outputs]
    data = ctypes.create_string_buffer(b"".join(_pack(*pair).ljust(SLOT, b"\0") for pair in given), len(given) * SLOT or 1)
    out = ctypes.create_string_buffer(len(wanted) * SLOT)
    call(kernel_text(pieces), [ctypes.addressof(data), len(given) * SLOT, ctypes.addressof(out), 0, 1])
    values = iter([_unpack(type_, out.raw[SLOT * index : SLOT * (index + 1)]) for index, (type_, _) in enumerate(wanted)])
    return [[next(values) for _ in piece.outputs] for piece in pieces]


MLIR_TRANSLATE = shutil.which("mlir-translate-22") or shutil.which("mlir-translate")
PTXAS = shutil.which("ptxas")


def translate(module: ModuleOp) -> str:
    """What MLIR makes of the lowered module; an AssertionError with its message if it refuses it."""
    assert MLIR_TRANSLATE is not None
    text = print_module(module, generic=True)
    done = subprocess.run([MLIR_TRANSLATE, "--mlir-to-llvmir"], input=text, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def assemble(text: str, arch: str, out: str) -> None:
    """Assemble PTX; an AssertionError with ptxas's message if it refuses it."""
    assert PTXAS is not None
    done = subprocess.run([PTXAS, f"-arch={arch}", "-", "-o", out], input=text, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
