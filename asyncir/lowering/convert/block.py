"""
Blocks of the static executor: block memory is the block's dynamic shared memory, barriers are mbarriers, bulk copies are cp.async.bulk.

What is behind the kernel's `task.block_bytes`, at the next multiple of 16, is the executor's own: the word that says that a warp failed.
"""

from __future__ import annotations

from collections.abc import Mapping

from xdsl.dialects.builtin import IntAttr, i8, i32, i64
from xdsl.dialects.llvm import LLVMPointerType
from xdsl.ir import Block, Operation, SSAValue

from asyncir.dialects import llvm_ext as llvm
from asyncir.dialects import nvvm, nvvm_block, rt, rt_block
from asyncir.dialects.llvm_ext import Ordering
from asyncir.dialects.locations import location_of
from asyncir.errors import InputError
from asyncir.lowering.convert.lowering import Handler, Lowering
from asyncir.lowering.convert.types import PTR

SHARED_PTR = LLVMPointerType(IntAttr(nvvm_block.SHARED))
_GLOBAL_PTR = LLVMPointerType(IntAttr(nvvm_block.GLOBAL))
_MEMORY = "asyncir_block_memory"
_ALIGNMENT = 128
_WARP_SHIFT = 5


def _kernel(lw: Lowering, op: Operation) -> rt.KernelOp:
    """The kernel that the op stands in; an error where that is not run by blocks."""
    parent = op.parent_op()
    if not isinstance(parent, rt.KernelOp) or not is_in_block(op):
        raise InputError(f"'{op.name}' op stands in kernels of the static executor only", location_of(op))
    lw.target.check_blocks(op)
    return parent


def _memory(lw: Lowering, offset: int, op: Operation) -> SSAValue:
    """The address in shared memory of a byte of the block's."""
    _kernel(lw, op)
    b = lw.b
    if b.symbols.need(_MEMORY):
        array = llvm.LLVMArrayType(0, i8)
        memory = llvm.GlobalOp(_MEMORY, array, linkage="external", addr_space=nvvm_block.SHARED, alignment=_ALIGNMENT)
        b.symbols.add(memory, b.location)
    return b.advance(b.add(llvm.AddressOfOp(_MEMORY, SHARED_PTR)).result, offset)


def shared_address(lw: Lowering, address: SSAValue) -> SSAValue:
    """
    An address in block memory as one of shared memory. Where it is seen how it is computed, it is computed there again, so that no cast
    stands between the code and the instructions for shared memory.
    """
    owner = address.owner
    if isinstance(owner, rt_block.BlockMemoryOp):
        return _memory(lw, owner.bytes, owner)
    if isinstance(owner, rt.PtrAddOp) and _is_block_memory(owner.address):
        return lw.b.advance(shared_address(lw, owner.address), lw.value(owner.distance))
    return lw.b.add(llvm.AddrSpaceCastOp(lw.value(address), SHARED_PTR)).res


def _is_block_memory(address: SSAValue) -> bool:
    owner = address.owner
    while isinstance(owner, rt.PtrAddOp):
        owner = owner.address.owner
    return isinstance(owner, rt_block.BlockMemoryOp)


def is_in_block(op: Operation) -> bool:
    """Whether the op stands in a kernel that is run by blocks: there an address may be one of block memory."""
    parent = op.parent_op()
    return isinstance(parent, rt.KernelOp) and parent.executor.data == rt_block.STATIC


def accessed(lw: Lowering, address: SSAValue, op: Operation) -> SSAValue:
    """An address as an access to it needs it: of the space in which it is, where that is known."""
    if not is_in_block(op):
        return lw.target.device_memory(lw.b, lw.value(address))
    if _is_block_memory(address):
        return shared_address(lw, address)
    return lw.target.device_memory(lw.b, lw.value(address)) if _is_given(address) else lw.value(address)


def _is_given(address: SSAValue) -> bool:
    """Whether an address is computed from the kernel's own arguments."""
    owner = address.owner
    while isinstance(owner, rt.PtrAddOp):
        address = owner.address
        owner = address.owner
    return isinstance(owner, Block) and owner.parent is not None and owner.parent.first_block is owner


def _global_address(lw: Lowering, address: SSAValue) -> SSAValue:
    return lw.b.add(llvm.AddrSpaceCastOp(lw.value(address), _GLOBAL_PTR)).res


def _block_memory(lw: Lowering, op: Operation) -> None:
    assert isinstance(op, rt_block.BlockMemoryOp)
    lw.set(op.result, lw.b.add(llvm.AddrSpaceCastOp(_memory(lw, op.bytes, op), PTR)).res)


def _warp_in_block(lw: Lowering, op: Operation) -> None:
    """Read from lane 0, so that ptxas knows that it is the same in all lanes."""
    _kernel(lw, op)
    b = lw.b
    own = b.binary(llvm.LShrOp, b.add(nvvm.TidXOp()).res, b.integer(_WARP_SHIFT, i32))
    mask, clamp = b.integer(nvvm.FULL_MASK, i32), b.integer(lw.target.width - 1, i32)
    lw.set(op.results[0], b.add(nvvm.ShflSyncOp(nvvm.ShflKind.IDX, mask, own, b.integer(0, i32), clamp)).res)


def _block_id(lw: Lowering, op: Operation) -> None:
    _kernel(lw, op)
    lw.set(op.results[0], lw.b.resize(lw.b.add(nvvm.CtaidXOp()).res, i64, signed=False))


def _block_sync(lw: Lowering, op: Operation) -> None:
    """All lanes of a warp must come to the instruction together: those that parted before meet first."""
    _kernel(lw, op)
    lw.target.warp_sync(lw.b)
    lw.b.add(nvvm.Barrier0Op())


def _barrier_init(lw: Lowering, op: Operation) -> None:
    """One fence behind several."""
    assert isinstance(op, rt_block.BarrierInitOp)
    _kernel(lw, op)
    b = lw.b
    b.add(nvvm_block.MbarrierInitOp(shared_address(lw, op.barrier), b.integer(op.count.value.data, i32)))
    later = op.next_op
    while later is not None and not isinstance(later, rt_block.BarrierInitOp):
        later = later.next_op
    if later is None:
        b.add(nvvm_block.FenceMbarrierInitOp())


def _barrier_arrive(lw: Lowering, op: Operation) -> None:
    assert isinstance(op, rt_block.BarrierArriveOp)
    _kernel(lw, op)
    lw.b.add(nvvm_block.MbarrierArriveOp(shared_address(lw, op.barrier)))


def _barrier_expect(lw: Lowering, op: Operation) -> None:
    assert isinstance(op, rt_block.BarrierExpectOp)
    _kernel(lw, op)
    lw.b.add(nvvm_block.MbarrierExpectTxOp(shared_address(lw, op.barrier), lw.value(op.size)))


def _try_wait(lw: Lowering, op: Operation) -> None:
    assert isinstance(op, rt_block.BarrierTryWaitOp)
    _kernel(lw, op)
    parity = lw.b.resize(lw.value(op.parity), i32, signed=False)
    lw.set(op.result, lw.b.add(nvvm_block.MbarrierTryWaitOp(shared_address(lw, op.barrier), parity)).res)


def _bulk_load(lw: Lowering, op: Operation) -> None:
    assert isinstance(op, rt_block.BulkLoadOp)
    _kernel(lw, op)
    destination, source = shared_address(lw, op.destination), _global_address(lw, op.source)
    lw.b.add(nvvm_block.BulkLoadOp(destination, source, shared_address(lw, op.barrier), lw.value(op.size)))


def _bulk_store(lw: Lowering, op: Operation) -> None:
    assert isinstance(op, rt_block.BulkStoreOp)
    _kernel(lw, op)
    destination, source = _global_address(lw, op.destination), shared_address(lw, op.source)
    lw.b.add(nvvm_block.BulkStoreOp(destination, source, lw.value(op.size)))


def _bulk_commit(lw: Lowering, op: Operation) -> None:
    _kernel(lw, op)
    lw.b.add(nvvm_block.BulkCommitGroupOp())


def _bulk_wait(lw: Lowering, op: Operation) -> None:
    assert isinstance(op, rt_block.BulkWaitOp)
    _kernel(lw, op)
    lw.b.add(nvvm_block.BulkWaitGroupOp(op.pending.value.data, read=op.read is not None))


def _proxy_fence(lw: Lowering, op: Operation) -> None:
    _kernel(lw, op)
    lw.b.add(nvvm_block.FenceProxyOp())


def _failure_word(lw: Lowering, op: Operation) -> SSAValue:
    return _memory(lw, rt_block.failure_word(_kernel(lw, op)), op)


def _block_failed(lw: Lowering, op: Operation) -> None:
    """Relaxed: nothing is read because of it. Pairs with `rt.fail_block`."""
    scope = lw.target.scope(rt.Scope.WORKGROUP)
    word = lw.b.add(llvm.LoadOp(_failure_word(lw, op), i32, alignment=4, ordering=Ordering.MONOTONIC, scope=scope)).res
    lw.set(op.results[0], lw.b.compare("ne", word, lw.b.integer(0, i32)))


def _fail_block(lw: Lowering, op: Operation) -> None:
    """Pairs with `rt.block_failed`."""
    one, scope = lw.b.integer(1, i32), lw.target.scope(rt.Scope.WORKGROUP)
    lw.b.add(llvm.StoreOp(one, _failure_word(lw, op), alignment=4, ordering=Ordering.MONOTONIC, scope=scope))


HANDLERS: Mapping[str, Handler] = {
    "rt.barrier_arrive": _barrier_arrive,
    "rt.barrier_expect": _barrier_expect,
    "rt.barrier_init": _barrier_init,
    "rt.barrier_try_wait": _try_wait,
    "rt.block_failed": _block_failed,
    "rt.block_id": _block_id,
    "rt.block_memory": _block_memory,
    "rt.block_sync": _block_sync,
    "rt.bulk_commit": _bulk_commit,
    "rt.bulk_load": _bulk_load,
    "rt.bulk_store": _bulk_store,
    "rt.bulk_wait": _bulk_wait,
    "rt.fail_block": _fail_block,
    "rt.proxy_fence": _proxy_fence,
    "rt.warp_in_block": _warp_in_block,
}
