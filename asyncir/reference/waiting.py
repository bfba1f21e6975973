"""Groups and channels: what tasks wait for besides each other."""

from __future__ import annotations

from collections import OrderedDict, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

from xdsl.dialects.builtin import StringAttr
from xdsl.ir import Operation

from asyncir.abi import ErrorKind
from asyncir.dialects.locations import location_of
from asyncir.dialects.task_tiles import WORDS
from asyncir.reference.faults import ErrorRecord, failure
from asyncir.reference.values import Value
from asyncir.reference.wait import Queue, Wait, first

if TYPE_CHECKING:
    from asyncir.reference.task import Task


@dataclass(eq=False, slots=True)
class Group:
    """A fixed number of tokens and values. It completes when it is full and all in it have ended."""

    size: int
    op: Operation
    added: int = 0
    arrived: int = 0
    error: ErrorRecord | None = None
    on_done: dict[object, Callable[[], None]] = field(default_factory=dict[object, Callable[[], None]])
    dropped: Operation | None = None
    """Says that no handle to it is used any more."""

    @property
    def done(self) -> bool:
        """Whether everything it takes has ended."""
        return self.arrived == self.size

    def add(self, task: Task, op: Operation) -> int:
        """Adds a task; its rank."""
        if self.added >= self.size:
            raise failure(ErrorKind.GROUP_OVERFILLED, op, "a group gets one more than its size")
        rank = self.added
        self.added += 1
        if task.done:
            self._arrive(task)
        else:
            task.on_done[object()] = lambda: self._arrive(task)
        return rank

    def _arrive(self, task: Task) -> None:
        task.observed = True
        self.error = self.error or task.error
        self.arrived += 1
        if self.done:
            waiters, self.on_done = self.on_done, {}
            for notify in list(waiters.values()):
                notify()

    def describe(self) -> str:
        """The group in words."""
        where = location_of(self.op)
        created = f"group created at {where}" if where is not None else "group"
        return f"{created}: {self.added} of {self.size} added, {self.arrived} of them ended"


Produce: TypeAlias = Callable[[tuple[Value, int]], tuple[Value, ...]]
"""From an item and ok to what the suspension of a receiver produces."""


@dataclass(eq=False, slots=True)
class Channel:
    """
    A bounded queue. Invariants: receivers wait only while it is empty and open, senders only while it is full and open; both
    are served first come, first served.
    """

    capacity: int
    op: Operation
    zero: Value
    items: deque[Value] = field(default_factory=deque[Value])
    receivers: Queue[Produce] = field(default_factory=OrderedDict[Wait, "Produce"])
    senders: Queue[tuple[Value, Operation]] = field(default_factory=OrderedDict[Wait, tuple[Value, Operation]])
    closed: bool = False

    def send(self, item: Value, op: Operation) -> bool:
        """Puts an item in, or hands it to the first who waits for one; False if the channel is full."""
        if self.closed:
            raise self._closed(op)
        if self.receivers:
            receiver, produce = first(self.receivers)
            receiver.wake(lambda: produce((item, 1)))
            return True
        if len(self.items) >= self.capacity:
            return False
        self.items.append(item)
        return True

    def receive(self) -> tuple[Value, int] | None:
        """The oldest item and 1; zero and 0 if there will be none; None if there is none yet."""
        if self.items:
            item = self.items.popleft()
            if self.senders:
                sender, (sent, _) = first(self.senders)
                self.items.append(sent)
                sender.wake(lambda: ())
            return item, 1
        return (self.zero, 0) if self.closed else None

    def close(self) -> None:
        """Nothing more comes in."""
        self.closed = True
        while self.receivers:
            receiver, produce = first(self.receivers)
            receiver.wake(lambda produce=produce: produce((self.zero, 0)))
        while self.senders:
            sender, (_, op) = first(self.senders)
            sender.wake(lambda op=op: self._refuse(op))

    def _refuse(self, op: Operation) -> Value:
        raise self._closed(op)

    def _closed(self, op: Operation) -> Exception:
        return failure(ErrorKind.CLOSED, op, "send on a closed channel")

    def describe(self) -> str:
        """The channel in words."""
        where = location_of(self.op)
        name = self.words or "channel"
        return f"{name} created at {where}" if where is not None else name

    @property
    def words(self) -> str:
        """What a task that waits for it waits for, if it stands for something else."""
        words = self.op.attributes.get(WORDS)
        return words.data if isinstance(words, StringAttr) else ""
