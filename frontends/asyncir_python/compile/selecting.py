"""`select`: waiting for the first of several tasks and channels."""

from __future__ import annotations

import ast

from xdsl.dialects import arith
from xdsl.dialects.builtin import i64
from xdsl.ir import SSAValue

from asyncir.dialects.task_select import SelectOp
from asyncir_python.compile import conversion
from asyncir_python.compile.awaiting import lazily
from asyncir_python.compile.calls import Call, builtin
from asyncir_python.compile.emitter import Emitter
from asyncir_python.compile.failing import suspend
from asyncir_python.compile.types import BOOLEAN, INTEGER, NONE, REAL, Awaitable, Channel, Scalar, Task
from asyncir_python.compile.values import Value, pack
from asyncir_python.twin.selecting import select


@builtin(select)
def emit_select(f: Emitter, call: Call) -> Value:
    """As twin/selecting.py says."""
    timeout = call.keywords.get("timeout")
    if unknown := set(call.keywords) - {"timeout"}:
        f.fail(call.node, f"select() takes no argument '{min(unknown)}'")
    if not call.args:
        f.fail(call.node, "select takes at least one task or channel")
    for value in call.args:
        if isinstance(value.type, Awaitable):
            f.fail(call.node, "select takes tasks and channels", help="make a task of the coroutine: asyncio.create_task(…)")
        if not isinstance(value.type, Task | Channel):
            f.fail(call.node, f"select takes tasks and channels, not {value.type}")
    elements = {value.type.element for value in call.args if isinstance(value.type, Channel)}
    if len(elements) > 1:
        f.fail(call.node, "select takes channels of one type")
    inputs = list(call.args)
    if timeout is not None and timeout.type != NONE:
        inputs.append(Value(INTEGER, (nanoseconds(f, timeout, call.node),)))
    return lazily(f, "select(…)", inputs, resume_select)


def nanoseconds(f: Emitter, seconds: Value, node: ast.AST) -> SSAValue:
    """A time in seconds as an i64; more than 292 years are 292 years."""
    if not isinstance(seconds.type, Scalar):
        f.fail(node, f"a time is a number of seconds, got {seconds.type}")
    real = f.parts(conversion.cast(f, seconds, REAL.scalar))[0]
    scaled = f.value(arith.MulfOp(real, f.constant(1e9, real.type)))
    most = f.constant(9.2e18, real.type)
    return f.value(arith.FPToSIOp(f.value(arith.MinnumfOp(scaled, most)), i64))


def resume_select(f: Emitter, node: ast.AST, *cases: Value) -> Value:
    timeout = cases[-1].only if cases[-1].type == INTEGER else None
    sources = [case.parts[0] for case in (cases if timeout is None else cases[:-1])]
    op = suspend(f, SelectOp(sources, timeout))
    number = Value(INTEGER, (f.value(arith.ExtSIOp(op.case, i64)),))
    channel = next((case.type for case in cases if isinstance(case.type, Channel)), None)
    if channel is None:
        return number
    item, ok = op.received
    return pack([number, Value(Scalar(channel.element), (item,)), Value(BOOLEAN, (ok,))])
