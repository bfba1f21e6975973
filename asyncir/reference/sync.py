"""Events and locks."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field

from xdsl.ir import Operation

from asyncir.abi import ErrorKind
from asyncir.dialects.locations import location_of
from asyncir.reference.faults import failure
from asyncir.reference.wait import Queue, Wait, first


@dataclass(eq=False, slots=True)
class Event:
    """A flag. Invariant: tasks wait only while it is not set."""

    op: Operation
    is_set: bool = False
    waiters: Queue[None] = field(default_factory=OrderedDict[Wait, None])

    def set(self) -> None:
        """All that wait go on, in the order in which they came."""
        self.is_set = True
        while self.waiters:
            first(self.waiters)[0].wake(lambda: ())

    def clear(self) -> None:
        """Tasks wait again."""
        self.is_set = False

    def describe(self) -> str:
        """The event in words."""
        return _created("event", self.op)


@dataclass(eq=False, slots=True)
class Lock:
    """Invariant: tasks wait only while it is held."""

    op: Operation
    held: bool = False
    waiters: Queue[None] = field(default_factory=OrderedDict[Wait, None])

    def acquire(self) -> bool:
        """Takes it, if it is free."""
        if self.held:
            return False
        self.held = True
        return True

    def release(self, op: Operation) -> None:
        """The first that waits holds it now; if none does, it is free."""
        if not self.held:
            raise failure(ErrorKind.INVALID_ARGUMENT, op, "invalid argument: the lock is free")
        if self.waiters:
            first(self.waiters)[0].wake(lambda: ())
        else:
            self.held = False

    def describe(self) -> str:
        """The lock in words."""
        return _created("lock", self.op)


def _created(what: str, op: Operation) -> str:
    where = location_of(op)
    return f"{what} created at {where}" if where is not None else what
