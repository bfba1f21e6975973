"""Scalar values between Python and memory: ranges are checked, nothing is truncated without a word."""

from __future__ import annotations

import operator
import struct
import sys
from typing import TYPE_CHECKING, Any, SupportsIndex, cast

from asyncir.abi import SCALAR_BYTES
from asyncir.errors import InternalError

if TYPE_CHECKING:
    import numpy as numpy_types

FLOATS = frozenset({"f16", "bf16", "f32", "f64"})
_FLOAT_CODES = {"f16": "<e", "f32": "<f", "f64": "<d"}

DTYPES: dict[str, tuple[str, ...]] = {
    "i1": ("bool",),
    "i8": ("int8", "uint8"),
    "i16": ("int16", "uint16"),
    "i32": ("int32", "uint32"),
    "i64": ("int64", "uint64"),
    "index": ("int64", "uint64"),
    "f16": ("float16",),
    "bf16": ("uint16", "bfloat16"),
    "f32": ("float32",),
    "f64": ("float64",),
}
"""The NumPy element types an array of each type may have; the first is what results have."""


def bit_width(type_: str) -> int:
    """Bits of a value, not of its storage: 1 for i1."""
    return 1 if type_ == "i1" else 8 * SCALAR_BYTES[type_]


def to_bits(type_: str, value: object) -> int:
    """
    The value's bit pattern as an unsigned number.

    Raises TypeError if `value` is no number of that sort, OverflowError if the type cannot hold it.
    """
    value = _plain(value)
    if type_ in FLOATS:
        return _float_bits(type_, value)
    return _integer_bits(type_, value)


def from_bits(type_: str, bits: int) -> int | float | bool:
    """The Python value of a bit pattern; integers are signed, as everywhere in Python."""
    if type_ == "i1":
        return bool(bits & 1)
    if type_ == "bf16":
        return struct.unpack("<f", struct.pack("<I", bits << 16))[0]
    if type_ in FLOATS:
        return struct.unpack(_FLOAT_CODES[type_], bits.to_bytes(SCALAR_BYTES[type_], "little"))[0]
    width = bit_width(type_)
    return bits - (1 << width) if bits >> (width - 1) else bits


def from_memory(type_: str, data: bytes) -> int | float | bool:
    """The Python value of a little-endian value in memory."""
    if len(data) != SCALAR_BYTES[type_]:
        raise InternalError(f"{len(data)} bytes for a value of type {type_}")
    return from_bits(type_, int.from_bytes(data, "little"))


def _plain(value: object) -> object:
    """NumPy's scalars as Python's. NumPy is not loaded for this: if it is not loaded, nobody can have made one."""
    numpy = sys.modules.get("numpy")
    if numpy is not None and isinstance(value, numpy.generic):
        return cast("numpy_types.generic[Any]", value).item()
    return value


def _integer_bits(type_: str, value: object) -> int:
    if isinstance(value, bool) and type_ != "i1":
        raise TypeError("a bool is only taken for i1")
    number = operator.index(cast(SupportsIndex, value))
    width = bit_width(type_)
    low = 0 if width == 1 else -(1 << (width - 1))
    if not low <= number < 1 << width:
        raise OverflowError(f"out of range: {low} to {(1 << width) - 1}")
    return number & ((1 << width) - 1)


def _float_bits(type_: str, value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise TypeError("not a number")
    number = float(value)
    if type_ == "bf16":
        return _bf16_bits(number)
    return int.from_bytes(struct.pack(_FLOAT_CODES[type_], number), "little")


def _bf16_bits(number: float) -> int:
    """Rounded to nearest, ties to even, by way of f32."""
    bits = int.from_bytes(struct.pack("<f", number), "little")
    if number != number:
        return bits >> 16 | 0x40
    return (bits + 0x7FFF + (bits >> 16 & 1)) >> 16
