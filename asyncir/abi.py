"""
What compiled code and the host agree on: frame headers, the control block, state bits, error kinds, handle encoding.

All offsets and sizes are in bytes. Every object in a launch's arena (task frame, group, channel, group link, ready handle)
starts with the same header, so that the host can walk the arena from `ARENA_START` to the bump pointer after a launch and say
of every task what it was doing.

A *handle* (token, value, group, channel) is an unsigned 32-bit number:

    handle = byte offset of the object in the arena (a multiple of 16)  |  result number (0..15, in 8-byte units)

so `arena + (handle & ~15)` is the object and `+ HEADER_BYTES + 8 * (handle & 15)` the result that an `!async.value` names.
0 is no object: the arena's first 64 bytes stay unused.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

# ---------------------------------------------------------------------------------------------------------------- objects

OBJECT_ALIGNMENT = 16
HANDLE_MASK = 0xFFFFFFF0
RESULT_MASK = 0xF
RESULT_UNIT = 8
MAX_RESULT_BYTES = 128
"""A task's results lie behind its header, each aligned to 8 bytes; a handle can name the first 16 units."""

ARENA_START = 64
MAX_ARENA_BYTES = 1 << 32


class ObjectKind(IntEnum):
    """The `machine` word of an object that is no task frame. Task frames hold the machine's number, 1 or more."""

    GROUP = -1
    CHANNEL = -2
    GROUP_LINK = -3
    READY = -4
    MEMORY = -5


class Header:
    """Offsets in an object's header."""

    MACHINE = 0  # i32  number of the machine, or an ObjectKind
    BYTES = 4  # i32  size of the whole object in units of 16 bytes; written at allocation
    STATE = 8  # i32  where the task goes on: 0 entry, else the suspension's number
    STATUS = 12  # i32  a Status; for reports only, never synchronised on
    WAITERS = 16  # i64  low 32 bits: first waiter (a handle), bit 32: DONE. Invariant: once DONE it never changes
    NEXT = 24  # i32  next in the list this object waits in, owned by whoever owns the list; a woken sender's or receiver's ok
    WHERE = 28  # i32  number of the site where the task is
    WAITS_ON = 32  # i32  handle of what the task waits for; read again when it goes on
    INSTANCE = 36  # i32  the root's index, inherited by children
    ERROR_KIND = 40  # i32  an ErrorKind; written before DONE
    ERROR_CODE = 44  # i32
    ERROR_SITE = 48  # i32  number of the site where it failed
    FLAGS = 52  # i32  a FrameFlags; written at allocation
    ITEM = 56  # i64  the item of a parked send or recv, owned by the channel's lock holder while parked; a sleeper's end


HEADER_BYTES = 64
DONE_BIT = 1 << 32


class FrameFlags(IntEnum):
    """Bits of Header.FLAGS."""

    WARP = 1  # the task runs on a whole warp
    ROOT = 2  # nobody holds a handle to it; its end is counted
    OBSERVED = 4  # somebody looked at its error


class Status(IntEnum):
    """What a task was doing when a launch ended."""

    READY = 0
    RUNNING = 1
    WAITING = 2
    DONE = 3


class ErrorKind(IntEnum):
    """Why a task failed. `task.try_await` yields these numbers."""

    NONE = 0
    FAILED = 1  # task.fail; code is the program's
    ASSERTION = 2  # cf.assert
    CANCELLED = 3
    CLOSED = 4  # send on a closed channel
    GROUP_OVERFILLED = 5
    INVALID_ARGUMENT = 6  # negative group size, channel capacity under 1, negative array size
    OUT_OF_MEMORY = 7  # the arena is exhausted; code is the number of 16-byte units asked for
    OUT_OF_QUEUE = 8  # the ready queue is full


class Group:
    """Offsets in a group object, behind the header."""

    SIZE = 64  # i64  how many it takes
    ADDED = 72  # i64  how many were added; the old value is the rank
    ARRIVED = 80  # i64  how many of them ended; whoever makes it SIZE completes the group
    CLAIM = 88  # i32  0 -> 1 by the first error, which then writes the header's error words
    BYTES = 96


class GroupLink:
    """Offsets in the object that waits, in a group's place, for one token or value."""

    GROUP = 64  # i32  handle of the group
    BYTES = 80


class Channel:
    """Offsets in a channel object, behind the header. All but LOCK belong to whoever holds the lock."""

    LOCK = 64  # i32  0 free, 1 held
    CLOSED = 68  # i32
    CAPACITY = 72  # i64
    HEAD = 80  # i64  ring position of the oldest item, 0 <= HEAD < CAPACITY
    COUNT = 88  # i64  items in the ring
    RECV_HEAD = 96  # i32  parked receivers, oldest first, linked by Header.NEXT
    RECV_TAIL = 100  # i32
    SEND_HEAD = 104  # i32  parked senders
    SEND_TAIL = 108  # i32
    RING = 112  # CAPACITY items of 8 bytes
    BYTES = 112


# ---------------------------------------------------------------------------------------------------------- control block


class Control:
    """
    Offsets in the control block, one a launch, in device memory. The first 64 bytes are constant during the launch; the words
    that workers change stand on cache lines of their own.
    """

    ARENA = 0  # i64  address of the arena
    ARENA_BYTES = 8  # i64
    LANE_QUEUE = 16  # i64  address of the ready queue of lane-scope tasks
    WARP_QUEUE = 24  # i64  address of the ready queue of warp-scope tasks
    QUEUE_SHIFT = 32  # i64  a queue has 1 << shift cells
    STOP = 40  # i64  address of the stop word (i32, host-visible; the host writes 1)
    INSTANCES = 48  # i64  how many roots
    SPARE = 56

    BUMP = 64  # i64  next free byte of the arena; starts at ARENA_START
    HALT = 72  # i32  1: all workers leave (stop word seen, or a resource exhausted)
    END = 80  # i64  where the first allocation that did not fit began; starts at ARENA_BYTES. Objects lie below min(BUMP, END)
    STOPPED_SITE = 88  # i32  inline executor: the site of a task that left at a safepoint, 0 none
    STOPPED_INSTANCE = 92  # i32
    ACTIVE = 128  # i64  tasks that are ready or running, roots not yet started among them
    LANE_HEAD = 192  # i64
    LANE_TAIL = 256  # i64
    WARP_HEAD = 320  # i64
    WARP_TAIL = 384  # i64
    NEXT_ROOT = 448  # i64  roots handed out so far

    FAULT_CLAIM = 512  # i32  0 -> 1 by the first fault, which then writes the words below
    FAULT_KIND = 516  # i32  an ErrorKind
    FAULT_CODE = 520  # i32
    FAULT_SITE = 524  # i32
    FAULT_INSTANCE = 528  # i32
    FAILED_ROOTS = 536  # i64
    ENDED_ROOTS = 544  # i64

    STATS = 576  # i64 each, in the order of STATISTICS
    SM_MASK = 704  # 8 x i64: bit p is set when processor p ran a task
    LIVE = 768  # i64  tasks that have not ended; starts at INSTANCES. Not 0 when the workers left by themselves: a deadlock
    BYTES = 832


STATISTICS = ("tasks", "entries", "suspensions", "wakes", "polls", "idle_polls")
"""Counters in the control block, from Control.STATS on, counted only in code built with statistics."""


class Cell:
    """
    A cell of a ready queue (bounded, many producers and consumers). Zeroed memory is an empty queue.

    At position p, lap = p >> shift: SEQUENCE = 2 * lap means free for the producer of p, 2 * lap + 1 holds p's item. The queue's
    tail counts the positions that producers took, its head those that consumers claimed; head <= tail.
    """

    SEQUENCE = 0  # i32
    VALUE = 4  # i32  a handle
    BYTES = 8


# ------------------------------------------------------------------------------------------------------------- parameters


@dataclass(frozen=True)
class Array:
    """A memref parameter or argument: element type name, static sizes (None: dynamic), whether the host reads it while running."""

    element: str
    shape: tuple[int | None, ...]
    host_visible: bool = False


@dataclass(frozen=True)
class Site:
    """A place in the program that reports can name: `what` is e.g. "await", "assert", "start", "group", "channel", "loop"."""

    number: int
    what: str
    file: str
    line: int
    column: int
    text: str = ""

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


@dataclass(frozen=True)
class Machine:
    """A machine as reports see it: its number, name, scope, frame size in bytes and the site of every state (state -> site)."""

    number: int
    name: str
    scope: str
    frame_bytes: int
    states: dict[int, int]
    site: int


@dataclass(frozen=True)
class Entry:
    """
    A compiled kernel as the host calls it.

    `parameters` in order: a scalar type name ("i1", "i32", "index", "f32", …) or an Array; `results` are scalar type names.
    The code takes, in this order: the parameters (an array as its address and then its dynamic sizes as i64), one address for
    each result (an array of `instances` values, i1 as a byte), the control block's address, and the number of instances (i64).
    """

    name: str
    executor: str
    why: str
    scope: str
    parameters: tuple[str | Array, ...]
    results: tuple[str, ...]
    statistics: bool
    machines: tuple[Machine, ...]
    sites: tuple[Site, ...]
    location: str = ""


SCALAR_BYTES = {"i1": 1, "i8": 1, "i16": 2, "i32": 4, "i64": 8, "index": 8, "f16": 2, "bf16": 2, "f32": 4, "f64": 8}
