"""
Atomic updates of array elements: each is one step that no other task comes between, and gives the element as it was before.

They are for several tasks or lanes that update one element: `a[i] += v` reads and stores in two steps. `index` is an integer, or a tuple of
them where the array has more dimensions; an index and a value are taken as `a[index] = value` takes them. An update is visible to whoever
sees a later one of the same element, with all that was stored before it. Arrays of bool have none. Of f16, bf16 and integers of less than
32 bits they depend on the target, which says so when compiling.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, SupportsIndex, TypeVar

from asyncir_python.scalars import Scalar
from asyncir_python.twin.arrays import Array
from asyncir_python.twin.elements import Element, converted, is_float
from asyncir_python.twin.indexing import element_index
from asyncir_python.twin.numbers import greater, lesser

T = TypeVar("T")
Index = SupportsIndex | tuple[SupportsIndex, ...]


def atomic_add(array: Array[T, Any], index: Index, value: float | Scalar) -> T:
    """Adds; integers wrap, floats are rounded."""
    return _update(array, index, value, lambda old, new: old + new)


def atomic_max(array: Array[T, Any], index: Index, value: float | Scalar) -> T:
    """The greater of element and value; a NaN wins."""
    return _update(array, index, value, greater)


def atomic_min(array: Array[T, Any], index: Index, value: float | Scalar) -> T:
    """The lesser of element and value; a NaN wins."""
    return _update(array, index, value, lesser)


def atomic_and(array: Array[T, Any], index: Index, value: int | Scalar) -> T:
    """Element and value, bit by bit. Integers only: raises TypeError."""
    _expect_integers(array.element, "atomic_and")
    return _update(array, index, value, lambda old, new: old & new)


def atomic_or(array: Array[T, Any], index: Index, value: int | Scalar) -> T:
    """Element or value, bit by bit. Integers only: raises TypeError."""
    _expect_integers(array.element, "atomic_or")
    return _update(array, index, value, lambda old, new: old | new)


def atomic_xor(array: Array[T, Any], index: Index, value: int | Scalar) -> T:
    """Where element and value differ, bit by bit. Integers only: raises TypeError."""
    _expect_integers(array.element, "atomic_xor")
    return _update(array, index, value, lambda old, new: old ^ new)


def atomic_exchange(array: Array[T, Any], index: Index, value: float | Scalar) -> T:
    """Stores the value."""
    return _update(array, index, value, lambda old, new: new)


def _expect_integers(element: Element, name: str) -> None:
    if is_float(element):
        raise TypeError(f"{name} works on integers, not on an array of {element.__name__}")


def _update(array: Any, index: Index, value: Any, combine: Callable[[Any, Any], Any]) -> Any:
    element: Element = array.element
    if element is bool:
        raise TypeError("there are no atomics on an array of bool: use one of u32")
    place = element_index(index, array.rank)
    old, new = array[place], converted(element, value)
    array[place] = combine(old, new)
    return old
