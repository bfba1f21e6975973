"""Wrapping and rounding against NumPy: every f16, halfway cases of every type, long integers, conversions out of range."""

from __future__ import annotations

import math
import random
import struct
from fractions import Fraction

import numpy as np
import pytest

from asyncir_python.promotion import FLOATS, SIGNED, TYPES, UNSIGNED, ScalarType
from asyncir_python.rounding import bounds, round_float, round_integer, round_scaled, saturated, wrap

DIGITS = {"f16": 11, "bf16": 8, "f32": 24, "f64": 53}
SMALLEST = {"f16": -24, "bf16": -133, "f32": -149, "f64": -1074}
END = {"f16": 2.0**16, "bf16": 2.0**128, "f32": 2.0**128, "f64": math.inf}
NUMPY = {"f16": np.float16, "f32": np.float32}


def nearest(value: Fraction, type_: ScalarType) -> float:
    """By the definition: the multiple of the last digit's worth that is nearest, the even one of two."""
    if value == 0:
        return 0.0
    exponent = abs(value).numerator.bit_length() - value.denominator.bit_length()
    exponent -= abs(value) < Fraction(2) ** exponent
    last = Fraction(2) ** max(exponent - DIGITS[type_.name] + 1, SMALLEST[type_.name])
    result = round(value / last) * last
    return math.copysign(math.inf, value) if abs(result) >= END[type_.name] else math.copysign(float(result), value)


def doubles(seed: int, count: int, low: int, high: int) -> list[float]:
    """Doubles whose bits are random, with exponents from `low` to `high`."""
    rng = random.Random(seed)
    return [math.ldexp(rng.choice((-1, 1)) * (1 + rng.getrandbits(52) / 2**52), rng.randint(low, high)) for _ in range(count)]


@pytest.mark.parametrize("name", ["f16", "f32"])
def test_against_numpy(name: str) -> None:
    low, high = {"f16": (-30, 18), "f32": (-155, 130)}[name]
    values = [*doubles(1, 20_000, low, high), 0.0, -0.0, math.inf, -math.inf, 1e308, -1e308, 5e-324]
    with np.errstate(over="ignore", under="ignore"):
        expected = np.array(values).astype(NUMPY[name]).astype(np.float64)
    got = np.array([round_float(value, TYPES[name]) for value in values])
    assert got.tobytes() == expected.tobytes()


def test_every_f16_is_itself_and_its_neighbours_middle_goes_to_the_even_one() -> None:
    values = np.arange(2**16, dtype=np.uint16).view(np.float16).astype(np.float64)
    for value in values:
        assert struct.pack("<d", round_float(float(value), TYPES["f16"])) == struct.pack("<d", value) or value != value
    positive = values[: 0x7C00]
    middles = (positive[1:] + positive[:-1]) / 2
    for index, middle in enumerate(middles):
        even = positive[index if index % 2 == 0 else index + 1]
        assert round_float(float(middle), TYPES["f16"]) == even
        assert round_float(math.nextafter(float(middle), math.inf), TYPES["f16"]) == positive[index + 1]
        assert round_float(math.nextafter(float(middle), 0.0), TYPES["f16"]) == positive[index]


def bf16_of_bits(bits: int) -> float:
    return struct.unpack("<f", struct.pack("<I", bits << 16))[0]


def test_every_bf16_is_itself_and_its_neighbours_middle_goes_to_the_even_one() -> None:
    for bits in range(0x7F7F):
        value, following = bf16_of_bits(bits), bf16_of_bits(bits + 1)
        middle = (value + following) / 2
        assert round_float(value, TYPES["bf16"]) == value
        assert round_float(-middle, TYPES["bf16"]) == -(value if bits % 2 == 0 else following)
        assert round_float(math.nextafter(middle, math.inf), TYPES["bf16"]) == following
        assert round_float(math.nextafter(middle, 0.0), TYPES["bf16"]) == value


def test_bf16_is_rounded_once() -> None:
    """By way of f32 these would fall on a middle first, and then to the even side."""
    just_above = 1 + 2.0**-8 + 2.0**-40
    assert round_float(just_above, TYPES["bf16"]) == 1 + 2.0**-7
    assert round_float(-just_above, TYPES["bf16"]) == -(1 + 2.0**-7)
    assert round_float(1 + 3 * 2.0**-8 - 2.0**-40, TYPES["bf16"]) == 1 + 2.0**-7


def test_bf16_ends() -> None:
    largest = (2 - 2.0**-7) * 2.0**127
    assert round_float(largest * (1 + 2.0**-10), TYPES["bf16"]) == largest
    assert round_float((2 - 2.0**-8) * 2.0**127, TYPES["bf16"]) == math.inf
    assert round_float(-1e300, TYPES["bf16"]) == -math.inf
    assert math.copysign(1.0, round_float(-5e-324, TYPES["bf16"])) == -1.0
    assert math.isnan(round_float(math.nan, TYPES["bf16"]))


@pytest.mark.parametrize("type_", FLOATS, ids=str)
def test_integers_are_rounded_once(type_: ScalarType) -> None:
    rng = random.Random(2)
    digits = DIGITS[type_.name]
    middles = [((1 << digits) | rng.getrandbits(digits)) << cut for cut in (1, 20, 39) for _ in range(50)]
    beside = [middle + offset for middle in middles for offset in (-1, 0, 1)]
    for value in [0, 1, -1, -(2**63), 2**64 - 1, 2**53 + 1, *beside, *(rng.getrandbits(64) for _ in range(500))]:
        assert round_integer(value, type_) == nearest(Fraction(value), type_), value
    assert (round_integer(10**400, type_), round_integer(-(10**400), type_)) == (math.inf, -math.inf)


@pytest.mark.parametrize("type_", FLOATS, ids=str)
def test_scaled_integers_are_rounded_once(type_: ScalarType) -> None:
    rng = random.Random(3)
    for _ in range(500):
        value, exponent = rng.getrandbits(110) - 2**109, rng.randint(SMALLEST[type_.name] - 112, 0)
        assert round_scaled(value, exponent, type_) == nearest(Fraction(value) * Fraction(2) ** exponent, type_), (value, exponent)


@pytest.mark.parametrize("type_", SIGNED + UNSIGNED, ids=str)
def test_wrapping(type_: ScalarType) -> None:
    low, high = bounds(type_)
    assert wrap(high + 1, type_) == low and wrap(low - 1, type_) == high
    rng = random.Random(4)
    for value in (rng.getrandbits(130) - 2**129 for _ in range(300)):
        assert low <= wrap(value, type_) <= high
        assert (wrap(value, type_) - value) % 2**type_.bits == 0


@pytest.mark.parametrize("type_", SIGNED + UNSIGNED, ids=str)
def test_floats_to_integers_saturate(type_: ScalarType) -> None:
    low, high = bounds(type_)
    assert saturated(math.nan, type_) == 0
    assert (saturated(math.inf, type_), saturated(-math.inf, type_)) == (high, low)
    assert (saturated(1e30, type_), saturated(-1e30, type_)) == (high, low)
    assert (saturated(2.0**type_.bits, type_), saturated(float(low), type_)) == (high, low)
    assert [saturated(value, type_) for value in (2.9, 0.5, -0.5, 100.0)] == [2, 0, 0, 100]
    assert saturated(-2.9, type_) == (-2 if low else 0)
