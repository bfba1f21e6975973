"""The wall time of a whole process: start, compile for the CPU or find what was compiled, run, print. And of the import alone."""

from __future__ import annotations

import os
import resource
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable

from report import ROOT, Table, median_seconds, run

REPEATS = 9
DEMO = [sys.executable, "-m", "asyncir.tools.main", "run", "examples/demo_async.mlir", "--target", "cpu", "--args", "5", "true"]
SCRIPT = """
import asyncir
from pathlib import Path
print(*asyncir.compile(Path("examples/demo_async.mlir")).run("demo", 5, True, target="cpu").results)
"""
COMMANDS = {"`asyncir run examples/demo_async.mlir --target cpu --args 5 true`": DEMO, "its Python script": [sys.executable, "-c", SCRIPT]}
EXPECTED = ["10", "30", "10", "20", "70", "110"]

MOST = {"compiling": 1.2, "cached": 0.5, "import": 0.35}
"""Seconds that these may take."""


def _demo(command: list[str], cache: str) -> None:
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True, env=os.environ | {"ASYNCIR_CACHE": cache})
    assert done.stdout.split() == EXPECTED, done.stdout


def _import(name: str) -> None:
    subprocess.run([sys.executable, "-c", f"import {name}"], cwd=ROOT, check=True)


def _medians(action: Callable[[], None]) -> tuple[float, float]:
    """Seconds by the clock, and of processor time in the processes that `action` starts: these say more where others are at work."""
    times: list[float] = []

    def watched() -> None:
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        action()
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        times.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)

    seconds = median_seconds(watched, REPEATS)
    return seconds, statistics.median(times)


def measure() -> Table:
    """Medians of nine runs. The first run of a cached one, which compiles, is not among them."""
    table = Table("Whole process", ("what", "seconds", "of a processor", "at most"))
    table.add("Python alone", *_medians(lambda: _import("sys")), "")
    for name in ("asyncir", "asyncir.program"):
        table.add(f"`import {name}`", *_medians(lambda name=name: _import(name)), MOST["import"])
    with tempfile.TemporaryDirectory() as folder:
        for what, command in COMMANDS.items():
            table.add(f"{what}, compiling", *_medians(lambda command=command: _demo(command, "0")), MOST["compiling"])
            _demo(command, folder)
            table.add(f"{what}, cached", *_medians(lambda command=command: _demo(command, folder)), MOST["cached"])
    return table


if __name__ == "__main__":
    run(measure, "Whole-process time of the demo on the CPU, compiled anew and from the cache.")
