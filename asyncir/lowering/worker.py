"""
The dynamic executor's kernel: what every worker (a warp; on the CPU a thread) does until the program has ended.

    loop:   stopped in any lane? -> end
            a ready warp-scope task, or the next root of a warp-scope kernel?  -> all lanes run its segment; loop
            lane 0 claims ready lane-scope tasks, one for each lane at most; a lane without one takes the next root of a
            lane-scope kernel; each lane that has a task runs its segment
            no lane had one: nothing active -> end; else pause
            loop

Roots wait their turn behind ready tasks, but every 64th round is the roots' own, so that tasks that never end cannot keep roots
from starting. Decisions that end the loop are taken by ballot: all lanes stay together between segments. What all workers
write (queue head, ACTIVE) is written once a warp, not once a lane.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from xdsl.dialects import arith, func, math
from xdsl.dialects.builtin import DenseIntOrFPElementsAttr, FunctionType, IndexType, SymbolRefAttr, VectorType, i1, i32, i64
from xdsl.dialects.cf import SwitchOp
from xdsl.ir import Attribute, Block, Region, SSAValue

from asyncir import abi
from asyncir.analysis.cfg import erase_unreachable_blocks
from asyncir.dialects import gpu_lanes, rt, sm
from asyncir.dialects.sizes import byte_size
from asyncir.lowering.dynamic import frame_bytes, frame_flags, pass_arguments, step_name
from asyncir.lowering.emit import Emitter, Expansion
from asyncir.lowering.library import COUNT, counter_offset

Control, Header = abi.Control, abi.Header
ROOT_FIRST_EVERY = 64
IDLE_PAUSE_NS = 200
IDLE_LONG_PAUSE_NS = abi.IDLE_PAUSE_NS
IDLE_ROUNDS_SHORT = 32
"""An idle worker looks again soon this often, then less often, so that it does not slow down those that work."""


class Worker:
    """Builds the kernel for a machine marked as kernel."""

    def __init__(self, expansion: Expansion, machine: sm.MachineOp):
        self.expansion = expansion
        self.machine = machine
        self.info = expansion.machines[machine.sym_name.data]
        self.results: tuple[Attribute, ...] = machine.function_type.outputs.data
        self.parameters: tuple[Attribute, ...] = machine.function_type.inputs.data
        inputs = [*self.parameters, *[rt.PtrType()] * (len(self.results) + 1), IndexType()]
        self.type = FunctionType.from_lists(inputs, [])
        self.entry = Block(arg_types=inputs)
        self.region = Region(self.entry)
        self.control = self.entry.args[-2]
        name_parameters(self.entry, machine)
        self.emit = Emitter(expansion, self.control, False, self.region.add_block)
        self.emit.at = machine

    def kernel(self, why: str) -> rt.KernelOp:
        """The kernel op. Its name is the machine's; steps have names of their own."""
        emit = self.emit
        emit.enter(self.entry)
        self.processor = emit.value(rt.ProcessorIdOp())
        zero = emit.i64(0)
        # rounds, segments run and idle rounds of this lane; at the loop also the idle rounds since it last had a task
        more = self._begin()
        self.loop = emit.new_block([i64, i64, i64, i64, *(value.type for value in more)])
        self.end = emit.new_block([i64, i64, i64, *self._counted()])
        emit.jump(self.loop, zero, zero, zero, zero, *more)
        emit.enter(self.loop)
        self._round()
        emit.enter(self.end)
        self._leave()
        erase_unreachable_blocks(self.region)
        op = rt.KernelOp(
            self.machine.sym_name.data,
            self.type,
            self.region,
            executor="dynamic",
            why=why,
            scope=self.machine.scope.data,
            results=self.results,
            statistics=self.expansion.statistics,
            arg_attrs=self.machine.arg_attrs,
        )
        op.location = self.machine.location
        return op

    def _begin(self) -> list[SSAValue]:
        """What the loop carries besides: nothing here."""
        return []

    def _counted(self) -> list[Attribute]:
        """What the end is given besides."""
        return []

    @property
    def _carried(self) -> Sequence[SSAValue]:
        """What a turn of a warp-scope task leaves as it is."""
        return self.loop.args[4:]

    def _has(self, warp: bool) -> bool:
        return any(info.warp == warp for info in self.expansion.machines.values())

    def _round(self) -> None:
        emit = self.emit
        rounds, runs, idles, _ = self.loop.args
        self.next_round = emit.value(arith.AddiOp(rounds, emit.i64(1)))
        (stopped,) = emit.call_each("rt.stopped")
        going = emit.new_block()
        self._fork_args(self._any(stopped), self.end, [self.next_round, runs, idles], going)
        emit.enter(going)
        root_first = self._root_first(rounds)
        self._timers_when_busy(root_first)
        if self._has(warp=True):
            self._warp_turn(root_first)
        if self._has(warp=False):
            ran = self._lane_turn(root_first)
            runs = emit.value(arith.AddiOp(runs, emit.value(arith.ExtUIOp(ran, i64))))
            self._back_unless_idle(ran, runs, idles)
        self._idle(runs, idles)

    def _root_first(self, rounds: SSAValue) -> SSAValue:
        """Whether this round is the roots' own."""
        emit = self.emit
        low = emit.value(arith.AndIOp(rounds, emit.i64(ROOT_FIRST_EVERY - 1)))
        return emit.equal(low, ROOT_FIRST_EVERY - 1)

    def _any(self, predicate: SSAValue) -> SSAValue:
        """Whether it is true in any lane."""
        emit = self.emit
        mask = emit.value(rt.BallotOp(predicate))
        return emit.value(arith.CmpiOp(mask, emit.i32(0), "ne"))

    def _fork_args(self, condition: SSAValue, then: Block, args: Sequence[SSAValue], other: Block) -> None:
        """A conditional branch whose first target takes arguments, by a block between."""
        emit = self.emit
        between = emit.new_block()
        emit.fork(condition, between, other)
        here = emit.block
        emit.enter(between)
        emit.jump(then, *args)
        emit.enter(here)

    # -------------------------------------------------------------------------------------------------------------- turns

    def _warp_turn(self, root_first: SSAValue) -> None:
        """All lanes run one segment of a warp-scope task and go round again, or fall through."""
        emit = self.emit
        emit.warp = True
        handle = self._warp_task(root_first)
        run, none = emit.new_block(), emit.new_block()
        emit.fork(emit.equal(handle, 0), none, run)
        emit.enter(run)
        self._segment(handle, warp=True)
        emit.call("rt.retire", emit.i64(1))
        _, runs, idles = self.loop.args[:3]
        emit.jump(self.loop, self.next_round, emit.value(arith.AddiOp(runs, emit.i64(1))), idles, emit.i64(0), *self._carried)
        emit.enter(none)
        emit.warp = False

    def _lane_turn(self, root_first: SSAValue) -> SSAValue:
        """Each lane runs a segment of a task of its own, if there is one; whether it did."""
        emit = self.emit
        handle = self._lane_task(root_first)
        run, none, join = emit.new_block(), emit.new_block(), emit.new_block([i1])
        emit.fork(emit.equal(handle, 0), none, run)
        emit.enter(run)
        self._segment(handle, warp=False)
        emit.jump(join, emit.true())
        emit.enter(none)
        emit.jump(join, emit.zero(i1))
        emit.enter(join)
        return join.args[0]

    def _lane_task(self, root_first: SSAValue) -> SSAValue:
        """The handle of this lane's next task, 0 for none."""
        emit = self.emit
        lanes = emit.load(self.control, Control.LANES, i64)
        wanted = emit.value(arith.SelectOp(root_first, emit.zero(i64), lanes))
        emit.warp = True
        first, number = emit.call("rt.claim", emit.i64(Control.LANE_HEAD), emit.i64(Control.LANE_TAIL), wanted)
        emit.warp = False
        lane = emit.value(arith.IndexCastOp(emit.value(gpu_lanes.LaneIdOp()), i64))
        take, other, join = emit.new_block(), emit.new_block(), emit.new_block([i32])
        emit.fork(emit.value(arith.CmpiOp(lane, number, "slt")), take, other)
        emit.enter(take)
        (taken,) = emit.call("rt.take", emit.i64(Control.LANE_QUEUE), emit.value(arith.AddiOp(first, lane)))
        emit.jump(join, taken)
        emit.enter(other)
        if not self.info.warp:
            root, idle = emit.new_block(), emit.new_block()
            emit.fork(emit.value(arith.CmpiOp(lane, lanes, "slt")), root, idle)
            emit.enter(root)
            emit.jump(join, self._root())
            emit.enter(idle)
        emit.jump(join, emit.i32(0))
        emit.enter(join)
        return join.args[0]

    def _back_unless_idle(self, ran: SSAValue, runs: SSAValue, idles: SSAValue) -> None:
        """Goes round again if any lane had a task; then lane 0 subtracts all of them from ACTIVE."""
        emit = self.emit
        idle, busy = emit.new_block(), emit.new_block()
        mask = emit.value(rt.BallotOp(ran))
        emit.fork(emit.equal(mask, 0), idle, busy)
        emit.enter(busy)
        emit.warp = True
        emit.call("rt.retire", emit.value(arith.ExtUIOp(emit.value(math.CtPopOp(mask)), i64)))
        emit.warp = False
        emit.jump(self.loop, self.next_round, runs, idles, emit.i64(0))
        emit.enter(idle)

    def _idle(self, runs: SSAValue, idles: SSAValue) -> None:
        """No task in any lane: leave if nothing is active. Zero is stable, so one lane that sees it is enough."""
        emit = self.emit
        more = emit.value(arith.AddiOp(idles, emit.i64(1)))
        (idle,) = emit.call_each("rt.idle")
        pause = emit.new_block()
        self._fork_args(self._any(idle), self.end, [self.next_round, runs, more], pause)
        emit.enter(pause)
        self._timers_when_idle(lambda: emit.jump(self.loop, self.next_round, runs, more, emit.i64(0)))
        emit.jump(self.loop, self.next_round, runs, more, self._pause())

    def _pause(self) -> SSAValue:
        """Longer when there was nothing to do for long; how many rounds that is now."""
        emit = self.emit
        quiet = emit.value(arith.AddiOp(self.loop.args[3], emit.i64(1)))
        short, long, again = emit.new_block(), emit.new_block(), emit.new_block()
        emit.fork(emit.value(arith.CmpiOp(quiet, emit.i64(IDLE_ROUNDS_SHORT), "slt")), short, long)
        for block, nanoseconds in ((short, IDLE_PAUSE_NS), (long, IDLE_LONG_PAUSE_NS)):
            emit.enter(block)
            emit.add(rt.PauseOp(nanoseconds))
            emit.jump(again)
        emit.enter(again)
        return quiet

    def _timers_when_busy(self, due: SSAValue) -> None:
        """Every so many rounds a worker looks at the timers, whatever else there is to do."""
        emit = self.emit
        if self.expansion.timers:
            serve, go_on = emit.new_block(), emit.new_block()
            emit.fork(due, serve, go_on)
            emit.enter(serve)
            self._serve_timers()
            emit.jump(go_on)
            emit.enter(go_on)

    def _serve_timers(self) -> SSAValue:
        """Once a warp: nanoseconds until the next timer, 0 if some were fired, -1 if there are none."""
        emit = self.emit
        emit.warp = True
        (left,) = emit.call("rt.serve_timers")
        emit.warp = False
        return left

    def _timers_when_idle(self, go_round: Callable[[], None]) -> None:
        """Goes round again where timers were fired; where nothing but timers can make a task ready, pauses for them first."""
        emit = self.emit
        if self.expansion.timers:
            left = self._serve_timers()
            quiet, again, pause = emit.new_block(), emit.new_block(), emit.new_block()
            emit.fork(emit.equal(left, 0), again, quiet)
            emit.enter(quiet)
            emit.warp = True
            (paused,) = emit.call("rt.pause_for_timers", left)
            emit.warp = False
            emit.fork(paused, again, pause)
            emit.enter(again)
            go_round()
            emit.enter(pause)

    # -------------------------------------------------------------------------------------------------------------- tasks

    def _warp_task(self, root_first: SSAValue) -> SSAValue:
        """The handle of the warp's next task: a ready one or, in a warp-scope kernel, a new root; 0 for none."""
        emit = self.emit
        offsets = [emit.i64(offset) for offset in (Control.WARP_HEAD, Control.WARP_TAIL, Control.WARP_QUEUE)]
        if not self.info.warp:
            return emit.call("rt.pop", *offsets)[0]
        queued, root, ready, found = emit.new_block(), emit.new_block(), emit.new_block(), emit.new_block([i32])
        emit.fork(root_first, root, queued)
        emit.enter(queued)
        (popped,) = emit.call("rt.pop", *offsets)
        emit.fork(emit.equal(popped, 0), root, ready)
        emit.enter(ready)
        emit.jump(found, popped)
        emit.enter(root)
        emit.jump(found, self._root())
        emit.enter(found)
        return found.args[0]

    def _root(self) -> SSAValue:
        """Starts the next root: its frame, with the kernel's arguments in it; 0 if all are started (or memory is exhausted)."""
        emit = self.emit
        (index,) = emit.call("rt.take_root")
        make, fill, join = emit.new_block(), emit.new_block(), emit.new_block([i32])
        none = emit.new_block()
        emit.fork(emit.value(arith.CmpiOp(index, emit.i64(0), "slt")), none, make)
        emit.enter(none)
        emit.jump(join, emit.i32(0))
        emit.enter(make)
        info = self.info
        site = emit.i32(info.site)
        flags = emit.i32(abi.FrameFlags.ROOT | frame_flags(info))
        instance = emit.value(arith.TruncIOp(index, i32))
        (handle,) = emit.call("rt.new_object", frame_bytes(emit, info), emit.i32(info.number), flags, site, instance)
        full = emit.new_block()
        emit.fork(emit.equal(handle, 0), full, fill)
        emit.enter(full)
        emit.jump(join, emit.i32(0))
        emit.enter(fill)
        pass_arguments(emit, emit.object(handle), info, self.entry.args[: len(self.parameters)])
        emit.count("tasks")
        emit.jump(join, handle)
        emit.enter(join)
        return join.args[0]

    def _segment(self, handle: SSAValue, *, warp: bool) -> None:
        """Runs one segment of a task; the results of a root that ended go to the host's arrays."""
        frame = self.emit.object(handle)
        # Of a task that has ended, only a root's frame may be read: read before what is asked of all.
        number, flags = self.emit.load(frame, Header.MACHINE, i32), self.emit.load(frame, Header.FLAGS, i32)
        self._step(handle, frame, number, flags, warp=warp)

    def _step(self, handle: SSAValue, frame: SSAValue, number: SSAValue, flags: SSAValue, *, warp: bool) -> None:
        """The same, of a task of that machine with those flags."""
        emit = self.emit
        infos = [info for name, info in self.expansion.machines.items() if info.warp == warp and name not in self.expansion.stepless]
        done = emit.new_block([i32])
        blocks: list[Block] = []
        switch = emit.block
        for info in infos:
            block = emit.new_block()
            blocks.append(block)
            emit.enter(block)
            parameters = [self.entry.args[index] for index in info.kernel_arguments]
            call = emit.add(func.CallOp(SymbolRefAttr(step_name(info.name)), [self.control, handle, *self._own(), *parameters], [i32]))
            emit.jump(done, call.results[0])
        default = emit.new_block()
        emit.enter(default)
        emit.jump(done, emit.i32(0))
        emit.enter(switch)
        numbers = DenseIntOrFPElementsAttr.from_list(VectorType(i32, [len(infos)]), [info.number for info in infos])
        emit.add(SwitchOp(number, default, [], numbers, blocks, [[] for _ in blocks]))
        emit.enter(done)
        if self.info.warp == warp:
            self._end_root(handle, frame, flags, emit.equal(done.args[0], 1))

    def _own(self) -> list[SSAValue]:
        """What step functions are given of their lane."""
        return []

    def _end_root(self, handle: SSAValue, frame: SSAValue, flags: SSAValue, ended: SSAValue) -> None:
        """If a task that has ended is a root, its results go to the host's arrays; `flags` were read before it ended."""
        emit = self.emit
        flag = emit.value(arith.AndIOp(flags, emit.i32(abi.FrameFlags.ROOT)))
        is_root = emit.value(arith.CmpiOp(flag, emit.i32(0), "ne"))
        root, other = emit.new_block(), emit.new_block()
        emit.fork(emit.value(arith.AndIOp(is_root, ended)), root, other)
        emit.enter(root)
        self._deliver(frame)
        # A select's node may still name the frame: then it is kept.
        emit.call("rt.release" if self.expansion.claims else "rt.free_object", handle)
        emit.jump(other)
        emit.enter(other)

    def _deliver(self, frame: SSAValue) -> None:
        """The results of a root that has ended."""
        emit = self.emit
        copy, skip = emit.new_block(), emit.new_block()
        fine = emit.equal(emit.load(frame, Header.ERROR_KIND, i32), 0)
        emit.fork(fine, copy, skip)
        emit.enter(copy)
        instance = emit.value(arith.ExtUIOp(emit.load(frame, Header.INSTANCE, i32), i64))
        addresses = self.entry.args[len(self.parameters) : -2]
        for type_, offset, address in zip(self.results, self.info.shape.results, addresses, strict=True):
            store_result(emit, emit.load(frame, offset, type_), address, instance)
        emit.jump(skip)
        emit.enter(skip)

    def _counts(self) -> Sequence[tuple[str, SSAValue]]:
        """What this lane counted, by the counters' names."""
        return list(zip(("polls", "entries", "idle_polls"), self.end.args, strict=False))

    def _segments(self) -> SSAValue:
        """Not zero if this lane ran a task."""
        return self.end.args[1]

    def _leave(self) -> None:
        """Adds up this lane's counts."""
        emit = self.emit
        if self.expansion.statistics:
            for name, amount in self._counts():
                total = emit.value(gpu_lanes.SubgroupReduceOp(gpu_lanes.Reduction.ADD, amount))
                emit.warp = True
                emit.call(COUNT, emit.i64(counter_offset(name)), total)
                emit.warp = False
            ran, none = emit.new_block(), emit.new_block()
            emit.fork(emit.value(arith.CmpiOp(self._segments(), emit.i64(0), "sgt")), ran, none)
            emit.enter(ran)
            emit.call_each("rt.mark_processor", self.processor)
            emit.jump(none)
            emit.enter(none)
        emit.add(rt.ReturnOp())


def name_parameters(entry: Block, machine: sm.MachineOp) -> None:
    """The kernel's arguments keep the machine's names; ours get some."""
    for old, new in zip(machine.entry.args, entry.args, strict=False):
        new.name_hint = old.name_hint
    for result in entry.args[len(machine.entry.args) : -2]:
        result.name_hint = "result"
    entry.args[-2].name_hint, entry.args[-1].name_hint = "control", "instances"


def store_result(emit: Emitter, value: SSAValue, array: SSAValue, instance: SSAValue) -> None:
    """Writes a result into the host's array, at the root's index."""
    size = byte_size(value.type)
    assert size is not None
    distance = emit.value(arith.MuliOp(instance, emit.i64(size)))
    emit.store(value, emit.value(rt.PtrAddOp(array, distance)), 0)
