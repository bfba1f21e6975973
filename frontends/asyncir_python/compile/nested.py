"""
Functions defined in compiled functions. What such a function takes from the outer one is handed to it as further arguments when it is
called. Python looks a captured variable up when the function runs; here its value at the definition is taken, so a variable that may change
later is refused.
"""

from __future__ import annotations

import ast

from asyncir_python.compile.emitter import Emitter, expression, static_of
from asyncir_python.compile.functions import Kind, NestedFunction, defaults_of
from asyncir_python.compile.scan import assigned_names, own_nodes
from asyncir_python.compile.signature import captures_of
from asyncir_python.compile.values import Value, static
from asyncir_python.kernels import kernel
from asyncir_python.marks import device, task

_KINDS: dict[int, Kind] = {id(task): "task", id(device): "device"}


def define(f: Emitter, node: ast.FunctionDef | ast.AsyncFunctionDef) -> NestedFunction:
    """The function that a definition makes. Raises CompileError for decorators and captures that mean nothing here."""
    kind: Kind = "task" if isinstance(node, ast.AsyncFunctionDef) else "device"
    converts = False
    for decorator in node.decorator_list:
        mark = static_of(f.expression(decorator))
        if mark is kernel:
            f.fail(decorator, "a kernel is not defined in another function")
        if _KINDS.get(id(mark)) != kind:
            f.fail(
                decorator,
                f"'{ast.unparse(decorator)}' is no decorator for this function",
                help="@task marks async functions, @device others",
            )
        converts = True
    return NestedFunction(f.spec.function, node, kind, converts, _captured(f, node))


@expression(ast.Lambda)
def emit_lambda(f: Emitter, node: ast.Lambda) -> Value:
    """A function without a name that gives its expression."""
    body = ast.copy_location(ast.Return(node.body), node.body)
    definition = ast.FunctionDef("lambda_", node.args, [body], [], None, None)
    definition = ast.copy_location(definition, node)
    return static(NestedFunction(f.spec.function, definition, "device", False, _captured(f, definition)))


def _captured(f: Emitter, node: ast.FunctionDef | ast.AsyncFunctionDef) -> dict[str, Value]:
    own = {argument.arg for argument in [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]} | set(assigned_names(node.body))
    captured: dict[str, Value] = {}
    for inner in ast.walk(ast.Module(node.body, [])):
        if not isinstance(inner, ast.Name) or not isinstance(inner.ctx, ast.Load) or inner.id in own or inner.id in captured:
            continue
        value = f.scope.values.get(inner.id)
        if value is not None and inner.id != node.name:
            _check_settled(f, inner.id, node, inner)
            captured[inner.id] = value
            function = static_of(value)
            if isinstance(function, NestedFunction):
                captured |= {f"{function.name}:{name}": taken for name, taken in captures_of(f, function).items()}
    return captured | {f"={name}": f.whole(f.expression(default)) for name, default in defaults_of(node).items()}


def _check_settled(f: Emitter, name: str, definition: ast.AST, use: ast.AST) -> None:
    """A captured variable is assigned once, before the definition."""
    body = f.spec.function.node.body
    stores = [node for node in own_nodes(body) if isinstance(node, ast.Name) and node.id == name and isinstance(node.ctx, ast.Store)]
    parameters = {argument.arg for argument in ast.walk(f.spec.function.node.args) if isinstance(argument, ast.arg)}
    count = len(stores) + (name in parameters)
    in_loop = any(store in set(ast.walk(loop)) for loop in own_nodes(body) if isinstance(loop, ast.For | ast.While) for store in stores)
    if count > 1 or (stores and (in_loop or stores[0].lineno > getattr(definition, "lineno", 0))):
        f.fail(
            use,
            f"'{name}' is captured here, and assigned more than once in '{f.spec.function.name}'",
            help=f"pass it as an argument, or as a default: {name}={name}",
        )
