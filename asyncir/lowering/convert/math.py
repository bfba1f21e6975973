"""
The math dialect: LLVM's intrinsics, and calls of C's mathematical functions for what has none.

The same names on all targets: the llvm-text printer turns both into libdevice's functions on a GPU. There they take scalars only, so
vectors are taken apart; functions of C have no half precision, so it is computed in f32.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from xdsl.dialects.builtin import Float32Type, Float64Type, VectorType, f32, f64, i32
from xdsl.ir import Attribute, Operation, SSAValue

from asyncir.dialects import llvm_ext as llvm
from asyncir.dialects import llvm_intrinsics as intr
from asyncir.lowering.convert.arith import fast_math, width_of
from asyncir.lowering.convert.builder import Builder
from asyncir.lowering.convert.integer_power import integer_power
from asyncir.lowering.convert.lowering import Handler, Lowering
from asyncir.lowering.convert.types import element_of, float_bits
from asyncir.lowering.intrinsics import LIBDEVICE_OF_INTRINSIC

_FLOAT: dict[str, type[Operation]] = {
    "math.absf": intr.FAbsOp,
    "math.acos": intr.ACosOp,
    "math.asin": intr.ASinOp,
    "math.atan": intr.ATanOp,
    "math.atan2": intr.ATan2Op,
    "math.ceil": intr.FCeilOp,
    "math.copysign": intr.CopySignOp,
    "math.cos": intr.CosOp,
    "math.cosh": intr.CoshOp,
    "math.exp": intr.ExpOp,
    "math.exp2": intr.Exp2Op,
    "math.floor": intr.FFloorOp,
    "math.fma": intr.FMAOp,
    "math.log": intr.LogOp,
    "math.log10": intr.Log10Op,
    "math.log2": intr.Log2Op,
    "math.powf": intr.PowOp,
    "math.round": intr.RoundOp,
    "math.roundeven": intr.RoundEvenOp,
    "math.sin": intr.SinOp,
    "math.sinh": intr.SinhOp,
    "math.sqrt": intr.SqrtOp,
    "math.tan": intr.TanOp,
    "math.tanh": intr.TanhOp,
    "math.trunc": intr.FTruncOp,
}

_LIBRARY = {
    "math.acosh": "acosh",
    "math.asinh": "asinh",
    "math.atanh": "atanh",
    "math.cbrt": "cbrt",
    "math.erf": "erf",
    "math.erfc": "erfc",
    "math.expm1": "expm1",
    "math.log1p": "log1p",
}

_INT32 = 32

Compute = Callable[[Sequence[SSAValue]], SSAValue]


def by_element(b: Builder, values: Sequence[SSAValue], compute: Compute) -> SSAValue:
    """Compute a vector element by element; scalars at once."""
    type_ = values[0].type
    if not isinstance(type_, VectorType):
        return compute(values)
    result = b.add(llvm.PoisonOp(type_)).res
    for place in range(type_.get_shape()[0]):
        position = b.integer(place)
        parts = [b.add(llvm.ExtractElementOp(value, position)).res for value in values]
        result = b.add(llvm.InsertElementOp(result, compute(parts), position)).res
    return result


def _intrinsic(lw: Lowering, op: Operation) -> None:
    kind, flags = _FLOAT[op.name], fast_math(op)

    def compute(values: Sequence[SSAValue]) -> SSAValue:
        return lw.b.add(kind(*values, flags)).results[0]  # pyright: ignore[reportCallIssue, reportArgumentType]

    apart = lw.target.scalar_math and kind.name.removeprefix("llvm.intr.") in LIBDEVICE_OF_INTRINSIC
    values = lw.operands(op)
    lw.set(op.results[0], by_element(lw.b, values, compute) if apart else compute(values))


def _library(lw: Lowering, op: Operation) -> None:
    b, base = lw.b, _LIBRARY[op.name]
    element = element_of(lw.type(op.results[0], op))
    double = isinstance(element, Float64Type)
    wide: Attribute = f64 if double else f32

    def compute(values: Sequence[SSAValue]) -> SSAValue:
        arguments = [_as_float(b, value, wide) for value in values]
        result = b.call_outside(base if double else f"{base}f", arguments, wide)
        assert result is not None
        return _as_float(b, result, element)

    lw.set(op.results[0], by_element(b, lw.operands(op), compute))


def _as_float(b: Builder, value: SSAValue, type_: Attribute) -> SSAValue:
    """The value as a float of another size."""
    if value.type == type_:
        return value
    wider = float_bits(value.type) < float_bits(type_)
    return b.cast(llvm.FPExtOp if wider else llvm.FPTruncOp, value, type_)


def _rsqrt(lw: Lowering, op: Operation) -> None:
    value, flags = lw.value(op.operands[0]), fast_math(op)
    root = lw.b.add(intr.SqrtOp(value, flags)).res
    lw.set(op.results[0], lw.b.add(llvm.FDivOp(lw.b.real(1.0, value.type), root, flags)).res)


def _fpowi(lw: Lowering, op: Operation) -> None:
    """Integer powers on a GPU are libdevice's; elsewhere pow of f64 has the exact exponent and rounds once."""
    b, flags = lw.b, fast_math(op)
    element = element_of(lw.type(op.results[0], op))
    short = lw.target.scalar_math and width_of(op.operands[1].type) <= _INT32 and isinstance(element, Float32Type | Float64Type)

    def compute(values: Sequence[SSAValue]) -> SSAValue:
        base, power = values
        if short:
            return b.add(intr.PowIOp(base, b.resize(power, i32, signed=True), flags)).res
        exponent = b.cast(llvm.SIToFPOp, power, f64)
        return _as_float(b, b.add(intr.PowOp(_as_float(b, base, f64), exponent, flags)).res, element)

    lw.set(op.results[0], by_element(b, lw.operands(op), compute))


def _ipowi(lw: Lowering, op: Operation) -> None:
    name = integer_power(lw.b, width_of(op.results[0].type))

    def compute(values: Sequence[SSAValue]) -> SSAValue:
        result = lw.b.call(name, values, values[0].type)
        assert result is not None
        return result

    lw.set(op.results[0], by_element(lw.b, lw.operands(op), compute))


def _absi(lw: Lowering, op: Operation) -> None:
    lw.set(op.results[0], lw.b.add(intr.AbsOp(lw.value(op.operands[0]))).res)


def _count(lw: Lowering, op: Operation) -> None:
    value = lw.value(op.operands[0])
    match op.name:
        case "math.ctlz":
            result = lw.b.add(intr.CountLeadingZerosOp(value)).res
        case "math.cttz":
            result = lw.b.add(intr.CountTrailingZerosOp(value)).res
        case _:
            result = lw.b.add(intr.CtPopOp(value)).res
    lw.set(op.results[0], result)


HANDLERS: Mapping[str, Handler] = {
    **dict.fromkeys(_FLOAT, _intrinsic),
    **dict.fromkeys(_LIBRARY, _library),
    "math.rsqrt": _rsqrt,
    "math.fpowi": _fpowi,
    "math.ipowi": _ipowi,
    "math.absi": _absi,
    "math.ctlz": _count,
    "math.cttz": _count,
    "math.ctpop": _count,
}
