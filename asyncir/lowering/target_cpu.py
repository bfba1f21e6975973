"""
The CPU: a warp has one lane, a worker thread calls the kernel, the host's functions print, sleep and tell the time.

    @kernel(%params: ptr, %first: i64, %last: i64, %worker: i64)     what a worker calls
    @kernel.body(arguments…, %thread: i64, %worker: i64)             the rt.kernel's body

`%params` points to 8-byte slots with the arguments of a launch. Executor "inline": the body runs for each thread id from `first` to
`last` - 1, and the stop word is looked at every 1024 of them. Otherwise it runs once, with the worker's number as thread id.
"""

from __future__ import annotations

from typing import ClassVar

from xdsl.dialects.builtin import IntegerType, StringAttr, i32, i64
from xdsl.ir import Attribute, Block, Operation, SSAValue

from asyncir.abi import Control
from asyncir.dialects import llvm_ext as llvm
from asyncir.dialects import rt
from asyncir.dialects.gpu_lanes import Reduction, ShuffleMode
from asyncir.dialects.locations import location_of
from asyncir.errors import InputError
from asyncir.lowering.convert.builder import Builder
from asyncir.lowering.convert.parameters import all_raw_types, assemble
from asyncir.lowering.convert.types import PTR, Types
from asyncir.lowering.target import PrintCode, Target

POLL_EVERY = 1024
"""An inline kernel looks at the stop word once in so many instances."""

_SLOT = 8
_PRINTED = {"i64": "asyncir_print_i64", "u64": "asyncir_print_u64", "f32": "asyncir_print_f32", "f64": "asyncir_print_f64"}


class CpuTarget(Target):
    """The host."""

    name: ClassVar[str] = "cpu"
    width: ClassVar[int] = 1
    address_spaces: ClassVar[bool] = False
    scalar_math: ClassVar[bool] = False
    wide_stores: ClassVar[bool] = False
    plain_alignment: ClassVar[int] = 4

    def scope(self, scope: rt.Scope) -> str:
        return llvm.SYSTEM_SCOPE

    # Kernels

    def kernel_inputs(self, kernel: rt.KernelOp, types: Types) -> list[Attribute]:
        return [*types.all(kernel.function_type.inputs.data, kernel), i64, i64]

    def kernel_values(self, b: Builder, kernel: rt.KernelOp) -> list[SSAValue]:
        return list(b.entry.args[:-2])

    def thread_id(self, b: Builder) -> SSAValue:
        return b.entry.args[-2]

    def processor_id(self, b: Builder) -> SSAValue:
        return b.resize(b.entry.args[-1], i32, signed=False)

    def finish_kernel(self, b: Builder, kernel: rt.KernelOp) -> None:
        name = kernel.sym_name.data
        b.function(f"{name}.body", None, linkage="internal")
        outer = Builder(b.symbols, b.types, [PTR, i64, i64, i64], b.location)
        params, first, last, worker = outer.entry.args
        raw = [outer.load(outer.advance(params, _SLOT * slot), type_) for slot, type_ in enumerate(all_raw_types(kernel, b.types))]
        arguments = assemble(outer, kernel, iter(raw))
        if kernel.executor.data == "inline":
            _InlineLoop(outer, name, arguments, first, last, worker).build()
        else:
            outer.call(f"{name}.body", [*arguments, worker, worker])
            outer.add(llvm.ReturnOp())
        outer.function(name, None, linkage="external")

    def shard(self, b: Builder) -> SSAValue:
        """Workers are few: they meet at the lists."""
        return b.integer(0, i32)

    # Memory

    def device_memory(self, b: Builder, address: SSAValue) -> SSAValue:
        return address

    # Lanes

    def lane_id(self, b: Builder) -> SSAValue:
        return b.integer(0)

    def warp_sync(self, b: Builder) -> None:
        """The one lane has met itself."""

    def ballot(self, b: Builder, predicate: SSAValue, type_: IntegerType, blame: Operation) -> SSAValue:
        return b.resize(predicate, type_, signed=False)

    def shuffle(self, b: Builder, mode: ShuffleMode, value: SSAValue, offset: SSAValue, known: int | None) -> tuple[SSAValue, SSAValue]:
        # Of the one lane's neighbours only the one at distance 0 exists, whatever the mode.
        return value, b.compare("eq", offset, b.integer(0, i32))

    def reduce(self, b: Builder, kind: Reduction, value: SSAValue) -> SSAValue:
        return value

    # Stacks

    def stack_base(self, b: Builder, control: SSAValue) -> SSAValue:
        first, size = b.load(b.advance(control, Control.WORKSPACE), PTR), b.load(b.advance(control, Control.WORKSPACE_BYTES), i64)
        return b.advance(first, b.binary(llvm.MulOp, size, self.thread_id(b)))

    def stack_add(self, b: Builder, place: SSAValue, distance: SSAValue) -> SSAValue:
        return b.advance(place, b.resize(distance, i64, signed=True))

    def stack_address(self, b: Builder, place: SSAValue, distance: int) -> SSAValue:
        return b.advance(place, distance)

    # Blocks

    def check_blocks(self, blame: Operation) -> None:
        message = f"'{blame.name}' op: a CPU has no blocks of warps"
        raise InputError(message, location_of(blame), help="use executor dynamic (or auto): roles park and wake")

    # Time

    def pause(self, b: Builder, nanoseconds: int) -> None:
        b.call_outside("asyncir_pause", [b.integer(nanoseconds)])

    def clock(self, b: Builder) -> SSAValue:
        now = b.call_outside("asyncir_clock", [], i64)
        assert now is not None
        return now

    def poll_due(self, b: Builder) -> SSAValue:
        return b.truth(True)

    def has_narrow_atomics(self) -> bool:
        return True

    # Printing

    def print_scalar(self, b: Builder, value: SSAValue, kind: str, blame: Operation) -> None:
        b.call_outside(_PRINTED[kind], [value])

    def print_text(self, b: Builder, code: PrintCode, blame: Operation) -> None:
        b.call_outside("asyncir_print_text", [b.integer(code, i32)])

    def print_string(self, b: Builder, text: str, blame: Operation) -> None:
        name = b.symbols.string(text)
        b.call_outside("asyncir_print_string", [b.add(llvm.AddressOfOp(name, PTR)).result, b.integer(len(text.encode()))])

    def print_array(self, b: Builder, rank: SSAValue, descriptor: SSAValue, element: int, blame: Operation) -> None:
        b.call_outside("asyncir_print_memref", [rank, descriptor, b.integer(element, i32)])

    def tables(self, text: str) -> Operation | None:
        # Weak, so that LLVM keeps it and several programs may be loaded side by side.
        return llvm.GlobalOp("asyncir_tables", _bytes(text), linkage="weak", constant=True, value=StringAttr(text))


def _bytes(text: str) -> Attribute:
    return llvm.LLVMArrayType(len(text.encode()), IntegerType(8))


class _InlineLoop:
    """
    entry:          stop = control = null ? null : load control[STOP]; loop(first)
    loop(thread):   thread < last ? poll : leave
    poll:           thread % 1024 = 1023 and stop != null ? look : body
    look:           *stop != 0 ? leave : body
    body:           call body(thread); loop(thread + 1)
    """

    def __init__(self, b: Builder, name: str, arguments: list[SSAValue], first: SSAValue, last: SSAValue, worker: SSAValue) -> None:
        self.b = b
        self.body_name = f"{name}.body"
        self.arguments = arguments
        self.first = first
        self.last = last
        self.worker = worker

    def build(self) -> None:
        b = self.b
        loop, poll, look, body, leave = Block(arg_types=[i64]), Block(), Block(), Block(), Block()
        stop = self._stop_word(loop)
        b.start(loop)
        thread = loop.args[0]
        b.branch_if(b.compare("slt", thread, self.last), poll, leave)
        b.start(poll)
        due = b.compare("eq", b.binary(llvm.AndOp, thread, b.integer(POLL_EVERY - 1)), b.integer(POLL_EVERY - 1))
        there = b.compare("ne", stop, b.zero(PTR))
        b.branch_if(b.binary(llvm.AndOp, due, there), look, body)
        b.start(look)
        # Pairs with the host's release store of 1; acquire, so that nothing of a later launch is read early.
        word = b.add(llvm.LoadOp(stop, i32, alignment=4, ordering=llvm.Ordering.ACQUIRE)).res
        b.branch_if(b.compare("ne", word, b.integer(0, i32)), leave, body)
        b.start(body)
        b.call(self.body_name, [*self.arguments, thread, self.worker])
        following = b.plus(thread, 1)
        assert isinstance(following, SSAValue)
        b.branch(loop, following)
        b.start(leave)
        b.add(llvm.ReturnOp())

    def _stop_word(self, loop: Block) -> SSAValue:
        """Branch to the loop; the stop word's address, null if there is no control block."""
        b = self.b
        control = self.arguments[-2]
        found, merged = Block(), Block(arg_types=[PTR])
        b.branch_if(b.compare("eq", control, b.zero(PTR)), merged, found, then_values=[control])
        b.start(found)
        b.branch(merged, b.load(b.advance(control, Control.STOP), PTR))
        b.start(merged)
        b.branch(loop, self.first)
        return merged.args[0]
