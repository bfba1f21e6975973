"""The names in a function's text that mean something outside of it, with the attributes that are asked of them."""

from __future__ import annotations

import ast
import symtable
import textwrap
from collections.abc import Iterator
from functools import lru_cache

from asyncir_python.texts import parsed

Path = tuple[str, ...]
"""`helpers.double` as ("helpers", "double")."""


@lru_cache(maxsize=1024)
def outside_paths(text: str) -> tuple[Path, ...]:
    """
    All names and dotted names of a function's text whose first name is not a variable of it, in order; those in annotations and defaults
    too, but not those of its own decorators. Raises SyntaxError for what is no text of a function.
    """
    plain = textwrap.dedent(text)
    tree = parsed(plain)
    function = tree.body[0]
    if not isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
        raise SyntaxError("the text is not that of a def")
    function.decorator_list = []
    tables = symtable.symtable(plain, "<function>", "exec").get_children()
    outside = {name for table in tables if table.get_name() == function.name for name in _global_names(table)}
    signature = [*_defaults(function), *_annotations(function)]
    outside |= {node.id for part in signature for node in ast.walk(part) if isinstance(node, ast.Name)}
    return tuple(sorted({path for part in [function, *signature] for path in _paths(part) if path[0] in outside}))


def _global_names(table: symtable.SymbolTable) -> Iterator[str]:
    """Of a scope and those in it: what none of them assigns. The text stands alone, so what a closure holds is among it."""
    for symbol in table.get_symbols():
        if symbol.is_global():
            yield symbol.get_name()
    for child in table.get_children():
        yield from _global_names(child)


def _defaults(function: ast.AST) -> Iterator[ast.expr]:
    for node in ast.walk(function):
        if isinstance(node, ast.arguments):
            yield from node.defaults
            yield from (default for default in node.kw_defaults if default is not None)


def _annotations(function: ast.AST) -> Iterator[ast.expr]:
    """Also those that are texts, as expressions."""
    for node in ast.walk(function):
        for annotation in (getattr(node, "annotation", None), getattr(node, "returns", None)):
            if isinstance(annotation, ast.expr):
                yield from _with_texts(annotation)


def _with_texts(annotation: ast.expr) -> Iterator[ast.expr]:
    yield annotation
    for node in ast.walk(annotation):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            try:
                inner = ast.parse(node.value, mode="eval").body
            except SyntaxError:
                continue  # A text that is none names nothing.
            yield from _with_texts(inner)


def _paths(tree: ast.AST) -> Iterator[Path]:
    """The longest dotted names: for `a.b.c` neither `a.b` nor `a`."""
    inner: set[ast.AST] = set()
    for node in ast.walk(tree):
        if not isinstance(node, ast.Name | ast.Attribute) or node in inner:
            continue
        attributes: list[str] = []
        root: ast.expr = node
        while isinstance(root, ast.Attribute):
            attributes.append(root.attr)
            root = root.value
            inner.add(root)
        if isinstance(root, ast.Name):
            yield (root.id, *reversed(attributes))
