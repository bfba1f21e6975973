"""The wall time of a whole process: start, compile for the CPU, run, print. And of the import alone."""

from __future__ import annotations

import subprocess
import sys

from report import ROOT, Table, median_seconds, run

REPEATS = 5
DEMO = [sys.executable, "-m", "asyncir.tools.main", "run", "examples/demo_async.mlir", "--target", "cpu", "--args", "5", "true"]
EXPECTED = ["10", "30", "10", "20", "70", "110"]

MOST = {"whole process": 1.2, "import": 0.35}
"""Seconds that these may take."""


def _demo() -> None:
    done = subprocess.run(DEMO, cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.split() == EXPECTED, done.stdout


def _import(name: str) -> None:
    subprocess.run([sys.executable, "-c", f"import {name}"], cwd=ROOT, check=True)


def measure() -> Table:
    """Medians of five runs."""
    table = Table("Whole process", ("what", "seconds", "at most"))
    table.add("Python alone", median_seconds(lambda: _import("sys"), REPEATS), "")
    for name in ("asyncir", "asyncir.program"):
        table.add(f"`import {name}`", median_seconds(lambda name=name: _import(name), REPEATS), MOST["import"])
    table.add("`asyncir run examples/demo_async.mlir --target cpu --args 5 true`", median_seconds(_demo, REPEATS), MOST["whole process"])
    return table


if __name__ == "__main__":
    run(measure, "Whole-process time of the demo on the CPU.")
