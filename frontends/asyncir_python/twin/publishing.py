"""
What a running kernel shows to the host.

    publish(counters, i, n)             # in a task: stores n; whoever sees it also sees what this task stored before
    running.view("counters")[i]         # on the host, meanwhile

`index` and `value` are taken as `a[index] = value` takes them. On a device it is a store that the host sees while the kernel runs, a
release at the scope of the whole system; a plain store may be seen later, or at the kernel's end only. In the run under asyncio the host
has the array itself.
"""

from __future__ import annotations

from typing import Any, SupportsIndex

from asyncir_python.scalars import Scalar, f32, f64, i32, i64, u32, u64
from asyncir_python.twin.arrays import HostVisible
from asyncir_python.twin.elements import Element
from asyncir_python.twin.indexing import element_index

Index = SupportsIndex | tuple[SupportsIndex, ...]

PUBLISHED: tuple[Element, ...] = (i32, i64, u32, u64, f32, f64)
"""The elements that are stored in one step on every target."""

NOT_VISIBLE = "publish() takes an array that the host sees, got"
NOT_PUBLISHED = f"publish() stores {', '.join(element.__name__ for element in PUBLISHED)}, not an element of"


def publish(array: HostVisible[Any, Any], index: Index, value: float | Scalar) -> None:
    """
    `array[index] = value`, which the host sees while the kernel runs; the array is a kernel's parameter that is annotated HostVisible, or a
    part of one. Raises TypeError for another array, for elements of less than 32 bits and for bools.
    """
    if not isinstance(array, HostVisible):  # pyright: ignore[reportUnnecessaryIsInstance]
        raise TypeError(f"{NOT_VISIBLE} {type(array).__name__}")
    if array.element not in PUBLISHED:
        raise TypeError(f"{NOT_PUBLISHED} {array.element.__name__}")
    whole: Any = array
    whole[element_index(index, array.rank)] = value
