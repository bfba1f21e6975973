"""Mathematical functions: their types, IEEE's answers where Python raises, `math`'s errors, and that the compiler has them all."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest

from asyncir.lowering.convert.handlers import HANDLERS
from asyncir_python import mathematics as m
from asyncir_python.mathematics import CONSTANTS, FUNCTIONS, UNSUPPORTED, Function, function_of, math_error, python_type, result_type
from asyncir_python.promotion import TYPES
from asyncir_python.rounding import round_float
from asyncir_python.scalars import bf16, f16, f32, f64, i32, make, u64

NUMBERS = [0.0, -0.0, 1.0, -1.0, 0.5, -0.5, 2.0, -2.0, 1.5, 3.7, -3.7, 1e-300, 800.0, -800.0, 1e300, -1e300, math.inf, -math.inf, math.nan]
NUMPY = {
    "sqrt": np.sqrt, "cbrt": np.cbrt, "exp": np.exp, "exp2": np.exp2, "expm1": np.expm1, "log": np.log, "log2": np.log2, "log10": np.log10,
    "log1p": np.log1p, "sin": np.sin, "cos": np.cos, "tan": np.tan, "asin": np.arcsin, "acos": np.arccos, "atan": np.arctan,
    "sinh": np.sinh, "cosh": np.cosh, "tanh": np.tanh, "asinh": np.arcsinh, "acosh": np.arccosh, "atanh": np.arctanh, "fabs": np.fabs,
    "floor": np.floor, "ceil": np.ceil, "trunc": np.trunc, "roundeven": np.rint, "atan2": np.arctan2, "copysign": np.copysign,
    "fmod": np.fmod, "pow": np.power, "isnan": np.isnan, "isinf": np.isinf, "isfinite": np.isfinite,
}  # fmt: skip
BY_NAME = pytest.mark.parametrize("function", FUNCTIONS.values(), ids=lambda function: function.name)


def operands(function: Function) -> list[tuple[float, ...]]:
    if function.arity == 1:
        return [(x,) for x in NUMBERS]
    return [(x, y) for x in NUMBERS for y in NUMBERS]


@pytest.mark.parametrize("name", NUMPY)
def test_against_numpy(name: str) -> None:
    """C's answers, infinities and NaN included. NumPy's scalar arrays go by square roots where an exponent is 0.5, so that is left out."""
    function = FUNCTIONS[name]
    for values in operands(function):
        if name == "pow" and abs(values[1]) == 0.5:
            continue
        with np.errstate(all="ignore"):
            want = float(NUMPY[name](*(np.float64(value) for value in values)))
        got = function.call(*(f64(value) for value in values))
        assert (got != got and want != want) or math.isclose(got, want, rel_tol=1e-14), (values, got, want)
        assert got != got or got != 0 or math.copysign(1.0, got) == math.copysign(1.0, want), (values, got, want)


@BY_NAME
def test_a_strong_type_is_kept(function: Function) -> None:
    others, first = (0.25,) * (function.arity - 1), 1.75 if function.name == "acosh" else 0.75
    for class_ in (f16, bf16, f32, f64):
        result = function.call(class_(first), *others)
        if function.result == "bool":
            assert type(result) is bool
        else:
            assert type(result) is class_ and round_float(float(result), class_.scalar_type) == float(result)
    weak = bool if function.result == "bool" else float
    assert type(function.call(first, *others)) is type(function.call(i32(1), *others)) is type(function.call(True, *others)) is weak


def test_types_of_several_operands() -> None:
    assert type(m.atan2(i32(1), f32(2))) is type(m.pow(f32(2), 0.5)) is type(m.copysign(1, f32(2))) is f32
    assert type(m.fmod(i32(7), i32(2))) is type(m.atan2(1, 2)) is float
    assert result_type([TYPES["f16"], TYPES["bf16"]]) == TYPES["f32"]
    assert result_type([TYPES["bool"]]) == result_type([TYPES["u64"], TYPES["i32"]]) == TYPES["float"]


def test_operands_are_converted_first() -> None:
    assert m.isinf(f16(1e6)) and m.sqrt(f32(2)) == make(round_float(math.sqrt(2), TYPES["f32"]), TYPES["f32"])
    assert m.sqrt(u64(2**64 - 1)) == 2.0**32
    with pytest.raises(TypeError, match=r"sqrt\(\) takes numbers, not a value of type 'str'"):
        FUNCTIONS["sqrt"].call("2")
    with pytest.raises(TypeError, match=r"pow\(\) takes 2 arguments, 1 given"):
        FUNCTIONS["pow"].call(2)


def test_rsqrt() -> None:
    assert m.rsqrt(f32(4)) == 0.5 and m.rsqrt(0.0) == math.inf and m.rsqrt(-0.0) == -math.inf and m.rsqrt(math.inf) == 0.0
    assert math.isnan(m.rsqrt(-1.0)) and math.isnan(m.rsqrt(math.nan))


def test_fma_rounds_once() -> None:
    x = 1 + 2.0**-30
    assert m.fma(x, x, -1 - 2.0**-29) == 2.0**-60
    assert m.fma(f32(1 + 2.0**-23), f32(1 - 2.0**-24), f32(2.0**-80)) == f32(1 + 2.0**-24)
    exact = Fraction(0.1) * Fraction(0.3) + Fraction(-0.03)
    assert m.fma(0.1, 0.3, -0.03) == exact.numerator / exact.denominator
    assert m.fma(5e-324, 0.5, 5e-324) == 1e-323 and m.fma(1e308, 10.0, -1e308) == math.inf
    assert math.copysign(1.0, m.fma(-0.0, 1.0, -0.0)) == -1.0 and math.copysign(1.0, m.fma(0.1, 10.0, -0.1 * 10.0)) == 1.0
    assert math.isnan(m.fma(math.inf, 0.0, 1.0)) and m.fma(1.0, 1.0, math.inf) == math.inf


@BY_NAME
def test_errors_of_math(function: Function) -> None:
    """`math_error` foretells what the function of `math` does, from the IEEE result."""
    if function.python is None or function.arity == 3:
        return
    for values in operands(function):
        result = function.call(*(f64(value) for value in values))
        expected = math_error(function, values, float(result))
        if expected is not None:
            with pytest.raises(expected):
                function.python(*values)
            continue
        got = function.python(*values)
        assert type_name(got) == python_type(function).name
        assert got == result or got != got or math.isclose(got, result, rel_tol=1e-15), values


def type_name(value: object) -> str:
    return type(value).__name__


def test_functions_by_object() -> None:
    for function in FUNCTIONS.values():
        assert getattr(m, function.name) is function.call
        assert function_of(function.call) == (function, False)
        if function.python is not None:
            assert function_of(function.python) == (function, True)
    assert function_of(len) is None
    assert {"sqrt", "sin", "pow", "floor"} <= {function.name for function in FUNCTIONS.values() if function.python is not None}


def test_the_whole_of_math_is_answered_for() -> None:
    names = {name for name in dir(math) if not name.startswith("_")}
    assert names <= {*FUNCTIONS, *UNSUPPORTED, *CONSTANTS}
    assert not set(FUNCTIONS) & set(UNSUPPORTED)


def test_the_compiler_has_every_operation() -> None:
    assert {function.op for function in FUNCTIONS.values()} <= set(HANDLERS)
