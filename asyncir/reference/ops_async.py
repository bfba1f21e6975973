"""Decoders of `async`: starting tasks, awaiting them, groups."""

from __future__ import annotations

from typing import Any

from xdsl.ir import Operation, Region, SSAValue

from asyncir.abi import ErrorKind
from asyncir.dialects import async_, sm
from asyncir.dialects.sm import Kind, produced_types
from asyncir.reference.decode import (
    Decoded,
    Decoder,
    OpDecoder,
    RegionCode,
    Registers,
    Running,
    Suspends,
    run_suspending,
    store_values,
)
from asyncir.reference.dropping import drop, require_kept
from asyncir.reference.faults import failure
from asyncir.reference.program import Code, symbol_name
from asyncir.reference.suspensions import Suspension
from asyncir.reference.task import Handle, Meeting, Task, no_handle, shared
from asyncir.reference.values import Value
from asyncir.reference.waiting import Group


def waits(op: Operation, kind: Kind, d: Decoder) -> Decoded:
    """An operation that is a suspension."""
    meeting = Suspension(op, kind, produced_types(kind, [value.type for value in op.operands])).meeting()
    sources, store = d.registers(op.operands), store_values(d.registers(op.results))

    def run(r: Registers) -> Running:
        store(r, (yield meeting, tuple([r[source] for source in sources])))

    return Suspends(run)


def asks(op: Operation, meeting: Meeting, d: Decoder) -> Decoded:
    """An operation whose task does something once for all lanes; the answer is its result, a tuple where there are several."""
    sources, targets = d.registers(op.operands), d.registers(op.results)
    store = store_values(targets)

    def run_one(r: Registers) -> Running:
        r[targets[0]] = yield meeting, tuple([r[source] for source in sources])

    def run(r: Registers) -> Running:
        store(r, (yield meeting, tuple([r[source] for source in sources])) or ())

    return Suspends(run_one if len(targets) == 1 else run)


def waiting(kind: Kind) -> OpDecoder:
    """Of operations that are suspensions of one kind."""
    return lambda op, d: waits(op, kind, d)


# ----------------------------------------------------------------------------------------------------------------- starts


def handles(task: Task, op: Operation) -> Any:
    """The results of a start: a token, if there is one, and a value for each result."""
    with_token = bool(op.results) and isinstance(op.results[0].type, async_.TokenType)
    made = [Handle(task, None)] if with_token else []
    made += [Handle(task, index) for index in range(len(op.results) - len(made))]
    return made[0] if len(made) == 1 else tuple(made)


def start(op: Operation, d: Decoder) -> Decoded:
    """`async.call` and `sm.start`."""
    code: Code = d.symbols.function(op, symbol_name(op.properties["callee"]))

    def perform(task: Task, brought: list[Any]) -> list[Value]:
        return [handles(task.scheduler.start(code, brought, task.instance, op, task.number), op)] * len(brought)

    return asks(op, Meeting(op, perform), d)


class ExecuteCode(Code):
    """The body of an `async.execute`. Its lanes bring their registers, which hold what the body captures."""

    def __init__(self, op: async_.ExecuteOp, d: Decoder, name: str) -> None:
        super().__init__(d.symbols, op, name, "warp" if d.symbols.lane_ops_in(op.body) else None)  # pyright: ignore[reportArgumentType]
        self._width_known = True
        self._body: RegionCode = d.region(op.body)
        self._awaited = d.registers(op.operands)
        self._captured = d.registers(_captured(op.body)) + self._awaited
        self._results = store_values(self._body.entry.arguments)
        self._meetings = [Suspension(op, Kind.AWAIT, produced_types(Kind.AWAIT, [value.type])).meeting() for value in op.operands]

    def passed(self, arguments: tuple[Value, ...]) -> tuple[Value, ...]:
        """What the body uses from around it."""
        return tuple([arguments[register] for register in self._captured])

    def body(self, lane: Any, arguments: tuple[Value, ...]) -> Running:
        """Awaits what the body depends on, then runs it."""
        registers: Registers = [lane, *arguments[1:]]
        return self._run(registers)

    def _run(self, r: Registers) -> Running:
        values: list[Value] = []
        for register, meeting in zip(self._awaited, self._meetings, strict=True):
            values += yield meeting, (r[register],)
        self._results(r, values)
        return (yield from run_suspending(self._body, r))


def _captured(region: Region) -> list[SSAValue]:
    """The values that a region uses from around it."""
    inside: set[SSAValue] = set()
    used: dict[SSAValue, None] = {}
    pending = [region]
    while pending:
        for block in pending.pop().blocks:
            inside.update(block.args)
            for op in block.ops:
                inside.update(op.results)
                used.update(dict.fromkeys(op.operands))
                pending += op.regions
    return [value for value in used if value not in inside]


def _execute(op: async_.ExecuteOp, d: Decoder) -> Decoded:
    code = ExecuteCode(op, d, d.fresh_name(f"{d.name}_execute_"))

    def perform(task: Task, brought: list[Any]) -> list[Value]:
        return [handles(task.scheduler.start(code, brought, task.instance, op, task.number), op)] * len(brought)

    meeting, targets = Meeting(op, perform), d.registers(op.results)
    store = store_values(targets)

    def run(r: Registers) -> Running:
        made = yield meeting, tuple(r)
        store(r, (made,) if len(targets) == 1 else made)

    return Suspends(run)


# ----------------------------------------------------------------------------------------------------------------- groups


def _create_group(op: async_.CreateGroupOp, d: Decoder) -> Decoded:
    def create(task: Task, size: int) -> Group:
        if size < 0:
            raise failure(ErrorKind.INVALID_ARGUMENT, op, "invalid argument: the size is negative")
        return Group(size, op)

    return asks(op, shared(op, create, publishes=False), d)


def _part_group(op: sm.PartGroupOp, d: Decoder) -> Decoded:
    def create(task: Task, size: int, count: int) -> Group:
        if size < 0:
            raise failure(ErrorKind.INVALID_ARGUMENT, op, "invalid argument: the size is negative")
        return Group(size, op, count, count)

    return asks(op, shared(op, create, publishes=False), d)


def _add_to_group(op: async_.AddToGroupOp, d: Decoder) -> Decoded:
    def add(task: Task, handle: Handle | None, group: Group) -> int:
        if handle is None:
            raise no_handle(op)
        require_kept(op, (handle, group))
        return group.add(handle.task, op)

    return asks(op, shared(op, add), d)


def _is_error(op: async_.RuntimeIsErrorOp, d: Decoder) -> Decoded:
    def look(task: Task, source: Handle | Group | None) -> int:
        require_kept(op, (source,))
        if isinstance(source, Group):
            return int(source.done and source.error is not None)
        if source is None:
            raise no_handle(op)
        source.task.observed |= source.task.done
        return int(source.task.error is not None)

    return asks(op, shared(op, look, publishes=False), d)


def _drop(op: sm.DropOp, d: Decoder) -> Decoded:
    def forget(task: Task, source: Value) -> None:
        drop(op, source)

    return asks(op, shared(op, forget, publishes=False), d)


DECODERS: dict[str, OpDecoder] = {
    "sm.drop": _drop,
    "async.call": start,
    "async.execute": _execute,
    "async.await": waiting(Kind.AWAIT),
    "async.await_all": waiting(Kind.AWAIT_ALL),
    "async.runtime.await": waiting(Kind.AWAIT_RAW),
    "async.runtime.is_error": _is_error,
    "async.create_group": _create_group,
    "sm.part_group": _part_group,
    "async.add_to_group": _add_to_group,
    "sm.start": start,
}
