"""What operations compute: integers of 8 bits in all pairs, others sampled; floats against NumPy; Python's own for weak types."""

from __future__ import annotations

import ctypes
import ctypes.util
import math
import operator
import random
import struct
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from asyncir_python.arithmetic import PYTHON, binary_value, compare_values, convert, unary_value, works_in
from asyncir_python.promotion import COMPARISONS, FLOAT, INT, SIGNED, TYPES, UNSIGNED, ScalarType
from asyncir_python.rounding import bounds, round_float

BYTES = {"i8": np.arange(-128, 128), "u8": np.arange(256)}
SPECIAL = [0.0, -0.0, 1.0, -1.0, 0.5, 2.0, 3.0, -7.25, 1e-7, 60000.0, math.inf, -math.inf, math.nan]
Function = Callable[[Any, Any], Any]


def modulo(values: np.ndarray, name: str) -> np.ndarray:
    return (values + 128) % 256 - 128 if name == "i8" else values % 256


@pytest.mark.parametrize("op", ["+", "-", "*", "//", "%", "&", "|", "^"])
@pytest.mark.parametrize("name", ["i8", "u8"])
def test_all_pairs_of_bytes(name: str, op: str) -> None:
    values, type_ = BYTES[name], TYPES[name]
    divisors = values[values != 0] if op in ("//", "%") else values
    expected = modulo(PYTHON[op](values[:, None], divisors[None, :]), name)
    got = [[binary_value(op, type_, a, b) for b in divisors.tolist()] for a in values.tolist()]
    assert np.array_equal(got, expected)


@pytest.mark.parametrize("op", ["<<", ">>", "**"])
@pytest.mark.parametrize("name", ["i8", "u8"])
def test_all_bytes_with_counts_and_exponents(name: str, op: str) -> None:
    type_ = TYPES[name]
    for a in BYTES[name].tolist():
        for count in (0, 1, 2, 3, 6, 7, 8, 9, 63, 200):
            assert binary_value(op, type_, a, count) == int(modulo(np.array(PYTHON[op](a, count), dtype=object), name)), (a, count)


@pytest.mark.parametrize("type_", SIGNED + UNSIGNED, ids=str)
def test_integers_wrap(type_: ScalarType) -> None:
    rng, (low, high) = random.Random(5), bounds(type_)
    edges = [low, low + 1, high - 1, high, 1, 2, 7]
    pairs = [(a, b) for a in edges for b in edges] + [(rng.randint(low, high), rng.randint(low, high) or 1) for _ in range(200)]
    for op in ("+", "-", "*", "//", "%", "&", "|", "^"):
        for a, b in ((a, b) for a, b in pairs if b or op not in ("//", "%")):
            got = binary_value(op, type_, a, b)
            assert low <= got <= high and (got - PYTHON[op](a, b)) % 2**type_.bits == 0, (op, a, b)


def test_an_operand_is_wrapped_before_the_operation() -> None:
    assert binary_value("//", TYPES["i8"], 100, 300) == 100 // 44
    assert binary_value("%", TYPES["u8"], -1, 7) == 255 % 7
    assert binary_value("+", TYPES["i8"], 100, 300) == -112
    assert binary_value("**", TYPES["i8"], 259, 200) == binary_value("**", TYPES["i8"], 3, 200)


@pytest.mark.parametrize("type_", [*SIGNED, *UNSIGNED, INT], ids=str)
def test_errors_of_integers(type_: ScalarType) -> None:
    for op in ("//", "%"):
        with pytest.raises(ZeroDivisionError):
            binary_value(op, type_, 1, 0)
    with pytest.raises(ZeroDivisionError):
        binary_value("/", FLOAT, 1, 0)
    for op in ("<<", ">>"):
        with pytest.raises(ValueError, match="negative shift count"):
            binary_value(op, type_, 1, -1)
    with pytest.raises(ValueError, match=rf"{type_} \*\* -1: an integer to a negative power"):
        binary_value("**", type_, 2, -1)


@pytest.mark.parametrize("type_", SIGNED + UNSIGNED, ids=str)
def test_unary(type_: ScalarType) -> None:
    low, high = bounds(type_)
    for value in (low, high, 1, 5):
        assert (unary_value("-", type_, value) + value) % 2**type_.bits == 0
        assert (unary_value("~", type_, value) + value + 1) % 2**type_.bits == 0
    assert unary_value("abs", type_, low) == low and unary_value("abs", type_, high) == high and unary_value("+", type_, 5) == 5
    assert low <= unary_value("~", type_, low) <= high and unary_value("not", type_, 0) is True


def test_large_integers_are_rounded_before_they_are_divided() -> None:
    a, b = 2**63 - 1, 2**62 - 1
    assert binary_value("/", FLOAT, a, b) == float(a) / float(b)
    assert binary_value("/", TYPES["f32"], 16777217, 1) == 16777216.0


# ---------------------------------------------------------------------------------------------------------------- floats


def same(a: float, b: float) -> bool:
    """Bit by bit, but any NaN for any other."""
    return (a != a and b != b) or struct.pack("<d", a) == struct.pack("<d", b)


def operands(dtype: type[np.floating[Any]], seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Pairs of special values, of random bit patterns and of small numbers."""
    bits, rng = np.dtype(dtype).itemsize * 8, np.random.default_rng(seed)
    unsigned = np.dtype(f"uint{bits}")
    special = np.array(SPECIAL, dtype=dtype)
    patterns = rng.integers(0, 2**bits - 1, (2, 1500), dtype=np.uint64).astype(unsigned).view(dtype)
    small = rng.integers(-50, 50, (2, 500)).astype(dtype) / dtype(8)
    left = np.concatenate([np.repeat(special, len(special)), patterns[0], small[0]])
    right = np.concatenate([np.tile(special, len(special)), patterns[1], small[1]])
    return left, right


@pytest.mark.parametrize("op", ["+", "-", "*", "/", "//", "%"])
@pytest.mark.parametrize(("name", "dtype"), [("f16", np.float16), ("f32", np.float32), ("f64", np.float64)])
def test_floats_against_numpy(name: str, dtype: type[np.floating[Any]], op: str) -> None:
    left, right = operands(dtype, 6)
    with np.errstate(all="ignore"):
        rows = np.stack([left, right, PYTHON[op](left, right)]).astype(np.float64).tolist()
    for a, b, want in zip(*rows, strict=True):
        got = binary_value(op, TYPES[name], a, b)
        assert same(got, want), (a, b, got, want)


@pytest.mark.parametrize("op", ["+", "-", "*", "/"])
def test_bf16_is_f32_rounded_once_more(op: str) -> None:
    """f32 has more than twice the digits of bf16, so the way by f32 is a second, independent one."""
    rng = np.random.default_rng(7)
    left, right = (rng.integers(0, 2**16, (2, 3000), dtype=np.uint32) << 16).view(np.float32)
    with np.errstate(all="ignore"):
        rows = np.stack([left, right, PYTHON[op](left, right)]).astype(np.float64).tolist()
    for a, b, result in zip(*rows, strict=True):
        assert same(binary_value(op, TYPES["bf16"], a, b), round_float(result, TYPES["bf16"])), (a, b)


def test_bf16_floor_division_takes_its_steps_in_f32() -> None:
    assert works_in(TYPES["bf16"]) == works_in(TYPES["f16"]) == TYPES["f32"] and works_in(TYPES["f64"]) == TYPES["f64"]
    rng = np.random.default_rng(8)
    left, right = (rng.integers(0, 2**16, (2, 2000), dtype=np.uint32) << 16).view(np.float32)
    for op in ("//", "%"):
        with np.errstate(all="ignore"):
            rows = np.stack([left, right, PYTHON[op](left, right)]).astype(np.float64).tolist()
        for a, b, result in zip(*rows, strict=True):
            assert same(binary_value(op, TYPES["bf16"], a, b), round_float(result, TYPES["bf16"])), (op, a, b)


def c_pow() -> Function:
    """The C library's."""
    library = ctypes.util.find_library("m")
    if library is None:
        pytest.skip("no C library of mathematical functions to compare with")
    function = ctypes.CDLL(library).pow
    function.restype, function.argtypes = ctypes.c_double, [ctypes.c_double, ctypes.c_double]
    return function


def test_powers_of_floats_are_those_of_c() -> None:
    power = c_pow()
    for a in [*SPECIAL, -10.0, 10.0]:
        for b in [*SPECIAL, 39.0, 309.0, -3.0, -2.0, -309.0]:
            assert same(binary_value("**", TYPES["f64"], a, b), power(a, b)), (a, b)
            x, y = round_float(a, TYPES["f32"]), round_float(b, TYPES["f32"])
            assert same(binary_value("**", TYPES["f32"], a, b), round_float(power(x, y), TYPES["f32"])), (a, b)


@pytest.mark.parametrize("op", ["+", "-", "*", "/", "//", "%", "**"])
def test_weak_floats_are_pythons(op: str) -> None:
    for a in SPECIAL:
        for b in SPECIAL:
            try:
                want = PYTHON[op](a, b)
            except ArithmeticError as error:
                with pytest.raises(type(error)):
                    binary_value(op, FLOAT, a, b)
                continue
            if isinstance(want, complex):
                with pytest.raises(ValueError, match="no real number"):
                    binary_value(op, FLOAT, a, b)
            else:
                assert same(binary_value(op, FLOAT, a, b), want), (a, b)


# ----------------------------------------------------------------------------------------------- comparisons, conversions


@pytest.mark.parametrize("op", COMPARISONS)
def test_comparisons(op: str) -> None:
    functions = (operator.eq, operator.ne, operator.lt, operator.le, operator.gt, operator.ge)
    python: Function = dict(zip(COMPARISONS, functions, strict=True))[op]
    pairs = [(2**53 + 1, float(2**53)), (2**63 - 1, 2.0**63), (-(2**63), -(2.0**63)), (3, 3.5), (-1, math.nan), (5, math.inf)]
    for a, b in pairs:
        assert compare_values(op, FLOAT, a, b) == python(a, b)
        assert compare_values(op, FLOAT, b, a) == python(b, a)
    assert compare_values(op, TYPES["f32"], 0.1, round_float(0.1, TYPES["f32"])) == python(1, 1)
    assert compare_values(op, TYPES["f32"], 16777217, 16777216.0) == python(1, 1)
    assert compare_values(op, INT, 300, 44) == python(300, 44)


def test_conversions() -> None:
    assert convert(-1, TYPES["u8"]) == 255 and convert(True, TYPES["i8"]) == 1
    assert convert(3e9, TYPES["i32"]) == 2**31 - 1 and convert(math.nan, TYPES["i32"]) == 0
    assert convert(2**100, INT) == 2**100 and convert(-2.7, INT) == -2
    assert convert(0, TYPES["bool"]) is False and convert(math.nan, TYPES["bool"]) is True
    for value, error in ((math.nan, ValueError), (math.inf, OverflowError)):
        with pytest.raises(error):
            convert(value, INT)
