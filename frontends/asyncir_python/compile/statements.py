"""Statements that are no loops and no try: assignments, branches, return, assert, raise, definitions, `with`."""

from __future__ import annotations

import ast

from asyncir_python.compile.arrays import update_item
from asyncir_python.compile.assignment import assign
from asyncir_python.compile.emitter import Emitter, statement, static_of
from asyncir_python.compile.expressions import known_truth_of, operate
from asyncir_python.compile.failing import fail_if, fail_now, rethrow
from asyncir_python.compile.loops import leaving
from asyncir_python.compile.nested import define
from asyncir_python.compile.scan import assigned_names, escapes
from asyncir_python.compile.signature import annotation_type
from asyncir_python.compile.structure import branch
from asyncir_python.compile.types import Error, Tuple
from asyncir_python.compile.values import NOTHING, static


@statement(ast.Assign)
def emit_assign(f: Emitter, node: ast.Assign) -> None:
    value = f.expression(node.value)
    for target in node.targets:
        assign(f, target, value)


@statement(ast.AnnAssign)
def emit_annotated(f: Emitter, node: ast.AnnAssign) -> None:
    """`x: i32 = 0`: the annotation must be the value's type, as it converts nothing when the function runs as Python."""
    if node.value is None:
        return
    value = f.expression(node.value)
    wanted = annotation_type(f, node.annotation)
    settled = f.module.settle(f, value, wanted, node)
    if settled.type != wanted:
        f.fail(
            node.annotation,
            f"the value has type {settled.type}, the annotation says {wanted}",
            help=f"convert it: {ast.unparse(node.target)} = {wanted}(…)",
        )
    assign(f, node.target, settled)


@statement(ast.AugAssign)
def emit_augmented(f: Emitter, node: ast.AugAssign) -> None:
    target = node.target
    if isinstance(target, ast.Subscript):
        update_item(f, target, lambda old: operate(f, node.op, old, f.expression(node.value), node))
        return
    if not isinstance(target, ast.Name):
        f.fail(target, "only names and array items can be assigned to")
    old = f.lookup(ast.copy_location(ast.Name(target.id, ast.Load()), target))
    if isinstance(old.type, Tuple) and old.type.is_list:
        f.fail(node, "a list is not changed in place here, as its other names would see", help=f"{target.id} = {target.id} + …")
    f.assign(target.id, operate(f, node.op, old, f.expression(node.value), node))


@statement(ast.Expr)
def emit_expression(f: Emitter, node: ast.Expr) -> None:
    if isinstance(node.value, ast.Constant):  # a docstring, or `...`
        return
    value = f.expression(node.value)
    f.module.unused(f, value, node.value)


@statement(ast.Pass)
def emit_pass(f: Emitter, node: ast.Pass) -> None:
    """Nothing to do is what it says."""


@statement(ast.If)
def emit_if(f: Emitter, node: ast.If) -> None:
    test = known_truth_of(f, node.test)
    if isinstance(test, bool):
        f.statements(node.body if test else node.orelse)
        return
    flat = f.flat or escapes([*node.body, *node.orelse])

    def arm(body: list[ast.stmt]) -> None:
        f.statements(body)

    branch(f, node, test, (lambda: arm(node.body), lambda: arm(node.orelse)), assigned_names([*node.body, *node.orelse]), flat)


@statement(ast.Return)
def emit_return(f: Emitter, node: ast.Return) -> None:
    value = NOTHING if node.value is None else f.expression(node.value)
    value = f.module.returned(f, value, node if node.value is None else node.value)

    def leave() -> None:
        f.module.finish(f, value)
        f.alive = False

    if f.alive:
        leaving(f, 0, leave)


@statement(ast.Assert)
def emit_assert(f: Emitter, node: ast.Assert) -> None:
    holds = known_truth_of(f, node.test)
    message = _text(f, node.msg) if node.msg is not None else ""
    if holds is True:
        return
    if holds is False:
        fail_now(f, AssertionError, message, node)
        return
    fail_if(f, f.opposite(holds), AssertionError, message, node)


@statement(ast.Raise)
def emit_raise(f: Emitter, node: ast.Raise) -> None:
    if node.exc is None:
        if not f.handling:
            f.fail(node, "there is no error to raise again here", help="a bare raise stands in an except clause")
        f.handling[-1](node)
        return
    if node.cause is not None and not (isinstance(node.cause, ast.Constant) and node.cause.value is None):
        f.fail(node.cause, "the cause of an error is not kept", help="raise it without from, or from None")
    found = f.expression(node.exc) if isinstance(node.exc, ast.Name) else None
    if found is not None and isinstance(found.type, Error):
        rethrow(f, found)
        return
    error, message = raised(f, node.exc)
    fail_now(f, error, message, node)


def raised(f: Emitter, node: ast.expr) -> tuple[type[BaseException], str]:
    """The class and message of what is raised: `ValueError`, or `ValueError("text")`."""
    call = node if isinstance(node, ast.Call) else None
    found = static_of(f.expression(call.func if call else node))
    if not (isinstance(found, type) and issubclass(found, BaseException)):
        f.fail(node, "raise takes an exception class, or a call of one with a text", help='raise ValueError("what is wrong")')
    if call is None or not call.args:
        return found, ""
    if len(call.args) > 1 or call.keywords:
        f.fail(call, "an error has one argument here, a constant text")
    return found, _text(f, call.args[0])


def _text(f: Emitter, node: ast.expr) -> str:
    """A message: texts are constant where no host can be asked to make one."""
    if isinstance(node, ast.Constant):
        return str(node.value)
    found = static_of(f.expression(node)) if isinstance(node, ast.Name) else None
    if not isinstance(found, str):
        f.fail(node, "the message of an error must be a constant text")
    return found


@statement(ast.FunctionDef, ast.AsyncFunctionDef)
def emit_definition(f: Emitter, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
    """A function defined in a function: what it takes from here are values that do not change any more."""
    f.assign(node.name, static(define(f, node)))


@statement(ast.Global, ast.Nonlocal)
def emit_foreign(f: Emitter, node: ast.Global | ast.Nonlocal) -> None:
    f.fail(node, "tasks share no variables: global and nonlocal cannot be assigned", help="use an array, or return the value")


@statement(ast.Import, ast.ImportFrom)
def emit_import(f: Emitter, node: ast.Import | ast.ImportFrom) -> None:
    f.fail(node, "an import stands outside of compiled functions")


@statement(ast.Delete)
def emit_delete(f: Emitter, node: ast.Delete) -> None:
    for target in node.targets:
        if not isinstance(target, ast.Name):
            f.fail(target, "only names can be deleted")
        f.lookup(ast.copy_location(ast.Name(target.id, ast.Load()), target))
        f.scope.values.pop(target.id)
        f.scope.missing[target.id] = f"it was deleted in line {node.lineno}"
