"""What a tree says without types: which names a statement assigns, and which ways lead out of it."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

_SCOPES = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda | ast.ClassDef


def own_nodes(nodes: Iterable[ast.AST]) -> Iterator[ast.AST]:
    """All nodes below, without the bodies of functions defined there (the definitions themselves are given)."""
    pending = list(nodes)[::-1]
    while pending:
        node = pending.pop()
        yield node
        if not isinstance(node, _SCOPES):
            pending += list(ast.iter_child_nodes(node))[::-1]


def assigned_names(nodes: Iterable[ast.AST]) -> list[str]:
    """The names that running these nodes may assign, in order of appearance, each once."""
    names: dict[str, None] = {}
    comprehension: set[str] = set()
    for node in own_nodes(nodes):
        match node:
            case ast.Name(id=name, ctx=ast.Store() | ast.Del()):
                names[name] = None
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
                names[name] = None
            case ast.ExceptHandler(name=str(name)):
                names[name] = None
            case ast.comprehension(target=target):
                comprehension |= {inner.id for inner in ast.walk(target) if isinstance(inner, ast.Name)}
            case _:
                continue
    return [name for name in names if name not in comprehension]


def escapes(nodes: Iterable[ast.AST]) -> bool:
    """Whether control may leave these statements by return, break or continue, or enter a handler: they need blocks of their own."""
    return any(_escapes(node, False) for node in nodes)


def _escapes(node: ast.AST, in_loop: bool) -> bool:
    match node:
        case ast.Return() | ast.Try() | ast.TryStar():
            return True
        case ast.AsyncWith() | ast.With() | ast.AsyncFor():
            return True
        case ast.Break() | ast.Continue():
            return not in_loop
        case ast.While(test=test) if assigned_names([test]):
            return True
        case ast.For() | ast.While():
            # A break or an else part needs blocks for the loop itself, hence for all around it: blocks cannot stand inside a region.
            return bool(node.orelse) or any(_escapes(inner, False) for inner in ast.iter_child_nodes(node))
        case ast.stmt() | ast.excepthandler() | ast.match_case():
            if isinstance(node, _SCOPES):
                return False
            return any(_escapes(inner, in_loop) for inner in ast.iter_child_nodes(node))
        case _:
            return False
