"""
Try statements. An error is a (kind, code) pair, see failing.py. Inside a try, whatever may fail branches to the statement's dispatch block,
with the pair and with the variables that the body assigns:

    body ──error──► dispatch(kind, code, variables) ── which clause? ──► clause ──┐        no clause: on to the next handler outside
      └──► else ──────────────────────────────────────────────────────────────────┴─► behind

What stands in `finally` is emitted once for each way that leads through it: the end of the statement, an error, and each return, break or
continue that leaves it. Which classes an error code stands for is known when all functions have been emitted: the test is a function of the
module, made then.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence
from typing import Protocol

from xdsl.dialects import cf, func
from xdsl.dialects.builtin import i1, i32
from xdsl.ir import Block, SSAValue

from asyncir_python.compile.emitter import Emitter, statement, static_of
from asyncir_python.compile.failing import rethrow
from asyncir_python.compile.loops import Carried
from asyncir_python.compile.scan import assigned_names, own_nodes
from asyncir_python.compile.structure import meet
from asyncir_python.compile.types import Error
from asyncir_python.compile.values import Scope, Value


class Handler(Protocol):
    """What stands around a place of a function to take errors."""

    def jump(self, f: Emitter, kind: SSAValue, code: SSAValue) -> None:
        """Ends the block: an error with this kind and code goes to the handler."""

    def leave(self, f: Emitter) -> None:
        """Emits what must run when control leaves the try statement by a jump: its finally part."""


class Dispatch:
    """A handler that is a block."""

    def __init__(self, f: Emitter, node: ast.AST, body: Sequence[ast.AST], final: Callable[[], None] | None = None) -> None:
        self.carried = Carried(f, node, assigned_names(body))
        self.block = f.new_block([i32, i32, *self.carried.part_types])
        self.used = False
        self._final = final

    def jump(self, f: Emitter, kind: SSAValue, code: SSAValue) -> None:
        self.used = True
        f.add(cf.BranchOp(self.block, kind, code, *self.carried.parts()))
        f.alive = False

    def leave(self, f: Emitter) -> None:
        if self._final is not None:
            self._final()

    def enter(self, f: Emitter, scope: Scope) -> Value:
        """Goes on in the dispatch block: the error."""
        f.scope = scope.copy()
        f.enter(self.block)
        self.carried.take(self.block.args[2:])
        return Value(Error(), tuple(self.block.args[:2]))


@statement(ast.Try, ast.TryStar)
def emit_try(f: Emitter, node: ast.Try | ast.TryStar) -> None:
    if not node.finalbody:
        _except(f, node)
        return
    parts = [*node.body, *node.handlers, *node.orelse]
    body = (lambda: _except(f, node)) if node.handlers else (lambda: f.statements(node.body))
    finally_(f, node, parts, body, lambda: f.statements(node.finalbody))


def finally_(
    f: Emitter,
    node: ast.AST,
    parts: Sequence[ast.AST],
    body: Callable[[], None],
    final: Callable[[], None],
    failed: Callable[[Value], None] | None = None,
) -> None:
    """
    Emits a body, made of these parts, and on each way out of it, jumps too, what `final` emits. With an error it goes on by `failed`, which
    takes it; without one, by `final`, and the error is raised again.
    """
    scope = f.scope.copy()
    dispatch = Dispatch(f, node, parts, final)
    f.handlers = [*f.handlers, dispatch]
    body()
    f.handlers = f.handlers[:-1]
    if f.alive:
        final()
    if not dispatch.used:
        return
    behind, after, alive = f.block, f.scope, f.alive
    error = dispatch.enter(f, scope)
    if failed is not None:
        failed(error)
    else:
        final()
        if f.alive:
            rethrow(f, error)
    f.block, f.scope, f.alive = behind, after, alive


def _except(f: Emitter, node: ast.Try | ast.TryStar) -> None:
    """try, except and else."""
    scope = f.scope.copy()
    dispatch = Dispatch(f, node, node.body)
    f.handlers = [*f.handlers, dispatch]
    f.statements(node.body)
    f.handlers = f.handlers[:-1]
    f.statements(node.orelse)
    meeting = _Meeting(f, node, [*node.body, *node.orelse, *node.handlers])
    meeting.come()
    if dispatch.used:
        error = dispatch.enter(f, scope)
        for clause in node.handlers:
            _clause(f, clause, error, meeting, star=isinstance(node, ast.TryStar))
        if f.alive:
            rethrow(f, error)
    meeting.meet()


class _Meeting:
    """Where the ways through a try statement come together."""

    def __init__(self, f: Emitter, node: ast.AST, parts: Sequence[ast.AST]) -> None:
        self.f = f
        self.node = node
        self.names = assigned_names(parts)
        self.ends: list[tuple[Block, Scope]] = []

    def come(self) -> None:
        """A way ends here, if control comes so far."""
        if self.f.alive:
            self.ends.append((self.f.block, self.f.scope))

    def meet(self) -> None:
        """Goes on behind the statement."""
        meet(self.f, self.node, self.ends, self.names)


def _clause(f: Emitter, clause: ast.ExceptHandler, error: Value, meeting: _Meeting, *, star: bool) -> None:
    """
    One except clause: control goes on behind it where the error is none of its classes. A group holds one error here, so that at most one
    clause of `except*` runs, and the error it names is not looked into.
    """
    with f.at(clause):
        other: Block | None = None
        if clause.type is not None:
            classes = exception_classes(f, clause.type)
            taken, other = f.new_block(), f.new_block()
            f.add(cf.ConditionalBranchOp(matches(f, error, classes, inner=star), taken, [], other, []))
            scope = f.scope.copy()
            f.enter(taken)
        else:
            scope = f.scope.copy()
        if star:
            _check_star(f, clause)
        if clause.name is not None and not star:
            f.assign(clause.name, error)
        f.handling.append(lambda node: rethrow(f, error))
        f.statements(clause.body)
        f.handling.pop()
        if clause.name is not None and not star and f.alive:
            f.scope.values.pop(clause.name, None)
            f.scope.missing[clause.name] = "an except clause forgets its error at its end"
        meeting.come()
        f.scope, f.alive = scope, False
        if other is not None:
            f.enter(other)


def _check_star(f: Emitter, clause: ast.ExceptHandler) -> None:
    """What a clause of `except*` raises would become part of a group."""
    for node in own_nodes(clause.body):
        if isinstance(node, ast.Raise) and node.exc is not None:
            f.fail(node, "raising another error inside except* is not supported", help="raise it behind the try statement")
        if isinstance(node, ast.Name) and node.id == clause.name:
            f.fail(node, "the group that except* names cannot be looked into")


def exception_classes(f: Emitter, node: ast.expr) -> tuple[type[BaseException], ...]:
    """The classes that an except clause names."""
    nodes = node.elts if isinstance(node, ast.Tuple) else [node]
    found: list[type[BaseException]] = []
    for inner in nodes:
        class_ = static_of(f.expression(inner))
        if not (isinstance(class_, type) and issubclass(class_, BaseException)):
            f.fail(inner, f"'{ast.unparse(inner)}' is no exception class")
        found.append(class_)
    return tuple(found)


def matches(f: Emitter, error: Value, classes: tuple[type[BaseException], ...], *, inner: bool = False) -> SSAValue:
    """Whether an error is of one of these classes, or with `inner` is a group with one of them."""
    symbol = f.module.matcher(classes, inner=inner)
    return f.add(func.CallOp(symbol, error.parts, [i1])).results[0]

