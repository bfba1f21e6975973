"""
What layout costs as machines grow: CPU seconds of layout-frames with the policy `bound`, by what may be computed again.

`short lives`: each value lives across one suspension. `long lives`: across half of those behind it, so that the pairs of a value and a
suspension that it lives across grow with the square of the size; `pure` values may all be computed again from one argument.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from functools import partial

from report import ROOT, Table, run

from asyncir.dialects.context import make_context
from asyncir.dialects.parsing import parse_module
from asyncir.passes.layout_frames import LayoutFramesPass

sys.path.insert(0, str(ROOT / "tests"))

from layout_growth import long_lived, rolling

SIZES = ((500, 50), (1000, 100), (2000, 200))
"""Values and suspensions."""
REMATS = ("off", "free", "cost")
REPEATS = 3

KINDS: dict[str, Callable[[int, int], str]] = {
    "short lives": rolling,
    "long lives": partial(long_lived, pure=False),
    "long lives, pure": partial(long_lived, pure=True),
}


def seconds(text: str, remat: str) -> float:
    """The least CPU time of some runs: other processes only ever make it longer."""
    module = parse_module(text, "m.mlir", make_context())
    best = float("inf")
    for _ in range(REPEATS):
        copy = module.clone()
        start = time.process_time()
        LayoutFramesPass("bound", remat).apply(make_context(), copy)
        best = min(best, time.process_time() - start)
    return best


def measure() -> Table:
    """A row for each kind of machine and each remat."""
    columns = ("machine", "remat", *(f"{values:,} values, {suspensions} suspensions, s" for values, suspensions in SIZES))
    table = Table("Layout cost: policy bound", columns)
    for name, make in KINDS.items():
        for remat in REMATS:
            table.add(name, remat, *(seconds(make(*size), remat) for size in SIZES))
    return table


if __name__ == "__main__":
    run(measure, "CPU seconds of layout, by the size of the machine.")
