"""
How a task of the dynamic executor waits for events, locks, time and the first of several things, and how it is cancelled.

In a program without select and cancel (a *plain* one) nobody but the one source of a wait touches a parked task:

    park block:  STATUS = WAITING;  register;  registered? return 0 : go on

In one with them the claim word decides (library/claims.mlir), and every wait is enclosed by

    park block:  begin_wait  (cancelled? end);  register;  registered? ^finish : not_waiting, go on
    ^finish:     finish_wait:  0 return 0,  1 go on as state n,  2 end: cancelled

Where a wait catches (`task.catches`) and the program has a cancel, a node registers in the frame's place (library/catch.mlir), and in place
of each `end` above stands, as in a segment that begins KILLED in that state,

    ^caught n:   rt.catch;  leave the list;  go on behind the wait with zeros and true

A select registers with each of its cases in turn and finishes once. A sleep arms the frame as a timer, a timeout a node of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from xdsl.dialects import arith, cf, func
from xdsl.dialects.builtin import DenseIntOrFPElementsAttr, VectorType, i1, i32, i64
from xdsl.ir import Attribute, Block, Operation, SSAValue

from asyncir import abi
from asyncir.dialects import rt, sm, task, task_scopes
from asyncir.dialects.async_ import is_handle
from asyncir.dialects.sm import Kind
from asyncir.dialects.task_types import is_reference
from asyncir.lowering.bodies import Body
from asyncir.lowering.emit import Expansion

Header = abi.Header
_LEAVE = {Kind.SEND: "rt.leave_channel", Kind.RECV: "rt.leave_channel", Kind.WAIT: "rt.leave_event", Kind.ACQUIRE: "rt.leave_lock"}
"""What takes a task that has caught a cancellation out of the list in which it waited. Elsewhere it is in none, or may stay there."""
LONGEST = 1 << 62
"""A longer time, in nanoseconds, counts as this: 146 years, and no sum with a clock overflows."""


def note_waits(expansion: Expansion, machines: Sequence[sm.MachineOp]) -> None:
    """Finds out what kinds of waiting a program has, on which the form of all its waits depends."""
    for machine in machines:
        for block in machine.body.blocks:
            last = block.last_op
            if isinstance(last, sm.SuspendOp):
                expansion.selects |= last.kind.data is Kind.SELECT
                expansion.timers |= last.kind.data is Kind.SLEEP or (last.kind.data is Kind.SELECT and last.arguments[-1].type == i64)
                expansion.catches |= last.catches
            expansion.scopes = expansion.scopes or any(isinstance(op, task_scopes.SCOPE_OPS) for op in block.ops)
            expansion.cancels = expansion.cancels or expansion.scopes or any(isinstance(op, task.CancelOp) for op in block.ops)
            expansion.rethrows = expansion.rethrows or any(isinstance(op, task.RethrowOp) for op in block.ops)


def produced(op: sm.SuspendOp | sm.ParkOp) -> tuple[Attribute, ...]:
    """
    The types handed on, but for the flag of one that catches; references are i32. Read off the target, since the operands' handle types are
    gone once they are expanded.
    """
    target = op.targets[0] if isinstance(op, sm.SuspendOp) else op.resume
    types = tuple(i32 if is_reference(argument.type) else argument.type for argument in target.args)
    return types[:-1] if op.catches else types


class WaitingBody(Body):
    """What a body does at the waits that this file is about. The rest of a dynamic body is in dynamic.py."""

    frame: SSAValue
    """The address of the task's frame."""
    self_handle: SSAValue
    own: SSAValue | None
    """The place of the lane's own words, where there are stacks."""
    loops: bool
    """Whether the task has any."""
    parked: Block
    """Leaves a task that waits."""
    cancelled: Block
    """Ends the task as cancelled."""
    states: dict[int, Block]
    caught: dict[int, Block]
    """By state: where a task goes on whose cancellation that catches."""

    def own_handle(self, op: Operation) -> SSAValue:
        return self.self_handle

    def go_on(self, op: sm.SuspendOp | sm.ParkOp, target: Block, *values: SSAValue) -> None:
        """To a suspension's ready or resume block, with what it produces; no cancellation has ended it."""
        flag = [self.emit.zero(i1)] if op.catches else []
        self.emit.jump(target, *values, *flag)

    def note_selects(self) -> None:
        """The types of each select's cases, by its state: they are handles no more when the select is expanded."""
        ends = [block.last_op for block in self.blocks]
        selects = [op for op in ends if isinstance(op, sm.SuspendOp) and op.kind.data is Kind.SELECT]
        self._cases = {op.number: [case.type for case in op.arguments] for op in selects}

    # ------------------------------------------------------------------------------------------------------ the claim word

    def begin_segment(self, state: SSAValue) -> None:
        """The task is running; one that was cancelled while it waited ends, or goes on where that state catches."""
        emit = self.emit
        if not emit.expansion.claims:
            # Segments without a loop are over before anybody could ask who is running.
            if self.loops:
                emit.store_i32(abi.Status.RUNNING, self.frame, Header.STATUS)
            return
        (killed,) = emit.call("rt.begin_segment", self.self_handle)
        here, ends = emit.block, self.cancelled
        if self.caught:
            ends = emit.new_block()
            emit.enter(ends)
            numbers = sorted(self.caught)
            values = DenseIntOrFPElementsAttr.from_list(VectorType(i32, [len(numbers)]), numbers)
            emit.add(cf.SwitchOp(state, self.cancelled, [], values, [self.caught[number] for number in numbers], [[] for _ in numbers]))
            emit.enter(here)
        self._unless_cancelled(killed, ends)

    def make_cancelled(self) -> None:
        """The block that ends a cancelled task."""
        emit = self.emit
        if emit.expansion.cancels:
            emit.enter(self.cancelled)
            emit.call("rt.end_cancelled", self.self_handle)
            emit.add(func.ReturnOp(emit.i32(1)))

    def _unless_cancelled(self, cancelled: SSAValue, ends: Block) -> None:
        """In a program without cancel that cannot be."""
        emit = self.emit
        if emit.expansion.cancels:
            go_on = emit.new_block()
            emit.fork(cancelled, ends, go_on)
            emit.enter(go_on)

    def _ends(self, op: sm.ParkOp) -> Block:
        """Where a task that is cancelled there goes."""
        return self.caught.get(op.number, self.cancelled)

    def resume_caught(self, op: sm.ParkOp) -> None:
        """A task that has caught its cancellation leaves the list in which it waited, if it is in one."""
        emit = self.emit
        emit.enter(self.caught[op.number])
        emit.call("rt.catch", self.self_handle)
        if (leave := _LEAVE.get(op.kind.data)) is not None:
            emit.call(leave, self.self_handle, emit.load(self.frame, Header.WAITS_ON, i32))
        if op.kind.data is Kind.SELECT and self._cases[op.number][-1] == i64:
            emit.call("rt.end_timeout", self.self_handle)
        emit.jump(op.resume, *[emit.zero(type_) for type_ in produced(op)], emit.true())

    def begin_wait(self) -> SSAValue | None:
        """The task is about to register. Gives whether it was cancelled; None in a plain program."""
        emit = self.emit
        if not emit.expansion.claims:
            emit.store_i32(abi.Status.WAITING, self.frame, Header.STATUS)
            return None
        return emit.call("rt.begin_wait", self.self_handle)[0]

    def begin_to_wait(self, op: sm.ParkOp) -> None:
        """The same; a cancelled task ends, or catches that."""
        cancelled = self.begin_wait()
        if cancelled is not None:
            self._unless_cancelled(cancelled, self._ends(op))

    def registered(self, op: sm.ParkOp, give_up: Callable[[], None] | None = None) -> Block:
        """Where a task goes on that has registered; `give_up` emits what a cancelled one takes back."""
        emit = self.emit
        if not emit.expansion.claims:
            return self.parked
        here, finish = emit.block, emit.new_block()
        emit.enter(finish)
        (result,) = emit.call("rt.finish_wait", self.self_handle)
        self._after_waiting(op, result, give_up)
        emit.enter(here)
        return finish

    def _after_waiting(self, op: sm.ParkOp, result: SSAValue, give_up: Callable[[], None] | None = None) -> None:
        """0 leaves, 1 goes on as state n, 2 ends the task, unless that is caught here."""
        emit = self.emit
        woken = emit.new_block()
        emit.fork(emit.equal(result, 0), self.parked, woken)
        emit.enter(woken)
        if not emit.expansion.cancels:
            emit.jump(self.states[op.number])
            return
        ends = emit.new_block()
        emit.fork(emit.equal(result, 1), self.states[op.number], ends)
        emit.enter(ends)
        if give_up is not None:
            give_up()
        emit.jump(self._ends(op))

    def not_waiting(self, op: sm.SuspendOp | sm.ParkOp) -> None:
        """Registering found what the task needs."""
        if isinstance(op, sm.ParkOp) and self.emit.expansion.claims:
            self.emit.call("rt.not_waiting", self.self_handle)

    def _unless_registered(self, op: sm.ParkOp, waits: SSAValue) -> None:
        """Leaves a task that has registered; one that has not goes on as if it had been woken."""
        emit = self.emit
        found = emit.new_block()
        emit.fork(waits, self.registered(op), found)
        emit.enter(found)
        self.not_waiting(op)
        emit.jump(self.states[op.number])

    # ----------------------------------------------------------------------------------------------- tokens, values, groups

    def park_await(self, op: sm.ParkOp, source: SSAValue) -> None:
        """Waits for a token, value or group; a cancelled task waits for its own child to end."""
        emit = self.emit
        cancelled = self.begin_wait()
        if cancelled is not None and op.number in self.caught:
            (result,) = emit.call("rt.await_caught", source, self.self_handle, cancelled, *self._place(op))
            self._after_waiting(op, self._unless_no_node(result))
            return
        if cancelled is None and self.own is not None and not self.warp:
            emit.call("rt.leave_over", self.own, self.self_handle, source)
            emit.jump(self.leaving)
            return
        if cancelled is None or not emit.expansion.cancels:
            self._unless_registered(op, emit.call("rt.wait", self.self_handle, source)[0])
            return
        (result,) = emit.call("rt.await_source", self.self_handle, source, cancelled)
        self._after_waiting(op, result)

    # ------------------------------------------------------------------------------------------------------ yield and sleep

    def park_yield(self, op: sm.ParkOp) -> None:
        """Ready again at once, behind the others."""
        emit = self.emit
        if emit.expansion.claims:
            self._unless_cancelled(emit.call("rt.yield_task", self.self_handle)[0], self._ends(op))
        else:
            emit.store_i32(abi.Status.READY, self.frame, Header.STATUS)
            emit.call("rt.ready", self.self_handle)
        emit.jump(self.parked)

    def park_sleep(self, op: sm.ParkOp, nanoseconds: SSAValue) -> None:
        """The frame becomes a timer."""
        emit = self.emit
        emit.store(self._due(nanoseconds), self.frame, abi.Timer.DUE)
        self.begin_to_wait(op)
        emit.call("rt.arm", self.self_handle)
        emit.jump(self.registered(op, lambda: void(emit.call("rt.disarm", self.self_handle))))

    def _due(self, nanoseconds: SSAValue) -> SSAValue:
        """That much later than now; in a warp on one lane's clock, so that all lanes agree."""
        emit = self.emit
        positive = emit.value(arith.MaxSIOp(nanoseconds, emit.i64(0)))
        duration = emit.value(arith.MinSIOp(positive, emit.i64(LONGEST)))
        now = emit.once(lambda: [emit.value(rt.ClockOp())], [i64])[0] if self.warp else emit.value(rt.ClockOp())
        return emit.value(arith.AddiOp(now, duration))

    # --------------------------------------------------------------------------------------------- channels, events and locks

    def _place(self, op: sm.ParkOp) -> list[SSAValue]:
        """What a new node is allocated with: the site and the root's index."""
        return [self.emit.site(op, str(op.kind.data)), self.instance()]

    def _unless_no_node(self, status: SSAValue) -> SSAValue:
        """Leaves, with the launch, where there was no memory for a node."""
        emit = self.emit
        fine = emit.new_block()
        emit.fork(emit.equal(status, -1), self.leaving, fine)
        emit.enter(fine)
        return status

    def register_send(self, op: sm.ParkOp, item: SSAValue, channel: SSAValue) -> SSAValue:
        """0 it waits, 1 the item is in, 2 closed."""
        emit, word = self.emit, self.emit.to_word(item)
        if op.number not in self.caught:
            return emit.call("rt.send", channel, word, self.self_handle)[0]
        return self._unless_no_node(emit.call("rt.send_caught", channel, word, self.self_handle, *self._place(op))[0])

    def register_recv(self, op: sm.ParkOp, channel: SSAValue) -> tuple[SSAValue, SSAValue]:
        """0 it waits, 1 there is an item, 2 closed; the item."""
        emit = self.emit
        if op.number not in self.caught:
            status, word = emit.call("rt.recv", channel, self.self_handle)
            return status, word
        status, word = emit.call("rt.recv_caught", channel, self.self_handle, *self._place(op))
        return self._unless_no_node(status), word

    def suspend_on_object(self, op: sm.SuspendOp) -> None:
        """An event that is set and a lock that is free need no waiting."""
        emit = self.emit
        ask = "rt.is_done" if op.kind.data is Kind.WAIT else "rt.take_lock"
        (there,) = emit.call(ask, op.arguments[0])
        ready, park = op.targets
        if op.catches:
            ready = emit.new_block()
        emit.fork(there, ready, park)
        if op.catches:
            emit.enter(ready)
            self.go_on(op, op.targets[0])

    def park_on_object(self, op: sm.ParkOp, source: SSAValue) -> None:
        emit, waits_for_event = self.emit, op.kind.data is Kind.WAIT
        self.begin_to_wait(op)
        if op.number in self.caught:
            register = "rt.wait_caught" if waits_for_event else "rt.acquire_caught"
            (status,) = emit.call(register, source, self.self_handle, *self._place(op))
            self._unless_registered(op, emit.equal(self._unless_no_node(status), 0))
            return
        register = "rt.wait_for_lock" if not waits_for_event else "rt.wait_for_event" if emit.expansion.catching else "rt.wait"
        self._unless_registered(op, emit.call(register, self.self_handle, source)[0])

    # ---------------------------------------------------------------------------------------------------------------- select

    def suspend_select(self, op: sm.SuspendOp) -> None:
        """Looks at the cases in order."""
        emit = self.emit
        ready, park = op.targets
        for number, (case, type_) in enumerate(zip(op.arguments, self._cases[op.number], strict=True)):
            there, next_case = emit.new_block(), emit.new_block()
            received: list[SSAValue] = []
            if type_ == i64:
                emit.fork(emit.value(arith.CmpiOp(case, emit.i64(0), "sle")), there, next_case)
            elif is_handle(type_):
                emit.fork(emit.call("rt.is_done", case)[0], there, next_case)
            else:
                status, word = emit.call("rt.recv", case, emit.i32(0))
                emit.fork(emit.equal(status, 0), next_case, there)
                received = [status, word]
            emit.enter(there)
            self.go_on(op, ready, emit.i32(number), *self._select_item(op, received))
            emit.enter(next_case)
        emit.jump(park)

    def _select_item(self, op: sm.SuspendOp, received: Sequence[SSAValue]) -> list[SSAValue]:
        """Item and ok where the select has them: zero and false if no receive won."""
        emit = self.emit
        types = produced(op)[1:]
        if not types:
            return []
        if not received:
            return [emit.zero(type_) for type_ in types]
        status, word = received
        return [emit.from_word(word, types[0]), emit.equal(status, 1)]

    def park_select(self, op: sm.ParkOp) -> None:
        """Registers with each case in turn, until one has fired."""
        emit = self.emit
        emit.store(emit.i64(0), self.frame, Header.ITEM)
        emit.store_i32(0, self.frame, Header.NEXT)
        self.begin_to_wait(op)
        finish = self.registered(op)
        place = self._place(op)
        for number, (case, type_) in enumerate(zip(op.arguments, self._cases[op.number], strict=True)):
            if type_ == i64:
                (result,) = emit.call("rt.select_timeout", self.self_handle, self._due(case), emit.i32(number), *place)
            else:
                register = "rt.select_token" if is_handle(type_) else "rt.select_recv"
                (result,) = emit.call(register, self.self_handle, case, emit.i32(number), *place)
            fine, going, next_case = emit.new_block(), emit.new_block(), emit.new_block()
            emit.fork(emit.equal(result, -1), self.leaving, fine)
            emit.enter(fine)
            emit.fork(emit.equal(result, 0), next_case, going)
            emit.enter(going)
            emit.jump(finish)
            emit.enter(next_case)
        emit.jump(finish)

    def resume_select(self, op: sm.ParkOp) -> None:
        """The waker wrote the case, and item and ok if it is a receive."""
        emit = self.emit
        types = self._cases[op.number]
        (case,) = emit.call("rt.fired_case", self.self_handle)
        if types[-1] == i64:
            armed, go_on = emit.new_block(), emit.new_block()
            emit.fork(emit.equal(case, len(types) - 1), go_on, armed)
            emit.enter(armed)
            emit.call("rt.end_timeout", self.self_handle)
            emit.jump(go_on)
            emit.enter(go_on)
        values = [case]
        if len(produced(op)) > 1:
            values.append(emit.from_word(emit.load(self.frame, Header.ITEM, i64), produced(op)[1]))
            values.append(emit.value(arith.CmpiOp(emit.load(self.frame, Header.NEXT, i32), emit.i32(0), "ne")))
        self.go_on(op, op.resume, *values)


def void(results: tuple[SSAValue, ...]) -> None:
    """A call for its effect."""
    assert not results
