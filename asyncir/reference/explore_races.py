"""
The memory model of the explorer, second part: races.

Two accesses to a byte of which one writes, not both atomic, need a happens-before between them (explore_clocks.py); so do two atomics
of which one is at scope workgroup and the other in another block. If there is none the run ends with a `data-race` that names both
places: also where this interleaving hides the effect. Of each word the last accesses are kept that later ones can race with.

The lanes of a warp may all write the same value, and each read what it has written itself: so does a task that a warp runs. Every such
write counts by itself, so each must happen before whoever writes something else.
"""

from __future__ import annotations

from typing import NamedTuple, TypeAlias

from xdsl.ir import Operation

from asyncir.dialects.locations import location_of
from asyncir.dialects.rt import Scope
from asyncir.errors import Note
from asyncir.reference.explore_clocks import Clocks
from asyncir.reference.faults import broken

WORD = 4
_FULL = (1 << WORD) - 1


class Access(NamedTuple):
    """An access to some bytes (bits of `mask`) of a word."""

    thread: int
    time: int
    mask: int
    op: Operation | None
    narrow: bool


Accesses: TypeAlias = tuple[Access, ...]


class Shadow(NamedTuple):
    """The last accesses to a word that later ones can race with."""

    writes: Accesses = ()
    reads: Accesses = ()
    atomic_writes: Accesses = ()
    atomic_reads: Accesses = ()


EMPTY = Shadow()


class Races:
    """Who accessed what when."""

    def __init__(self, clocks: Clocks) -> None:
        self.clocks = clocks
        self.warps: list[int] = []
        """The warp of each thread, if warps have several lanes."""
        self.shadows: dict[int, Shadow] = {}

    def read(self, me: int, op: Operation | None, address: int, size: int) -> None:
        """A plain read by a thread."""
        now = self.clocks.threads[me].clock[me]
        for word, mask in _words(address, size):
            shadow = self.shadows.get(word, EMPTY)
            mine = Access(me, now, mask, op, False)
            if mine in shadow.reads:
                continue
            own = bool(self.warps) and any(write.thread == me and not mask & ~write.mask for write in shadow.writes)
            self._require_before(shadow.writes, mine, "read", "written", warp_may=own)
            self._require_before(shadow.atomic_writes, mine, "read", "written by an atomic")
            self.shadows[word] = Shadow(shadow.writes, _with(shadow.reads, mine), shadow.atomic_writes, shadow.atomic_reads)

    def write(self, me: int, op: Operation | None, address: int, size: int, *, same: bool = False) -> None:
        """A plain write by a thread; `same` if it changes nothing."""
        now = self.clocks.time(me)
        for word, mask in _words(address, size):
            shadow = self.shadows.get(word, EMPTY)
            mine = Access(me, now, mask, op, False)
            self._require_before(shadow.writes, mine, "written", "written", warp_may=same)
            self._require_before(shadow.reads, mine, "written", "read", warp_may=same)
            self._require_before(shadow.atomic_writes, mine, "written", "written by an atomic")
            self._require_before(shadow.atomic_reads, mine, "written", "read by an atomic")
            self.shadows[word] = Shadow((mine,)) if mask == _FULL and not same else self._after(shadow, mine)

    def _after(self, shadow: Shadow, mine: Access) -> Shadow:
        """What is left of earlier accesses behind a write: those to other bytes, and what lanes did that have not met since."""
        clock = self.clocks.threads[mine.thread].clock
        left = [tuple([a for a in part if a.mask & ~mine.mask or clock[a.thread] < a.time]) for part in shadow]
        return Shadow((*left[0], mine), left[1], left[2], left[3])

    def _require_before(self, others: Accesses, mine: Access, what: str, other_what: str, *, warp_may: bool = False) -> None:
        clock = self.clocks.threads[mine.thread].clock
        for other in others:
            if clock[other.thread] < other.time and other.mask & mine.mask:
                if warp_may and self.warps[other.thread] == self.warps[mine.thread]:
                    continue
                raise self._race(mine, other, what, other_what)

    def _race(self, mine: Access, other: Access, what: str, other_what: str) -> Exception:
        place = location_of(other.op) if other.op is not None else None
        notes: list[Note] = [(f"it was {other_what} here by thread {other.thread}, and nothing orders the two", place)]
        name = f"'{mine.op.name}': " if mine.op is not None else ""
        return broken("data-race", mine.op, f"{name}data race: memory is {what} here by thread {mine.thread}", notes)

    def atomic(self, me: int, op: Operation | None, address: int, size: int, scope: Scope, *, writes: bool) -> None:
        """An atomic access, checked against plain ones and against atomics that its scope does not include."""
        narrow = scope is Scope.WORKGROUP
        now, what = self.clocks.threads[me].clock[me], "written by an atomic" if writes else "read by an atomic"
        for word, mask in _words(address, size):
            shadow = self.shadows.get(word, EMPTY)
            mine = Access(me, now, mask, op, narrow)
            if mine in (shadow.atomic_writes if writes else shadow.atomic_reads):
                continue  # checked before, and who wrote since has checked against it
            self._require_before(shadow.writes, mine, what, "written")
            self._require_before(self._excluded(shadow.atomic_writes, mine), mine, what, "written by an atomic of another scope")
            if writes:
                self._require_before(shadow.reads, mine, what, "read")
                self._require_before(self._excluded(shadow.atomic_reads, mine), mine, what, "read by an atomic of another scope")
                self.shadows[word] = Shadow(shadow.writes, shadow.reads, _with(shadow.atomic_writes, mine), shadow.atomic_reads)
            else:
                self.shadows[word] = Shadow(shadow.writes, shadow.reads, shadow.atomic_writes, _with(shadow.atomic_reads, mine))

    def _excluded(self, others: Accesses, mine: Access) -> Accesses:
        return tuple(
            [o for o in others if (o.narrow or mine.narrow) and not self.clocks.includes(mine.thread, o.thread, o.narrow or mine.narrow)]
        )


def _words(address: int, size: int) -> list[tuple[int, int]]:
    """The words in which some bytes lie, and which bytes of each."""
    first = address & ~(WORD - 1)
    if address == first and size % WORD == 0:
        return [(word, _FULL) for word in range(first, first + size, WORD)]
    found: dict[int, int] = {}
    for byte in range(address, address + size):
        word = byte & ~(WORD - 1)
        found[word] = found.get(word, 0) | 1 << (byte - word)
    return list(found.items())


def _with(accesses: Accesses, mine: Access) -> Accesses:
    """With this one in place of earlier ones by the same thread to the same bytes."""
    return (*[a for a in accesses if a.thread != mine.thread or a.mask & ~mine.mask], mine)
