"""Reading a launch's arena after it: which objects are there, and what each task was doing."""

from __future__ import annotations

import ctypes
import struct
from collections.abc import Iterator
from dataclasses import dataclass

from asyncir.abi import (
    ARENA_START,
    HANDLE_MASK,
    HEADER_BYTES,
    OBJECT_ALIGNMENT,
    Claim,
    Extension,
    FrameFlags,
    Group,
    Header,
    ObjectKind,
    SelectNode,
    Status,
)

MAX_SELECT_NODES = 1000
"""A task's nodes are as many as its selects have sources; more are a list that was read while it was written."""


@dataclass(frozen=True)
class Object:
    """The words of an object's header that reports need."""

    offset: int
    machine: int
    units: int
    state: int
    word: int
    """Header.STATUS: the status, and in programs with select or cancel what a claim needs."""
    where: int
    waits_on: int
    instance: int
    error_kind: int
    flags: int

    @property
    def status(self) -> int:
        """One of the first four of Status."""
        return self.word & Claim.REPORT_MASK

    @property
    def is_task(self) -> bool:
        return self.machine >= 1

    @property
    def unfinished(self) -> bool:
        return self.is_task and self.status != Status.DONE

    @property
    def unobserved(self) -> bool:
        """A failed task at whose error nobody looked. A root's error is raised on the host."""
        looked_at = FrameFlags.OBSERVED | FrameFlags.ROOT
        return self.is_task and self.error_kind != 0 and not self.flags & looked_at


class Arena:
    """The used part of an arena as writable memory of the host: the arena itself, or a bytearray with a copy of it."""

    def __init__(self, data: bytearray | memoryview) -> None:
        self.data = data
        self.used = len(data)

    def address(self) -> int:
        """Where the bytes are; valid while this object lives."""
        return ctypes.addressof(ctypes.c_char.from_buffer(self.data))

    def objects(self) -> Iterator[Object]:
        """All objects in the order of their allocation. Ends early at one that was never written: its size is unknown."""
        offset = ARENA_START
        while offset + HEADER_BYTES <= self.used:
            units = self._word(offset + Header.BYTES)
            if units < HEADER_BYTES // OBJECT_ALIGNMENT:
                return
            yield self._read(offset)
            offset += units * OBJECT_ALIGNMENT

    def object(self, handle: int) -> Object | None:
        """The object a handle names; None for no object."""
        offset = handle & HANDLE_MASK
        if not ARENA_START <= offset <= self.used - HEADER_BYTES:
            return None
        return self._read(offset)

    def error_of(self, task: Object) -> tuple[int, int, int]:
        """Kind, code and site of what a task failed with."""
        return task.error_kind, self._word(task.offset + Header.ERROR_CODE), self._word(task.offset + Header.ERROR_SITE)

    def group_counts(self, group: Object) -> tuple[int, int, int]:
        """(size, added, ended) of a group object."""
        if group.machine != ObjectKind.GROUP or group.offset + Group.BYTES > self.used:
            return (0, 0, 0)
        return self._long(group.offset + Group.SIZE), self._long(group.offset + Group.ADDED), self._long(group.offset + Group.ARRIVED)

    def select_sources(self, task: Object) -> list[int]:
        """What a task waits for in a select, in the order of its cases: handles, 0 for a timeout."""
        extension = task.offset + task.units * OBJECT_ALIGNMENT - Extension.BYTES
        nodes = [self._word(extension + Extension.TIMER)]
        node = self._word(extension + Extension.NODES)
        while self.object(node) is not None and len(nodes) <= MAX_SELECT_NODES:
            nodes.append(node)
            node = self._word(node + SelectNode.FOLLOWING)
        armed: dict[int, int] = {}
        for node in nodes:
            if self.object(node) is not None:
                stamp = self._long(node + SelectNode.STAMP)
                if stamp >> 32 == task.word & Claim.GENERATION_MASK:
                    armed[stamp & 0xFFFFFFFF] = self._word(node + SelectNode.SOURCE)
        return [armed[case] for case in sorted(armed)]

    def _read(self, offset: int) -> Object:
        words = struct.unpack_from(f"<{HEADER_BYTES // 4}i", self.data, offset)
        return Object(
            offset,
            words[Header.MACHINE // 4],
            words[Header.BYTES // 4],
            words[Header.STATE // 4],
            words[Header.STATUS // 4],
            words[Header.WHERE // 4],
            words[Header.WAITS_ON // 4] & 0xFFFFFFFF,
            words[Header.INSTANCE // 4],
            words[Header.ERROR_KIND // 4],
            words[Header.FLAGS // 4],
        )

    def _word(self, offset: int) -> int:
        return struct.unpack_from("<i", self.data, offset)[0]

    def _long(self, offset: int) -> int:
        return struct.unpack_from("<q", self.data, offset)[0]


@dataclass(frozen=True)
class Census:
    """How many tasks of an arena are in each state, and how many failed without anybody looking at it."""

    ready: int = 0
    running: int = 0
    waiting: int = 0
    unobserved: int = 0

    @property
    def unfinished(self) -> int:
        return self.ready + self.running + self.waiting


def count_tasks(arena: Arena) -> Census:
    """One walk over the arena, about 2 us an object; `host.count_tasks` does the same in compiled code."""
    counts = [0] * (Claim.REPORT_MASK + 1)
    unobserved = 0
    for item in arena.objects():
        counts[item.status] += item.is_task
        unobserved += item.unobserved
    return Census(counts[Status.READY], counts[Status.RUNNING], counts[Status.WAITING], unobserved)
