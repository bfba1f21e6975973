"""Decoders of `task`: instances, channels, timers, handles that are ready, events, locks, cancellation."""

from __future__ import annotations

from collections.abc import Callable

from xdsl.ir import Operation

from asyncir.abi import ErrorKind
from asyncir.dialects import task as dialect
from asyncir.dialects.sm import Kind
from asyncir.reference.cancel import CancelScope, cancel
from asyncir.reference.decode import Decoded, Decoder, OpDecoder, Plain, Registers
from asyncir.reference.faults import RETHROWN, broken, failure, rethrown_message
from asyncir.reference.ops_async import asks, waiting
from asyncir.reference.sync import Event, Lock
from asyncir.reference.task import Handle, Task, no_handle, shared
from asyncir.reference.tiles import TileChannel
from asyncir.reference.values import Value, zero_value
from asyncir.reference.waiting import Channel


def _instance(op: dialect.InstanceOp, d: Decoder) -> Decoded:
    target = d.register(op.result)

    def step(r: Registers) -> None:
        r[target] = r[0].owner.instance

    return Plain(step)


def _num_instances(op: dialect.NumInstancesOp, d: Decoder) -> Decoded:
    target = d.register(op.result)

    def step(r: Registers) -> None:
        r[target] = r[0].launch.instances

    return Plain(step)


def _kernel_argument(op: dialect.KernelArgumentOp, d: Decoder) -> Decoded:
    target, index = d.register(op.result), op.number

    def step(r: Registers) -> None:
        given = r[0].launch.kernel_arguments
        if index >= len(given):
            raise broken("undefined", op, f"the entry has no parameter {index}")
        r[target] = given[index]

    return Plain(step)


def _ready(op: dialect.ReadyOp, d: Decoder) -> Decoded:
    def make(task: Task, *values: Value) -> Handle:
        ended = Task(task.scheduler, "ready", -1, task.instance, 0, op)
        ended.complete(values, None)
        return Handle(ended, 0 if values else None)

    return asks(op, shared(op, make, publishes=False), d)


def _channel(op: dialect.ChannelOp, d: Decoder) -> Decoded:
    type_ = op.result.type
    assert isinstance(type_, dialect.ChannelType)
    zero = zero_value(type_.element_type)

    def make(task: Task, capacity: int) -> Channel:
        if capacity < 1:
            raise failure(ErrorKind.INVALID_ARGUMENT, op, "invalid argument: the capacity is under 1")
        return Channel(capacity, op, zero)

    return asks(op, shared(op, make, publishes=False), d)


def _try_send(op: dialect.TrySendOp, d: Decoder) -> Decoded:
    def send(task: Task, item: Value, channel: Channel | None) -> int:
        if channel is None or item is None:
            raise no_handle(op)
        return int(channel.send(item, op))

    return asks(op, shared(op, send), d)


def _length(op: dialect.LengthOp, d: Decoder) -> Decoded:
    def count(task: Task, channel: Channel | None) -> int:
        if channel is None:
            raise no_handle(op)
        return len(channel.items)

    return asks(op, shared(op, count), d)


def _close(op: dialect.CloseOp, d: Decoder) -> Decoded:
    def close(task: Task, channel: Channel | TileChannel | None) -> None:
        if channel is None:
            raise no_handle(op)
        if isinstance(channel, TileChannel):
            channel.close(task, op)
        else:
            channel.close()

    return asks(op, shared(op, close), d)


def _event(op: dialect.EventOp, d: Decoder) -> Decoded:
    def make(task: Task) -> Event:
        return Event(op)

    return asks(op, shared(op, make, publishes=False), d)


def _lock(op: dialect.LockOp, d: Decoder) -> Decoded:
    def make(task: Task) -> Lock:
        return Lock(op)

    return asks(op, shared(op, make, publishes=False), d)


def _on_event(act: Callable[[Event], int | None]) -> OpDecoder:
    """Of operations that do something to an event, or ask it."""

    def decode(op: Operation, d: Decoder) -> Decoded:
        def perform(task: Task, event: Event | None) -> int | None:
            if event is None:
                raise no_handle(op)
            return act(event)

        return asks(op, shared(op, perform), d)

    return decode


def _release(op: dialect.ReleaseOp, d: Decoder) -> Decoded:
    def release(task: Task, lock: Lock | None) -> None:
        if lock is None:
            raise no_handle(op)
        lock.release(op)

    return asks(op, shared(op, release), d)


def _cancel(op: dialect.CancelOp, d: Decoder) -> Decoded:
    def act(task: Task, handle: Handle | None) -> None:
        if handle is None:
            raise no_handle(op)
        cancel(handle.task)

    return asks(op, shared(op, act), d)


def _enter_scope(op: dialect.EnterScopeOp, d: Decoder) -> Decoded:
    def make(task: Task) -> CancelScope:
        return CancelScope.enter(task, op)

    return asks(op, shared(op, make, publishes=False), d)


def _cancel_scope(op: dialect.CancelScopeOp, d: Decoder) -> Decoded:
    def act(task: Task, scope: CancelScope | None) -> None:
        if scope is None:
            raise no_handle(op)
        scope.cancel()

    return asks(op, shared(op, act), d)


def _leave_scope(op: dialect.LeaveScopeOp, d: Decoder) -> Decoded:
    def act(task: Task, scope: CancelScope | None) -> int:
        if scope is None:
            raise no_handle(op)
        return scope.leave(task, op)

    return asks(op, shared(op, act), d)


def _cancelled(op: dialect.CancelledOp, d: Decoder) -> Decoded:
    target = d.register(op.result)

    def step(r: Registers) -> None:
        r[target] = int(r[0].owner.caught)

    return Plain(step)


def _rethrow(op: dialect.RethrowOp, d: Decoder) -> Decoded:
    text = op.message.data if op.message is not None else ""

    def act(task: Task, kind: int, code: int) -> None:
        if kind not in RETHROWN:
            raise failure(ErrorKind.INVALID_ARGUMENT, op, "invalid argument: no such kind of error", kind)
        task.observed |= kind == ErrorKind.CANCELLED
        raise failure(ErrorKind(kind), op, rethrown_message(ErrorKind(kind), code, text), code)

    return asks(op, shared(op, act, publishes=False), d)


DECODERS: dict[str, OpDecoder] = {
    "task.instance": _instance,
    "task.num_instances": _num_instances,
    "task.kernel_argument": _kernel_argument,
    "task.ready": _ready,
    "task.channel": _channel,
    "task.close": _close,
    "task.try_send": _try_send,
    "task.length": _length,
    "task.send": waiting(Kind.SEND),
    "task.recv": waiting(Kind.RECV),
    "task.yield_now": waiting(Kind.YIELD),
    "task.sleep": waiting(Kind.SLEEP),
    "task.try_await": waiting(Kind.TRY_AWAIT),
    "task.event": _event,
    "task.set": _on_event(Event.set),
    "task.clear": _on_event(Event.clear),
    "task.is_set": _on_event(lambda event: int(event.is_set)),
    "task.wait": waiting(Kind.WAIT),
    "task.lock": _lock,
    "task.acquire": waiting(Kind.ACQUIRE),
    "task.release": _release,
    "task.cancel": _cancel,
    "task.cancelled": _cancelled,
    "task.enter_scope": _enter_scope,
    "task.cancel_scope": _cancel_scope,
    "task.leave_scope": _leave_scope,
    "task.rethrow": _rethrow,
    "task.select": waiting(Kind.SELECT),
}
