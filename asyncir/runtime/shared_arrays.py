"""
The arrays of an isolated run: copies in memory that two processes share.

Arrays that overlap in the caller's memory overlap in the copy too, so one array given twice is one.
"""

from __future__ import annotations

import ctypes
import os
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from multiprocessing import resource_tracker, shared_memory
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy

    AnyArray = numpy.ndarray[Any, numpy.dtype[Any]]

_ALIGNMENT = 64


@dataclass(frozen=True)
class Placed:
    """Where an array lies in the shared memory."""

    offset: int
    shape: tuple[int, ...]
    dtype: str


class SharedArrays:
    """C-contiguous arrays of this process and their copies, which live until `close`."""

    def __init__(self, arrays: Sequence[AnyArray]) -> None:
        """Raises OSError if there is not so much memory to share."""
        self._arrays = arrays
        offsets, size = _offsets(arrays)
        self._memory = _make(size) if size else None
        self.placed = tuple(
            Placed(offset, array.shape, "uint16" if array.dtype.name == "bfloat16" else array.dtype.name)
            for offset, array in zip(offsets, arrays, strict=True)
        )
        for copy, array in self._pairs():
            copy[:] = array

    @property
    def name(self) -> str | None:
        return None if self._memory is None else self._memory.name

    def copy_back(self) -> None:
        """What the other process has written, into the arrays."""
        for copy, array in self._pairs():
            array[:] = copy

    def close(self) -> None:
        if self._memory is not None:
            self._memory.close()
            self._memory.unlink()

    def _pairs(self) -> Iterator[tuple[memoryview, memoryview]]:
        """The bytes of each copy, and those of its array."""
        whole = None if self._memory is None else self._memory.buf
        for array, place in zip(self._arrays, self.placed, strict=True):
            if whole is not None and array.nbytes:
                yield whole[place.offset : place.offset + int(array.nbytes)], _bytes_of(array)


def _make(size: int) -> shared_memory.SharedMemory:
    memory = shared_memory.SharedMemory(create=True, size=size)
    if sys.platform == "linux":
        # Linux gives pages when they are touched, and ends whoever touches one that it has not: so all are asked for here.
        file = os.open(f"/dev/shm/{memory.name}", os.O_RDWR)
        try:
            os.posix_fallocate(file, 0, size)
        except OSError:
            memory.close()
            memory.unlink()
            raise
        finally:
            os.close(file)
    return memory


def _bytes_of(array: AnyArray) -> memoryview:
    """Of element types too that the buffer protocol does not know."""
    return memoryview((ctypes.c_char * array.nbytes).from_address(int(array.ctypes.data))).cast("B")


def _offsets(arrays: Sequence[AnyArray]) -> tuple[list[int], int]:
    """Where each array lies in one block, and the block's size; arrays keep their distance where they overlap."""
    offsets = [0] * len(arrays)
    start, end, at, size = 0, 0, 0, 0
    for address, index in sorted((int(array.ctypes.data), index) for index, array in enumerate(arrays) if array.nbytes):
        if address >= end:
            start, at = address, -(-size // _ALIGNMENT) * _ALIGNMENT + address % _ALIGNMENT
        offsets[index] = at + address - start
        end = max(end, address + int(arrays[index].nbytes))
        size = at + end - start
    return offsets, size


def attach(name: str) -> shared_memory.SharedMemory:
    """Memory that another process has made and will remove: nothing of it is to be cleaned up here."""
    if sys.version_info >= (3, 13):
        return shared_memory.SharedMemory(name, track=False)
    register, resource_tracker.register = resource_tracker.register, _register_nothing
    try:
        return shared_memory.SharedMemory(name)
    finally:
        resource_tracker.register = register


def _register_nothing(name: str, rtype: str) -> None:
    """Before Python 3.13 every process that opens shared memory would remove it at its end."""


def array_at(memory: shared_memory.SharedMemory | None, place: Placed) -> AnyArray:
    """A copy as the other process sees it."""
    import numpy

    if memory is None or 0 in place.shape:
        return numpy.empty(place.shape, place.dtype)
    return numpy.ndarray(place.shape, place.dtype, memory.buf, place.offset)
