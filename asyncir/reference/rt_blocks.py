"""
Blocks of the static executor in the reference: warps with memory of their own, barriers, and bulk copies that take time.

A copy goes through two steps: it has read its source, it is complete. With seed 0 a step comes every few turns, with others at random,
fast or slow. Until then what it writes is nobody's to touch, and a source that changes before it is read is an error. A lane that waits at
a barrier is left alone until the phase is over, as on a GPU; where nobody else can run it is told "not yet", so that it looks at what else
may end its waiting. When that changes nothing for IDLE_ROUNDS rounds, the launch is a deadlock.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from xdsl.ir import Operation

from asyncir.dialects.locations import location_of
from asyncir.errors import AsyncirError, DeadlockError, TaskReport
from asyncir.reference.faults import broken, deadlock_message
from asyncir.reference.flat import FlatMemory
from asyncir.reference.memory import MemoryFault
from asyncir.reference.rt_threads import Threads, Warp
from asyncir.reference.task import Lane

IDLE_ROUNDS = 8
TURNS_A_STEP = 12
"""With seed 0: so many turns pass between the steps of copies."""

PACES = (2, 12, 200, 5000)
"""With other seeds: one of these, on average."""

ISSUED, READ = 0, 1


class Barrier:
    """Phases of `count` arrivals, and of the bytes that a phase was told to expect."""

    def __init__(self, op: Operation, count: int) -> None:
        self.op = op
        self.count = count
        self.phase = 0
        self.pending = count
        self.bytes = 0

    def arrive(self, op: Operation) -> None:
        """One arrival less is pending."""
        if self.pending == 0:
            notes = [("the barrier is made here", location_of(self.op))]
            raise broken("undefined", op, f"an arrival more than the {self.count} that a phase of the barrier takes", notes)
        self.pending -= 1
        self._advance()

    def expect(self, size: int) -> None:
        """The phase takes so many bytes more (less, where a copy has brought them)."""
        self.bytes += size
        self._advance()

    def over(self, parity: int) -> bool:
        """Whether the phase of that parity is."""
        return self.phase & 1 != parity

    def _advance(self) -> None:
        if self.pending == 0 and self.bytes == 0:
            self.phase += 1
            self.pending = self.count

    def describe(self) -> str:
        """What its phase lacks, and where it is made."""
        place = location_of(self.op)
        made = f" made at {place}" if place is not None else ""
        missing = f"{self.pending} of {self.count} arrivals" + (f" and {self.bytes} bytes" if self.bytes else "")
        return f"phase {self.phase} of the barrier{made}, which lacks {missing}"


@dataclass(eq=False, slots=True)
class Copy:
    """A bulk copy under way."""

    op: Operation
    destination: int
    source: int
    data: bytes
    """What it reads: what was there when it was issued, and must still be there."""
    barrier: Barrier | None
    step: int = ISSUED


@dataclass(frozen=True, slots=True)
class Wait:
    """A lane's request: leave it alone until `over`. `patient`: in no case before."""

    op: Operation
    over: Callable[[], bool]
    what: Callable[[], str]
    patient: bool = False


@dataclass(frozen=True, slots=True)
class Sync:
    """A lane's request: it waits for all lanes of its block."""

    op: Operation


class Block:
    """What the warps of a block share."""

    def __init__(self, number: int, memory: FlatMemory, size: int) -> None:
        self.number = number
        self.flat = memory
        self.size = size
        self.memory = memory.segment(f"the memory of block {number}", size)
        self._bytes, _ = memory.at(self.memory, size)
        self.fence()
        self.barriers: dict[int, Barrier] = {}
        self.copies: list[Copy] = []
        self.warps: list[BlockWarp] = []
        self.meeting: dict[Lane, Operation] = {}
        """The lanes that wait for all others."""

    def holds(self, address: int) -> bool:
        """Whether a byte is of its memory."""
        return self.memory <= address < self.memory + self.size

    def fence(self) -> None:
        """Bulk copies see what was stored: by whom it was, and who has seen it, is not asked."""
        self._bytes.unfenced = bytearray(self.size)

    def is_fenced(self, address: int, size: int) -> bool:
        """Whether bulk copies see what was stored there."""
        offset, unfenced = address - self.memory, self._bytes.unfenced
        return unfenced is None or unfenced.find(1, offset, offset + size) < 0

    def start(self, copy: Copy) -> None:
        """From now on nobody touches what is written."""
        self.flat.begin_copy(copy.destination, len(copy.data))
        self.copies.append(copy)

    def proceed(self, copy: Copy) -> None:
        """The copy's next step."""
        if copy.step == ISSUED:
            if self.flat.read(copy.source, len(copy.data)) != copy.data:
                raise broken("tile-misuse", copy.op, "the source of a bulk copy was written before it was read")
            copy.step = READ
            return
        self.copies.remove(copy)
        self.flat.end_copy(copy.destination, copy.data)
        if self.holds(copy.destination) and (unfenced := self._bytes.unfenced) is not None:
            offset = copy.destination - self.memory
            unfenced[offset : offset + len(copy.data)] = bytes(len(copy.data))
        if copy.barrier is not None:
            copy.barrier.expect(-len(copy.data))


class BlockWarp(Warp):
    """A warp of a block."""

    __slots__ = ("block",)

    def __init__(self, launch: Threads, number: int, width: int, block: Block) -> None:
        super().__init__(launch, number, width)
        self.block = block
        block.warps.append(self)


class BlockThreads(Threads):
    """Runs the threads of all blocks."""

    def __init__(self, name: str, **given: Any) -> None:
        super().__init__(**given)
        self._name = name
        self._blocks: list[Block] = []
        self._parked: list[tuple[Lane, Wait]] = []
        self._turns = 0
        self._pace = TURNS_A_STEP if self._random is None else self._random.choice(PACES)
        self._idle_rounds = 0
        self._waited: set[tuple[int, Operation, str]] = set()

    def make_warps(self, warps: int, size: int) -> list[Warp]:
        """The warps of a block for each instance, with so many bytes of memory each."""
        made: list[Warp] = []
        for number in range(self.instances):
            block = Block(number, self.memory, size)
            self._blocks.append(block)
            made += [BlockWarp(self, number * warps + index, self.width, block) for index in range(warps)]
        return made

    def _answer(self, lane: Lane, position: int, request: Any) -> int:
        block: Block = lane.owner.block
        if isinstance(request, Wait):
            self._remove(position)
            self._parked.append((lane, request))
            moved = 0
        elif isinstance(request, Sync):
            self._remove(position)
            block.meeting[lane] = request.op
            self._meet_all(block)
            moved = 0
        else:
            moved = super()._answer(lane, position, request)
            if request is None:
                self._check_end(block)
        self._turns += 1
        if self._random.random() < 1 / self._pace if self._random is not None else self._turns % self._pace == 0:
            self._proceed()
        self._wake()
        return moved

    def _meet_all(self, block: Block) -> None:
        if len(block.meeting) == sum(len(warp.lanes) for warp in block.warps):
            self._ready += block.meeting
            block.meeting.clear()

    def _proceed(self) -> bool:
        """A copy's next step, if there is any."""
        blocks = [block for block in self._blocks if block.copies]
        if not blocks:
            return False
        block = self._random.choice(blocks) if self._random is not None else blocks[0]
        copy = self._random.choice(block.copies) if self._random is not None else block.copies[0]
        try:
            block.proceed(copy)
        except MemoryFault as fault:
            raise broken(fault.kind, copy.op, f"'{copy.op.name}': {fault}") from None
        return True

    def _wake(self) -> None:
        woken = [lane for lane, wait in self._parked if wait.over()]
        if woken:
            self._parked = [(lane, wait) for lane, wait in self._parked if not wait.over()]
            self._ready += woken

    def _check_end(self, block: Block) -> None:
        if block.copies and all(warp.ended == len(warp.lanes) for warp in block.warps):
            raise broken("tile-misuse", block.copies[0].op, f"block {block.number} ends while this bulk copy is under way")

    # ------------------------------------------------------------------------------------------------------- nobody can run

    def _idle(self) -> bool:
        patient = [(lane, wait) for lane, wait in self._parked if wait.patient]
        told = [lane for lane, wait in self._parked if not wait.patient]
        copying = any(block.copies for block in self._blocks)
        if copying and (not told or self._random is None or self._random.random() < 0.5):
            self._proceed()
            self._wake()
            return True
        if not copying:
            self._check_progress()
        self._ready += told
        self._parked = patient
        return bool(told)

    def _check_progress(self) -> None:
        """An error if some wait, and nothing has changed for long."""
        waited = {(id(lane), wait.op, wait.what()) for lane, wait in self._parked}
        self._idle_rounds = self._idle_rounds + 1 if waited == self._waited else 0
        self._waited = waited
        stuck = self._idle_rounds >= IDLE_ROUNDS if waited else any(block.meeting for block in self._blocks)
        if stuck:
            raise self._deadlock()

    def _deadlock(self) -> AsyncirError:
        """Warps that wait for the whole block wait for the others, if there are any."""
        waiting: dict[tuple[int, Operation], str] = {(lane.owner.number, wait.op): wait.what() for lane, wait in self._parked}
        if not waiting:
            meeting = [(lane, op) for block in self._blocks for lane, op in block.meeting.items()]
            waiting = {(lane.owner.number, op): "the other warps of the block" for lane, op in meeting}
        per_block = len(self._blocks[0].warps)
        reports = [
            TaskReport(
                f"{self._name}, warp {number % per_block}",
                "waiting",
                what,
                location_of(op),
                number // per_block if self.instances > 1 else None,
            )
            for (number, op), what in sorted(waiting.items(), key=lambda item: item[0][0])
        ]
        return DeadlockError(deadlock_message(len(reports)), reports[0].location, tasks=reports)
