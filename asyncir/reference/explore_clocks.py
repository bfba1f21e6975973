"""
The memory model of the explorer, first part (then explore_races.py, explore_memory.py): vector clocks, messages, and who hears whom.

Clocks.    A thread's clock has an entry for every thread: how far it has heard of that thread's past. An access of thread t at
           its own time c *happens before* whatever a thread does whose clock has c or more at t. A thread's own time advances when
           it releases, so that what follows a release is not covered by it.
Messages.  A releasing store carries its thread's clock; an acquiring read of it joins that clock. A read-modify-write carries the
           messages of the store that it replaces too (release sequences, as in C++20: no other later store does). A release fence
           makes the relaxed stores behind it carry the clock of the fence; an acquire fence joins what relaxed reads before it saw.
Scopes.    A message is heard if each of the two operations includes the other's thread: both are of one block, or neither is at
           scope workgroup.
Lanes.     What a lane did before `rt.warp_sync` happens before what any lane of its warp does behind it. The other operations that
           lanes do together (ballot, shuffle, reduction) exchange values, and order nothing in memory: as on GPUs.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple, TypeAlias

from asyncir.dialects.rt import Order, Scope

Clock: TypeAlias = tuple[int, ...]


class Message(NamedTuple):
    """What a release hands on: the clock of `sender`; `narrow` if only its block hears it."""

    clock: Clock
    sender: int
    narrow: bool


Messages: TypeAlias = tuple[Message, ...]

ACQUIRES = frozenset({Order.ACQUIRE, Order.ACQ_REL, Order.SEQ_CST})
RELEASES = frozenset({Order.RELEASE, Order.ACQ_REL, Order.SEQ_CST})


def join(one: Clock, other: Clock) -> Clock:
    """The later of both, entry by entry."""
    return one if one == other else tuple(map(max, one, other))


@dataclass(slots=True)
class Past:
    """What a thread has heard. Immutable parts only: a copy is a snapshot."""

    clock: Clock
    block: int
    fenced: Clock | None = None
    """The clock at the last release fence."""
    fence_narrow: bool = False
    unheard: Messages = ()
    """What relaxed reads saw since the last acquire fence."""


class Clocks:
    """The clocks of all threads."""

    def __init__(self, blocks: list[int]) -> None:
        """`blocks[t]` is the block of thread t."""
        count = len(blocks)
        self.threads = [Past(tuple(int(i == t) for i in range(count)), block) for t, block in enumerate(blocks)]

    def save(self) -> tuple[Past, ...]:
        """A snapshot."""
        return tuple([Past(p.clock, p.block, p.fenced, p.fence_narrow, p.unheard) for p in self.threads])

    def restore(self, saved: tuple[Past, ...]) -> None:
        """Back to a snapshot."""
        self.threads = [Past(p.clock, p.block, p.fenced, p.fence_narrow, p.unheard) for p in saved]

    def before(self, thread: int, time: int, me: int) -> bool:
        """Whether what `thread` did at its time happens before what `me` does now."""
        return self.threads[me].clock[thread] >= time

    def time(self, me: int) -> int:
        """The own time of a thread."""
        return self.threads[me].clock[me]

    def includes(self, me: int, other: int, narrow: bool) -> bool:
        """Whether two atomics, one of which is narrow, take part in one scope."""
        return not narrow or self.threads[me].block == self.threads[other].block

    # ---------------------------------------------------------------------------------------------------------- releasing

    def send(self, me: int, order: Order, scope: Scope) -> Messages:
        """What a store of this order carries."""
        past = self.threads[me]
        narrow = scope is Scope.WORKGROUP
        if order in RELEASES:
            message = Message(past.clock, me, narrow)
            self._tick(me)
            return (message,)
        return () if past.fenced is None else (Message(past.fenced, me, narrow or past.fence_narrow),)

    def _tick(self, me: int) -> None:
        past = self.threads[me]
        past.clock = (*past.clock[:me], past.clock[me] + 1, *past.clock[me + 1 :])

    # ---------------------------------------------------------------------------------------------------------- acquiring

    def receive(self, me: int, messages: Messages, order: Order, scope: Scope) -> None:
        """What a read of this order hears."""
        past = self.threads[me]
        heard = [m for m in messages if self.includes(me, m.sender, m.narrow or scope is Scope.WORKGROUP)]
        if order in ACQUIRES:
            for message in heard:
                past.clock = join(past.clock, message.clock)
        else:
            past.unheard += tuple([m for m in heard if m not in past.unheard])

    def fence(self, me: int, order: Order, scope: Scope) -> None:
        """A fence: what was seen before it is heard, what is stored behind it carries what was done before it."""
        past = self.threads[me]
        narrow = scope is Scope.WORKGROUP
        if order in ACQUIRES:
            heard = [m for m in past.unheard if self.includes(me, m.sender, m.narrow or narrow)]
            for message in heard:
                past.clock = join(past.clock, message.clock)
            past.unheard = tuple([m for m in past.unheard if m not in heard])
        if order in RELEASES:
            past.fenced, past.fence_narrow = past.clock, narrow
            self._tick(me)

    def meet(self, group: list[int]) -> None:
        """Threads that meet: what each did before happens before what any does behind."""
        clock = self.threads[group[0]].clock
        for thread in group[1:]:
            clock = join(clock, self.threads[thread].clock)
        for thread in group:
            self.threads[thread].clock = clock
            self._tick(thread)
