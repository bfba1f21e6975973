"""From one type to another: constants to operations, implicit conversions, explicit casts."""

from __future__ import annotations

import ast
import math
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from xdsl.dialects import arith, memref
from xdsl.dialects.builtin import DYNAMIC_INDEX, AnyFloat, Float16Type, IntegerType, MemRefType, f32
from xdsl.ir import Attribute, SSAValue

from asyncir_python import arithmetic
from asyncir_python.compile.types import (
    BOOLEAN,
    INTEGER,
    Array,
    NoneType,
    Scalar,
    ScalarType,
    Task,
    Tuple,
    Type,
    element_attribute,
)
from asyncir_python.compile.values import Value, pack, split
from asyncir_python.promotion import EITHER, FLOAT, INT
from asyncir_python.scalars import plain, type_of

if TYPE_CHECKING:
    from asyncir_python.compile.emitter import Emitter


def constant(value: Any) -> Value:
    """A Python number as a constant: weak for int, float and bool, strong for the package's scalar types."""
    type_ = type_of(value)
    assert type_ is not None
    return Value(Scalar(type_), constant=plain(value, type_))


def whole(f: Emitter, value: Value) -> Value:
    """The value with its parts."""
    if value.constant is not None and not value.parts:
        assert isinstance(value.type, Scalar)
        return Value(value.type, (f.constant(value.constant, value.type.parts[0]),), value.constant)
    if value.items is not None and not value.parts:
        items = [whole(f, item) for item in value.items]
        return Value(value.type, tuple(part for item in items for part in item.parts), items=tuple(items))
    return value


def convert(f: Emitter, value: Value, type_: Type, node: ast.AST, name: str | None = None) -> Value:
    """
    The value as `type_`, where that changes no value: weak numbers to strong ones of their kind or floats, integers to wider ones, a task's
    result in its place. `name` is that of the variable, if it is one's. Raises CompileError at the node.
    """
    if value.type == type_:
        return value
    match value.type, type_:
        case Scalar(), Scalar():
            return _convert_scalar(f, value, type_, node, name)
        case Tuple(), Tuple() if len(value.type.items) == len(type_.items):
            items = zip(split(value), type_.items, strict=True)
            return pack([convert(f, item, wanted, node, name) for item, wanted in items], type_.is_list)
        case Array(), Array() if (value.type.element, value.type.rank) == (type_.element, type_.rank):
            if type_.visible and not value.type.visible:
                f.fail(node, f"expected {type_}, got {value.type}", help=f"give the kernel a parameter for it: {type_}")
            return Value(type_, (cast_array(f, value.only, type_.parts[0]),))
        case Task(), Task() if value.type.result.parts == type_.result.parts:
            return Value(type_, value.parts)
        case _:
            f.fail(node, f"expected {type_}, got {value.type}")


def _convert_scalar(f: Emitter, value: Value, type_: Scalar, node: ast.AST, name: str | None) -> Value:
    assert isinstance(value.type, Scalar)
    have, want = value.type.scalar, type_.scalar
    if not _keeps(have, want):
        f.fail(node, f"expected {want.name}, got {have.name}", help=f"convert it: {want.name}(…)")
    if want == EITHER and have == INT and (value.constant is None or abs(value.constant) > _EXACT_IN_FLOAT):
        what = f"'{name}'" if name else "this"
        f.doubt(node, f"{what} is an int on one way and a float on another", help=f"make it a float on both: float({name or '…'})")
    if value.constant is not None and want.kind in ("int", "uint") and not fits(int(value.constant), want):
        f.fail(node, f"{value.constant} is out of range for {want.name}")
    return cast(f, value, want)


_EXACT_IN_FLOAT = 1 << 53
"""Each int up to here is a float too."""


def _keeps(have: ScalarType, want: ScalarType) -> bool:
    """Whether each value that `have` means stays what it is: what may be converted without a word."""
    if have == want:
        return True
    if have.kind == "bool":
        return want.kind != "bool"
    if want.kind == "bool":
        return False
    if have.weak:
        return have.kind == "int" or want.kind == "float"
    if have.kind == "float":
        return want.kind == "float" and (have.bits < want.bits or (have.bits == want.bits and want.weak))
    if want.kind == "float":
        return False
    if want.weak:
        return (have.kind, have.bits) != ("uint", 64)
    return (have.kind == want.kind and have.bits <= want.bits) or (have.kind == "uint" and have.bits < want.bits)


def fits(value: int, type_: ScalarType) -> bool:
    if type_.kind == "uint":
        return 0 <= value < 1 << type_.bits
    return -(1 << type_.bits - 1) <= value < 1 << type_.bits - 1


# --------------------------------------------------------------------------------------------------------------------- casts


def cast(f: Emitter, value: Value, want: ScalarType) -> Value:
    """
    The value as a scalar of another type, as the scalar types' constructors define: integers modulo their width, floats rounded to the
    nearest, from float to integer towards zero and saturating, NaN to 0; to bool whether it is not zero.
    """
    assert isinstance(value.type, Scalar)
    have = value.type.scalar
    result = Scalar(want)
    if value.constant is not None:
        return Value(result, constant=arithmetic.convert(value.constant, FLOAT if want == EITHER else want))
    if (element_attribute(have) == element_attribute(want) and "bool" not in (have.kind, want.kind)) or have == want:
        return Value(result, value.parts)
    return Value(result, (_cast(f, value.only, have, want),))


def _cast(f: Emitter, value: SSAValue, have: ScalarType, want: ScalarType) -> SSAValue:
    target = element_attribute(want)
    if want.kind == "bool":
        return truth(f, value)
    if isinstance(target, AnyFloat):
        if have.kind == "float":
            return _resize_float(f, value, have, want)
        unsigned = have.kind in ("uint", "bool")
        return f.value(arith.UIToFPOp(value, target) if unsigned else arith.SIToFPOp(value, target))
    if have.kind == "float":
        return _float_to_int(f, value, want)
    return _resize_int(f, value, have, target)


def _resize_int(f: Emitter, value: SSAValue, have: ScalarType, target: Attribute) -> SSAValue:
    assert isinstance(target, IntegerType)
    bits = target.width.data
    if bits == have.bits:
        return value
    if bits < have.bits:
        return f.value(arith.TruncIOp(value, target))
    return f.value(arith.ExtSIOp(value, target) if have.kind == "int" else arith.ExtUIOp(value, target))


def _resize_float(f: Emitter, value: SSAValue, have: ScalarType, want: ScalarType) -> SSAValue:
    target = element_attribute(want)
    assert isinstance(target, AnyFloat)
    if have.bits == want.bits:  # f16 and bf16: by way of f32, which holds both
        return f.value(arith.TruncFOp(f.value(arith.ExtFOp(value, f32)), target))
    return f.value(arith.ExtFOp(value, target) if have.bits < want.bits else arith.TruncFOp(value, target))


def _float_to_int(f: Emitter, value: SSAValue, want: ScalarType) -> SSAValue:
    """Saturating: the conversion itself only sees what fits."""
    target = element_attribute(want)
    assert isinstance(target, IntegerType)
    signed = want.kind == "int"
    low, high = (-(1 << want.bits - 1), (1 << want.bits - 1) - 1) if signed else (0, (1 << want.bits) - 1)
    type_ = value.type
    under = -_power_of_two(want.bits - 1, type_) if signed else 0.0
    too_low = f.value(arith.CmpfOp(value, f.constant(under, type_), "olt" if math.isfinite(under) else "ole"))
    # The first float above the greatest integer is a power of two, which every float type with that range holds.
    over = _power_of_two(want.bits - 1 if signed else want.bits, type_)
    too_high = f.value(arith.CmpfOp(value, f.constant(over, type_), "oge"))
    nan = f.value(arith.CmpfOp(value, value, "uno"))
    outside = f.value(arith.OrIOp(f.value(arith.OrIOp(too_low, too_high)), nan))
    safe = f.value(arith.SelectOp(outside, f.constant(0.0, type_), value))
    inside = f.value(arith.FPToSIOp(safe, target) if signed else arith.FPToUIOp(safe, target))
    capped = f.value(arith.SelectOp(too_high, f.constant(high, target), inside))
    return f.value(arith.SelectOp(too_low, f.constant(low, target), capped))


def _power_of_two(exponent: int, type_: Attribute) -> float:
    """2**exponent, or infinity where the float type has no such value: nothing else lies above then."""
    if isinstance(type_, Float16Type) and exponent >= 16:
        return float("inf")
    return float(2**exponent)


def truth(f: Emitter, value: SSAValue) -> SSAValue:
    """Whether a number is not zero, as an i1."""
    type_ = value.type
    if isinstance(type_, IntegerType):
        return value if type_.width.data == 1 else f.compare("ne", value, f.constant(0, type_))
    return f.value(arith.CmpfOp(value, f.constant(0.0, type_), "une"))


TRUTHS: dict[type, Callable[[Emitter, Value], Value]] = {}
"""By class of type: whether a value is true."""


def condition(f: Emitter, value: Value, node: ast.AST) -> Value:
    """A value as a bool, as Python's `if` takes it. Raises CompileError for what has no truth."""
    if (truth_of := TRUTHS.get(type(value.type))) is not None:
        return truth_of(f, value)
    match value.type:
        case Scalar():
            return cast(f, value, BOOLEAN.scalar)
        case Tuple():
            return constant(bool(value.type.items))
        case NoneType():
            return constant(False)
        case Array():
            f.fail(node, "the truth of an array is not defined", help="compare its elements, or its length: len(a) > 0")
        case _:
            f.fail(node, f"{value.type} cannot be a condition")


def cast_array(f: Emitter, array: SSAValue, type_: Attribute) -> SSAValue:
    """The same array under a type that says less of its sizes and strides."""
    assert isinstance(array.type, MemRefType) and isinstance(type_, MemRefType)
    if array.type == type_:
        return array
    if array.type.layout == type_.layout:
        return f.value(memref.CastOp.create(operands=[array], result_types=[type_]))
    rank = type_.get_num_dims()
    sizes = [f.value(memref.DimOp(array, f.index(dim))) for dim in range(rank)]
    return f.value(memref.SubviewOp(array, [], sizes, [], [0] * rank, [DYNAMIC_INDEX] * rank, [1] * rank, type_))


def widen(f: Emitter, value: Value) -> Value:
    """A weak or bool value as the number that arithmetic takes."""
    return cast(f, value, INTEGER.scalar) if value.type == BOOLEAN else value
