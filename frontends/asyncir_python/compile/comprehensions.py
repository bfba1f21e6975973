"""
Comprehensions. Over something whose length is known while compiling they give a tuple, each item emitted by itself, awaits included; over
something else, of numbers, an array. `*[f(i) for i in range(n)]` as the only argument of gather starts n tasks: see crews.py.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager

from xdsl.dialects import arith, memref, scf
from xdsl.dialects.builtin import i64
from xdsl.ir import SSAValue

from asyncir_python.compile.assignment import assign
from asyncir_python.compile.conversion import constant
from asyncir_python.compile.emitter import Emitter, expression
from asyncir_python.compile.expressions import known_truth_of
from asyncir_python.compile.iteration import Counted, Iteration, count_of, iteration
from asyncir_python.compile.types import Array, Scalar, Type
from asyncir_python.compile.values import Value, pack

MAX_UNROLLED = 256
"""Items that a comprehension may have where each is code of its own."""

Comprehension = ast.ListComp | ast.GeneratorExp


@expression(ast.ListComp, ast.GeneratorExp)
def emit_comprehension(f: Emitter, node: Comprehension) -> Value:
    """A tuple, or an array of numbers."""
    with own_scope(f):
        first = iteration(f, node.generators[0].iter)
        items = known_items(f, first)
        if items is not None:
            return pack(list(_unrolled(f, node, items)), isinstance(node, ast.ListComp))
        assert isinstance(first, Counted)
        return _array(f, node, first)


@contextmanager
def own_scope(f: Emitter) -> Generator[None]:
    """The variables of a comprehension are its own."""
    outer = f.scope
    f.scope = outer.copy()
    try:
        yield
    finally:
        f.scope = outer


def known_items(f: Emitter, over: Iteration) -> list[Value] | None:
    """The items, if their number is known while compiling and small."""
    if not isinstance(over, Counted):
        return list(over.items)
    if over.known is None or len(over.known) > MAX_UNROLLED:
        return None
    return [constant(i) for i in over.known]


def _unrolled(f: Emitter, node: Comprehension, items: list[Value]) -> Iterator[Value]:
    generator, *inner = node.generators
    if generator.is_async:
        f.fail(node, "an async comprehension goes over something of fixed size", help="use async for, and an array")
    for item in items:
        assign(f, generator.target, item)
        tests = [known_truth_of(f, test) for test in generator.ifs]
        if any(not isinstance(test, bool) for test in tests):
            f.fail(generator.ifs[0], "the condition of a comprehension must be known while compiling", help="use a loop")
        if not all(tests):
            continue
        if not inner:
            yield f.expression(node.elt)
            continue
        following = known_items(f, iteration(f, inner[0].iter))
        if following is None:
            f.fail(inner[0].iter, "the length of an inner loop must be known while compiling", help="use a loop")
        yield from _unrolled(f, ast.copy_location(ast.ListComp(node.elt, inner), node), following)


def _array(f: Emitter, node: Comprehension, over: Counted) -> Value:
    """An array with a number for each turn."""
    if len(node.generators) > 1 or node.generators[0].ifs or node.generators[0].is_async:
        f.fail(node, "a comprehension over something of unknown length has one plain for", help="use a loop and an array")
    if f.flat:
        f.fail(node, "a comprehension of unknown length cannot stand in a try statement", help="use a loop, or put it in front")
    element = _type_of_element(f, node, over)
    if not isinstance(element, Scalar):
        f.fail(
            node.elt,
            f"a list of unknown length holds numbers, not {element}",
            help="asyncio.gather(*[f(i) for i in range(n)]) starts tasks",
        )
    count = turns(f, over)
    type_ = Array(element.scalar, 1)
    array = Value(type_, (f.value(memref.AllocOp([f.index(count)], [], type_.parts[0])),))

    def store(f: Emitter, i: SSAValue, item: Value) -> None:
        assign(f, node.generators[0].target, item)
        value = f.convert(f.expression(node.elt), element, node.elt)
        f.add(memref.StoreOp.get(f.parts(value)[0], array.only, [f.index(i)]))

    each_turn(f, over, store)
    return array


def _type_of_element(f: Emitter, node: Comprehension, over: Counted) -> Type:
    """By emitting it once to nowhere."""
    with own_scope(f), f.inside(f.new_block()):
        assign(f, node.generators[0].target, over.item(f, f.int64(0)))
        return f.expression(node.elt).type


def turns(f: Emitter, over: Counted) -> SSAValue:
    """How many turns a loop has, i64."""
    up = count_of(f, over)
    f.not_negative.add(up)
    return up


def each_turn(f: Emitter, over: Counted, body: Callable[[Emitter, SSAValue, Value], None]) -> None:
    """A loop over the turns: the body gets the number of the turn, from 0, and the item."""
    block = f.new_block([i64])
    with own_scope(f), f.inside(block):
        distance = f.value(arith.SubiOp(block.args[0], over.start))
        turn = f.value(arith.DivSIOp(distance, over.step))
        f.not_negative.add(turn)
        body(f, turn, over.item(f, block.args[0]))
        f.add(scf.YieldOp())
    f.add(scf.ForOp(over.start, over.stop, over.step, [], [block]))
