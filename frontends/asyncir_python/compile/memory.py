"""Arrays that a task makes, and atomic updates of elements."""

from __future__ import annotations

from collections.abc import Callable

from xdsl.dialects import memref
from xdsl.dialects.builtin import IntegerAttr, MemRefType, i64
from xdsl.ir import SSAValue

from asyncir.dialects.memref_ext import RMW_KINDS, AtomicRMWOp
from asyncir_python.compile import conversion
from asyncir_python.compile.arrays import as_element, as_index, place, size
from asyncir_python.compile.calls import Call, builtin
from asyncir_python.compile.emitter import Emitter, static_of
from asyncir_python.compile.failing import fail_if
from asyncir_python.compile.lane_effects import fill, once
from asyncir_python.compile.signature import scalar_of
from asyncir_python.compile.types import INTEGER, Array, Scalar, Tuple
from asyncir_python.compile.values import Value, split
from asyncir_python.promotion import ScalarType
from asyncir_python.twin import atomics, memory
from asyncir_python.twin.arrays import MAX_RANK


@builtin(memory.zeros)
def emit_zeros(f: Emitter, call: Call) -> Value:
    array = _allocated(f, call)
    assert isinstance(array.type, Array)
    sizes = [size(f, array, dim) for dim in range(array.type.rank)]
    fill(f, f.constant(0, Scalar(array.type.element).parts[0]), array.only, sizes)
    return array


@builtin(memory.empty)
def emit_empty(f: Emitter, call: Call) -> Value:
    return _allocated(f, call)


def _allocated(f: Emitter, call: Call) -> Value:
    shape, dtype = call.exactly(f, "shape", "dtype")
    element = scalar_of(static_of(dtype))
    if element is None:
        f.fail(call.node, f"{call.name}() takes a type of numbers, got {dtype.type}", help=f"{call.name}(16, f32)")
    sizes = split(shape) if isinstance(shape.type, Tuple) else [shape]
    if not 1 <= len(sizes) <= MAX_RANK:
        f.fail(call.node, f"an array has 1 to {MAX_RANK} dimensions, got {len(sizes)}")
    dynamic = [_size(f, size, call) for size in sizes]
    type_ = Array(element, len(sizes))
    array = memref.AllocOp([f.index(size) for size in dynamic], [], type_.parts[0])
    return Value(type_, (f.value(array),))


def _size(f: Emitter, size: Value, call: Call) -> SSAValue:
    if not isinstance(size.type, Scalar) or size.type.scalar.kind not in ("int", "uint"):
        f.fail(call.node, f"the size of an array is an integer, got {size.type}")
    if size.constant is not None and size.constant < 0:
        f.fail(call.node, f"the sizes of an array are not negative, got {size.constant}")
    value = f.parts(conversion.cast(f, size, INTEGER.scalar))[0]
    if size.constant is None and value not in f.not_negative:
        fail_if(f, f.compare("slt", value, f.int64(0)), ValueError, "the sizes of an array are not negative", call.node)
    return value


# ------------------------------------------------------------------------------------------------------------------- atomics


def _atomic(function: Callable[..., object], *, integers: bool, of_float: str | None, of_int: str, of_uint: str) -> None:
    @builtin(function)
    def emit(f: Emitter, call: Call) -> Value:
        array, index, value = call.exactly(f, "array", "index", "value")
        if not isinstance(array.type, Array):
            f.fail(call.node, f"{call.name}() takes an array, got {array.type}")
        element = array.type.element
        kind = {"float": of_float, "int": of_int, "uint": of_uint}.get(element.kind)
        if kind is None or (integers and element.kind == "float"):
            what = "integers" if integers else "numbers"
            f.fail(call.node, f"{call.name}() works on arrays of {what}, not on {array.type}")
        return _update(f, call, array, index, value, kind, element)


def _update(f: Emitter, call: Call, array: Value, index: Value, value: Value, kind: str, element: ScalarType) -> Value:
    if not isinstance(value.type, Scalar):
        f.fail(call.node, f"{call.name}() takes a number, got {value.type}")
    places = places_of(f, call, array, index)
    operand = as_element(f, array, value, call.node)
    assert isinstance(array.only.type, MemRefType)
    op = AtomicRMWOp(
        operands=[operand, array.only, places], result_types=[operand.type], properties={"kind": IntegerAttr(RMW_KINDS.index(kind), i64)}
    )
    return Value(Scalar(element), tuple(once(f, [operand.type], lambda: (f.value(op),))))


def places_of(f: Emitter, call: Call, array: Value, index: Value) -> list[SSAValue]:
    """Where the element is that a call's argument names: an integer, or a tuple of them. Raises CompileError."""
    assert isinstance(array.type, Array)
    indices = split(index) if isinstance(index.type, Tuple) else [index]
    if len(indices) != array.type.rank:
        given = "1 index" if len(indices) == 1 else f"{len(indices)} indices"
        f.fail(call.node, f"{given} for an array of {array.type.rank} dimension{'s' if array.type.rank > 1 else ''}")
    return [place(f, array, dim, as_index(f, one, call.node), call.node) for dim, one in enumerate(indices)]


_atomic(atomics.atomic_add, integers=False, of_float="addf", of_int="addi", of_uint="addi")
_atomic(atomics.atomic_max, integers=False, of_float="maximumf", of_int="maxs", of_uint="maxu")
_atomic(atomics.atomic_min, integers=False, of_float="minimumf", of_int="mins", of_uint="minu")
_atomic(atomics.atomic_and, integers=True, of_float=None, of_int="andi", of_uint="andi")
_atomic(atomics.atomic_or, integers=True, of_float=None, of_int="ori", of_uint="ori")
_atomic(atomics.atomic_xor, integers=True, of_float=None, of_int="xori", of_uint="xori")
_atomic(atomics.atomic_exchange, integers=False, of_float="assign", of_int="assign", of_uint="assign")
