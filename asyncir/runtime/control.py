"""The control block: written before a launch, read after it. Offsets and meanings stand in asyncir.abi.Control."""

from __future__ import annotations

import struct
from dataclasses import dataclass

from asyncir.abi import ARENA_START, STATISTICS, Control, Mail
from asyncir.runtime.capacity import Capacities


@dataclass(frozen=True)
class Addresses:
    """Where a launch's memory is, as the code that runs sees it."""

    arena: int
    queues: int
    stop: int
    workspace: int = 0


@dataclass(frozen=True)
class Launched:
    """What is launched: how many roots, on how many workers and lanes of a warp, and what breaks ties in a deterministic launch."""

    instances: int
    workers: int
    lanes: int
    seed: int = 0


@dataclass(frozen=True)
class Fault:
    """The first error that reached a root, or ended the launch."""

    kind: int
    code: int
    site: int
    instance: int


def initial_control(addresses: Addresses, sizes: Capacities, launched: Launched) -> bytes:
    """A control block before its launch. Every root counts as active until it is started and has ended."""
    block = bytearray(Control.BYTES)
    warp_queue = addresses.queues + (sizes.queue_bytes if sizes.queues > 1 else 0)
    for offset, value in (
        (Control.ARENA, addresses.arena),
        (Control.ARENA_BYTES, sizes.arena_bytes),
        (Control.LANE_QUEUE, addresses.queues),
        (Control.WARP_QUEUE, warp_queue),
        (Control.QUEUE_SHIFT, sizes.queue_shift),
        (Control.SHARDS, addresses.queues + sizes.queues * sizes.queue_bytes if sizes.shards else 0),
        (Control.SHARD_MASK, max(sizes.shards - 1, 0)),
        (Control.MAIL, addresses.queues + sizes.zeroed_bytes - Mail.BYTES if sizes.stack_words else 0),
        (Control.STOP, addresses.stop),
        (Control.INSTANCES, launched.instances),
        (Control.STACK_WORDS, sizes.stack_words),
        (Control.LANES, launched.lanes),
        (Control.WORKERS, launched.workers),
        (Control.SEED, launched.seed),
        (Control.WORKSPACE, addresses.workspace),
        (Control.WORKSPACE_BYTES, sizes.workspace_bytes),
        (Control.BUMP, ARENA_START),
        (Control.END, sizes.arena_bytes),
        (Control.ACTIVE, launched.instances),
        (Control.LIVE, launched.instances),
    ):
        struct.pack_into("<Q", block, offset, value & (1 << 64) - 1)
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
    def queue_shift(self) -> int:
        return self._long(Control.QUEUE_SHIFT)

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
        return Fault(*struct.unpack_from("<4i", self._data, Control.FAULT_KIND))

    @property
    def stopped_at(self) -> tuple[int, int] | None:
        """(site, instance) of a task of the inline executor that left at a safepoint."""
        site, instance = struct.unpack_from("<2i", self._data, Control.STOPPED_SITE)
        return (site, instance) if site else None

    def processors(self) -> int:
        """How many processors ran a task."""
        return sum(word.bit_count() for word in struct.unpack_from("<8Q", self._data, Control.SM_MASK))

    def counters(self) -> dict[str, int]:
        """All of abi.STATISTICS."""
        return dict(zip(STATISTICS, struct.unpack_from(f"<{len(STATISTICS)}q", self._data, Control.STATS), strict=True))
