"""Decoders of `memref` ops that make views: casts, subviews, and what they are asked for."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Sequence
from typing import Any, cast

from xdsl.dialects import memref
from xdsl.dialects.builtin import DenseArrayBase, IntegerType, MemRefType
from xdsl.ir import Attribute, Operation, SSAValue

from asyncir.reference.decode import Decoded, Decoder, OpDecoder, Plain, Registers
from asyncir.reference.faults import broken
from asyncir.reference.memory import MemRef, layout_strides

_DYNAMIC = -(1 << 63)


def _dim(op: memref.DimOp, d: Decoder) -> Decoded:
    source, index, target = d.register(op.source), d.register(op.index), d.register(op.result)

    def step(r: Registers) -> None:
        sizes = r[source].sizes
        if not 0 <= r[index] < len(sizes):
            raise broken("undefined", op, f"'memref.dim' {r[index]} of an array of rank {len(sizes)}")
        r[target] = sizes[r[index]]

    return Plain(step)


def _rank(op: memref.RankOp, d: Decoder) -> Decoded:
    source, target = d.register(op.source), d.register(op.rank)

    def step(r: Registers) -> None:
        r[target] = len(r[source].sizes)

    return Plain(step)


def mismatch(view: MemRef, type_: MemRefType) -> str | None:
    """Why an array is not of a type; None if it is."""
    shape = type_.get_shape()
    if len(shape) != len(view.sizes) or any(static not in (size, _DYNAMIC, -1) for static, size in zip(shape, view.sizes, strict=True)):
        return f"an array of sizes {list(view.sizes)}"
    if view.buffer.element != type_.element_type:
        return f"an array of {view.buffer.element}"
    layout = layout_strides(type_)
    if layout is None:
        return None
    offset, strides = layout
    pairs = [(offset, view.offset), *zip(strides, view.strides, strict=True)]
    if 0 not in view.sizes and any(static not in (None, actual) for static, actual in pairs):
        return f"an array with offset {view.offset} and strides {list(view.strides)}"
    return None


def _cast(op: memref.CastOp | memref.MemorySpaceCastOp, d: Decoder) -> Decoded:
    source, target, type_ = d.register(op.source), d.register(op.dest), op.dest.type

    def step(r: Registers) -> None:
        if isinstance(type_, MemRefType) and (problem := mismatch(r[source], type_)) is not None:
            raise broken("undefined", op, f"'{op.name}' of {problem} to {type_}")
        r[target] = r[source]

    return Plain(step)


def _mixed(static: Attribute | None, dynamic: Sequence[SSAValue], d: Decoder) -> Callable[[Registers], tuple[int, ...]]:
    """Static values with operands in the places that are dynamic."""
    assert isinstance(static, DenseArrayBase)
    pending = iter(d.registers(dynamic))
    values: tuple[Any, ...] = cast(DenseArrayBase[IntegerType], static).get_values()
    parts: list[tuple[Any, int]] = [(None, next(pending)) if value == _DYNAMIC else (value, 0) for value in values]
    return lambda r: tuple([r[register] if value is None else value for value, register in parts])


def _checked_view(op: Operation, view: MemRef) -> MemRef:
    if not view.fits() or any(size < 0 for size in view.sizes):
        shape = f"offset {view.offset}, sizes {list(view.sizes)}, strides {list(view.strides)}"
        raise broken("out-of-bounds", op, f"'{op.name}' reaches beyond its array: {shape}")
    return view


def _subview(op: memref.SubviewOp, d: Decoder) -> Decoded:
    source, target, type_ = d.register(op.source), d.register(op.result), op.result.type
    assert isinstance(type_, MemRefType)
    offsets, sizes, strides = (
        _mixed(op.static_offsets, op.offsets, d),
        _mixed(op.static_sizes, op.sizes, d),
        _mixed(op.static_strides, op.strides, d),
    )
    kept = _kept_dimensions(op, type_)

    def step(r: Registers) -> None:
        whole = r[source]
        offset = whole.offset + sum(at * stride for at, stride in zip(offsets(r), whole.strides, strict=True))
        steps = [step * stride for step, stride in zip(strides(r), whole.strides, strict=True)]
        extent = sizes(r)
        for at, size, step, limit in zip(offsets(r), extent, strides(r), whole.sizes, strict=True):
            if size < 0 or (size and not (0 <= at < limit and 0 <= at + (size - 1) * step < limit)):
                raise broken("out-of-bounds", op, f"'{op.name}' of {size} elements from {at} by {step} in a dimension of {limit}")
        r[target] = MemRef(whole.buffer, offset, tuple([extent[i] for i in kept]), tuple([steps[i] for i in kept]))

    return Plain(step)


def _kept_dimensions(op: memref.SubviewOp, type_: MemRefType) -> list[int]:
    """The dimensions that the result keeps: a result of lower rank leaves out dimensions of size 1, the first that it can."""
    static = list(op.static_sizes.get_values())
    surplus = len(static) - len(type_.get_shape())
    kept: list[int] = []
    wanted = list(type_.get_shape())
    for index, size in enumerate(static):
        matches = bool(wanted) and (wanted[0] == size or (wanted[0] < 0 and size == _DYNAMIC))
        if surplus > 0 and size == 1 and not (matches and len(static) - index <= len(wanted)) and (not matches or 1 not in wanted):
            surplus -= 1
            continue
        kept.append(index)
        wanted = wanted[1:]
    return kept


def _reinterpret(op: memref.ReinterpretCastOp, d: Decoder) -> Decoded:
    source, target = d.register(op.source), d.register(op.result)
    offsets, sizes, strides = (
        _mixed(op.static_offsets, op.offsets, d),
        _mixed(op.static_sizes, op.sizes, d),
        _mixed(op.static_strides, op.strides, d),
    )

    def step(r: Registers) -> None:
        r[target] = _checked_view(op, MemRef(r[source].buffer, offsets(r)[0], sizes(r), strides(r)))

    return Plain(step)


def _metadata(op: memref.ExtractStridedMetaDataOp, d: Decoder) -> Decoded:
    source, results = d.register(op.source), d.registers(op.results)

    def step(r: Registers) -> None:
        view = r[source]
        base = MemRef(view.buffer, 0, (), ())
        for target, value in zip(results, (base, view.offset, *view.sizes, *view.strides), strict=True):
            r[target] = value

    return Plain(step)


def _groups(op: memref.CollapseShapeOp | memref.ExpandShapeOp) -> list[list[int]]:
    """For each dimension of the shape with fewer of them, those of the other that belong to it."""
    return [[index.value.data for index in group.data] for group in op.reassociation.data]


def _collapse(op: memref.CollapseShapeOp, d: Decoder) -> Decoded:
    source, target, groups = d.register(op.src), d.register(op.result), _groups(op)

    def step(r: Registers) -> None:
        view = r[source]
        for group in groups:
            for outer, inner in itertools.pairwise(group):
                if view.sizes[outer] > 1 and view.strides[outer] != view.strides[inner] * view.sizes[inner]:
                    raise broken("undefined", op, f"'{op.name}' of dimensions {group}, between whose elements there are gaps")
        sizes = tuple([math.prod([view.sizes[index] for index in group]) for group in groups])
        r[target] = MemRef(view.buffer, view.offset, sizes, tuple([view.strides[group[-1]] for group in groups]))

    return Plain(step)


def _expand(op: memref.ExpandShapeOp, d: Decoder) -> Decoded:
    source, target, groups = d.register(op.src), d.register(op.result), _groups(op)
    shape = _mixed(op.static_output_shape, op.output_shape, d)

    def step(r: Registers) -> None:
        view, sizes = r[source], shape(r)
        strides = [0] * len(sizes)
        for group, size, stride in zip(groups, view.sizes, view.strides, strict=True):
            if math.prod([sizes[index] for index in group]) != size:
                raise broken("undefined", op, f"'{op.name}' of a dimension of {size} into {[sizes[index] for index in group]}")
            for index in reversed(group):
                strides[index] = stride
                stride *= sizes[index]
        r[target] = MemRef(view.buffer, view.offset, sizes, tuple(strides))

    return Plain(step)


def _assume_alignment(op: memref.AssumeAlignmentOp, d: Decoder) -> Decoded:
    """A promise about addresses, which arrays do not have here."""
    source, target = d.register(op.memref), d.register(op.result)

    def step(r: Registers) -> None:
        r[target] = r[source]

    return Plain(step)


DECODERS: dict[str, OpDecoder] = {
    "memref.dim": _dim,
    "memref.rank": _rank,
    "memref.cast": _cast,
    "memref.memory_space_cast": _cast,
    "memref.subview": _subview,
    "memref.reinterpret_cast": _reinterpret,
    "memref.collapse_shape": _collapse,
    "memref.expand_shape": _expand,
    "memref.assume_alignment": _assume_alignment,
    "memref.extract_strided_metadata": _metadata,
}
