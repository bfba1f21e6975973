"""
What the dynamic scheduler costs and how it scales: fib, N queens, merge sort, unbalanced trees, flat loops, wakes; peers in the same run.

Each measurement runs in a process of its own, with a time limit: what fails is a row that says so, and the others go on. Times are
the kernel's, between two events in its stream, medians of several launches; "reset" is what clearing memory before it took.

    PYTHONPATH=. python benchmarks/scheduler.py [--quick] [--only fib,flat] [--record rows.jsonl]      on a GPU
    PYTHONPATH=. python benchmarks/scheduler.py --cpu                                                   the CPU target against MLIR's runner
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from pathlib import Path

from report import ROOT, Table, device
from scheduler_figures import FIGURES, Figure
from scheduler_measure import MEASUREMENTS, measure

COLUMNS = ("figure", "measured", "must", "aim", "verdict", "remarks")


def _child(name: str, options: argparse.Namespace) -> list[dict[str, object]]:
    """Runs one measurement in a process of its own; what goes wrong is a row too."""
    command = [sys.executable, __file__, "--child", name, *(["--quick"] if options.quick else [])]
    command += [] if options.arena is None else ["--arena", str(options.arena)]
    try:
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=options.timeout)
    except subprocess.TimeoutExpired:
        return [{"figure": name, "failed": f"took longer than {options.timeout:g} s"}]
    rows = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
    if done.returncode != 0:
        said = done.stderr.strip().splitlines() or [f"exit status {done.returncode}"]
        rows.append({"figure": name, "failed": next((line for line in reversed(said) if "rror" in line), said[-1])[:200]})
        print(done.stderr[-1500:], file=sys.stderr)
    return rows


def _row(row: dict[str, object]) -> tuple[str, ...]:
    """A row of the table."""
    name = str(row["figure"])
    if "failed" in row:
        return name, "failed", "", "", "FAILED", str(row["failed"])
    value = float(str(row["value"]))
    figure = FIGURES.get(name, Figure(name))
    remarks = ", ".join(f"{key} {_short(what)}" for key, what in row.items() if key not in ("figure", "value", "unit"))
    unit = str(row["unit"])
    return figure.title, f"{_short(value)} {unit}", figure.bound("must"), figure.bound("aim"), figure.verdict(value), remarks


def _short(value: object) -> str:
    if isinstance(value, float):
        return f"{value:.4g}"
    return f"{value:,}" if isinstance(value, int) else str(value)


def _parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="What the dynamic scheduler costs, and how it scales.")
    parser.add_argument("--quick", action="store_true", help="smaller programs and fewer launches")
    parser.add_argument("--cpu", action="store_true", help="measure the CPU target, not the GPU")
    parser.add_argument("--only", default="", metavar="NAMES", help=f"some of {', '.join(MEASUREMENTS)}")
    parser.add_argument("--record", type=Path, metavar="FILE", help="append the rows to a file, as lines of JSON")
    parser.add_argument("--timeout", type=float, default=120.0, metavar="SECONDS", help="for each measurement")
    parser.add_argument("--arena", type=int, default=None, metavar="BYTES", help="of each launch; by default the launch's default")
    parser.add_argument("--child", default=None, help=argparse.SUPPRESS)
    return parser.parse_args()


def main() -> int:
    """Runs what is asked for and prints the table; the exit status is 1 if a measurement failed."""
    options = _parse()
    if options.child is not None:
        for row in measure(options.child, quick=options.quick, arena=options.arena):
            print(json.dumps(row), flush=True)
        return 0
    where = "cpu" if options.cpu else "cuda"
    names = [name for name in options.only.split(",") if name] or [name for name, one in MEASUREMENTS.items() if one.target == where]
    if unknown := [name for name in names if name not in MEASUREMENTS]:
        print(f"error: no measurement is called {', '.join(unknown)}: there are {', '.join(MEASUREMENTS)}", file=sys.stderr)
        return 1
    table = Table("The dynamic scheduler", COLUMNS)
    failed = False
    for name in names:
        for row in _child(name, options):
            failed |= "failed" in row
            table.add(*_row(row))
            print(" | ".join(table.rows[-1]), file=sys.stderr, flush=True)
            if options.record is not None:
                with options.record.open("a", encoding="utf-8") as file:
                    file.write(json.dumps({"measurement": name, "machine": device(), **row}) + "\n")
    print(f"{table.heading}\n\n{table.markdown()}")
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
