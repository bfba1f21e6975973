"""What may stand on the left of an assignment."""

from __future__ import annotations

import ast

from asyncir_python.compile.arrays import store_item
from asyncir_python.compile.emitter import Emitter
from asyncir_python.compile.types import Tuple
from asyncir_python.compile.values import Value, split


def assign(f: Emitter, target: ast.expr, value: Value) -> None:
    """`target = value`: a name, items of an array, or several of them in parentheses."""
    match target:
        case ast.Name(id=name):
            f.assign(name, value)
        case ast.Tuple(elts=targets) | ast.List(elts=targets):
            _unpack(f, target, targets, value)
        case ast.Subscript():
            store_item(f, target, value)
        case _:
            f.fail(target, "only names, array items and tuples of them can be assigned to")


def _unpack(f: Emitter, target: ast.expr, targets: list[ast.expr], value: Value) -> None:
    if not isinstance(value.type, Tuple):
        f.fail(target, f"{value.type} cannot be unpacked: it is no tuple")
    items = split(value)
    starred = [i for i, inner in enumerate(targets) if isinstance(inner, ast.Starred)]
    if starred:
        f.fail(targets[starred[0]], "a starred target is not supported", help="name each item")
    if len(items) != len(targets):
        f.fail(target, f"cannot unpack {len(items)} values into {len(targets)} names")
    for inner, item in zip(targets, items, strict=True):
        assign(f, inner, item)
