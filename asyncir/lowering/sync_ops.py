"""
Operations on events, locks and channels that do not wait, and those of cancellation: calls of the library (events.mlir, locks.mlir,
channels.mlir, cancel.mlir).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from xdsl.dialects import arith
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


def try_send(body: Body, op: task.TrySendOp) -> None:
    """Into a channel that is closed: the task fails."""
    emit = body.emit
    (status,) = emit.call("rt.send", op.channel, emit.to_word(op.item), emit.i32(0))
    open_ = emit.value(arith.CmpiOp(status, emit.i32(2), "ne"))
    body.check(open_, ErrorKind.CLOSED, None, emit.site(op, "send", "the channel is closed"))
    body.replace(op, [emit.equal(status, 1)])


def length(body: Body, op: task.LengthOp) -> None:
    body.replace(op, body.emit.call("rt.length", op.channel))


def rethrow(body: Body, op: task.RethrowOp) -> None:
    """Only the kinds with which tasks fail."""
    emit = body.emit
    number = emit.value(arith.SubiOp(op.kind, emit.i32(ErrorKind.FAILED)))
    fine = emit.value(arith.CmpiOp(number, emit.i32(ErrorKind.INVALID_ARGUMENT - ErrorKind.FAILED), "ule"))
    body.check(fine, ErrorKind.INVALID_ARGUMENT, op.kind, emit.site(op, "fail", "no such kind of error"))
    body.fail_again(op.kind, op.code, emit.site(op, "fail", op.message.data if op.message is not None else ""))
    op.erase()
    # What follows is unreachable; it still needs a block to stand in.
    emit.enter(emit.new_block())


def cancel(body: Body, op: task.CancelOp) -> None:
    body.emit.call("rt.cancel", op.handle)
    op.erase()


def enter_scope(body: Body, op: task.EnterScopeOp) -> None:
    (handle,) = body.emit.call("rt.enter_scope", body.own_handle(op), body.emit.site(op, "enter scope"), body.instance())
    body.replace(op, [body.unless_exhausted(handle)])


def cancel_scope(body: Body, op: task.CancelScopeOp) -> None:
    body.emit.call("rt.cancel_scope", op.scope)
    op.erase()


def leave_scope(body: Body, op: task.LeaveScopeOp) -> None:
    """Of another task's scope: the task fails."""
    emit = body.emit
    (outcome,) = emit.call("rt.leave_scope", body.own_handle(op), op.scope)
    ours = emit.value(arith.CmpiOp(outcome, emit.i32(0), "sge"))
    body.check(ours, ErrorKind.INVALID_ARGUMENT, None, emit.site(op, "leave scope", "another task has entered the scope"))
    body.replace(op, [outcome])


HANDLERS: list[tuple[type[Operation], object]] = [
    (task.EventOp, make_event),
    (task.SetOp, set_event),
    (task.ClearOp, clear_event),
    (task.IsSetOp, is_set),
    (task.LockOp, make_lock),
    (task.ReleaseOp, release),
    (task.TrySendOp, try_send),
    (task.LengthOp, length),
    (task.RethrowOp, rethrow),
    (task.CancelOp, cancel),
    (task.EnterScopeOp, enter_scope),
    (task.CancelScopeOp, cancel_scope),
    (task.LeaveScopeOp, leave_scope),
]
"""Each with the class of op that it is for."""
