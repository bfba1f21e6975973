"""`asyncio.wait`: sets of tasks, of which some have ended. A set is the tasks that it may hold, and for each whether it does."""

from __future__ import annotations

import ast
import asyncio
from dataclasses import dataclass

from xdsl.dialects import arith
from xdsl.dialects.builtin import i1, i64
from xdsl.ir import Attribute, SSAValue

from asyncir.dialects.task_select import SelectOp
from asyncir_python import library
from asyncir_python.compile import conversion
from asyncir_python.compile.asyncio_tasks import ended, from_library
from asyncir_python.compile.awaiting import lazily, start
from asyncir_python.compile.builtins_ import LENGTHS
from asyncir_python.compile.calls import Call, builtin, method
from asyncir_python.compile.emitter import Emitter, static_of
from asyncir_python.compile.expressions import attribute
from asyncir_python.compile.failing import fail_if, suspend
from asyncir_python.compile.iteration import ITERATIONS, Iteration, Unrolled
from asyncir_python.compile.operators import CONTAINS
from asyncir_python.compile.selecting import nanoseconds
from asyncir_python.compile.structure import branch
from asyncir_python.compile.types import BOOLEAN, INTEGER, NONE, Task, Tuple, Type
from asyncir_python.compile.values import NOTHING, Value, cut, pack, split


@dataclass(frozen=True)
class TaskSet(Type):
    """A set of tasks."""

    tasks: tuple[Type, ...]

    @property
    def parts(self) -> tuple[Attribute, ...]:
        return tuple(part for task in self.tasks for part in task.parts) + (i1,) * len(self.tasks)

    def __str__(self) -> str:
        return "a set of tasks"


def members(value: Value) -> list[tuple[Value, SSAValue]]:
    """The tasks that a set may hold, each with whether it does."""
    assert isinstance(value.type, TaskSet)
    count = len(value.type.tasks)
    return list(zip(cut(value.type.tasks, value.parts[:-count]), value.parts[-count:], strict=True))


def task_set(tasks: list[Value], flags: list[SSAValue]) -> Value:
    """A set of those tasks whose flag holds."""
    return Value(TaskSet(tuple(task.type for task in tasks)), (*(part for task in tasks for part in task.parts), *flags))


@builtin(asyncio.wait)
def wait(f: Emitter, call: Call) -> Value:
    fs, timeout, return_when = call.take(f, "fs", "timeout", "return_when", optional=2)
    assert fs is not None
    if not isinstance(fs.type, Tuple) or not fs.type.items:
        f.fail(call.node, f"wait() takes tasks whose number is known while compiling, got {fs.type}", help="wait([a, b])")
    tasks = split(f.whole(fs))
    for task in tasks:
        if not isinstance(task.type, Task):
            f.fail(call.node, f"wait() takes tasks, not {task.type}", help="asyncio.create_task(…) makes one")
    when = asyncio.ALL_COMPLETED if return_when is None else static_of(return_when)
    if when not in (asyncio.ALL_COMPLETED, asyncio.FIRST_COMPLETED, asyncio.FIRST_EXCEPTION):
        f.fail(call.node, "return_when is one of asyncio.ALL_COMPLETED, FIRST_COMPLETED and FIRST_EXCEPTION")
    limit = None if timeout is None or timeout.type == NONE else Value(INTEGER, (nanoseconds(f, timeout, call.node),))
    inputs = [*tasks, *([] if limit is None else [limit])]

    def resume(f: Emitter, node: ast.AST, *values: Value) -> Value:
        return _wait(f, node, list(values[: len(tasks)]), values[-1].only if limit is not None else None, str(when))

    return lazily(f, "wait(…)", inputs, resume, may_fail=False, key=call.node)


def _wait(f: Emitter, node: ast.AST, tasks: list[Value], limit: SSAValue | None, when: str) -> Value:
    if when == asyncio.FIRST_COMPLETED:
        sources = [task.parts[0] for task in tasks]
    else:
        function = library.all_ended if when == asyncio.ALL_COMPLETED else library.one_failed
        sources = [start(f, from_library(f, function, pack(tasks)), node).parts[0]]
    suspend(f, SelectOp(sources, limit))
    flags = [ended(f, task).only for task in tasks]
    return pack([task_set(tasks, flags), task_set(tasks, [f.opposite(flag) for flag in flags])])


# ----------------------------------------------------------------------------------------------------- what sets can do


def _iterate(f: Emitter, value: Value, node: ast.AST) -> Iteration:
    return Unrolled([task for task, _ in members(value)], [flag for _, flag in members(value)])


ITERATIONS[TaskSet] = _iterate


def _contains(f: Emitter, item: Value, value: Value, node: ast.AST) -> Value:
    for task, flag in members(value):
        if task.parts == item.parts:
            return Value(BOOLEAN, (flag,))
    f.fail(node, "it is not known while compiling which task this is", help="ask for the variable that was handed to wait()")


CONTAINS[TaskSet] = _contains


def _length(f: Emitter, value: Value) -> Value:
    total = f.int64(0)
    for _, flag in members(value):
        total = f.value(arith.AddiOp(total, f.value(arith.ExtUIOp(flag, i64))))
    return Value(INTEGER, (total,))


LENGTHS[TaskSet] = _length
conversion.TRUTHS[TaskSet] = lambda f, value: Value(BOOLEAN, (conversion.truth(f, _length(f, value).only),))


@attribute(TaskSet, "pop")
def set_pop(f: Emitter, value: Value, node: ast.AST) -> Value:
    return method(f, value, _pop)


def _pop(f: Emitter, value: Value, call: Call) -> Value:
    """Takes one of the tasks, which must have results of one type."""
    call.exactly(f)
    func = call.node.func
    if not isinstance(func, ast.Attribute) or not isinstance(func.value, ast.Name):
        f.fail(call.node, "pop() takes a task out of a variable")
    fail_if(f, f.compare("eq", _length(f, value).only, f.int64(0)), KeyError, "pop from an empty set", call.node)
    found = members(value)

    def first(index: int) -> Value:
        task, flag = found[index]
        if index + 1 == len(found):
            return task
        result = branch(f, call.node, flag, (lambda: task, lambda: first(index + 1)), [], f.flat)
        return NOTHING if result is None else result

    flags: list[SSAValue] = []
    before = f.boolean(False)
    for _, flag in found:
        flags.append(f.value(arith.AndIOp(flag, before)))
        before = f.value(arith.OrIOp(before, flag))
    popped = first(0)
    f.assign(func.value.id, task_set([task for task, _ in found], flags))
    return popped
