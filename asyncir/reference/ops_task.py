"""Decoders of `task`: instances, channels, timers, handles that are ready."""

from __future__ import annotations

from asyncir.abi import ErrorKind
from asyncir.dialects import task as dialect
from asyncir.dialects.sm import Kind
from asyncir.reference.decode import Decoded, Decoder, OpDecoder, Plain, Registers
from asyncir.reference.faults import failure
from asyncir.reference.ops_async import asks, waiting
from asyncir.reference.task import Handle, Task, shared
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


def _close_channel(task: Task, channel: Channel) -> None:
    channel.close()


def _close(op: dialect.CloseOp, d: Decoder) -> Decoded:
    return asks(op, shared(op, _close_channel), d)


DECODERS: dict[str, OpDecoder] = {
    "task.instance": _instance,
    "task.num_instances": _num_instances,
    "task.ready": _ready,
    "task.channel": _channel,
    "task.close": _close,
    "task.send": waiting(Kind.SEND),
    "task.recv": waiting(Kind.RECV),
    "task.yield_now": waiting(Kind.YIELD),
    "task.sleep": waiting(Kind.SLEEP),
    "task.try_await": waiting(Kind.TRY_AWAIT),
}
