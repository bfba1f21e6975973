"""Decoders of `math` on scalars: computed in double precision, rounded to the type."""

from __future__ import annotations

import math
from collections.abc import Callable
from fractions import Fraction

from xdsl.ir import Attribute, Operation

from asyncir.reference.decode import Decoded, Decoder, OpDecoder, Plain, Registers
from asyncir.reference.faults import broken, unsupported
from asyncir.reference.ops_arith import binary, rounded, unary, width_of
from asyncir.reference.values import float_from_exact, is_float, unsigned_of, wrap_to


def _total(function: Callable[..., float]) -> Callable[..., float]:
    """Where Python raises, C gives NaN or an infinity."""

    def apply(*operands: float) -> float:
        try:
            return function(*operands)
        except ValueError:
            return math.nan
        except OverflowError:
            return math.inf

    return apply


def _log_like(function: Callable[[float], float], pole: float = 0.0) -> Callable[[float], float]:
    return lambda x: -math.inf if x == pole else function(x)


def _round_away(x: float) -> float:
    if not math.isfinite(x):
        return x
    return math.copysign(math.floor(abs(x) + 0.5) if abs(x) < 2.0**52 and abs(x) != 0.49999999999999994 else math.trunc(abs(x)), x)


def _to_integral(function: Callable[[float], int]) -> Callable[[float], float]:
    return lambda x: math.copysign(float(function(x)), x) if math.isfinite(x) else x


def _cbrt(x: float) -> float:
    if x == 0.0 or not math.isfinite(x):
        return x
    root = math.copysign(abs(x) ** (1 / 3), x)
    return root - (root * root * root - x) / (3 * root * root)


def _atanh(x: float) -> float:
    return math.copysign(math.inf, x) if abs(x) == 1.0 else math.atanh(x)


def _rsqrt(x: float) -> float:
    return math.copysign(math.inf, x) if x == 0.0 else 1.0 / math.sqrt(x)


def _sinh(x: float) -> float:
    return math.sinh(x) if abs(x) < 710 or x != x else math.copysign(math.inf, x)


def _power(x: float, y: float) -> float:
    try:
        return math.pow(x, y)
    except ValueError:
        pole = x == 0.0 and y < 0
        return (math.copysign(math.inf, x) if y % 2 == 1 else math.inf) if pole else math.nan
    except OverflowError:
        return -math.inf if x < 0 and y % 2 == 1 else math.inf


UNARY: dict[str, Callable[[float], float]] = {
    "math.absf": abs,
    "math.acos": math.acos,
    "math.acosh": math.acosh,
    "math.asin": math.asin,
    "math.asinh": math.asinh,
    "math.atan": math.atan,
    "math.atanh": _atanh,
    "math.cbrt": _cbrt,
    "math.ceil": _to_integral(math.ceil),
    "math.cos": math.cos,
    "math.cosh": math.cosh,
    "math.erf": math.erf,
    "math.erfc": math.erfc,
    "math.exp": math.exp,
    "math.exp2": lambda x: math.pow(2.0, x),
    "math.expm1": math.expm1,
    "math.floor": _to_integral(math.floor),
    "math.log": _log_like(math.log),
    "math.log10": _log_like(math.log10),
    "math.log1p": _log_like(math.log1p, -1.0),
    "math.log2": _log_like(math.log2),
    "math.round": _round_away,
    "math.roundeven": _to_integral(round),
    "math.rsqrt": _rsqrt,
    "math.sin": math.sin,
    "math.sinh": _sinh,
    "math.sqrt": math.sqrt,
    "math.tan": math.tan,
    "math.tanh": math.tanh,
    "math.trunc": _to_integral(math.trunc),
}

BINARY: dict[str, Callable[[float, float], float]] = {
    "math.atan2": math.atan2,
    "math.copysign": math.copysign,
    "math.powf": _power,
}


def _unary(function: Callable[[float], float]) -> OpDecoder:
    return lambda op, d: unary(op, d, rounded(op, op.operands[0], _total(function)))


def _binary(function: Callable[[float, float], float]) -> OpDecoder:
    return lambda op, d: binary(op, d, rounded(op, op.operands[0], _total(function)))


def _question(function: Callable[[float, Attribute], bool]) -> OpDecoder:
    """What a float is: one of the type's values goes in, 0 or 1 comes out."""

    def decode(op: Operation, d: Decoder) -> Decoded:
        type_ = op.operands[0].type
        if not is_float(type_):
            raise unsupported(op, f"on {type_}")
        return unary(op, d, lambda value: 1 if function(value, type_) else 0)

    return decode


_SMALLEST_NORMAL = {"f64": 2.0**-1022, "f32": 2.0**-126, "f16": 2.0**-14, "bf16": 2.0**-126}


def _is_normal(value: float, type_: Attribute) -> bool:
    return math.isfinite(value) and abs(value) >= _SMALLEST_NORMAL[str(type_)]


def _fma(op: Operation, d: Decoder) -> Decoded:
    """One rounding: exact where all operands are finite."""
    type_ = op.results[0].type
    if not is_float(type_):
        raise unsupported(op, f"on {type_}")
    a, b, c = d.registers(op.operands)
    target = d.register(op.results[0])

    def step(r: Registers) -> None:
        x, y, z = r[a], r[b], r[c]
        product = x * y
        if math.isfinite(x) and math.isfinite(y) and math.isfinite(z):
            exact = Fraction(x) * Fraction(y) + Fraction(z)
            r[target] = float_from_exact(exact, type_) if exact else product + z
        else:
            r[target] = product + z

    return Plain(step)


def _integer_unary(build: Callable[[int], Callable[[int], int]]) -> OpDecoder:
    return lambda op, d: unary(op, d, build(width_of(op, op.operands[0])))


def _count_leading(width: int) -> Callable[[int], int]:
    unsigned, wrap = unsigned_of(width), wrap_to(width)
    return lambda value: wrap(width - unsigned(value).bit_length())


def _count_trailing(width: int) -> Callable[[int], int]:
    unsigned, wrap = unsigned_of(width), wrap_to(width)
    return lambda value: wrap((unsigned(value) & -unsigned(value)).bit_length() - 1 if value else width)


def _count_ones(width: int) -> Callable[[int], int]:
    unsigned, wrap = unsigned_of(width), wrap_to(width)
    return lambda value: wrap(unsigned(value).bit_count())


def _absolute(width: int) -> Callable[[int], int]:
    wrap = wrap_to(width)
    return lambda value: wrap(abs(value))


def _power_of(x: float, n: int) -> float:
    return _power(x, float(n))


def _fpowi(op: Operation, d: Decoder) -> Decoded:
    return binary(op, d, rounded(op, op.results[0], _power_of))


def _ipowi(op: Operation, d: Decoder) -> Decoded:
    wrap = wrap_to(width_of(op, op.operands[0]))

    def power(base: int, exponent: int) -> int:
        if exponent >= 0:
            return wrap(base**exponent) if exponent < 64 else wrap(pow(base, exponent, 1 << 64))
        if base == 0:
            raise broken("undefined", op, "'math.ipowi' is undefined: zero to a negative power")
        return (1 if exponent % 2 == 0 else base) if abs(base) == 1 else 0

    return binary(op, d, power)


DECODERS: dict[str, OpDecoder] = {
    **{name: _unary(function) for name, function in UNARY.items()},
    **{name: _binary(function) for name, function in BINARY.items()},
    "math.isfinite": _question(lambda value, type_: math.isfinite(value)),
    "math.isinf": _question(lambda value, type_: math.isinf(value)),
    "math.isnan": _question(lambda value, type_: math.isnan(value)),
    "math.isnormal": _question(_is_normal),
    "math.fma": _fma,
    "math.absi": _integer_unary(_absolute),
    "math.ctlz": _integer_unary(_count_leading),
    "math.cttz": _integer_unary(_count_trailing),
    "math.ctpop": _integer_unary(_count_ones),
    "math.fpowi": _fpowi,
    "math.ipowi": _ipowi,
}
