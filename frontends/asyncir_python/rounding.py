"""
From numbers to the values that a type holds: integers wrap, floats are rounded once to the nearest, ties to even.

Values are Python's ints and floats; a value of f16, bf16 or f32 is the double that equals it. NumPy is not needed.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Callable, Mapping

from asyncir_python.promotion import ScalarType

_F16, _F32 = struct.Struct("<e"), struct.Struct("<f")
_BF16_DIGITS = 8
_BF16_LAST_EXPONENT = -133  # the smallest subnormal is 2**-133
_BF16_END = 2.0**128
_DOUBLE_DIGITS = 53


def bounds(type_: ScalarType) -> tuple[int, int]:
    """The lowest and the highest value of an integer type."""
    if type_.kind == "uint":
        return 0, (1 << type_.bits) - 1
    return -(1 << (type_.bits - 1)), (1 << (type_.bits - 1)) - 1


def wrap(value: int, type_: ScalarType) -> int:
    """The integer modulo 2**bits, in the type's range. A weak int stays what it is."""
    if type_.weak:
        return value
    mask = (1 << type_.bits) - 1
    if type_.kind == "uint":
        return value & mask
    half = 1 << (type_.bits - 1)
    return ((value + half) & mask) - half


def saturated(value: float, type_: ScalarType) -> int:
    """A float as a strong integer: truncated towards zero, the nearest bound where it is out of range, 0 for NaN (as Rust and PTX do)."""
    low, high = bounds(type_)
    if value != value:
        return 0
    if math.isinf(value):
        return high if value > 0 else low
    return min(max(math.trunc(value), low), high)


def _packed(form: struct.Struct) -> Callable[[float], float]:
    """By way of the type's bytes; `struct` rounds to even and refuses what would become infinite."""

    def rounded(value: float) -> float:
        try:
            (result,) = form.unpack(form.pack(value))
        except OverflowError:
            return math.copysign(math.inf, value)
        return result

    return rounded


def _bf16(value: float) -> float:
    """
    Adding and subtracting a number whose last digit is worth what the last digit of the result is: the double's own rounding does it.
    """
    if value == 0.0 or not math.isfinite(value):
        return value
    if abs(value) >= _BF16_END:
        return math.copysign(math.inf, value)
    last = max(math.frexp(value)[1] - _BF16_DIGITS, _BF16_LAST_EXPONENT)
    shifter = math.ldexp(1.5, last + _DOUBLE_DIGITS - 1)
    rounded = (value + shifter) - shifter
    return math.copysign(math.inf if abs(rounded) >= _BF16_END else rounded, value)


def _same(value: float) -> float:
    return value


_ROUNDING: Mapping[str, Callable[[float], float]] = {
    "f16": _packed(_F16),
    "bf16": _bf16,
    "f32": _packed(_F32),
    "f64": _same,
    "float": _same,
}


def round_float(value: float, type_: ScalarType) -> float:
    """A double in a float type; too large a number is infinite."""
    return _ROUNDING[type_.name](value)


def round_integer(value: int, type_: ScalarType) -> float:
    """An integer in a float type, rounded once."""
    return round_scaled(value, 0, type_)


def round_scaled(value: int, exponent: int, type_: ScalarType) -> float:
    """
    `value * 2**exponent` in a float type, rounded once.

    A long integer is cut to a double's digits, its last one odd if anything was cut off: such a double is no tie of a smaller type, so
    rounding it again rounds the number.
    """
    if type_.bits == 64:
        return _nearest_double(value, exponent)
    cut = max(abs(value).bit_length() - _DOUBLE_DIGITS, 0)
    kept = abs(value) >> cut
    kept |= 1 if kept << cut != abs(value) else 0
    try:
        magnitude = math.ldexp(float(kept), cut + exponent)
    except OverflowError:
        magnitude = math.inf
    return round_float(-magnitude if value < 0 else magnitude, type_)


def _nearest_double(value: int, exponent: int) -> float:
    """Python divides integers with one rounding, into the subnormal numbers too."""
    try:
        return float(value << exponent) if exponent >= 0 else value / (1 << -exponent)
    except OverflowError:
        return -math.inf if value < 0 else math.inf
