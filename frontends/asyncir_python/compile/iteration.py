"""What a `for` goes over: counted things (range, lanes, an array, the functions of `itertools` that are none), and tuples item by item."""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from xdsl.dialects import arith
from xdsl.ir import SSAValue

from asyncir_python.compile.arrays import element_at, size
from asyncir_python.compile.conversion import constant
from asyncir_python.compile.emitter import Emitter, static_of
from asyncir_python.compile.expressions import arguments_of
from asyncir_python.compile.failing import fail_if
from asyncir_python.compile.types import INTEGER, Array, Tuple
from asyncir_python.compile.values import Value, pack, split


@dataclass
class Counted:
    """A counter from start to stop, i64, by a positive step, and the item at a place of it."""

    start: SSAValue
    stop: SSAValue
    step: SSAValue
    item: Callable[[Emitter, SSAValue], Value]
    known: range | None = None
    """The counter's values, where they are known while compiling."""


@dataclass
class Unrolled:
    """Items known while compiling; of those with a guard, an i1, only the ones whose guard holds are gone over."""

    items: Sequence[Value]
    guards: Sequence[SSAValue] | None = None


Iteration = Counted | Unrolled

ITERABLES: dict[int, Callable[[Emitter, ast.Call], Iteration]] = {}
"""By the identity of the function that is called: what a `for` over the call does."""


ITERATIONS: dict[type, Callable[[Emitter, Value, ast.AST], Iteration]] = {}
"""By class of type: what a `for` over a value does."""


def iterable(function: object) -> Callable[[Callable[..., Iteration]], Callable[..., Iteration]]:
    """Registers what a loop over a call of that function does."""

    def register(make: Callable[..., Iteration]) -> Callable[..., Iteration]:
        ITERABLES[id(function)] = make
        return make

    return register


def iteration(f: Emitter, node: ast.expr) -> Iteration:
    """What a loop over an expression does. Raises CompileError for what cannot be gone over."""
    if isinstance(node, ast.Call):
        made = ITERABLES.get(id(static_of(f.expression(node.func))))
        if made is not None:
            with f.at(node):
                return made(f, node)
    if isinstance(node, ast.GeneratorExp):
        f.fail(node, "a loop over a generator expression is not supported", help="write its loop, or make it a list: […]")
    value = f.expression(node)
    if (over := ITERATIONS.get(type(value.type))) is not None:
        return over(f, value, node)
    match value.type:
        case Tuple():
            return Unrolled(split(value))
        case Array():
            return over_array(f, value, node)
        case _:
            f.fail(node, f"a for loop cannot go over {value.type}", help="range(…), lanes(…), arrays and tuples can be gone over")


def counted(f: Emitter, count: SSAValue, item: Callable[[Emitter, SSAValue], Value]) -> Counted:
    """From 0 to count by 1."""
    return Counted(f.int64(0), count, f.int64(1), item)


def over_array(f: Emitter, value: Value, node: ast.expr) -> Counted:
    """The elements, or the rows, of an array."""
    return counted(f, size(f, value, 0), lambda f, i: element_at(f, value, [_counter(f, i)], node))


@iterable(range)
def over_range(f: Emitter, node: ast.Call) -> Iteration:
    """As Python's range: the bounds are evaluated once; steps may be negative, a constant one is not looked at when running."""
    arguments = arguments_of(f, node)
    if not 1 <= len(arguments) <= 3:
        f.fail(node, f"range takes 1 to 3 arguments, got {len(arguments)}")
    integers = [f.convert(value, INTEGER, argument) for value, argument in zip(arguments, node.args, strict=True)]
    start, stop, step = _bounds(f, integers)
    if step.constant is not None and int(step.constant) > 0:
        first, last, by = (f.parts(value)[0] for value in (start, stop, step))
        known = None if start.constant is None or stop.constant is None else range(start.constant, stop.constant, step.constant)
        return Counted(first, last, by, _counter if start.constant is not None and start.constant >= 0 else _number, known)
    if step.constant == 0:
        f.fail(node.args[2], "range() arg 3 must not be zero")
    first, last, by = (f.parts(value)[0] for value in (start, stop, step))
    count = _turns(f, first, last, by, node, known=step.constant is not None)
    return counted(f, count, lambda f, i: Value(INTEGER, (f.value(arith.AddiOp(first, f.value(arith.MuliOp(i, by)))),)))


def _number(f: Emitter, i: SSAValue) -> Value:
    return Value(INTEGER, (i,))


def _counter(f: Emitter, i: SSAValue) -> Value:
    """A counter that goes up from 0 or more."""
    f.not_negative.add(i)
    return Value(INTEGER, (i,))


def _bounds(f: Emitter, values: list[Value]) -> tuple[Value, Value, Value]:
    if len(values) == 1:
        return constant(0), values[0], constant(1)
    return values[0], values[1], values[2] if len(values) == 3 else constant(1)


def _turns(f: Emitter, start: SSAValue, stop: SSAValue, step: SSAValue, node: ast.Call, *, known: bool) -> SSAValue:
    """How many turns range(start, stop, step) has: max(0, ceil((stop - start) / step)), for steps of either sign."""
    zero, one = f.int64(0), f.int64(1)
    if not known:
        fail_if(f, f.compare("eq", step, zero), ValueError, "range() arg 3 must not be zero", node)
    down = f.compare("slt", step, zero)
    distance = f.value(arith.SelectOp(down, f.value(arith.SubiOp(start, stop)), f.value(arith.SubiOp(stop, start))))
    size = f.value(arith.SelectOp(down, f.value(arith.SubiOp(zero, step)), step))
    up = f.value(arith.DivUIOp(f.value(arith.AddiOp(distance, f.value(arith.SubiOp(size, one)))), size))
    return f.value(arith.SelectOp(f.compare("sgt", distance, zero), up, zero))


@iterable(enumerate)
def over_enumerate(f: Emitter, node: ast.Call) -> Iteration:
    """Numbers beside items."""
    if len(node.args) not in (1, 2) or node.keywords:
        f.fail(node, f"enumerate takes 1 or 2 arguments, got {len(node.args) + len(node.keywords)}")
    inner = iteration(f, node.args[0])
    first = f.expression(node.args[1]) if len(node.args) > 1 else constant(0)
    if isinstance(inner, Unrolled):
        if first.constant is None:
            f.fail(node.args[1], "the start of enumerate over a tuple must be a constant")
        return Unrolled([pack([constant(first.constant + i), item]) for i, item in enumerate(inner.items)])
    begin, step = inner.start, inner.step
    base = f.parts(f.convert(first, INTEGER, node))[0]

    def item(f: Emitter, i: SSAValue) -> Value:
        turn = f.value(arith.DivSIOp(f.value(arith.SubiOp(i, begin)), step))
        return pack([Value(INTEGER, (f.value(arith.AddiOp(base, turn)),)), inner.item(f, i)])

    return Counted(inner.start, inner.stop, inner.step, item)


@iterable(zip)
def over_zip(f: Emitter, node: ast.Call) -> Iteration:
    """Items side by side, as many as the shortest has."""
    if node.keywords or not node.args:
        f.fail(node, "zip takes iterables, and no strict=")
    parts = [iteration(f, argument) for argument in node.args]
    unrolled = [part for part in parts if isinstance(part, Unrolled)]
    if len(unrolled) == len(parts):
        return Unrolled([pack(list(row)) for row in zip(*(part.items for part in unrolled), strict=False)])
    if unrolled:
        f.fail(node, "zip goes over tuples, or over ranges and arrays, not over both")
    loops = [part for part in parts if isinstance(part, Counted)]
    counts = [count_of(f, part) for part in loops]
    count = counts[0]
    for other in counts[1:]:
        count = f.value(arith.MinSIOp(count, other))
    return counted(f, count, lambda f, i: pack([part.item(f, _at_turn(f, part, i)) for part in loops]))


@iterable(reversed)
def over_reversed(f: Emitter, node: ast.Call) -> Iteration:
    """The last item first."""
    if node.keywords or len(node.args) != 1:
        f.fail(node, "reversed takes one argument")
    inner = iteration(f, node.args[0])
    if isinstance(inner, Unrolled):
        return Unrolled(inner.items[::-1])
    count = count_of(f, inner)
    last = f.value(arith.SubiOp(count, f.int64(1)))
    return counted(f, count, lambda f, i: inner.item(f, _at_turn(f, inner, f.value(arith.SubiOp(last, i)))))


def count_of(f: Emitter, over: Counted) -> SSAValue:
    """How many turns a loop has."""
    distance = f.value(arith.MaxSIOp(f.value(arith.SubiOp(over.stop, over.start)), f.int64(0)))
    return f.value(arith.CeilDivSIOp(distance, over.step))


def _at_turn(f: Emitter, over: Counted, turn: SSAValue) -> SSAValue:
    """The counter at a turn."""
    return f.value(arith.AddiOp(over.start, f.value(arith.MuliOp(turn, over.step))))
