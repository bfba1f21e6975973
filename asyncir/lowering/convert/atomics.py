"""Atomics and fences of the rt dialect, `rt.publish`, and `memref.atomic_rmw`."""

from __future__ import annotations

from collections.abc import Mapping

from xdsl.dialects import memref
from xdsl.dialects.builtin import IntegerType, f32, f64
from xdsl.ir import Attribute, Block, Operation, SSAValue

from asyncir.dialects import llvm_ext as llvm
from asyncir.dialects import llvm_intrinsics as intr
from asyncir.dialects import rt
from asyncir.dialects.llvm_ext import BinOp, Ordering
from asyncir.dialects.locations import location_of
from asyncir.errors import InputError
from asyncir.lowering.convert.block import accessed
from asyncir.lowering.convert.lowering import Handler, Lowering
from asyncir.lowering.convert.memref_access import address_of, as_stored
from asyncir.lowering.convert.types import is_float, is_truth, scalar_bits

ORDERS = {
    rt.Order.RELAXED: Ordering.MONOTONIC,
    rt.Order.ACQUIRE: Ordering.ACQUIRE,
    rt.Order.RELEASE: Ordering.RELEASE,
    rt.Order.ACQ_REL: Ordering.ACQ_REL,
    rt.Order.SEQ_CST: Ordering.SEQ_CST,
}

_RMW = {
    rt.Rmw.ADD: BinOp.ADD,
    rt.Rmw.SUB: BinOp.SUB,
    rt.Rmw.AND: BinOp.AND,
    rt.Rmw.OR: BinOp.OR,
    rt.Rmw.XOR: BinOp.XOR,
    rt.Rmw.XCHG: BinOp.XCHG,
    rt.Rmw.MINS: BinOp.MIN,
    rt.Rmw.MAXS: BinOp.MAX,
    rt.Rmw.MINU: BinOp.UMIN,
    rt.Rmw.MAXU: BinOp.UMAX,
}

_ACQUIRES = (rt.Order.ACQUIRE, rt.Order.ACQ_REL, rt.Order.SEQ_CST)

_NATIVE = {
    0: BinOp.FADD,
    1: BinOp.ADD,
    2: BinOp.AND,
    3: BinOp.XCHG,
    6: BinOp.MAX,
    7: BinOp.UMAX,
    10: BinOp.MIN,
    11: BinOp.UMIN,
    14: BinOp.OR,
    15: BinOp.XOR,
}
"""MLIR's numbers of what `memref.atomic_rmw` does, where there is one instruction for it."""

_COMBINE: dict[int, type[Operation]] = {
    0: llvm.FAddOp,
    1: llvm.AddOp,
    2: llvm.AndOp,
    4: intr.MaximumOp,
    5: intr.MaxNumOp,
    6: intr.SMaxOp,
    7: intr.UMaxOp,
    8: intr.MinimumOp,
    9: intr.MinNumOp,
    10: intr.SMinOp,
    11: intr.UMinOp,
    12: llvm.FMulOp,
    13: llvm.MulOp,
    14: llvm.OrOp,
    15: llvm.XOrOp,
}
"""The same numbers, and how old and new are put together; 3 is the new one alone."""

_FLOAT_KINDS = (0, 4, 5, 8, 9, 12)
_ASSIGN = 3


def _size(type_: Attribute) -> int:
    return max(1, scalar_bits(type_) // 8)


def _load(lw: Lowering, op: Operation) -> None:
    assert isinstance(op, rt.AtomicLoadOp)
    address, type_ = lw.b.advance(accessed(lw, op.address, op), op.bytes), lw.type(op.result, op)
    new = llvm.LoadOp(address, type_, alignment=_size(type_), ordering=ORDERS[op.order.data], scope=lw.target.scope(op.scope.data))
    lw.set(op.result, lw.b.add(new).res)


def _store(lw: Lowering, op: Operation) -> None:
    assert isinstance(op, rt.AtomicStoreOp)
    value, address = lw.value(op.value), lw.b.advance(accessed(lw, op.address, op), op.bytes)
    scope = lw.target.scope(op.scope.data)
    lw.b.add(llvm.StoreOp(value, address, alignment=_size(value.type), ordering=ORDERS[op.order.data], scope=scope))


def _rmw(lw: Lowering, op: Operation) -> None:
    assert isinstance(op, rt.AtomicRmwOp)
    value, address = lw.value(op.value), lw.b.advance(accessed(lw, op.address, op), op.bytes)
    scope = lw.target.scope(op.scope.data)
    new = llvm.AtomicRMWOp(_RMW[op.kind.data], address, value, ORDERS[op.order.data], scope, alignment=_size(value.type))
    lw.set(op.result, lw.b.add(new).res)


def _cmpxchg(lw: Lowering, op: Operation) -> None:
    assert isinstance(op, rt.CmpxchgOp)
    address = lw.b.advance(accessed(lw, op.address, op), op.bytes)
    order, scope = op.order.data, lw.target.scope(op.scope.data)
    failure = Ordering.ACQUIRE if order in _ACQUIRES else Ordering.MONOTONIC
    expected, replacement = lw.value(op.expected), lw.value(op.replacement)
    new = llvm.AtomicCmpXchgOp(address, expected, replacement, ORDERS[order], failure, scope, alignment=_size(expected.type))
    both = lw.b.add(new).res
    lw.set(op.old, lw.b.extract(both, expected.type, 0))
    lw.set(op.ok, lw.b.extract(both, IntegerType(1), 1))


def _fence(lw: Lowering, op: Operation) -> None:
    assert isinstance(op, rt.FenceOp)
    lw.b.add(llvm.FenceOp(ORDERS[op.order.data], lw.target.scope(op.scope.data)))


def _publish(lw: Lowering, op: Operation) -> None:
    assert isinstance(op, rt.PublishOp)
    address = address_of(lw, op.memref, op.indices, op)
    value = as_stored(lw, lw.value(op.value), op.value.type)
    if is_float(value.type):
        value = lw.b.cast(llvm.BitcastOp, value, IntegerType(scalar_bits(value.type)))
    if not isinstance(value.type, IntegerType) or value.type.width.data not in (8, 16, 32, 64):
        raise InputError(f"'rt.publish' op: no atomic store of type '{op.value.type}'", location_of(op))
    scope = lw.target.scope(rt.Scope.SYSTEM)
    # Pairs with the host's acquire load of the element.
    lw.b.add(llvm.StoreOp(value, address, alignment=_size(value.type), ordering=Ordering.RELEASE, scope=scope))


def _memref_rmw(lw: Lowering, op: Operation) -> None:
    assert isinstance(op, memref.AtomicRMWOp)
    kind, type_ = op.kind.value.data, lw.type(op.value, op)
    if (kind not in _COMBINE and kind != _ASSIGN) or (kind != _ASSIGN and (kind in _FLOAT_KINDS) != is_float(type_)):
        raise InputError(f"'memref.atomic_rmw' op: kind {kind} does not apply to type '{op.value.type}'", location_of(op))
    address, value = address_of(lw, op.memref, op.indices, op), lw.value(op.value)
    if _is_private(op.memref) and not is_truth(type_):
        lw.set(op.result, _plain(lw, kind, address, value))
        return
    bits = scalar_bits(type_)
    if is_truth(type_) or bits not in (8, 16, 32, 64) or (bits < 32 and not lw.target.has_narrow_atomics()):
        raise InputError(f"'memref.atomic_rmw' op: no atomic operation of type '{op.value.type}' on this target", location_of(op))
    if kind in _NATIVE and (type_ in (f32, f64) or not is_float(type_)):
        # Pairs with other atomics on the element, as a read-modify-write that acquires and releases.
        scope = lw.target.scope(rt.Scope.DEVICE)
        new = llvm.AtomicRMWOp(_NATIVE[kind], address, value, Ordering.ACQ_REL, scope, alignment=_size(type_))
        lw.set(op.result, lw.b.add(new).res)
    else:
        lw.set(op.result, _exchange_loop(lw, _COMBINE[kind], address, value))


def _is_private(array: SSAValue) -> bool:
    """Whether an array is a stack array of this thread. There no other thread looks, and a GPU has no atomics."""
    owner = array.owner
    while isinstance(owner, Operation) and owner.name in _SAME_MEMORY:
        owner = owner.operands[0].owner
    return isinstance(owner, memref.AllocaOp)


_SAME_MEMORY = {
    f"memref.{name}"
    for name in (
        "cast",
        "subview",
        "reinterpret_cast",
        "view",
        "collapse_shape",
        "expand_shape",
        "extract_strided_metadata",
        "assume_alignment",
    )
}


def _plain(lw: Lowering, kind: int, address: SSAValue, value: SSAValue) -> SSAValue:
    old = lw.b.load(address, value.type)
    lw.b.store(value if kind == _ASSIGN else lw.b.binary(_COMBINE[kind], old, value), address)
    return old


def _exchange_loop(lw: Lowering, combine: type[Operation], address: SSAValue, value: SSAValue) -> SSAValue:
    """
    loop(old):   old, ok = cmpxchg old -> combine(old, value); ok ? behind : loop(old)
    behind:
    """
    b, type_ = lw.b, value.type
    bits, scope = IntegerType(scalar_bits(type_)), lw.target.scope(rt.Scope.DEVICE)
    loop, behind = Block(arg_types=[bits]), Block()
    first = llvm.LoadOp(address, bits, alignment=_size(type_), ordering=Ordering.MONOTONIC, scope=scope)
    b.branch(loop, b.add(first).res)
    b.start(loop)
    expected = loop.args[0]
    old = b.cast(llvm.BitcastOp, expected, type_) if is_float(type_) else expected
    new = b.binary(combine, old, value)
    new = b.cast(llvm.BitcastOp, new, bits) if is_float(type_) else new
    # Pairs with other atomics on the element; a failed try reads nothing but the word itself.
    exchange = llvm.AtomicCmpXchgOp(address, expected, new, Ordering.ACQ_REL, Ordering.MONOTONIC, scope, alignment=_size(type_))
    both = b.add(exchange).res
    b.branch_if(b.extract(both, IntegerType(1), 1), behind, loop, else_values=[b.extract(both, bits, 0)])
    b.start(behind)
    return old


HANDLERS: Mapping[str, Handler] = {
    "rt.atomic_load": _load,
    "rt.atomic_store": _store,
    "rt.atomic_rmw": _rmw,
    "rt.cmpxchg": _cmpxchg,
    "rt.fence": _fence,
    "rt.publish": _publish,
    "memref.atomic_rmw": _memref_rmw,
}
