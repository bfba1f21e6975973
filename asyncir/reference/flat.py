"""
Flat memory for the rt level: segments of bytes, each byte unallocated, never written, written, or freed.

Addresses are integers: the segment's number and the offset in it. What is read must have been written, all of it; a descriptor
of an array is stored as a number that stands for it, so it can be stored and loaded, and nothing else done with it.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from typing import Any

from numpy.typing import NDArray
from xdsl.dialects.builtin import Float64Type, IndexType, MemRefType
from xdsl.ir import Attribute

from asyncir.reference.memory import COPYING, UNINITIALISED, MemoryFault, MemRef
from asyncir.reference.values import Value, integer_width, scalar_bits, scalar_bytes, scalar_from_bits, value_bytes

SEGMENT_SHIFT = 40
OFFSET_MASK = (1 << SEGMENT_SHIFT) - 1
ALLOCATED, WRITTEN, FREED, COPIED = b"\1", b"\2", b"\3", b"\4"
GROWTH = 1 << 16
DESCRIPTOR = 0x5EED << 44
"""What the numbers of stored array descriptors begin with."""

_INTEGERS = {size: struct.Struct(f"<{code}") for size, code in ((1, "b"), (2, "h"), (4, "i"), (8, "q"))}


class Segment:
    """Bytes at consecutive addresses; the part behind those in use is made when it is first touched."""

    __slots__ = ("array", "data", "frees", "limit", "name", "state", "unfenced")

    def __init__(self, name: str, data: bytes, limit: int, *, written: bool, array: NDArray[Any] | None = None) -> None:
        self.name = name
        self.data = bytearray(data)
        self.state = bytearray((WRITTEN if written else ALLOCATED) * len(data))
        self.limit = limit
        self.array = array
        self.frees = False
        """Whether any of its bytes were ever freed, or written by a bulk copy."""
        self.unfenced: bytearray | None = None
        """Of block memory: 1 for each byte that was stored and that bulk copies need not see yet."""

    def reach(self, end: int) -> bool:
        """Makes the bytes below `end` exist; False if the segment ends before."""
        if end > self.limit:
            return False
        if end > len(self.data):
            more = min(max(end - len(self.data), GROWTH), self.limit - len(self.data))
            self.data.extend(bytes(more))
            self.state.extend(ALLOCATED * more)
        return True


class FlatMemory:
    """All segments of a launch. Segment 0 does not exist: no address is zero."""

    def __init__(self) -> None:
        self._segments: list[Segment | None] = [None]
        self._descriptors: dict[int, MemRef] = {}
        self.stack_words = 0
        """The words of each lane's stack, which are the lane's own and have no address."""

    def segment(self, name: str, size: int, *, zeroed: bool = False, data: bytes = b"", array: NDArray[Any] | None = None) -> int:
        """A new segment; its address. It is written if it is zeroed or has data."""
        content = data or (bytes(size) if zeroed else b"")
        self._segments.append(Segment(name, content, size, written=True, array=array))
        return (len(self._segments) - 1) << SEGMENT_SHIFT

    def at(self, address: int, size: int) -> tuple[Segment, int]:
        """The segment of these bytes, and where in it they are."""
        number, offset = address >> SEGMENT_SHIFT, address & OFFSET_MASK
        segment = self._segments[number] if 0 < number < len(self._segments) else None
        if segment is None:
            raise MemoryFault("out-of-bounds", f"address {address:#x} is in no memory of the launch")
        if offset + size > len(segment.data) and not segment.reach(offset + size):
            raise MemoryFault("out-of-bounds", f"{size} bytes at offset {offset} are behind {segment.name}, which has {segment.limit}")
        return segment, offset

    def read(self, address: int, size: int) -> bytes:
        """Bytes, all of them written."""
        segment, offset = self.at(address, size)
        if segment.state.count(WRITTEN, offset, offset + size) != size:
            self._refuse_freed(segment, offset, size, "read")
            raise MemoryFault("uninitialised-read", f"{size} bytes at offset {offset} of {segment.name} were never written")
        return bytes(segment.data[offset : offset + size])

    def contents(self, address: int, size: int) -> bytes:
        """Bytes as the host finds them, whatever may be under way."""
        segment, offset = self.at(address, size)
        return bytes(segment.data[offset : offset + size])

    def write(self, address: int, data: bytes) -> None:
        """Sets bytes."""
        segment, offset = self.at(address, len(data))
        end = offset + len(data)
        if segment.frees:
            self._refuse_freed(segment, offset, len(data), "written")
        segment.data[offset:end] = data
        segment.state[offset:end] = WRITTEN * len(data)
        if segment.unfenced is not None:
            segment.unfenced[offset:end] = b"\1" * len(data)

    def spoil(self, address: int, size: int) -> None:
        """Makes bytes unwritten again."""
        segment, offset = self.at(address, size)
        segment.state[offset : offset + size] = ALLOCATED * size

    def is_written(self, address: int, size: int) -> bool:
        """Whether bytes can be read."""
        segment, offset = self.at(address, size)
        return segment.state.count(WRITTEN, offset, offset + size) == size

    def begin_copy(self, address: int, size: int) -> None:
        """Nobody may read or write these bytes before `end_copy`."""
        segment, offset = self.at(address, size)
        self._refuse_freed(segment, offset, size, "copied to")
        segment.frees = True
        segment.state[offset : offset + size] = COPIED * size

    def end_copy(self, address: int, data: bytes) -> None:
        """The copy's bytes are there."""
        segment, offset = self.at(address, len(data))
        segment.state[offset : offset + len(data)] = ALLOCATED * len(data)
        self.write(address, data)

    def is_copied(self, address: int, size: int) -> bool:
        """Whether a copy to any of these bytes is under way."""
        segment, offset = self.at(address, size)
        return segment.state.find(COPIED, offset, offset + size) >= 0

    def begin_life(self, address: int, size: int) -> None:
        """Bytes that may have been freed are unwritten; those that were never touched are that already."""
        segment, offset = self.at(address, 0)
        size = min(size, len(segment.state) - offset)
        if size > 0:
            segment.state[offset : offset + size] = ALLOCATED * size

    def end_life(self, address: int, size: int) -> None:
        """Bytes that are touched before their next life are an error."""
        segment, offset = self.at(address, 0)
        size = min(size, len(segment.state) - offset)
        if size > 0:
            self._refuse_freed(segment, offset, size, "freed again")
            segment.frees = True
            segment.state[offset : offset + size] = FREED * size

    def _refuse_freed(self, segment: Segment, offset: int, size: int, what: str) -> None:
        if segment.state.find(FREED, offset, offset + size) >= 0:
            raise MemoryFault("use-after-free", f"{size} bytes at offset {offset} of {segment.name} were freed, and are {what}")
        if segment.state.find(COPIED, offset, offset + size) >= 0:
            message = f"{size} bytes at offset {offset} of {segment.name} are {what} while a bulk copy to them is under way"
            raise MemoryFault(COPYING.kind, message)

    def remember(self, array: MemRef) -> int:
        """A number that stands for an array's descriptor."""
        number = DESCRIPTOR | len(self._descriptors)
        self._descriptors[number] = array
        return number

    def recall(self, number: int) -> MemRef:
        """The array whose descriptor was stored."""
        if number not in self._descriptors:
            raise MemoryFault("uninitialised-read", "no array descriptor is stored here")
        return self._descriptors[number]


Reader = Callable[[FlatMemory, int], Value]
Writer = Callable[[FlatMemory, int, Value], None]


def reader(type_: Attribute) -> Reader | None:
    """What loads a value of this type; None if memory cannot hold such values."""
    if isinstance(type_, MemRefType):
        return lambda memory, address: memory.recall(_INTEGERS[8].unpack(memory.read(address, 8))[0])
    if type_.name == "rt.ptr" or isinstance(type_, IndexType):
        return _integer_reader(8)
    size, width = scalar_bytes(type_), integer_width(type_)
    if size is None:
        return None
    if width is not None and width == 8 * size:
        return _integer_reader(size)
    return lambda memory, address: scalar_from_bits(int.from_bytes(memory.read(address, size), "little"), type_)


def _integer_reader(size: int) -> Reader:
    unpack = _INTEGERS[size].unpack

    def read(memory: FlatMemory, address: int) -> Value:
        return unpack(memory.read(address, size))[0]

    return read


def writer(type_: Attribute) -> Writer | None:
    """What stores a value of this type; None if memory cannot hold such values."""
    if isinstance(type_, MemRefType):
        padding = bytes(value_bytes(type_) - 8)
        return lambda memory, address, value: memory.write(address, _INTEGERS[8].pack(memory.remember(value)) + padding)
    if type_.name == "rt.ptr" or isinstance(type_, IndexType):
        return _packer("q")
    size, width = scalar_bytes(type_), integer_width(type_)
    if size is None:
        return None
    if width is not None and width == 8 * size:
        return _packer("bhiq"[size.bit_length() - 1])
    if isinstance(type_, Float64Type):
        return _packer("d")
    return lambda memory, address, value: memory.write(address, scalar_bits(value, type_).to_bytes(size, "little"))


def _packer(code: str) -> Writer:
    pack = struct.Struct(f"<{code}").pack

    def write(memory: FlatMemory, address: int, value: Value) -> None:
        memory.write(address, pack(value))

    return write


class FlatCells:
    """The cells of an array that lies in flat memory."""

    def __init__(self, memory: FlatMemory, address: int, element: Attribute) -> None:
        size, read, write = scalar_bytes(element), reader(element), writer(element)
        if size is None or read is None or write is None:
            raise MemoryFault("undefined", f"no array of {element} can lie in memory")
        self.memory = memory
        self.address = address
        self.size = size
        self._read = read
        self._write = write

    def __getitem__(self, index: int) -> Value:
        address = self.address + index * self.size
        if self.memory.is_written(address, self.size):
            return self._read(self.memory, address)
        return COPYING if self.memory.is_copied(address, self.size) else UNINITIALISED

    def __setitem__(self, index: int, value: Value) -> None:
        address = self.address + index * self.size
        if value is UNINITIALISED:
            self.memory.spoil(address, self.size)
        else:
            self._write(self.memory, address, value)

    def __len__(self) -> int:
        segment, offset = self.memory.at(self.address, 0)
        return (segment.limit - offset) // self.size
