"""`--verify-each=interpret`: whether a pass changed what a program does, as the reference sees it."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from xdsl.dialects.builtin import IntegerType, MemRefType, ModuleOp
from xdsl.ir import Attribute
from xdsl.passes import ModulePass

from asyncir.errors import AsyncirError, InputError, InternalError, TaskError
from asyncir.levels import entry_name, level_of
from asyncir.program import Program
from asyncir.tools.pipeline import Observer
from asyncir.tools.signature import signature
from asyncir.tools.values import parse_argument

if TYPE_CHECKING:
    from asyncir.tools.values import Value

DEADLINE_SECONDS = 60.0
DYNAMIC_SIZE = 16
"""What an array gets for a size that its type leaves open."""

Results = tuple[str, ...]
"""The results and the array arguments after a run, or how the run failed; comparable."""


class SameResults(Observer):
    """Runs the entry before the first pass and after each, with the same arguments, and compares."""

    def __init__(self, entry: str | None, arguments: str | None) -> None:
        self._entry = entry
        self._arguments = None if arguments is None else shlex.split(arguments)
        self._last: Results | None = None

    def before(self, one: ModulePass, module: ModuleOp) -> None:
        if self._last is None:
            self._last = self._run(module)

    def after(self, one: ModulePass, module: ModuleOp) -> None:
        if self._last is None:
            return
        if any(operation.name.startswith("llvm.") for operation in module.walk()):
            print(f"note: not compared after '{one.name}': the reference does not run the llvm dialect", file=sys.stderr)
            return
        try:
            now = self._run(module)
        except InputError as error:
            raise InternalError(f"after pass '{one.name}' the program does not run: {error.message}", error.location) from error
        if now != self._last:
            raise InternalError(f"pass '{one.name}' changed the results: {_shown(self._last)} before it, {_shown(now)} after it")
        self._last = now

    def _run(self, module: ModuleOp) -> Results:
        entry = entry_name(module, level_of(module), self._entry)
        # Later levels may not have the names that the user gave, so the entry of the first run is kept.
        self._entry = entry
        if self._arguments is None:
            self._arguments = [default_argument(type_) for type_ in signature(module, entry).parameters]
        values = [parse_argument(text) for text in self._arguments]
        try:
            outcome = Program(module).run(entry, *values, target="reference", deadline=DEADLINE_SECONDS, output=_nowhere)
        except InputError:
            raise
        except TaskError as error:
            return (f"{type(error).__name__} {error.kind} {error.code}",)
        except AsyncirError as error:
            return (type(error).__name__,)
        return tuple(_comparable([*outcome.results, *(value for value in values if not isinstance(value, bool | int | float))]))


def _nowhere(text: str) -> None:
    """Where the program's prints go."""


def default_argument(type_: Attribute) -> str:
    """An argument of a type, as `--interpret-args` would have it: 3, true, 1.5, an array that counts up."""
    if isinstance(type_, MemRefType):
        sizes = "x".join(str(DYNAMIC_SIZE if size < 0 else size) for size in type_.get_shape())
        return f"iota:{type_.element_type}:{sizes}".rstrip(":")
    if isinstance(type_, IntegerType) and type_.width.data == 1:
        return "true"
    return "1.5" if str(type_).startswith(("f", "bf")) else "3"


def _comparable(values: Sequence[Value]) -> list[str]:
    """Exact, and equal for two NaNs."""
    return [repr(value) if isinstance(value, bool | int | float) else repr(value.tolist()) for value in values]


def _shown(results: Results) -> str:
    text = ", ".join(results) or "none"
    return text if len(text) <= 200 else text[:197] + "..."
