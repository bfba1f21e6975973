"""
What suspensions do, once for all levels: `attempt` yields what the suspension produces if it need not wait; `park` registers
the task with what it waits for. The kinds are those of `sm.Kind`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from xdsl.ir import Attribute, Operation

from asyncir.dialects.sm import Kind
from asyncir.reference.faults import Failure
from asyncir.reference.task import Answers, Handle, Meeting, Parked, Task, no_handle, require_uniform
from asyncir.reference.values import Value, zero_value
from asyncir.reference.waiting import Channel, Group

Produced = tuple[Value, ...] | None


class Suspension:
    """One suspension of the program: its operation, its kind and the zeros of what it produces."""

    def __init__(self, op: Operation, kind: Kind, produced: tuple[Attribute, ...]) -> None:
        self.op = op
        self.kind = kind
        self.zeros = tuple(zero_value(type_) for type_ in produced)
        self._attempt, self._park = _KINDS[kind]

    def attempt(self, operands: tuple[Value, ...]) -> Produced:
        """What it produces, if that is there now; None otherwise."""
        return self._attempt(self, *operands)

    def park(self, task: Task, operands: tuple[Value, ...]) -> Parked:
        """Makes the task wait. Only after an attempt that gave None, with nothing in between."""
        self._park(self, task, *operands)
        task.scheduler.count("suspensions")
        return task.park(lambda: self.describe(operands), operands[-1] if operands else None)

    def describe(self, operands: tuple[Value, ...]) -> str:
        """What is waited for, in words."""
        match operands:
            case (Handle() as handle,):
                return repr(handle)
            case (Group() as group,):
                return group.describe()
            case (*_, Channel() as channel):
                return f"{self.kind} on {channel.describe()}"
            case _:
                return "its turn" if self.kind is Kind.YIELD else "a timer"

    def meeting(self) -> Meeting:
        """The suspension as a whole, as the source and split levels have it."""

        def perform(task: Task, brought: list[Any]) -> Answers:
            require_uniform(self.op, brought)
            produced = self.attempt(brought[0])
            return self.park(task, brought[0]) if produced is None else [produced] * len(brought)

        return Meeting(self.op, perform)


# --------------------------------------------------------------------------------------------------- tokens, values, groups


def _task_of(suspension: Suspension, handle: Handle | None) -> Task:
    if handle is None:
        raise no_handle(suspension.op)
    return handle.task


def _await(suspension: Suspension, handle: Handle | None) -> Produced:
    return handle.value() if _task_of(suspension, handle).done and handle is not None else None


def _park_await(suspension: Suspension, task: Task, handle: Handle) -> None:
    handle.task.on_done.append(lambda: task.wake(handle.value))


def _await_raw(suspension: Suspension, source: Handle | Group | None) -> Produced:
    done = source.done if isinstance(source, Group) else _task_of(suspension, source).done
    return () if done else None


def _park_await_raw(suspension: Suspension, task: Task, source: Handle | Group) -> None:
    waited = source if isinstance(source, Group) else source.task
    waited.on_done.append(lambda: task.wake(lambda: ()))


def _try_await(suspension: Suspension, handle: Handle | None) -> Produced:
    source = _task_of(suspension, handle)
    return _outcome(suspension, handle) if source.done and handle is not None else None


def _outcome(suspension: Suspension, handle: Handle) -> tuple[Value, ...]:
    """Value, kind and code."""
    error = handle.task.error
    handle.task.observed = True
    if error is not None:
        return (*suspension.zeros[:-2], int(error.kind), error.code)
    return (*handle.value(), 0, 0)


def _park_try_await(suspension: Suspension, task: Task, handle: Handle) -> None:
    handle.task.on_done.append(lambda: task.wake(lambda: _outcome(suspension, handle)))


def _group_outcome(group: Group) -> tuple[Value, ...]:
    if group.error is not None:
        raise Failure(group.error)
    return ()


def _await_all(suspension: Suspension, group: Group) -> Produced:
    return _group_outcome(group) if group.done else None


def _park_await_all(suspension: Suspension, task: Task, group: Group) -> None:
    group.on_done.append(lambda: task.wake(lambda: _group_outcome(group)))


# ------------------------------------------------------------------------------------------------- channels and the scheduler


def _send(suspension: Suspension, item: Value, channel: Channel) -> Produced:
    return () if channel.send(item, suspension.op) else None


def _park_send(suspension: Suspension, task: Task, item: Value, channel: Channel) -> None:
    channel.senders.append((task, item, suspension.op))


def _recv(suspension: Suspension, channel: Channel) -> Produced:
    return channel.receive()


def _park_recv(suspension: Suspension, task: Task, channel: Channel) -> None:
    channel.receivers.append(task)


def _never(suspension: Suspension, *operands: Value) -> Produced:
    return None


def _park_yield(suspension: Suspension, task: Task) -> None:
    task.scheduler.after_parking(lambda: task.wake(lambda: ()))


def _park_sleep(suspension: Suspension, task: Task, nanoseconds: int) -> None:
    task.scheduler.after(nanoseconds, lambda: task.wake(lambda: ()))


_KINDS: dict[Kind, tuple[Callable[..., Produced], Callable[..., None]]] = {
    Kind.AWAIT: (_await, _park_await),
    Kind.AWAIT_RAW: (_await_raw, _park_await_raw),
    Kind.TRY_AWAIT: (_try_await, _park_try_await),
    Kind.AWAIT_ALL: (_await_all, _park_await_all),
    Kind.SEND: (_send, _park_send),
    Kind.RECV: (_recv, _park_recv),
    Kind.YIELD: (_never, _park_yield),
    Kind.SLEEP: (_never, _park_sleep),
}
