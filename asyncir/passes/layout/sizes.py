"""How many bytes a value takes in a frame."""

from __future__ import annotations

from xdsl.dialects.builtin import IntegerType, VectorType
from xdsl.ir import Attribute

from asyncir.dialects.sizes import WORD, byte_size

__all__ = ["MAX_ALIGNMENT", "WORD", "alignment_of", "bits_of", "is_narrow", "round_up", "rows_of", "size_of"]

MAX_ALIGNMENT = 8


def size_of(type_: Attribute) -> int | None:
    """The bytes of a value in a frame; None if values of this type cannot be stored. Integers of odd widths cannot: nothing packs them."""
    element = type_.element_type if isinstance(type_, VectorType) else type_
    if isinstance(element, IntegerType) and element.width.data not in (1, 8, 16, 32, 64):
        return None
    return byte_size(type_)


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
