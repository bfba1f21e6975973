"""
Operations on floats as IEEE 754 and C define them: they raise nothing, where Python raises they give NaN or an infinity.

Operands are doubles that hold values of some float type. What rounds more than once takes the type.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from types import MappingProxyType

from asyncir_python.promotion import ScalarType
from asyncir_python.rounding import round_float, round_scaled


def divide(a: float, b: float) -> float:
    """Division that raises nothing: by zero it gives an infinity or NaN."""
    if b != 0.0:
        return a / b
    if a == 0.0 or a != a:
        return math.nan
    return math.copysign(math.inf, a) * math.copysign(1.0, b)


def power(a: float, b: float) -> float:
    """C's pow: NaN for a negative number to a fractional power, an infinity out of range and for zero to a negative power."""
    odd = b % 2.0 == 1.0
    try:
        return math.pow(a, b)
    except OverflowError:
        return -math.inf if a < 0.0 and odd else math.inf
    except ValueError:
        if a != 0.0:
            return math.nan
        return math.copysign(math.inf, a) if odd else math.inf


def floor_divmod(a: float, b: float, type_: ScalarType) -> tuple[float, float]:
    """
    Floor division and its rest, each step rounded to the type: the C remainder, moved to the divisor's sign.

    The quotient is the whole number nearest to (a - rest) / b, which differs from a whole number by rounding only.
    """
    if b == 0.0:
        return divide(a, b), math.nan
    if not math.isfinite(a) or b != b:
        return math.nan, math.nan
    rest = math.fmod(a, b)
    quotient = round_float(round_float(a - rest, type_) / b, type_)
    if rest == 0.0:
        rest = math.copysign(0.0, b)
    elif (b < 0.0) != (rest < 0.0):
        rest = round_float(rest + b, type_)
        quotient = round_float(quotient - 1.0, type_)
    return _whole(quotient, a, b, type_), rest


def _whole(quotient: float, a: float, b: float, type_: ScalarType) -> float:
    if quotient == 0.0:
        return math.copysign(0.0, divide(a, b))
    if math.isinf(quotient):
        return quotient
    whole = float(math.floor(quotient))
    return round_float(whole + 1.0, type_) if quotient - whole > 0.5 else whole


def rsqrt(x: float) -> float:
    """1 / sqrt(x)."""
    if x == 0.0:
        return math.copysign(math.inf, x)
    return math.nan if x < 0.0 else 1.0 / math.sqrt(x)


def fma(type_: ScalarType, x: float, y: float, z: float) -> float:
    """x * y + z, rounded once: a double is an integer over a power of two, so the sum is computed exactly."""
    if not (math.isfinite(x) and math.isfinite(y) and math.isfinite(z)):
        return x * y + z
    (a, b), (c, d), (e, f) = x.as_integer_ratio(), y.as_integer_ratio(), z.as_integer_ratio()
    total = a * c * f + e * b * d
    if total == 0:
        # Zeros keep IEEE's sign; numbers that cancel give a positive zero.
        return x * y + z if a * c == 0 else 0.0
    return round_scaled(total, 1 - (b * d * f).bit_length(), type_)


def total(function: Callable[..., float], poles: Mapping[float, float] = MappingProxyType({})) -> Callable[..., float]:
    """A function of `math` that raises nothing: a pole of its first operand has that value, other errors are NaN and +infinity."""

    def apply(*operands: float) -> float:
        if operands[0] in poles:
            return poles[operands[0]]
        try:
            return function(*operands)
        except ValueError:
            return math.nan
        except OverflowError:
            return math.inf

    return apply


def odd(function: Callable[[float], float]) -> Callable[[float], float]:
    """A function with f(-x) = -f(x), by its value for |x|: so what is too large has the right sign."""
    positive = total(function)

    def apply(x: float) -> float:
        return math.copysign(positive(abs(x)), x)

    return apply


def whole(function: Callable[[float], int]) -> Callable[[float], float]:
    """A rounding to a whole number that stays a float, so that -0.0, infinities and NaN are kept."""

    def apply(x: float) -> float:
        return math.copysign(float(function(x)), x) if math.isfinite(x) else x

    return apply
