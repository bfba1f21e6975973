"""Operations on events and locks, and `task.cancel`: calls of the library (events.mlir, locks.mlir, cancel.mlir)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xdsl.ir import Operation

from asyncir.abi import ErrorKind
from asyncir.dialects import task

if TYPE_CHECKING:
    from asyncir.lowering.bodies import Body


def make_event(body: Body, op: task.EventOp) -> None:
    (handle,) = body.emit.call("rt.new_event", body.emit.site(op, "event"), body.instance())
    body.replace(op, [body.unless_exhausted(handle)])


def set_event(body: Body, op: task.SetOp) -> None:
    body.emit.call("rt.set_event", op.event)
    op.erase()


def clear_event(body: Body, op: task.ClearOp) -> None:
    body.emit.call("rt.clear_event", op.event)
    op.erase()


def is_set(body: Body, op: task.IsSetOp) -> None:
    body.replace(op, body.emit.call("rt.is_done", op.event))


def make_lock(body: Body, op: task.LockOp) -> None:
    (handle,) = body.emit.call("rt.new_lock", body.emit.site(op, "lock"), body.instance())
    body.replace(op, [body.unless_exhausted(handle)])


def release(body: Body, op: task.ReleaseOp) -> None:
    """Of a lock that is free: the task fails."""
    (held,) = body.emit.call("rt.release_lock", op.lock)
    body.check(held, ErrorKind.INVALID_ARGUMENT, None, body.emit.site(op, "release", "the lock is free"))
    op.erase()


def cancel(body: Body, op: task.CancelOp) -> None:
    body.emit.call("rt.cancel", op.handle)
    op.erase()


HANDLERS: list[tuple[type[Operation], object]] = [
    (task.EventOp, make_event),
    (task.SetOp, set_event),
    (task.ClearOp, clear_event),
    (task.IsSetOp, is_set),
    (task.LockOp, make_lock),
    (task.ReleaseOp, release),
    (task.CancelOp, cancel),
]
"""Each with the class of op that it is for."""
