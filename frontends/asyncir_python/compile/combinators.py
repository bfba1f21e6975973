"""The package's combinators: see twin/combinators.py."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import Any

from asyncir_python import library
from asyncir_python.compile.asyncio_tasks import after_library, from_library, start_all
from asyncir_python.compile.awaiting import await_task, await_value, lazily
from asyncir_python.compile.calls import Call, builtin, call_function, function_of
from asyncir_python.compile.conversion import constant
from asyncir_python.compile.emitter import Emitter, static_of
from asyncir_python.compile.functions import Function
from asyncir_python.compile.operators import compare
from asyncir_python.compile.structure import branch
from asyncir_python.compile.types import Awaitable, Task
from asyncir_python.compile.values import NOTHING, Value, pack
from asyncir_python.marks import Marked
from asyncir_python.twin import combinators


@builtin(combinators.just)
def just(f: Emitter, call: Call) -> Value:
    if call.keywords:
        f.fail(call.node, "just takes no keyword arguments")

    def resume(f: Emitter, node: ast.AST, *values: Value) -> Value:
        return (values[0] if len(values) == 1 else pack(values)) if values else NOTHING

    return lazily(f, "just(…)", call.args, resume, may_fail=False, key=resume)


def _with_function(f: Emitter, call: Call, *, then_await: bool) -> Value:
    awaitable, given = call.exactly(f, "awaitable", "function")
    if not isinstance(awaitable.type, Awaitable | Task):
        f.fail(call.node, f"{call.name}() takes something to await, got {awaitable.type}")
    function: Function | None = function_of(static_of(given))
    if function is None:
        f.fail(
            call.node,
            f"{call.name}() takes a function, got {given.type}",
            help="a @device function, an async one for let_value, or a lambda",
        )

    def resume(f: Emitter, node: ast.AST, awaitable: Value) -> Value:
        value = await_value(f, awaitable, node)
        result = call_function(f, function, Call(call.node, [] if value is NOTHING else [value], {}))
        return await_value(f, result, node) if then_await else result

    return lazily(f, f"{call.name}(…)", [awaitable], resume, key=resume)


@builtin(combinators.then)
def then(f: Emitter, call: Call) -> Value:
    return _with_function(f, call, then_await=False)


@builtin(combinators.let_value)
def let_value(f: Emitter, call: Call) -> Value:
    return _with_function(f, call, then_await=True)


def _of_operands(f: Emitter, call: Call, resume: Callable[..., Value]) -> Value:
    """The operands start when it is awaited."""
    for value in call.args:
        if not isinstance(value.type, Awaitable | Task):
            f.fail(call.node, f"{call.name}() takes things to await, got {value.type}")
    if call.keywords:
        f.fail(call.node, f"{call.name}() takes no keyword arguments")
    return lazily(f, f"{call.name}(…)", call.args, resume, key=resume)


def _all_by(function: Marked[..., Any]) -> Callable[..., Value]:
    def resume(f: Emitter, node: ast.AST, *operands: Value) -> Value:
        tasks = start_all(f, operands, node)
        return after_library(f, node, function, tasks)

    return resume


_WHEN_ALL, _JOIN = _all_by(library.all_or_none), _all_by(library.joined)


@builtin(combinators.when_all)
def when_all(f: Emitter, call: Call) -> Value:
    f.module.note_cancelling()
    return _of_operands(f, call, _WHEN_ALL)


@builtin(combinators.join)
def join(f: Emitter, call: Call) -> Value:
    return _of_operands(f, call, _JOIN)


def _resume_any(f: Emitter, node: ast.AST, *operands: Value) -> Value:
    tasks = start_all(f, operands, node)
    number = await_value(f, from_library(f, library.first_of, pack(tasks)), node)

    def result(index: int) -> Value:
        if index + 1 == len(tasks):
            return await_task(f, tasks[index])
        test = compare(f, ast.Eq(), number, constant(index), node)
        found = branch(f, node, f.parts(test)[0], (lambda: await_task(f, tasks[index]), lambda: result(index + 1)), [], f.flat)
        return NOTHING if found is None else found

    return pack([number, result(0)])


@builtin(combinators.when_any)
def when_any(f: Emitter, call: Call) -> Value:
    if not call.args:
        f.fail(call.node, "when_any takes at least one awaitable")
    f.module.note_cancelling()
    return _of_operands(f, call, _resume_any)
