"""
`sum`, `any` and `all`, of tuples, arrays and generator expressions: written out as the loops that they are. And `run`, by which a sync
function awaits.
"""

from __future__ import annotations

import ast

from asyncir_python.compile.awaiting import await_value
from asyncir_python.compile.calls import EARLY, Call, builtin
from asyncir_python.compile.comprehensions import own_scope
from asyncir_python.compile.conversion import constant
from asyncir_python.compile.emitter import Emitter
from asyncir_python.compile.values import Value
from asyncir_python.twin.nested import run

RESULT = "(result)"
ITEM = "(item)"
"""Names that no program can use."""


def _loop(f: Emitter, node: ast.Call, first: Value, step: ast.stmt, elements: ast.expr) -> Value:
    """The result variable, begun with `first`, behind a loop over the elements that runs `step` with each as the item variable."""
    with own_scope(f):
        f.assign(RESULT, first)
        if node not in f.spec.written_out:
            f.spec.written_out[node] = _loops(node, elements, step)
        f.statements([f.spec.written_out[node]])
        return f.scope.values[RESULT]


def _loops(node: ast.Call, elements: ast.expr, step: ast.stmt) -> ast.stmt:
    """`for item in elements: step`; a generator expression is its loops, with the step inside."""

    def at(made: ast.stmt) -> ast.stmt:
        return ast.fix_missing_locations(ast.copy_location(made, node))

    if not isinstance(elements, ast.GeneratorExp | ast.ListComp):
        return at(ast.For(ast.Name(ITEM, ast.Store()), elements, [step], []))
    inner: ast.stmt = at(ast.Assign([ast.Name(ITEM, ast.Store())], elements.elt))
    body: list[ast.stmt] = [inner, step]
    for generator in reversed(elements.generators):
        for test in reversed(generator.ifs):
            body = [at(ast.If(test, body, []))]
        body = [at(ast.For(generator.target, generator.iter, body, []))]
    return body[0]


def _statement(node: ast.Call, text: str) -> ast.stmt:
    """A statement with R and X for the variables, at the place of the call."""
    parsed = ast.parse(text).body[0]
    for inner in ast.walk(parsed):
        if isinstance(inner, ast.Name):
            inner.id = {"R": RESULT, "X": ITEM}.get(inner.id, inner.id)
        ast.copy_location(inner, node)
    return parsed


def emit_sum(f: Emitter, node: ast.Call) -> Value | None:
    """`sum(elements, start=0)`."""
    named = {keyword.arg: keyword.value for keyword in node.keywords}
    if not 1 <= len(node.args) <= 2 or not set(named) <= {"start"} or len(node.args) + len(named) > 2:
        f.fail(node, "sum takes elements and a start")
    start = node.args[1] if len(node.args) == 2 else named.get("start")
    first = constant(0) if start is None else f.expression(start)
    return _loop(f, node, first, _statement(node, "R = R + X"), node.args[0])


def emit_any(f: Emitter, node: ast.Call) -> Value | None:
    """Elements behind the first that holds are not evaluated."""
    return _question(f, node, "any", False, "R = True if X else False")


def emit_all(f: Emitter, node: ast.Call) -> Value | None:
    return _question(f, node, "all", True, "R = True if X else False")


def _question(f: Emitter, node: ast.Call, name: str, first: bool, text: str) -> Value:
    if len(node.args) != 1 or node.keywords:
        f.fail(node, f"{name} takes one argument")
    elements = node.args[0]
    open_ = _statement(node, "R" if first else "not R")
    assert isinstance(open_, ast.Expr)
    if isinstance(elements, ast.GeneratorExp | ast.ListComp):
        # The element stands inside of the question whether the answer is open.
        step = _statement(node, text)
        assert isinstance(step, ast.Assign) and isinstance(step.value, ast.IfExp)
        step.value.test = elements.elt
        guarded = ast.copy_location(ast.If(open_.value, [step], []), node)
        zero = ast.copy_location(ast.Constant(0), node)
        return _loop(f, node, constant(first), guarded, ast.copy_location(ast.GeneratorExp(zero, elements.generators), node))
    guarded = ast.copy_location(ast.If(open_.value, [_statement(node, text)], []), node)
    return _loop(f, node, constant(first), guarded, elements)


EARLY[id(sum)] = emit_sum
EARLY[id(any)] = emit_any
EARLY[id(all)] = emit_all


@builtin(run)
def emit_run(f: Emitter, call: Call) -> Value:
    """In a sync function: it is compiled as a task and suspends, and so do those who call it."""
    (coroutine,) = call.exactly(f, "coroutine")
    if isinstance(f.spec.function.node, ast.AsyncFunctionDef):
        f.fail(call.node, "run() is for sync functions", help="write await")
    return await_value(f, coroutine, call.node)
