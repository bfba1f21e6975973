"""
Tile channels: what is in their slots, who has them, and who waits for them.

The slots that a writer or reader takes are numbered from 0 on, over the channel's life; slot k lies in place k modulo the depth. As each
commits and releases in order, two counts for each of them say all: slot k is full when every writer has committed more than k, and no
copy into it is under way; its place is empty for slot k + depth when every reader has released more than k.

What a writer and a reader have of one slot are views of the same cells, each by a buffer of its own: when a slot is given back, that
buffer's cells become ones that nobody may touch. A slot's cells are new each time round: nothing is left in them from before.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from xdsl.ir import Attribute, Operation

from asyncir.dialects.locations import location_of
from asyncir.dialects.task_tiles import EMPTY_SLOT, FULL_SLOT
from asyncir.errors import Location, Note
from asyncir.reference.faults import broken
from asyncir.reference.memory import UNINITIALISED, Buffer, Cells, MemoryFault, MemRef, row_major
from asyncir.reference.values import Value
from asyncir.reference.wait import Queue, Wait, first

if TYPE_CHECKING:
    from asyncir.reference.task import Task

MISUSE = "tile-misuse"
"""The kind of error of a program that breaks the rules of tile channels."""


class _Gone:
    """The cells of a tile that may not be touched; `why` says since when."""

    def __init__(self, why: str) -> None:
        self._why = why

    def __getitem__(self, index: int) -> Value:
        raise MemoryFault(MISUSE, self._why)

    def __setitem__(self, index: int, value: Value) -> None:
        raise MemoryFault(MISUSE, self._why)

    def __len__(self) -> int:
        raise MemoryFault(MISUSE, self._why)


class _Received:
    """The cells of a tile that was received."""

    def __init__(self, cells: Cells) -> None:
        self._cells = cells

    def __getitem__(self, index: int) -> Value:
        return self._cells[index]

    def __setitem__(self, index: int, value: Value) -> None:
        raise MemoryFault(MISUSE, "a tile that was received is only read")

    def __len__(self) -> int:
        return len(self._cells)


@dataclass(eq=False, slots=True)
class Fill:
    """What is in one slot."""

    cells: list[Value]
    copies: int = 0
    """Those into it that are under way."""


@dataclass(eq=False, slots=True)
class User:
    """A writer or reader: how many slots it has taken and given back, which task uses its number, and whether that waits."""

    taken: int = 0
    given: int = 0
    task: Task | None = None
    waiting: Queue[None] = field(default_factory=OrderedDict[Wait, None])


@dataclass(eq=False, slots=True)
class Slot:
    """One slot, as a writer or reader has it. Invariant: it is among its task's `slots` until it is given back."""

    channel: TileChannel
    role: str
    user: User
    number: int
    fill: Fill
    buffer: Buffer
    task: Task
    ended: Operation | None = None
    """What gave it back."""

    def give_back(self, op: Operation, done: str) -> None:
        """The writer commits it, or the reader releases it; `done` is that in words."""
        if self.ended is not None:
            raise broken(MISUSE, op, f"'{op.name}': the slot was {done} before", _at("it was here", self.ended))
        if self.number != self.user.given:
            raise broken(MISUSE, op, f"'{op.name}': slots are {done} in the order in which they were taken, and there is one before this")
        self.ended = op
        self.user.given += 1
        self.buffer.cells = _Gone(f"its slot was {done}{_place(op)}")
        self.task.slots.remove(self)
        self.channel.progress()


@dataclass(eq=False, slots=True)
class TileChannel:
    """A ring of slots. Invariant: tasks wait only while what they wait for is not there."""

    op: Operation
    depth: int
    element: Attribute
    sizes: tuple[int, ...]
    writers: list[User]
    readers: list[User]
    fills: dict[int, Fill] = field(default_factory=dict[int, Fill])
    closes: int = 0

    # ----------------------------------------------------------------------------------------------------------- taking slots

    def use(self, task: Task, op: Operation, role: str, number: int) -> User:
        """The writer or reader that a task is from now on. Error if another is, or if there can be no slot for it."""
        users = self.writers if role == "writer" else self.readers
        if number >= len(users):
            raise broken(MISUSE, op, f"'{op.name}' is {role} {number} of a tile channel with {len(users)}", self._created())
        user = users[number]
        other = user.task
        if other is not None and other is not task and not other.done and (user.waiting or any(slot.user is user for slot in other.slots)):
            message = f"'{op.name}' in @{task.name}: @{other.name} is {role} {number} too, and waits or has a slot"
            raise broken(MISUSE, op, message, self._created())
        if user.taken - user.given >= self.depth:
            raise broken(MISUSE, op, f"'{op.name}': {role} {number} has all {self.depth} slots already", self._created())
        if role == "writer" and self.closed:
            raise broken(MISUSE, op, f"'{op.name}': all writers have closed the tile channel", self._created())
        user.task = task
        return user

    def acquire(self, user: User) -> tuple[Value, ...] | None:
        """The writer's next slot, and its tile; None if it is not empty yet."""
        if user.taken - min(reader.given for reader in self.readers) >= self.depth:
            return None
        fill = self.fills.get(user.taken)
        if fill is None:
            fill = self.fills[user.taken] = Fill([UNINITIALISED] * self._elements())
        return self._take("writer", user, fill, fill.cells)

    def receive(self, user: User) -> tuple[Value, ...] | None:
        """The reader's next slot, its tile and 1; all zero if there will be none; None if it is not full yet."""
        full = min(writer.given for writer in self.writers)
        if user.taken < full and not self.fills[user.taken].copies:
            fill = self.fills[user.taken]
            return *self._take("reader", user, fill, _Received(fill.cells)), 1
        return (None, self._tile(_Gone("there is none: the tile channel is closed")), 0) if self.closed and user.taken == full else None

    def _take(self, role: str, user: User, fill: Fill, cells: Cells) -> tuple[Value, ...]:
        tile = self._tile(cells)
        assert user.task is not None
        slot = Slot(self, role, user, user.taken, fill, tile.buffer, user.task)
        user.task.slots.append(slot)
        user.taken += 1
        return slot, tile

    def _tile(self, cells: Cells) -> MemRef:
        return MemRef(Buffer(cells, self.element, location_of(self.op)), 0, self.sizes, row_major(self.sizes))

    def _elements(self) -> int:
        count = 1
        for size in self.sizes:
            count *= size
        return count

    # ----------------------------------------------------------------------------------------------------------- going on

    def progress(self) -> None:
        """All go on that wait for what is there now."""
        for user in self.writers:
            if user.waiting and (taken := self.acquire(user)) is not None:
                _wake(user, taken)
        for user in self.readers:
            if user.waiting and (taken := self.receive(user)) is not None:
                _wake(user, taken)
        done = min(reader.given for reader in self.readers)
        self.fills.pop(done - 1, None)

    @property
    def closed(self) -> bool:
        """Whether all writers have closed it."""
        return self.closes == len(self.writers)

    def close(self, task: Task, op: Operation) -> None:
        """One writer more has closed it."""
        if self.closed:
            raise broken(MISUSE, op, f"'{op.name}': the tile channel is closed more often than it has writers", self._created())
        if any(slot.channel is self and slot.role == "writer" for slot in task.slots):
            raise broken(MISUSE, op, f"'{op.name}': the task has a slot of the tile channel that it has not committed", self._created())
        self.closes += 1
        counts = [writer.given for writer in self.writers]
        if self.closed and min(counts) != max(counts):
            found = ", ".join(map(str, counts))
            raise broken(MISUSE, op, f"'{op.name}': the writers have committed different numbers of slots: {found}", self._created())
        self.progress()

    # ----------------------------------------------------------------------------------------------------------- in words

    def describe(self) -> str:
        """The channel in words."""
        return f"tile channel{_created_at(self.op)}"

    def describe_wait(self, *, writes: bool) -> str:
        """What a writer or reader waits for."""
        return f"{EMPTY_SLOT if writes else FULL_SLOT}{_created_at(self.op)}"

    def _created(self) -> list[Note]:
        return _at("the tile channel was created here", self.op)


def _wake(user: User, taken: tuple[Value, ...]) -> None:
    wait, _ = first(user.waiting)
    wait.wake(lambda: taken)


def check_slots(task: Task) -> None:
    """Error if a task that ends well has slots."""
    for slot in task.slots:
        left = "not committed" if slot.role == "writer" else "not released"
        message = f"@{task.name} ends with a slot of a tile channel that it has {left}"
        raise broken(MISUSE, task.where or task.created, message, _at("the tile channel was created here", slot.channel.op))


def _at(text: str, op: Operation) -> list[Note]:
    location: Location | None = location_of(op)
    return [] if location is None else [(text, location)]


def _place(op: Operation) -> str:
    location = location_of(op)
    return "" if location is None else f" at {location}"


def _created_at(op: Operation) -> str:
    location = location_of(op)
    return "" if location is None else f" created at {location}"
