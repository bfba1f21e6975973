"""The memref dialect: other views of the same memory."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from xdsl.dialects import memref
from xdsl.dialects.builtin import DYNAMIC_INDEX, DenseArrayBase, IntegerType, MemRefType, i8, i64
from xdsl.ir import Attribute, Operation, SSAValue

from asyncir.dialects import llvm_ext as llvm
from asyncir.dialects.locations import location_of
from asyncir.errors import InputError
from asyncir.lowering.convert.builder import Builder, Index
from asyncir.lowering.convert.descriptor import View, describe, is_dense, row_major, static_shape, static_strides, total
from asyncir.lowering.convert.lowering import Handler, Lowering
from asyncir.lowering.convert.memref_access import view_of


def _mixed(lw: Lowering, static: DenseArrayBase[IntegerType], dynamic: Sequence[SSAValue]) -> list[Index]:
    """MLIR's mixed lists: constants, and operands where a constant is the mark for dynamic."""
    rest = iter(lw.all(dynamic))
    return [next(rest) if number == DYNAMIC_INDEX else int(number) for number in static.iter_values()]


def _subview(lw: Lowering, op: Operation) -> None:
    assert isinstance(op, memref.SubviewOp)
    b, view, type_ = lw.b, view_of(lw, op.source, op), op.result.type
    assert isinstance(type_, MemRefType)
    offsets = _mixed(lw, op.static_offsets, op.offsets)
    sizes = _mixed(lw, op.static_sizes, op.sizes)
    steps = _mixed(lw, op.static_strides, op.strides)
    offset, strides = view.offset, list[Index]()
    for dimension, (distance, step) in enumerate(zip(offsets, steps, strict=True)):
        stride = view.stride(dimension)
        offset = b.plus(offset, b.times(distance, stride))
        strides.append(b.times(step, stride))
    kept = _kept(type_, sizes, strides, op)
    pointers = view.allocated, view.aligned
    lw.set(op.result, describe(b, lw.types(type_, op), pointers, offset, [sizes[d] for d in kept], [strides[d] for d in kept]))


def _kept(type_: MemRefType[Attribute], sizes: Sequence[Index], strides: Sequence[Index], op: Operation) -> list[int]:
    """Which dimensions the result keeps: those it drops have size 1."""
    shape, (wanted, _) = static_shape(type_), static_strides(type_, op)
    kept: list[int] = []
    for dimension, (size, stride) in enumerate(zip(sizes, strides, strict=True)):
        place, left = len(kept), len(sizes) - dimension
        fits = place < len(shape) and (shape[place] is None or shape[place] == size or not isinstance(size, int))
        if fits and (left == len(shape) - place or size != 1 or _matches(stride, wanted[place])):
            kept.append(dimension)
        elif size != 1:
            raise InputError(f"'memref.subview' op: dimension {dimension} is not 1 and cannot be dropped", location_of(op))
    if len(kept) != len(shape):
        raise InputError(f"'memref.subview' op: the sizes do not fit the result type '{type_}'", location_of(op))
    return kept


def _matches(stride: Index, wanted: int | None) -> bool:
    return not isinstance(stride, int) if wanted is None else stride == wanted


def _reinterpret_cast(lw: Lowering, op: Operation) -> None:
    assert isinstance(op, memref.ReinterpretCastOp)
    view = view_of(lw, op.source, op)
    offset = _mixed(lw, op.static_offsets, op.offsets)[0]
    sizes = _mixed(lw, op.static_sizes, op.sizes)
    strides = _mixed(lw, op.static_strides, op.strides)
    pointers = view.allocated, view.aligned
    lw.set(op.result, describe(lw.b, lw.type(op.result, op), pointers, offset, sizes, strides))


def _metadata(lw: Lowering, op: Operation) -> None:
    assert isinstance(op, memref.ExtractStridedMetaDataOp)
    view = view_of(lw, op.source, op)
    lw.set(op.base_buffer, describe(lw.b, lw.type(op.base_buffer, op), (view.allocated, view.aligned), 0, [], []))
    lw.set(op.offset, lw.b.number(view.offset))
    for results, numbers in ((op.sizes, view.sizes()), (op.strides, view.strides())):
        for result, number in zip(results, numbers, strict=True):
            lw.set(result, lw.b.number(number))


def _aligned_pointer(lw: Lowering, op: Operation) -> None:
    view = view_of(lw, op.operands[0], op)
    lw.set(op.results[0], lw.b.cast(llvm.PtrToIntOp, view.aligned, i64))


def _space_cast(lw: Lowering, op: Operation) -> None:
    source, type_ = op.operands[0], op.results[0].type
    if not isinstance(source.type, MemRefType) or not isinstance(type_, MemRefType):
        raise InputError("'memref.memory_space_cast' op: an array without rank has no memory space to change here", location_of(op))
    view, pointer = view_of(lw, source, op), lw.types.pointer(type_, op)
    if view.pointer == pointer:
        lw.set(op.results[0], view.value)
        return
    pointers = tuple(lw.b.add(llvm.AddrSpaceCastOp(address, pointer)).res for address in (view.allocated, view.aligned))
    moved = describe(lw.b, lw.types(type_, op), (pointers[0], pointers[1]), view.offset, view.sizes(), view.strides())
    lw.set(op.results[0], moved)


def _view(lw: Lowering, op: Operation) -> None:
    assert isinstance(op, memref.ViewOp)
    b, view, type_ = lw.b, view_of(lw, op.source, op), op.result.type
    assert isinstance(type_, MemRefType)
    if not is_dense(type_, op):
        raise InputError(f"'memref.view' op: no view of type '{type_}'", location_of(op))
    rest: Iterator[Index] = iter(lw.all(op.sizes))
    sizes = [next(rest) if size is None else size for size in static_shape(type_)]
    start = b.advance(b.advance(view.aligned, view.offset), lw.value(op.byte_shift), i8)
    lw.set(op.result, describe(b, lw.types(type_, op), (view.allocated, start), 0, sizes, row_major(b, sizes)))


def _groups(op: memref.CollapseShapeOp | memref.ExpandShapeOp) -> list[list[int]]:
    """The dimensions of the longer shape that belong to each dimension of the shorter one."""
    return [[int(number.value.data) for number in group.data] for group in op.reassociation.data]


def _collapse(lw: Lowering, op: Operation) -> None:
    assert isinstance(op, memref.CollapseShapeOp)
    b, view = lw.b, view_of(lw, op.src, op)
    groups = _groups(op)
    sizes = [total(b, [view.size(dimension) for dimension in group]) for group in groups]
    strides = [_group_stride(view, group) for group in groups]
    lw.set(op.result, describe(b, lw.type(op.result, op), (view.allocated, view.aligned), view.offset, sizes, strides))


def _group_stride(view: View, group: Sequence[int]) -> Index:
    """The stride of merged dimensions: that of the innermost one with more than one element."""
    stride = view.stride(group[-1])
    for dimension in reversed(group[:-1]):
        inner = view.shape[dimension + 1]
        if inner != 1:
            break
        stride = view.stride(dimension)
    return stride


def _expand(lw: Lowering, op: Operation) -> None:
    assert isinstance(op, memref.ExpandShapeOp)
    b, view = lw.b, view_of(lw, op.src, op)
    sizes = _mixed(lw, op.static_output_shape, op.output_shape)
    strides: list[Index] = [1] * len(sizes)
    for dimension, group in enumerate(_groups(op)):
        _split_strides(b, view.stride(dimension), group, sizes, strides)
    lw.set(op.result, describe(b, lw.type(op.result, op), (view.allocated, view.aligned), view.offset, sizes, strides))


def _split_strides(b: Builder, stride: Index, group: Sequence[int], sizes: Sequence[Index], strides: list[Index]) -> None:
    for inner in reversed(group):
        strides[inner] = stride
        stride = b.times(stride, sizes[inner])


def _assume_alignment(lw: Lowering, op: Operation) -> None:
    lw.set(op.results[0], lw.value(op.operands[0]))


HANDLERS: Mapping[str, Handler] = {
    "memref.subview": _subview,
    "memref.reinterpret_cast": _reinterpret_cast,
    "memref.extract_strided_metadata": _metadata,
    "memref.extract_aligned_pointer_as_index": _aligned_pointer,
    "memref.memory_space_cast": _space_cast,
    "memref.view": _view,
    "memref.collapse_shape": _collapse,
    "memref.expand_shape": _expand,
    "memref.assume_alignment": _assume_alignment,
}
