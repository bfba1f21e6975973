"""The rt dialect's plain memory, addresses and machine ops."""

from __future__ import annotations

from collections.abc import Mapping

from xdsl.dialects.builtin import IntegerType, MemRefType, VectorType, i64
from xdsl.ir import Attribute, Operation

from asyncir.dialects import llvm_ext as llvm
from asyncir.dialects import rt
from asyncir.lowering.convert.block import SHARED_PTR, accessed, shared_address
from asyncir.lowering.convert.descriptor import dense
from asyncir.lowering.convert.lowering import Handler, Lowering
from asyncir.lowering.convert.memref_access import as_stored, load, view_of
from asyncir.lowering.convert.rt_stores import Stores, write
from asyncir.lowering.convert.types import PTR, is_truth, scalar_bits


def _alignment(lw: Lowering, type_: Attribute, op: Operation) -> int:
    """What the access may rely on: the element's natural alignment, bounded by what the frame's rows promise."""
    if is_truth(type_):
        return 1
    new = lw.types(type_, op)
    if isinstance(new, VectorType):
        natural = scalar_bits(new.element_type) // 8
    else:
        natural = 8 if isinstance(new, llvm.LLVMStructType) else scalar_bits(new) // 8
    bound = lw.target.plain_alignment
    return next((size for size in (8, 4, 2) if size <= min(natural, bound)), 1)


def _load(lw: Lowering, op: Operation) -> None:
    assert isinstance(op, rt.LoadOp)
    type_ = op.result.type
    if rt.CONSTANT in op.attributes and (place := lw.target.constant(lw.b, lw.value(op.address), op.bytes)) is not None:
        lw.set(op.result, lw.b.load(place, lw.types(type_, op)))
        return
    address = lw.b.advance(accessed(lw, op.address, op), op.bytes)
    if rt.CONSTANT in op.attributes:
        lw.set(op.result, lw.b.add(llvm.LoadOp(address, lw.types(type_, op), alignment=_alignment(lw, type_, op), invariant=True)).res)
        return
    lw.set(op.result, load(lw, address, type_, op, _alignment(lw, type_, op)))


def _store(lw: Lowering, op: Operation) -> None:
    assert isinstance(op, rt.StoreOp)
    if lw.target.wide_stores and (run := _stores_of(lw).run_of(op)) is not None:
        if op is run.last:
            write(lw, run)
        return
    address = lw.b.advance(accessed(lw, op.address, op), op.bytes)
    type_ = op.value.type
    lw.b.store(as_stored(lw, lw.value(op.value), type_), address, _alignment(lw, type_, op))


def _stores_of(lw: Lowering) -> Stores:
    found = lw.memo.get(Stores)
    if not isinstance(found, Stores):
        lw.memo[Stores] = found = Stores()
    return found


def _ptr_add(lw: Lowering, op: Operation) -> None:
    address, distance = lw.operands(op)
    lw.set(op.results[0], lw.b.advance(address, distance))


def _memref(lw: Lowering, op: Operation) -> None:
    assert isinstance(op, rt.MemrefOp)
    type_ = op.result.type
    assert isinstance(type_, MemRefType)
    shared = lw.types.pointer(type_, op) == SHARED_PTR
    address = shared_address(lw, op.address) if shared else lw.value(op.address)
    lw.set(op.result, dense(lw.b, type_, address, lw.all(op.sizes), op))


def _memref_ptr(lw: Lowering, op: Operation) -> None:
    assert isinstance(op, rt.MemrefPtrOp)
    type_ = op.memref.type
    assert isinstance(type_, MemRefType)
    address = view_of(lw, op.memref, op).element_address([], lw.types.stored(type_.element_type, op))
    if address.type != PTR:
        address = lw.b.add(llvm.AddrSpaceCastOp(address, PTR)).res
    lw.set(op.result, address)


def _thread_id(lw: Lowering, op: Operation) -> None:
    lw.set(op.results[0], lw.target.thread_id(lw.b))


def _shard(lw: Lowering, op: Operation) -> None:
    lw.set(op.results[0], lw.target.shard(lw.b))


def _processor_id(lw: Lowering, op: Operation) -> None:
    lw.set(op.results[0], lw.target.processor_id(lw.b))


def _clock(lw: Lowering, op: Operation) -> None:
    lw.set(op.results[0], lw.target.clock(lw.b))


def _pause(lw: Lowering, op: Operation) -> None:
    assert isinstance(op, rt.PauseOp)
    lw.target.pause(lw.b, op.nanoseconds.value.data)


def _poll_due(lw: Lowering, op: Operation) -> None:
    lw.set(op.results[0], lw.target.poll_due(lw.b))


def _address(lw: Lowering, op: Operation) -> None:
    lw.set(op.results[0], lw.b.cast(llvm.PtrToIntOp, lw.value(op.operands[0]), i64))


def _warp_sync(lw: Lowering, op: Operation) -> None:
    lw.target.warp_sync(lw.b)


def _ballot(lw: Lowering, op: Operation) -> None:
    assert isinstance(op, rt.BallotOp)
    type_ = op.mask.type
    assert isinstance(type_, IntegerType)
    lw.set(op.mask, lw.target.ballot(lw.b, lw.value(op.predicate), type_, op))


def _no_code(lw: Lowering, op: Operation) -> None:
    """What only the reference looks at."""


HANDLERS: Mapping[str, Handler] = {
    "rt.lifetime_start": _no_code,
    "rt.lifetime_end": _no_code,
    "rt.load": _load,
    "rt.store": _store,
    "rt.ptr_add": _ptr_add,
    "rt.memref": _memref,
    "rt.memref_ptr": _memref_ptr,
    "rt.thread_id": _thread_id,
    "rt.shard": _shard,
    "rt.processor_id": _processor_id,
    "rt.clock": _clock,
    "rt.pause": _pause,
    "rt.poll_due": _poll_due,
    "rt.ballot": _ballot,
    "rt.address": _address,
    "rt.warp_sync": _warp_sync,
}
