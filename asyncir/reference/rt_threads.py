"""
The threads of a launch at the rt level: warps of lanes, which change at atomics and pauses and meet at the lane ops.

With seed 0 threads take turns; other seeds choose at random, both who runs and whether an atomic lets others run.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any, cast

from xdsl.ir import Attribute, Operation

from asyncir.dialects.locations import location_of
from asyncir.errors import AsyncirError, InternalError, Location
from asyncir.reference.faults import Stopped, broken
from asyncir.reference.flat import FlatCells, FlatMemory
from asyncir.reference.memory import Buffer, MemRef, row_major
from asyncir.reference.rt_ops import SWITCH
from asyncir.reference.task import Lane, Meeting
from asyncir.reference.values import scalar_bytes

STEP_NANOSECONDS = 50
ATOMICS_A_TURN = 4
MAX_TURNS = 100_000_000


class Warp:
    """Lanes that meet at lane ops."""

    __slots__ = ("arrived", "ended", "lanes", "number")

    def __init__(self, launch: Threads, number: int, width: int) -> None:
        self.number = number
        self.lanes = [Lane(self, launch, index) for index in range(width)]
        self.arrived: dict[int, Any] = {}
        self.ended = 0


class Threads:
    """Runs all threads of a launch to their end."""

    def __init__(self, memory: FlatMemory, *, width: int, instances: int, seed: int, output: Callable[[str], None]) -> None:
        self.memory = memory
        self.width = width
        self.instances = instances
        self.output = output
        self.clock = 1_000_000
        self.stopped = False
        self.stop_requested = False
        self._random = random.Random(seed) if seed else None
        self._atomics = 0
        self._ready: list[Lane] = []

    def switches(self) -> bool:
        """Whether an atomic lets others run."""
        if self._random is not None:
            return self._random.random() < 0.5
        self._atomics += 1
        return self._atomics % ATOMICS_A_TURN == 0

    def allocate(self, element: Attribute, sizes: tuple[int, ...], location: Location | None) -> MemRef:
        """A new array, with an address."""
        size = scalar_bytes(element)
        if size is None:
            raise InternalError(f"an array of {element} at the rt level", location)
        count = 1
        for extent in sizes:
            count *= extent
        address = self.memory.segment("an array", count * size)
        return MemRef(Buffer(FlatCells(self.memory, address, element), element, location), 0, sizes, row_major(sizes))

    def forgotten(self, op: Operation, operand: int) -> AsyncirError:
        """Nothing is forgotten at this level."""
        raise InternalError(f"operand {operand} of '{op.name}' has no value", location_of(op))

    def run(self, warps: list[Warp], on_stop: Callable[[], None]) -> None:
        """Until all threads have ended; `on_stop` is called once when the launch is told to end."""
        self._ready = [lane for warp in warps for lane in warp.lanes]
        told = False
        position = 0
        for _ in range(MAX_TURNS):
            if not self._ready and not self._idle():
                break
            if not self._ready:
                continue
            if self.stopped:
                raise Stopped
            if self.stop_requested and not told:
                told = True
                on_stop()
            position = self._random.randrange(len(self._ready)) if self._random is not None else position % len(self._ready)
            position += self._turn(self._ready[position], position)
        else:
            raise Stopped
        for warp in warps:
            if warp.arrived:
                raise self._parted(warp)

    def _turn(self, lane: Lane, position: int) -> int:
        """Runs a thread for a while; how much further the next one stands in the list."""
        self.clock += STEP_NANOSECONDS
        return self._answer(lane, position, lane.advance())

    def _idle(self) -> bool:
        """Nobody can run: whether anything may come of that."""
        return False

    def _remove(self, position: int) -> None:
        """Takes a thread out of the list of those that can run."""
        self._ready[position] = self._ready[-1]
        self._ready.pop()

    def _answer(self, lane: Lane, position: int, request: Any) -> int:
        """Does what a thread asks for; see `_turn`."""
        if request is SWITCH:
            return 1
        self._remove(position)
        warp: Warp = lane.owner
        if request is None:
            warp.ended += 1
        else:
            warp.arrived[lane.index] = request
        if warp.arrived and len(warp.arrived) + warp.ended == len(warp.lanes):
            self._meet(warp)
        return 0

    def _meet(self, warp: Warp) -> None:
        """All lanes of a warp have come: to one meeting, or there is something wrong."""
        requests = [warp.arrived[index] for index in sorted(warp.arrived)]
        meeting: Meeting = requests[0][0]
        if len(requests) < len(warp.lanes) or any(request[0] is not meeting for request in requests):
            raise self._parted(warp)
        answers: Any = meeting.perform(cast(Any, warp), [request[1] for request in requests])
        warp.arrived.clear()
        for lane, answer in zip(warp.lanes, answers, strict=True):
            lane.inbox = answer
        self._ready += warp.lanes

    def _parted(self, warp: Warp) -> AsyncirError:
        places: dict[Operation, list[int]] = {}
        for index, request in sorted(warp.arrived.items()):
            places.setdefault(request[0].op, []).append(index)
        notes = [(f"{len(lanes)} lanes are at '{op.name}'", location_of(op)) for op, lanes in places.items()]
        if warp.ended:
            notes.append((f"{warp.ended} lanes have ended", None))
        op = next(iter(places))
        return broken("divergence", op, f"the lanes of warp {warp.number} do not meet at '{op.name}'", notes)
