"""Waiting for tasks and groups: for each kind of suspension what it does if it need not wait, and how it waits (suspensions.py)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xdsl.ir import Operation

from asyncir.dialects.async_ import unwrap
from asyncir.dialects.sm import ParkOp, SuspendOp
from asyncir.reference.faults import Failure
from asyncir.reference.task import Handle, Task
from asyncir.reference.values import Value
from asyncir.reference.wait import Wait
from asyncir.reference.waiting import Group

if TYPE_CHECKING:
    from asyncir.reference.suspensions import Produced, Suspension


def ready_await(suspension: Suspension, handle: Handle) -> Produced:
    return handle.value() if handle.task.done else None


def park_await(suspension: Suspension, wait: Wait, handle: Handle) -> None:
    wait.join(handle.task.on_done, lambda: wait.wake(handle.value))


def _waited(source: Handle | Group) -> Task | Group:
    return source if isinstance(source, Group) else source.task


def ready_await_raw(suspension: Suspension, source: Handle | Group) -> Produced:
    return () if _waited(source).done else None


def park_await_raw(suspension: Suspension, wait: Wait, source: Handle | Group) -> None:
    wait.join(_waited(source).on_done, lambda: wait.wake(lambda: ()))


def ready_try_await(suspension: Suspension, handle: Handle) -> Produced:
    return _outcome(suspension, handle) if handle.task.done else None


def _outcome(suspension: Suspension, handle: Handle) -> tuple[Value, ...]:
    """Value, kind and code."""
    error = handle.task.error
    handle.task.observed = True
    if error is not None:
        return (*suspension.zeros[:-2], int(error.kind), error.code)
    return (*handle.value(), 0, 0)


def park_try_await(suspension: Suspension, wait: Wait, handle: Handle) -> None:
    wait.join(handle.task.on_done, lambda: wait.wake(lambda: _outcome(suspension, handle)))


def _group_outcome(group: Group) -> tuple[Value, ...]:
    if group.error is not None:
        raise Failure(group.error)
    return ()


def ready_await_all(suspension: Suspension, group: Group) -> Produced:
    return _group_outcome(group) if group.done else None


def park_await_all(suspension: Suspension, wait: Wait, group: Group) -> None:
    wait.join(group.on_done, lambda: wait.wake(lambda: _group_outcome(group)))


def _child_handles(op: Operation, child: Task) -> list[Handle]:
    """A child's handles, as a `call` has them."""
    assert isinstance(op, SuspendOp | ParkOp) and op.handles is not None
    handles: list[Handle] = []
    for type_ in op.handles.data:
        handles.append(Handle(child, None if unwrap(type_) is None else sum(handle.index is not None for handle in handles)))
    return handles


def park_call(suspension: Suspension, wait: Wait, child: Task) -> None:
    """The child runs meanwhile; any time before it has ended the rest of its parent may be taken on, which then sees it pending."""
    handles = _child_handles(suspension.op, child)
    pending = (True, *handles, *suspension.zeros[1 + len(handles) :])

    def outcome() -> tuple[Value, ...]:
        if child.error is not None:
            return pending
        values = [value for handle in handles if handle.index is not None for value in handle.value()]
        return (False, *suspension.zeros[1 : 1 + len(handles)], *values)

    if child.scheduler.interrupts():
        child.scheduler.after_parking(lambda: wait.wake(lambda: pending))
    else:
        wait.join(child.on_done, lambda: wait.wake(outcome))
