"""
How a task of the dynamic executor waits for events, locks, time and the first of several things, and how it is cancelled.

In a program without select and cancel (a *plain* one) nobody but the one source of a wait touches a parked task:

    park block:  STATUS = WAITING;  register;  registered? return 0 : go on

In one with them the claim word decides (library/claims.mlir), and every wait is enclosed by

    park block:  begin_wait  (cancelled? end);  register;  registered? ^finish : not_waiting, go on
    ^finish:     finish_wait:  0 return 0,  1 go on as state n,  2 end: cancelled

A select registers with each of its cases in turn and finishes once. A sleep arms the frame as a timer, a timeout a node of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from xdsl.dialects import arith, func
from xdsl.dialects.builtin import i32, i64
from xdsl.ir import Attribute, Block, SSAValue

from asyncir import abi
from asyncir.dialects import rt, sm, task
from asyncir.dialects.async_ import is_handle
from asyncir.dialects.sm import Kind
from asyncir.lowering.bodies import Body
from asyncir.lowering.emit import Expansion

Header = abi.Header
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
            expansion.cancels = expansion.cancels or any(isinstance(op, task.CancelOp) for op in block.ops)


def produced(op: sm.SuspendOp | sm.ParkOp) -> tuple[Attribute, ...]:
    """The types handed on; read off the target, since the operands' handle types are gone once they are expanded."""
    target = op.targets[0] if isinstance(op, sm.SuspendOp) else op.resume
    return tuple(argument.type for argument in target.args)


class WaitingBody(Body):
    """What a body does at the waits that this file is about. The rest of a dynamic body is in dynamic.py."""

    frame: SSAValue
    """The address of the task's frame."""
    self_handle: SSAValue
    parked: Block
    """Leaves a task that waits."""
    cancelled: Block
    """Ends the task as cancelled."""
    states: dict[int, Block]

    def note_selects(self) -> None:
        """The types of each select's cases, by its state: they are handles no more when the select is expanded."""
        ends = [block.last_op for block in self.blocks]
        selects = [op for op in ends if isinstance(op, sm.SuspendOp) and op.kind.data is Kind.SELECT]
        self._cases = {op.number: [case.type for case in op.arguments] for op in selects}

    # ------------------------------------------------------------------------------------------------------ the claim word

    def begin_segment(self) -> None:
        """The task is running; one that was cancelled while it waited ends."""
        emit = self.emit
        if not emit.expansion.claims:
            emit.store_i32(abi.Status.RUNNING, self.frame, Header.STATUS)
            return
        (killed,) = emit.call("rt.begin_segment", self.self_handle)
        self._unless_cancelled(killed)

    def make_cancelled(self) -> None:
        """The block that ends a cancelled task."""
        emit = self.emit
        if emit.expansion.cancels:
            emit.enter(self.cancelled)
            emit.call("rt.end_cancelled", self.self_handle)
            emit.add(func.ReturnOp(emit.i32(1)))

    def _unless_cancelled(self, cancelled: SSAValue) -> None:
        """In a program without cancel that cannot be."""
        emit = self.emit
        if emit.expansion.cancels:
            go_on = emit.new_block()
            emit.fork(cancelled, self.cancelled, go_on)
            emit.enter(go_on)

    def begin_wait(self) -> SSAValue | None:
        """The task is about to register. Gives whether it was cancelled; None in a plain program."""
        emit = self.emit
        if not emit.expansion.claims:
            emit.store_i32(abi.Status.WAITING, self.frame, Header.STATUS)
            return None
        return emit.call("rt.begin_wait", self.self_handle)[0]

    def begin_to_wait(self) -> None:
        """The same; a cancelled task ends."""
        cancelled = self.begin_wait()
        if cancelled is not None:
            self._unless_cancelled(cancelled)

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
        """0 leaves, 1 goes on as state n, 2 ends the task."""
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
        emit.jump(self.cancelled)

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
        if cancelled is None or not emit.expansion.cancels:
            self._unless_registered(op, emit.call("rt.wait", self.self_handle, source)[0])
            return
        (result,) = emit.call("rt.await_source", self.self_handle, source, cancelled)
        self._after_waiting(op, result)

    # ------------------------------------------------------------------------------------------------------ yield and sleep

    def park_yield(self) -> None:
        """Ready again at once, behind the others."""
        emit = self.emit
        if emit.expansion.claims:
            self._unless_cancelled(emit.call("rt.yield_task", self.self_handle)[0])
        else:
            emit.store_i32(abi.Status.READY, self.frame, Header.STATUS)
            emit.call("rt.ready", self.self_handle)
        emit.jump(self.parked)

    def park_sleep(self, op: sm.ParkOp, nanoseconds: SSAValue) -> None:
        """The frame becomes a timer."""
        emit = self.emit
        emit.store(self._due(nanoseconds), self.frame, abi.Timer.DUE)
        self.begin_to_wait()
        emit.call("rt.arm", self.self_handle)
        emit.jump(self.registered(op, lambda: void(emit.call("rt.disarm", self.self_handle))))

    def _due(self, nanoseconds: SSAValue) -> SSAValue:
        """That much later than now; in a warp on one lane's clock, so that all lanes agree."""
        emit = self.emit
        positive = emit.value(arith.MaxSIOp(nanoseconds, emit.i64(0)))
        duration = emit.value(arith.MinSIOp(positive, emit.i64(LONGEST)))
        now = emit.once(lambda: [emit.value(rt.ClockOp())], [i64])[0] if self.warp else emit.value(rt.ClockOp())
        return emit.value(arith.AddiOp(now, duration))

    # ----------------------------------------------------------------------------------------------------- events and locks

    def suspend_on_object(self, op: sm.SuspendOp) -> None:
        """An event that is set and a lock that is free need no waiting."""
        emit = self.emit
        ask = "rt.is_done" if op.kind.data is Kind.WAIT else "rt.take_lock"
        (there,) = emit.call(ask, op.arguments[0])
        emit.fork(there, *op.targets)

    def park_on_object(self, op: sm.ParkOp, source: SSAValue) -> None:
        self.begin_to_wait()
        register = "rt.wait" if op.kind.data is Kind.WAIT else "rt.wait_for_lock"
        self._unless_registered(op, self.emit.call(register, self.self_handle, source)[0])

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
            emit.jump(ready, emit.i32(number), *self._select_item(op, received))
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
        self.begin_to_wait()
        finish = self.registered(op)
        place = [emit.site(op, str(Kind.SELECT)), self.instance()]
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
        emit.jump(op.resume, *values)


def void(results: tuple[SSAValue, ...]) -> None:
    """A call for its effect."""
    assert not results
