"""Arrays that a task makes. They live as long as something can reach them."""

from __future__ import annotations

from operator import index as as_integer
from typing import TYPE_CHECKING, Any, Literal, SupportsIndex, TypeVar, overload

from asyncir_python.twin.arrays import MAX_RANK, Array, array_view
from asyncir_python.twin.elements import Element, element_of, is_float, stored_as

if TYPE_CHECKING:
    import numpy as np

T = TypeVar("T")

POISON_BYTE = 0xCD
"""What the bytes of an integer of `empty` hold: whoever sees -842150451 knows what was forgotten."""


@overload
def zeros(shape: SupportsIndex | tuple[SupportsIndex], dtype: type[T]) -> Array[T]: ...
@overload
def zeros(shape: tuple[SupportsIndex, SupportsIndex], dtype: type[T]) -> Array[T, Literal[2]]: ...
@overload
def zeros(shape: tuple[SupportsIndex, SupportsIndex, SupportsIndex], dtype: type[T]) -> Array[T, Literal[3]]: ...
def zeros(shape: SupportsIndex | tuple[SupportsIndex, ...], dtype: type[Any]) -> Array[Any, Any]:
    """
    A new array of zeros (of False), as in `zeros(16, i32)`, `zeros((4, 4), f32)`.

    Raises TypeError for a type that arrays cannot hold, ValueError for a negative size.
    """
    element = element_of(dtype, "an array")
    return _array(_new(shape, element), element)


@overload
def empty(shape: SupportsIndex | tuple[SupportsIndex], dtype: type[T]) -> Array[T]: ...
@overload
def empty(shape: tuple[SupportsIndex, SupportsIndex], dtype: type[T]) -> Array[T, Literal[2]]: ...
@overload
def empty(shape: tuple[SupportsIndex, SupportsIndex, SupportsIndex], dtype: type[T]) -> Array[T, Literal[3]]: ...
def empty(shape: SupportsIndex | tuple[SupportsIndex, ...], dtype: type[Any]) -> Array[Any, Any]:
    """
    A new array whose elements must be stored before they are read. In the asyncio run they are NaN, or integers of bytes 0xCD, or True:
    a program that reads them shows it. Raises as `zeros` does.
    """
    element = element_of(dtype, "an array")
    data = _new(shape, element)
    if is_float(element):
        data.fill(float("nan"))
    elif element is bool:
        data.fill(True)
    else:
        data.view("uint8").fill(POISON_BYTE)
    return _array(data, element)


def _array(data: np.ndarray[Any, Any], element: Element) -> Array[Any, Any]:
    return array_view(data, element)


def _new(shape: SupportsIndex | tuple[SupportsIndex, ...], element: Element) -> np.ndarray[Any, Any]:
    import numpy as np

    sizes = tuple([as_integer(size) for size in (shape if isinstance(shape, tuple) else (shape,))])
    if not 1 <= len(sizes) <= MAX_RANK:
        raise TypeError(f"an array has 1 to {MAX_RANK} dimensions, got {len(sizes)}")
    if any(size < 0 for size in sizes):
        raise ValueError("the sizes of an array are not negative")
    return np.zeros(sizes, stored_as(element))
