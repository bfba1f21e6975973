"""
Scalars: how the interpreter represents them, and rounding and wrapping to their types.

- Integers and `index` (64 bits) are Python ints in their signed range; i1 is 0 or 1.
- Floats are Python floats that the type can hold: every result is rounded to its type.
- Everything else (handles, channels, groups, memrefs, addresses) is an object of its own.
"""

from __future__ import annotations

import ctypes
import math
import struct
from collections.abc import Callable
from fractions import Fraction
from typing import Any, TypeAlias

import numpy as np
from xdsl.dialects.builtin import (
    BFloat16Type,
    Float16Type,
    Float32Type,
    Float64Type,
    IndexType,
    IntegerType,
    MemRefType,
    UnrankedMemRefType,
)
from xdsl.ir import Attribute

from asyncir.abi import SCALAR_BYTES

Value: TypeAlias = Any
"""A value of the interpreted program."""

FloatType = BFloat16Type | Float16Type | Float32Type | Float64Type
HANDLE_BYTES = 4
POINTER_BYTES = 8


class Undefined(Exception):
    """An operation whose operands leave its result without a meaning; whoever executes it adds the place."""


def integer_width(type_: Attribute) -> int | None:
    """The bits of an integer or index type; None for other types."""
    if isinstance(type_, IntegerType):
        return type_.width.data
    return 64 if isinstance(type_, IndexType) else None


def is_float(type_: Attribute) -> bool:
    """Whether the interpreter computes with this float type."""
    return isinstance(type_, FloatType)


def is_scalar(type_: Attribute) -> bool:
    """Whether values of this type are numbers."""
    return integer_width(type_) is not None or is_float(type_)


def wrap_to(width: int) -> Callable[[int], int]:
    """What brings any integer into the representation of `width` bits."""
    if width == 1:
        return lambda value: value & 1
    half, mask = 1 << (width - 1), (1 << width) - 1
    return lambda value: ((value + half) & mask) - half


def unsigned_of(width: int) -> Callable[[int], int]:
    """From the representation to the unsigned number."""
    mask = (1 << width) - 1
    return lambda value: value & mask


def signed_of(width: int) -> Callable[[int], int]:
    """From the representation to the signed number: the same, but for i1, whose true is -1."""
    return (lambda value: -value) if width == 1 else (lambda value: value)


# ---------------------------------------------------------------------------------------------------------------- floats


def round_f32(value: float) -> float:
    """The nearest f32, as a double."""
    return ctypes.c_float(value).value


def round_f16(value: float) -> float:
    """The nearest f16, as a double; too large is infinite."""
    try:
        return struct.unpack("<e", struct.pack("<e", value))[0]
    except OverflowError:
        return math.copysign(math.inf, value)


def round_bf16(value: float) -> float:
    """The nearest bf16 (8 significant bits, the exponents of f32), as a double."""
    if value == 0.0 or not math.isfinite(value):
        return value
    exponent = max(math.frexp(value)[1], -125)
    rounded = math.ldexp(round(math.ldexp(value, 8 - exponent)), exponent - 8)
    return math.copysign(math.inf, value) if abs(rounded) >= 2.0**128 else math.copysign(rounded, value)


def _same(value: float) -> float:
    return value


def rounding(type_: Attribute) -> Callable[[float], float]:
    """What rounds a double to this float type."""
    match type_:
        case Float64Type():
            return _same
        case Float32Type():
            return round_f32
        case Float16Type():
            return round_f16
        case BFloat16Type():
            return round_bf16
        case _:
            raise TypeError(f"no float type: {type_}")


_PRECISION = {"f64": 53, "f32": 24, "f16": 11, "bf16": 8}


def precision(type_: Attribute) -> int:
    """How many significant bits a float type has."""
    return _PRECISION[str(type_)]


def float_from_exact(value: int | Fraction, type_: Attribute) -> float:
    """An exact number in a float type, rounded once, to nearest with ties to even."""
    exact = Fraction(value)
    if exact == 0:
        return 0.0
    # Two more bits than the type has, the last one sticky: rounding this double again to the type rounds the exact number.
    numerator, denominator = abs(exact.numerator), exact.denominator
    shift = precision(type_) + 2 - (numerator.bit_length() - denominator.bit_length())
    scaled, rest = divmod(numerator << max(shift, 0), denominator << max(-shift, 0))
    if type_ == Float64Type():
        try:
            return float(exact)
        except OverflowError:
            return math.inf if exact > 0 else -math.inf
    magnitude = math.ldexp(float(scaled << 1 | (rest != 0)), -shift - 1)
    return rounding(type_)(-magnitude if exact < 0 else magnitude)


# ----------------------------------------------------------------------------------------------------------------- bytes


def scalar_bits(value: Value, type_: Attribute) -> int:
    """The bits of a scalar as an unsigned integer."""
    width = integer_width(type_)
    if width is not None:
        return value & ((1 << width) - 1)
    match type_:
        case Float64Type():
            return struct.unpack("<Q", struct.pack("<d", value))[0]
        case Float32Type():
            return struct.unpack("<I", bytes(ctypes.c_float(value)))[0]
        case Float16Type():
            return struct.unpack("<H", struct.pack("<e", value))[0]
        case _:
            return struct.unpack("<I", bytes(ctypes.c_float(value)))[0] >> 16


def scalar_from_bits(bits: int, type_: Attribute) -> Value:
    """The scalar with these bits."""
    width = integer_width(type_)
    if width is not None:
        return wrap_to(width)(bits)
    match type_:
        case Float64Type():
            return struct.unpack("<d", struct.pack("<Q", bits))[0]
        case Float32Type():
            return struct.unpack("<f", struct.pack("<I", bits))[0]
        case Float16Type():
            return struct.unpack("<e", struct.pack("<H", bits))[0]
        case _:
            return struct.unpack("<f", struct.pack("<I", bits << 16))[0]


def scalar_bytes(type_: Attribute) -> int | None:
    """How many bytes a scalar of this type takes in memory; None for what is no scalar."""
    width = integer_width(type_)
    if width is not None:
        return SCALAR_BYTES["index"] if isinstance(type_, IndexType) else max(1, 1 << max(0, (width - 1).bit_length() - 3))
    return SCALAR_BYTES[str(type_)] if is_float(type_) else None


def value_bytes(type_: Attribute) -> int:
    """How many bytes a value takes in a frame: descriptors of arrays two addresses, an offset, sizes and strides."""
    size = scalar_bytes(type_)
    if size is not None:
        return size
    if isinstance(type_, MemRefType):
        return POINTER_BYTES * (3 + 2 * len(type_.get_shape()))
    if type_.name == "rt.ptr" or isinstance(type_, UnrankedMemRefType):
        return POINTER_BYTES * (2 if isinstance(type_, UnrankedMemRefType) else 1)
    return HANDLE_BYTES


def same_value(left: Value, right: Value) -> bool:
    """Whether two lanes have the same value: NaN is NaN, and 0.0 is not -0.0."""
    if left is right:
        return True
    if isinstance(left, float) and isinstance(right, float):
        return (left == right and math.copysign(1.0, left) == math.copysign(1.0, right)) or (left != left and right != right)
    return bool(left == right)


def numpy_type(type_: Attribute) -> np.dtype[Any] | None:
    """The NumPy type of a scalar type; None where NumPy has none."""
    width = integer_width(type_)
    if width is not None:
        return np.dtype(bool) if width == 1 else (np.dtype(f"int{width}") if width in (8, 16, 32, 64) else None)
    names = {"f64": "float64", "f32": "float32", "f16": "float16"}
    return np.dtype(names[str(type_)]) if str(type_) in names else None


def zero_value(type_: Attribute) -> Value:
    """The zero of a type: what a failed task's value and a closed channel's item are. Of handles, no handle: None."""
    if integer_width(type_) is not None:
        return 0
    return 0.0 if is_float(type_) else None
