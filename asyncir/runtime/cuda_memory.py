"""
Memory of a launch on the GPU: what is reused from launch to launch, and the user's arrays.
"""

# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false
from __future__ import annotations

import ctypes
import threading
from typing import TYPE_CHECKING, Any
from weakref import WeakSet

from asyncir.abi import Control
from asyncir.runtime.arena import Arena
from asyncir.runtime.arguments import ArrayArgument
from asyncir.runtime.capacity import Capacities
from asyncir.runtime.control import Addresses, ControlState, Launched, initial_control
from asyncir.runtime.cuda_driver import (
    DeviceMemory,
    Event,
    PinnedMemory,
    StreamMemory,
    clear,
    copy_to_device,
    copy_to_host,
    free_unused_pinned,
)
from asyncir.runtime.statistics import Times

if TYPE_CHECKING:
    import numpy


def address_of(data: bytearray) -> int:
    """Where the bytes are, as long as nobody resizes them."""
    return ctypes.addressof(ctypes.c_char.from_buffer(data)) if data else 0


class Resources:
    """Arena, queues, control block and stop word: reused from launch to launch, for allocating them takes longer than most launches."""

    def __init__(self, arena_bytes: int, queue_bytes: int) -> None:
        self.key = (arena_bytes, queue_bytes)
        self.arena = DeviceMemory(arena_bytes, "arena", "arena")
        self.queues = DeviceMemory(queue_bytes, "ready queues", "queue")
        self.control = DeviceMemory(Control.BYTES)
        self.stop = PinnedMemory(4)
        self._staging = PinnedMemory(Control.BYTES)
        self._one = PinnedMemory(4)
        ctypes.c_int32.from_address(self._one.host_address).value = 1
        self.begin, self.ready, self.start, self.end = Event(), Event(), Event(), Event()
        """In the launch's stream: before memory is reset and behind that, before the kernel and behind it."""
        self._dirty = arena_bytes
        """How much of the arena may hold anything: all of it, until a launch has told how much it used."""

    @property
    def bytes(self) -> int:
        """Of the device's memory."""
        return self.arena.size + self.queues.size + self.control.size

    def prepare(self, sizes: Capacities, launched: Launched, stream: int) -> None:
        """Everything as a launch finds it. The arena too: reports must not read what an earlier launch left."""
        self._set_stop_word(0)
        self.begin.record(stream)
        clear(self.arena.address, self._dirty, stream)
        self._dirty = self.arena.size
        clear(self.queues.address, self.queues.size, stream)
        block = initial_control(Addresses(self.arena.address, self.queues.address, self.stop.device_address), sizes, launched)
        ctypes.memmove(self._staging.host_address, block, len(block))
        copy_to_device(self.control.address, self._staging.host_address, len(block), stream)

    def _set_stop_word(self, value: int) -> None:
        ctypes.c_int32.from_address(self.stop.host_address).value = value

    def tell_to_stop(self, stream: int) -> None:
        """
        Sets the stop word, which running code looks at now and then, and HALT, which all workers look at between segments: a
        copy from pinned memory passes a running kernel. `stream` is one that the kernel is not in.
        """
        self._set_stop_word(1)
        copy_to_device(self.control.address + Control.HALT, self._one.host_address, 4, stream)

    def read_control(self) -> ControlState:
        """When the kernel has ended. From then on it is known how much of the arena must be cleared."""
        state = self.peek_control()
        self._dirty = min(state.used, self.arena.size)
        return state

    def peek_control(self) -> ControlState:
        """As it is now, whether the kernel has ended or not."""
        data = bytearray(Control.BYTES)
        copy_to_host(address_of(data), self.control.address, Control.BYTES)
        return ControlState(bytes(data))

    def times(self) -> Times:
        """When the kernel has ended."""
        return Times(self.end.milliseconds_since(self.start), self.ready.milliseconds_since(self.begin))

    def read_arena(self, used: int) -> Arena:
        data = bytearray(used)
        copy_to_host(address_of(data), self.arena.address, used)
        return Arena(data)


_idle: dict[tuple[int, int], list[Resources]] = {}
"""What no launch uses, by the size of arena and queues."""


_all: WeakSet[Resources] = WeakSet()
_lock = threading.Lock()


def take_resources(sizes: Capacities) -> Resources:
    """What a launch that begins has: never more of them than slots, for a launch that ends gives back what it had."""
    key = (sizes.arena_bytes, sizes.zeroed_bytes)
    with _lock:
        if found := _idle.get(key):
            return found.pop()
        # Others of another size only stand in the way of this one. Freeing waits for the device, and a kernel that runs may be endless.
        if sum(map(len, _idle.values())) == len(_all):
            _idle.clear()
            free_unused_pinned()
        made = Resources(*key)
        _all.add(made)
        return made


def give_back(resources: Resources) -> None:
    """For the next launch. Not before this one has ended: the device writes to it until then."""
    with _lock:
        _idle.setdefault(resources.key, []).append(resources)


class ArrayCopy:
    """An array argument on the device: a copy, or pinned memory that both sides see while the kernel runs."""

    def __init__(self, argument: ArrayArgument, stream: int) -> None:
        self._array = argument.array
        self._size = int(argument.array.nbytes)
        self._pinned: PinnedMemory | None = None
        self._copy: StreamMemory | None = None
        if argument.parameter.host_visible:
            self._pinned = PinnedMemory(self._size)
            ctypes.memmove(self._pinned.host_address, argument.address, self._size)
            self.address = self._pinned.device_address
        else:
            self._copy = StreamMemory(self._size, stream)
            self.address = self._copy.address
            copy_to_device(self.address, argument.address, self._size, stream)

    def copy_back(self) -> None:
        """Into the user's array, when the kernel has ended."""
        target = int(self._array.ctypes.data)
        if self._pinned is not None:
            ctypes.memmove(target, self._pinned.host_address, self._size)
        else:
            copy_to_host(target, self.address, self._size)

    def view(self) -> numpy.ndarray[Any, numpy.dtype[Any]]:
        import numpy

        assert self._pinned is not None
        flat = numpy.frombuffer(memoryview(self._pinned.buffer), dtype=self._array.dtype, count=self._array.size)
        view = flat.reshape(self._array.shape)
        view.flags.writeable = False
        return view

    def free(self) -> None:
        if self._copy is not None:
            self._copy.free()
