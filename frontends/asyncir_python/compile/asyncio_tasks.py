"""asyncio's functions on tasks, and the tasks' own methods. Those that wait for several tasks are in asyncir_python.library."""

from __future__ import annotations

import ast
import asyncio
from collections.abc import Callable, Sequence
from typing import Any

from asyncir.abi import ErrorKind
from asyncir.dialects.task import SleepOp, TryAwaitOp, YieldNowOp
from asyncir.dialects.task_cancel import CancelOp
from asyncir.dialects.task_select import SelectOp
from asyncir_python import library
from asyncir_python.compile import conversion
from asyncir_python.compile.awaiting import await_task, await_value, lazily, start
from asyncir_python.compile.calls import Call, builtin, coroutine_type, methods
from asyncir_python.compile.conversion import constant
from asyncir_python.compile.emitter import Emitter, static_of
from asyncir_python.compile.failing import fail_if, suspend
from asyncir_python.compile.selecting import nanoseconds
from asyncir_python.compile.structure import branch
from asyncir_python.compile.types import BOOLEAN, INTEGER, NONE, REAL, Awaitable, Scalar, Static, Task
from asyncir_python.compile.values import NOTHING, Value, pack, static
from asyncir_python.marks import Marked


def from_library(f: Emitter, function: Marked[..., Any], *args: Value) -> Value:
    """The coroutine that a function of the library makes of these arguments."""
    arguments = [f.whole(value) for value in args]
    type_ = coroutine_type(f, function.function, tuple(argument.type for argument in arguments))
    return Value(type_, tuple(part for argument in arguments for part in argument.parts))


@builtin(asyncio.create_task, asyncio.ensure_future)
def create_task(f: Emitter, call: Call) -> Value:
    """Starts a coroutine; it may run at once. The task's name is no concern of the program."""
    if len(call.args) != 1 or not set(call.keywords) <= {"name"}:
        f.fail(call.node, f"{call.name}() takes a coroutine")
    if static_of(call.keywords.get("name", static(""))) is None:
        f.fail(call.node, "the name of a task is a constant text")
    return start(f, call.args[0], call.node)


# ----------------------------------------------------------------------------------------------------------- several tasks


def start_all(f: Emitter, values: Sequence[Value], node: ast.AST) -> list[Value]:
    """Tasks for these awaitables: coroutines are started, in order."""
    return [start(f, value, node) for value in values]


def several(f: Emitter, what: str, tasks: Sequence[Value], resume: Callable[..., Value]) -> Value:
    """An awaitable over tasks."""
    return lazily(f, what, tasks, resume, may_fail=any(task.type.may_fail for task in tasks if isinstance(task.type, Task)))


@builtin(asyncio.gather)
def gather(f: Emitter, call: Call) -> Value:
    """Starts all that has not been started, at once; awaiting it gives the results in the order of the arguments."""
    if "return_exceptions" in call.keywords:
        f.fail(call.node, "gather(return_exceptions=…) is not supported: a result is a value or an error", help="use try around each await")
    if call.keywords:
        f.fail(call.node, "gather takes no keyword arguments")
    return several(f, "gather(…)", start_all(f, call.args, call.node), resume_gather)


def resume_gather(f: Emitter, node: ast.AST, *tasks: Value) -> Value:
    """In order where no task can fail or be cancelled: the same then. Else by the library, which meets the first error."""
    return after_library(f, node, library.gathered, tasks, is_list=True)


def after_library(f: Emitter, node: ast.AST, function: Marked[..., Any], tasks: Sequence[Value], is_list: bool = False) -> Value:
    """The results of tasks, behind what a function of the library waits for."""
    unsafe = f.module.cancels or any(task.type.may_fail for task in tasks if isinstance(task.type, Task))
    if unsafe and len(tasks) > 1:
        await_value(f, from_library(f, function, pack(tasks)), node)
    return pack([await_task(f, task) for task in tasks], is_list)


@builtin(asyncio.wait_for)
def wait_for(f: Emitter, call: Call) -> Value:
    fut, timeout = call.exactly(f, "fut", "timeout")
    if not isinstance(fut.type, Awaitable | Task):
        f.fail(call.node, f"wait_for() takes something to await, got {fut.type}")
    if timeout.type == NONE:
        return fut
    f.module.note_cancelling()
    if not isinstance(timeout.type, Scalar):
        f.fail(call.node, f"wait_for() takes a time in seconds, got {timeout.type}")
    return from_library(f, library.in_time, fut, conversion.cast(f, timeout, REAL.scalar))


@builtin(asyncio.shield)
def shield(f: Emitter, call: Call) -> Value:
    (inner,) = call.exactly(f, "arg")
    return from_library(f, library.shielded, start(f, inner, call.node))


@builtin(asyncio.sleep)
def sleep(f: Emitter, call: Call) -> Value:
    """`sleep(seconds)`; with 0 the task only lets others run."""
    delay, result = call.take(f, "delay", "result", optional=1)
    assert delay is not None
    zero = delay.constant is not None and delay.constant <= 0
    inputs = [Value(INTEGER, (nanoseconds(f, delay, call.node),)), result or NOTHING]
    return lazily(f, "sleep(…)", inputs, resume_yield if zero else resume_sleep, may_fail=False)


def resume_yield(f: Emitter, node: ast.AST, time: Value, result: Value) -> Value:
    suspend(f, YieldNowOp())
    return result


def resume_sleep(f: Emitter, node: ast.AST, time: Value, result: Value) -> Value:
    suspend(f, SleepOp(time.only))
    return result


# ------------------------------------------------------------------------------------------------------------ tasks' methods


class Unknown:
    """What `task.cancel()` gives: nothing that can be used."""

    __name__ = "the result of cancel()"


UNKNOWN = Value(Static(Unknown()))


def ended(f: Emitter, task: Value) -> Value:
    """Whether a task has ended: a select that only looks."""
    op = f.add(SelectOp([task.parts[0]], f.int64(0)))
    return Value(BOOLEAN, (f.compare("eq", op.case, f.int32(0)),))


def _cancel(f: Emitter, task: Value, call: Call) -> Value:
    call.take(f, "msg", optional=1)
    f.module.note_cancelling()
    f.add(CancelOp(task.parts[0]))
    return UNKNOWN


def _done(f: Emitter, task: Value, call: Call) -> Value:
    call.exactly(f)
    return ended(f, task)


def _cancelled(f: Emitter, task: Value, call: Call) -> Value:
    """Whether a task has ended by being cancelled."""
    call.exactly(f)

    def look() -> Value:
        kind = f.add(TryAwaitOp(task.parts[0])).kind
        return Value(BOOLEAN, (f.compare("eq", kind, f.int32(ErrorKind.CANCELLED)),))

    found = branch(f, call.node, ended(f, task).only, (look, lambda: constant(False)), [], f.flat)
    assert found is not None
    return found


def _result(f: Emitter, task: Value, call: Call) -> Value:
    """The result of a task that has ended. Raises InvalidStateError for another."""
    call.exactly(f)
    there = ended(f, task)
    running = f.compare("eq", there.only, f.boolean(False))
    fail_if(f, running, asyncio.InvalidStateError, "Result is not set.", call.node)
    return await_task(f, task)


methods(Task, {"cancel": _cancel, "done": _done, "cancelled": _cancelled, "result": _result})
