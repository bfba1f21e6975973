"""
How much memory a launch has for its tasks: the options `arena`, `queue` and `stack`, and what stands in for those not given.

    arena   bytes for frames, channels, groups and allocations         all tasks together
    queue   tasks that can be ready at the same time                   of a scope
    stack   4-byte words for the frames of a lane's own tasks          a lane; only code that runs tasks on stacks has any

What the device or the program cannot have is an InputError before anything runs; what runs out while tasks run is a ResourceError.
"""

from __future__ import annotations

from dataclasses import dataclass

from asyncir.abi import (
    ARENA_START,
    HEADER_BYTES,
    MAX_ARENA_BYTES,
    MIN_ARENA_BYTES,
    OBJECT_ALIGNMENT,
    SHARD_WORDS,
    Cell,
    Entry,
    Machine,
    Mail,
)
from asyncir.errors import InputError, Location, Note
from asyncir.runtime.sites import SiteTable, location_of_entry, location_of_site, location_of_text

MIN_QUEUE = 2
MAX_QUEUE = 1 << 28
DEFAULT_MAX_QUEUE = 1 << 22
MAX_STACK_WORDS = 1 << 20
DEFAULT_TASKS = 1 << 20
"""Tasks that a launch of several roots or none in particular has room for, if the device has the memory."""

MAX_SHARDS = 1 << 12
"""The lanes of 128 multiprocessors."""
_BYTES_PER_SHARD = 1 << 13
"""So many bytes of the arena for each shard: a size class has room for 15 objects in one."""

_LIMITS = (
    # A handle can address no larger arena.
    ("arena", "bytes", MIN_ARENA_BYTES, MAX_ARENA_BYTES),
    ("queue", "tasks", MIN_QUEUE, MAX_QUEUE),
    ("stack", "words", 1, MAX_STACK_WORDS),
)

_BYTES_PER_TASK = HEADER_BYTES + 32
"""A ready task takes a header and a little more of the arena: so many bytes of it for each cell of a queue."""


@dataclass(frozen=True)
class Asked:
    """What the caller said of a launch; None: nothing. Raises InputError for what no launch can have."""

    arena: int | None = None
    queue: int | None = None
    stack: int | None = None

    def __post_init__(self) -> None:
        for name, unit, least, most in _LIMITS:
            value: int | None = getattr(self, name)
            if value is not None and not least <= value <= most:
                raise InputError(f"{name} is {value} {unit}: it must lie between {least} and {most}")


DEFAULTS = Asked()


@dataclass(frozen=True)
class Device:
    """What bounds a launch on a device: the lanes of a warp, the least and the most an arena has unless it is asked for."""

    width: int
    least_arena: int
    most_arena: int


@dataclass(frozen=True)
class Capacities:
    """What a launch has."""

    arena_bytes: int
    queue_shift: int
    queues: int
    """How many ready queues are in use: one a scope that occurs, none without the dynamic executor."""
    stack_words: int
    workspace_bytes: int
    """Of a worker; 0 without workspaces."""
    shards: int = 0
    """Parts of the memory for freed objects that few threads share: a power of two, or 0."""

    @property
    def queue_bytes(self) -> int:
        """Of one queue."""
        return Cell.BYTES << self.queue_shift

    @property
    def zeroed_bytes(self) -> int:
        """Of what must be zero at the start: the queues and, behind them, the shards and the mail."""
        return self.queues * self.queue_bytes + 8 * SHARD_WORDS * self.shards + (Mail.BYTES if self.stack_words else 0)


def capacities(entry: Entry, asked: Asked, device: Device, instances: int) -> Capacities:
    """What a launch of `instances` roots has; raises InputError for what cannot be."""
    arena = _arena_bytes(entry, asked.arena, device, instances)
    stack = _stack_words(entry, asked.stack)
    workspace = entry.workspace_bytes + 4 * device.width * stack
    scopes = {machine.scope for machine in entry.machines} | {entry.scope}
    queues = len(scopes & {"lane", "warp"}) if entry.executor == "dynamic" else 0
    workspace_bytes = -(-workspace // OBJECT_ALIGNMENT) * OBJECT_ALIGNMENT
    return Capacities(arena, _queue_shift(asked.queue, arena), queues, stack, workspace_bytes, _shards(arena, device) if queues else 0)


def _shards(arena_bytes: int, device: Device) -> int:
    """Where threads are many. What lies in shards is found by others only when the arena is full, so a small arena has few."""
    if device.width == 1:
        return 0
    return min(1 << max(arena_bytes // _BYTES_PER_SHARD, 1).bit_length() - 1, MAX_SHARDS)


def _queue_shift(given: int | None, arena_bytes: int) -> int:
    """A ready queue has 1 << shift cells: as many as asked for, else enough for all the tasks the arena can hold, within reason."""
    if given is None:
        given = min(max(arena_bytes // _BYTES_PER_TASK, MIN_QUEUE), DEFAULT_MAX_QUEUE)
    return (given - 1).bit_length()


def _arena_bytes(entry: Entry, given: int | None, device: Device, instances: int) -> int:
    arena = _default_arena(entry, device, instances) if given is None else given // OBJECT_ALIGNMENT * OBJECT_ALIGNMENT
    _check_frames(entry, arena, device)
    return arena


def _default_arena(entry: Entry, device: Device, instances: int) -> int:
    """Room for DEFAULT_TASKS of the largest tasks and for all roots, in whole MiB, within what the device can spare."""
    frame = max((machine.frame_bytes for machine in entry.machines), default=HEADER_BYTES)
    wanted = frame * (DEFAULT_TASKS + instances) if entry.executor == "dynamic" else 0
    bounded = min(max(wanted, device.least_arena), max(device.most_arena, MIN_ARENA_BYTES), MAX_ARENA_BYTES)
    return bounded >> 20 << 20 or bounded


def _check_frames(entry: Entry, arena: int, device: Device) -> None:
    """
    A task whose frame can never be allocated is told of before the launch: of several the one that takes most, so that what is asked for
    is enough for all. Rows of warp scope are reported at width 32.
    """
    machines = [machine for machine in entry.machines if machine.scope == "lane" or device.width > 1]
    largest = max(machines, key=lambda machine: machine.frame_bytes, default=None)
    if largest is not None and largest.frame_bytes > arena - ARENA_START:
        raise _no_room(entry, arena, largest)


def _no_room(entry: Entry, arena: int, machine: Machine) -> InputError:
    """Names the task, the suspension across which it keeps most, and the largest values there."""
    needed = ARENA_START + machine.frame_bytes
    help = f"launch with arena={needed} or more" if needed <= MAX_ARENA_BYTES else f"an arena has {MAX_ARENA_BYTES} bytes at most"
    message = f"arena is {arena} bytes: a task @{machine.name} takes {machine.frame_bytes} bytes of it"
    place, notes = _place(entry, machine.site), list[Note]()
    if (most := machine.largest) is not None:
        first = f"{most.values[0].name} ({most.values[0].bytes} bytes)"
        message += f", {most.bytes} for {most.what}: " + (f"{most.count} values, the largest {first}" if most.count > 1 else first)
        place = location_of_text(most.location) or place
        notes = [(f"{value.name}, {value.bytes} bytes, is defined here", location_of_text(value.location)) for value in most.values]
        help += ", or keep values in an array (memref.alloc), of which a frame holds no more than the address"
    return InputError(message, place, notes=notes, help=f"{help}; asyncir explain tells what is kept at which suspension")


def _stack_words(entry: Entry, given: int | None) -> int:
    if entry.stack_words == 0:
        # The option is no promise that there are stacks: the same options may serve programs with and without.
        return 0
    words = entry.stack_words if given is None else given
    if words < entry.least_stack_words:
        message = f"stack is {words} words: the tasks of @{entry.name} need {entry.least_stack_words}"
        raise InputError(message, location_of_entry(entry), help=f"launch with stack={entry.least_stack_words} or more")
    return words


def _place(entry: Entry, site: int) -> Location | None:
    return location_of_site(SiteTable(entry).site(site)) or location_of_entry(entry)
