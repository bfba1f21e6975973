"""
Memory of a launch on the GPU: what is reused from launch to launch, and the user's arrays.
"""

# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false
from __future__ import annotations

import ctypes
from typing import TYPE_CHECKING, Any

from asyncir.abi import Control
from asyncir.runtime.arena import Arena
from asyncir.runtime.arguments import ArrayArgument
from asyncir.runtime.control import Addresses, ControlState, initial_control, queue_bytes, queue_shift
from asyncir.runtime.cuda_driver import DeviceMemory, PinnedMemory, StreamMemory, clear, copy_to_device, copy_to_host

if TYPE_CHECKING:
    import numpy


def address_of(data: bytearray) -> int:
    """Where the bytes are, as long as nobody resizes them."""
    return ctypes.addressof(ctypes.c_char.from_buffer(data)) if data else 0


class Workspace:
    """Arena, queues, control block and stop word: reused from launch to launch, for allocating them takes longer than most launches."""

    def __init__(self, arena_bytes: int) -> None:
        self.arena_bytes = arena_bytes
        self.shift = queue_shift(arena_bytes)
        self.arena = DeviceMemory(arena_bytes)
        self.queues = DeviceMemory(2 * queue_bytes(self.shift))
        self.control = DeviceMemory(Control.BYTES)
        self.stop = PinnedMemory(4)
        self._staging = PinnedMemory(Control.BYTES)

    def prepare(self, instances: int, stream: int) -> None:
        """Everything as a launch finds it. The arena too: reports must not read what an earlier launch left."""
        self.set_stop_word(0)
        clear(self.arena.address, self.arena.size, stream)
        clear(self.queues.address, self.queues.size, stream)
        block = initial_control(self._addresses(), instances)
        ctypes.memmove(self._staging.host_address, block, len(block))
        copy_to_device(self.control.address, self._staging.host_address, len(block), stream)

    def _addresses(self) -> Addresses:
        warp_queue = self.queues.address + queue_bytes(self.shift)
        return Addresses(self.arena.address, self.arena_bytes, self.queues.address, warp_queue, self.shift, self.stop.device_address)

    def set_stop_word(self, value: int) -> None:
        ctypes.c_int32.from_address(self.stop.host_address).value = value

    def read_control(self) -> ControlState:
        data = bytearray(Control.BYTES)
        copy_to_host(address_of(data), self.control.address, Control.BYTES)
        return ControlState(bytes(data))

    def read_arena(self, used: int) -> Arena:
        data = bytearray(used)
        copy_to_host(address_of(data), self.arena.address, used)
        return Arena(data)


_idle: dict[int, list[Workspace]] = {}
"""Workspaces that no launch uses, by the size of their arena."""


def take_workspace(arena_bytes: int) -> Workspace:
    try:
        return _idle[arena_bytes].pop()
    except (KeyError, IndexError):
        # Others of another size only stand in the way of this one.
        _idle.clear()
        return Workspace(arena_bytes)


def give_back(workspace: Workspace) -> None:
    """For the next launch. Not before this one has ended: the device writes to it until then."""
    _idle.setdefault(workspace.arena_bytes, []).append(workspace)


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
