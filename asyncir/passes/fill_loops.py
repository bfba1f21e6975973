"""`linalg.fill` and `scf.parallel` as nests of `scf.for`."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from xdsl.dialects import memref, scf
from xdsl.dialects.arith import ConstantOp
from xdsl.dialects.builtin import DYNAMIC_INDEX, IndexType, IntegerAttr, LocationAttr, MemRefType
from xdsl.ir import Block, Operation, SSAValue

from asyncir.dialects.linalg_fill import FillOp
from asyncir.passes.rewriting import append, erase, insert_before, move_to_end, new_block

Bounds = tuple[SSAValue, SSAValue, SSAValue]
"""Lower bound, upper bound and step of a loop."""


def expand_fill(op: FillOp) -> scf.ForOp | None:
    """Replace the fill by loops of stores; returns the outermost loop, if the array has a dimension."""
    array = op.output
    assert isinstance(array.type, MemRefType)
    shape = array.type.get_shape()
    if not shape:
        insert_before(op, memref.StoreOp.get(op.value, array, ()))
        erase(op)
        return None
    zero, one = _index(op, 0), _index(op, 1)
    bounds = [(zero, _extent(op, array, axis, size), one) for axis, size in enumerate(shape)]

    def store(block: Block, indices: Sequence[SSAValue]) -> None:
        append(block, memref.StoreOp.get(op.value, array, indices), op.location)

    loop = _nest(op, bounds, store)
    erase(op)
    return loop


def expand_parallel(op: scf.ParallelOp) -> scf.ForOp:
    """Replace the loop, which has no reductions, by loops one after the other."""
    body = op.body.block

    def fill(block: Block, indices: Sequence[SSAValue]) -> None:
        for argument, index in zip(body.args, indices, strict=True):
            index.name_hint = argument.name_hint
            argument.replace_all_uses_with(index)
        for inner in list(body.ops):
            if not isinstance(inner, scf.ReduceOp):
                move_to_end(inner, block)

    loop = _nest(op, list(zip(op.lowerBound, op.upperBound, op.step, strict=True)), fill)
    erase(op)
    return loop


def _nest(anchor: Operation, bounds: Sequence[Bounds], fill: Callable[[Block, Sequence[SSAValue]], None]) -> scf.ForOp:
    """Loops before the anchor, the first bounds outermost; `fill` writes the innermost body."""
    location: LocationAttr = anchor.location
    blocks = [new_block([IndexType()], location) for _ in bounds]
    fill(blocks[-1], [block.args[0] for block in blocks])
    loop: scf.ForOp | None = None
    for block, (lower, upper, step) in zip(reversed(blocks), reversed(bounds), strict=True):
        if loop is not None:
            append(block, loop, location)
        append(block, scf.YieldOp(), location)
        loop = scf.ForOp(lower, upper, step, [], block)
    assert loop is not None
    return insert_before(anchor, loop)


def _index(op: Operation, value: int) -> SSAValue:
    return insert_before(op, ConstantOp(IntegerAttr.from_index_int_value(value))).result


def _extent(op: Operation, array: SSAValue, axis: int, size: int) -> SSAValue:
    if size != DYNAMIC_INDEX:
        return _index(op, size)
    return insert_before(op, memref.DimOp(array, _index(op, axis))).result
