"""Running passes under observers: what `asyncir-opt` prints, checks and measures between them."""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence
from dataclasses import KW_ONLY, dataclass, field

from xdsl.context import Context
from xdsl.dialects.builtin import ModuleOp
from xdsl.passes import ModulePass

from asyncir.compiler import apply_pass, verify_result
from asyncir.dialects.printing import print_module


class Observer:
    """Looks on while a pipeline runs. Must not change the module."""

    def before(self, one: ModulePass, module: ModuleOp) -> None:
        """`one` is about to run."""

    def after(self, one: ModulePass, module: ModuleOp) -> None:
        """`one` has run."""


@dataclass
class Pipeline:
    """
    Runs passes; after an exception `current` is the index of the pass that raised it.

    Observers nest: the last is the closest to the pass, last to look before it and first to look after it.
    """

    passes: Sequence[ModulePass]
    observers: Sequence[Observer] = ()
    current: int = field(default=0, init=False)

    def run(self, ctx: Context, module: ModuleOp) -> None:
        for self.current, one in enumerate(self.passes):  # noqa: B020 (what raised is asked for afterwards)
            for observer in self.observers:
                observer.before(one, module)
            apply_pass(one, ctx, module)
            for observer in reversed(self.observers):
                observer.after(one, module)


def spec_of(passes: Sequence[ModulePass]) -> str:
    """The text that `parse_passes` makes these passes of."""
    return ",".join(str(one.spec()) for one in passes)


@dataclass(frozen=True)
class PrintStyle:
    """How a module is printed; see print_module."""

    generic: bool
    debuginfo: bool


@dataclass
class Printing(Observer):
    """The module before or after passes, on the standard error: the standard output is the result's."""

    style: PrintStyle
    _: KW_ONLY
    before_each: bool
    after_each: bool
    except_after: ModulePass | None = None
    """A pass whose result is not printed: the last one's is the output."""

    def before(self, one: ModulePass, module: ModuleOp) -> None:
        if self.before_each:
            self._print("Before", one, module)

    def after(self, one: ModulePass, module: ModuleOp) -> None:
        if self.after_each and one is not self.except_after:
            self._print("After", one, module)

    def _print(self, when: str, one: ModulePass, module: ModuleOp) -> None:
        text = print_module(module, generic=self.style.generic, debuginfo=self.style.debuginfo)
        print(f"// -----// IR Dump {when} {one.name} //----- //\n{text}", file=sys.stderr)


class Verifying(Observer):
    """Verifies after each pass: what a pass leaves broken is that pass's fault."""

    def after(self, one: ModulePass, module: ModuleOp) -> None:
        verify_result(module, one.name)


class Timing(Observer):
    """How long each pass took, and whatever else was given to `add`."""

    def __init__(self) -> None:
        self._seconds: dict[str, float] = {}
        self._started = 0.0

    def before(self, one: ModulePass, module: ModuleOp) -> None:
        self._started = time.perf_counter()

    def after(self, one: ModulePass, module: ModuleOp) -> None:
        self.add(one.name, time.perf_counter() - self._started)

    def add(self, what: str, seconds: float) -> None:
        self._seconds[what] = self._seconds.get(what, 0.0) + seconds

    def report(self) -> str:
        """A line for each: milliseconds, share, name; the total last."""
        total = sum(self._seconds.values())
        lines = [f"{seconds * 1e3:10.3f} ms {seconds / total if total else 0:6.1%}  {what}" for what, seconds in self._seconds.items()]
        return "\n".join([*lines, f"{total * 1e3:10.3f} ms 100.0%  total"])
