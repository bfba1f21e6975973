"""Numbers as attributes of the llvm level."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import cast

from xdsl.dialects.builtin import (
    BFloat16Type,
    DenseIntOrFPElementsAttr,
    Float16Type,
    Float32Type,
    Float64Type,
    FloatAttr,
    IntegerAttr,
    IntegerType,
    VectorType,
)
from xdsl.ir import Attribute


def dense(type_: Attribute, numbers: Sequence[int | float]) -> DenseIntOrFPElementsAttr:
    """The numbers as a constant of a vector or tensor type; a single number fills it."""
    # xDSL's overloads tell integers from floats by the static type, which is not known here.
    make = cast(Callable[[Attribute, Sequence[int | float]], DenseIntOrFPElementsAttr], DenseIntOrFPElementsAttr.from_list)
    return make(type_, numbers)


def float_attribute(number: float, type_: Attribute) -> Attribute:
    """A number of a float type, or a vector with it in all places."""
    if isinstance(type_, VectorType):
        return dense(type_, [number])
    assert isinstance(type_, Float16Type | BFloat16Type | Float32Type | Float64Type)
    return FloatAttr(number, type_)


def integer_attribute(number: int, type_: Attribute) -> Attribute:
    """A number of an integer type, or a vector with it in all places; of a number that is too long the low bits."""
    if isinstance(type_, VectorType):
        element: Attribute = type_.element_type
        assert isinstance(element, IntegerType)
        return dense(type_, [_wrapped(number, element.width.data)])
    assert isinstance(type_, IntegerType)
    return IntegerAttr(_wrapped(number, type_.width.data), type_)


def _wrapped(number: int, width: int) -> int:
    """The number's low bits: signed, but for i1, where MLIR's `true` is -1 and xDSL's 1 prints as `true` too."""
    low = number & ((1 << width) - 1)
    return low - (1 << width) if width > 1 and low >> (width - 1) else low
