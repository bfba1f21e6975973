"""
Random async functions under asyncio and compiled, as many as are asked for:

    python benchmarks/random_functions.py --count 5000 --processes 16 --cpu-every 4 --record FILE

Each runs under asyncio and, compiled, on the reference with one lane and with four; every `--cpu-every`th on the CPU, too, 0 for none.
Results, arrays and errors are compared exactly. What differs is made small and printed with its seed, and the exit status is 1. `--record`
writes a summary as JSON. The functions are those of tests/frontend/random_functions.py: `python tests/frontend/random_functions.py SEED`
prints one.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import platform
import sys
import time
import warnings
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "frontends"))
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests" / "frontend"))

from random_functions import program
from random_runs import mismatch, shrunk


@dataclass(frozen=True)
class Job:
    """A program and where it runs."""

    seed: int
    cpu: bool
    shrink: bool


def found(job: Job) -> str | None:
    """What went wrong with a program, with the program made small."""
    warnings.simplefilter("ignore")
    made = program(job.seed)
    wrong = mismatch(made, cpu=job.cpu)
    if wrong is None:
        return None
    small = shrunk(made, cpu=job.cpu) if job.shrink else made
    return f"seed {job.seed}: {wrong}\n{small.text}\n# arguments: {small.args}\n# {mismatch(small, cpu=job.cpu)}\n"


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n\n")[0])
    parser.add_argument("--count", type=int, default=5000)
    parser.add_argument("--start", type=int, default=0, help="the first seed")
    parser.add_argument("--cpu-every", type=int, default=4, help="every so many run on the CPU, too")
    parser.add_argument("--processes", type=int, default=1)
    parser.add_argument("--no-shrink", action="store_true", help="print programs as they are")
    parser.add_argument("--record", type=Path, help="where to write a summary as JSON")
    options = parser.parse_args()
    jobs = [
        Job(seed, bool(options.cpu_every) and seed % options.cpu_every == 0, not options.no_shrink)
        for seed in range(options.start, options.start + options.count)
    ]
    wrong: list[str] = []
    started = time.monotonic()
    with multiprocessing.get_context("spawn").Pool(options.processes, maxtasksperchild=200) as pool:
        for done, text in enumerate(pool.imap_unordered(found, jobs), 1):
            if text is not None:
                wrong.append(text)
                print(text, flush=True)
            if done % 250 == 0:
                print(f"{done} of {len(jobs)}, {time.monotonic() - started:.0f} s", flush=True)
    seconds = time.monotonic() - started
    cpu = sum(job.cpu for job in jobs)
    print(f"{len(jobs)} functions, {cpu} of them on the CPU: {len(wrong)} mismatches, {seconds:.0f} s")
    if options.record is not None:
        options.record.write_text(json.dumps(summary(options, cpu, wrong, seconds), indent=2) + "\n", encoding="utf-8")
    return 1 if wrong else 0


def summary(options: argparse.Namespace, cpu: int, wrong: list[str], seconds: float) -> dict[str, object]:
    """What a run did, to be kept."""
    return {
        "functions": options.count,
        "first_seed": options.start,
        "functions_on_cpu": cpu,
        "mismatches": len(wrong),
        "lines": wrong,
        "seconds": round(seconds, 1),
        "processes": options.processes,
        "python": platform.python_version(),
        "processor": platform.processor() or platform.machine(),
    }


if __name__ == "__main__":
    sys.exit(main())
