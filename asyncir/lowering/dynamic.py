"""
The dynamic executor's part of a machine: `@<machine>.step(control, self, …) -> ended`, one segment of a task.

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
from asyncir.analysis.cfg import erase_unreachable_blocks
from asyncir.dialects import gpu_lanes, rt, sm
from asyncir.dialects.async_ import TokenType
from asyncir.dialects.rt_stack import StackType
from asyncir.dialects.sizes import byte_size
from asyncir.dialects.sm import Kind
from asyncir.dialects.task_types import is_reference
from asyncir.lowering.bodies import ErrorKind
from asyncir.lowering.emit import Emitter, Expansion, MachineInfo
from asyncir.lowering.frames import PAYLOAD
from asyncir.lowering.halves import Pending, heap_half
from asyncir.lowering.loops import back_edges
from asyncir.lowering.waiting import WaitingBody, produced

Header = abi.Header


def step_type(expansion: Expansion, info: MachineInfo) -> FunctionType:
    """The type of a step function: control, self, the lane's own words if there are stacks, the kernel's parameters that it reads."""
    own = [StackType()] if expansion.stacks else []
    return FunctionType.from_lists([rt.PtrType(), i32, *own, *info.kernel_arguments.values()], [i32])


def step_name(machine: str) -> str:
    """The symbol of a machine's step function."""
    return f"{machine}.step"


class DynamicBody(WaitingBody):
    """A machine's body as a step function."""

    def __init__(self, expansion: Expansion, machine: sm.MachineOp):
        self.info = expansion.machines[machine.sym_name.data]
        self.pending: list[Pending] | None = None
        self.loops = bool(back_edges(machine.body))
        if sm.FORK_JOIN in machine.attributes:
            machine, self.pending = heap_half(machine)
        self.type = step_type(expansion, self.info)
        self.entry_block = Block(arg_types=self.type.inputs)
        region = Region(self.entry_block)
        control, self.self_handle, *parameters = self.entry_block.args
        self.own = parameters.pop(0) if expansion.stacks else None
        self._parameters = dict(zip(self.info.kernel_arguments, parameters, strict=True))
        control.name_hint, self.self_handle.name_hint = "control", "self"
        super().__init__(expansion, machine, region, control)
        self.emit.own = self.own
        self.states: dict[int, Block] = {}

    def function(self) -> func.FuncOp:
        """Expands the machine; the machine is empty afterwards."""
        emit = self.emit
        emit.at = self.machine
        emit.enter(self.entry_block)
        self.frame = emit.object(self.self_handle)
        self.frame.name_hint = "frame"
        state = emit.load(self.frame, Header.STATE, i32)
        self.cancelled = emit.new_block()
        self.note_selects()
        parks = [block.last_op for block in self.blocks if isinstance(block.last_op, sm.ParkOp)]
        self.caught = {park.number: emit.new_block() for park in parks if park.catches and emit.expansion.catching}
        self.begin_segment(state)
        dispatch = emit.block
        self._make_exits()
        if self.pending is None:
            self.states[0] = self._arguments(self.blocks[0])
        for call in self.pending or ():
            self._resume_pending(call)
        for park in parks:
            self._resume(park)
            if park.number in self.caught:
                self.resume_caught(park)
        self.expand()
        self._switch(dispatch, state)
        erase_unreachable_blocks(self.region)
        name = step_name(self.machine.sym_name.data)
        op = func.FuncOp(name, self.type, self.region, visibility=StringAttr("private"))
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
        self.make_cancelled()
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

    def fail_again(self, kind: SSAValue, code: SSAValue, site: SSAValue) -> None:
        """A task that ends as cancelled by itself has no error that nobody looked at."""
        self.emit.call("rt.fail_again", self.self_handle, kind, code, site)
        self.emit.add(func.ReturnOp(self.emit.i32(1)))

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

    def kernel_argument(self, index: int, type_: Attribute) -> SSAValue:
        return self._parameters[index]

    def safepoint(self, site: SSAValue) -> SSAValue:
        return self.emit.call("rt.safepoint", self.self_handle, site)[0]

    def returns(self, op: sm.ReturnOp) -> None:
        emit = self.emit
        if emit.warp and op.arguments:
            # Results overlay the payload: a fast lane must not write them before a slow one has reloaded.
            emit.add(rt.WarpSyncOp())
        for value, offset in zip(op.arguments, self.info.shape.results, strict=True):
            emit.store(value, self.frame, offset)
        self.complete()
        emit.add(func.ReturnOp(emit.i32(1)))
        op.erase()

    def complete(self) -> None:
        """The task has ended; where lanes have stacks, this one goes on with who waited for it."""
        if self.own is None or self.warp:
            self.emit.call("rt.complete", self.self_handle)
        else:
            self.emit.call("rt.complete_here", self.own, self.self_handle)

    def make_ready(self, info: MachineInfo, handle: SSAValue) -> None:
        """A new task can run: next in this lane, or wherever the ready queue hands it to."""
        if self.own is None or self.warp or info.warp:
            self.emit.call("rt.ready", handle)
        else:
            self.emit.call("rt.ready_here", self.own, handle)

    def start(self, op: sm.StartOp) -> None:
        """Makes the child's frame, puts the arguments into their slots and the frame into the ready queue."""
        emit = self.emit
        info = emit.expansion.machines[op.callee.root_reference.data]
        handle = self.new_task(info, emit.site(op, "start", info.name), 0)
        frame = emit.object(handle)
        pass_arguments(emit, frame, info, op.arguments)
        if sm.DROP in op.attributes:
            emit.store(emit.i64(abi.DROPPED_BIT), frame, Header.WAITERS)
        if emit.expansion.cancels:
            emit.call("rt.adopt", handle, self.self_handle)
        emit.count("tasks")
        if not info.uncounted:
            emit.call("rt.born")
        self.make_ready(info, handle)
        self.replace(op, self._handles(info, handle, [result.type for result in op.handles]))

    def new_task(self, info: MachineInfo, site: SSAValue, flags: int) -> SSAValue:
        """A new frame of that machine."""
        emit = self.emit
        arguments = [frame_bytes(emit, info), emit.i32(info.number), emit.i32(flags | frame_flags(info)), site, self.instance()]
        here = self.own is not None and not self.warp and not info.warp
        (handle,) = emit.call("rt.new_task_here", self.own, *arguments) if here and self.own else emit.call("rt.new_object", *arguments)
        return self.unless_exhausted(handle)

    def new_ready(self, size: int, site: SSAValue) -> SSAValue:
        """One that is as large as a frame of this machine may come from those that the lane keeps."""
        if self.own is None or self.warp or self.info.shape.has_rows:
            return super().new_ready(size, site)
        emit = self.emit
        size = max(size, self.info.shape.bytes(1), self.info.least_bytes)
        arguments = [emit.i64(size), emit.i32(abi.ObjectKind.READY), emit.i32(0), site, self.instance()]
        return emit.call("rt.new_task_here", self.own, *arguments)[0]

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
                self._received(op, status, word, park, ready)
            case Kind.WAIT | Kind.ACQUIRE:
                self.suspend_on_object(op)
            case Kind.SELECT:
                self.suspend_select(op)
            case _:
                (done,) = emit.call("rt.is_done", arguments[0])
                available = emit.new_block()
                emit.fork(done, available, park)
                emit.enter(available)
                self.go_on(op, ready, *self._outcome(op, arguments[0]))
        op.erase()

    def park(self, op: sm.ParkOp) -> None:
        emit = self.emit
        resume = op.resume
        arguments = list(op.arguments)
        site = emit.site(op, str(op.kind.data))
        source = emit.i32(0) if op.kind.data in (Kind.YIELD, Kind.SLEEP, Kind.SELECT) else arguments[-1]
        emit.store_i32(op.number, self.frame, Header.STATE)
        emit.store(site, self.frame, Header.WHERE)
        emit.store(source, self.frame, Header.WAITS_ON)
        match op.kind.data:
            case Kind.YIELD:
                self.park_yield(op)
            case Kind.SLEEP:
                self.park_sleep(op, arguments[0])
            case Kind.SEND:
                self.begin_to_wait(op)
                status = self.register_send(op, arguments[0], arguments[1])
                self._channel_outcome(op, status, self.registered(op), resume, [])
            case Kind.RECV:
                self.begin_to_wait(op)
                status, word = self.register_recv(op, arguments[0])
                self._received(op, status, word, self.registered(op), resume)
            case Kind.WAIT | Kind.ACQUIRE:
                self.park_on_object(op, arguments[0])
            case Kind.SELECT:
                self.park_select(op)
            case _:
                self.park_await(op, arguments[0])
        op.erase()

    def _channel_outcome(self, op: sm.SuspendOp | sm.ParkOp, status: SSAValue, wait: Block, target: Block, values: list[SSAValue]) -> None:
        """0 waits, 1 goes on, 2 fails: the channel is closed."""
        emit = self.emit
        settled, done, closed = emit.new_block(), emit.new_block(), emit.new_block()
        emit.fork(emit.equal(status, 0), wait, settled)
        emit.enter(settled)
        self.not_waiting(op)
        emit.fork(emit.equal(status, 1), done, closed)
        emit.enter(closed)
        emit.jump(self.failing, emit.i32(ErrorKind.CLOSED), emit.i32(0), emit.site(op, "send", "the channel is closed"))
        emit.enter(done)
        self.go_on(op, target, *values)

    def _received(self, op: sm.SuspendOp | sm.ParkOp, status: SSAValue, word: SSAValue, wait: Block, target: Block) -> None:
        """0 waits; else the item and whether there was one."""
        emit = self.emit
        settled = emit.new_block()
        emit.fork(emit.equal(status, 0), wait, settled)
        emit.enter(settled)
        self.not_waiting(op)
        ok = emit.equal(status, 1)
        self.go_on(op, target, emit.from_word(word, produced(op)[0]), ok)

    def _resume(self, op: sm.ParkOp) -> None:
        """State n: what was waited for is read again from the frame's header, so it needs no slot."""
        emit = self.emit
        emit.at = op
        block = emit.new_block()
        self.states[op.number] = block
        emit.enter(block)
        match op.kind.data:
            case Kind.YIELD | Kind.SLEEP | Kind.WAIT | Kind.ACQUIRE:
                self.go_on(op, op.resume)
            case Kind.SELECT:
                self.resume_select(op)
            case Kind.SEND:
                ok, closed = emit.new_block(), emit.new_block()
                emit.fork(emit.equal(emit.load(self.frame, Header.NEXT, i32), 0), closed, ok)
                emit.enter(closed)
                emit.jump(self.failing, emit.i32(ErrorKind.CLOSED), emit.i32(0), emit.site(op, "send", "the channel is closed"))
                emit.enter(ok)
                self.go_on(op, op.resume)
            case Kind.RECV:
                item = emit.from_word(emit.load(self.frame, Header.ITEM, i64), produced(op)[0])
                ok = emit.value(arith.CmpiOp(emit.load(self.frame, Header.NEXT, i32), emit.i32(0), "ne"))
                self.go_on(op, op.resume, item, ok)
            case _:
                source = emit.load(self.frame, Header.WAITS_ON, i32)
                self.go_on(op, op.resume, *self._outcome(op, source))

    def _resume_pending(self, state: Pending) -> None:
        """Behind a call on a stack whose child went on without this task: its frame is what the task waits on."""
        emit = self.emit
        emit.at = self.machine
        block = emit.new_block()
        self.states[state.number] = block
        emit.enter(block)
        if state.callee is None:
            emit.jump(state.resume)
            return
        child = emit.load(self.frame, Header.WAITS_ON, i32)
        types = [argument.type for argument in state.resume.args]
        handles = self._handles(emit.expansion.machines[state.callee], child, state.handles)
        zeros = [emit.zero(i32 if is_reference(type_) else type_) for type_ in types[1 + len(handles) :]]
        emit.jump(state.resume, emit.true(), *handles, *zeros)

    def _handles(self, info: MachineInfo, handle: SSAValue, types: Sequence[Attribute]) -> list[SSAValue]:
        """The handles of these types of a task."""
        emit = self.emit
        numbers = iter(info.shape.result_handles)
        handles: list[SSAValue] = []
        for type_ in types:
            number = 0 if isinstance(type_, TokenType) else next(numbers)
            handles.append(emit.value(arith.OrIOp(handle, emit.i32(number))) if number else handle)
        return handles

    def _outcome(self, op: sm.SuspendOp | sm.ParkOp, source: SSAValue) -> list[SSAValue]:
        """What an await on an available object produces; its error fails this task, unless the kind says otherwise."""
        emit = self.emit
        kind = op.kind.data
        if kind is Kind.AWAIT_RAW:
            self._drop_awaited(op, source)
            return []
        error, code, site = emit.call("rt.error_of", source)
        types = produced(op)
        if kind is Kind.TRY_AWAIT:
            values = [self._value_or_zero(source, error, types[0])] if len(types) == 3 else []
            self._drop_awaited(op, source)
            return [*values, error, code]
        fine = emit.new_block()
        bad = emit.new_block()
        emit.fork(emit.equal(error, 0), fine, bad)
        emit.enter(bad)
        emit.jump(self.failing, error, code, site)
        emit.enter(fine)
        values = [self._result(source, types[0])] if types else []
        self._drop_awaited(op, source)
        return values

    def _drop_awaited(self, op: sm.SuspendOp | sm.ParkOp, source: SSAValue) -> None:
        """An await that is the last use of what it waited for frees it, once the outcome is read. Where it fails, it does not."""
        if sm.DROP in op.attributes:
            if self.own is None or self.warp:
                self.emit.call("rt.drop_awaited", source)
            else:
                self.emit.call("rt.drop_awaited_here", self.own, source)

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
    return (abi.FrameFlags.WARP if info.warp else 0) | (abi.FrameFlags.UNCOUNTED if info.uncounted else 0)


def frame_bytes(emit: Emitter, info: MachineInfo) -> SSAValue:
    """The size of a machine's frame, as an i64."""
    return _largest(emit, info.shape.shapes) if info.shape.has_rows else emit.i64(max(info.shape.bytes(1), info.least_bytes))
