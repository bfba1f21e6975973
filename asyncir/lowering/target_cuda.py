"""
NVIDIA GPUs: 32 lanes, scopes, special registers; the kernel's parameters are those of `abi.Entry`, one by one.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from xdsl.dialects.builtin import DenseArrayBase, IntAttr, IntegerAttr, IntegerType, StringAttr, UnitAttr, i8, i32, i64
from xdsl.dialects.llvm import LLVMPointerType
from xdsl.ir import Attribute, Operation, SSAValue

from asyncir.abi import Control
from asyncir.chips import chip
from asyncir.dialects import llvm_ext as llvm
from asyncir.dialects import nvvm, rt, rt_block
from asyncir.dialects.gpu_lanes import Reduction, ShuffleMode
from asyncir.dialects.locations import location_of
from asyncir.errors import InputError
from asyncir.lowering import cuda_lanes
from asyncir.lowering.convert.builder import Builder
from asyncir.lowering.convert.parameters import all_raw_types, assemble
from asyncir.lowering.convert.types import Types
from asyncir.lowering.target import PrintCode, Target

MAX_TABLE_BYTES = 1 << 16
"""Longer tables are left out: PTX writes each byte as a number, and a debugger is their only reader."""

_BLOCKS_FROM = 90
_MAX_SLEEP = 1_000_000
_GLOBAL = 1
_SHARED = 3
_GLOBAL_PTR = LLVMPointerType(IntAttr(_GLOBAL))
_SHARED_PTR = LLVMPointerType(IntAttr(_SHARED))
_WORKSPACE = "asyncir_workspace"
"""The block's dynamic shared memory."""
_CONSTANTS = "asyncir_constants"
_CONSTANT_WORDS = 16
"""The control block's two runs of constants, 8 words each (abi.CONTROL_CONSTANTS), as each block has them in shared memory."""
_POLL_PERIOD = 1 << 20
_POLL_WINDOW = 1 << 15
_POLLERS = 32
_SCOPES = {rt.Scope.WORKGROUP: "block", rt.Scope.DEVICE: "device", rt.Scope.SYSTEM: llvm.SYSTEM_SCOPE}


class CudaTarget(Target):
    """An NVIDIA GPU of an architecture such as `sm_90a`."""

    name: ClassVar[str] = "cuda"
    width: ClassVar[int] = 32
    address_spaces: ClassVar[bool] = True
    scalar_math: ClassVar[bool] = True
    wide_stores: ClassVar[bool] = True
    plain_alignment: ClassVar[int] = 8

    def __init__(self, arch: str) -> None:
        digits = arch.removeprefix("sm_").rstrip("af")
        if not arch.startswith("sm_") or not digits.isdigit() or int(digits) < 70:
            raise InputError(f"unknown GPU architecture '{arch}'", help="one from sm_70 on, such as sm_80, sm_90 or sm_90a")
        self.arch = arch
        self.sm = int(digits)
        self.copies_constants = False

    def scope(self, scope: rt.Scope) -> str:
        return _SCOPES[scope]

    # Kernels

    def kernel_inputs(self, kernel: rt.KernelOp, types: Types) -> list[Attribute]:
        return all_raw_types(kernel, types)

    def kernel_values(self, b: Builder, kernel: rt.KernelOp) -> list[SSAValue]:
        values = assemble(b, kernel, iter(b.entry.args))
        if self.copies_constants:
            self._copy_constants(b, values[-2])
        return values

    def begin(self, kernels: Sequence[rt.KernelOp]) -> None:
        self.copies_constants = any(kernel.executor.data == "dynamic" for kernel in kernels)

    def _copy_constants(self, b: Builder, control: SSAValue) -> None:
        """Each lane copies one of the 16 words; all warps of a block write the same."""
        words = llvm.LLVMArrayType(_CONSTANT_WORDS, i64)
        b.symbols.add(llvm.GlobalOp(_CONSTANTS, words, linkage="internal", addr_space=_SHARED), b.location)
        lane = b.add(nvvm.LaneIdOp()).res
        word = b.binary(llvm.AndOp, lane, b.integer(_CONSTANT_WORDS - 1, i32))
        late = b.compare("uge", word, b.integer(8, i32))
        more = b.select(late, b.integer(Control.LANES - 64, i32), b.integer(0, i32))
        eight = b.integer(8, i32)
        distance = b.binary(llvm.MulOp, word, eight)
        source = b.advance(self.device_memory(b, control), b.resize(b.binary(llvm.AddOp, distance, more), i64, signed=False))
        target = b.advance(b.add(llvm.AddressOfOp(_CONSTANTS, _SHARED_PTR)).result, b.resize(distance, i64, signed=False))
        b.store(b.load(source, i64), target)
        self.warp_sync(b)

    def constant(self, b: Builder, control: SSAValue, offset: int) -> SSAValue | None:
        """In the block's shared memory: after each acquire the control block must be fetched from the L2 cache again, where all meet."""
        if not self.copies_constants:
            return None
        place = offset if offset < 64 else offset - Control.LANES + 64
        return b.advance(b.add(llvm.AddressOfOp(_CONSTANTS, _SHARED_PTR)).result, place)

    def finish_kernel(self, b: Builder, kernel: rt.KernelOp) -> None:
        # No pointer is noalias: such reads become ld.global.nc, which is merged across an acquire.
        b.function(kernel.sym_name.data, None, linkage="external", attributes={"nvvm.kernel": UnitAttr(), **self._bounds(kernel)})

    def _bounds(self, kernel: rt.KernelOp) -> dict[str, Attribute]:
        """What ptxas gives out registers for, where the code says how it is launched."""
        warps, blocks = (rt_block.number_of(kernel, name) for name in (rt_block.WARPS, rt_block.BLOCKS_PER_PROCESSOR))
        if kernel.executor.data != rt_block.STATIC or warps is None:
            return {}
        if (size := rt_block.all_block_bytes(kernel)) > (most := chip(self.arch).shared_per_block_optin):
            message = f"a block of @{kernel.sym_name.data} takes {size} bytes of shared memory, {self.arch} has {most}"
            raise InputError(message, location_of(kernel), help="use tile channels with fewer slots, or smaller tiles")
        threads = DenseArrayBase.from_list(i32, [warps * self.width])
        return {"nvvm.reqntid": threads, **({} if blocks is None else {"nvvm.minctasm": IntegerAttr(blocks, i32)})}

    def thread_id(self, b: Builder) -> SSAValue:
        block, threads, thread = (b.add(register()).res for register in (nvvm.CtaidXOp, nvvm.NtidXOp, nvvm.TidXOp))
        first = b.binary(llvm.MulOp, b.resize(block, i64, signed=False), b.resize(threads, i64, signed=False))
        return b.binary(llvm.AddOp, first, b.resize(thread, i64, signed=False))

    def processor_id(self, b: Builder) -> SSAValue:
        return b.add(nvvm.SmIdOp()).res

    def shard(self, b: Builder) -> SSAValue:
        """The lanes of a multiprocessor: its warps share them, as they take turns."""
        processor, lane = b.add(nvvm.SmIdOp()).res, b.add(nvvm.LaneIdOp()).res
        return b.binary(llvm.OrOp, b.binary(llvm.ShlOp, processor, b.integer(5, i32)), lane)

    # Memory

    def device_memory(self, b: Builder, address: SSAValue) -> SSAValue:
        """In the global space: an atomic on a generic address is code for shared and local memory too, 25 instructions, not one."""
        return b.add(llvm.AddrSpaceCastOp(address, _GLOBAL_PTR)).res

    # Lanes

    def lane_id(self, b: Builder) -> SSAValue:
        return b.resize(b.add(nvvm.LaneIdOp()).res, i64, signed=False)

    def warp_sync(self, b: Builder) -> None:
        b.add(nvvm.BarWarpSyncOp(cuda_lanes.full_mask(b)))

    def ballot(self, b: Builder, predicate: SSAValue, type_: IntegerType, blame: Operation) -> SSAValue:
        if type_.width.data < self.width:
            raise InputError(f"'rt.ballot' op: {type_} has no bit for each of {self.width} lanes", location_of(blame))
        mask = b.add(nvvm.VoteSyncOp(nvvm.VoteKind.BALLOT, cuda_lanes.full_mask(b), predicate)).res
        return b.resize(mask, type_, signed=False)

    def shuffle(self, b: Builder, mode: ShuffleMode, value: SSAValue, offset: SSAValue, known: int | None) -> tuple[SSAValue, SSAValue]:
        return cuda_lanes.shuffle(b, mode, value, offset, known)

    def reduce(self, b: Builder, kind: Reduction, value: SSAValue) -> SSAValue:
        return cuda_lanes.reduce(b, kind, value, self.sm)

    # Stacks

    def stack_base(self, b: Builder, control: SSAValue) -> SSAValue:
        """The workspace of warp w of a block is the w-th part of its dynamic shared memory; word 0 of lane l is at 4 * l there."""
        if b.symbols.need(_WORKSPACE):
            b.symbols.add(llvm.GlobalOp(_WORKSPACE, llvm.LLVMArrayType(0, i8), linkage="external", addr_space=_SHARED), b.location)
        start = b.cast(llvm.PtrToIntOp, b.add(llvm.AddressOfOp(_WORKSPACE, _SHARED_PTR)).result, i32)
        thread = b.add(nvvm.TidXOp()).res
        warp, lane = b.binary(llvm.LShrOp, thread, b.integer(5, i32)), b.binary(llvm.AndOp, thread, b.integer(31, i32))
        size = b.resize(b.load(b.advance(control, Control.WORKSPACE_BYTES), i64), i32, signed=False)
        own = b.binary(llvm.AddOp, b.binary(llvm.MulOp, warp, size), b.binary(llvm.MulOp, lane, b.integer(4, i32)))
        return b.binary(llvm.AddOp, start, own)

    def stack_add(self, b: Builder, place: SSAValue, distance: SSAValue) -> SSAValue:
        return b.binary(llvm.AddOp, place, distance)

    def stack_address(self, b: Builder, place: SSAValue, distance: int) -> SSAValue:
        return b.advance(b.cast(llvm.IntToPtrOp, place, _SHARED_PTR), distance)

    # Blocks

    def check_blocks(self, blame: Operation) -> None:
        if self.sm < _BLOCKS_FROM:
            raise InputError(
                f"'{blame.name}' op: sm_{self.sm} has no bulk copies that complete on a barrier",
                location_of(blame),
                help=f"the static executor runs on sm_{_BLOCKS_FROM} and later; use executor dynamic (or auto)",
            )

    # Time

    def pause(self, b: Builder, nanoseconds: int) -> None:
        b.add(nvvm.NanosleepOp(b.integer(min(nanoseconds, _MAX_SLEEP), i32)))

    def clock(self, b: Builder) -> SSAValue:
        return b.add(nvvm.GlobalTimerOp()).res

    def poll_due(self, b: Builder) -> SSAValue:
        """In each window the turn of every 32nd block: more reads over the bus at a time would stall whoever makes them."""
        now = self.clock(b)
        inside = b.compare("ult", b.binary(llvm.AndOp, now, b.integer(_POLL_PERIOD - 1)), b.integer(_POLL_WINDOW))
        window = b.resize(b.binary(llvm.LShrOp, now, b.integer(_POLL_PERIOD.bit_length() - 1)), i32, signed=False)
        blocks, block = b.add(nvvm.NctaidXOp()).res, b.add(nvvm.CtaidXOp()).res
        few = b.select(b.compare("ult", blocks, b.integer(_POLLERS, i32)), blocks, b.integer(_POLLERS, i32))
        turn = b.compare("eq", b.binary(llvm.URemOp, block, few), b.binary(llvm.URemOp, window, few))
        return b.binary(llvm.AndOp, inside, turn)

    def has_narrow_atomics(self) -> bool:
        return False

    # Printing

    def print_scalar(self, b: Builder, value: SSAValue, kind: str, blame: Operation) -> None:
        raise _no_printing(blame)

    def print_text(self, b: Builder, code: PrintCode, blame: Operation) -> None:
        raise _no_printing(blame)

    def print_string(self, b: Builder, text: str, blame: Operation) -> None:
        raise _no_printing(blame)

    def print_array(self, b: Builder, rank: SSAValue, descriptor: SSAValue, element: int, blame: Operation) -> None:
        raise _no_printing(blame)

    def tables(self, text: str) -> Operation | None:
        size = len(text.encode())
        if size > MAX_TABLE_BYTES:
            return None
        array = llvm.LLVMArrayType(size, i8)
        return llvm.GlobalOp("asyncir_tables", array, linkage="external", addr_space=_GLOBAL, constant=True, value=StringAttr(text))


def _no_printing(blame: Operation) -> InputError:
    return InputError(
        "printing from a GPU task needs host calls, which are not available",
        location_of(blame),
        help="run with --target cpu or --target reference",
    )
