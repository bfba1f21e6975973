"""
Arrays: items, slices, sizes. Indices mean what they mean in Python: negative ones count from the end. Whether an index is in range is
checked on the reference always, and in compiled code where a kernel was made with `checks=True`: one out of range is an IndexError then.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence

from xdsl.dialects import arith, memref
from xdsl.dialects.builtin import DYNAMIC_INDEX, NoneAttr
from xdsl.ir import SSAValue

from asyncir_python.compile import conversion
from asyncir_python.compile.conversion import constant
from asyncir_python.compile.emitter import Emitter, expression, outside_value, static_of
from asyncir_python.compile.expressions import attribute, items_of
from asyncir_python.compile.failing import fail_if
from asyncir_python.compile.lane_effects import loaded, once
from asyncir_python.compile.types import INTEGER, Array, Scalar, Static, Tuple
from asyncir_python.compile.values import Value, pack, split
from asyncir_python.twin.arrays import OUT_OF_RANGE

SUBSCRIPTS: dict[type, Callable[[Emitter, Value, ast.Subscript], Value]] = {}
"""By class of type: what `value[…]` is."""


def size(f: Emitter, array: Value, dim: int) -> SSAValue:
    """The size of a dimension, i64."""
    value = f.from_index(f.value(memref.DimOp(array.only, f.index(dim))))
    f.not_negative.add(value)
    return value


def element_at(f: Emitter, array: Value, indices: Sequence[Value], node: ast.AST) -> Value:
    """The element at as many indices as the array has dimensions; with fewer, the part of it that they name."""
    assert isinstance(array.type, Array)
    if len(indices) < array.type.rank:
        return part_of(f, array, list(indices), node)
    places = [place(f, array, dim, index, node) for dim, index in enumerate(indices)]
    return Value(Scalar(array.type.element), (loaded(f, array.only, places),))


def place(f: Emitter, array: Value, dim: int, index: Value, node: ast.AST) -> SSAValue:
    """An index of a dimension as Python means it, as an MLIR index."""
    if index.constant is not None and int(index.constant) >= 0:
        here = f.int64(int(index.constant))
    else:
        here = f.parts(f.convert(index, INTEGER, node))[0]
        if here not in f.not_negative:
            from_end = f.value(arith.AddiOp(here, size(f, array, dim)))
            negative = f.compare("slt", here, f.int64(0))
            here = from_end if index.constant is not None else f.value(arith.SelectOp(negative, from_end, here))
    if f.module.checks:
        fail_if(f, f.compare("uge", here, size(f, array, dim)), IndexError, OUT_OF_RANGE, node)
    return f.index(here)


@expression(ast.Subscript)
def emit_subscript(f: Emitter, node: ast.Subscript) -> Value:
    value = f.expression(node.value)
    get = SUBSCRIPTS.get(type(value.type))
    if get is not None:
        return get(f, value, node)
    match value.type:
        case Array():
            return _read(f, value, node)
        case Tuple():
            return _item(f, value, node)
        case Static():
            return _subscripted(f, value, node)
        case _:
            f.fail(node, f"{value.type} has no items")


def _subscripted(f: Emitter, value: Value, node: ast.Subscript) -> Value:
    """`Channel[i32]`: a class with arguments, known while compiling; an item of something that is too."""
    parts = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
    given = [f.expression(part) for part in parts]
    keys = [item.constant if item.constant is not None else static_of(item) for item in given]
    try:
        return outside_value(static_of(value)[keys[0] if len(keys) == 1 else tuple(keys)])
    except (TypeError, LookupError) as error:
        f.fail(node, f"{value.type} has no such item: {error}")


def _item(f: Emitter, value: Value, node: ast.Subscript) -> Value:
    items = split(value)
    if isinstance(node.slice, ast.Slice):
        bounds = [_constant(f, part) if part is not None else None for part in (node.slice.lower, node.slice.upper, node.slice.step)]
        return pack(items[slice(*bounds)])
    index = _constant(f, node.slice)
    if not -len(items) <= index < len(items):
        f.fail(node, f"tuple index {index} is out of range: it has {len(items)} items")
    return items[index]


def _constant(f: Emitter, node: ast.expr) -> int:
    value = f.expression(node)
    if not isinstance(value.constant, int):
        f.fail(node, "an index of a tuple must be a constant: its items may have different types")
    return value.constant


def _indices(f: Emitter, node: ast.Subscript, rank: int) -> list[Value | ast.Slice]:
    nodes = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
    if len(nodes) > rank:
        f.fail(node, f"{len(nodes)} indices for an array of {rank} dimension{'s' if rank > 1 else ''}")
    found: list[Value | ast.Slice] = []
    for inner in nodes:
        if isinstance(inner, ast.Slice):
            found.append(inner)
            continue
        (value,) = items_of(f, [inner])
        found.append(as_index(f, value, inner))
    return found


def as_index(f: Emitter, value: Value, node: ast.AST) -> Value:
    """An index as an int. Raises CompileError for what is no integer."""
    if not isinstance(value.type, Scalar) or value.type.scalar.kind not in ("int", "uint"):
        f.fail(node, f"an index is an integer, got {value.type}")
    return conversion.cast(f, value, INTEGER.scalar)


def _read(f: Emitter, array: Value, node: ast.Subscript) -> Value:
    assert isinstance(array.type, Array)
    indices = _indices(f, node, array.type.rank)
    plain = [index for index in indices if isinstance(index, Value)]
    if len(plain) == array.type.rank:
        return element_at(f, array, plain, node)
    return part_of(f, array, indices, node)


def part_of(f: Emitter, array: Value, indices: list[Value | ast.Slice], node: ast.AST) -> Value:
    """A view: slices keep their dimension, indices drop theirs, dimensions that are not named are kept whole."""
    assert isinstance(array.type, Array)
    rank = array.type.rank
    offsets: list[SSAValue] = []
    sizes: list[SSAValue] = []
    kept: list[bool] = []
    for dim in range(rank):
        index = indices[dim] if dim < len(indices) else ast.Slice()
        if isinstance(index, Value):
            offsets.append(place(f, array, dim, index, node))
            kept.append(False)
            continue
        start, length = _range(f, array, dim, index, node)
        offsets.append(f.index(start))
        sizes.append(f.index(length))
        kept.append(True)
    type_ = Array(array.type.element, sum(kept), view=True, visible=array.type.visible)
    if not kept[-1]:
        f.fail(node, "the last dimension of a part must be whole or a slice: elements that follow one another", help="loop over the column")
    result = type_.parts[0]
    lengths = [DYNAMIC_INDEX if keep else 1 for keep in kept]
    view = memref.SubviewOp(array.only, offsets, sizes, [], [DYNAMIC_INDEX] * rank, lengths, [1] * rank, result)
    return Value(type_, (f.value(view),))


def _range(f: Emitter, array: Value, dim: int, index: ast.Slice, node: ast.AST) -> tuple[SSAValue, SSAValue]:
    """Start and length of a slice, as Python clamps them, i64."""
    if index.step is not None and f.expression(index.step).constant != 1:
        f.fail(index.step, "slices have step 1 here")
    whole = size(f, array, dim)
    start = _bound(f, index.lower, whole, f.int64(0))
    stop = _bound(f, index.upper, whole, whole)
    length = f.value(arith.MaxSIOp(f.value(arith.SubiOp(stop, start)), f.int64(0)))
    return start, length


def _bound(f: Emitter, node: ast.expr | None, whole: SSAValue, default: SSAValue) -> SSAValue:
    if node is None:
        return default
    value = f.expression(node)
    here = f.parts(f.convert(value, INTEGER, node))[0]
    zero = f.int64(0)
    if value.constant is None or int(value.constant) < 0:
        if here not in f.not_negative:
            from_end = f.value(arith.MaxSIOp(f.value(arith.AddiOp(here, whole)), zero))
            here = f.value(arith.SelectOp(f.compare("slt", here, zero), from_end, here))
    return f.value(arith.MinSIOp(here, whole))


def store_item(f: Emitter, target: ast.Subscript, value: Value) -> None:
    """`array[…] = value`."""
    array, places = _target(f, target)
    _store(f, array, places, value, target)


def update_item(f: Emitter, target: ast.Subscript, compute: Callable[[Value], Value]) -> None:
    """`array[…] op= value`: the indices are evaluated once."""
    array, places = _target(f, target)
    assert isinstance(array.type, Array)
    old = Value(Scalar(array.type.element), (loaded(f, array.only, places),))
    _store(f, array, places, compute(old), target)


def _target(f: Emitter, target: ast.Subscript) -> tuple[Value, list[SSAValue]]:
    array = f.expression(target.value)
    if not isinstance(array.type, Array):
        f.fail(target, f"items of {array.type} cannot be assigned: only those of arrays can")
    indices = _indices(f, target, array.type.rank)
    plain = [index for index in indices if isinstance(index, Value)]
    if len(plain) != array.type.rank:
        f.fail(target, "only single elements can be assigned", help="loop over the part")
    return array, [place(f, array, dim, index, target) for dim, index in enumerate(plain)]


def _store(f: Emitter, array: Value, places: list[SSAValue], value: Value, node: ast.AST) -> None:
    stored = as_element(f, array, value, node)
    effect(f, lambda: f.add(memref.StoreOp.get(stored, array.only, places)))


def as_element(f: Emitter, array: Value, value: Value, node: ast.AST) -> SSAValue:
    """A value converted to the element's type as its constructor does, as the arrays of the asyncio run do. Raises CompileError."""
    assert isinstance(array.type, Array)
    if not isinstance(value.type, Scalar):
        f.fail(node, f"an array of {array.type.element.name} holds no {value.type}")
    have, want = value.type.scalar, array.type.element
    if (have.is_float and not want.is_float) or (want.kind == "bool" and have.kind != "bool"):
        f.fail(node, f"a value of type {have.name} does not become {want.name} by itself", help=f"write {want.name}(…)")
    return f.parts(conversion.cast(f, value, want))[0]


def effect(f: Emitter, emit: Callable[[], object]) -> None:
    """Something without a result that is done once for the task."""

    def body() -> tuple[SSAValue, ...]:
        emit()
        return ()

    once(f, (), body)


@attribute(Array, "size")
def array_size(f: Emitter, value: Value, node: ast.AST) -> Value:
    assert isinstance(value.type, Array)
    count = size(f, value, 0)
    for dim in range(1, value.type.rank):
        count = f.value(arith.MuliOp(count, size(f, value, dim)))
    return Value(INTEGER, (count,))


@attribute(Array, "shape")
def array_shape(f: Emitter, value: Value, node: ast.AST) -> Value:
    assert isinstance(value.type, Array)
    return pack([Value(INTEGER, (size(f, value, dim),)) for dim in range(value.type.rank)])


@attribute(Array, "rank")
@attribute(Array, "ndim")
def array_rank(f: Emitter, value: Value, node: ast.AST) -> Value:
    assert isinstance(value.type, Array)
    return constant(value.type.rank)


__all__ = ["NoneAttr", "as_element", "as_index", "effect", "element_at", "place", "size", "store_item", "update_item"]
