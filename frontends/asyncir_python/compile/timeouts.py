"""
`async with asyncio.timeout(seconds)`. A companion task sleeps for that time and then cancels the block, which is a scope of its task
(scopes.py). Whoever leaves the block ends the companion; one that comes late meets a scope that was left.

The state of a timeout is a set of bits, which are only added, each by one atomic operation. So of the companion and the task, one sees
that the time is over and the block is entered, and cancels it.

An asyncio timeout never cancels code that runs, only code that waits. Here the request may come while the block's code runs, and is
taken back if the block does not wait again: then the timeout has not expired.
"""

from __future__ import annotations

import ast
import asyncio
from dataclasses import dataclass

from xdsl.dialects import arith, cf
from xdsl.dialects.builtin import f64, i64
from xdsl.ir import Attribute, SSAValue

from asyncir.dialects.task_cancel import CancelOp
from asyncir_python import library
from asyncir_python.compile import conversion, scopes
from asyncir_python.compile.assignment import assign
from asyncir_python.compile.asyncio_tasks import from_library
from asyncir_python.compile.awaiting import start
from asyncir_python.compile.calls import Call, builtin, method
from asyncir_python.compile.contexts import ASYNC_BLOCKS, with_items
from asyncir_python.compile.crews import COUNTS, counts
from asyncir_python.compile.emitter import Emitter
from asyncir_python.compile.expressions import attribute
from asyncir_python.compile.failing import fail_if, fail_now, rethrow
from asyncir_python.compile.pieces import atomic, when
from asyncir_python.compile.trying import finally_, matches
from asyncir_python.compile.types import BOOLEAN, NONE, REAL, Scalar, Task, Type
from asyncir_python.compile.values import Value

TIME_IS_OVER, ENTERED, LEFT, EXPIRED = 1, 2, 4, 8
"""The bits of a timeout's state. EXPIRED: the block has met the timeout's request."""
ALONE = 1
"""What `task.leave_scope` gives where the block has met its timeout's request, and nobody else's."""


@dataclass(frozen=True)
class Timeout(Type):
    """What `asyncio.timeout` gives: its state, the block that it stands around, and its companion; nothing if there is no limit."""

    limited: bool

    fields = (COUNTS, scopes.Scope(), Task(NONE, may_fail=False))

    @property
    def parts(self) -> tuple[Attribute, ...]:
        return tuple(part for field in self.fields for part in field.parts) if self.limited else ()

    def __str__(self) -> str:
        return "asyncio.Timeout"


@builtin(asyncio.timeout)
def make_timeout(f: Emitter, call: Call) -> Value:
    (delay,) = call.exactly(f, "delay")
    if delay.type == NONE:
        return Value(Timeout(limited=False), ())
    if not isinstance(delay.type, Scalar):
        f.fail(call.node, f"timeout() takes a time in seconds or None, got {delay.type}")
    f.module.note_cancelling()
    seconds = f.whole(conversion.cast(f, delay, REAL.scalar))
    over = f.value(arith.CmpfOp(seconds.only, f.constant(0, f64), "ole"))
    state = Value(COUNTS, (counts(f, f.value(arith.ExtUIOp(over, i64))),))
    scope = scopes.enter(f)
    companion = start(f, from_library(f, library.expire, state, scope, seconds), call.node)
    return Value(Timeout(limited=True), (*state.parts, *scope.parts, *companion.parts))


def timeout_block(f: Emitter, node: ast.AsyncWith, index: int, value: Value) -> None:
    """`async with asyncio.timeout(…) as cm`, from that item of the statement on."""
    item = node.items[index]
    if item.optional_vars is not None:
        assign(f, item.optional_vars, value)
    assert isinstance(value.type, Timeout)
    if not value.type.limited:
        with_items(f, node, index + 1)
        return
    with f.at(item.context_expr):
        _enter(f, value, item.context_expr)

    def final() -> None:
        with f.at(item.context_expr):
            _leave(f, value)

    def failed(error: Value) -> None:
        with f.at(item.context_expr):
            _raise(f, error, _leave(f, value), item.context_expr)

    finally_(f, node, [*node.items[index + 1 :], *node.body], lambda: with_items(f, node, index + 1), final, failed)


def _add(f: Emitter, state: SSAValue, bits: SSAValue | int) -> SSAValue:
    """Adds bits to a state: those that it had."""
    return atomic(f, "ori", state, 0, bits)


def _has(f: Emitter, state: SSAValue, bits: int) -> SSAValue:
    """Whether a state has one of these bits."""
    return f.compare("ne", f.value(arith.AndIOp(state, f.int64(bits))), f.int64(0))


def _enter(f: Emitter, value: Value, place: ast.AST) -> None:
    """If the time is over already the first wait is cancelled, whatever the companion does."""
    state, scope, _ = value.parts
    had = _add(f, state, ENTERED)
    if not isinstance(place, ast.Call):
        fail_if(f, _has(f, had, ENTERED), RuntimeError, "Timeout has already been entered", place)
    when(f, _has(f, had, TIME_IS_OVER), lambda: scopes.cancel(f, scope))


def _leave(f: Emitter, value: Value) -> SSAValue:
    """Ends the companion, and says what came of the block."""
    state, scope, companion = value.parts
    outcome = scopes.leave(f, scope)
    met = f.compare("ne", outcome, f.int32(0))
    _add(f, state, f.value(arith.SelectOp(met, f.int64(LEFT | EXPIRED), f.int64(LEFT))))
    f.add(CancelOp(companion))
    return outcome


def _raise(f: Emitter, error: Value, outcome: SSAValue, place: ast.AST) -> None:
    """The error that left the block; TimeoutError for a cancellation that the timeout alone has asked for."""
    late, other = f.new_block(), f.new_block()
    cancelled = matches(f, error, (asyncio.CancelledError,))
    ours = f.value(arith.AndIOp(f.compare("eq", outcome, f.int32(ALONE)), cancelled))
    f.add(cf.ConditionalBranchOp(ours, late, [], other, []))
    f.enter(late)
    fail_now(f, TimeoutError, "", place)
    f.enter(other)
    rethrow(f, error)


ASYNC_BLOCKS[Timeout] = timeout_block


# ------------------------------------------------------------------------------------------------------------------- methods


def _expired(f: Emitter, value: Value, call: Call) -> Value:
    call.exactly(f)
    assert isinstance(value.type, Timeout)
    if not value.type.limited:
        return conversion.constant(False)
    now = _add(f, value.parts[0], 0)
    inside = f.compare("eq", f.value(arith.AndIOp(now, f.int64(TIME_IS_OVER | ENTERED | LEFT))), f.int64(TIME_IS_OVER | ENTERED))
    return Value(BOOLEAN, (f.value(arith.OrIOp(inside, _has(f, now, EXPIRED))),))


@attribute(Timeout, "expired")
def timeout_expired(f: Emitter, value: Value, node: ast.AST) -> Value:
    return method(f, value, _expired)


@attribute(Timeout, "reschedule")
def timeout_reschedule(f: Emitter, value: Value, node: ast.AST) -> Value:
    f.fail(node, "a timeout cannot be moved", help="enter another: async with asyncio.timeout(seconds)")


@attribute(Timeout, "when")
def timeout_when(f: Emitter, value: Value, node: ast.AST) -> Value:
    f.fail(node, "there is no clock to tell the time by", help="keep the number of seconds")
