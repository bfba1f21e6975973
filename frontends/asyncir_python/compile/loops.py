"""
Loops. A loop that is left at its end only is an `scf.for` or `scf.while`; one with break, continue, return or an error that a handler of
this function takes is made of blocks:

    ┌─► head(variables) ── test ──┬─► body ──► next ─┐          next: the counter's step; `continue` goes there
    └─────────────────────────────┼──────────────────┘
                                  └─► else ──► exit(variables)   `break` goes to exit

What is carried around the loop are the variables that it assigns and that have a value where it is entered.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from xdsl.dialects import arith, cf, scf
from xdsl.dialects.builtin import UnitAttr, i64
from xdsl.ir import Attribute, Block, SSAValue

from asyncir.dialects.task import BOUNDED
from asyncir_python.compile.assignment import assign
from asyncir_python.compile.emitter import Again, Emitter, statement
from asyncir_python.compile.expressions import truth_of
from asyncir_python.compile.iteration import Counted, Unrolled, iteration
from asyncir_python.compile.lane_marks import Mark, join
from asyncir_python.compile.scan import assigned_names, escapes
from asyncir_python.compile.structure import branch, joined, joined_type
from asyncir_python.compile.types import Mixed, Static, Type
from asyncir_python.compile.values import Scope, Value, cut


@dataclass
class LoopTargets:
    """Where break and continue of a loop go, and what they hand on."""

    variables: Carried
    again: Block
    exit: Block
    behind: Carried
    """The variables handed on to the exit: where the test of a while assigns some, more than go around."""
    handlers: int = 0
    """How many handlers surround the loop: those further inside are left by a jump."""
    exits: int = field(default=0)


NOT_CARRIED = Static("what a loop does not carry")
"""Noted for a variable that has no value, or values of several types, when a turn is over: nothing behind may use it."""


def _wide(at_head: Type, given: Type) -> Type:
    """The type that a variable must have at the head of a loop, where a turn ends with a value of that type."""
    try:
        return joined_type([at_head, given])
    except Mixed:
        return NOT_CARRIED


class Carried:
    """The variables that go around a loop, with the types that they have at its head."""

    def __init__(self, f: Emitter, node: ast.AST, names: Sequence[str]) -> None:
        self.f = f
        self.node = node
        self.types: dict[str, Type] = {}
        self.marks: dict[str, Mark | None] = {}
        """How they differ between lanes at the head."""
        self.assigned = names
        for name in names:
            value = f.scope.values.get(name)
            if value is None:
                continue
            noted = f.spec.loops.get((node, name))
            type_ = value.type if noted is None else noted
            if isinstance(type_, Static):
                continue
            self.types[name] = joined(f, node, name, [type_, value.type])
            self.marks[name] = self.mark_at_head(name, f.lanes.of(value))

    def mark_at_head(self, name: str, entered: Mark | None) -> Mark | None:
        """How a variable differs between lanes at the head, given how it does where the loop is entered."""
        return self.f.spec.lane_marks.get((self.node, name), entered) if self.f.spec.together else None

    def mark_behind(self, name: str) -> Mark | None:
        """How it differs between lanes behind the loop."""
        return self.marks[name]

    def mark_given(self, name: str, given: Mark | None) -> Mark | None:
        """How it must differ at the head for a value like this to come there."""
        return join(self.marks[name], given)

    @property
    def part_types(self) -> list[Attribute]:
        return [part for type_ in self.types.values() for part in type_.parts]

    def parts(self) -> list[SSAValue]:
        """What the variables hold now, as what they are at the head. Raises Again where that is too narrow."""
        parts: list[SSAValue] = []
        noted = False
        for name, type_ in self.types.items():
            value = self.f.scope.values.get(name)
            wide = NOT_CARRIED if value is None else _wide(type_, value.type)
            if value is None or wide != type_:
                self.f.spec.loops[self.node, name] = wide
                raise Again
            mark = self.mark_given(name, self.f.lanes.of(value))
            if mark != self.marks[name] and self.f.spec.together:
                self.f.spec.lane_marks[self.node, name] = mark
                noted = True
            parts += self.f.parts(self.f.convert(value, type_, self.node, name))
        if noted:
            raise Again
        return parts

    def take(self, parts: Sequence[SSAValue]) -> None:
        """The variables have these values from here on; names that the loop alone assigns have none."""
        for name, value in zip(self.types, cut(list(self.types.values()), parts), strict=True):
            self.f.lanes.fix(value.parts, self.mark_behind(name))
            self.f.assign(name, value)
        for name in self.assigned:
            if name not in self.types:
                self.f.scope.values.pop(name, None)
                loop = f"the loop in line {getattr(self.node, 'lineno', '?')}"
                dropped = (self.node, name) in self.f.spec.loops
                why = f"it has no value, or no one type, after a turn of {loop}" if dropped else f"{loop} may not run"
                self.f.scope.missing[name] = why


@statement(ast.While)
def emit_while(f: Emitter, node: ast.While) -> None:
    carried = Carried(f, node, assigned_names([node.test, *node.body, *node.orelse]))
    if f.flat or escapes([node]) or node.orelse:
        _while_blocks(f, node, carried)
        return
    head, body = f.new_block(carried.part_types), f.new_block(carried.part_types)
    initial = carried.parts()
    outer = f.scope
    f.scope = outer.copy()
    with f.inside(head):
        carried.take(head.args)
        test = truth_of(f, node.test)
        f.add(scf.ConditionOp(test, *carried.parts()))
    f.scope = outer.copy()
    with f.inside(body):
        carried.take(body.args)
        f.statements(node.body)
        f.add(scf.YieldOp(*(carried.parts() if f.alive else [f.nothing_of(type_) for type_ in carried.part_types])))
    f.scope = outer
    made = f.add(scf.WhileOp(initial, carried.part_types, [head], [body]))
    carried.take(made.results)


def _while_blocks(f: Emitter, node: ast.While, carried: Carried) -> None:
    head, body, end = f.new_block(carried.part_types), f.new_block(), f.new_block()
    f.add(cf.BranchOp(head, *carried.parts()))
    f.enter(head)
    carried.take(head.args)
    test = truth_of(f, node.test)
    always = isinstance(node.test, ast.Constant) and bool(node.test.value)
    f.add(cf.BranchOp(body) if always else cf.ConditionalBranchOp(test, body, [], end, []))
    at_head = f.scope.copy()
    behind = Carried(f, node.test, carried.assigned)
    targets = LoopTargets(carried, head, f.new_block(behind.part_types), behind, handlers=len(f.handlers))
    f.enter(body)
    loop_body(f, node.body, targets)
    leave_loop(f, node.orelse, targets, end, at_head, reached=not always)


def loop_body(f: Emitter, nodes: Sequence[ast.stmt], targets: LoopTargets) -> None:
    """A turn of a loop, and the jump to the next."""
    f.loops.append(targets)
    f.statements(nodes)
    f.loops.pop()
    if f.alive:
        f.add(cf.BranchOp(targets.again, *targets.variables.parts()))


def leave_loop(f: Emitter, orelse: Sequence[ast.stmt], targets: LoopTargets, end: Block, scope: Scope, *, reached: bool) -> None:
    """The else part, where the loop ends by itself, then the exit."""
    if reached:
        f.scope = scope.copy()
        f.enter(end)
        f.statements(orelse)
        if f.alive:
            f.add(cf.BranchOp(targets.exit, *targets.behind.parts()))
            targets.exits += 1
    if targets.exits:
        f.scope = scope.copy()
        f.enter(targets.exit)
        targets.behind.take(targets.exit.args)
    else:
        f.alive = False


def plain_for(f: Emitter, node: ast.For) -> None:
    """A `for` that is no lanes loop; see lane_loops.py for the others, and for what takes them apart."""
    over = iteration(f, node.iter)
    if isinstance(over, Unrolled):
        _unrolled(f, node, over)
        return
    carried = Carried(f, node, assigned_names([node.target, *node.body, *node.orelse]))
    if f.flat or escapes([node]) or node.orelse:
        _for_blocks(f, node, over, carried)
        return
    carried.take(structured_for(f, node, over, carried, carried.parts()))


def structured_for(f: Emitter, node: ast.For, over: Counted, carried: Carried, initial: Sequence[SSAValue]) -> Sequence[SSAValue]:
    """The loop as an `scf.for`, entered with these values of the variables: their values behind it."""
    body = f.new_block([i64, *carried.part_types])
    outer = f.scope
    f.scope = outer.copy()
    with f.inside(body):
        carried.take(body.args[1:])
        assign(f, node.target, over.item(f, body.args[0]))
        f.statements(node.body)
        f.add(scf.YieldOp(*(carried.parts() if f.alive else [f.nothing_of(type_) for type_ in carried.part_types])))
    f.scope = outer
    return f.add(scf.ForOp(over.start, over.stop, over.step, initial, [body])).results


def _for_blocks(f: Emitter, node: ast.For, over: Counted, carried: Carried) -> None:
    types = [i64, *carried.part_types]
    head, body, latch = f.new_block(types), f.new_block(), f.new_block(carried.part_types)
    end, exit = f.new_block(), f.new_block(carried.part_types)
    f.add(cf.BranchOp(head, over.start, *carried.parts()))
    f.enter(head)
    carried.take(head.args[1:])
    f.add(cf.ConditionalBranchOp(f.compare("slt", head.args[0], over.stop), body, [], end, []))
    at_head = f.scope.copy()
    targets = LoopTargets(carried, latch, exit, carried, handlers=len(f.handlers))
    f.enter(body)
    assign(f, node.target, over.item(f, head.args[0]))
    loop_body(f, node.body, targets)
    f.enter(latch)
    step = f.value(arith.AddiOp(head.args[0], over.step))
    back = f.add(cf.BranchOp(head, step, *latch.args))
    back.attributes[BOUNDED] = UnitAttr()
    leave_loop(f, node.orelse, targets, end, at_head, reached=True)


def _unrolled(f: Emitter, node: ast.For, over: Unrolled) -> None:
    """A turn of its own for each item of a tuple: their types may differ."""
    guards = over.guards or [None] * len(over.items)
    if not escapes([node]) and not f.flat:
        for item, guard in zip(over.items, guards, strict=True):
            _turn(f, node, item, guard)
        f.statements(node.orelse)
        return
    names = assigned_names([node.target, *node.body, *node.orelse])
    carried = Carried(f, node, [name for name in names if name in f.scope.values and f.scope.values[name].type.parts])
    exit = f.new_block(carried.part_types)
    targets = LoopTargets(carried, exit, exit, carried, handlers=len(f.handlers))
    scope = f.scope.copy()
    for item, guard in zip(over.items, guards, strict=True):
        if not f.alive:
            break
        after = f.new_block(carried.part_types)
        targets.again = after
        if guard is not None:
            held = f.new_block()
            f.add(cf.ConditionalBranchOp(guard, held, [], after, carried.parts()))
            f.enter(held)
        assign(f, node.target, item)
        loop_body(f, node.body, targets)
        f.enter(after)
        carried.take(after.args)
    f.statements(node.orelse)
    if f.alive:
        f.add(cf.BranchOp(exit, *carried.parts()))
        targets.exits += 1
    if targets.exits:
        f.scope = scope
        f.enter(exit)
        carried.take(exit.args)


def _turn(f: Emitter, node: ast.For, item: Value, guard: SSAValue | None) -> None:
    """A turn of its own, if its guard holds."""

    def body() -> None:
        assign(f, node.target, item)
        f.statements(node.body)

    if guard is None:
        body()
        return
    branch(f, node, guard, (body, lambda: None), assigned_names([node.target, *node.body]), flat=False)


@statement(ast.Break, ast.Continue)
def emit_jump(f: Emitter, node: ast.Break | ast.Continue) -> None:
    """Leaves a turn of the innermost loop; handlers with a finally part in between run it first."""
    targets = f.loops[-1]

    def jump() -> None:
        if isinstance(node, ast.Break):
            f.add(cf.BranchOp(targets.exit, *targets.behind.parts()))
            targets.exits += 1
        else:
            f.add(cf.BranchOp(targets.again, *targets.variables.parts()))
        f.alive = False

    leaving(f, targets.handlers, jump)


def leaving(f: Emitter, handlers: int, then: Callable[[], None]) -> None:
    """Runs what stands in `finally` of the handlers above that number, innermost first, and then `then`."""
    kept, loops = f.handlers, f.loops
    while len(f.handlers) > handlers and f.alive:
        handler = f.handlers[-1]
        f.handlers = f.handlers[:-1]
        handler.leave(f)
    if f.alive:
        then()
    f.handlers, f.loops = kept, loops


