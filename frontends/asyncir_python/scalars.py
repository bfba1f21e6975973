"""
The strong scalar types as Python classes, so that a function under asyncio computes what its compiled form computes.

    i8 i16 i32 i64  u8 u16 u32 u64    subclasses of int: they index, count, print and hash as the int that they equal
    f16 bf16 f32 f64                  subclasses of float

    i32(2**31)       -> i32(-2147483648)      an int wraps, a float is cut off and saturates
    f32(0.1) + 1     -> f32(1.100000023841858)
    u8(200) * i32(2) -> i32(400)
    i32(7) / 2       -> 3.5

The type of a result is `promotion.binary_type`'s, its value `arithmetic`'s. NumPy's scalars are operands of the type of their dtype; an
operation with a NumPy array is NumPy's own. `int(x)`, `float(x)`, `bool(x)`, `round(x)` and the functions of `math` give Python's own
types; `round(x, digits)` keeps the type. As in NumPy, `f32(0.1) == 0.1` is true (0.1 is rounded to f32), though their hashes differ.

For type checkers scalars.pyi is the truth: it gives each operation its result type.
"""

from __future__ import annotations

import operator
import sys
from collections.abc import Mapping
from importlib.util import find_spec
from typing import Any, ClassVar, cast

from asyncir_python.arithmetic import PYTHON, Number, binary_value, compare_values, convert, unary_value
from asyncir_python.promotion import BOOL, COMPARISONS, FLOAT, INT, TYPES, ScalarType, binary_type, unary_type


def type_of(value: object) -> ScalarType | None:
    """The type of a number; None for what is none. A NumPy scalar has the strong type of its dtype, another int or float is weak."""
    known = _OF_CLASS.get(type(value))
    if known is not None:
        return known
    numpy: Any = sys.modules.get("numpy")
    if numpy is not None and isinstance(value, numpy.generic):
        return _OF_DTYPE.get(str(cast(Any, value).dtype))
    if isinstance(value, int):
        return INT
    return FLOAT if isinstance(value, float) else None


def plain(value: object, type_: ScalarType) -> Number:
    """A number of that type as Python's own bool, int or float."""
    number = cast(Any, value)
    if type_.kind == "bool":
        return bool(number)
    return float(number) if type_.is_float else int(number)


def make(value: Number, type_: ScalarType) -> Number:
    """A value of the type as an object of its class; it must be in the type's range."""
    class_ = CLASSES.get(type_.name)
    if class_ is None:
        return value
    base: Any = float if type_.is_float else int
    return base.__new__(class_, value)


def cast_to(value: object, type_: ScalarType) -> Number:
    """
    A number converted to a type, as an object of its class: what `i32(x)`, `f32(x)`, `float(x)` give.

    Raises TypeError for what is no number.
    """
    source = type_of(value)
    number = _number(value) if source is None else plain(value, source)
    if number is None:
        raise TypeError(f"{type_}() takes a number, not a value of type '{type(value).__name__}'")
    return make(convert(number, type_), type_)


def _number(value: object) -> Number | None:
    """Of an object of another class that is a number, such as an array of rank 0 (which has both methods, whatever it holds)."""
    if hasattr(type(value), "__index__"):
        try:
            return operator.index(cast(Any, value))
        except TypeError:
            if not hasattr(type(value), "__float__"):
                raise
    return float(cast(Any, value)) if hasattr(type(value), "__float__") else None


def _apply(op: str, left: object, right: object) -> Any:
    """An operation of which one operand is of a strong class."""
    left_type, right_type = type_of(left), type_of(right)
    if left_type is None or right_type is None:
        return _with_array(op, left, right)
    type_ = binary_type(op, left_type, right_type)
    a, b = plain(left, left_type), plain(right, right_type)
    if op in COMPARISONS:
        return compare_values(op, type_, a, b)
    return make(binary_value(op, type_, a, b), type_)


def _with_array(op: str, left: object, right: object) -> Any:
    """NumPy computes with its arrays, the scalar given as its own of that type."""
    numpy: Any = sys.modules.get("numpy")
    if numpy is None or not isinstance(left if isinstance(right, Scalar) else right, numpy.ndarray):
        return NotImplemented
    operands = [value.as_numpy() if isinstance(value, Scalar) else value for value in (left, right)]
    return PYTHON[op](*operands)


def _operator(op: str) -> tuple[Any, Any]:
    """The methods for the left and the right operand."""

    def forward(self: object, other: object, /) -> Any:
        return _apply(op, self, other)

    def reflected(self: object, other: object, /) -> Any:
        return _apply(op, other, self)

    return forward, reflected


def _unary(op: str) -> Any:
    def method(self: Scalar, /) -> Any:
        type_ = unary_type(op, self.scalar_type)
        return make(unary_value(op, type_, plain(self, self.scalar_type)), type_)

    return method


class Scalar:
    """What the strong classes share: operators that promote."""

    __slots__ = ()
    # NumPy's scalars and arrays leave an operation to the operand of the higher priority.
    __array_priority__ = 1000.0

    scalar_type: ClassVar[ScalarType]
    dtype: ClassVar[str]

    __add__, __radd__ = _operator("+")
    __sub__, __rsub__ = _operator("-")
    __mul__, __rmul__ = _operator("*")
    __truediv__, __rtruediv__ = _operator("/")
    __floordiv__, __rfloordiv__ = _operator("//")
    __mod__, __rmod__ = _operator("%")
    __lshift__, __rlshift__ = _operator("<<")
    __rshift__, __rrshift__ = _operator(">>")
    __and__, __rand__ = _operator("&")
    __or__, __ror__ = _operator("|")
    __xor__, __rxor__ = _operator("^")
    __eq__, __ne__ = _operator("==")[0], _operator("!=")[0]
    __lt__, __le__ = _operator("<")[0], _operator("<=")[0]
    __gt__, __ge__ = _operator(">")[0], _operator(">=")[0]
    __neg__, __pos__, __invert__, __abs__ = _unary("-"), _unary("+"), _unary("~"), _unary("abs")
    __hash__: Any

    def __pow__(self, other: object, modulus: object = None, /) -> Any:
        if modulus is not None:
            raise TypeError(f"pow() of {self.scalar_type} takes no modulus; write x ** n % m")
        return _apply("**", self, other)

    def __rpow__(self, other: object, modulus: object = None, /) -> Any:
        if modulus is not None:
            raise TypeError(f"pow() of {self.scalar_type} takes no modulus; write x ** n % m")
        return _apply("**", other, self)

    def __divmod__(self, other: object, /) -> Any:
        quotient = _apply("//", self, other)
        return NotImplemented if quotient is NotImplemented else (quotient, _apply("%", self, other))

    def __rdivmod__(self, other: object, /) -> Any:
        quotient = _apply("//", other, self)
        return NotImplemented if quotient is NotImplemented else (quotient, _apply("%", other, self))

    def __round__(self, digits: int | None = None, /) -> Any:
        value = round(plain(self, self.scalar_type), digits)
        return value if digits is None else make(convert(value, self.scalar_type), self.scalar_type)

    def __str__(self) -> str:
        return repr(plain(self, self.scalar_type))

    def __repr__(self) -> str:
        return f"{self.scalar_type}({self})"

    def as_numpy(self) -> Any:
        """The NumPy scalar of this type and value; of bf16, which NumPy lacks, a float32."""
        import numpy as np

        name = "float32" if self.scalar_type.name == "bf16" else self.dtype
        return np.dtype(name).type(plain(self, self.scalar_type))


class _Integer(Scalar, int):  # pyright: ignore[reportIncompatibleMethodOverride, reportIncompatibleVariableOverride]
    __slots__ = ()
    __hash__ = int.__hash__

    def __new__(cls, value: object = 0, /) -> Any:
        return cast_to(value, cls.scalar_type)


class _Float(Scalar, float):  # pyright: ignore[reportIncompatibleMethodOverride, reportIncompatibleVariableOverride]
    __slots__ = ()
    __hash__ = float.__hash__

    def __new__(cls, value: object = 0.0, /) -> Any:
        return cast_to(value, cls.scalar_type)


class i8(_Integer):
    """An integer of 8 bits, -128 to 127, that wraps."""

    __slots__ = ()
    scalar_type, dtype = TYPES["i8"], "int8"


class i16(_Integer):
    """An integer of 16 bits that wraps."""

    __slots__ = ()
    scalar_type, dtype = TYPES["i16"], "int16"


class i32(_Integer):
    """An integer of 32 bits that wraps."""

    __slots__ = ()
    scalar_type, dtype = TYPES["i32"], "int32"


class i64(_Integer):
    """An integer of 64 bits that wraps."""

    __slots__ = ()
    scalar_type, dtype = TYPES["i64"], "int64"


class u8(_Integer):
    """An unsigned integer of 8 bits, 0 to 255, that wraps."""

    __slots__ = ()
    scalar_type, dtype = TYPES["u8"], "uint8"


class u16(_Integer):
    """An unsigned integer of 16 bits that wraps."""

    __slots__ = ()
    scalar_type, dtype = TYPES["u16"], "uint16"


class u32(_Integer):
    """An unsigned integer of 32 bits that wraps."""

    __slots__ = ()
    scalar_type, dtype = TYPES["u32"], "uint32"


class u64(_Integer):
    """An unsigned integer of 64 bits that wraps."""

    __slots__ = ()
    scalar_type, dtype = TYPES["u64"], "uint64"


class f16(_Float):
    """IEEE's binary16: 11 significant bits."""

    __slots__ = ()
    scalar_type, dtype = TYPES["f16"], "float16"


class bf16(_Float):
    """bfloat16: 8 significant bits, the exponents of f32. NumPy has no such dtype: with ml_dtypes "bfloat16", else the bits as "uint16"."""

    __slots__ = ()
    scalar_type, dtype = TYPES["bf16"], "uint16" if find_spec("ml_dtypes") is None else "bfloat16"


class f32(_Float):
    """IEEE's binary32: 24 significant bits."""

    __slots__ = ()
    scalar_type, dtype = TYPES["f32"], "float32"


class f64(_Float):
    """IEEE's binary64, Python's float, but with IEEE's infinities and NaN where Python raises."""

    __slots__ = ()
    scalar_type, dtype = TYPES["f64"], "float64"


CLASSES: Mapping[str, type[Scalar]] = {
    class_.scalar_type.name: class_ for class_ in (i8, i16, i32, i64, u8, u16, u32, u64, f16, bf16, f32, f64)
}
"""The strong classes by name."""

_OF_CLASS: Mapping[type, ScalarType] = {
    bool: BOOL, int: INT, float: FLOAT, **{class_: class_.scalar_type for class_ in CLASSES.values()}
}  # fmt: skip

_OF_DTYPE: Mapping[str, ScalarType] = {
    "bool": BOOL, "bfloat16": TYPES["bf16"],
    **{class_.dtype: class_.scalar_type for class_ in CLASSES.values() if class_ is not bf16},
}  # fmt: skip
