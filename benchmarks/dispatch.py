"""
Dispatch policies on a GPU: kernel times of fib, N queens and an unbalanced tree under each.

Each program under each policy is a process of its own, with a time limit: what fails is a row that says so, and the others go on. Times are
medians of several launches; entries are counted by a build of its own.

    PYTHONPATH=. python benchmarks/dispatch.py [--quick] [--programs fib,uts] [--policies sweep,fullest-first] [--record]
"""

from __future__ import annotations

import argparse
import datetime
import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from report import RESULTS, ROOT, Table, device
from scheduler_measure import QUEENS, TREES, Setting, counters, example, fibonacci, launches, middle

POLICIES = ("sweep", "gather", "fullest-first", "stay-while-full")
COLUMNS = ("program", "policy", "kernel, ms", "best", "worst", "against sweep", "entries", "idle", "remarks")
HEADING = "Dispatch policies"


@dataclass(frozen=True)
class Case:
    """A program, what it is called with, and what it gives."""

    title: str
    example: str
    entry: str
    arguments: Callable[[], tuple[object, ...]]
    expected: int


def cases(quick: bool) -> dict[str, Case]:
    n, depth = (12, 5) if quick else (14, 6)
    seed, levels = (19, 10) if quick else (29, 13)
    return {
        "fib": Case("fib(30)", "fib", "fib", lambda: (30,), fibonacci(30)),
        "nqueens": Case(f"N queens, {n}", "nqueens", "nqueens", lambda: (n, depth, counters()), QUEENS[n]),
        "uts": Case(
            f"UTS {'T1' if quick else 'T1L'}", "uts", "geometric", lambda: (seed, 4.0, levels, counters()), TREES[seed, levels]
        ),
    }


def measure(name: str, policy: str, quick: bool, target: str) -> dict[str, Any]:
    """The figures of one program under one policy; raises if a result is wrong."""
    case, program = cases(quick)[name], example(cases(quick)[name].example)
    setting = Setting(quick, None)

    def go(**options: Any) -> list[dict[str, Any]]:
        return launches(program, case.entry, case.arguments, case.expected, setting, dispatch=policy, target=target, **options)

    plain, counting = go(), go(stats=True)[-1]
    times = [run["kernel_ms"] for run in plain]
    return {
        "ms": middle(plain),
        "best": min(times),
        "worst": max(times),
        "entries": counting.get("entries"),
        "idle": counting.get("idle_fraction"),
    }


def _child(name: str, policy: str, options: argparse.Namespace) -> dict[str, Any]:
    """Measures in a process of its own; what goes wrong is said in `failed`."""
    command = [sys.executable, __file__, "--child", name, policy, "--target", options.target, *(["--quick"] if options.quick else [])]
    try:
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=options.timeout)
    except subprocess.TimeoutExpired:
        return {"failed": f"took longer than {options.timeout:g} s"}
    rows = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
    if done.returncode == 0 and rows:
        return rows[-1]
    said = done.stderr.strip().splitlines() or [f"exit status {done.returncode}"]
    print(done.stderr[-1500:], file=sys.stderr)
    return {"failed": next((line for line in reversed(said) if "rror" in line), said[-1])[:200]}


def _cells(title: str, policy: str, found: dict[str, Any], sweep_ms: float | None) -> tuple[object, ...]:
    if "failed" in found:
        return title, policy, "failed", "", "", "", "", "", found["failed"]
    against = "" if sweep_ms is None else f"{found['ms'] / sweep_ms:.3f}x"
    entries = "" if found["entries"] is None else f"{found['entries']:,}"
    idle = "" if found["idle"] is None else f"{found['idle']:.3f}"
    return title, policy, found["ms"], found["best"], found["worst"], against, entries, idle, ""


def _table(options: argparse.Namespace) -> tuple[Table, bool]:
    """All that is asked for, and whether something failed. The first policy is run first, so that ratios are known at once."""
    table, failed = Table(HEADING, COLUMNS), False
    for name in options.programs:
        sweep_ms: float | None = None
        for policy in options.policies:
            found = _child(name, policy, options)
            failed |= "failed" in found
            if policy == "sweep":
                sweep_ms = found.get("ms")
            table.add(*_cells(cases(options.quick)[name].title, policy, found, sweep_ms))
            print(" | ".join(table.rows[-1]), file=sys.stderr, flush=True)
    return table, failed


def _names(text: str) -> list[str]:
    return [name for name in text.split(",") if name]


def _parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Dispatch policies on a GPU.")
    parser.add_argument("--quick", action="store_true", help="smaller programs and fewer launches")
    parser.add_argument("--programs", type=_names, default=list(cases(True)), metavar="NAMES", help="some of fib,nqueens,uts")
    parser.add_argument("--policies", type=_names, default=list(POLICIES), metavar="NAMES", help=f"by default {','.join(POLICIES)}")
    parser.add_argument("--target", default="cuda", choices=("cuda", "cpu"), help="the CPU only shows that the script works")
    parser.add_argument("--timeout", type=float, default=180.0, metavar="SECONDS", help="for each program and policy")
    parser.add_argument("--record", action="store_true", help="append the table to RESULTS.md")
    parser.add_argument("--device", default=None, help="what to call this machine in RESULTS.md")
    parser.add_argument("--child", nargs=2, default=None, help=argparse.SUPPRESS)
    return parser.parse_args()


def main() -> int:
    """Prints the table; the exit status is 1 if something failed."""
    options = _parse()
    if options.child is not None:
        print(json.dumps(measure(*options.child, options.quick, options.target)))
        return 0
    if unknown := [name for name in options.programs if name not in cases(True)]:
        print(f"error: no program is called {', '.join(unknown)}: there are {', '.join(cases(True))}", file=sys.stderr)
        return 1
    table, failed = _table(options)
    print(f"{table.heading}\n\n{table.markdown()}")
    if options.record:
        command = f"python benchmarks/dispatch.py{' --quick' if options.quick else ''}"
        head = f"\n### {table.heading}\n\n{datetime.date.today().isoformat()}; {options.device or device()}; `{command}`\n\n"
        with RESULTS.open("a", encoding="utf-8") as file:
            file.write(head + table.markdown() + "\n")
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
