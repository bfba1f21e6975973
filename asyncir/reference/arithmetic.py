"""
Arithmetic on scalars as MLIR's `arith` defines it: tables from an operation's name to what makes a Python function for a type.

Integers wrap. What MLIR leaves undefined (division by zero or with an overflowing quotient, a shift by the width or more, a
conversion out of range) raises `Undefined`. The flags nsw and nuw are promises that allow no observation: they are not read.
"""

from __future__ import annotations

import math
from collections.abc import Callable

from xdsl.ir import Attribute

from asyncir.reference.values import Undefined, float_from_exact, rounding, signed_of, unsigned_of, wrap_to

IntegerFunction = Callable[[int, int], int]
FloatFunction = Callable[[float, float], float]


def _wrapped(function: IntegerFunction) -> Callable[[int], IntegerFunction]:
    """Of operations whose result's low bits depend on the operands' low bits only."""

    def build(width: int) -> IntegerFunction:
        if width == 1:
            return lambda a, b: function(a, b) & 1
        half, mask = 1 << (width - 1), (1 << width) - 1
        return lambda a, b: ((function(a, b) + half) & mask) - half

    return build


def _add(width: int) -> IntegerFunction:
    half, mask = 1 << (width - 1), (1 << width) - 1
    return (lambda a, b: (a + b) & 1) if width == 1 else (lambda a, b: ((a + b + half) & mask) - half)


def _sub(width: int) -> IntegerFunction:
    half, mask = 1 << (width - 1), (1 << width) - 1
    return (lambda a, b: (a - b) & 1) if width == 1 else (lambda a, b: ((a - b + half) & mask) - half)


def _bitwise(function: IntegerFunction) -> Callable[[int], IntegerFunction]:
    """Bitwise operations stay within the representation."""
    return lambda width: function


def _on_signed(function: IntegerFunction) -> Callable[[int], IntegerFunction]:
    def build(width: int) -> IntegerFunction:
        signed, wrap = signed_of(width), wrap_to(width)
        return lambda a, b: wrap(function(signed(a), signed(b)))

    return build


def _on_unsigned(function: IntegerFunction) -> Callable[[int], IntegerFunction]:
    def build(width: int) -> IntegerFunction:
        unsigned, wrap = unsigned_of(width), wrap_to(width)
        return lambda a, b: wrap(function(unsigned(a), unsigned(b)))

    return build


def _nonzero(divisor: int) -> int:
    if divisor == 0:
        raise Undefined("division by zero")
    return divisor


def _truncated(a: int, b: int) -> int:
    quotient = abs(a) // abs(_nonzero(b))
    return quotient if (a < 0) == (b < 0) else -quotient


def _signed_division(divide: IntegerFunction) -> Callable[[int], IntegerFunction]:
    def build(width: int) -> IntegerFunction:
        signed, wrap, lowest = signed_of(width), wrap_to(width), -1 << (width - 1)

        def apply(a: int, b: int) -> int:
            a, b = signed(a), signed(b)
            if b == -1 and a == lowest:
                raise Undefined("the quotient of the lowest integer and -1 overflows")
            return wrap(divide(a, _nonzero(b)))

        return apply

    return build


def _remainder(a: int, b: int) -> int:
    return a - b * _truncated(a, b)


def _shift(function: IntegerFunction, operand: Callable[[int], Callable[[int], int]]) -> Callable[[int], IntegerFunction]:
    def build(width: int) -> IntegerFunction:
        value_of, unsigned, wrap = operand(width), unsigned_of(width), wrap_to(width)

        def apply(a: int, b: int) -> int:
            amount = unsigned(b)
            if amount >= width:
                raise Undefined(f"a shift by {amount} of {width} bits")
            return wrap(function(value_of(a), amount))

        return apply

    return build


INTEGER_BINARY: dict[str, Callable[[int], IntegerFunction]] = {
    "arith.addi": _add,
    "arith.subi": _sub,
    "arith.muli": _wrapped(lambda a, b: a * b),
    "arith.andi": _bitwise(lambda a, b: a & b),
    "arith.ori": _bitwise(lambda a, b: a | b),
    "arith.xori": _bitwise(lambda a, b: a ^ b),
    "arith.divsi": _signed_division(_truncated),
    "arith.floordivsi": _signed_division(lambda a, b: a // b),
    "arith.ceildivsi": _signed_division(lambda a, b: -(-a // b)),
    "arith.remsi": _on_signed(_remainder),
    "arith.divui": _on_unsigned(lambda a, b: a // _nonzero(b)),
    "arith.ceildivui": _on_unsigned(lambda a, b: -(-a // _nonzero(b))),
    "arith.remui": _on_unsigned(lambda a, b: a % _nonzero(b)),
    "arith.minsi": _on_signed(min),
    "arith.maxsi": _on_signed(max),
    "arith.minui": _on_unsigned(min),
    "arith.maxui": _on_unsigned(max),
    "arith.shli": _shift(lambda a, n: a << n, unsigned_of),
    "arith.shrui": _shift(lambda a, n: a >> n, unsigned_of),
    "arith.shrsi": _shift(lambda a, n: a >> n, signed_of),
}


def _integer_predicates() -> tuple[tuple[str, Callable[[int, int], bool]], ...]:
    less: Callable[[int, int], bool] = lambda a, b: a < b  # noqa: E731
    less_equal: Callable[[int, int], bool] = lambda a, b: a <= b  # noqa: E731
    greater: Callable[[int, int], bool] = lambda a, b: a > b  # noqa: E731
    greater_equal: Callable[[int, int], bool] = lambda a, b: a >= b  # noqa: E731
    signed = (("s", less), ("s", less_equal), ("s", greater), ("s", greater_equal))
    unsigned = (("u", less), ("u", less_equal), ("u", greater), ("u", greater_equal))
    return (("s", lambda a, b: a == b), ("s", lambda a, b: a != b), *signed, *unsigned)


_CMPI = _integer_predicates()


def compare_integers(predicate: int, width: int) -> Callable[[int, int], int]:
    """`arith.cmpi` with MLIR's predicate number; yields 0 or 1."""
    sign, function = _CMPI[predicate]
    if sign == "s" and width > 1:
        return lambda a, b: 1 if function(a, b) else 0
    read = signed_of(width) if sign == "s" else unsigned_of(width)
    return lambda a, b: 1 if function(read(a), read(b)) else 0


# ---------------------------------------------------------------------------------------------------------------- floats


def divide(a: float, b: float) -> float:
    """IEEE division: by zero it is infinite or NaN."""
    if b != 0.0:
        return a / b
    if a == 0.0 or a != a or b != b:
        return math.nan
    return math.copysign(math.inf, a) * math.copysign(1.0, b)


def _remainder_f(a: float, b: float) -> float:
    if math.isinf(a) or b == 0.0 or a != a or b != b:
        return math.nan
    return math.fmod(a, b)


def _pick(a: float, b: float, smaller: bool) -> float:
    """The smaller or larger number, where -0.0 is below 0.0."""
    if a == b:
        first_negative = math.copysign(1.0, a) < 0
        return a if first_negative == smaller else b
    return a if (a < b) == smaller else b


def minimum(a: float, b: float) -> float:
    """IEEE 754-2019 minimum: NaN wins."""
    return math.nan if a != a or b != b else _pick(a, b, True)


def maximum(a: float, b: float) -> float:
    """IEEE 754-2019 maximum: NaN wins."""
    return math.nan if a != a or b != b else _pick(a, b, False)


def minimum_number(a: float, b: float) -> float:
    """IEEE 754 minNum: a number wins over NaN."""
    if a != a:
        return b
    return a if b != b else _pick(a, b, True)


def maximum_number(a: float, b: float) -> float:
    """IEEE 754 maxNum: a number wins over NaN."""
    if a != a:
        return b
    return a if b != b else _pick(a, b, False)


FLOAT_BINARY: dict[str, FloatFunction] = {
    "arith.addf": lambda a, b: a + b,
    "arith.subf": lambda a, b: a - b,
    "arith.mulf": lambda a, b: a * b,
    "arith.divf": divide,
    "arith.remf": _remainder_f,
    "arith.minimumf": minimum,
    "arith.maximumf": maximum,
    "arith.minnumf": minimum_number,
    "arith.maxnumf": maximum_number,
}
"""In double precision; rounding the result to a type of at most half the precision is correct rounding."""


_ORDERED: tuple[Callable[[float, float], bool], ...] = (
    lambda a, b: a == b,
    lambda a, b: a > b,
    lambda a, b: a >= b,
    lambda a, b: a < b,
    lambda a, b: a <= b,
    lambda a, b: a != b,
)


def compare_floats(predicate: int) -> Callable[[float, float], int]:
    """`arith.cmpf` with MLIR's predicate number: false, 6 ordered, ord, 6 unordered, uno, true."""
    if predicate in (0, 15):
        constant = 1 if predicate else 0
        return lambda a, b: constant
    if predicate in (7, 14):
        wanted = predicate == 14
        return lambda a, b: 1 if (a != a or b != b) == wanted else 0
    function = _ORDERED[(predicate - 1) if predicate < 7 else (predicate - 8)]
    unordered = 1 if predicate > 7 else 0
    return lambda a, b: unordered if a != a or b != b else (1 if function(a, b) else 0)


def float_to_integer(width: int, *, signed: bool) -> Callable[[float], int]:
    """Truncation towards zero; out of range is undefined."""
    low, high = (-(1 << (width - 1)), (1 << (width - 1)) - 1) if signed else (0, (1 << width) - 1)
    wrap = wrap_to(width)

    def apply(value: float) -> int:
        if math.isfinite(value) and low <= (truncated := math.trunc(value)) <= high:
            return wrap(truncated)
        raise Undefined(f"{value} is out of the range of a{'' if signed else 'n unsigned'} {width}-bit integer")

    return apply


def integer_to_float(width: int, type_: Attribute, *, signed: bool) -> Callable[[int], float]:
    """The nearest float."""
    read = signed_of(width) if signed else unsigned_of(width)
    if width <= 53:
        to_type = rounding(type_)
        return lambda value: to_type(float(read(value)))
    return lambda value: float_from_exact(read(value), type_)
