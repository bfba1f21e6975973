"""
Copies by `task.copy`. One takes a while: it reads and writes when it completes, and until then nobody may read what it writes.

So a program that does not wait for a copy reads elements that are being copied, which is an error, or, where it gives the array that is
copied from to others too early, what they wrote. Elements of the host's arrays keep what they had until then.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from asyncir.dialects.locations import location_of
from asyncir.dialects.task_copy import CopyOp
from asyncir.reference.faults import broken
from asyncir.reference.memory import COPYING, Cells, MemoryFault, MemRef
from asyncir.reference.task import Handle, Task
from asyncir.reference.tiles import MISUSE, Slot
from asyncir.reference.values import Value

COPY_NANOSECONDS = 2500
"""How long a copy takes in the virtual time of the scheduler: a few turns of tasks."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a run of elements begins: the array, and how many elements in row-major order come before."""

    array: MemRef
    first: int

    def positions(self, count: int) -> range:
        """The cells of so many elements: those of arrays without gaps."""
        start = self.array.offset + self.first
        return range(start, start + count)

    def room(self) -> int:
        """How many elements there are from here to the array's end."""
        total = 1
        for size in self.array.sizes:
            total *= size
        return total - self.first


def place_of(op: CopyOp, array: MemRef, indices: Sequence[int]) -> Place:
    """The element that the indices name; the one behind the last dimension's end is one too, as nothing may be copied there."""
    first = 0
    for index, size in zip(indices, array.sizes, strict=True):
        if not 0 <= index <= size:
            sizes = "x".join(map(str, array.sizes))
            raise broken("out-of-bounds", op, f"'{op.name}' is out of bounds: index {list(indices)} in an array of {sizes}")
        first = first * size + index
    return Place(array, first)


@dataclass(eq=False, slots=True)
class Copy:
    """One copy. `slot`: the one that it completes with."""

    op: CopyOp
    source: Place
    target: Place
    count: int
    slot: Slot | None

    def begin(self, task: Task) -> Handle | None:
        """Starts it; its token, if it has one."""
        self._check()
        cells = self._cells(self.target)
        if self.target.array.buffer.array is None:
            self._mark(cells)
        if self.slot is not None:
            fill, channel = self.slot.fill, self.slot.channel
            fill.copies += 1

            def complete() -> None:
                self._transfer(cells)
                fill.copies -= 1
                channel.progress()

            task.scheduler.after(COPY_NANOSECONDS, complete)
            return None
        copying = Task(task.scheduler, "copy", -1, task.instance, 0, self.op)

        def end() -> None:
            if self.target.array.buffer.cells is not cells:
                raise broken(MISUSE, self.op, f"'{self.op.name}': its target was given back, or freed, before the copy was complete")
            self._transfer(cells)
            copying.complete((), None)

        task.scheduler.after(COPY_NANOSECONDS, end)
        return Handle(copying, None)

    def _check(self) -> None:
        """Error if the copy reaches beyond an array, or its slot is not the target's."""
        for what, place in (("source", self.source), ("target", self.target)):
            if self.count < 0 or (self.count and self.count > place.room()):
                message = f"'{self.op.name}' of {self.count} elements: the {what} has {place.room()} from there on"
                raise broken("out-of-bounds", self.op, message)
        slot = self.slot
        if slot is not None and slot.ended is not None:
            notes = [("it was given back here", location_of(slot.ended))]
            raise broken(MISUSE, self.op, f"'{self.op.name}' into a slot that was committed or released before", notes)
        if slot is not None and self.target.array.buffer is not slot.buffer:
            raise broken(MISUSE, self.op, f"'{self.op.name}' into a slot whose tile is not its target")

    def _cells(self, place: Place) -> Cells:
        try:
            len(place.array.buffer.cells)
        except MemoryFault as fault:
            raise broken(fault.kind, self.op, f"'{self.op.name}': {fault}") from None
        return place.array.buffer.cells

    def _mark(self, cells: Cells) -> None:
        """What is copied to has no value until then."""
        for position in self.target.positions(self.count):
            self._write(cells, position, COPYING)

    def _transfer(self, cells: Cells) -> None:
        source = self._cells(self.source)
        values = [source[position] for position in self.source.positions(self.count)]
        for position, value in zip(self.target.positions(self.count), values, strict=True):
            self._write(cells, position, value)

    def _write(self, cells: Cells, position: int, value: Value) -> None:
        try:
            cells[position] = value
        except MemoryFault as fault:
            raise broken(fault.kind, self.op, f"'{self.op.name}': {fault}") from None
