"""
What frames of suspended tasks cost under each layout policy, over the machines of tests/layout_corpus.

Bytes are payloads without headers, a task's (lane scope) or a warp's of 32 lanes (warp scope), beside the bounds LB0 (no
rematerialisation) and LB1 (with it). Traffic is what is saved and reloaded, weighted by loops, relative to `per-value`'s.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Iterable
from dataclasses import dataclass

from report import ROOT, Table, run
from xdsl.dialects.builtin import ModuleOp

sys.path.insert(0, str(ROOT / "tests"))

from layout_programs import LayoutProgram, layout_programs

from asyncir.analysis.bounds import MachineBounds
from asyncir.analysis.traffic import traffic_of
from asyncir.dialects.context import make_context
from asyncir.explain.machines import WARP_WIDTH, bounds_of_machines
from asyncir.passes.layout_frames import LayoutFramesPass

REFERENCE = "per-value"
LAYOUTS = {
    "bound": ("bound", "off"),
    "bound, cost": ("bound", "cost"),
    "bound, free": ("bound", "free"),
    REFERENCE: (REFERENCE, "off"),
    "union": ("union", "off"),
    "rustc": ("rustc", "off"),
    "llvm": ("llvm", "off"),
}
"""Policy and rematerialisation of each column."""


@dataclass(frozen=True)
class Cost:
    """A machine's frame and traffic under one layout."""

    frame_bytes: int
    traffic_bytes: int


@dataclass(frozen=True)
class Result:
    """A machine of the corpus under all layouts."""

    name: str
    bounds: MachineBounds
    costs: dict[str, Cost]

    def traffic(self, layout: str) -> float | None:
        """Relative to the reference; None where that copies nothing."""
        reference = self.costs[REFERENCE].traffic_bytes
        return self.costs[layout].traffic_bytes / reference if reference else None


def cost_of(program: LayoutProgram, module: ModuleOp, policy: str, remat: str) -> Cost:
    """Lays out a copy of a split program."""
    copy = module.clone()
    LayoutFramesPass(policy=policy, remat=remat).apply(make_context(), copy)
    machine = program.find(copy)
    assert machine.frame is not None
    width = WARP_WIDTH if machine.scope.data == "warp" else 1
    return Cost(machine.frame.payload_bytes(width), sum(one.weighted_bytes for one in traffic_of(machine, width).values()))


def measure_program(program: LayoutProgram, layouts: Iterable[str] = tuple(LAYOUTS)) -> Result:
    """A program of the corpus under these layouts."""
    module = program.split()
    bounds = bounds_of_machines(module)[program.machine]
    return Result(program.name, bounds, {name: cost_of(program, module, *LAYOUTS[name]) for name in layouts})


def geometric_mean(ratios: Iterable[float]) -> float:
    """Of positive ratios; a zero counts as a hundredth, since one machine without traffic must not decide it all."""
    logarithms = [math.log(max(ratio, 0.01)) for ratio in ratios]
    return math.exp(sum(logarithms) / len(logarithms)) if logarithms else 1.0


def table_of(results: Iterable[Result]) -> Table:
    """A row a machine, and one of means."""
    results = list(results)
    columns = ("machine", "scope", "LB0", "LB1", *LAYOUTS, *(f"traffic: {name}" for name in LAYOUTS if name != REFERENCE))
    table = Table("Frames: payload bytes, and traffic relative to per-value", columns)
    for result in results:
        bounds = result.bounds
        ratios = [result.traffic(name) for name in LAYOUTS if name != REFERENCE]
        table.add(
            result.name,
            bounds.scope,
            bounds.lb0_bytes,
            bounds.lb1_bytes,
            *(result.costs[name].frame_bytes for name in LAYOUTS),
            *("-" if ratio is None else f"{ratio:.2f}" for ratio in ratios),
        )
    table.add("geometric mean", "", "", "", *_mean_sizes(results), *_mean_ratios(results))
    return table


def _mean_sizes(results: list[Result]) -> list[str]:
    """Frames relative to LB0, over the machines that must keep something."""
    kept = [result for result in results if result.bounds.lb0_bytes]
    return [f"{geometric_mean(one.costs[name].frame_bytes / one.bounds.lb0_bytes for one in kept):.2f} LB0" for name in LAYOUTS]


def _mean_ratios(results: list[Result]) -> list[str]:
    names = [name for name in LAYOUTS if name != REFERENCE]
    return [f"{geometric_mean(ratio for one in results if (ratio := one.traffic(name)) is not None):.2f}" for name in names]


def measure() -> Table:
    """The table over the whole corpus."""
    return table_of(measure_program(program) for program in layout_programs())


if __name__ == "__main__":
    run(measure, __doc__ or "")
