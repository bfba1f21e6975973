"""
The arrays of an isolated run: copies in memory that two processes share.

Arrays that overlap in the caller's memory overlap in the copy too, so one array given twice is one. An array in the GPU's memory is copied
like any other, by way of the host; the other process has it on its device as it has any array of the host. (It could be given the memory
itself. But what the driver lets processes share is a whole allocation, in which most packages keep many arrays: code that goes astray there
could then write to what it was never given.)
"""

from __future__ import annotations

import ctypes
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from multiprocessing import resource_tracker, shared_memory
from typing import TYPE_CHECKING, Any

from asyncir.runtime.arguments import ArrayArgument, DeviceArgument
from asyncir.runtime.cuda_driver import arrival_stream, copy_to_device, copy_to_host, finish_stream

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


@dataclass(frozen=True)
class Source:
    """A C-contiguous array of this process, and how its bytes come from and to memory of the host that is given as an address."""

    address: int
    bytes: int
    shape: tuple[int, ...]
    dtype: str
    read: Callable[[int], None]
    write: Callable[[int], None]


def source_of(argument: ArrayArgument | DeviceArgument) -> Source:
    """An array argument as what is copied."""
    if isinstance(argument, DeviceArgument):
        return _of_device(argument)
    array, address, size = argument.array, argument.address, int(argument.array.nbytes)
    return Source(
        address,
        size,
        array.shape,
        _shared_type(array.dtype.name),
        lambda copy: _copy(copy, address, size),
        lambda copy: _copy(address, copy, size),
    )


def _of_device(argument: DeviceArgument) -> Source:
    """One in the memory of the GPU whose context is current."""
    buffer, address, size = argument.buffer, argument.address, argument.buffer.nbytes

    def read(copy: int) -> None:
        if buffer.ready_on is not None:
            finish_stream(buffer.ready_on)
        copy_to_host(copy, address, size)

    def write(copy: int) -> None:
        copy_to_device(address, copy, size, arrival_stream())
        finish_stream(arrival_stream())

    return Source(address, size, buffer.shape, _shared_type(buffer.dtype), read, write)


def _copy(target: int, source: int, size: int) -> None:
    ctypes.memmove(target, source, size)


def _shared_type(dtype: str) -> str:
    """NumPy has no bfloat16 of its own."""
    return "uint16" if dtype == "bfloat16" else dtype


class SharedArrays:
    """Arrays of this process and their copies, which live until `close`."""

    def __init__(self, sources: Sequence[Source]) -> None:
        """Raises OSError if there is not so much memory to share."""
        self._sources = sources
        offsets, size = _offsets([(source.address, source.bytes) for source in sources])
        self._memory = _make(size) if size else None
        self.placed = tuple(Placed(offset, source.shape, source.dtype) for offset, source in zip(offsets, sources, strict=True))
        try:
            for copy, source in self._pairs():
                source.read(copy)
        except BaseException:
            self.close()
            raise

    @property
    def name(self) -> str | None:
        return None if self._memory is None else self._memory.name

    def copy_back(self) -> None:
        """What the other process has written, into the arrays."""
        for copy, source in self._pairs():
            source.write(copy)

    def close(self) -> None:
        if self._memory is not None:
            self._memory.close()
            self._memory.unlink()

    def _pairs(self) -> Iterator[tuple[int, Source]]:
        """The address of each copy, and its array."""
        if self._memory is None:
            return
        start = _address_of(self._memory)
        for source, place in zip(self._sources, self.placed, strict=True):
            if source.bytes:
                yield start + place.offset, source


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


def _address_of(memory: shared_memory.SharedMemory) -> int:
    """Where it lies in this process, as long as it is not closed."""
    whole = memory.buf
    assert whole is not None
    return ctypes.addressof(ctypes.c_char.from_buffer(whole))


def _offsets(spans: Sequence[tuple[int, int]]) -> tuple[list[int], int]:
    """Where each array, an address and a size, lies in one block, and the block's size; arrays keep their distance where they overlap."""
    offsets = [0] * len(spans)
    start, end, at, size = 0, 0, 0, 0
    for address, index in sorted((address, index) for index, (address, count) in enumerate(spans) if count):
        if address >= end:
            start, at = address, -(-size // _ALIGNMENT) * _ALIGNMENT + address % _ALIGNMENT
        offsets[index] = at + address - start
        end = max(end, address + spans[index][1])
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
