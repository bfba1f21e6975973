"""What the tests of the reference share: running a text, and running it at every level it goes through."""

from __future__ import annotations

from typing import Any

from xdsl.dialects.builtin import ModuleOp

from asyncir import reference
from asyncir.analysis.verify import verify_module
from asyncir.compiler import Lowering, Options
from asyncir.dialects.context import make_context
from asyncir.dialects.parsing import parse_module

FILE = "t.mlir"


def parsed(text: str) -> ModuleOp:
    """A verified module."""
    module = parse_module(text, FILE, make_context())
    verify_module(module)
    return module


def run(text: str, *args: object, entry: str = "main", **options: Any) -> reference.Outcome:
    """Runs the entry of a text."""
    return reference.run(parsed(text), entry, args, **options)


def results(text: str, *args: object, entry: str = "main", **options: Any) -> list[Any]:
    """The results of the entry of a text."""
    return run(text, *args, entry=entry, **options).results


def at_level(text: str, level: str, *, entry: str = "main", elide: bool = False, executor: str = "dynamic") -> ModuleOp:
    """The module of a text, lowered to a level."""
    lowering = Lowering(parsed(text), entry, "cpu", Options(executor=executor, elide=elide, statistics=True))
    lowering.run_to(level)
    return lowering.module


def column_of(text: str, part: str) -> tuple[int, int]:
    """Line and column where a part of the text first stands."""
    offset = text.index(part)
    return text.count("\n", 0, offset) + 1, offset - text.rfind("\n", 0, offset)
