"""
What operations on numbers compute, given the type that `promotion` says: pure functions on Python's ints and floats.

The run under asyncio computes with these, the compiler folds constants with them, and compiled code must give the same:

- Strong integers wrap. Division floors; by zero it raises ZeroDivisionError, and the lowest integer divided by -1 is the lowest again.
  `**` takes its exponent as it is, wraps, and raises ValueError where the exponent is negative. A shift takes its count as it is: one of
  `bits` or more leaves 0 or, to the right, copies of the sign; a negative one raises ValueError.
- Strong floats are IEEE's and raise nothing. `//` and `%` are NumPy's: by zero `//` gives what `/` gives (an infinity or NaN) and `%` gives
  NaN. Each step is rounded to the type; f16 and bf16 compute them in f32 and round once (`works_in`). `**` is C's pow, rounded once.
- Weak ints and floats are Python's own, with Python's errors: division by zero raises ZeroDivisionError, a power out of range
  OverflowError, a negative count ValueError. Two of Python's answers do not fit a type: int to a negative power (a float), and a negative
  float to a fractional power (complex); here they raise ValueError.
- A division of integers is a division of floats: both are rounded to a double first.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from typing import Any

from asyncir_python import ieee
from asyncir_python.promotion import FLOAT, SHIFTS, TYPES, UNARY, ScalarType
from asyncir_python.rounding import round_float, round_integer, saturated, wrap

Number = int | float
"""A value of a type: of the integer types an int, of bool a bool, of the float types a float that the type holds."""


_NAMES = {
    "+": "add", "-": "sub", "*": "mul", "/": "truediv", "//": "floordiv", "%": "mod", "**": "pow", "<<": "lshift", ">>": "rshift",
    "&": "and_", "|": "or_", "^": "xor", "==": "eq", "!=": "ne", "<": "lt", "<=": "le", ">": "gt", ">=": "ge",
}  # fmt: skip

PYTHON: Mapping[str, Callable[[Any, Any], Any]] = {op: getattr(operator, name) for op, name in _NAMES.items()}
"""Python's own operations."""


def convert(value: Number, type_: ScalarType) -> Number:
    """
    The value of a type that a number is converted to.

    Raises, of the weak int only, ValueError for NaN and OverflowError for an infinity, as `int(x)`.
    """
    if type_.kind == "bool":
        return bool(value)
    if type_.is_float:
        return round_float(value, type_) if isinstance(value, float) else round_integer(value, type_)
    if isinstance(value, float):
        return int(value) if type_.weak else saturated(value, type_)
    return wrap(int(value), type_)


def binary_value(op: str, type_: ScalarType, left: Number, right: Number) -> Number:
    """
    `left op right` in the type that `binary_type` gives, for arithmetic, shifts and bitwise operators; operands need not be converted yet.

    Raises ZeroDivisionError, ValueError and OverflowError as said above.
    """
    if type_.is_float:
        a, b = float(convert(left, type_)), float(convert(right, type_))
        return _weak_float(op, a, b) if type_.weak else _strong_float(op, type_, a, b)
    if op in SHIFTS:
        return _shifted(op, type_, int(convert(left, type_)), int(right))
    if op == "**":
        return _integer_power(type_, int(convert(left, type_)), int(right))
    value = PYTHON[op](convert(left, type_), convert(right, type_))
    return wrap(value, type_)


def compare_values(op: str, type_: ScalarType, left: Number, right: Number) -> bool:
    """A comparison in the type that `binary_type` gives; of weak floats with integers it is exact, as Python's."""
    if type_.is_float and type_ != FLOAT:
        left, right = convert(left, type_), convert(right, type_)
    return PYTHON[op](left, right)


def unary_value(op: str, type_: ScalarType, value: Number) -> Number:
    """`-x`, `+x`, `~x`, `abs(x)` in the type that `unary_type` gives, or `not x`."""
    if op not in UNARY:
        raise ValueError(f"no unary operator on numbers: {op!r}")
    if op == "not":
        return not value
    if type_.is_float:
        return _UNARY[op](float(value))
    return wrap(_UNARY[op](int(value)), type_)


def works_in(type_: ScalarType) -> ScalarType:
    """The type in which `//` and `%` of a float type take their steps."""
    return TYPES["f32"] if type_.bits == 16 else type_


_UNARY: Mapping[str, Callable[[Any], Any]] = {"-": operator.neg, "+": operator.pos, "~": operator.invert, "abs": abs}


def _integer_power(type_: ScalarType, base: int, exponent: int) -> int:
    if exponent < 0:
        raise ValueError(f"{type_} ** {exponent}: an integer to a negative power; make one of them a float")
    return base**exponent if type_.weak else wrap(pow(base, exponent, 1 << type_.bits), type_)


def _shifted(op: str, type_: ScalarType, value: int, count: int) -> int:
    if count < 0:
        raise ValueError("negative shift count")
    if op == ">>":
        return value >> count
    if type_.weak:
        return value << count
    return wrap(value << count, type_) if count < type_.bits else 0


_STEP: Mapping[str, Callable[[float, float], float]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": ieee.divide,
    "**": ieee.power,
}
"""In double precision; rounded again to a type of less than half its digits that is the operation in the type, rounded once."""


def _strong_float(op: str, type_: ScalarType, a: float, b: float) -> float:
    if op in _STEP:
        return round_float(_STEP[op](a, b), type_)
    quotient, rest = ieee.floor_divmod(a, b, works_in(type_))
    return round_float(quotient if op == "//" else rest, type_)


def _weak_float(op: str, a: float, b: float) -> float:
    value = PYTHON[op](a, b)
    if isinstance(value, complex):
        raise ValueError("a negative number to a fractional power is no real number")
    return value
