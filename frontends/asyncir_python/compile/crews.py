"""
Tasks whose number is known when running only: those of a TaskGroup, and `gather(*[f(i) for i in range(n)])`. What they do when a task
fails, or when they are cancelled, is in library.py. Where no task can fail and the program cancels none, much less is emitted: a count and
an event, or an `async.group`.

The first task of a TaskGroup to fail cancels the group's own task, where that waits in the body of the group. If both may be, the body is a
scope of its task (scopes.py) that the companions of the group's tasks may cancel.
"""

from __future__ import annotations

import ast
import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field

from xdsl.dialects import arith, memref
from xdsl.dialects.builtin import MemRefType, i32, i64
from xdsl.ir import Attribute, SSAValue

from asyncir.dialects import async_
from asyncir.dialects.linalg_fill import FillOp
from asyncir.dialects.task import ChannelOp
from asyncir.dialects.task_sync import EventOp
from asyncir.dialects.task_types import ChannelType
from asyncir_python import library
from asyncir_python.compile import scopes
from asyncir_python.compile.assignment import assign
from asyncir_python.compile.asyncio_tasks import from_library
from asyncir_python.compile.awaiting import await_value, lazily, start
from asyncir_python.compile.calls import EARLY, Call, builtin, method
from asyncir_python.compile.comprehensions import Comprehension, each_turn, known_items, own_scope, turns
from asyncir_python.compile.contexts import ASYNC_BLOCKS, with_items
from asyncir_python.compile.emitter import Again, Emitter
from asyncir_python.compile.expressions import attribute
from asyncir_python.compile.failing import rethrow, suspend
from asyncir_python.compile.iteration import Counted, iteration
from asyncir_python.compile.pieces import atomic
from asyncir_python.compile.scan import own_nodes
from asyncir_python.compile.trying import finally_
from asyncir_python.compile.types import INTEGER, NONE, Array, Channel, Error, Event, Scalar, Task, Type
from asyncir_python.compile.values import NOTHING, Value, cut
from asyncir_python.error_codes import GROUP_SHIFT

STOP = Channel(INTEGER.scalar)
STOP_PART = ChannelType(i64)
COUNTS = Array(INTEGER.scalar, 1)


@dataclass(frozen=True)
class TaskGroup(Type):
    """
    `asyncio.TaskGroup`: a count of the tasks left, an event, a channel that is closed to stop all, how many failed and the first error, and
    perhaps the scope of its body.
    """

    node: ast.AST = field(compare=True)
    """Where it is made: whether its tasks may fail is noted for that place."""
    waits: bool = False
    """Whether its body waits while its tasks may fail: then there is a scope, too."""

    @property
    def fields(self) -> tuple[Type, ...]:
        """What it is made of."""
        return (COUNTS, Event(), STOP, COUNTS, scopes.Scope() if self.waits else NONE)

    @property
    def parts(self) -> tuple[Attribute, ...]:
        return tuple(part for type_ in self.fields for part in type_.parts)

    def __str__(self) -> str:
        return "asyncio.TaskGroup"


def counts(f: Emitter, *values: SSAValue | int) -> SSAValue:
    """An array of counts."""
    array = f.value(memref.AllocOp([f.index(len(values))], [], COUNTS.parts[0]))
    for place, value in enumerate(values):
        count = f.int64(value) if isinstance(value, int) else value
        f.add(memref.StoreOp.get(count, array, [f.index(place)]))
    return array


@builtin(asyncio.TaskGroup)
def make_group(f: Emitter, call: Call) -> Value:
    call.exactly(f)
    waits = call.node in f.module.waiting_groups
    parts = (counts(f, 1), f.value(EventOp()), f.value(ChannelOp(f.index(1), STOP_PART)), counts(f, 0, 0))
    return Value(TaskGroup(call.node, waits), parts + (scopes.enter(f).parts if waits else ()))


@attribute(TaskGroup, "create_task")
def group_create_task(f: Emitter, value: Value, node: ast.AST) -> Value:
    return method(f, value, _create_task)


def _create_task(f: Emitter, group: Value, call: Call) -> Value:
    """Starts a task of the group, and its companion."""
    if len(call.args) != 1 or not set(call.keywords) <= {"name"}:
        f.fail(call.node, f"{call.name}() takes a coroutine")
    assert isinstance(group.type, TaskGroup)
    left, done, stop, first, block = cut(group.type.fields, group.parts)
    atomic(f, "addi", left.only, 0, 1)
    task = start(f, call.args[0], call.node)
    assert isinstance(task.type, Task)
    if task.type.may_fail:
        f.module.note_cancelling()
        f.module.failing_groups.add(group.type.node)
    if f.module.cancels:
        start(f, from_library(f, library.watched, left, done, stop, first, block, task), call.node)
    else:
        start(f, from_library(f, library.counted, left, done, task), call.node)
    return task


def group_block(f: Emitter, node: ast.AsyncWith, index: int, group: Value) -> None:
    """`async with asyncio.TaskGroup() as tg`, from that item of the statement on."""
    type_ = group.type
    assert isinstance(type_, TaskGroup)
    item = node.items[index]
    if item.optional_vars is not None:
        assign(f, item.optional_vars, group)
    left, done, stop, first, block = cut(type_.fields, group.parts)

    def end() -> None:
        with f.at(item.context_expr):
            _leave(f, block)
            errors = from_library(f, library.crew_ended, left, done, stop, first)
            await_value(f, errors if f.module.cancels else from_library(f, library.waited, left, done), node)

    rest: list[ast.AST] = [*node.items[index + 1 :], *node.body]

    def body() -> None:
        with_items(f, node, index + 1)
        if not type_.waits:
            _look_for_waits(f, type_, rest)

    def failed(error: Value) -> None:
        with f.at(item.context_expr):
            f.module.note_cancelling()
            met = _leave(f, block)
            await_value(f, from_library(f, library.crew_stopped, left, done, stop), node)
            _raise_group(f, error, met, first)

    finally_(f, node, rest, body, end, failed)


ASYNC_BLOCKS[TaskGroup] = group_block


def _look_for_waits(f: Emitter, group: TaskGroup, body: Sequence[ast.AST]) -> None:
    """Begins again where a body without a scope waits while a task of the group may fail."""
    waits = next((inner for inner in own_nodes(body) if isinstance(inner, ast.Await | ast.AsyncFor | ast.AsyncWith)), None)
    if waits is None or group.node not in f.module.failing_groups:
        return
    if group.node in f.module.waiting_groups:
        f.fail(
            waits,
            "the body of a TaskGroup waits here, and a task of the group may fail, which has to end this wait",
            help="make the group where it is entered: async with asyncio.TaskGroup() as tg:",
        )
    f.module.waiting_groups.add(group.node)
    raise Again


def _leave(f: Emitter, block: Value) -> SSAValue | None:
    """Ends the scope of a body, if it is one: whether a task that failed has ended a wait there."""
    return f.compare("ne", scopes.leave(f, block.only), f.int32(0)) if block.parts else None


def _raise_group(f: Emitter, error: Value, met: SSAValue | None, first: Value) -> None:
    """
    What ended the body: a cancellation as it is, an error as an ExceptionGroup of it. But the group of the first task that failed, if there
    is one, in place of a cancellation or where its end was met in the body.
    """
    kind, code = error.parts
    cancelled = f.compare("eq", kind, f.int32(3))
    if met is not None:
        failed = f.compare("ne", atomic(f, "addi", first.only, 0, 0), f.int64(0))
        instead = f.value(arith.AndIOp(failed, f.value(arith.OrIOp(cancelled, met))))
        word = f.value(memref.LoadOp.get(first.only, [f.index(1)]))
        first_kind, first_code = _unpacked(f, Value(INTEGER, (word,)))
        kind = f.value(arith.SelectOp(instead, first_kind, kind))
        code = f.value(arith.SelectOp(instead, first_code, code))
        cancelled = f.value(arith.AndIOp(cancelled, f.opposite(instead)))
    extra = f.value(arith.SelectOp(cancelled, f.int32(0), f.int32(1 << GROUP_SHIFT)))
    rethrow(f, Value(Error(), (kind, f.value(arith.AddiOp(code, extra)))))


# ------------------------------------------------------------------------------------------------- errors as numbers


@builtin(library.packed)
def packed(f: Emitter, call: Call) -> Value:
    (error,) = call.exactly(f, "error")
    kind, code = (f.value(arith.ExtUIOp(part, i64)) for part in error.parts)
    return Value(INTEGER, (f.value(arith.OrIOp(f.value(arith.ShLIOp(kind, f.int64(32))), code)),))


def _unpacked(f: Emitter, word: Value) -> tuple[SSAValue, SSAValue]:
    bits = f.parts(word)[0]
    kind = f.value(arith.TruncIOp(f.value(arith.ShRUIOp(bits, f.int64(32))), i32))
    return kind, f.value(arith.TruncIOp(bits, i32))


@builtin(library.raise_packed)
def raise_packed(f: Emitter, call: Call) -> Value:
    rethrow(f, Value(Error(), _unpacked(f, *call.exactly(f, "word"))))
    return NOTHING


@builtin(library.raise_group)
def raise_group(f: Emitter, call: Call) -> Value:
    kind, code = _unpacked(f, *call.exactly(f, "word"))
    rethrow(f, Value(Error(), (kind, f.value(arith.AddiOp(code, f.int32(1 << GROUP_SHIFT))))))
    return NOTHING


# ---------------------------------------------------------------------------------------- a gather of unknown length


def comprehension_of(node: ast.Call) -> Comprehension | None:
    """The comprehension that is a call's only argument, as `*[…]` or `*(…)`."""
    if len(node.args) == 1 and not node.keywords and isinstance(node.args[0], ast.Starred):
        inner = node.args[0].value
        return inner if isinstance(inner, ast.ListComp | ast.GeneratorExp) else None
    return None


def gather_call(f: Emitter, node: ast.Call) -> Value | None:
    """`gather(*[f(i) for i in …])` where the number of turns is not known; None for another gather."""
    comprehension = comprehension_of(node)
    if comprehension is None:
        return None
    with own_scope(f):
        over = iteration(f, comprehension.generators[0].iter)
        if known_items(f, over) is not None:
            return None
        assert isinstance(over, Counted)
        if len(comprehension.generators) > 1 or comprehension.generators[0].ifs:
            f.fail(comprehension, "a gather of unknown length has one plain for", help="use a TaskGroup")
        return _gather(f, node, comprehension, over)


def _gather(f: Emitter, node: ast.Call, comprehension: Comprehension, over: Counted) -> Value:
    target = comprehension.generators[0].target
    task_type = _task_type(f, comprehension, over)
    count = turns(f, over)
    result = task_type.result
    if not isinstance(result, Scalar) and result != NONE:
        f.fail(
            comprehension.elt,
            f"a gather of unknown length gives an array of numbers: a task's result is {result}",
            help="write it to an array",
        )
    results = Value(Array(result.scalar, 1), (_array(f, result, count),)) if isinstance(result, Scalar) else None
    shared = _Guarded(f, count) if f.module.cancels or task_type.may_fail else _Plain(f, count)

    def one(f: Emitter, turn: SSAValue, item: Value) -> None:
        assign(f, target, item)
        task = start(f, f.expression(comprehension.elt), comprehension.elt)
        shared.add(f, results, Value(INTEGER, (turn,)), task, node)

    each_turn(f, over, one)
    inputs = [*shared.values, *([results] if results is not None else [])]

    def resume(f: Emitter, node: ast.AST, *values: Value) -> Value:
        own = values[: len(shared.values)]
        shared.wait(f, own, node)
        return values[-1] if results is not None else NOTHING

    return lazily(f, "gather(…)", inputs, resume, may_fail=task_type.may_fail, key=resume)


def _task_type(f: Emitter, comprehension: Comprehension, over: Counted) -> Task:
    """By emitting a turn to nowhere."""
    with own_scope(f), f.inside(f.new_block()):
        assign(f, comprehension.generators[0].target, over.item(f, f.int64(0)))
        type_ = start(f, f.expression(comprehension.elt), comprehension.elt).type
    assert isinstance(type_, Task)
    return type_


def _array(f: Emitter, result: Scalar, count: SSAValue) -> SSAValue:
    type_ = Array(result.scalar, 1).parts[0]
    assert isinstance(type_, MemRefType)
    array = f.value(memref.AllocOp([f.index(count)], [], type_))
    f.add(FillOp(f.constant(0, result.parts[0]), array))
    return array


@dataclass(frozen=True)
class Group(Type):
    """An `async.group`."""

    @property
    def parts(self) -> tuple[Attribute, ...]:
        return (async_.GroupType(),)

    def __str__(self) -> str:
        return "a group of tasks"


class _Plain:
    """Tasks that cannot fail: an `async.group`."""

    def __init__(self, f: Emitter, count: SSAValue) -> None:
        self.values = [Value(Group(), (f.value(async_.CreateGroupOp(f.index(count))),))]

    def add(self, f: Emitter, results: Value | None, turn: Value, task: Value, node: ast.AST) -> None:
        if results is not None:
            task = start(f, from_library(f, library.stored, results, turn, task), node)
        f.add(async_.AddToGroupOp(task.parts[0], self.values[0].only))

    def wait(self, f: Emitter, values: tuple[Value, ...], node: ast.AST) -> None:
        suspend(f, async_.AwaitAllOp(values[0].only))


class _Guarded:
    """Tasks that may fail, or be cancelled: each tells its end through a channel."""

    def __init__(self, f: Emitter, count: SSAValue) -> None:
        f.module.note_cancelling()
        room = f.index(f.value(arith.MaxSIOp(count, f.int64(1))))
        ends, stop = (f.value(ChannelOp(capacity, STOP_PART)) for capacity in (room, f.index(1)))
        self.values = [Value(STOP, (ends,)), Value(STOP, (stop,)), Value(INTEGER, (count,))]

    def add(self, f: Emitter, results: Value | None, turn: Value, task: Value, node: ast.AST) -> None:
        ends, stop, _ = self.values
        tells = (
            from_library(f, library.told, ends, stop, task)
            if results is None
            else from_library(f, library.kept, ends, stop, results, turn, task)
        )
        start(f, tells, node)

    def wait(self, f: Emitter, values: tuple[Value, ...], node: ast.AST) -> None:
        await_value(f, from_library(f, library.all_told, *values), node)


EARLY[id(asyncio.gather)] = gather_call
