"""
Mathematical functions of programs: the package's own, which keep a strong type, and those of Python's `math` that can be compiled.

    asyncir_python.sqrt(f32(2))  -> f32     computed in double and rounded once; integers and weak floats give float
    math.sqrt(f32(2))            -> float   Python's own; floor, ceil, trunc give int, isnan and the like bool

The package's functions raise nothing: where Python raises they give IEEE's NaN or infinity. `math`'s raise ValueError and OverflowError as
`math_error` says. On the device either is the operation `Function.op` on the float type (for `math`: on f64), with the target's accuracy
of a few units in the last place; sqrt, fabs, floor, ceil, trunc, roundeven, copysign, fma, fmod and the questions are exact.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from types import MappingProxyType
from typing import Any, Literal, Protocol, TypeVar, overload

from asyncir_python import ieee
from asyncir_python.arithmetic import Number, convert
from asyncir_python.promotion import BOOL, FLOAT, INT, ScalarType, binary_type
from asyncir_python.rounding import round_float
from asyncir_python.scalars import bf16, f16, f32, f64, i8, i16, i32, i64, make, plain, type_of, u8, u16, u32, u64

F = TypeVar("F", f16, bf16, f32, f64)
Weak = float | i8 | i16 | i32 | i64 | u8 | u16 | u32 | u64
AnyNumber = Weak | f16 | bf16 | f32 | f64


class Unary(Protocol):
    """A function of one number."""

    @overload
    def __call__(self, x: F, /) -> F: ...
    @overload
    def __call__(self, x: Weak, /) -> float: ...


class Binary(Protocol):
    """A function of two numbers, of which a weak one takes the other's type."""

    @overload
    def __call__(self, x: F, y: F | Weak, /) -> F: ...
    @overload
    def __call__(self, x: Weak, y: F, /) -> F: ...
    @overload
    def __call__(self, x: Weak, y: Weak, /) -> float: ...


class Ternary(Protocol):
    """A function of three numbers of one type; weak ones behind the first take its type."""

    @overload
    def __call__(self, x: F, y: F | Weak, z: F | Weak, /) -> F: ...
    @overload
    def __call__(self, x: Weak, y: Weak, z: Weak, /) -> float: ...


class Question(Protocol):
    """What a number is."""

    def __call__(self, x: AnyNumber, /) -> bool: ...


@dataclass(frozen=True)
class Function:
    """
    A function that can be compiled.

    `op` is the operation on floats of one type. `result` is the package function's: "float" is the type of `result_type`. `python` is the
    function of `math`, None where this Python has none, and `python_result` the weak type of its result; of "int", an integer operand is
    the result, without becoming a float. `infinite` is what `math` raises where the result is infinite and all operands are finite.
    """

    name: str
    arity: int
    op: str
    call: Callable[..., Any]
    result: Literal["float", "bool"]
    python: Callable[..., Any] | None
    python_result: Literal["float", "int", "bool"]
    infinite: type[ArithmeticError] | type[ValueError]


def result_type(operands: Sequence[ScalarType]) -> ScalarType:
    """
    The float type in which one of the package's functions computes: the operands' common one, weak float if all are integers or weak.

    f16 with bf16 is f32, as in arithmetic.
    """
    return reduce(lambda left, right: binary_type("/", left, right), operands, INT)


def python_type(function: Function) -> ScalarType:
    """The type of the `math` function's result."""
    return {"float": FLOAT, "int": INT, "bool": BOOL}[function.python_result]


def math_error(function: Function, operands: Sequence[float], result: float) -> type[Exception] | None:
    """
    What the function of `math` raises where the IEEE result of `op` is this; None where that is what it gives.

    NaN from operands that are numbers: ValueError. An infinity from finite operands: `infinite`, but of pow a ValueError for the base zero.
    floor, ceil and trunc also convert to an integer: NaN raises ValueError, an infinity OverflowError.
    """
    if function.python_result == "bool":
        return None
    if function.python_result == "int":
        return ValueError if result != result else OverflowError if math.isinf(result) else None
    if result != result:
        return None if any(value != value for value in operands) else ValueError
    if math.isinf(result) and all(math.isfinite(value) for value in operands):
        return ValueError if function.name == "pow" and operands[0] == 0.0 else function.infinite
    return None


_functions: dict[str, Function] = {}



def _define(
    name: str,
    op: str,
    compute: Callable[..., Any],
    *,
    arity: int = 1,
    result: Literal["float", "bool"] = "float",
    python_result: Literal["float", "int", "bool"] = "float",
    infinite: type[ArithmeticError] | type[ValueError] = OverflowError,
    exact: Callable[..., float] | None = None,
) -> Any:
    """Make the package's function and note it; `exact` computes where rounding a double would round twice."""

    def call(*arguments: object) -> Any:
        if len(arguments) != arity:
            raise TypeError(f"{name}() takes {arity} argument{'s' if arity > 1 else ''}, {len(arguments)} given")
        type_, operands = _operands(name, arguments)
        if result == "bool":
            return compute(*operands)
        return make(exact(type_, *operands) if exact else round_float(compute(*operands), type_), type_)

    call.__name__ = call.__qualname__ = name
    call.__doc__ = f"`{op}`, in the operands' strong float type if they have one; NaN or infinite where `math` raises."
    _functions[name] = Function(name, arity, op, call, result, getattr(math, name, None), python_result, infinite)
    return call


def _operands(name: str, arguments: Sequence[object]) -> tuple[ScalarType, list[Number]]:
    """The type to compute in, and the arguments in it."""
    types: list[ScalarType] = []
    for argument in arguments:
        type_ = type_of(argument)
        if type_ is None:
            raise TypeError(f"{name}() takes numbers, not a value of type '{type(argument).__name__}'")
        types.append(type_)
    common = result_type(types)
    return common, [convert(plain(argument, type_), common) for argument, type_ in zip(arguments, types, strict=True)]


_LOG_POLE = {0.0: -math.inf}

sqrt: Unary = _define("sqrt", "math.sqrt", ieee.total(math.sqrt))
rsqrt: Unary = _define("rsqrt", "math.rsqrt", ieee.rsqrt)
cbrt: Unary = _define("cbrt", "math.cbrt", math.cbrt)
exp: Unary = _define("exp", "math.exp", ieee.total(math.exp))
exp2: Unary = _define("exp2", "math.exp2", ieee.total(math.exp2))
expm1: Unary = _define("expm1", "math.expm1", ieee.total(math.expm1))
log: Unary = _define("log", "math.log", ieee.total(math.log, _LOG_POLE), infinite=ValueError)
log2: Unary = _define("log2", "math.log2", ieee.total(math.log2, _LOG_POLE), infinite=ValueError)
log10: Unary = _define("log10", "math.log10", ieee.total(math.log10, _LOG_POLE), infinite=ValueError)
log1p: Unary = _define("log1p", "math.log1p", ieee.total(math.log1p, {-1.0: -math.inf}), infinite=ValueError)
sin: Unary = _define("sin", "math.sin", ieee.total(math.sin))
cos: Unary = _define("cos", "math.cos", ieee.total(math.cos))
tan: Unary = _define("tan", "math.tan", ieee.total(math.tan))
asin: Unary = _define("asin", "math.asin", ieee.total(math.asin))
acos: Unary = _define("acos", "math.acos", ieee.total(math.acos))
atan: Unary = _define("atan", "math.atan", math.atan)
sinh: Unary = _define("sinh", "math.sinh", ieee.odd(math.sinh))
cosh: Unary = _define("cosh", "math.cosh", ieee.total(math.cosh))
tanh: Unary = _define("tanh", "math.tanh", math.tanh)
asinh: Unary = _define("asinh", "math.asinh", math.asinh)
acosh: Unary = _define("acosh", "math.acosh", ieee.total(math.acosh))
atanh: Unary = _define("atanh", "math.atanh", ieee.total(math.atanh, {1.0: math.inf, -1.0: -math.inf}), infinite=ValueError)
erf: Unary = _define("erf", "math.erf", math.erf)
erfc: Unary = _define("erfc", "math.erfc", math.erfc)
fabs: Unary = _define("fabs", "math.absf", math.fabs)
floor: Unary = _define("floor", "math.floor", ieee.whole(math.floor), python_result="int")
ceil: Unary = _define("ceil", "math.ceil", ieee.whole(math.ceil), python_result="int")
trunc: Unary = _define("trunc", "math.trunc", ieee.whole(math.trunc), python_result="int")
roundeven: Unary = _define("roundeven", "math.roundeven", ieee.whole(round))
atan2: Binary = _define("atan2", "math.atan2", math.atan2, arity=2)
copysign: Binary = _define("copysign", "math.copysign", math.copysign, arity=2)
fmod: Binary = _define("fmod", "arith.remf", ieee.total(math.fmod), arity=2)
pow: Binary = _define("pow", "math.powf", ieee.power, arity=2)
fma: Ternary = _define("fma", "math.fma", ieee.fma, arity=3, exact=ieee.fma)
isnan: Question = _define("isnan", "math.isnan", math.isnan, result="bool", python_result="bool")
isinf: Question = _define("isinf", "math.isinf", math.isinf, result="bool", python_result="bool")
isfinite: Question = _define("isfinite", "math.isfinite", math.isfinite, result="bool", python_result="bool")

FUNCTIONS: Mapping[str, Function] = MappingProxyType(_functions)
"""By name, which is that of the package's function and, where there is one, of `math`'s."""

CONSTANTS: Mapping[str, float] = MappingProxyType({name: getattr(math, name) for name in ("pi", "e", "tau", "inf", "nan")})
"""Of `math`: weak floats."""

UNSUPPORTED: Mapping[str, str] = MappingProxyType(
    {
        "comb": "compute it before the launch and pass it",
        "degrees": "write x * (180.0 / math.pi)",
        "dist": "write sqrt of the sum of the squared differences",
        "factorial": "write a loop",
        "fmax": "write max(x, y)",
        "fmin": "write min(x, y)",
        "frexp": "scale by powers of two that exp2 and log2 give",
        "fsum": "write a loop, or a lane reduction",
        "gamma": "compute it before the launch and pass it",
        "gcd": "write Euclid's loop: while b != 0: a, b = b, a % b",
        "hypot": "write sqrt(x * x + y * y)",
        "isclose": "write abs(x - y) <= tolerance",
        "isnormal": "compare abs(x) with the smallest normal number",
        "isqrt": "write int(math.sqrt(x)), exact below 2**52, and correct by one above",
        "issubnormal": "compare abs(x) with the smallest normal number",
        "lcm": "write a // gcd * b with Euclid's loop",
        "ldexp": "write x * 2.0**n",
        "lgamma": "compute it before the launch and pass it",
        "modf": "write x - trunc(x) and trunc(x)",
        "nextafter": "compute it before the launch and pass it",
        "perm": "compute it before the launch and pass it",
        "prod": "write a loop",
        "radians": "write x * (math.pi / 180.0)",
        "remainder": "write x - y * round(x / y)",
        "signbit": "write copysign(1.0, x) < 0.0",
        "sumprod": "write a loop, or a lane reduction",
        "ulp": "compute it before the launch and pass it",
    }
)
"""The functions of `math` that are not compiled, and what to do instead."""


def function_of(value: object) -> tuple[Function, bool] | None:
    """The function that a Python object is, and whether it is `math`'s (which raises) and not the package's; None if it is neither."""
    for function in FUNCTIONS.values():
        if value is function.call:
            return function, False
        if function.python is not None and value is function.python:
            return function, True
    return None
