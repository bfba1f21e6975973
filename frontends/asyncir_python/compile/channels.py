"""The package's `Channel[T](capacity)`: see twin/channels.py."""

from __future__ import annotations

import ast
from typing import Any

from xdsl.ir import SSAValue

from asyncir.dialects.task import CloseOp, RecvOp, SendOp
from asyncir_python.compile import conversion
from asyncir_python.compile.arrays import SUBSCRIPTS
from asyncir_python.compile.awaiting import await_task, start
from asyncir_python.compile.calls import CALLED, Call, builtin, methods
from asyncir_python.compile.contexts import ASYNC_ITERATIONS
from asyncir_python.compile.emitter import Emitter, static_of
from asyncir_python.compile.failing import fail_if, suspend
from asyncir_python.compile.signature import scalar_of
from asyncir_python.compile.types import INTEGER, Awaitable, Channel, Scalar, Static
from asyncir_python.compile.values import NOTHING, Value, static
from asyncir_python.compile.waitlists import new_channel
from asyncir_python.twin.channels import Channel as TwinChannel
from asyncir_python.twin.channels import ChannelClosed, ChannelType


def subscript(f: Emitter, value: Value, node: ast.Subscript) -> Value:
    """`Channel[i32]`."""
    if static_of(value) is not TwinChannel:
        f.fail(node, f"{value.type} has no items")
    element = static_of(f.expression(node.slice))
    try:
        return static(TwinChannel[element])
    except TypeError as error:
        f.fail(node, str(error))


SUBSCRIPTS[Static] = subscript


@builtin(TwinChannel)
def untyped(f: Emitter, call: Call) -> Value:
    f.fail(call.node, "a channel needs the type of its items here", help=f"{call.name}[i32](…)")


def new_typed(f: Emitter, found: Any, call: Call) -> Value:
    """`Channel[i32](capacity)`."""
    (capacity,) = call.exactly(f, "capacity")
    scalar = scalar_of(found.element)
    assert scalar is not None
    if not isinstance(capacity.type, Scalar) or capacity.type.scalar.is_float:
        f.fail(call.node, f"the capacity of a channel is an integer, got {capacity.type}")
    message = "a channel has room for at least one item"
    if capacity.constant is not None and capacity.constant < 1:
        f.fail(call.node, f"{message}, got a capacity of {capacity.constant}")
    size = f.parts(conversion.cast(f, capacity, INTEGER.scalar))[0]
    if capacity.constant is None:
        fail_if(f, f.compare("slt", size, f.int64(1)), ValueError, message, call.node)
    type_ = Channel(scalar)
    return Value(type_, (new_channel(f, f.index(size), type_.parts[0]),))


CALLED[ChannelType] = new_typed


def _send(f: Emitter, channel: Value, call: Call) -> Value:
    (item,) = call.exactly(f, "item")
    assert isinstance(channel.type, Channel)
    if not isinstance(item.type, Scalar):
        f.fail(call.node, f"{channel.type} holds no {item.type}")
    value = _as_item(f, item, channel.type, call.node)
    return Value(Awaitable("Channel.send(…)", (channel.type, value.type), resume_send), (*channel.parts, *value.parts))


def _as_item(f: Emitter, item: Value, type_: Channel, node: ast.AST) -> Value:
    """As the twin stores it: what must be written as a conversion is refused."""
    assert isinstance(item.type, Scalar)
    have, want = item.type.scalar, type_.element
    if (have.is_float and not want.is_float) or (want.kind == "bool" and have.kind != "bool"):
        f.fail(node, f"{type_} does not take {have.name}", help="write x != 0" if want.kind == "bool" else f"convert it: {want.name}(…)")
    return f.whole(conversion.cast(f, item, want))


def resume_send(f: Emitter, node: ast.AST, channel: Value, item: Value) -> Value:
    """A channel that is closed fails the task that sends: inside a try statement, one of its own, whose error comes back."""
    if not f.handlers:
        return _plain_send(f, node, channel, item)
    sender = Value(Awaitable("Channel.send(…)", (channel.type, item.type), _plain_send), (*channel.parts, *item.parts))
    return await_task(f, start(f, sender, node))


def _plain_send(f: Emitter, node: ast.AST, channel: Value, item: Value) -> Value:
    f.spec.may_fail = True
    suspend(f, SendOp(item.only, channel.only))
    return NOTHING


def _recv(f: Emitter, channel: Value, call: Call) -> Value:
    call.exactly(f)
    return Value(Awaitable("Channel.recv()", (channel.type,), resume_recv), channel.parts)


def _received(f: Emitter, node: ast.AST, channel: Value) -> tuple[SSAValue, Value]:
    """Whether there is an item, and the item."""
    assert isinstance(channel.type, Channel)
    f.spec.may_suspend = True
    op = suspend(f, RecvOp(channel.only))
    return op.ok, Value(Scalar(channel.type.element), (op.value,))


def resume_recv(f: Emitter, node: ast.AST, channel: Value) -> Value:
    there, item = _received(f, node, channel)
    fail_if(f, f.opposite(there), ChannelClosed, "the channel is closed and empty", node)
    return item


def _close(f: Emitter, channel: Value, call: Call) -> Value:
    call.exactly(f)
    f.add(CloseOp(channel.only))
    return NOTHING


methods(Channel, {"send": _send, "recv": _recv, "close": _close})

ASYNC_ITERATIONS[Channel] = _received
