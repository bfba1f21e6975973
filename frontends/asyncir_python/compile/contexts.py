"""`async with` and `async for`: what is entered and left, and what gives items, is registered by class of type."""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence

from xdsl.dialects import cf
from xdsl.ir import SSAValue

from asyncir_python.compile.assignment import assign
from asyncir_python.compile.emitter import Emitter, statement, static_of
from asyncir_python.compile.iteration import ITERABLES
from asyncir_python.compile.loops import Carried, LoopTargets, leave_loop, loop_body
from asyncir_python.compile.scan import assigned_names
from asyncir_python.compile.trying import finally_
from asyncir_python.compile.types import Type
from asyncir_python.compile.values import Value

Enter = Callable[[Emitter, ast.AST, Value], Value]
Leave = Callable[[Emitter, ast.AST, Value], None]

ASYNC_CONTEXTS: dict[type[Type], tuple[Enter, Leave]] = {}
"""What `async with` does with a value: entering gives what stands behind `as`; leaving is emitted once for each way out."""

ASYNC_BLOCKS: dict[type[Type], Callable[[Emitter, ast.AsyncWith, int, Value], None]] = {}
"""The same for those that look at the error with which they are left: they emit the statement from its item with that number on."""

ASYNC_ITERATIONS: dict[type[Type], Callable[[Emitter, ast.AST, Value], tuple[SSAValue, Value]]] = {}
"""What a turn of `async for` over a value waits for: whether there is one more item, and the item."""


@statement(ast.AsyncWith)
def emit_async_with(f: Emitter, node: ast.AsyncWith) -> None:
    with_items(f, node, 0)


def with_items(f: Emitter, node: ast.AsyncWith, index: int) -> None:
    """The statement from an item on: those before it are entered."""
    if index == len(node.items):
        f.statements(node.body)
        return
    item = node.items[index]
    value = f.whole(f.expression(item.context_expr))
    block = ASYNC_BLOCKS.get(type(value.type))
    if block is not None:
        block(f, node, index, value)
        return
    context = ASYNC_CONTEXTS.get(type(value.type))
    if context is None:
        f.fail(item.context_expr, f"'async with' cannot be used with {value.type}", help="it is for locks, semaphores and conditions")
    enter, leave = context
    entered = enter(f, item.context_expr, value)
    rest: list[ast.AST] = [*node.items[index + 1 :], *node.body]
    if item.optional_vars is not None:
        assign(f, item.optional_vars, entered)

    def final() -> None:
        with f.at(item.context_expr):
            leave(f, item.context_expr, value)

    finally_(f, node, rest, lambda: with_items(f, node, index + 1), final)


@statement(ast.AsyncFor)
def emit_async_for(f: Emitter, node: ast.AsyncFor) -> None:
    """A loop of blocks whose head waits for the next item."""
    if isinstance(node.iter, ast.Call) and id(static_of(f.expression(node.iter.func))) in ITERABLES:
        f.fail(node.iter, "'async for' goes over channels", help=f"for {ast.unparse(node.target)} in {ast.unparse(node.iter)}")
    value = f.whole(f.expression(node.iter))
    advance = ASYNC_ITERATIONS.get(type(value.type))
    if advance is None:
        help = "it is for channels; a plain for goes over ranges, arrays and tuples"
        f.fail(node.iter, f"'async for' cannot go over {value.type}", help=help)
    parts: Sequence[ast.AST] = [node.target, *node.body, *node.orelse]
    carried = Carried(f, node, assigned_names(parts))
    head, body, end, exit = f.new_block(carried.part_types), f.new_block(), f.new_block(), f.new_block(carried.part_types)
    f.add(cf.BranchOp(head, *carried.parts()))
    f.enter(head)
    carried.take(head.args)
    more, item = advance(f, node.iter, value)
    f.add(cf.ConditionalBranchOp(more, body, [], end, []))
    at_head = f.scope.copy()
    targets = LoopTargets(carried, head, exit, carried, handlers=len(f.handlers))
    f.enter(body)
    assign(f, node.target, item)
    loop_body(f, node.body, targets)
    leave_loop(f, node.orelse, targets, end, at_head, reached=True)
