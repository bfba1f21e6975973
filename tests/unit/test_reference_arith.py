"""Arithmetic as MLIR defines it: wrapping, signs, rounding, and what is undefined."""

from __future__ import annotations

import math

import numpy as np
import pytest
from reference_programs import results
from xdsl.dialects.builtin import BFloat16Type, Float16Type, Float32Type, f32

from asyncir.errors import TaskError
from asyncir.reference.values import float_from_exact, round_bf16, round_f16, round_f32


def binary(op: str, type_: str, a: object, b: object) -> object:
    text = f"func.func @main(%a: {type_}, %b: {type_}) -> {type_} {{\n  %0 = {op} %a, %b : {type_}\n  return %0 : {type_}\n}}"
    return results(text, a, b)[0]


def compare(op: str, type_: str, a: object, b: object) -> object:
    text = f"func.func @main(%a: {type_}, %b: {type_}) -> i1 {{\n  %0 = {op}, %a, %b : {type_}\n  return %0 : i1\n}}"
    return results(text, a, b)[0]


def convert(op: str, source: str, target: str, value: object) -> object:
    text = f"func.func @main(%a: {source}) -> {target} {{\n  %0 = {op} %a : {source} to {target}\n  return %0 : {target}\n}}"
    return results(text, value)[0]


@pytest.mark.parametrize(
    ("op", "type_", "a", "b", "expected"),
    [
        ("arith.addi", "i32", 2**31 - 1, 1, -(2**31)),
        ("arith.addi", "i8", -128, -1, 127),
        ("arith.addi", "i1", True, True, False),
        ("arith.muli", "i64", 2**62, 4, 0),
        ("arith.muli", "index", 3, -5, -15),
        ("arith.divsi", "i32", -7, 2, -3),
        ("arith.remsi", "i32", -7, 2, -1),
        ("arith.remsi", "i32", -(2**31), -1, 0),
        ("arith.floordivsi", "i32", -7, 2, -4),
        ("arith.ceildivsi", "i32", 7, 2, 4),
        ("arith.ceildivsi", "i32", -7, 2, -3),
        ("arith.divui", "i8", -1, 2, 127),
        ("arith.remui", "i8", -1, 10, 5),
        ("arith.ceildivui", "i8", -1, 2, -128),
        ("arith.minui", "i8", -1, 1, 1),
        ("arith.maxsi", "i8", -1, 1, 1),
        ("arith.maxsi", "i1", True, False, False),
        ("arith.shli", "i8", 1, 7, -128),
        ("arith.shrui", "i8", -128, 7, 1),
        ("arith.shrsi", "i8", -128, 7, -1),
        ("arith.xori", "i32", -1, 5, -6),
        ("arith.divf", "f32", 1.0, 0.0, math.inf),
        ("arith.divf", "f64", -1.0, 0.0, -math.inf),
        ("arith.addf", "f32", 16777216.0, 1.0, 16777216.0),
        ("arith.mulf", "f32", 1e30, 1e30, math.inf),
        ("arith.maxnumf", "f32", math.nan, 2.0, 2.0),
        ("arith.minimumf", "f32", 0.0, -0.0, -0.0),
    ],
)
def test_binary(op: str, type_: str, a: object, b: object, expected: object) -> None:
    found = binary(op, type_, a, b)
    assert found == expected
    if isinstance(expected, float):
        assert math.copysign(1.0, found) == math.copysign(1.0, expected)  # type: ignore[arg-type]


def test_nan_wins_a_maximum_but_not_a_maximum_of_numbers() -> None:
    assert math.isnan(binary("arith.maximumf", "f32", math.nan, 2.0))  # type: ignore[arg-type]
    assert math.isnan(binary("arith.divf", "f32", 0.0, 0.0))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("op", "a", "b", "why"),
    [
        ("arith.divsi", 1, 0, "division by zero"),
        ("arith.remui", 1, 0, "division by zero"),
        ("arith.divsi", -(2**31), -1, "overflows"),
        ("arith.shli", 1, 32, "a shift by 32 of 32 bits"),
        ("arith.shrsi", 1, -1, "a shift by 4294967295 of 32 bits"),
    ],
)
def test_undefined_operations_are_located_errors(op: str, a: int, b: int, why: str) -> None:
    with pytest.raises(TaskError, match=why) as caught:
        binary(op, "i32", a, b)
    assert caught.value.kind == "undefined"
    assert str(caught.value.location) == "t.mlir:2:8"


@pytest.mark.parametrize(
    ("predicate", "a", "b", "expected"),
    [("slt", -1, 1, True), ("ult", -1, 1, False), ("uge", -1, 1, True), ("eq", 3, 3, True), ("ne", 3, 3, False), ("sge", 1, 1, True)],
)
def test_compare_integers(predicate: str, a: int, b: int, expected: bool) -> None:
    assert compare(f"arith.cmpi {predicate}", "i32", a, b) is expected


def test_the_true_of_a_signed_comparison_of_bits_is_minus_one() -> None:
    assert compare("arith.cmpi slt", "i1", True, False) is True


@pytest.mark.parametrize(
    ("predicate", "a", "b", "expected"),
    [
        ("oeq", 1.0, 1.0, True),
        ("oeq", math.nan, math.nan, False),
        ("ueq", math.nan, 1.0, True),
        ("one", 1.0, 2.0, True),
        ("one", 1.0, math.nan, False),
        ("une", 1.0, math.nan, True),
        ("olt", 1.0, 2.0, True),
        ("ult", 2.0, 1.0, False),
        ("uge", 2.0, 1.0, True),
        ("ord", 1.0, math.nan, False),
        ("uno", 1.0, math.nan, True),
        ("true", 1.0, 2.0, True),
        ("false", 1.0, 1.0, False),
    ],
)
def test_compare_floats(predicate: str, a: float, b: float, expected: bool) -> None:
    assert compare(f"arith.cmpf {predicate}", "f32", a, b) is expected


@pytest.mark.parametrize(
    ("op", "source", "target", "value", "expected"),
    [
        ("arith.extsi", "i8", "i32", -1, -1),
        ("arith.extui", "i8", "i32", -1, 255),
        ("arith.extsi", "i1", "i32", True, -1),
        ("arith.extui", "i1", "i32", True, 1),
        ("arith.trunci", "i32", "i8", 255, -1),
        ("arith.trunci", "i32", "i1", 2, False),
        ("arith.index_cast", "i32", "index", -1, -1),
        ("arith.sitofp", "i1", "f32", True, -1.0),
        ("arith.uitofp", "i8", "f32", -1, 255.0),
        ("arith.sitofp", "i64", "f32", 2**24 + 1, 2.0**24),
        ("arith.sitofp", "i64", "f32", 2**54 + 2**30 + 1, 2.0**54 + 2.0**31),
        ("arith.fptosi", "f32", "i32", -1.9, -1),
        ("arith.fptoui", "f32", "i8", 255.5, -1),
        ("arith.truncf", "f64", "f32", 0.1, 0.10000000149011612),
        ("arith.bitcast", "f32", "i32", 1.0, 0x3F800000),
        ("arith.bitcast", "i64", "f64", 0x3FF0000000000000, 1.0),
    ],
)
def test_conversions(op: str, source: str, target: str, value: object, expected: object) -> None:
    assert convert(op, source, target, value) == expected


def test_a_float_out_of_the_integer_s_range_is_undefined() -> None:
    with pytest.raises(TaskError, match="out of the range"):
        convert("arith.fptosi", "f32", "i8", 128.0)


def test_results_with_a_carry_and_with_a_high_half() -> None:
    text = """
func.func @main(%a: i32, %b: i32) -> (i32, i1, i32, i32, i32, i32) {
  %s, %c = arith.addui_extended %a, %b : i32, i1
  %l, %h = arith.mului_extended %a, %b : i32
  %m, %g = arith.mulsi_extended %a, %b : i32
  return %s, %c, %l, %h, %m, %g : i32, i1, i32, i32, i32, i32
}"""
    assert results(text, -1, 2) == [1, True, -2, 1, -2, -1]


@pytest.mark.parametrize(
    ("op", "value", "expected"),
    [
        ("math.sqrt", 2.0, np.float32(np.sqrt(np.float32(2))).item()),
        ("math.sqrt", -1.0, math.nan),
        ("math.exp", 1000.0, math.inf),
        ("math.log", 0.0, -math.inf),
        ("math.log", -1.0, math.nan),
        ("math.rsqrt", 0.0, math.inf),
        ("math.round", 2.5, 3.0),
        ("math.round", -2.5, -3.0),
        ("math.roundeven", 2.5, 2.0),
        ("math.floor", -0.5, -1.0),
        ("math.ceil", -0.5, -0.0),
        ("math.absf", -2.0, 2.0),
        ("math.cbrt", 27.0, 3.0),
    ],
)
def test_math(op: str, value: float, expected: float) -> None:
    text = f"func.func @main(%a: f32) -> f32 {{\n  %0 = {op} %a : f32\n  return %0 : f32\n}}"
    found = results(text, value)[0]
    assert found == expected or (math.isnan(found) and math.isnan(expected))


def test_integer_math() -> None:
    text = """
func.func @main(%a: i32) -> (i32, i32, i32, i32) {
  %0 = math.ctlz %a : i32
  %1 = math.cttz %a : i32
  %2 = math.ctpop %a : i32
  %3 = math.absi %a : i32
  return %0, %1, %2, %3 : i32, i32, i32, i32
}"""
    assert results(text, 12) == [28, 2, 2, 12]
    assert results(text, -1) == [0, 0, 32, 1]
    assert results(text, 0) == [32, 32, 0, 0]


def test_a_fused_multiply_add_rounds_once() -> None:
    text = "func.func @main(%a: f32, %b: f32, %c: f32) -> f32 {\n  %0 = math.fma %a, %b, %c : f32\n  return %0 : f32\n}"
    a = 1.0 + 2.0**-12
    assert results(text, a, a, -(a * a - 2.0**-24)) == [2.0**-24]


def test_rounding_agrees_with_numpy() -> None:
    generator = np.random.default_rng(1)
    values = np.concatenate([generator.normal(size=200) * 10.0**e for e in range(-45, 40, 5)])
    with np.errstate(all="ignore"):
        singles, halves = values.astype(np.float32), values.astype(np.float16)
    for value, single, half in zip(values.tolist(), singles.tolist(), halves.tolist(), strict=True):
        assert round_f32(value) == single
        assert round_f16(value) == half
        bits = np.float32(round_f32(value)).view(np.uint32).item()
        assert float_from_exact(int(value), f32) == np.float32(int(value)) or abs(value) > 2.0**62
        if math.isfinite(single):
            nearest = np.uint32((bits + 0x7FFF + (bits >> 16 & 1)) >> 16 << 16).view(np.float32).item()
            assert round_bf16(single) == nearest


def test_exact_numbers_are_rounded_once() -> None:
    for type_ in (Float32Type(), Float16Type(), BFloat16Type()):
        assert float_from_exact(0, type_) == 0.0
        assert float_from_exact(-3, type_) == -3.0
    assert float_from_exact(2**54 + 2**30 + 1, Float32Type()) == 2.0**54 + 2.0**31
    assert float_from_exact(2**54 + 2**30, Float32Type()) == 2.0**54
