"""How many bytes a value takes in a frame."""

from __future__ import annotations

from xdsl.dialects.builtin import BFloat16Type, FixedBitwidthType, Float16Type, IndexType, IntegerType, MemRefType, VectorType
from xdsl.ir import Attribute

from asyncir.dialects.async_ import GroupType, is_handle
from asyncir.dialects.task import ChannelType

WORD = 4
"""Bytes of a row for each lane, and of a handle."""

MAX_ALIGNMENT = 8


def size_of(type_: Attribute) -> int | None:
    """
    The bytes of a value in a frame; None if values of this type cannot be stored.

    Arrays are stored as descriptors: address, aligned address, offset, and size and stride of each dimension, 8 bytes each.
    """
    match type_:
        case IntegerType() if type_.width.data in (1, 8, 16, 32, 64):
            return max(1, type_.width.data // 8)
        case IndexType():
            return 8
        case BFloat16Type() | Float16Type():
            return 2
        case FixedBitwidthType() if type_.name in ("f32", "f64"):
            return type_.bitwidth // 8
        case MemRefType():
            return 8 * (3 + 2 * type_.get_num_dims())
        case VectorType():
            element = size_of(type_.element_type)
            return None if element is None or type_.get_num_scalable_dims() else element * type_.element_count()
        case GroupType() | ChannelType():
            return WORD
        case _:
            return WORD if is_handle(type_) else None


def bits_of(type_: Attribute) -> int:
    """The bits of a value that can be stored: all that count where values are packed."""
    size = size_of(type_)
    assert size is not None, "layout-frames checked the types"
    return 1 if isinstance(type_, IntegerType) and type_.width.data == 1 else 8 * size


def is_narrow(type_: Attribute) -> bool:
    """Whether values are packed with others into a word: scalars of less than one. Vectors are not taken apart."""
    return not isinstance(type_, VectorType) and bits_of(type_) < 8 * WORD


def alignment_of(size: int) -> int:
    """The alignment of a value of that size: the largest power of two up to 8 that divides it."""
    return min(MAX_ALIGNMENT, size & -size)


def rows_of(size: int) -> int:
    """How many words, one a row, a lane's value of that size takes."""
    return max(1, -(-size // WORD))


def round_up(value: int, alignment: int) -> int:
    return -(-value // alignment) * alignment
