"""Expressions: names, constants, operators, conditions, tuples, attributes, await. Calls are in calls.py, items of arrays in arrays.py."""

from __future__ import annotations

import ast
from collections.abc import Callable

from xdsl.ir import SSAValue

from asyncir_python.compile import conversion
from asyncir_python.compile.conversion import constant
from asyncir_python.compile.emitter import Emitter, expression, outside_value, static_of
from asyncir_python.compile.operators import compare, operate, unary
from asyncir_python.compile.scan import assigned_names
from asyncir_python.compile.structure import branch
from asyncir_python.compile.types import BOOLEAN, Awaitable, Static, Task, Tuple
from asyncir_python.compile.values import NOTHING, Value, pack, split, static

ATTRIBUTES: dict[tuple[type, str], Callable[[Emitter, Value, ast.AST], Value]] = {}
"""By class of type and name: what `value.name` is. A method is given as a `Method`."""


def attribute(type_: type, name: str) -> Callable[[Callable[[Emitter, Value, ast.AST], Value]], Callable[[Emitter, Value, ast.AST], Value]]:
    """Registers what an attribute of values of that class of types is."""

    def register(get: Callable[[Emitter, Value, ast.AST], Value]) -> Callable[[Emitter, Value, ast.AST], Value]:
        ATTRIBUTES[type_, name] = get
        return get

    return register


def arguments_of(f: Emitter, node: ast.Call) -> list[Value]:
    """The positional arguments of a call that takes no others; `*tuple` is its items."""
    if node.keywords:
        f.fail(node.keywords[0].value, f"'{ast.unparse(node.func)}' takes no keyword arguments here")
    return positional(f, node)


def positional(f: Emitter, node: ast.Call) -> list[Value]:
    """The positional arguments of a call, in order of evaluation."""
    return items_of(f, node.args)


def items_of(f: Emitter, nodes: list[ast.expr]) -> list[Value]:
    """Expressions in a row, where `*tuple` stands for its items."""
    values: list[Value] = []
    for node in nodes:
        if not isinstance(node, ast.Starred):
            values.append(f.expression(node))
            continue
        value = f.expression(node.value)
        if not isinstance(value.type, Tuple):
            f.fail(node, f"* takes a tuple of known length, got {value.type}")
        values += split(value)
    return values


def truth_of(f: Emitter, node: ast.expr) -> SSAValue:
    """A condition as an i1."""
    return f.parts(truth(f, node))[0]


def known_truth_of(f: Emitter, node: ast.expr) -> SSAValue | bool:
    """A condition as an i1, or a bool where it is known while compiling."""
    value = truth(f, node)
    return f.parts(value)[0] if value.constant is None else bool(value.constant)


def truth(f: Emitter, node: ast.expr) -> Value:
    """A condition as a bool. Of `a and b` the operands may have types that no one value can have: their truth is all that counts."""
    if isinstance(node, ast.BoolOp):
        with f.at(node):
            return _in_turn(f, node, lambda operand: truth(f, operand))
    return conversion.condition(f, f.expression(node), node)


@expression(ast.Name)
def emit_name(f: Emitter, node: ast.Name) -> Value:
    """A variable. A coroutine is taken out of it, since it runs once."""
    value = f.lookup(node)
    if isinstance(value.type, Awaitable) and f.scope.values.pop(node.id, None) is not None:
        f.scope.missing[node.id] = f"its coroutine was taken in line {node.lineno}, and runs once"
    return value


@expression(ast.Constant)
def emit_constant(f: Emitter, node: ast.Constant) -> Value:
    if node.value is None:
        return NOTHING
    if isinstance(node.value, bool | int | float):
        if isinstance(node.value, int) and not -(1 << 63) <= node.value < 1 << 64:
            f.fail(node, f"{node.value} does not fit into 64 bits")
        return constant(node.value)
    if isinstance(node.value, str):
        return static(node.value)
    f.fail(node, f"{type(node.value).__name__} constants are not supported")


@expression(ast.Tuple, ast.List, ast.Set)
def emit_tuple(f: Emitter, node: ast.Tuple | ast.List | ast.Set) -> Value:
    """A set is one of tasks, for asyncio.wait."""
    items = items_of(f, node.elts)
    if isinstance(node, ast.Set) and not all(isinstance(item.type, Task) for item in items):
        f.fail(node, "sets are not supported, but for sets of tasks", help="use a tuple")
    return pack(items, isinstance(node, ast.List))


@expression(ast.BinOp)
def emit_binary(f: Emitter, node: ast.BinOp) -> Value:
    left = f.expression(node.left)
    return operate(f, node.op, left, f.expression(node.right), node)


@expression(ast.UnaryOp)
def emit_unary(f: Emitter, node: ast.UnaryOp) -> Value:
    operand = truth(f, node.operand) if isinstance(node.op, ast.Not) else f.expression(node.operand)
    return unary(f, node.op, operand, node)


@expression(ast.Compare)
def emit_compare(f: Emitter, node: ast.Compare) -> Value:
    """`a < b < c`: b is evaluated once, c only if a < b holds."""

    def rest(index: int, left: Value) -> Value:
        right = f.expression(node.comparators[index])
        first = compare(f, node.ops[index], left, right, node)
        if index + 1 == len(node.ops):
            return first
        return _both(f, node, first, lambda: rest(index + 1, right), node.comparators[index + 1 :])

    return rest(0, f.expression(node.left))


def _both(f: Emitter, node: ast.AST, first: Value, second: Callable[[], Value], nodes: list[ast.expr]) -> Value:
    if first.constant is not None:
        return second() if first.constant else first
    test = conversion.truth(f, f.parts(first)[0])
    return _either(f, node, test, second, lambda: constant(False), nodes)


def _either(
    f: Emitter, node: ast.AST, test: SSAValue, then: Callable[[], Value], otherwise: Callable[[], Value], nodes: list[ast.expr]
) -> Value:
    result = branch(f, node, test, (then, otherwise), assigned_names(nodes), f.flat)
    return NOTHING if result is None else result


@expression(ast.BoolOp)
def emit_bool_op(f: Emitter, node: ast.BoolOp) -> Value:
    """`and` and `or` give one of their operands, as in Python; what is not needed is not evaluated."""
    return _in_turn(f, node, f.expression)


def _in_turn(f: Emitter, node: ast.BoolOp, emit: Callable[[ast.expr], Value]) -> Value:
    def rest(index: int) -> Value:
        value = emit(node.values[index])
        if index + 1 == len(node.values):
            return value
        test = conversion.condition(f, value, node.values[index])
        decided = isinstance(node.op, ast.Or)
        if test.constant is not None:
            return value if bool(test.constant) == decided else rest(index + 1)
        arms = (lambda: value, lambda: rest(index + 1)) if decided else (lambda: rest(index + 1), lambda: value)
        return _either(f, node, f.parts(test)[0], *arms, node.values[index + 1 :])

    return rest(0)


@expression(ast.IfExp)
def emit_conditional(f: Emitter, node: ast.IfExp) -> Value:
    test = known_truth_of(f, node.test)
    if isinstance(test, bool):
        return f.expression(node.body if test else node.orelse)
    return _either(f, node, test, lambda: f.expression(node.body), lambda: f.expression(node.orelse), [node.body, node.orelse])


@expression(ast.NamedExpr)
def emit_walrus(f: Emitter, node: ast.NamedExpr) -> Value:
    value = f.expression(node.value)
    f.assign(node.target.id, value)
    return value


@expression(ast.Attribute)
def emit_attribute(f: Emitter, node: ast.Attribute) -> Value:
    value = f.expression(node.value)
    if isinstance(value.type, Static):
        found = static_of(value)
        try:
            return outside_value(getattr(found, node.attr))
        except AttributeError:
            f.fail(node, f"{value.type} has no attribute '{node.attr}'")
    get = ATTRIBUTES.get((type(value.type), node.attr))
    if get is None:
        known = sorted(name for kind, name in ATTRIBUTES if kind is type(value.type))
        f.fail(node, f"{value.type} has no attribute '{node.attr}' here", help=f"it has {', '.join(known)}" if known else None)
    return get(f, value, node)


__all__ = ["BOOLEAN", "arguments_of", "attribute", "compare", "items_of", "operate", "positional", "truth_of"]
