"""
The dynamic executor's part of a machine: `@<machine>.step(control, self) -> ended`, one segment of a task.

    entry:      state = frame.STATE; switch state
    state 0:    reload the arguments, go to the machine's entry block
    state n:    what the suspension produces, from what it waited for; go to the resume block
    suspend:    available?  ready block : park block
    park block: (saves)  STATE, WHERE, WAITS_ON = …;  register;  registered? return 0 : go on as state n
    returns:    results into the frame, complete, return 1

A segment returns 1 when the task has ended and 0 when it has parked (or the launch is being stopped); the worker then subtracts
it from ACTIVE. After registering, a segment touches nothing of its task: another worker may be running it.
"""

from __future__ import annotations

from collections.abc import Sequence

from xdsl.dialects import arith, cf, func
from xdsl.dialects.builtin import DenseIntOrFPElementsAttr, FunctionType, IndexType, MemRefType, StringAttr, VectorType, i32, i64
from xdsl.ir import Attribute, Block, Region, SSAValue

from asyncir import abi
from asyncir.dialects import gpu_lanes, rt, sm
from asyncir.dialects.async_ import TokenType
from asyncir.dialects.sm import Kind
from asyncir.lowering.bodies import Body, ErrorKind
from asyncir.lowering.emit import Emitter, Expansion, MachineInfo
from asyncir.lowering.frames import PAYLOAD, byte_size, is_reference
from asyncir.lowering.loops import sweep_unreachable

Header = abi.Header
STEP_TYPE = FunctionType.from_lists([rt.PtrType(), i32], [i32])


def step_name(machine: str) -> str:
    """The symbol of a machine's step function."""
    return f"{machine}.step"


class DynamicBody(Body):
    """A machine's body as a step function."""

    def __init__(self, expansion: Expansion, machine: sm.MachineOp):
        self.info = expansion.machines[machine.sym_name.data]
        self.entry_block = Block(arg_types=[rt.PtrType(), i32])
        region = Region(self.entry_block)
        control, self.self_handle = self.entry_block.args
        control.name_hint, self.self_handle.name_hint = "control", "self"
        super().__init__(expansion, machine, region, control)
        self.states: dict[int, Block] = {}

    def function(self) -> func.FuncOp:
        """Expands the machine; the machine is empty afterwards."""
        emit = self.emit
        emit.at = self.machine
        emit.enter(self.entry_block)
        self.frame = emit.object(self.self_handle)
        self.frame.name_hint = "frame"
        state = emit.load(self.frame, Header.STATE, i32)
        emit.store_i32(abi.Status.RUNNING, self.frame, Header.STATUS)
        dispatch = emit.block
        self._make_exits()
        first = self.blocks[0]
        self.states[0] = self._arguments(first)
        parks = [block.last_op for block in self.blocks if isinstance(block.last_op, sm.ParkOp)]
        for park in parks:
            self._resume(park)
        self.expand()
        self._switch(dispatch, state)
        sweep_unreachable(self.region)
        name = step_name(self.machine.sym_name.data)
        op = func.FuncOp(name, STEP_TYPE, self.region, visibility=StringAttr("private"))
        op.location = self.machine.location
        return op

    def _make_exits(self) -> None:
        emit = self.emit
        self.failing = emit.new_block([i32, i32, i32])
        self.leaving = emit.new_block()
        emit.enter(self.failing)
        emit.call("rt.fail", self.self_handle, *self.failing.args)
        emit.add(func.ReturnOp(emit.i32(1)))
        emit.enter(self.leaving)
        emit.add(func.ReturnOp(emit.i32(0)))
        self.parked = emit.new_block()
        emit.enter(self.parked)
        emit.count("suspensions")
        emit.add(func.ReturnOp(emit.i32(0)))

    def _switch(self, dispatch: Block, state: SSAValue) -> None:
        """An unknown state cannot happen; if memory was overwritten the task leaves with the launch instead of running wild."""
        emit = self.emit
        emit.at = self.machine
        emit.enter(dispatch)
        numbers = sorted(self.states)
        default = emit.new_block()
        values = DenseIntOrFPElementsAttr.from_list(VectorType(i32, [len(numbers)]), numbers)
        blocks = [self.states[number] for number in numbers]
        emit.add(cf.SwitchOp(state, default, [], values, blocks, [[] for _ in blocks]))
        emit.enter(default)
        site = emit.site(self.machine, "machine", "the frame does not hold a state of this machine")
        emit.call("rt.exhausted", emit.i32(ErrorKind.INVALID_ARGUMENT), state, site, emit.i32(0))
        emit.jump(self.leaving)

    def _arguments(self, first: Block) -> Block:
        """State 0: the machine's arguments come from their slots."""
        emit = self.emit
        block = emit.new_block()
        emit.enter(block)
        slots = self.info.arg_slots
        values = [self.read_slot(slot, argument.type) for slot, argument in zip(slots, first.args, strict=True)]
        emit.jump(first, *values)
        return block

    # ------------------------------------------------------------------------------------------------------------- slots

    def read_slot(self, slot: tuple[bool, int], type_: Attribute) -> SSAValue:
        """What a slot of this task holds."""
        stored = i32 if is_reference(type_) else type_
        address = slot_address(self.emit, self.frame, self.info, slot, stored)
        return self.emit.load(address, 0, stored)

    def save(self, op: sm.SaveOp) -> None:
        slot = (op.slot.in_rows, op.slot.offset.value.data)
        address = slot_address(self.emit, self.frame, self.info, slot, op.value.type)
        self.emit.store(op.value, address, 0)
        op.erase()

    def reload(self, op: sm.ReloadOp) -> None:
        slot = (op.slot.in_rows, op.slot.offset.value.data)
        self.replace(op, [self.read_slot(slot, op.result.type)])

    # ------------------------------------------------------------------------------------------------------------- tasks

    def instance(self) -> SSAValue:
        return self.emit.load(self.frame, Header.INSTANCE, i32)

    def num_instances(self) -> SSAValue:
        return self.emit.value(arith.IndexCastOp(self.emit.load(self.emit.control, abi.Control.INSTANCES, i64), IndexType()))

    def safepoint(self, site: SSAValue) -> SSAValue:
        return self.emit.call("rt.safepoint", self.self_handle, site)[0]

    def returns(self, op: sm.ReturnOp) -> None:
        emit = self.emit
        if emit.warp and op.arguments:
            # Results overlay the payload: a fast lane must not write them before a slow one has reloaded.
            emit.add(rt.WarpSyncOp())
        for value, offset in zip(op.arguments, self.info.shape.results, strict=True):
            emit.store(value, self.frame, offset)
        emit.call("rt.complete", self.self_handle)
        emit.add(func.ReturnOp(emit.i32(1)))
        op.erase()

    def start(self, op: sm.StartOp) -> None:
        """Makes the child's frame, puts the arguments into their slots and the frame into the ready queue."""
        emit = self.emit
        info = emit.expansion.machines[op.callee.root_reference.data]
        handle = self.new_task(info, emit.site(op, "start"), 0)
        pass_arguments(emit, emit.object(handle), info, op.arguments)
        emit.count("tasks")
        emit.call("rt.born")
        emit.call("rt.ready", handle)
        handles: list[SSAValue] = []
        numbers = iter(info.shape.result_handles)
        for result in op.handles:
            if isinstance(result.type, TokenType):
                handles.append(handle)
            else:
                number = next(numbers)
                handles.append(emit.value(arith.OrIOp(handle, emit.i32(number))) if number else handle)
        self.replace(op, handles)

    def new_task(self, info: MachineInfo, site: SSAValue, flags: int) -> SSAValue:
        """A new frame of that machine."""
        emit = self.emit
        arguments = [frame_bytes(emit, info), emit.i32(info.number), emit.i32(flags | frame_flags(info)), site, self.instance()]
        (handle,) = emit.call("rt.new_object", *arguments)
        return self.unless_exhausted(handle)

    # ------------------------------------------------------------------------------------------------------- suspensions

    def suspend(self, op: sm.SuspendOp) -> None:
        emit = self.emit
        ready, park = op.targets
        arguments = list(op.arguments)
        match op.kind.data:
            case Kind.YIELD | Kind.SLEEP:
                if emit.warp:
                    # A fast lane must not save, or write STATE, before a slow one has read what the last segment left there.
                    # The other kinds ask the source first, by a call that all lanes meet at.
                    emit.add(rt.WarpSyncOp())
                emit.jump(park)
            case Kind.SEND:
                (status,) = emit.call("rt.send", arguments[1], emit.to_word(arguments[0]), emit.i32(0))
                self._channel_outcome(op, status, park, ready, [])
            case Kind.RECV:
                status, word = emit.call("rt.recv", arguments[0], emit.i32(0))
                self._received(status, word, _produced(op)[0], park, ready)
            case _:
                (done,) = emit.call("rt.is_done", arguments[0])
                available = emit.new_block()
                emit.fork(done, available, park)
                emit.enter(available)
                emit.jump(ready, *self._outcome(op, arguments[0]))
        op.erase()

    def park(self, op: sm.ParkOp) -> None:
        emit = self.emit
        resume = op.resume
        arguments = list(op.arguments)
        site = emit.site(op, str(op.kind.data))
        source = emit.i32(0) if op.kind.data in (Kind.YIELD, Kind.SLEEP) else arguments[-1]
        emit.store_i32(op.number, self.frame, Header.STATE)
        emit.store_i32(abi.Status.WAITING, self.frame, Header.STATUS)
        emit.store(site, self.frame, Header.WHERE)
        emit.store(source, self.frame, Header.WAITS_ON)
        match op.kind.data:
            case Kind.YIELD:
                self._requeue()
            case Kind.SLEEP:
                emit.store(self._wake_time(arguments[0]), self.frame, Header.ITEM)
                self._requeue()
            case Kind.SEND:
                (status,) = emit.call("rt.send", arguments[1], emit.to_word(arguments[0]), self.self_handle)
                self._channel_outcome(op, status, self.parked, resume, [])
            case Kind.RECV:
                status, word = emit.call("rt.recv", arguments[0], self.self_handle)
                self._received(status, word, _produced(op)[0], self.parked, resume)
            case _:
                (waits,) = emit.call("rt.wait", self.self_handle, arguments[0])
                emit.fork(waits, self.parked, self.states[op.number])
        op.erase()

    def _requeue(self) -> None:
        """Ready again at once, behind the others."""
        emit = self.emit
        emit.store_i32(abi.Status.READY, self.frame, Header.STATUS)
        emit.call("rt.ready", self.self_handle)
        emit.jump(self.parked)

    def _wake_time(self, nanoseconds: SSAValue) -> SSAValue:
        emit = self.emit
        duration = emit.value(arith.MaxSIOp(nanoseconds, emit.i64(0)))
        return emit.value(arith.AddiOp(self._clock(), duration))

    def _clock(self) -> SSAValue:
        """In a warp one lane's clock, so that all lanes agree."""
        emit = self.emit
        if not self.warp:
            return emit.value(rt.ClockOp())
        return emit.once(lambda: [emit.value(rt.ClockOp())], [i64])[0]

    def _channel_outcome(self, op: sm.SuspendOp | sm.ParkOp, status: SSAValue, wait: Block, go_on: Block, values: list[SSAValue]) -> None:
        """0 waits, 1 goes on, 2 fails: the channel is closed."""
        emit = self.emit
        settled, done, closed = emit.new_block(), emit.new_block(), emit.new_block()
        emit.fork(emit.equal(status, 0), wait, settled)
        emit.enter(settled)
        emit.fork(emit.equal(status, 1), done, closed)
        emit.enter(closed)
        emit.jump(self.failing, emit.i32(ErrorKind.CLOSED), emit.i32(0), emit.site(op, "send", "the channel is closed"))
        emit.enter(done)
        emit.jump(go_on, *values)

    def _received(self, status: SSAValue, word: SSAValue, type_: Attribute, wait: Block, go_on: Block) -> None:
        """0 waits; else the item and whether there was one."""
        emit = self.emit
        settled = emit.new_block()
        emit.fork(emit.equal(status, 0), wait, settled)
        emit.enter(settled)
        ok = emit.equal(status, 1)
        emit.jump(go_on, emit.from_word(word, type_), ok)

    def _resume(self, op: sm.ParkOp) -> None:
        """State n: what was waited for is read again from the frame's header, so it needs no slot."""
        emit = self.emit
        emit.at = op
        block = emit.new_block()
        self.states[op.number] = block
        emit.enter(block)
        match op.kind.data:
            case Kind.YIELD:
                emit.jump(op.resume)
            case Kind.SLEEP:
                self._still_asleep(op)
            case Kind.SEND:
                ok, closed = emit.new_block(), emit.new_block()
                emit.fork(emit.equal(emit.load(self.frame, Header.NEXT, i32), 0), closed, ok)
                emit.enter(closed)
                emit.jump(self.failing, emit.i32(ErrorKind.CLOSED), emit.i32(0), emit.site(op, "send", "the channel is closed"))
                emit.enter(ok)
                emit.jump(op.resume)
            case Kind.RECV:
                item = emit.from_word(emit.load(self.frame, Header.ITEM, i64), _produced(op)[0])
                ok = emit.value(arith.CmpiOp(emit.load(self.frame, Header.NEXT, i32), emit.i32(0), "ne"))
                emit.jump(op.resume, item, ok)
            case _:
                source = emit.load(self.frame, Header.WAITS_ON, i32)
                emit.jump(op.resume, *self._outcome(op, source))

    def _still_asleep(self, op: sm.ParkOp) -> None:
        """A sleeper stays in the ready queue; when it comes up too early it goes to the end again."""
        emit = self.emit
        awake, early = emit.new_block(), emit.new_block()
        due = emit.load(self.frame, Header.ITEM, i64)
        emit.fork(emit.value(arith.CmpiOp(self._clock(), due, "sge")), awake, early)
        emit.enter(early)
        emit.add(rt.PauseOp(1000))
        self._requeue()
        emit.enter(awake)
        emit.jump(op.resume)

    def _outcome(self, op: sm.SuspendOp | sm.ParkOp, source: SSAValue) -> list[SSAValue]:
        """What an await on an available object produces; its error fails this task, unless the kind says otherwise."""
        emit = self.emit
        kind = op.kind.data
        if kind is Kind.AWAIT_RAW:
            return []
        error, code, site = emit.call("rt.error_of", source)
        produced = _produced(op)
        if kind is Kind.TRY_AWAIT:
            values = [self._value_or_zero(source, error, produced[0])] if len(produced) == 3 else []
            return [*values, error, code]
        fine = emit.new_block()
        bad = emit.new_block()
        emit.fork(emit.equal(error, 0), fine, bad)
        emit.enter(bad)
        emit.jump(self.failing, error, code, site)
        emit.enter(fine)
        return [self._result(source, produced[0])] if produced else []

    def _result(self, source: SSAValue, type_: Attribute) -> SSAValue:
        (address,) = self.emit.call_each("rt.result", source)
        return self.emit.load(address, 0, i32 if is_reference(type_) else type_)

    def _value_or_zero(self, source: SSAValue, error: SSAValue, type_: Attribute) -> SSAValue:
        """A failed task wrote no result."""
        emit = self.emit
        stored = i32 if is_reference(type_) else type_
        if isinstance(stored, MemRefType | VectorType):
            raise emit.internal(f"a task that returns {stored} cannot be awaited with task.try_await: there is no value for its failure")
        good, bad, join = emit.new_block(), emit.new_block(), emit.new_block([stored])
        emit.fork(emit.equal(error, 0), good, bad)
        emit.enter(good)
        emit.jump(join, self._result(source, type_))
        emit.enter(bad)
        emit.jump(join, emit.zero(stored))
        emit.enter(join)
        return join.args[0]


def _produced(op: sm.SuspendOp | sm.ParkOp) -> tuple[Attribute, ...]:
    """The types handed on; read off the target, since the operands' handle types are gone once they are expanded."""
    target = op.targets[0] if isinstance(op, sm.SuspendOp) else op.resume
    return tuple(argument.type for argument in target.args)


def slot_address(emit: Emitter, frame: SSAValue, info: MachineInfo, slot: tuple[bool, int], type_: Attribute) -> SSAValue:
    """The address of a slot: (in rows, offset). Rows are counted from the frame's end, and depend on the warp's width and the lane."""
    in_rows, offset = slot
    if not in_rows:
        return emit.value(rt.PtrAddOp(frame, emit.i64(PAYLOAD + offset)))
    size = byte_size(type_)
    assert size is not None
    words = max(1, (size + 3) // 4)
    lane = emit.value(arith.IndexCastOp(emit.value(gpu_lanes.LaneIdOp()), i64))
    start = _largest(emit, [(task, rows - offset - words) for task, rows in info.shape.shapes])
    lane_bytes = emit.value(arith.MuliOp(lane, emit.i64(4 * words)))
    return emit.value(rt.PtrAddOp(frame, emit.value(arith.AddiOp(start, lane_bytes))))


def _largest(emit: Emitter, shapes: Sequence[sm.Shape]) -> SSAValue:
    """The most bytes that one of these shapes takes at the warp's width. Rows may be less than none, but not in the largest."""
    width = emit.value(arith.IndexCastOp(emit.value(gpu_lanes.SubgroupSizeOp()), i64))
    largest: SSAValue | None = None
    for task, rows in shapes:
        rows_bytes = emit.value(arith.MuliOp(width, emit.i64(4 * rows)))
        size = emit.value(arith.AddiOp(rows_bytes, emit.i64(task)))
        largest = size if largest is None else emit.value(arith.MaxSIOp(largest, size))
    assert largest is not None
    return largest


def pass_arguments(emit: Emitter, frame: SSAValue, info: MachineInfo, values: Sequence[SSAValue]) -> None:
    """Writes arguments where a machine's first state finds them."""
    for slot, value in zip(info.arg_slots, values, strict=True):
        emit.store(value, slot_address(emit, frame, info, slot, value.type), 0)


def frame_flags(info: MachineInfo) -> int:
    """The flags of a machine's frames."""
    return abi.FrameFlags.WARP if info.warp else 0


def frame_bytes(emit: Emitter, info: MachineInfo) -> SSAValue:
    """The size of a machine's frame, as an i64."""
    return _largest(emit, info.shape.shapes) if info.shape.has_rows else emit.i64(info.shape.bytes(1))
