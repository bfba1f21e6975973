"""
Threads as the explorer runs them: stacks of registers and positions that can be copied, so that a run goes back to any point.

A thread runs plain code to its next action and stops in front of it; who goes on is for explore_schedule.py to say.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple, cast

from xdsl.ir import Attribute, Operation

from asyncir.dialects import rt
from asyncir.dialects.locations import location_of
from asyncir.errors import AsyncirError, InternalError, Location
from asyncir.reference.decode import BlockCode, Registers
from asyncir.reference.explore_kernel import KernelCode
from asyncir.reference.explore_memory import ExploreMemory, Saved
from asyncir.reference.explore_ops import Action, Call, Pause
from asyncir.reference.faults import broken
from asyncir.reference.flat import FlatCells
from asyncir.reference.memory import Buffer, MemRef, row_major
from asyncir.reference.task import Lane, Meeting
from asyncir.reference.values import scalar_bytes

MAX_BLOCKS = 100_000
"""A thread that runs that many blocks without an action hangs."""
WARP_TIME = 8
"""After that many looks of every thread at memory that nobody changes, time goes twice as fast: nobody waits long for a timer."""


class Frame(NamedTuple):
    """A function that runs: where, with which registers, and what takes its values in its caller."""

    block: BlockCode
    part: int
    registers: Registers
    store: Callable[[Registers, Any], None] | None


class Thread:
    """One thread of the launch."""

    __slots__ = ("frames", "lane", "looked", "mark", "number", "pending", "request", "seen", "warp", "yielded")

    def __init__(self, number: int, lane: Lane, warp: ExploreWarp) -> None:
        self.number = number
        self.lane = lane
        self.warp = warp
        self.frames: tuple[Frame, ...] = ()
        self.mark: tuple[tuple[Frame, ...], int] = (), 0
        """The frames when their fingerprint was last taken, and the fingerprint."""
        self.pending: Any = None
        """The action in front of which it stands; None at its end."""
        self.request: Any = None
        """What it brings to a meeting with the other lanes of its warp."""
        self.yielded = False
        """It waits for others to do something."""
        self.looked = -1
        """The memory's version when it yielded."""
        self.seen: frozenset[tuple[int, int, int]] = frozenset()
        """What it has read since it last wrote: (action, place, value). Reading the same again means waiting."""

    @property
    def enabled(self) -> bool:
        """Whether it can go on by itself."""
        return self.pending is not None and self.request is None


class ExploreWarp:
    """Lanes that meet."""

    def __init__(self, number: int) -> None:
        self.number = number
        self.threads: list[Thread] = []


ThreadState = tuple[tuple[Frame, ...], dict[int, int], Any, Any, bool, int, frozenset[tuple[int, int, int]]]
State = tuple[Saved, list[ThreadState], int, int, int, int | None]


class Threads:
    """All threads of a launch; what decoded operations know as the launch."""

    stopped = False

    def __init__(self, memory: ExploreMemory, workers: int, lanes: int, instances: int, output: Callable[[str], None]) -> None:
        self.memory = memory
        self.width = lanes
        self.instances = instances
        self.output = output
        self.clock = 1_000_000
        self.quiet = 0
        """How often a thread began to wait since somebody changed memory."""
        self.transitions = 0
        self.threads: list[Thread] = []
        self.warps = [ExploreWarp(number) for number in range(workers)]
        for warp in self.warps:
            warp.threads = [Thread(warp.number * lanes + index, Lane(warp, self, index), warp) for index in range(lanes)]
            self.threads += warp.threads
        self.counters: frozenset[int] = frozenset()
        self.on_end: Callable[[], None] | None = None
        """Looks at what a thread leaves behind when it ends."""
        self.stop_word: int | None = None
        """Where the host may, at any time, say that the launch is to end."""

    def begin(self, code: KernelCode, arguments: tuple[Any, ...]) -> None:
        """Every thread runs to its first action."""
        for thread in self.threads:
            entry = code.region.entry
            thread.frames = (Frame(entry, 0, code.enter(thread.lane, arguments), None),)
            thread.pending = code
            self.counters = code.counters
        for thread in self.threads:
            self._run(thread)

    # ---------------------------------------------------------------------------------- what decoded operations ask the launch

    def switches(self) -> bool:
        """Nothing is switched behind the scheduler's back."""
        return False

    def allocate(self, element: Attribute, sizes: tuple[int, ...], location: Location | None) -> MemRef:
        """A new array, with an address."""
        size, count = scalar_bytes(element), 1
        if size is None:
            raise InternalError(f"an array of {element} at the rt level", location)
        for extent in sizes:
            count *= extent
        address = self.memory.segment("an array", count * size)
        return MemRef(Buffer(FlatCells(self.memory, address, element), element, location), 0, sizes, row_major(sizes))

    def forgotten(self, op: Operation, operand: int) -> AsyncirError:
        """Nothing is forgotten at this level."""
        raise InternalError(f"operand {operand} of '{op.name}' has no value", location_of(op))

    # ------------------------------------------------------------------------------------------------------------- running

    def perform(self, thread: Thread, age: int) -> None:
        """A thread's action, and its plain code up to the next."""
        self.transitions += 1
        memory, action = self.memory, thread.pending
        memory.thread = thread.number
        before = memory.version
        frame = thread.frames[-1]
        registers = frame.registers.copy()
        if isinstance(action, Pause):
            self._wait(thread)
            self.clock += action.nanoseconds << min(self.quiet // (WARP_TIME * len(self.threads)), 20)
        else:
            action.perform(registers, memory, age)
            if memory.version != before:
                self.quiet = 0
                thread.seen = frozenset()
            elif action.place is not None and action.reads:
                self._look(thread, action, registers)
        self._continue(thread, registers)

    def stop(self) -> None:
        """The host says that the launch is to end."""
        assert self.stop_word is not None
        self.memory.host_store(self.stop_word, 1)
        self.stop_word, self.quiet = None, 0

    def _wait(self, thread: Thread) -> None:
        self.quiet += 1
        thread.yielded, thread.looked = True, self.memory.version

    def _look(self, thread: Thread, action: Action, registers: Registers) -> None:
        """Who reads the same value at the same place again, and has written nothing since, waits for others."""
        assert action.place is not None
        place = action.place(registers)
        found = (id(action), place, hash(self.memory.newest(place)))
        if found in thread.seen:
            thread.seen = frozenset()
            self._wait(thread)
        else:
            thread.seen |= {found}

    def _continue(self, thread: Thread, registers: Registers) -> None:
        """Behind the action that was just performed."""
        frame = thread.frames[-1]
        thread.frames = (*thread.frames[:-1], frame._replace(part=frame.part + 1, registers=registers))
        self._run(thread)

    def _run(self, thread: Thread) -> None:
        """To the next action. The registers of the topmost frame are this run's own; those of its callers are copied when it returns."""
        self.memory.thread = thread.number
        self.memory.op = None
        thread.lane.words = thread.lane.words.copy()
        frames = list(thread.frames)
        block, part, r, store = frames.pop()
        for _ in range(MAX_BLOCKS):
            if part < len(block.parts):
                steps, waits = block.parts[part]
                for step in steps:
                    step(r)
                action: Any = waits
                if isinstance(action, Call):
                    frames.append(Frame(block, part, r, store))
                    block, part, store = action.code.region.entry, 0, action.store
                    r = action.code.enter(thread.lane, tuple([r[source] for source in action.sources]))
                    continue
                thread.frames = (*frames, Frame(block, part, r, store))
                thread.pending = action
                if not isinstance(action, Action | Pause):
                    self._arrive(thread)
                return
            for step in block.rest:
                step(r)
            assert block.end is not None and not block.end_suspends
            following = block.end(r)
            if following.__class__ is not tuple:
                block, part = following, 0
                continue
            if not frames:
                thread.frames, thread.pending, thread.request = (), None, None
                if self.on_end is not None:
                    self.on_end()
                self._meet(thread.warp)
                return
            taker = store
            block, part, r, store = frames.pop()
            r = r.copy()
            part += 1
            assert taker is not None
            taker(r, following)
        raise broken("hang", block.terminator, "a thread runs in a circle without looking at what others do")

    # ------------------------------------------------------------------------------------------------------------- meetings

    def _arrive(self, thread: Thread) -> None:
        """A lane is at an operation that all lanes of its warp do together."""
        generator = thread.pending(thread.frames[-1].registers)
        thread.request = next(generator)
        self._meet(thread.warp)

    def _meet(self, warp: ExploreWarp) -> None:
        here = [thread for thread in warp.threads if thread.request is not None]
        if not here or any(thread.enabled for thread in warp.threads):
            return
        meeting: Meeting = here[0].request[0]
        if len(here) < len(warp.threads) or any(thread.request[0] is not meeting for thread in here):
            raise broken("divergence", meeting.op, f"the lanes of warp {warp.number} do not meet at '{meeting.op.name}'")
        answers: Any = meeting.perform(cast(Any, warp), [thread.request[1] for thread in here])
        if isinstance(meeting.op, rt.WarpSyncOp):
            self.memory.clocks.meet([thread.number for thread in here])
        for thread in here:
            thread.request = None
        for thread, answer in zip(here, answers, strict=True):
            registers = thread.frames[-1].registers.copy()
            generator = thread.pending(registers)
            next(generator)
            try:
                generator.send(answer)
            except StopIteration:
                self._continue(thread, registers)
            else:
                raise InternalError(f"'{meeting.op.name}' meets twice", location_of(meeting.op))

    # ------------------------------------------------------------------------------------------------------------ snapshots

    def save(self) -> State:
        """A snapshot."""
        threads = [(t.frames, t.lane.words, t.pending, t.request, t.yielded, t.looked, t.seen) for t in self.threads]
        return self.memory.save(), threads, self.clock, self.quiet, self.memory.version, self.stop_word

    def restore(self, state: State) -> None:
        """Back to a snapshot. `transitions` counts on: it is of the search, not of the run."""
        memory, threads, self.clock, self.quiet, version, self.stop_word = state
        self.memory.restore(memory)
        self.memory.version = version
        for t, saved in zip(self.threads, threads, strict=True):
            t.frames, t.lane.words, t.pending, t.request, t.yielded, t.looked, t.seen = saved

    def fingerprint(self) -> int:
        """Equal for equal states, but for what only counts rounds, and the time."""
        return hash((self.memory.fingerprint(), tuple([(self._mark(t), t.yielded) for t in self.threads])))

    def _mark(self, thread: Thread) -> int:
        frames, known = thread.mark
        if frames is not thread.frames:
            parts = [self._frame(frame, depth) for depth, frame in enumerate(thread.frames)]
            known = hash((tuple(parts), tuple(thread.lane.words.items())))
            thread.mark = thread.frames, known
        return known

    def _frame(self, frame: Frame, depth: int) -> Any:
        registers = [value if value.__class__ is int else _plain(value) for value in frame.registers]
        registers[0] = None
        if depth == 0:
            for counter in self.counters:
                registers[counter] = None
        return id(frame.block), frame.part, tuple(registers)


def _plain(value: Any) -> Any:
    if isinstance(value, MemRef):
        cells = value.buffer.cells
        return (cells.address if isinstance(cells, FlatCells) else id(cells), value.offset, value.sizes)
    return value
