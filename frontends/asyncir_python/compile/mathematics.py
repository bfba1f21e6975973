"""Mathematical functions: the package's own, which keep the type, and those of Python's `math`, which compute in f64 and raise errors."""

from __future__ import annotations

import math as python_math

from xdsl.dialects import arith, math
from xdsl.dialects.builtin import f32
from xdsl.ir import Operation, SSAValue

from asyncir.dialects.arith_ext import RemFOp
from asyncir.dialects.context import make_context
from asyncir_python import mathematics
from asyncir_python.arithmetic import convert
from asyncir_python.compile import conversion
from asyncir_python.compile.calls import Call, builtin
from asyncir_python.compile.conversion import constant
from asyncir_python.compile.emitter import Emitter
from asyncir_python.compile.failing import fail_if
from asyncir_python.compile.types import BOOLEAN, INTEGER, REAL, Scalar
from asyncir_python.compile.values import Value
from asyncir_python.mathematics import Function, python_type, result_type
from asyncir_python.promotion import FLOAT, ScalarType
from asyncir_python.scalars import make

_CONTEXT = make_context()


def _operation(name: str, operands: list[SSAValue]) -> Operation:
    """The operation of that name; all have operands of one type."""
    if name == "arith.remf":
        return RemFOp(operands[0], operands[1])
    op: type[Operation] = _CONTEXT.get_op(name)
    question = name in ("math.isnan", "math.isinf", "math.isfinite")
    return op.create(operands=operands, result_types=[BOOLEAN.parts[0] if question else operands[0].type])


def _operands(f: Emitter, call: Call, arity: int) -> list[Value]:
    if len(call.args) != arity or call.keywords:
        f.fail(call.node, f"{call.name}() takes {arity} number{'s' if arity > 1 else ''}")
    for value in call.args:
        if not isinstance(value.type, Scalar):
            f.fail(call.node, f"{call.name}() takes numbers, got {value.type}")
    return call.args


def _scalars(values: list[Value]) -> list[ScalarType]:
    return [value.type.scalar for value in values if isinstance(value.type, Scalar)]


def _own(function: Function) -> None:
    @builtin(function.call)
    def emit(f: Emitter, call: Call) -> Value:
        values = _operands(f, call, function.arity)
        type_ = result_type(_scalars(values))
        if all(value.constant is not None for value in values):
            numbers = [convert(value.constant, type_) for value in values]
            return constant(function.call(*(make(number, type_) for number in numbers)))
        operands = [f.parts(conversion.cast(f, value, type_))[0] for value in values]
        return Value(BOOLEAN if function.result == "bool" else Scalar(type_), (_computed(f, function, operands, type_),))


def _computed(f: Emitter, function: Function, operands: list[SSAValue], type_: ScalarType) -> SSAValue:
    """f16 and bf16 are computed in f32, which the operations have."""
    if type_.bits > 16 or function.result == "bool":
        return f.value(_operation(function.op, operands))
    wide = [f.value(arith.ExtFOp(operand, f32)) for operand in operands]
    return f.value(arith.TruncFOp(f.value(_operation(function.op, wide)), operands[0].type))


def _pythons(function: Function) -> None:
    @builtin(function.python)
    def emit(f: Emitter, call: Call) -> Value:
        values = _operands(f, call, function.arity)
        if function.python_result == "int" and not any(scalar.is_float for scalar in _scalars(values)):
            return conversion.cast(f, values[0], INTEGER.scalar)
        if all(value.constant is not None for value in values):
            assert function.python is not None
            try:
                return constant(function.python(*(value.constant for value in values)))
            except (ValueError, ArithmeticError) as error:
                f.fail(call.node, f"this always fails: {error}")
        operands = [f.parts(conversion.cast(f, value, FLOAT))[0] for value in values]
        result = f.value(_operation(function.op, operands))
        if function.result == "bool":
            return Value(BOOLEAN, (result,))
        _check(f, call, function, operands, result)
        value = Value(REAL, (result,))
        return conversion.cast(f, value, INTEGER.scalar) if python_type(function).kind == "int" else value


def _check(f: Emitter, call: Call, function: Function, operands: list[SSAValue], result: SSAValue) -> None:
    """Raises where `math` raises: see `mathematics.math_error`."""
    if function.name in _TOTAL:
        return
    is_nan = f.value(arith.CmpfOp(result, result, "uno"))
    if function.python_result == "int":
        fail_if(f, is_nan, ValueError, "cannot convert float NaN to integer", call.node)
        fail_if(f, _infinite(f, result), OverflowError, "cannot convert float infinity to integer", call.node)
        return
    known = [f.value(arith.CmpfOp(operand, operand, "ord")) for operand in operands]
    fail_if(f, _all(f, [is_nan, *known]), ValueError, "math domain error", call.node)
    finite = [f.opposite(_infinite(f, operand)) for operand in operands]
    overflowed = _all(f, [_infinite(f, result), *known, *finite])
    if function.name == "pow":
        zero = f.value(arith.CmpfOp(operands[0], f.constant(0.0, operands[0].type), "oeq"))
        fail_if(f, _all(f, [overflowed, zero]), ValueError, "math domain error", call.node)
    text = "math range error" if function.infinite is OverflowError else "math domain error"
    fail_if(f, overflowed, function.infinite, text, call.node)


_TOTAL = frozenset({"fabs", "copysign", "atan", "atan2", "tanh", "asinh", "erf", "erfc", "cbrt", "isnan", "isinf", "isfinite"})
"""Functions that give a number for all numbers."""


def _infinite(f: Emitter, value: SSAValue) -> SSAValue:
    magnitude = f.value(math.AbsFOp(value))
    return f.value(arith.CmpfOp(magnitude, f.constant(float("inf"), value.type), "oeq"))


def _all(f: Emitter, values: list[SSAValue]) -> SSAValue:
    result = values[0]
    for value in values[1:]:
        result = f.value(arith.AndIOp(result, value))
    return result


for _function in mathematics.FUNCTIONS.values():
    _own(_function)
    if _function.python is not None:
        _pythons(_function)


def _unsupported(name: str, instead: str) -> None:
    found = getattr(python_math, name, None)
    if found is None:
        return

    @builtin(found)
    def emit(f: Emitter, call: Call) -> Value:
        f.fail(call.node, f"math.{name} is not supported in compiled functions", help=instead)


for _name, _instead in mathematics.UNSUPPORTED.items():
    _unsupported(_name, _instead)


@builtin(round)
def emit_round(f: Emitter, call: Call) -> Value:
    """`round(x)`: to the nearest integer, halves to the even one."""
    (value,) = _operands(f, call, 1)
    assert isinstance(value.type, Scalar)
    if not value.type.scalar.is_float:
        return conversion.cast(f, value, INTEGER.scalar)
    if value.constant is not None:
        return constant(round(value.constant))
    x = f.parts(conversion.cast(f, value, FLOAT))[0]
    fail_if(f, f.value(arith.CmpfOp(x, x, "uno")), ValueError, "cannot convert float NaN to integer", call.node)
    fail_if(f, _infinite(f, x), OverflowError, "cannot convert float infinity to integer", call.node)
    return conversion.cast(f, Value(REAL, (f.value(math.RoundEvenOp(x)),)), INTEGER.scalar)
