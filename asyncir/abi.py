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

from asyncir.errors import TaskState

# ---------------------------------------------------------------------------------------------------------------- objects

OBJECT_ALIGNMENT = 16
HANDLE_MASK = 0xFFFFFFF0
RESULT_MASK = 0xF
RESULT_UNIT = 8
MAX_RESULT_BYTES = 128
"""A task's results lie behind its header, each aligned to 8 bytes; a handle can name the first 16 units."""

ARENA_START = 64
MIN_ARENA_BYTES = 1 << 12
MAX_ARENA_BYTES = 1 << 32


class ObjectKind(IntEnum):
    """The `machine` word of an object that is no task frame. Task frames hold the machine's number, 1 or more."""

    GROUP = -1
    CHANNEL = -2
    GROUP_LINK = -3
    READY = -4
    MEMORY = -5
    EVENT = -6
    LOCK = -7
    SELECT_NODE = -8
    CANCEL_SCOPE = -9
    FREE = -(1 << 31)  # freed: the low 28 bits are the next free object's offset in units of 16 bytes, 0 none


class Header:
    """Offsets in an object's header."""

    MACHINE = 0  # i32  number of the machine, or an ObjectKind
    BYTES = 4  # i32  size of the whole object in units of 16 bytes; written at allocation
    STATE = 8  # i32  where the task goes on: 0 entry, else the suspension's number
    STATUS = 12  # i32  a Status; for reports only, but in programs with select or cancel the claim word: see Claim
    WAITERS = 16  # i64  low 32 bits: first waiter (a handle), bit 32: DONE, bit 33: DROPPED. Invariant: once both are set nobody reads it
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
DROPPED_BIT = 1 << 33
"""Nobody will use a handle to the object again. Whoever sets the second of DONE and DROPPED frees it (library/memory.mlir)."""


class SizeClass:
    """Sizes of objects, in units of 16 bytes; see library/memory.mlir."""

    EXACT = 32  # up to here a class for each size
    LARGEST = 1 << 16  # up to here eight classes for each doubling; class numbers stay below 128
    SHARDED = 32  # up to here objects are kept in the shards too
    OWN = 8  # bytes at an object's start that are the allocator's, whether it is free or not: MACHINE and BYTES


SHARD_WORDS = 8
"""Words of a shard; a size class has one of them, by its number modulo 8."""
SHARD_LIMIT = 15
"""The most free objects in a word of a shard, whose count has 4 bits; further ones go to the list of their class."""


class FrameFlags(IntEnum):
    """Bits of Header.FLAGS."""

    WARP = 1  # the task runs on a whole warp
    ROOT = 2  # nobody holds a handle to it; its end is counted
    OBSERVED = 4  # somebody looked at its error
    UNCOUNTED = 8  # not counted in LIVE: a task of a fork-join machine waits for nothing that could fail to come


class Status(IntEnum):
    """
    What a task is doing: the low 4 bits of Header.STATUS. In a program without select and cancel only the first four occur, and they
    are for reports alone. In one with them they are the states of a wait (library/claims.mlir draws them); their low two bits
    (Claim.REPORT_MASK) are that of the first four which they are in a report.
    """

    READY = 0b0000
    RUNNING = 0b0001
    WAITING = 0b0010
    DONE = 0b0011
    KILLED = 0b0100  # cancelled in its wait: ready, and ends when it runs
    REGISTERING = 0b0101  # parking: some wakers may find the task already, but its worker is still at work on it
    WAITING_FOR_CHILD = 0b0110  # waiting for a task that it started itself, which a cancellation ends first
    CLAIMED = 0b1001  # a waker came while it was registering, and is about to deliver
    FIRED = 0b1101  # … and has delivered


STATES: dict[int, TaskState] = {Status.READY: "ready", Status.RUNNING: "running", Status.WAITING: "waiting"}
"""What reports call the first statuses; the others are in one of these, by Claim.REPORT_MASK."""


class Claim:
    """The parts of Header.STATUS in a program with select or cancel. All who change it do so by atomic operations."""

    REPORT_MASK = 0x3
    STATUS_MASK = 0xF
    CANCEL = 0x10  # somebody asked the task to end; cleared only by who catches that
    CAUGHT = 0x20  # the task, or the child that it handed it on to, has caught the last request. Never with CANCEL, but by scopes.mlir
    GENERATION = 0x100  # + 1 a wait, wraps around; a select's nodes carry the generation for which they are armed
    GENERATION_MASK = -0x100


class Extension:
    """Offsets in the last 16 bytes of a task frame, which a program with select or cancel adds to each."""

    PARENT = 0  # i32  handle of the task that started it, 0 none; constant
    NODES = 4  # i32  its select nodes, linked by SelectNode.FOLLOWING; the task's own
    TIMER = 8  # i32  the node of its selects' timeouts, 0 none yet; the task's own
    CASE = 12  # i32  the case that a select's waker fired; written by who holds the claim
    BYTES = 16


class Requests:
    """
    Offsets in the 16 bytes that a program with cancel scopes puts in front of each task frame's Extension, as seen from that. They belong
    to who holds Control.CANCEL_LOCK.
    """

    ASKED = -16  # i32  requests to end that the task was given, less those of scopes that it has left
    PENDING = -12  # i32  those that it has not met in a suspension yet. Invariant: while there are any CANCEL is set
    DELIVERIES = -8  # i32  how often it has met some, wraps around
    OPEN = -4  # i32  the scopes that it has entered and not left: while there are any, the frame is not freed
    BYTES = 16


class CancelScope:
    """Offsets in a cancel scope, in place of words that only tasks have. They belong to who holds Control.CANCEL_LOCK."""

    OWNER = 40  # i32  handle of the task that entered it
    STATE = 44  # i32  one of those below
    ASKED = 48  # i32  Requests.ASKED when it was entered
    WHEN = 56  # i32  Requests.DELIVERIES when it was cancelled
    OPEN = 0
    CANCELLED = 1
    LEFT = 2


class SelectNode:
    """Offsets in the object that waits, in a task's place, in one list for one of a select's sources, or in the timers."""

    TASK = 64  # i32  handle of the task; constant
    FOLLOWING = 68  # i32  the task's next node; constant
    STAMP = 72  # i64  generation << 32 | case for which it is armed, the generation as it stands in STATUS
    SOURCE = 80  # i32  the source in whose list it is, 0 none; set by the task, zeroed by who took it out and is done with it
    BYTES = 96


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


class Lock:
    """
    Offsets in a lock object, behind the header. The header's WAITERS holds the state: low 32 bits the tasks that came since the last
    release, newest first, linked by Header.NEXT; HELD; RELEASING: somebody works on the list below; QUEUED: that list is not empty.
    """

    HEAD = 64  # i32  waiting tasks, oldest first, linked by Header.NEXT; belongs to who set RELEASING
    TAIL = 68  # i32
    BYTES = 80
    HELD = 1 << 32
    RELEASING = 1 << 33
    QUEUED = 1 << 34
    BUSY = (1 << 33) | (1 << 32)  # HELD and RELEASING
    HELD_QUEUED = (1 << 34) | (1 << 32)  # HELD and QUEUED


class Event:
    """
    Offsets in an event of a program that catches cancellations, in place of the error words, which events do not have: there waiters
    stand in a list under a lock, so that one can leave it. The flag is DONE in Header.WAITERS everywhere.
    """

    LOCK = 40  # i32  0 free, 1 held
    HEAD = 44  # i32  waiting tasks, oldest first, linked by Header.NEXT; belongs to who holds LOCK. Invariant: empty while DONE is set
    TAIL = 48  # i32


class Timers:
    """Offsets in one of the heaps of timers. ROOT and the nodes belong to who holds LOCK."""

    HEAPS = 32
    LOCK = 0  # i32  0 free, 1 held
    ROOT = 4  # i32  the timer that is due first, 0 none
    DUE = 8  # i64  when that is, 0 none; written under the lock, read without
    BYTES = 64
    NEVER = (1 << 63) - 1


class Timer:
    """
    Offsets in an object's header while it is a node of the timers, a pairing heap (library/timers.mlir): a sleeping task's frame or
    a select node. All belong to who holds the heap's lock. CHILD and PREVIOUS overlay words of the error record, which is empty until
    a task ends, and are 0 outside the heap.
    """

    DUE = 56  # i64  Header.ITEM: when it is due, on rt.clock; written before it is armed
    SIBLING = 24  # i32  Header.NEXT: the parent's next child
    CHILD = 44  # i32  Header.ERROR_CODE: its first child
    PREVIOUS = 48  # i32  Header.ERROR_SITE: the sibling before it, or its parent; 0 for the root


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

    *Workspace*: memory of one worker (a warp; on the CPU a thread), WORKSPACE_BYTES of it, which the host makes as large as
    `Entry.workspace_bytes` + 4 bytes * the warp's width * STACK_WORDS, rounded up to 16. On a GPU it is the block's
    dynamic shared memory from (warp's number in the block) * WORKSPACE_BYTES on, not zeroed, and WORKSPACE is 0; on the CPU it
    starts at WORKSPACE + (worker's number) * WORKSPACE_BYTES, zeroed. How it is divided is the executor's own affair.

    *Deterministic* launches (LANES = 1) have one worker, of which one lane takes tasks; the order of tasks then depends on the
    program, its arguments and SEED alone.
    """

    ARENA = 0  # i64  address of the arena
    ARENA_BYTES = 8  # i64
    LANE_QUEUE = 16  # i64  address of the ready queue of lane-scope tasks
    WARP_QUEUE = 24  # i64  address of the ready queue of warp-scope tasks
    QUEUE_SHIFT = 32  # i64  a queue has 1 << shift cells
    STOP = 40  # i64  address of the stop word (i32, host-visible; the host writes 1)
    INSTANCES = 48  # i64  how many roots
    STACK_WORDS = 56  # i64  4-byte words of a lane's stack; at least Entry.least_stack_words. 0: the code has no stacks

    HALT = 72  # i32  1: all workers leave (stop word seen, or a resource exhausted)
    END = 80  # i64  where the first allocation that did not fit began; starts at ARENA_BYTES. Objects lie below min(BUMP, END)
    STOPPED_SITE = 88  # i32  inline executor: the site of a task that left at a safepoint, 0 none
    STOPPED_INSTANCE = 92  # i32
    ACTIVE = 128  # i64  tasks that are ready or running, roots not yet started among them
    LANE_HEAD = 192  # i64
    LANE_TAIL = 256  # i64
    AVAILABLE = 8  # i64, so far behind LANE_TAIL and WARP_TAIL: positions that producers took and no consumer has been granted
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

    LANES = 576  # i64  constant: how many lanes of a warp take lane-scope tasks: the warp's width, 1 in a deterministic launch
    SEED = 584  # i64  constant: what ties between tasks are broken by in a deterministic launch; 0 otherwise
    WORKSPACE = 592  # i64  constant: address of the workers' workspaces on the CPU; 0 on a GPU
    WORKSPACE_BYTES = 600  # i64  constant: bytes of a worker's workspace, a multiple of 16
    SHARDS = 608  # i64  constant: address of SHARD_WORDS * (number of shards) i64, zeroed (library/memory.mlir); 0: there are none
    SHARD_MASK = 616  # i64  constant: the number of shards, a power of two, less 1
    MAIL = 624  # i64  constant: address of the Mail, zeroed; 0: the code has no stacks
    WORKERS = 632  # i64  constant: how many workers (warps; on the CPU threads) were launched
    ASKED = 640  # i32  requests made so far by workers without a task; wraps around
    SERVED = 644  # i32  requests taken on so far
    OPEN = 648  # i32  requests that nobody has taken on; less while somebody tries
    SM_MASK = 704  # 8 x i64: bit p is set when processor p ran a task
    LIVE = 768  # i64  tasks that have not ended; starts at INSTANCES. Not 0 when the workers left by themselves: a deadlock
    STATS = 832  # i64 each, in the order of STATISTICS; a cell of MAXIMA holds the largest value, the others hold sums
    FREE_LISTS = 1024  # i64 for each size class (library/memory.mlir): low 32 bits the first free object, 0 none; above a count of changes
    TIMER_HEAPS = 2048  # Timers.HEAPS times Timers.BYTES; as many of them are used as there are shards (SHARD_MASK), at most all
    TIMER_SOONEST = 4096  # i64  Timers.NEVER - the time when the soonest timer is due, or a sooner one; 0 none
    TIMERS = 4104  # i64  armed timers: each counts in ACTIVE too
    CANCEL_LOCK = 4160  # i32  0 free, 1 held: one cancellation at a time, in a program that catches any (library/catch.mlir)
    BUMP = 4224  # i64  next free byte of the arena; starts at ARENA_START
    BYTES = 4352


CONTROL_CONSTANTS = frozenset({*range(0, 64, 8), *range(Control.LANES, Control.ASKED, 8)})
"""Offsets in the control block of words that do not change during a launch."""


class Mail:
    """
    Where workers without a task ask for some, and get them (library/steal.mlir): a ring of requests, then a box for each worker.
    Zeroed memory is an empty one. Workers with a number of WORKERS or more only look at the ready queue.
    """

    WORKERS = 4096
    RING = 0  # WORKERS x i32  cell of request r at r % WORKERS: worker's number + 1; 0 free
    BOXES = 4 * WORKERS
    BOX_BYTES = 256
    COUNT = 0  # i32  in a box: how many tasks there are; 0 none. Written by who serves, then by the owner
    TASKS = 128  # 32 x i32  their handles
    BYTES = (4 + 256) * WORKERS


STATISTICS = (
    "tasks",  # tasks started, roots among them
    "entries",  # segments run: a task's start, and each time it goes on, on a stack or on the heap
    "suspensions",  # tasks that parked
    "wakes",  # parked tasks made ready
    "polls",  # rounds of the workers' loops
    "idle_polls",  # those in which a worker (a lane, in lane scope) had no task
    "asked",  # times a worker asked others for a task
    "served_warp",  # tasks given to another lane of the warp
    "served_block",  # tasks given to another warp of the block
    "served_device",  # tasks given by way of the ready queue
    "exports",  # stack frames that became heap frames
    "stack_words",  # maximum: words of a lane's stack that were in use
    "queue_tasks",  # maximum: tasks that stood in a ready queue
    "reused",  # objects that took a freed object's place in the arena
)
"""Counters in the control block, from Control.STATS on, at most 24, counted only in code built with statistics."""

OWN_COUNTS = ("tasks", "suspensions", "wakes", "exports", "begun", "frames", "served_warp", "served_device")
"""
What a lane with a stack counts in words of its own until it leaves: some of STATISTICS, the tasks that began on its stack from the heap,
and the frames that left it for the heap.
"""

MAXIMA = frozenset({"stack_words", "queue_tasks"})
"""Those of STATISTICS that are kept by an atomic maximum."""


IDLE_PAUSE_NS = 2000
"""
How long a worker pauses at a time that has found no task for a while. On the CPU these pauses, and no others, grow while they follow one
another (asyncir/runtime/host_ir.py): a thread that wakes every 2 us would keep its core busy.
"""


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
    """A message; at a start, and at a task's own place, the name of the task that starts there."""
    task: str = ""
    """The task whose code is there, "" where it is no task's."""

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


@dataclass(frozen=True)
class Kept:
    """A value in a frame: its name and type, its definition as file:line:column, or empty, and its bytes."""

    name: str
    location: str
    bytes: int


@dataclass(frozen=True)
class Largest:
    """Where a machine keeps most: `what` for, as in "the suspension 'await'", the place of that, and how much, rows at a width of 32."""

    what: str
    location: str
    bytes: int
    count: int
    """Of values."""
    values: tuple[Kept, ...]
    """Some of them, the largest first."""


@dataclass(frozen=True)
class Machine:
    """A machine as reports see it: its number, name, scope, frame size in bytes and the site of every state (state -> site)."""

    number: int
    name: str
    scope: str
    frame_bytes: int
    states: dict[int, int]
    site: int
    largest: Largest | None = None
    """Of a machine whose frame the smallest arenas have no room for."""


BLOCK_WARPS = 4
"""Warps in a block of the dynamic executor on a GPU."""


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
    waits: bool = True
    """Dynamic executor: whether workers wait for each other, so that all that are launched must run at the same time."""
    workspace_bytes: int = 0
    """Bytes of a worker's workspace beside its stacks: see Control."""
    stack_words: int = 0
    """Words of a lane's stack, unless the launch says otherwise; 0: the code has no stacks."""
    least_stack_words: int = 0
    """The least with which every task can start: a launch with less is rejected."""
    block_warps: int = BLOCK_WARPS
    """Warps in a block of the GPU; the code is built for no more."""
    blocks_per_processor: int = 2
    """The most blocks of the dynamic executor on a multiprocessor. Where each holds fewer (registers, workspaces), fewer are launched."""
    block_bytes: int = 0
    """Static executor: dynamic shared memory of a block, which runs one instance with exactly `block_warps` warps."""


SCALAR_BYTES = {"i1": 1, "i8": 1, "i16": 2, "i32": 4, "i64": 8, "index": 8, "f16": 2, "bf16": 2, "f32": 4, "f64": 8}
