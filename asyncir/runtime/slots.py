"""
Who runs when: a target's slots, and streams.

A target runs at most as many launches at once as it has slots; others wait in the order in which they were asked for. So the memory
of any number of launches is that of a few: a launch takes an arena when it begins, and the next one in the slot takes it over. A
`Stream` orders launches among themselves: the next one begins when the one before it has ended, in whatever way.

    wait  ──► enter ─┬─► begin ──► leave         a stream's first launch enters; a slot lets in who entered first
      └─► withdraw ◄─┘                           who has not begun may go again

Python runs in the threads that end launches: `leave` calls `begin` of those that are next.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable

from asyncir.runtime.forks import forget_in_child

_lock = threading.Lock()
"""Of all slots and streams: a stream may lead from one target to another, and all that is done under it is short."""


def _forget() -> None:
    global _lock
    _lock = threading.Lock()


forget_in_child(_forget)


class Stream:
    """
    Launches that run one behind the other, in the order in which they were made.

    The next one begins when all effects of the one before are there, arrays of the host included. One that failed or was stopped lets
    the next one begin like any other. Launches on different streams, or on none, may run at the same time.
    """

    def __init__(self) -> None:
        self._line: deque[Ticket] = deque()
        """The first has entered its target's slots or is about to; the others wait for it."""

    def __len__(self) -> int:
        """How many launches have not ended."""
        return len(self._line)

    # Under the lock:

    def join(self, ticket: Ticket) -> bool:
        """Gets in line; whether it is the first."""
        self._line.append(ticket)
        return self._line[0] is ticket

    def part(self, ticket: Ticket) -> Ticket | None:
        """Leaves the line; who is the first now, if that has changed."""
        was_first = self._line[0] is ticket
        self._line.remove(ticket)
        return self._line[0] if was_first and self._line else None


class Slots:
    """How many launches of a target may run at once."""

    def __init__(self, count: int) -> None:
        self.count = count
        self._free = count
        self._entered: deque[Ticket] = deque()

    # Under the lock:

    def enter(self, ticket: Ticket) -> None:
        self._entered.append(ticket)

    def admit(self) -> list[Ticket]:
        """Those who entered first, as far as there are slots."""
        admitted: list[Ticket] = []
        while self._free and self._entered:
            self._free -= 1
            ticket = self._entered.popleft()
            ticket.admitted = True
            admitted.append(ticket)
        return admitted

    def give_back(self) -> None:
        self._free += 1

    def give_up(self, ticket: Ticket) -> None:
        """The ticket may have entered, but was not admitted."""
        if ticket in self._entered:
            self._entered.remove(ticket)


def _nothing() -> None:
    """What a ticket that was used up would begin. It holds its launch no longer, which holds it: their memory goes at once."""


class Ticket:
    """A launch's place among others. `begin` is called once, by whichever thread makes room, and raises nothing."""

    def __init__(self, slots: Slots, stream: Stream | None, begin: Callable[[], None]) -> None:
        self.admitted = False
        self.begin: Callable[[], None] = begin
        self._slots = slots
        self._stream = stream

    def enter(self) -> bool:
        """Whether it may begin at once; if so the caller sees to that."""
        with _lock:
            if self._stream is None or self._stream.join(self):
                self._slots.enter(self)
                # This lets nobody else in: who entered before would have been let in, if there was a slot.
                self._slots.admit()
            return self.admitted

    def leave(self) -> None:
        """It has ended: others may begin."""
        with _lock:
            self._slots.give_back()
            admitted = self._step_out()
        self.begin = _nothing
        _begin_all(admitted)

    def withdraw(self) -> bool:
        """Gives up a place that was not begun from; False if it was let in meanwhile, and will begin or has begun."""
        with _lock:
            if self.admitted:
                return False
            self._slots.give_up(self)
            admitted = self._step_out()
        self.begin = _nothing
        _begin_all(admitted)
        return True

    def _step_out(self) -> list[Ticket]:
        """Leaves the stream; who may begin now. Under the lock."""
        successor = None if self._stream is None else self._stream.part(self)
        if successor is None:
            return self._slots.admit()
        # The next of a stream may run on another target.
        successor._slots.enter(successor)
        return self._slots.admit() + successor._slots.admit()


class _Beginning(threading.local):
    tickets: deque[Ticket] | None = None


_beginning = _Beginning()


def _begin_all(tickets: list[Ticket]) -> None:
    """Who cannot begin leaves at once, and lets others in: a loop, so that a thousand of them are no deep recursion."""
    if _beginning.tickets is not None:
        _beginning.tickets.extend(tickets)
        return
    _beginning.tickets = left = deque(tickets)
    try:
        while left:
            left.popleft().begin()
    finally:
        _beginning.tickets = None
