"""
Lanes loops, `for i in lanes(n)`: turns start + l, start + l + w, … are lane l's of w.

What the turns store is there for all lanes behind the loop; what was stored before it is there for all turns. Variables that it carries
differ between lanes behind it: see lane_marks.py. A turn that raises an error ends its lane's part of the loop. Behind the loop all lanes
raise the error of the first of the turns that did so, as a loop of one lane raises it:

    ┌─► head(i, variables) ── test ──► body ──► next ─┐
    └──────────┬─────────────────────────┼────────────┘
               └─► exit(variables, none) ◄── error: exit(variables, i, kind, code)
"""

from __future__ import annotations

import ast
from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager

from xdsl.dialects import arith, cf
from xdsl.dialects.builtin import UnitAttr, i32, i64
from xdsl.ir import Block, SSAValue

from asyncir.dialects.gpu_lanes import Reduction, SubgroupReduceOp
from asyncir.dialects.task import BOUNDED
from asyncir_python.compile.assignment import assign
from asyncir_python.compile.emitter import Emitter, statement
from asyncir_python.compile.expressions import arguments_of
from asyncir_python.compile.failing import rethrow
from asyncir_python.compile.iteration import Counted
from asyncir_python.compile.lane_effects import lane, together, width
from asyncir_python.compile.lane_marks import ZERO, Mark, join
from asyncir_python.compile.lane_rules import LanesLoop, meet
from asyncir_python.compile.loops import Carried, LoopTargets, loop_body, plain_for, structured_for
from asyncir_python.compile.scan import assigned_names, escapes, own_nodes
from asyncir_python.compile.types import INTEGER, Error
from asyncir_python.compile.values import Value
from asyncir_python.twin.lanes import lanes

NEVER = (1 << 63) - 1
"""The number of no turn: more than that of any."""


class LanesCarried(Carried):
    """The variables that go around a lanes loop."""

    def __init__(self, f: Emitter, node: ast.For, names: Sequence[str]) -> None:
        self.inside = False
        """Whether what they are taken as is their values in a turn."""
        self.entered: dict[str, Mark | None] = {}
        super().__init__(f, node, names)

    def mark_at_head(self, name: str, entered: Mark | None) -> Mark | None:
        """A sum until a turn does something else to it than to add; what the lanes had no sums of before stays what it was."""
        self.entered[name] = entered
        if (self.node, name) in self.f.spec.lane_marks:
            return self.f.spec.lane_marks[self.node, name]
        if entered is not None and entered.kind in ("choice", "mixed", "lane"):
            return entered
        return Mark("sum", name, (self.node, name))

    def mark_given(self, name: str, given: Mark | None) -> Mark | None:
        head = self.marks[name]
        if not self.inside or head is None:
            return head
        if head.kind == "sum":
            if given is not None and given.kind in ("sum", "step") and given.root == head.root:
                return head
            was_sum = (before := self.entered[name]) is not None and before.kind == "sum"
            return Mark("mixed" if was_sum else "choice", name)
        return head if given is not None and given.kind == "mixed" and head.kind == "choice" else join(head, given)

    def mark_behind(self, name: str) -> Mark | None:
        head, before = self.marks[name], self.entered[name]
        if self.inside or head is None or head.kind != "sum":
            return head
        return Mark("sum", name, from_zero=before == ZERO or (before is not None and before.kind == "sum" and before.from_zero))


def is_lanes(f: Emitter, node: ast.expr) -> bool:
    """Whether an expression is a call of `lanes`, as far as names tell."""
    if not isinstance(node, ast.Call):
        return False
    match node.func:
        case ast.Name(id=name) if name not in f.scope.values:
            return f.spec.function.outside.get(name) is lanes
        case ast.Attribute(value=ast.Name(id=module), attr=name) if module not in f.scope.values:
            return getattr(f.spec.function.outside.get(module), name, None) is lanes
        case _:
            return False


@statement(ast.For)
def emit_for(f: Emitter, node: ast.For) -> None:
    """A lanes loop, or a plain one."""
    (_lanes_loop if is_lanes(f, node.iter) else plain_for)(f, node)


def _lanes_loop(f: Emitter, node: ast.For) -> None:
    if f.lanes.loop is not None:
        f.fail(node.iter, "a lanes loop in a lanes loop: its turns are dealt to the lanes already", help="use range(…) for the inner loop")
    together(f, node.iter, "lanes()")
    _check_body(f, node)
    over = _dealt(f, node.iter)
    carried = LanesCarried(f, node, assigned_names([node.target, *node.body]))
    initial = carried.parts()
    carried.inside = True
    before = meet(f)
    fails = node in f.spec.failing_loops
    with _turns(f, LanesLoop(node, len(f.handlers))) as loop:
        if f.flat or fails or escapes(node.body):
            results, error = _in_blocks(f, node, over, carried, initial, fails)
        else:
            results, error = structured_for(f, node, over, carried, initial), ()
    carried.inside = False
    carried.take(results)
    if loop.writes:
        meet(f)
    elif before is not None:
        before.detach()
        before.erase()
    if error:
        _raise_first(f, error)


@contextmanager
def _turns(f: Emitter, loop: LanesLoop) -> Generator[LanesLoop]:
    f.lanes.loop = loop
    yield loop
    f.lanes.loop = None


def _check_body(f: Emitter, node: ast.For) -> None:
    """A turn of a lane's own ends at its end, and waits for nothing."""
    if node.orelse:
        f.fail(node.orelse[0], "a lanes loop has no 'else'", help="write it behind the loop")
    for inner in own_nodes(node.body):
        if isinstance(inner, ast.Await | ast.AsyncFor | ast.AsyncWith):
            f.fail(inner, "a lane cannot wait by itself: 'await' in a lanes loop", help="await before or behind it, or loop over range(…)")
        if isinstance(inner, ast.Return):
            f.fail(inner, "'return' in a lanes loop would end the turns of one lane only", help="note what was found, return behind it")
    for inner in _breaks(node.body):
        f.fail(inner, "'break' in a lanes loop would end the turns of one lane only", help="skip turns by 'continue', or go over range(…)")


def _breaks(nodes: Sequence[ast.AST]) -> Iterator[ast.Break]:
    """The breaks of this loop, not those of loops inside."""
    for node in nodes:
        if isinstance(node, ast.Break):
            yield node
        elif isinstance(node, ast.For | ast.While):
            yield from _breaks(node.orelse)
        elif not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield from _breaks(list(ast.iter_child_nodes(node)))


def _dealt(f: Emitter, node: ast.expr) -> Counted:
    """This lane's turns."""
    assert isinstance(node, ast.Call)
    arguments = arguments_of(f, node)
    if len(arguments) not in (1, 2):
        f.fail(node, f"lanes takes 1 or 2 arguments, got {len(arguments)}")
    for value, argument in zip(arguments, node.args, strict=True):
        mark = f.lanes.of(value)
        if mark is not None and mark != ZERO:
            f.fail(argument, mark.message)
    values = [f.convert(value, INTEGER, argument) for value, argument in zip(arguments, node.args, strict=True)]
    stop = f.parts(values[-1])[0]
    start = lane(f)
    begin = values[0] if len(values) == 2 else None
    if begin is not None:
        start = f.value(arith.AddiOp(f.parts(begin)[0], start))
    counts_up = begin is None or (begin.constant is not None and begin.constant >= 0)

    def item(f: Emitter, i: SSAValue) -> Value:
        if counts_up:
            f.not_negative.add(i)
        return Value(INTEGER, (i,))

    return Counted(start, stop, width(f), item)


def _in_blocks(
    f: Emitter, node: ast.For, over: Counted, carried: Carried, initial: Sequence[SSAValue], fails: bool
) -> tuple[Sequence[SSAValue], Sequence[SSAValue]]:
    """What the variables are behind the loop; where its turns may fail the turn that did, and the kind and code of its error."""
    types = [i64, *carried.part_types]
    head, body, latch = f.new_block(types), f.new_block(), f.new_block(carried.part_types)
    exit = f.new_block([*carried.part_types, *([i64, i32, i32] if fails else [])])
    none = [f.int64(NEVER), f.int32(0), f.int32(0)] if fails else []
    f.add(cf.BranchOp(head, over.start, *initial))
    f.enter(head)
    carried.take(head.args[1:])
    f.add(cf.ConditionalBranchOp(f.compare("slt", head.args[0], over.stop), body, [], exit, [*head.args[1:], *none]))
    at_head, handlers = f.scope.copy(), f.handlers
    if fails:
        f.handlers = [*handlers, _TurnFailed(exit, head.args)]
    f.enter(body)
    assign(f, node.target, over.item(f, head.args[0]))
    loop_body(f, node.body, LoopTargets(carried, latch, exit, carried, handlers=len(f.handlers)))
    f.enter(latch)
    step = f.value(arith.AddiOp(head.args[0], over.step))
    back = f.add(cf.BranchOp(head, step, *latch.args))
    back.attributes[BOUNDED] = UnitAttr()
    f.handlers, f.scope = handlers, at_head
    f.enter(exit)
    count = len(carried.part_types)
    return exit.args[:count], exit.args[count:]


class _TurnFailed:
    """The handler of a lanes loop: it ends this lane's part."""

    def __init__(self, exit: Block, head: Sequence[SSAValue]) -> None:
        self._exit = exit
        self._head = head

    def jump(self, f: Emitter, kind: SSAValue, code: SSAValue) -> None:
        turn, *variables = self._head
        f.add(cf.BranchOp(self._exit, *variables, turn, kind, code))
        f.alive = False

    def leave(self, f: Emitter) -> None:
        """Nothing is to be done when control leaves the loop: only its end does."""


def _raise_first(f: Emitter, error: Sequence[SSAValue]) -> None:
    """All lanes raise the error of the first turn that had one."""
    turn, kind, code = error
    f.lanes.set(error, None)
    first = _reduced(f, Reduction.MINSI, turn)
    own = f.compare("eq", turn, first)
    raised = [_reduced(f, Reduction.ADD, f.value(arith.SelectOp(own, part, f.int32(0)))) for part in (kind, code)]
    bad, good = f.new_block(), f.new_block()
    f.add(cf.ConditionalBranchOp(f.compare("ne", first, f.int64(NEVER)), bad, [], good, []))
    f.enter(bad)
    rethrow(f, Value(Error(), tuple(raised)))
    f.enter(good)


def _reduced(f: Emitter, reduction: Reduction, value: SSAValue) -> SSAValue:
    return f.value(SubgroupReduceOp(reduction, value))
