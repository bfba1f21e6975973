"""
Await, and starting tasks. A coroutine that was called and not awaited has not started, as in Python: it is its callee and its arguments.
`await f(x)` starts it and awaits it at once; a task handle is awaited part by part.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence

from xdsl.ir import Block, Region, SSAValue

from asyncir.dialects import async_
from asyncir.dialects.task import TryAwaitOp
from asyncir_python.compile.emitter import Emitter, expression
from asyncir_python.compile.failing import suspend, take
from asyncir_python.compile.types import Awaitable, Task
from asyncir_python.compile.values import Scope, Value, cut


@expression(ast.Await)
def emit_await(f: Emitter, node: ast.Await) -> Value:
    if not isinstance(f.spec.function.node, ast.AsyncFunctionDef):
        f.fail(node, "'await' outside of an async function")
    return await_value(f, f.expression(node.value), node)


def lazily(
    f: Emitter, what: str, inputs: Sequence[Value], resume: Callable[..., Value], *, may_fail: bool = True, key: object = None
) -> Value:
    """Something to await that `resume` does with these inputs when it is awaited: see `Awaitable`."""
    wholes = [f.whole(value) for value in inputs]
    type_ = Awaitable(what, tuple(value.type for value in wholes), resume, may_fail=may_fail, key=key)
    return Value(type_, tuple(part for value in wholes for part in value.parts))


def await_value(f: Emitter, value: Value, node: ast.AST) -> Value:
    """What `await value` gives. Raises CompileError for what cannot be awaited."""
    f.spec.may_suspend = True
    match value.type:
        case Task():
            return await_task(f, value)
        case Awaitable():
            return value.type.resume(f, node, *cut(value.type.inputs, f.parts(value)))
        case _:
            f.fail(node, f"{value.type} cannot be awaited", help="a value that is there already needs no await")


def await_task(f: Emitter, task: Value) -> Value:
    """The result of a task, or its error."""
    assert isinstance(task.type, Task)
    f.spec.may_fail |= task.type.may_fail and not f.handlers
    parts = [part for handle in task.parts for part in await_handle(f, handle)]
    return Value(task.type.result, tuple(parts))


def await_handle(f: Emitter, handle: SSAValue) -> Sequence[SSAValue]:
    """Awaits a token or value: inside a try statement an error goes to its handler, else it ends this task."""
    if not f.handlers:
        return suspend(f, async_.AwaitOp(handle)).results
    tried = suspend(f, TryAwaitOp(handle))
    take(f, tried.kind, tried.code)
    return [tried.value] if tried.value is not None else []


def start(f: Emitter, value: Value, node: ast.AST) -> Value:
    """A task that runs an awaitable; a task is given as it is. Raises CompileError for what cannot be awaited."""
    match value.type:
        case Task():
            return value
        case Awaitable(start=begin) if begin is not None:
            return begin(f, node, *cut(value.type.inputs, f.parts(value)))
        case Awaitable():
            return _start_body(f, value, node)
        case _:
            f.fail(node, f"{value.type} cannot be run as a task", help="a coroutine is expected, as a call of an async function makes one")


def _start_body(f: Emitter, value: Value, node: ast.AST) -> Value:
    """An `async.execute` that awaits an awaitable which is no function's call."""
    assert isinstance(value.type, Awaitable)
    inputs = f.parts(value)
    block = Block()
    scope, handlers = f.scope, f.handlers
    f.scope, f.handlers = Scope(), []
    with f.inside(block), f.lanes.in_another_task():
        result = f.whole(value.type.resume(f, node, *cut(value.type.inputs, inputs)))
        f.add(async_.YieldOp(result.parts))
    f.scope, f.handlers = scope, handlers
    types = [async_.ValueType(part.type) for part in result.parts]
    made = f.add(async_.ExecuteOp([], [], types, Region(block)))
    return Value(Task(result.type, value.type.may_fail), tuple(made.body_results) or (made.token,))


__all__ = ["await_handle", "await_task", "await_value", "start"]
