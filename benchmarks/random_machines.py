"""
Random machines before and after layout, as many as are asked for:

    python benchmarks/random_machines.py --count 10000 --policy bound --remat free --processes 16 --cpu-every 20 --record FILE

Each is laid out and checked (analysis/check_layout), its frame compared with the bounds (`bound`: at them; others: not below); the
reference runs it before and after, with one lane and with four; the CPU runs every `--cpu-every`th batch, 0 for none. What differs is
printed with its seed, and the exit status is 1. `--record` writes a summary as JSON. The machines are those of
tests/e2e/random_machines.py: `python tests/e2e/random_machines.py SEED` prints one.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import platform
import sys
import time
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests" / "e2e"))

from machine_runs import laid_out, off_bounds, run_cpu, run_reference, split
from random_machines import batch

from asyncir.errors import AsyncirError

WIDTHS = (1, 4)


@dataclass(frozen=True)
class Job:
    """A batch of machines and how they are laid out."""

    seeds: tuple[int, ...]
    policy: str
    remat: str
    cpu: bool


def mismatches(job: Job) -> list[str]:
    """What went wrong, a line each; if all of a batch fails, its machines are tried one by one."""
    try:
        return compare(job)
    except AsyncirError as error:
        if len(job.seeds) == 1:
            return [f"seed {job.seeds[0]}: {type(error).__name__}: {error}"]
        return [line for seed in job.seeds for line in mismatches(Job((seed,), job.policy, job.remat, job.cpu))]


def compare(job: Job) -> list[str]:
    """What differs, a line each."""
    machines = batch(job.seeds)
    before = split(machines)
    after = laid_out(before, job.policy, job.remat)
    found = off_bounds(before, after, job.policy, job.remat)
    for width in WIDTHS:
        want = run_reference(before, machines, 0, width)
        got = run_reference(after, machines, job.seeds[0] + width, width)
        found += [f"seed {seed}: differs on the reference at width {width}" for seed in want.differing(got, job.seeds)]
        if width == 1 and job.cpu:
            found += [f"seed {seed}: differs on the CPU" for seed in want.differing(run_cpu(after, machines), job.seeds)]
    return found


def jobs(options: argparse.Namespace) -> list[Job]:
    starts = range(options.start, options.start + options.count, options.batch)
    last = options.start + options.count
    return [
        Job(
            tuple(range(at, min(at + options.batch, last))), options.policy, options.remat, options.cpu_every and k % options.cpu_every == 0
        )
        for k, at in enumerate(starts)
    ]


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n\n")[0])
    parser.add_argument("--count", type=int, default=10_000)
    parser.add_argument("--start", type=int, default=0, help="the first seed")
    parser.add_argument("--policy", default="bound")
    parser.add_argument("--remat", default="free")
    parser.add_argument("--batch", type=int, default=10, help="machines in a module")
    parser.add_argument("--cpu-every", type=int, default=0, help="every so many batches run on the CPU, too")
    parser.add_argument("--processes", type=int, default=1)
    parser.add_argument("--record", type=Path, help="where to write a summary as JSON")
    options = parser.parse_args()
    wrong: list[str] = []
    started = time.monotonic()
    todo = jobs(options)
    with multiprocessing.get_context("spawn").Pool(options.processes) as pool:
        for done, lines in enumerate(pool.imap_unordered(mismatches, todo), 1):
            wrong += lines
            for line in lines:
                print(line, flush=True)
            if done % 100 == 0:
                print(f"{done} of {len(todo)} batches, {time.monotonic() - started:.0f} s", flush=True)
    seconds = time.monotonic() - started
    cpu = sum(len(job.seeds) for job in todo if job.cpu)
    print(
        f"{options.count} machines, {cpu} of them on the CPU, policy {options.policy}, remat {options.remat}: "
        f"{len(wrong)} mismatches, {seconds:.0f} s"
    )
    if options.record is not None:
        options.record.write_text(json.dumps(summary(options, cpu, wrong, seconds), indent=2) + "\n", encoding="utf-8")
    return 1 if wrong else 0


def summary(options: argparse.Namespace, cpu: int, wrong: list[str], seconds: float) -> dict[str, object]:
    """What a run did, to be kept."""
    return {
        "machines": options.count,
        "first_seed": options.start,
        "policy": options.policy,
        "remat": options.remat,
        "lanes": WIDTHS,
        "machines_on_cpu": cpu,
        "mismatches": len(wrong),
        "lines": wrong,
        "seconds": round(seconds, 1),
        "processes": options.processes,
        "python": platform.python_version(),
        "processor": platform.processor() or platform.machine(),
    }


if __name__ == "__main__":
    sys.exit(main())
