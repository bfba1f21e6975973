"""A function's text as a tree that knows where it stands, and errors that point into it."""

from __future__ import annotations

import ast
import linecache
import textwrap
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NoReturn

from asyncir.errors import InputError, Location, Note, caret_lines
from asyncir_python.texts import parsed, text_of

FunctionNode = ast.FunctionDef | ast.AsyncFunctionDef


class CompileError(InputError):
    """A function that cannot be compiled: says what, where, with the source line, and what is supported instead."""

    def __str__(self) -> str:
        lines = [super().__str__()]
        if self.location is not None:
            text = linecache.getline(self.location.file, self.location.line)
            if text:
                one = Location(self.location.file, 1, self.location.column)
                lines += caret_lines(text.rstrip("\n"), one)
        lines += [f"note: {text}" if where is None else f"note: {where}: {text}" for text, where in self.notes]
        if self.help is not None:
            lines.append(f"help: {self.help}")
        return "\n".join(lines)


@dataclass(frozen=True)
class Source:
    """Where the tree of a function comes from."""

    file: str
    name: str
    """The function's qualified name."""

    def location(self, node: ast.AST) -> Location:
        """Line and column (from 1, in characters) of a node; the function's nodes carry the file's lines."""
        line = getattr(node, "lineno", 1)
        offset = getattr(node, "col_offset", 0)
        text = linecache.getline(self.file, line)
        return Location(self.file, line, len(text.encode()[:offset].decode(errors="replace")) + 1 if text else offset + 1)

    def fail(self, node: ast.AST, message: str, help: str | None = None, notes: tuple[Note, ...] = ()) -> NoReturn:
        """Raises CompileError at a node."""
        raise CompileError(message, self.location(node), help=help, notes=notes)


def parse_function(function: Callable[..., Any]) -> tuple[Source, FunctionNode]:
    """The tree of a Python function. Raises CompileError where its text cannot be found."""
    code = function.__code__
    source = Source(code.co_filename, function.__qualname__)
    try:
        lines, first = text_of(function)
    except (OSError, TypeError):
        where = Location(code.co_filename, code.co_firstlineno, 1)
        raise CompileError(
            f"the source of '{function.__qualname__}' is not available", where, help="define it in a file, not in an interactive prompt"
        ) from None
    text = "".join(lines)
    indent = len(lines[0]) - len(lines[0].lstrip())
    tree = parsed(textwrap.dedent(text))
    node = tree.body[0]
    if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        raise CompileError(f"'{function.__qualname__}' is not defined by a def", source.location(node))
    ast.increment_lineno(tree, first - 1)
    for inner in ast.walk(tree):
        if isinstance(inner, ast.expr | ast.stmt | ast.excepthandler | ast.arg | ast.keyword | ast.alias):
            inner.col_offset += indent
    return source, node
