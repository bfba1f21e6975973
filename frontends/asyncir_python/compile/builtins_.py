"""Python's own functions: abs, min, max, len, round, divmod, pow, print is not one of them."""

from __future__ import annotations

import ast
from collections.abc import Callable

from xdsl.dialects import arith, math

from asyncir_python import arithmetic
from asyncir_python.compile import conversion
from asyncir_python.compile.arrays import size
from asyncir_python.compile.calls import Call, builtin
from asyncir_python.compile.conversion import constant
from asyncir_python.compile.emitter import Emitter
from asyncir_python.compile.operators import compare, folded, operate
from asyncir_python.compile.structure import joined
from asyncir_python.compile.types import INTEGER, Array, Scalar, Tuple
from asyncir_python.compile.values import Value, pack, split
from asyncir_python.promotion import unary_type


@builtin(abs)
def emit_abs(f: Emitter, call: Call) -> Value:
    (value,) = call.exactly(f, "x")
    if not isinstance(value.type, Scalar):
        f.fail(call.node, f"abs() takes a number, got {value.type}")
    type_ = unary_type("abs", value.type.scalar)
    if value.constant is not None:
        return folded(f, arithmetic.unary_value("abs", type_, value.constant), type_, call.node)
    x = f.parts(conversion.cast(f, value, type_))[0]
    if type_.is_float:
        return Value(Scalar(type_), (f.value(math.AbsFOp(x)),))
    if type_.kind == "uint":
        return Value(Scalar(type_), (x,))
    zero = f.constant(0, x.type)
    return Value(Scalar(type_), (f.value(arith.SelectOp(f.compare("slt", x, zero), f.value(arith.SubiOp(zero, x)), x)),))


@builtin(min, max)
def emit_extreme(f: Emitter, call: Call) -> Value:
    """As Python's: of equal ones the first, by comparing in turn, so that a NaN is met as there."""
    if call.keywords:
        f.fail(call.node, f"{call.name}() takes no keyword arguments here")
    values = split(call.args[0]) if len(call.args) == 1 and isinstance(call.args[0].type, Tuple) else call.args
    if len(values) < 2 and values is call.args:
        f.fail(call.node, f"{call.name}() takes two numbers or more, or a tuple")
    type_ = joined(f, call.node, None, [value.type for value in values])
    best = f.convert(values[0], type_, call.node)
    operator = ast.Lt() if call.name == "min" else ast.Gt()
    for value in values[1:]:
        other = f.convert(value, type_, call.node)
        better = compare(f, operator, other, best, call.node)
        if better.constant is not None:
            best = other if better.constant else best
            continue
        best = Value(type_, (f.value(arith.SelectOp(better.only, f.parts(other)[0], f.parts(best)[0])),))
    return best


LENGTHS: dict[type, Callable[[Emitter, Value], Value]] = {}
"""By class of type: what `len(value)` is."""


@builtin(len)
def emit_len(f: Emitter, call: Call) -> Value:
    (value,) = call.exactly(f, "obj")
    if (length := LENGTHS.get(type(value.type))) is not None:
        return length(f, value)
    match value.type:
        case Tuple():
            return constant(len(value.type.items))
        case Array():
            return Value(INTEGER, (size(f, value, 0),))
        case _:
            f.fail(call.node, f"{value.type} has no len()")


@builtin(divmod)
def emit_divmod(f: Emitter, call: Call) -> Value:
    a, b = call.exactly(f, "a", "b")
    return pack([operate(f, ast.FloorDiv(), a, b, call.node), operate(f, ast.Mod(), a, b, call.node)])


@builtin(pow)
def emit_pow(f: Emitter, call: Call) -> Value:
    a, b = call.exactly(f, "base", "exp")
    return operate(f, ast.Pow(), a, b, call.node)
