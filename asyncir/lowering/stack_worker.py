"""
The dynamic executor's kernel where a program has fork-join machines: workers whose lanes have stacks (stacks.py).

    service:   stopped in any lane? -> end
               lanes whose bottom task ended deliver its results; a failed task, or one without room, goes to the heap with all its stack
               some lanes have no task, others have more than one: one frame is exported for each that has none
               no lane is without a task, and another worker asks: every lane exports a frame into the ready queue
               lanes without a task: ready tasks, then roots; what is on the heap runs a segment here, what begins goes on a stack
               no lane has a task: nothing active -> end; else ask, and pause
    rounds:    the state that the dispatch policy chose, or each state: the lanes that are in it run its segment; after ROUNDS of them,
               or when half of the lanes have nothing to do: service

All lanes stay together at the joins between the parts. A lane's stack counts as one in ACTIVE, from the moment its bottom task was made
ready until it has ended or gone to the heap.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from xdsl.dialects import arith, math
from xdsl.dialects.builtin import i1, i32, i64
from xdsl.ir import Attribute, Block, SSAValue

from asyncir import abi
from asyncir.dialects import gpu_lanes, rt, sm
from asyncir.dialects.rt_stack import StackAboveOp, StackAddOp, StackBaseOp, StackLoadOp, StackStoreOp, StackType
from asyncir.dialects.task_types import is_reference
from asyncir.lowering.dispatch.request import ALL, Policy, Request, fair, fair_among_long, may_run, may_run_long
from asyncir.lowering.dynamic import slot_address
from asyncir.lowering.emit import Expansion, MachineInfo
from asyncir.lowering.halves import stack_half
from asyncir.lowering.loops import unbounded_back_edges
from asyncir.lowering.stacks import FAILED, STALLED_MASK, TO_HEAP, LaneView, Stacks, StackState, entry_word, from_words, to_words, words_of
from asyncir.lowering.worker import Worker

Control, Header = abi.Control, abi.Header

ROUNDS = 128
"""Rounds between two services."""
ROUNDS_SHARING = 64
"""The same where this worker has just given tasks to another or got some: others still wait."""
LOOK_EVERY = 32
"""In a loop of rounds, how often lanes without a task are counted; a power of two."""
PASSES = 16
"""How often lanes may go on with what they made ready themselves before the stacks have their turn."""
OWN_WORDS = 5
"""The lane's own words below its stack (library/steal.mlir)."""
OVER = 3
"""Of these, the first of the two that say what a segment left to be done."""
LOOKS = 16
LOOK_PAUSE_NS = 200
"""How often an idle worker looks into its box before it looks at the ready queue and the end of the launch again, and the pause between."""
FAIR_EVERY = 64
"""Every occupied state runs once in so many rounds at least, whatever the dispatch policy chooses; a power of two."""
_LARGEST_MACHINE = 4095


class StackWorker(Worker):
    """Builds the kernel of a program with fork-join machines."""

    def __init__(
        self, expansion: Expansion, machine: sm.MachineOp, stacks: Stacks, machines: Sequence[sm.MachineOp], dispatch: Policy
    ):
        super().__init__(expansion, machine)
        self.stacks = stacks
        self._dispatch = dispatch
        self._bodies = {one.sym_name.data: one for one in machines}
        self._counters = 1 if expansion.statistics else 0

    # ------------------------------------------------------------------------------------------------------- the lane's state

    def _begin(self) -> list[SSAValue]:
        """What the loop carries besides: pc, sp, home, whether this worker asked for tasks, the registers, calls and entries counted."""
        emit = self.emit
        self.own = emit.value(StackBaseOp(self.control))
        emit.own = self.own
        words = OWN_WORDS + (len(abi.OWN_COUNTS) if self.expansion.statistics else 0)
        for word in range(words):
            emit.add(StackStoreOp(emit.i32(0), self.own, word))
        self.base = emit.value(StackAddOp(self.own, emit.i32(words)))
        size = emit.value(arith.TruncIOp(emit.load(self.control, Control.STACK_WORDS, i64), i32))
        room = emit.value(arith.SubiOp(size, emit.i32(self.stacks.largest_frame)))
        self.limit = emit.value(StackAddOp(self.own, room))
        lanes = emit.load(self.control, Control.LANES, i64)
        self.lane = emit.value(arith.IndexCastOp(emit.value(gpu_lanes.LaneIdOp()), i64))
        width = emit.value(arith.IndexCastOp(emit.value(gpu_lanes.SubgroupSizeOp()), i64))
        thread = emit.value(arith.IndexCastOp(emit.value(rt.ThreadIdOp()), i64))
        self.worker = emit.value(arith.TruncIOp(emit.value(arith.DivUIOp(thread, width)), i32))
        self.takes = emit.value(arith.CmpiOp(self.lane, lanes, "slt"))
        bit = emit.value(arith.ShLIOp(emit.i32(1), emit.value(arith.TruncIOp(self.lane, i32))))
        self.lower = emit.value(arith.SubiOp(bit, emit.i32(1)))
        zero = emit.i32(0)
        return [zero, self.base, zero, emit.zero(i1), *[zero] * self.stacks.registers, *[emit.i64(0)] * self._counters]

    def _own(self) -> list[SSAValue]:
        return [self.own]

    def _counted(self) -> list[Attribute]:
        return [i64] * self._counters

    def _counts(self) -> Sequence[tuple[str, SSAValue]]:
        """
        A call is an entry of the child and, if its frame stays on the stack, one of the caller behind it; what begins on a stack, and
        segments on the heap, are entries too.
        """
        emit = self.emit
        if not self._counters:
            return super()._counts()
        calls = self.end.args[3]
        twice = emit.value(arith.AddiOp(calls, calls))
        entries = emit.value(arith.AddiOp(twice, emit.value(arith.SubiOp(self._own_word("begun"), self._own_word("frames")))))
        own = [(name, self._own_word(name)) for name in abi.OWN_COUNTS if name in abi.STATISTICS]
        return [*super()._counts(), ("tasks", calls), ("entries", entries), *own]

    def _segments(self) -> SSAValue:
        """On the heap, and what began on the stack."""
        return self.emit.value(arith.AddiOp(super()._segments(), self._own_word("begun")))

    def _own_word(self, name: str) -> SSAValue:
        """A count in the lane's own words, as an i64."""
        word = self.emit.value(StackLoadOp(self.own, OWN_WORDS + abi.OWN_COUNTS.index(name)))
        return self.emit.value(arith.ExtUIOp(word, i64))

    def _choose(self, condition: SSAValue, values: Sequence[SSAValue], then: Callable[[], Sequence[SSAValue]]) -> list[SSAValue]:
        """Lanes for which the condition holds run what `then` emits, which replaces the values; the others keep them. All meet behind."""
        emit = self.emit
        yes, no, join = emit.new_block(), emit.new_block(), emit.new_block([value.type for value in values])
        emit.fork(condition, yes, no)
        emit.enter(yes)
        emit.jump(join, *then())
        emit.enter(no)
        emit.jump(join, *values)
        emit.enter(join)
        return list(join.args)

    def _select(self, choices: Sequence[tuple[SSAValue, Callable[[], Sequence[SSAValue]]]], values: Sequence[SSAValue]) -> list[SSAValue]:
        """One after the other: conditions exclude each other."""
        result = list(values)
        for condition, then in choices:
            result = self._choose(condition, result, then)
        return result

    def _all_meet(self) -> None:
        self.emit.add(rt.WarpSyncOp())

    def _mask(self, predicate: SSAValue) -> SSAValue:
        return self.emit.value(rt.BallotOp(predicate))

    def _popcount(self, mask: SSAValue) -> SSAValue:
        return self.emit.value(math.CtPopOp(mask))

    def _rank(self, mask: SSAValue) -> SSAValue:
        """How many lower lanes are in the mask."""
        return self._popcount(self.emit.value(arith.AndIOp(mask, self.lower)))

    def _is(self, left: SSAValue, predicate: str, number: int) -> SSAValue:
        emit = self.emit
        return emit.value(arith.CmpiOp(left, emit.i64(number) if left.type == i64 else emit.i32(number), predicate))

    def _not(self, predicate: SSAValue) -> SSAValue:
        return self.emit.value(arith.XOrIOp(predicate, self.emit.true()))

    def _and(self, left: SSAValue, right: SSAValue) -> SSAValue:
        return self.emit.value(arith.AndIOp(left, right))

    # ---------------------------------------------------------------------------------------------------------------- service

    def _round(self) -> None:
        """Passes over the lanes' heap tasks until none of them goes on at once, then the stacks' rounds."""
        emit = self.emit
        rounds, runs, idles, _ = self.loop.args[:4]
        self.next_round = emit.value(arith.AddiOp(rounds, emit.i64(1)))
        root_first = self._root_first(rounds)
        self._timers_when_busy(root_first)
        if self._has(warp=True):
            self._warp_turn(root_first)
        pc, sp, home, asked, *rest = self._carried
        self._leave_if_stopped(pc, self._waiting(pc, sp), home, runs, idles, rest)
        pc, sp, home, retired = self._settle(pc, sp, home, rest[: self.stacks.registers])
        self._all_meet()
        again = emit.new_block([i32, i64, i32, i1, *(value.type for value in self._carried)])
        emit.jump(again, emit.i32(0), runs, retired, emit.zero(i1), pc, sp, home, asked, *rest)
        emit.enter(again)
        turn, runs, gone, shares, pc, sp, home, asked, *rest = again.args
        registers, counters = rest[: self.stacks.registers], rest[self.stacks.registers :]
        top = self._waiting(pc, sp)
        over = emit.zero(i1) if self.expansion.claims else self._is(emit.value(StackLoadOp(self.own, OVER)), "ne", 0)
        handle = self._next(self._and(self._is(pc, "eq", 0), self._not(over)))
        busy = emit.value(arith.OrIOp(over, self._is(handle, "ne", 0)))
        none = self._is(self._mask(busy), "eq", 0)
        home, handle, asked, shares = self._choose(
            none, [home, handle, asked, shares], lambda: self._find(pc, top, home, asked, shares, root_first)
        )
        has = self._is(handle, "ne", 0)
        pc, sp, home, *registers = self._begin_or_step(has, handle, pc, sp, home, registers)
        self._all_meet()
        if not self.expansion.claims:
            self._end_segments()
        stepped = self._and(has, self._is(pc, "eq", 0))
        gone = emit.value(arith.AddiOp(gone, emit.value(arith.ExtUIOp(stepped, i32))))
        runs = emit.value(arith.AddiOp(runs, emit.value(arith.ExtUIOp(stepped, i64))))
        waits = self._and(self._is(pc, "eq", 0), self._is(emit.value(StackLoadOp(self.own, 0)), "ne", 0))
        more = self._and(self._is(self._mask(waits), "ne", 0), self._is(turn, "slt", PASSES))
        last = emit.new_block()
        following = emit.value(arith.AddiOp(turn, emit.i32(1)))
        self._fork_args(more, again, [following, runs, gone, shares, pc, sp, home, asked, *registers, *counters], last)
        emit.enter(last)
        self._account(gone)
        busy = self._mask(emit.value(arith.OrIOp(has, emit.value(arith.OrIOp(self._is(pc, "ne", 0), waits)))))
        idle, work = emit.new_block(), emit.new_block()
        emit.fork(emit.equal(busy, 0), idle, work)
        emit.enter(idle)
        self._ask(asked, runs, idles, [sp, home], [*registers, *counters])
        emit.enter(work)
        first = emit.value(arith.SelectOp(shares, emit.i32(ROUNDS - ROUNDS_SHARING), emit.i32(0)))
        self._rounds(first, pc, sp, home, asked, runs, idles, registers, counters)

    def _next(self, free: SSAValue) -> SSAValue:
        """What this lane runs next, if it said so, where it has no other task."""
        emit = self.emit

        def take() -> Sequence[SSAValue]:
            handle = emit.value(StackLoadOp(self.own, 0))
            emit.add(StackStoreOp(emit.i32(0), self.own, 0))
            return (handle,)

        return self._choose(free, [emit.i32(0)], take)[0]

    def _end_segments(self) -> None:
        """
        What segments of this pass left over: those that ended tell who waits, those that wait register. All lanes do each of these
        together: its barriers of memory, which take longer than all else here, are one for the warp.
        """
        emit = self.emit
        task, source = (emit.value(StackLoadOp(self.own, word)) for word in (OVER, OVER + 1))
        some = self._is(task, "ne", 0)
        ends, waits = (self._and(some, self._is(source, predicate, 0)) for predicate in ("eq", "ne"))
        emit.add(StackStoreOp(emit.i32(0), self.own, OVER))

        def end() -> Sequence[SSAValue]:
            emit.call_each("rt.finish_here", self.own, task)
            return ()

        def go_on() -> Sequence[SSAValue]:
            emit.call_each("rt.ready_here", self.own, task)
            return ()

        def wait() -> Sequence[SSAValue]:
            (parked,) = emit.call_each("rt.wait", task, source)
            if self.expansion.statistics:
                index = emit.i32(abi.OWN_COUNTS.index("suspensions"))
                emit.call_each("rt.count_here", self.own, index, emit.value(arith.ExtUIOp(parked, i32)))
            return self._choose(self._not(parked), [], go_on)

        self._choose(ends, [], end)
        self._choose(waits, [], wait)
        self._all_meet()

    def _find(
        self, pc: SSAValue, top: SSAValue, home: SSAValue, asked: SSAValue, shares: SSAValue, root_first: SSAValue
    ) -> Sequence[SSAValue]:
        """Tasks for lanes that have none: from this warp, from who was asked, from the ready queue, roots. And some for who asks."""
        emit = self.emit
        home, handle = self._balance(pc, top, home)
        home, served = self._serve(pc, top, home, handle)
        handle, waits = self._read_mail(pc, handle, asked)
        answered = emit.value(arith.XOrIOp(asked, waits))
        handle = self._take(pc, handle, root_first)
        return home, handle, waits, emit.value(arith.OrIOp(shares, emit.value(arith.OrIOp(served, answered))))

    def _account(self, retired: SSAValue) -> None:
        """ACTIVE less the lanes that have no task any more, and more what they made active for themselves. The last act for these tasks."""
        emit = self.emit
        more = emit.value(StackLoadOp(self.own, 1))
        change = emit.value(arith.SubiOp(more, retired))
        some = self._is(self._mask(self._is(change, "ne", 0)), "ne", 0)
        emit.add(StackStoreOp(emit.i32(0), self.own, 1))

        def add_up() -> Sequence[SSAValue]:
            total = emit.value(gpu_lanes.SubgroupReduceOp(gpu_lanes.Reduction.ADD, change))
            wide = emit.value(arith.ExtSIOp(total, i64))
            self._once("rt.retire", emit.value(arith.SubiOp(emit.i64(0), wide)))
            return ()

        self._choose(some, [], add_up)

    def _waiting(self, pc: SSAValue, sp: SSAValue) -> SSAValue:
        """Above all frames that wait: a frame whose child has just ended, its results in the registers, is no longer among them."""
        emit = self.emit
        low = emit.value(arith.AndIOp(pc, emit.i32(STALLED_MASK)))
        (words,) = emit.call_each("rt.frame_words", pc)
        goes_on = self._is(emit.value(arith.SubiOp(low, emit.i32(1))), "ult", STALLED_MASK - 1)
        own = emit.value(arith.SelectOp(goes_on, words, emit.i32(0)))
        return emit.value(StackAddOp(sp, emit.value(arith.SubiOp(emit.i32(0), own))))

    def _settle(self, pc: SSAValue, sp: SSAValue, home: SSAValue, registers: Sequence[SSAValue]) -> list[SSAValue]:
        """Lanes whose bottom task ended, failed or has no room; the last value is 1 where a lane has no task any more."""
        emit = self.emit
        none = emit.i32(0)
        ended = self._and(self._is(pc, "ne", 0), self._is(pc, "ule", _LARGEST_MACHINE))
        failed = self._is(pc, "eq", FAILED)
        low = self._is(emit.value(arith.AndIOp(pc, emit.i32(STALLED_MASK))), "eq", STALLED_MASK)
        leaves = self._is(pc, "eq", TO_HEAP)
        stalled = self._and(self._and(low, self._is(pc, "ult", TO_HEAP)), self._is(pc, "ugt", _LARGEST_MACHINE))

        def deliver() -> Sequence[SSAValue]:
            self._deliver_results(pc, home, registers)
            return none, sp, home

        def fail() -> Sequence[SSAValue]:
            below = self._to_heap(sp, home)
            frame = emit.object(below)
            flags = emit.load(frame, Header.FLAGS, i32)
            emit.call_each("rt.fail_again" if emit.expansion.rethrows else "rt.fail", below, *registers[:3])
            if not self.info.warp:
                self._end_root(below, frame, flags, emit.true())
            return none, sp, home

        def leave() -> Sequence[SSAValue]:
            self._to_heap(sp, home)
            return none, sp, home

        def make_room() -> Sequence[SSAValue]:
            below = self._to_heap(sp, home)
            # The home stays as it is where memory is exhausted: then the stack is whole, and the launch over.
            moved = emit.value(arith.CmpiOp(below, home, "ne"))

            def begin() -> Sequence[SSAValue]:
                emit.add(StackStoreOp(emit.value(StackLoadOp(sp, -1)), self.base, 0))
                word = emit.value(arith.AndIOp(pc, emit.i32(~STALLED_MASK)))
                return word, emit.value(StackAddOp(self.base, emit.i32(1))), below

            return self._choose(moved, [none, sp, home], begin)

        gone = emit.value(arith.OrIOp(ended, emit.value(arith.OrIOp(failed, leaves))))
        odd = emit.value(arith.OrIOp(gone, stalled))
        over = emit.value(arith.ExtUIOp(gone, i32))

        def settle() -> Sequence[SSAValue]:
            return self._select([(ended, deliver), (failed, fail), (leaves, leave), (stalled, make_room)], [pc, sp, home])

        pc, sp, home = self._choose(odd, [pc, sp, home], settle)
        return [pc, sp, home, over]

    def _to_heap(self, sp: SSAValue, home: SSAValue) -> SSAValue:
        """Exports all frames of the lane; the new home."""
        emit = self.emit
        loot, below = emit.call_each("rt.export", self.own, sp, home, emit.true())

        def publish() -> Sequence[SSAValue]:
            emit.call_each("rt.ready", loot)
            return ()

        self._choose(self._is(loot, "ne", 0), [], publish)
        return below

    def _deliver_results(self, pc: SSAValue, home: SSAValue, registers: Sequence[SSAValue]) -> None:
        """Results of the bottom task: from the registers to its heap frame."""
        emit = self.emit
        frame = emit.object(home)
        for info in self.stacks.machines:
            types = self._bodies[info.name].function_type.outputs.data
            if not types:
                continue

            def store(info: MachineInfo = info, types: Sequence[Attribute] = types) -> Sequence[SSAValue]:
                for offset, value in zip(info.shape.results, self._values(types, registers), strict=True):
                    emit.store(value, frame, offset)
                return ()

            self._choose(self._is(pc, "eq", info.number), [], store)
        flags = emit.load(frame, Header.FLAGS, i32)
        emit.call_each("rt.complete_here", self.own, home)
        if not self.info.warp:
            self._end_root(home, frame, flags, emit.true())

    def _values(self, types: Sequence[Attribute], registers: Sequence[SSAValue]) -> list[SSAValue]:
        values: list[SSAValue] = []
        at = 0
        for type_ in types:
            values.append(from_words(self.emit, registers[at : at + words_of(type_)], type_))
            at += words_of(type_)
        return values

    def _leave_if_stopped(
        self, pc: SSAValue, sp: SSAValue, home: SSAValue, runs: SSAValue, idles: SSAValue, rest: Sequence[SSAValue]
    ) -> None:
        """A launch that is stopped leaves all its tasks on the heap, where the host finds them."""
        emit = self.emit
        (stopped,) = emit.call_each("rt.stopped")
        going, leaving = emit.new_block(), emit.new_block()
        emit.fork(self._any(stopped), leaving, going)
        emit.enter(leaving)

        def show() -> Sequence[SSAValue]:
            emit.call_each("rt.export", self.own, sp, home, emit.true())
            return ()

        self._choose(self._is(pc, "ne", 0), [], show)
        emit.jump(self.end, self.next_round, runs, idles, *rest[self.stacks.registers :])
        emit.enter(going)

    def _export_one(self, sp: SSAValue, home: SSAValue) -> Sequence[SSAValue]:
        loot, below = self.emit.call_each("rt.export", self.own, sp, home, self.emit.zero(i1))
        return loot, below

    def _has_frames(self, pc: SSAValue, sp: SSAValue) -> SSAValue:
        emit = self.emit
        above = emit.value(StackAboveOp(sp, emit.value(StackAddOp(self.base, emit.i32(1)))))
        return self._and(self._is(pc, "ne", 0), above)

    def _balance(self, pc: SSAValue, sp: SSAValue, home: SSAValue) -> tuple[SSAValue, SSAValue]:
        """Frames of busy lanes for those of this warp that have no task: the new home and, for who got one, its handle."""
        emit = self.emit
        idle = self._and(self._is(pc, "eq", 0), self.takes)
        idle_mask = self._mask(idle)
        rich = self._has_frames(pc, sp)
        rich_mask = self._mask(rich)
        both = self._and(self._is(idle_mask, "ne", 0), self._is(rich_mask, "ne", 0))

        def exchange() -> Sequence[SSAValue]:
            wanted = emit.value(arith.CmpiOp(self._rank(rich_mask), self._popcount(idle_mask), "ult"))
            loot, below = self._choose(self._and(rich, wanted), [emit.i32(0), home], lambda: self._export_one(sp, home))
            given = self._mask(self._is(loot, "ne", 0))
            number = self._popcount(given)
            self._activate(number, "served_warp")
            rank = self._rank(idle_mask)
            gets = self._and(idle, emit.value(arith.CmpiOp(rank, number, "ult")))
            source = self._nth(given, emit.value(arith.SelectOp(gets, rank, emit.i32(0))))
            (moved, _) = emit.add(gpu_lanes.ShuffleOp(gpu_lanes.ShuffleMode.IDX, loot, source, emit.width_i32())).results
            return below, emit.value(arith.SelectOp(gets, moved, emit.i32(0)))

        below, handle = self._choose(both, [home, emit.i32(0)], exchange)
        return below, handle

    def _nth(self, mask: SSAValue, rank: SSAValue) -> SSAValue:
        """The number of the lane with that rank in the mask; the width if there is none."""
        emit = self.emit
        loop, body, end = emit.new_block([i32, i32]), emit.new_block(), emit.new_block()
        emit.jump(loop, mask, rank)
        emit.enter(loop)
        left, more = loop.args
        emit.fork(self._is(more, "ne", 0), body, end)
        emit.enter(body)
        less = emit.value(arith.AndIOp(left, emit.value(arith.SubiOp(left, emit.i32(1)))))
        emit.jump(loop, less, emit.value(arith.SubiOp(more, emit.i32(1))))
        emit.enter(end)
        lowest = emit.value(arith.AndIOp(left, emit.value(arith.SubiOp(emit.i32(0), left))))
        return self._popcount(emit.value(arith.SubiOp(lowest, emit.i32(1))))

    def _once(self, name: str, *args: SSAValue) -> tuple[SSAValue, ...]:
        """Calls a library function in lane 0; all lanes meet."""
        self.emit.warp = True
        results = self.emit.call(name, *args)
        self.emit.warp = False
        return results

    def _serve(self, pc: SSAValue, sp: SSAValue, home: SSAValue, handle: SSAValue) -> list[SSAValue]:
        """If no lane is without a task and another worker asks, each lane puts a frame into its box: the new home, and whether."""
        emit = self.emit
        full = self._is(self._mask(self._needs(pc, handle)), "eq", 0)

        def look() -> Sequence[SSAValue]:
            (asker,) = self._once("rt.serves")
            worker = emit.value(arith.SubiOp(asker, emit.i32(1)))
            return self._choose(self._is(asker, "ne", 0), [home, emit.zero(i1)], lambda: self._give(worker, pc, sp, home))

        return self._choose(full, [home, emit.zero(i1)], look)

    def _give(self, worker: SSAValue, pc: SSAValue, sp: SSAValue, home: SSAValue) -> Sequence[SSAValue]:
        """A frame of each lane into a worker's box or, if there is none, its request back into the ring: the new home, and true."""
        emit = self.emit
        loot, below = self._choose(self._has_frames(pc, sp), [emit.i32(0), home], lambda: self._export_one(sp, home))
        given = self._is(loot, "ne", 0)
        mask = self._mask(given)

        def put() -> Sequence[SSAValue]:
            (word,) = emit.call_each("rt.box_task", worker, self._rank(mask))
            emit.store(loot, word, 0)
            return ()

        def answer() -> Sequence[SSAValue]:
            number = self._popcount(mask)
            self._activate(number, "served_device")
            self._choose(given, [], put)
            self._once("rt.answer", worker, number)
            return ()

        def ask_again() -> Sequence[SSAValue]:
            self._once("rt.ask", worker)
            return ()

        some = self._is(mask, "ne", 0)
        self._choose(some, [], answer)
        self._choose(self._not(some), [], ask_again)
        return below, emit.true()

    def _activate(self, number: SSAValue, counter: str) -> None:
        """That many tasks are about to be handed on."""
        emit = self.emit
        wide = emit.value(arith.ExtUIOp(number, i64))
        self._once("rt.activate", wide)
        if self.expansion.statistics:
            first = self._is(self.lane, "eq", 0)
            mine = emit.value(arith.SelectOp(first, number, emit.i32(0)))
            emit.call_each("rt.count_here", self.own, emit.i32(abi.OWN_COUNTS.index(counter)), mine)

    def _read_mail(self, pc: SSAValue, handle: SSAValue, asked: SSAValue) -> list[SSAValue]:
        """Who asked looks into its box: tasks for lanes without one, the rest into the ready queue; whether it still waits."""
        emit = self.emit

        def look() -> Sequence[SSAValue]:
            (count,) = self._once("rt.mail", self.worker)

            def take() -> Sequence[SSAValue]:
                needs = self._needs(pc, handle)
                mask = self._mask(needs)
                rank = self._rank(mask)
                gets = self._and(needs, emit.value(arith.CmpiOp(rank, count, "ult")))

                def mine() -> Sequence[SSAValue]:
                    (word,) = emit.call_each("rt.box_task", self.worker, rank)
                    return (emit.load(word, 0, i32),)

                got = self._choose(gets, [handle], mine)
                lane = emit.value(arith.TruncIOp(self.lane, i32))
                rest = emit.value(arith.AddiOp(self._popcount(mask), lane))

                def hand_on() -> Sequence[SSAValue]:
                    (word,) = emit.call_each("rt.box_task", self.worker, rest)
                    emit.call_each("rt.push", emit.load(word, 0, i32))
                    return ()

                self._choose(emit.value(arith.CmpiOp(rest, count, "ult")), [], hand_on)
                self._once("rt.empty_box", self.worker)
                return (*got, emit.zero(i1))

            return self._choose(self._is(count, "ne", 0), [handle, emit.true()], take)

        return self._choose(asked, [handle, asked], look)

    def _needs(self, pc: SSAValue, handle: SSAValue) -> SSAValue:
        """Whether this lane takes tasks and has none."""
        return self._and(self._and(self._is(pc, "eq", 0), self.takes), self._is(handle, "eq", 0))

    def _take(self, pc: SSAValue, handle: SSAValue, root_first: SSAValue) -> SSAValue:
        """Ready tasks, then roots, for lanes that still have none."""
        emit = self.emit
        needs = self._needs(pc, handle)
        mask = self._mask(needs)

        def claim() -> Sequence[SSAValue]:
            number = emit.value(arith.ExtUIOp(self._popcount(mask), i64))
            wanted = emit.value(arith.SelectOp(root_first, emit.i64(0), number))
            first, got = self._once("rt.claim", emit.i64(Control.LANE_HEAD), emit.i64(Control.LANE_TAIL), wanted)
            rank = emit.value(arith.ExtUIOp(self._rank(mask), i64))

            def take() -> Sequence[SSAValue]:
                return emit.call_each("rt.take", emit.i64(Control.LANE_QUEUE), emit.value(arith.AddiOp(first, rank)))

            mine = self._and(needs, emit.value(arith.CmpiOp(rank, got, "slt")))
            taken = self._choose(mine, [handle], take)
            if self.info.warp:
                return taken
            return self._choose(self._and(needs, self._is(taken[0], "eq", 0)), taken, lambda: [self._root()])

        return self._choose(self._is(mask, "ne", 0), [handle], claim)[0]

    def _begin_or_step(
        self, has: SSAValue, handle: SSAValue, pc: SSAValue, sp: SSAValue, home: SSAValue, registers: Sequence[SSAValue]
    ) -> list[SSAValue]:
        """What begins goes on the lane's stack; what goes on on the heap runs a segment."""
        emit = self.emit
        values = [pc, sp, home, *registers]

        def run() -> Sequence[SSAValue]:
            # All that is asked of the header is read at once: each visit to memory takes longer than the rest.
            frame = emit.object(handle)
            number, state, flags = (emit.load(frame, offset, i32) for offset in (Header.MACHINE, Header.STATE, Header.FLAGS))
            end = emit.new_block([value.type for value in values])
            for info in self.stacks.machines:
                begin, other = emit.new_block(), emit.new_block()
                emit.fork(self._and(emit.equal(number, info.number), emit.equal(state, 0)), begin, other)
                emit.enter(begin)
                emit.jump(end, *self._begin_on_stack(info, frame, handle, registers))
                emit.enter(other)
            self._step(handle, frame, number, flags, warp=False)
            emit.jump(end, *values)
            emit.enter(end)
            return end.args

        return self._choose(has, values, run)

    def _begin_on_stack(self, info: MachineInfo, frame: SSAValue, handle: SSAValue, registers: Sequence[SSAValue]) -> Sequence[SSAValue]:
        emit = self.emit
        types = self._bodies[info.name].function_type.inputs.data
        words: list[SSAValue] = []
        for slot, type_ in zip(info.arg_slots, types, strict=True):
            stored = i32 if is_reference(type_) else type_
            words += to_words(emit, emit.load(slot_address(emit, frame, info, slot, stored), 0, stored))
        emit.call_each("rt.set_status", frame, emit.i32(abi.Status.RUNNING))
        if self.expansion.statistics:
            emit.call_each("rt.count_here", self.own, emit.i32(abi.OWN_COUNTS.index("begun")), emit.i32(1))
        emit.add(StackStoreOp(emit.i32(info.number), self.base, 0))
        sp = emit.value(StackAddOp(self.base, emit.i32(1)))
        return [emit.i32(entry_word(info)), sp, handle, *words, *registers[len(words) :]]

    def _ask(self, asked: SSAValue, runs: SSAValue, idles: SSAValue, place: Sequence[SSAValue], rest: Sequence[SSAValue]) -> None:
        """No task in any lane: leave if nothing is active, else ask once, and wait."""
        emit = self.emit
        more = emit.value(arith.AddiOp(idles, emit.i64(1)))
        (idle,) = emit.call_each("rt.idle")
        pause = emit.new_block()
        self._fork_args(self._any(idle), self.end, [self.next_round, runs, more, *rest[self.stacks.registers :]], pause)
        emit.enter(pause)

        def ask() -> Sequence[SSAValue]:
            self._once("rt.ask", self.worker)
            return ()

        can = emit.value(arith.CmpiOp(self.worker, emit.i32(abi.Mail.WORKERS), "ult"))
        asks = self._and(can, emit.value(arith.XOrIOp(asked, emit.true())))
        self._choose(asks, [], ask)
        self._timers_when_idle(
            lambda: emit.jump(self.loop, self.next_round, runs, more, emit.i64(0), emit.i32(0), *place, can, *rest)
        )
        self._await_mail(can)
        quiet = self._pause()
        emit.jump(self.loop, self.next_round, runs, more, quiet, emit.i32(0), *place, can, *rest)

    def _await_mail(self, asked: SSAValue) -> None:
        """Looks into the own box, which nobody else looks at, for a while."""
        emit = self.emit
        loop, look, wait, end = emit.new_block([i32]), emit.new_block(), emit.new_block(), emit.new_block()
        emit.jump(loop, emit.value(arith.SelectOp(asked, emit.i32(LOOKS), emit.i32(0))))
        emit.enter(loop)
        (left,) = loop.args
        emit.fork(self._is(left, "sgt", 0), look, end)
        emit.enter(look)
        (some,) = self._once("rt.has_mail", self.worker)
        emit.fork(some, end, wait)
        emit.enter(wait)
        emit.add(rt.PauseOp(LOOK_PAUSE_NS))
        emit.jump(loop, emit.value(arith.SubiOp(left, emit.i32(1))))
        emit.enter(end)

    # ----------------------------------------------------------------------------------------------------------------- rounds

    def _rounds(
        self,
        first: SSAValue,
        pc: SSAValue,
        sp: SSAValue,
        home: SSAValue,
        asked: SSAValue,
        runs: SSAValue,
        idles: SSAValue,
        registers: Sequence[SSAValue],
        counters: Sequence[SSAValue],
    ) -> None:
        """The inner loop: the state that the policy chose, or each in turn."""
        emit = self.emit
        carried = [i32, StackType(), *[i32] * (len(registers) + len(counters))]
        head = emit.new_block([i32, i32, *carried])
        emit.jump(head, first, emit.i32(ALL), pc, sp, *registers, *[emit.i32(0)] * len(counters))
        emit.enter(head)
        turn, last, *state = head.args
        places = self._places()
        long = self._long(places)
        chosen = self._dispatch(Request(emit, state[0], tuple(word for _, _, word in places), last, long))
        only = None if chosen is None else self._fair(emit.value(arith.SubiOp(turn, first)), chosen, long)
        for info, number, word in places:
            state = self._state(info, number, word, only, bool(long) and word not in long, state, home, carried)
        self._all_meet()
        serves = None if only is None or not long else self._serves_behind(only, long)
        self._next_round(head, turn, last if chosen is None else chosen, serves, state, [home, asked], runs, idles, counters)

    def _fair(self, rounds: SSAValue, chosen: SSAValue, long: frozenset[int]) -> SSAValue:
        """The policy's choice within the bound; `rounds` since the service."""
        emit = self.emit
        if not long:
            return fair(emit, rounds, chosen, FAIR_EVERY)
        services = emit.value(arith.TruncIOp(self.next_round, i32))
        return fair_among_long(emit, rounds, services, chosen, FAIR_EVERY)

    def _serves_behind(self, only: SSAValue, long: frozenset[int]) -> SSAValue:
        """Whether there is a service behind this round: other workers must not wait for many that are long. Lone lanes do not gather."""
        others = self._is(self.emit.width_i32(), "sgt", 1)
        return self._and(may_run_long(self.emit, only, long), others)

    def _long(self, places: Sequence[tuple[MachineInfo, int, int]]) -> frozenset[int]:
        """The words of the states that have a loop without a known end. A call has an edge to itself there, as it ends its segment."""
        halves = {word: stack_half(self._bodies[info.name], number)[0] for info, number, word in places}
        edges = {word: unbounded_back_edges(half.body) for word, half in halves.items()}
        return frozenset(word for word, found in edges.items() if not all(isinstance(op, sm.ParkOp) for op in found))

    def _places(self) -> list[tuple[MachineInfo, int, int]]:
        """All states in the order of the text: the machine, the state's number in it, and its word."""
        places: list[tuple[MachineInfo, int, int]] = []
        for info in self.stacks.machines:
            places.append((info, 0, entry_word(info)))
            calls = [call for call in self.stacks.calls.values() if call.machine is info and call.callee is not None]
            places += [(info, call.number, call.word) for call in calls]
        return places

    def _state(
        self,
        info: MachineInfo,
        number: int,
        word: int,
        only: SSAValue | None,
        quick: bool,
        state: Sequence[SSAValue],
        home: SSAValue,
        carried: Sequence[Attribute],
    ) -> Sequence[SSAValue]:
        """The lanes that are in that state run its segment, if it may run in this round; what all lanes have behind it."""
        emit = self.emit
        pc, sp, *registers = state
        test, skip, join = emit.block, emit.new_block(), emit.new_block(carried)
        view = LaneView(sp, registers, home, self.own, self.limit, self.entry.args[: len(self.parameters)], self._counters)
        machine, begin = stack_half(self._bodies[info.name], number)
        body = StackState(self.expansion, self.stacks, machine, self.region, self.control, view)
        start = body.build(number, begin, join)
        emit.enter(skip)
        emit.jump(join, *state)
        emit.enter(test)
        here = self._is(pc, "eq", word)
        emit.fork(here if only is None else self._and(here, may_run(emit, only, word, quick=quick)), start, skip)
        emit.enter(join)
        return join.args

    def _next_round(
        self,
        head: Block,
        turn: SSAValue,
        chosen: SSAValue,
        serves: SSAValue | None,
        state: Sequence[SSAValue],
        kept: Sequence[SSAValue],
        runs: SSAValue,
        idles: SSAValue,
        counters: Sequence[SSAValue],
    ) -> None:
        """Round again, or to the service; what was counted in these rounds is added up there."""
        emit = self.emit
        pc, sp, *rest = state
        following = emit.value(arith.AddiOp(turn, emit.i32(1)))
        out, look, again = emit.new_block(), emit.new_block(), emit.new_block()
        due, on = emit.new_block(), emit.new_block()
        over = self._is(following, "sge", ROUNDS)
        emit.fork(over if serves is None else emit.value(arith.OrIOp(over, serves)), out, due)
        emit.enter(due)
        low = emit.value(arith.AndIOp(turn, emit.i32(LOOK_EVERY - 1)))
        emit.fork(emit.equal(low, LOOK_EVERY - 1), look, on)
        emit.enter(look)
        resting = self._is(pc, "ule", _LARGEST_MACHINE)
        number = self._popcount(self._mask(resting))
        half = emit.value(arith.ShRUIOp(emit.value(arith.AddiOp(emit.width_i32(), emit.i32(1))), emit.i32(1)))
        emit.fork(emit.value(arith.CmpiOp(number, half, "uge")), out, on)
        emit.enter(on)
        emit.jump(again)
        emit.enter(again)
        emit.jump(head, following, chosen, pc, sp, *rest)
        emit.enter(out)
        registers, counted = rest[: self.stacks.registers], rest[self.stacks.registers :]
        sums = [emit.value(arith.AddiOp(old, emit.value(arith.ExtUIOp(new, i64)))) for old, new in zip(counters, counted, strict=True)]
        emit.jump(self.loop, self.next_round, runs, idles, emit.i64(0), pc, sp, *kept, *registers, *sums)
