"""
All memory of a launch on the CPU but its arrays, and how it goes from one launch to the next.

An arena is address space of which few pages are ever touched; taking it anew costs more than a small launch. So what a launch had is
kept, and the next one of the same sizes takes it over. There is never more of it than slots, unless code was left behind in some.
"""

from __future__ import annotations

import threading
from weakref import WeakSet

from asyncir.abi import Control
from asyncir.runtime.capacity import Capacities
from asyncir.runtime.control import Addresses, ControlState, Launched, initial_control
from asyncir.runtime.forks import forget_in_child
from asyncir.runtime.memory import Pages
from asyncir.runtime.results import ResultLayout

_STOP = Control.BYTES
"""The stop word lies behind the control block, in a line of its own."""
_CONTROL_BYTES = Control.BYTES + 64


class HostMemory:
    """Control block, stop word, queues, workspaces and arena, of fixed sizes; results and argument slots, which grow if need be."""

    def __init__(self, sizes: Capacities, workers: int) -> None:
        self.key = (sizes, workers)
        self.control = Pages(_CONTROL_BYTES, "control block")
        self.queues = Pages(sizes.zeroed_bytes, "ready queues", "queue")
        self.workspace = Pages(workers * sizes.workspace_bytes, "stacks of the workers", "stack")
        self.arena = Pages(sizes.arena_bytes, "arena", "arena")
        self.results = Pages(0)
        self.slots = Pages(0)
        self._used = 0
        """How much of the arena may hold anything."""

    @property
    def bytes(self) -> int:
        return sum(pages.size for pages in (self.control, self.queues, self.workspace, self.arena, self.results, self.slots))

    def prepare(self, layout: ResultLayout, slot_bytes: int, launched: Launched) -> None:
        """Everything as a launch finds it: zeros, and a control block."""
        sizes, _ = self.key
        for pages in (self.queues, self.workspace):
            pages.clear(pages.size)
        # Reports must not read what an earlier launch left.
        self.arena.clear(self._used)
        self._used = self.arena.size
        self.results = self._with(self.results, layout.bytes)
        self.results.clear(layout.bytes)
        self.slots = self._with(self.slots, slot_bytes)
        addresses = Addresses(self.arena.address, self.queues.address, self.stop_address, self.workspace.address)
        self.control.write(0, initial_control(addresses, sizes, launched))
        self.control.write(_STOP, bytes(4))

    @staticmethod
    def _with(pages: Pages, size: int) -> Pages:
        return pages if pages.size >= size else Pages(size, "results", "instances")

    @property
    def stop_address(self) -> int:
        return self.control.address + _STOP

    def state(self) -> ControlState:
        return ControlState(self.control.read(0, Control.BYTES))

    def settled(self) -> None:
        """All workers have left: from now on it is known how much of the arena must be cleared."""
        self._used = min(self.state().used, self.arena.size)


_lock = threading.Lock()
_idle: list[HostMemory] = []
"""What no launch uses; the last is the one that was used last, of which most is in the processor's caches."""

_all: WeakSet[HostMemory] = WeakSet()


def _forget() -> None:
    global _lock
    _lock = threading.Lock()


forget_in_child(_forget)


def take_memory(sizes: Capacities, workers: int, most: int) -> HostMemory:
    """Memory for a launch. Of other sizes only so much is kept as leaves no more than `most` in all."""
    with _lock:
        for index in range(len(_idle) - 1, -1, -1):
            if _idle[index].key == (sizes, workers):
                return _idle.pop(index)
        del _idle[: max(0, len(_all) - most + 1)]
    found = HostMemory(sizes, workers)
    with _lock:
        _all.add(found)
    return found


def give_back(memory: HostMemory) -> None:
    """For the next launch. Not before all workers have left."""
    with _lock:
        _idle.append(memory)


def alive() -> int:
    """How many there are, in use or idle."""
    return len(_all)
