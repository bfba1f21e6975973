"""
Arrays: a buffer of cells, and memrefs that view it by offset, sizes and strides.

A cell holds a value or `UNINITIALISED`. Arrays of the caller are copied in before a run and back after it.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray
from xdsl.dialects.builtin import MemRefType, NoneAttr, StridedLayoutAttr
from xdsl.ir import Attribute

from asyncir.errors import Location
from asyncir.reference.values import Value


class NoValue:
    """The content of a cell that has no value; `kind` is that of the error of reading it, and `why` says what is wrong."""

    def __init__(self, name: str, kind: str, why: str) -> None:
        self._name = name
        self.kind = kind
        self.why = why

    def __repr__(self) -> str:
        return self._name


UNINITIALISED = NoValue("uninitialised", "uninitialised-read", "was never written")
"""The content of a cell that nobody wrote."""

COPYING = NoValue("copying", "tile-misuse", "is being copied: the copy's token, or its slot, was not waited for")
"""The content of one to which a `task.copy` is under way."""


class MemoryFault(Exception):
    """A cell that may not be accessed; whoever executes the access adds the place. `kind` is that of the error."""

    def __init__(self, kind: str, message: str) -> None:
        super().__init__(message)
        self.kind = kind


class Cells(Protocol):
    """What holds a buffer's values: a list, or a view of flat memory."""

    def __getitem__(self, index: int, /) -> Value: ...

    def __setitem__(self, index: int, value: Value, /) -> None: ...

    def __len__(self) -> int: ...


class _Freed:
    """The cells of a freed buffer."""

    def __getitem__(self, index: int) -> Value:
        raise MemoryFault("use-after-free", "the array was freed before")

    def __setitem__(self, index: int, value: Value) -> None:
        raise MemoryFault("use-after-free", "the array was freed before")

    def __len__(self) -> int:
        raise MemoryFault("use-after-free", "the array was freed before")


class _ReadOnly(list[Value]):
    """The cells of a constant."""

    def __setitem__(self, index: Any, value: Value) -> None:
        raise MemoryFault("read-only", "the array is read-only")


@dataclass(eq=False, slots=True)
class Buffer:
    """Cells that were allocated together. Invariant: `cells` changes only when the buffer is freed."""

    cells: Cells
    element: Attribute
    location: Location | None = None
    array: NDArray[Any] | None = field(default=None, repr=False)

    def free(self) -> None:
        """What views it can no longer be used."""
        len(self.cells)
        self.cells = _Freed()

    def copy_back(self) -> None:
        """Writes the cells to the caller's array."""
        array = self.array
        if array is None or not array.flags.writeable or isinstance(self.cells, _Freed):
            return
        values = np.array(self.cells, dtype=array.dtype if array.dtype.kind != "u" else np.int64)
        array[...] = values.astype(array.dtype, copy=False).reshape(array.shape)


@dataclass(frozen=True, slots=True)
class MemRef:
    """A view of a buffer: element (i, j, …) is cell offset + i * strides[0] + j * strides[1] + …"""

    buffer: Buffer
    offset: int
    sizes: tuple[int, ...]
    strides: tuple[int, ...]

    def positions(self) -> Iterator[int]:
        """The cells of all elements in row-major order."""
        yield from _positions(self.offset, self.sizes, self.strides)

    def fits(self) -> bool:
        """Whether all elements lie in the buffer."""
        if 0 in self.sizes:
            return True
        reach = [(size - 1) * stride for size, stride in zip(self.sizes, self.strides, strict=True)]
        low, high = sum(min(r, 0) for r in reach), sum(max(r, 0) for r in reach)
        return self.offset + low >= 0 and self.offset + high < len(self.buffer.cells)


def _positions(offset: int, sizes: tuple[int, ...], strides: tuple[int, ...]) -> Iterator[int]:
    if not sizes:
        yield offset
        return
    for index in range(sizes[0]):
        yield from _positions(offset + index * strides[0], sizes[1:], strides[1:])


def row_major(sizes: tuple[int, ...]) -> tuple[int, ...]:
    """The strides of a dense row-major array."""
    strides = [1] * len(sizes)
    for index in range(len(sizes) - 2, -1, -1):
        strides[index] = strides[index + 1] * sizes[index + 1]
    return tuple(strides)


def allocate(element: Attribute, sizes: tuple[int, ...], location: Location | None) -> MemRef:
    """A new dense array; nothing in it is initialised."""
    cells: list[Value] = [UNINITIALISED] * math.prod(sizes)
    return MemRef(Buffer(cells, element, location), 0, sizes, row_major(sizes))


def constant(element: Attribute, sizes: tuple[int, ...], values: list[Value], location: Location | None) -> MemRef:
    """A dense array that nobody may write."""
    return MemRef(Buffer(_ReadOnly(values), element, location), 0, sizes, row_major(sizes))


def from_numpy(array: NDArray[Any], element: Attribute) -> MemRef:
    """A copy of the caller's array, written back by `Buffer.copy_back`."""
    flat = array.reshape(-1)
    if array.dtype.kind == "u":
        flat = flat.view(f"int{8 * array.dtype.itemsize}")
    values: list[Value] = [int(v) for v in flat.tolist()] if array.dtype.kind == "b" else flat.tolist()
    cells = values if array.flags.writeable else _ReadOnly(values)
    return MemRef(Buffer(cells, element, None, array), 0, array.shape, row_major(array.shape))


def layout_strides(type_: MemRefType) -> tuple[int | None, tuple[int | None, ...]] | None:
    """Offset and strides that a type states, None for dynamic ones; None for the whole if the layout is not strided."""
    sizes = type_.get_shape()
    if isinstance(type_.layout, StridedLayoutAttr):
        offset = type_.layout.get_offset()
        return offset, tuple(type_.layout.get_strides())
    if not isinstance(type_.layout, NoneAttr):
        return None
    strides: list[int | None] = [1] * len(sizes)
    for index in range(len(sizes) - 2, -1, -1):
        inner, size = strides[index + 1], sizes[index + 1]
        strides[index] = None if inner is None or size < 0 else inner * size
    return 0, tuple(strides)
