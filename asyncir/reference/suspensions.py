"""
What suspensions do, once for all levels: `attempt` yields what the suspension produces if it need not wait; `park` registers
the task with what it waits for. The kinds are those of `sm.Kind`; each has its two functions in wait_tasks.py or wait_others.py.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

from xdsl.ir import Attribute, Operation
from xdsl.utils.str_enum import StrEnum

from asyncir.dialects.sm import DROP, Kind, ParkOp, SuspendOp
from asyncir.dialects.task_cancel import CATCHES
from asyncir.reference import wait_others, wait_tasks
from asyncir.reference.cancel import cancel
from asyncir.reference.dropping import drop, require_kept
from asyncir.reference.faults import Failure
from asyncir.reference.sync import Event, Lock
from asyncir.reference.task import Answers, Handle, Meeting, Parked, Task, no_handle, require_uniform
from asyncir.reference.values import Value, zero_value
from asyncir.reference.wait import Wait
from asyncir.reference.waiting import Channel, Group

Produced: TypeAlias = tuple[Value, ...] | None


class TileKind(StrEnum):
    """The suspensions on tile channels, which are there at source level only. Their operands are the channel, and who waits of it."""

    ACQUIRE_SLOT = "acquire_slot"
    RECEIVE_SLOT = "receive_slot"


_FOR_ONE_TASK = (Kind.AWAIT, Kind.AWAIT_RAW, Kind.TRY_AWAIT, Kind.CALL)


class Suspension:
    """One suspension of the program: its operation, its kind and the zeros of what it produces."""

    def __init__(self, op: Operation, kind: Kind | TileKind, produced: tuple[Attribute, ...]) -> None:
        """`produced`: the types that it hands on, at the level of machines with that of the flag that one which catches has."""
        self.op = op
        self.kind = kind
        self.catches = CATCHES in op.attributes
        self._flagged = self.catches and isinstance(op, SuspendOp | ParkOp)
        self.zeros = tuple(zero_value(type_) for type_ in (produced[:-1] if self._flagged else produced))
        self._attempt, self._park = _KINDS[kind]

    def attempt(self, operands: tuple[Value, ...]) -> Produced:
        """What it produces, if that is there now; None otherwise."""
        if None in operands and self.kind is not Kind.CALL:
            raise no_handle(self.op)
        require_kept(self.op, operands)
        produced = self._attempt(self, *operands)
        if produced is not None:
            self._drop(operands)
        return produced

    def _drop(self, operands: tuple[Value, ...]) -> None:
        if DROP in self.op.attributes:
            drop(self.op, operands[0])

    def outcome(self, task: Task, produced: tuple[Value, ...], *, caught: bool = False) -> tuple[Value, ...]:
        """What the task goes on with."""
        if not self.catches:
            return produced
        task.caught = caught
        return (*produced, int(caught)) if self._flagged else produced

    def catch(self, task: Task) -> tuple[Value, ...]:
        """What the task goes on with that was cancelled here: it has taken nothing, and the request is used up."""
        task.use_up()
        return self.outcome(task, self.zeros, caught=True)

    def park(self, task: Task, operands: tuple[Value, ...]) -> tuple[Value, ...] | Parked:
        """
        Makes the task wait. Only after an attempt that gave None, with nothing in between. A cancelled task ends instead, or goes on at
        once where the suspension catches that.
        """
        child = self._child(task, operands)
        if task.cancelled and child is None:
            if self.catches:
                return self.catch(task)
            raise Failure(task.cancellation())
        wait = Wait(task, child, (lambda: self.catch(task)) if self.catches else None, lambda produced: self.outcome(task, produced))
        self._park(self, wait, *operands)
        self._drop(operands)
        task.scheduler.count("suspensions")
        parked = task.park(wait, lambda: self.describe(operands))
        if task.cancelled and child is not None:
            cancel(child)
        return parked

    def _child(self, task: Task, operands: tuple[Value, ...]) -> Task | None:
        """The task that is waited for, if it is only one and the waiting task started it."""
        if self.kind not in _FOR_ONE_TASK or isinstance(operands[0], Group):
            return None
        source: Handle | Task = operands[0]
        waited = source if isinstance(source, Task) else source.task
        return waited if waited.parent == task.number else None

    def describe(self, operands: tuple[Value, ...]) -> str:
        """What is waited for, in words."""
        match self.kind:
            case Kind.YIELD:
                return "its turn"
            case Kind.RECV if operands[0].words:
                return operands[0].describe()
            case Kind.SEND | Kind.RECV | Kind.WAIT | Kind.ACQUIRE:
                return f"{self.kind} on {_describe(operands[-1])}"
            case Kind.SELECT:
                return f"{self.kind} on {', '.join(map(_describe, operands))}"
            case TileKind():
                return operands[0].describe_wait(writes=self.kind is TileKind.ACQUIRE_SLOT)
            case _:
                return _describe(operands[0])

    def meeting(self) -> Meeting:
        """The suspension as a whole, as the source and split levels have it."""

        def perform(task: Task, brought: list[Any]) -> Answers:
            require_uniform(self.op, brought)
            produced = self.attempt(brought[0])
            going = self.park(task, brought[0]) if produced is None else self.outcome(task, produced)
            return going if isinstance(going, Parked) else [going] * len(brought)

        return Meeting(self.op, perform)


def _describe(source: Task | Handle | Group | Channel | Event | Lock | int) -> str:
    match source:
        case Task():
            return f"@{source.name}"
        case Handle():
            return repr(source)
        case int():
            return "a timer"
        case _:
            return source.describe()


_KINDS: dict[Kind | TileKind, tuple[Callable[..., Produced], Callable[..., None]]] = {
    Kind.AWAIT: (wait_tasks.ready_await, wait_tasks.park_await),
    Kind.AWAIT_RAW: (wait_tasks.ready_await_raw, wait_tasks.park_await_raw),
    Kind.TRY_AWAIT: (wait_tasks.ready_try_await, wait_tasks.park_try_await),
    Kind.AWAIT_ALL: (wait_tasks.ready_await_all, wait_tasks.park_await_all),
    Kind.CALL: (wait_others.never, wait_tasks.park_call),
    Kind.SEND: (wait_others.ready_send, wait_others.park_send),
    Kind.RECV: (wait_others.ready_recv, wait_others.park_recv),
    Kind.WAIT: (wait_others.ready_wait, wait_others.park_wait),
    Kind.ACQUIRE: (wait_others.ready_acquire, wait_others.park_acquire),
    Kind.SELECT: (wait_others.ready_select, wait_others.park_select),
    TileKind.ACQUIRE_SLOT: (wait_others.ready_acquire_slot, wait_others.park_slot),
    TileKind.RECEIVE_SLOT: (wait_others.ready_receive_slot, wait_others.park_slot),
    Kind.YIELD: (wait_others.never, wait_others.park_yield),
    Kind.SLEEP: (wait_others.never, wait_others.park_sleep),
}
