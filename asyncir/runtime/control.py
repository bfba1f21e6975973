"""The control block: written before a launch, read after it. Offsets and meanings stand in asyncir.abi.Control."""

from __future__ import annotations

import struct
from dataclasses import dataclass

from asyncir.abi import ARENA_START, MAX_ARENA_BYTES, STATISTICS, Cell, Control, Entry
from asyncir.errors import InputError

MIN_ARENA_BYTES = 1 << 12
_MAX_QUEUE_SHIFT = 22
_BYTES_PER_CELL = 96
"""A ready task takes a header and a little more of the arena, so a queue of arena / 96 cells holds all there can be."""


@dataclass(frozen=True)
class Addresses:
    """Where a launch's memory is, as the code that runs sees it."""

    arena: int
    arena_bytes: int
    lane_queue: int
    warp_queue: int
    queue_shift: int
    stop: int


@dataclass(frozen=True)
class Fault:
    """The first error that reached a root, or ended the launch."""

    kind: int
    code: int
    site: int
    instance: int


def checked_arena_bytes(given: int | None, default: int) -> int:
    """The arena's size, a multiple of 16; raises InputError for one that no handle could address."""
    if given is None:
        return default
    if not MIN_ARENA_BYTES <= given <= MAX_ARENA_BYTES:
        raise InputError(f"arena_bytes is {given}: it must lie between {MIN_ARENA_BYTES} and {MAX_ARENA_BYTES}")
    return given // 16 * 16


def queue_shift(arena_bytes: int) -> int:
    """A ready queue has 1 << shift cells: enough for all the tasks the arena can hold, within reason."""
    cells = max(arena_bytes // _BYTES_PER_CELL, 2)
    return min((cells - 1).bit_length(), _MAX_QUEUE_SHIFT)


def queue_bytes(shift: int) -> int:
    return Cell.BYTES << shift


def initial_control(addresses: Addresses, instances: int) -> bytes:
    """A control block before its launch. Every root counts as active until it is started and has ended."""
    block = bytearray(Control.BYTES)
    for offset, value in (
        (Control.ARENA, addresses.arena),
        (Control.ARENA_BYTES, addresses.arena_bytes),
        (Control.LANE_QUEUE, addresses.lane_queue),
        (Control.WARP_QUEUE, addresses.warp_queue),
        (Control.QUEUE_SHIFT, addresses.queue_shift),
        (Control.STOP, addresses.stop),
        (Control.INSTANCES, instances),
        (Control.BUMP, ARENA_START),
        (Control.END, addresses.arena_bytes),
        (Control.ACTIVE, instances),
        (Control.LIVE, instances),
    ):
        struct.pack_into("<Q", block, offset, value)
    return bytes(block)


class ControlState:
    """A control block after its launch (or a copy of it during the launch)."""

    def __init__(self, data: bytes) -> None:
        self._data = data

    def _word(self, offset: int) -> int:
        return struct.unpack_from("<i", self._data, offset)[0]

    def _long(self, offset: int) -> int:
        return struct.unpack_from("<q", self._data, offset)[0]

    @property
    def arena_bytes(self) -> int:
        return self._long(Control.ARENA_BYTES)

    @property
    def used(self) -> int:
        """The arena's bytes that hold objects: an allocation that does not fit moves BUMP, and says in END where it began."""
        return max(ARENA_START, min(self._long(Control.BUMP), self._long(Control.END), self.arena_bytes))

    @property
    def halted(self) -> bool:
        """Workers were told to leave: the stop word was seen, or a resource was exhausted."""
        return self._word(Control.HALT) != 0

    @property
    def instances(self) -> int:
        return self._long(Control.INSTANCES)

    @property
    def ended_roots(self) -> int:
        return self._long(Control.ENDED_ROOTS)

    @property
    def live(self) -> int:
        """Tasks that have not ended."""
        return self._long(Control.LIVE)

    @property
    def failed_roots(self) -> int:
        return self._long(Control.FAILED_ROOTS)

    @property
    def fault(self) -> Fault | None:
        if self._word(Control.FAULT_CLAIM) == 0:
            return None
        kind, code, site, instance = struct.unpack_from("<4i", self._data, Control.FAULT_KIND)
        return Fault(kind, code, site, instance)

    @property
    def stopped_at(self) -> tuple[int, int] | None:
        """(site, instance) of a task of the inline executor that left at a safepoint."""
        site, instance = struct.unpack_from("<2i", self._data, Control.STOPPED_SITE)
        return (site, instance) if site else None

    def processors(self) -> int:
        """How many processors ran a task."""
        return sum(word.bit_count() for word in struct.unpack_from("<8Q", self._data, Control.SM_MASK))

    def counters(self) -> dict[str, int]:
        return dict(zip(STATISTICS, struct.unpack_from(f"<{len(STATISTICS)}q", self._data, Control.STATS), strict=True))


def statistics(entry: Entry, state: ControlState, workers: int, unobserved_errors: int | None) -> dict[str, int | float | None]:
    """A launch's statistics under their public names; what the code was not built to count is None."""
    counters: dict[str, int] | None = state.counters() if entry.statistics else None
    if counters is not None and entry.executor == "inline":
        # Straight code counts nothing: each root is one task, run in one piece.
        counters |= {"tasks": state.instances, "entries": state.instances}

    def count(name: str) -> int | None:
        return None if counters is None else counters[name]

    polls = counters["polls"] if counters else 0
    return {
        "tasks": count("tasks"),
        "entries": count("entries"),
        "suspensions": count("suspensions"),
        "wakes": count("wakes"),
        # The queues are shared: nothing is stolen and nothing exported.
        "steals_asked": 0,
        "steals_served": 0,
        "exports": 0,
        "workers": workers,
        "sms": None if counters is None or entry.executor == "inline" else state.processors(),
        "idle_fraction": None if counters is None else (counters["idle_polls"] / polls if polls else 0.0),
        "high_water": state.used - ARENA_START,
        "unobserved_errors": unobserved_errors,
    }
