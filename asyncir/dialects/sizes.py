"""How many bytes a value takes where it is stored: in memory, in a frame, as a result."""

from __future__ import annotations

from xdsl.dialects.builtin import (
    BFloat16Type,
    Float16Type,
    Float32Type,
    Float64Type,
    IndexType,
    IntegerType,
    MemRefType,
    VectorType,
)
from xdsl.ir import Attribute

from asyncir.dialects.task_types import is_reference

WORD = 4
"""Bytes of a handle, and of a row of a frame for each lane."""


def byte_size(type_: Attribute) -> int | None:
    """
    The bytes a value takes in memory, or None for a type that cannot be stored.

    Arrays are stored as descriptors: address, aligned address, offset, and size and stride of each dimension, 8 bytes each.
    """
    match type_:
        case IntegerType():
            return next((size for size in (1, 2, 4, 8) if type_.width.data <= 8 * size), None)
        case BFloat16Type() | Float16Type():
            return 2
        case Float32Type():
            return 4
        case IndexType() | Float64Type():
            return 8
        case VectorType():
            element = byte_size(type_.element_type)
            return None if element is None or type_.get_num_scalable_dims() else element * type_.element_count()
        case MemRefType():
            return 8 * (3 + 2 * type_.get_num_dims())
        case _:
            return WORD if is_reference(type_) else None
