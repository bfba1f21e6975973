"""
What `task.copy` becomes where no hardware copies (lower_tiles.py): a loop, after which it is complete.

Lane l of w copies the elements l, l + w, …, so neighbours touch neighbours. For a copy with a token the lanes meet behind it: all see
what was copied. One into a slot needs no more than the commit, at which they meet.
"""

from __future__ import annotations

from collections.abc import Sequence

from xdsl.dialects import arith, memref
from xdsl.dialects.builtin import DYNAMIC_INDEX, ArrayAttr, IntegerAttr, MemRefType, NoneAttr, StridedLayoutAttr, i64
from xdsl.ir import Attribute, SSAValue

from asyncir.dialects import gpu_lanes, task
from asyncir.dialects.async_ import TokenType
from asyncir.dialects.task_copy import CopyOp
from asyncir.passes.emitting import Emitter
from asyncir.passes.rewriting import erase, replace_op


def expand_copy(op: CopyOp, *, warp: bool) -> None:
    """Replaces the copy by a loop."""
    emit = Emitter(op, op.location)
    places = [flat_place(emit, op.source, op.source_indices), flat_place(emit, op.target, op.target_indices)]
    if warp:
        lane, width = emit.value(gpu_lanes.LaneIdOp()), emit.value(gpu_lanes.SubgroupSizeOp())
        above = emit.plus(emit.value(arith.SubiOp(op.count, lane)), emit.value(arith.SubiOp(width, emit.index(1))))
        rounds = emit.value(arith.DivUIOp(above, width))
        emit.count(rounds, lambda inner, index: _move(inner, places, inner.plus(lane, inner.times(index, width))))
    else:
        emit.count(op.count, lambda inner, index: _move(inner, places, index))
    if op.token is None:
        erase(op)
        return
    if warp:
        emit.add(task.LaneSyncOp())
    replace_op(op, [emit.value(task.ReadyOp(None, TokenType()))])


def _move(emit: Emitter, places: Sequence[tuple[SSAValue, SSAValue]], index: SSAValue) -> None:
    (source, source_first), (target, target_first) = places
    value = emit.value(memref.LoadOp.get(source, [emit.plus(source_first, index)]))
    emit.add(memref.StoreOp.get(value, target, [emit.plus(target_first, index)]))


def flat_place(emit: Emitter, array: SSAValue, indices: Sequence[SSAValue]) -> tuple[SSAValue, SSAValue]:
    """The array with one dimension, and where in it the element of these indices is."""
    type_ = array.type
    assert isinstance(type_, MemRefType)
    shape = type_.get_shape()
    first = indices[0]
    for dimension in range(1, len(shape)):
        first = emit.plus(emit.times(first, _size(emit, array, shape, dimension)), indices[dimension])
    if len(shape) == 1:
        return array, first
    groups = ArrayAttr([ArrayAttr([IntegerAttr(dimension, i64) for dimension in range(len(shape))])])
    collapse = memref.CollapseShapeOp.build(operands=[array], properties={"reassociation": groups}, result_types=[_flat_type(type_)])
    return emit.value(collapse), first


def _size(emit: Emitter, array: SSAValue, shape: Sequence[int], dimension: int) -> SSAValue:
    if shape[dimension] >= 0:
        return emit.index(shape[dimension])
    return emit.value(memref.DimOp(array, emit.index(dimension)))


def _flat_type(type_: MemRefType[Attribute]) -> MemRefType[Attribute]:
    size = 1
    for extent in type_.get_shape():
        size = DYNAMIC_INDEX if DYNAMIC_INDEX in (extent, size) else size * extent
    layout = type_.layout
    flat = StridedLayoutAttr([1], layout.get_offset()) if isinstance(layout, StridedLayoutAttr) else NoneAttr()
    return MemRefType(type_.element_type, [size], flat, type_.memory_space)
