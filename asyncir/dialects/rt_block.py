"""
The `rt` dialect's blocks: warps that share memory, barriers and asynchronous bulk copies. Only in kernels of the static executor.

A block runs one instance, with `task.warps` warps and `task.block_bytes` bytes of block memory (attributes of the kernel). That memory is
not initialised. Arrays in it have the type `memref<…, #gpu.address_space<workgroup>>` (`rt.memref` of an address in it).

*Barriers* are 8 bytes of block memory. A barrier goes through phases 0, 1, 2, …; the parity of phase k is k & 1. A phase is over when
`count` lanes have arrived in it and all bytes that it was told to expect were copied. Who waits for parity p waits until the phase of that
parity is over: before the first phase ends, waiting for parity 1 is over at once, and nobody may be two phases behind.

*Bulk copies* move multiples of 16 bytes between addresses that are multiples of 16, asynchronously, and need no lane. Loads complete on
a barrier, stores in groups of the lane that started them. Order of memory: what a wait on a barrier has seen ended, arrivals and copies,
comes before what is behind the wait. Ordinary stores come before a bulk store that reads them if a `rt.proxy_fence` in the lane that
stored, and a barrier where other lanes store, stand between. A lane that has read block memory arrives on a barrier before a bulk load
overwrites it.

No op here suspends: a wait is a loop around `rt.barrier_try_wait`, which looks at `rt.block_leaves` where it finds the phase not over. A
wait that is over at once does not look, so a role in a long loop looks now and then beside its waits, or nobody can stop it:

    ^wait:  %done = rt.barrier_try_wait %barrier, %parity
            cf.cond_br %done, ^go, ^look
    ^look:  %leave = rt.block_leaves
            cf.cond_br %leave, ^out, ^wait

Nothing may still copy into or out of block memory when a block ends. `rt.return`, `cf.assert` and `task.fail` end a warp where they stand,
so a role that makes copies first waits for them on each of its ways out, the normal one too: who would wait for them may have left.
"""

from __future__ import annotations

from xdsl.dialects.builtin import IndexType, IntegerAttr, UnitAttr, i1, i32, i64
from xdsl.ir import Operation, SSAValue
from xdsl.irdl import (
    IRDLOperation,
    ParsePropInAttrDict,
    irdl_op_definition,
    operand_def,
    opt_prop_def,
    prop_def,
    result_def,
    traits_def,
)
from xdsl.traits import Pure
from xdsl.utils.exceptions import VerifyException

from asyncir.dialects.memory_effects import ReadWrite
from asyncir.dialects.rt_types import PtrType

WARPS = "task.warps"
"""On a kernel: the warps of a block (i32); makes it one of the static executor."""

BLOCK_BYTES = "task.block_bytes"
"""On such a kernel: the bytes of block memory that `rt.block_memory` gives out (i64)."""

BLOCKS_PER_PROCESSOR = "task.blocks_per_processor"
"""On such a kernel, if there: how many blocks a multiprocessor must have room for (i32), so that registers are given out accordingly."""

STATIC = "static"
"""The executor that runs blocks."""

MAX_WARPS = 32
MAX_BLOCK_BYTES = 1 << 20
"""More than any chip has; what a chip has is asked where code is made for it."""

MAX_ARRIVALS = (1 << 20) - 1
BARRIER_BYTES = 8
COPY_UNIT = 16
"""Bulk copies: what addresses and sizes are multiples of."""


def number_of(kernel: Operation, name: str) -> int | None:
    """What one of the attributes above says; None if it is not there."""
    attribute = kernel.attributes.get(name)
    return attribute.value.data if isinstance(attribute, IntegerAttr) else None


def failure_word(kernel: Operation) -> int:
    """Where in block memory the word is that `rt.fail_block` sets: the executor's own, behind what the kernel asks for."""
    return -(-(number_of(kernel, BLOCK_BYTES) or 0) // COPY_UNIT) * COPY_UNIT


def all_block_bytes(kernel: Operation) -> int:
    """The bytes of block memory that a launch gives to each block."""
    return failure_word(kernel) + COPY_UNIT


@irdl_op_definition
class WarpInBlockOp(IRDLOperation):
    """
    The number of this warp in its block, the same in all its lanes.

    ```mlir
    %w = rt.warp_in_block : i32
    ```
    """

    name = "rt.warp_in_block"
    result = result_def(i32)
    assembly_format = "attr-dict `:` type($result)"
    traits = traits_def(Pure())

    def __init__(self) -> None:
        super().__init__(result_types=[i32])


@irdl_op_definition
class BlockIdOp(IRDLOperation):
    """
    The number of this block in the launch.

    ```mlir
    %b = rt.block_id : index
    ```
    """

    name = "rt.block_id"
    result = result_def(IndexType)
    assembly_format = "attr-dict `:` type($result)"
    traits = traits_def(Pure())

    def __init__(self) -> None:
        super().__init__(result_types=[IndexType()])


@irdl_op_definition
class BlockMemoryOp(IRDLOperation):
    """
    The address of the byte at an offset in block memory, which itself starts at a multiple of 128.

    ```mlir
    %p = rt.block_memory {offset = 256 : i64} : !rt.ptr
    ```
    """

    name = "rt.block_memory"
    offset = prop_def(IntegerAttr)
    result = result_def(PtrType)
    assembly_format = "attr-dict `:` type($result)"
    irdl_options = (ParsePropInAttrDict(),)
    traits = traits_def(Pure())

    def __init__(self, offset: int) -> None:
        super().__init__(properties={"offset": IntegerAttr(offset, i64)}, result_types=[PtrType()])

    @property
    def bytes(self) -> int:
        """The offset."""
        return self.offset.value.data

    def verify_(self) -> None:
        if self.offset.type != i64 or self.bytes < 0:
            raise VerifyException(f"'{self.name}' op offset must be an i64 and not negative, got {self.offset}")


@irdl_op_definition
class BlockSyncOp(IRDLOperation):
    """
    All warps of the block meet; what each did to memory before is seen by all after.

    ```mlir
    rt.block_sync
    ```
    """

    name = "rt.block_sync"
    assembly_format = "attr-dict"
    traits = traits_def(ReadWrite())

    def __init__(self) -> None:
        super().__init__()


@irdl_op_definition
class BarrierInitOp(IRDLOperation):
    """
    Makes a barrier in phase 0, of which every phase takes `count` arrivals. By one lane, before a `rt.block_sync`; the address is a
    multiple of 8.

    ```mlir
    rt.barrier_init %p {count = 2 : i32}
    ```
    """

    name = "rt.barrier_init"
    barrier = operand_def(PtrType)
    count = prop_def(IntegerAttr)
    assembly_format = "$barrier attr-dict"
    irdl_options = (ParsePropInAttrDict(),)
    traits = traits_def(ReadWrite())

    def __init__(self, barrier: SSAValue, count: int) -> None:
        super().__init__(operands=[barrier], properties={"count": IntegerAttr(count, i32)})

    def verify_(self) -> None:
        if self.count.type != i32 or not 1 <= self.count.value.data <= MAX_ARRIVALS:
            raise VerifyException(f"'{self.name}' op count must be an i32 between 1 and {MAX_ARRIVALS}, got {self.count}")


@irdl_op_definition
class BarrierArriveOp(IRDLOperation):
    """
    One arrival in the barrier's phase, by each lane that runs it: a release at the block's scope. Pairs with `rt.barrier_try_wait`.

    ```mlir
    rt.barrier_arrive %p
    ```
    """

    name = "rt.barrier_arrive"
    barrier = operand_def(PtrType)
    assembly_format = "$barrier attr-dict"
    traits = traits_def(ReadWrite())

    def __init__(self, barrier: SSAValue) -> None:
        super().__init__(operands=[barrier])


@irdl_op_definition
class BarrierExpectOp(IRDLOperation):
    """
    The barrier's phase takes that many bytes more, which copies bring. By one lane, before it arrives.

    ```mlir
    rt.barrier_expect %p, %bytes
    ```
    """

    name = "rt.barrier_expect"
    barrier = operand_def(PtrType)
    size = operand_def(i32)
    assembly_format = "$barrier `,` $size attr-dict"
    traits = traits_def(ReadWrite())

    def __init__(self, barrier: SSAValue, size: SSAValue) -> None:
        super().__init__(operands=[barrier, size])


@irdl_op_definition
class BarrierTryWaitOp(IRDLOperation):
    """
    Whether the barrier's phase of that parity is over: then an acquire at the block's scope. May wait for it a little. Lanes that ask
    may get different answers.

    ```mlir
    %done = rt.barrier_try_wait %p, %parity
    ```
    """

    name = "rt.barrier_try_wait"
    barrier = operand_def(PtrType)
    parity = operand_def(i1)
    result = result_def(i1)
    assembly_format = "$barrier `,` $parity attr-dict"
    traits = traits_def(ReadWrite())

    def __init__(self, barrier: SSAValue, parity: SSAValue) -> None:
        super().__init__(operands=[barrier, parity], result_types=[i1])


@irdl_op_definition
class BulkLoadOp(IRDLOperation):
    """
    Starts a copy from global to block memory, by each lane that runs it; its bytes count on the barrier. 0 bytes: nothing.

    ```mlir
    rt.bulk_load %to, %from, %bytes, %barrier
    ```
    """

    name = "rt.bulk_load"
    destination = operand_def(PtrType)
    source = operand_def(PtrType)
    size = operand_def(i32)
    barrier = operand_def(PtrType)
    assembly_format = "$destination `,` $source `,` $size `,` $barrier attr-dict"
    traits = traits_def(ReadWrite())

    def __init__(self, destination: SSAValue, source: SSAValue, size: SSAValue, barrier: SSAValue) -> None:
        super().__init__(operands=[destination, source, size, barrier])


@irdl_op_definition
class BulkStoreOp(IRDLOperation):
    """
    Starts a copy from block to global memory, by each lane that runs it, in the lane's open group. 0 bytes: nothing.

    ```mlir
    rt.bulk_store %to, %from, %bytes
    ```
    """

    name = "rt.bulk_store"
    destination = operand_def(PtrType)
    source = operand_def(PtrType)
    size = operand_def(i32)
    assembly_format = "$destination `,` $source `,` $size attr-dict"
    traits = traits_def(ReadWrite())

    def __init__(self, destination: SSAValue, source: SSAValue, size: SSAValue) -> None:
        super().__init__(operands=[destination, source, size])


@irdl_op_definition
class BulkCommitOp(IRDLOperation):
    """
    Closes the lane's open group of bulk stores.

    ```mlir
    rt.bulk_commit
    ```
    """

    name = "rt.bulk_commit"
    assembly_format = "attr-dict"
    traits = traits_def(ReadWrite())

    def __init__(self) -> None:
        super().__init__()


@irdl_op_definition
class BulkWaitOp(IRDLOperation):
    """
    Waits until at most `pending` of the lane's groups are under way. `read`: until those have read block memory, so that it may be written;
    else until what they wrote is there.

    ```mlir
    rt.bulk_wait {pending = 1 : i32, read}
    ```
    """

    name = "rt.bulk_wait"
    pending = prop_def(IntegerAttr)
    read = opt_prop_def(UnitAttr)
    assembly_format = "attr-dict"
    irdl_options = (ParsePropInAttrDict(),)
    traits = traits_def(ReadWrite())

    def __init__(self, pending: int = 0, *, read: bool = False) -> None:
        super().__init__(properties={"pending": IntegerAttr(pending, i32), "read": UnitAttr() if read else None})

    def verify_(self) -> None:
        if self.pending.type != i32 or self.pending.value.data < 0:
            raise VerifyException(f"'{self.name}' op pending must be an i32 and not negative, got {self.pending}")


@irdl_op_definition
class ProxyFenceOp(IRDLOperation):
    """
    What this lane stored in block memory so far, or has seen through a barrier, is seen by bulk copies that start behind it.

    ```mlir
    rt.proxy_fence
    ```
    """

    name = "rt.proxy_fence"
    assembly_format = "attr-dict"
    traits = traits_def(ReadWrite())

    def __init__(self) -> None:
        super().__init__()


@irdl_op_definition
class BlockFailedOp(IRDLOperation):
    """
    Whether a warp of the block has run `rt.fail_block`. Lanes that ask may get different answers.

    ```mlir
    %failed = rt.block_failed
    ```
    """

    name = "rt.block_failed"
    result = result_def(i1)
    assembly_format = "attr-dict"
    traits = traits_def(ReadWrite())

    def __init__(self) -> None:
        super().__init__(result_types=[i1])


@irdl_op_definition
class FailBlockOp(IRDLOperation):
    """
    Tells the block's other warps that the instance has ended.

    ```mlir
    rt.fail_block
    ```
    """

    name = "rt.fail_block"
    assembly_format = "attr-dict"
    traits = traits_def(ReadWrite())

    def __init__(self) -> None:
        super().__init__()


@irdl_op_definition
class BlockLeavesOp(IRDLOperation):
    """
    Whether the block has to end before its work is done: a warp of it failed, or the launch is being stopped. For loops that wait; each
    lane asks for itself. Gone after expand-executor, which says what it means.

    ```mlir
    %leave = rt.block_leaves
    ```
    """

    name = "rt.block_leaves"
    result = result_def(i1)
    assembly_format = "attr-dict"
    traits = traits_def(ReadWrite())

    def __init__(self) -> None:
        super().__init__(result_types=[i1])


OPS: list[type[IRDLOperation]] = [
    BarrierArriveOp,
    BarrierExpectOp,
    BarrierInitOp,
    BarrierTryWaitOp,
    BlockFailedOp,
    BlockIdOp,
    BlockLeavesOp,
    BlockMemoryOp,
    BlockSyncOp,
    BulkCommitOp,
    BulkLoadOp,
    BulkStoreOp,
    BulkWaitOp,
    FailBlockOp,
    ProxyFenceOp,
    WarpInBlockOp,
]
"""All ops of this file."""

EACH_LANE = (BarrierTryWaitOp, BlockFailedOp, BlockLeavesOp)
"""Ops whose results may differ between the lanes of a warp."""
