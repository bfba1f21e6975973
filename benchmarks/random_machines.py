"""
Random machines before and after layout, as many as are asked for:

    python benchmarks/random_machines.py --count 10000 --policy bound --remat free --processes 2

Each is laid out and checked (analysis/check_layout); the reference runs it before and after, with one lane and with four; the CPU runs
every `--cpu-every`th batch, 0 for none. What differs is printed with its seed, and the exit status is 1. The machines are those of
tests/e2e/random_machines.py: `python tests/e2e/random_machines.py SEED` prints one.
"""

from __future__ import annotations

import argparse
import multiprocessing
import sys
import time
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests" / "e2e"))

from machine_runs import laid_out, run_cpu, run_reference, split
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
    found: list[str] = []
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
    options = parser.parse_args()
    wrong = 0
    started = time.monotonic()
    with multiprocessing.get_context("spawn").Pool(options.processes) as pool:
        for lines in pool.imap_unordered(mismatches, jobs(options)):
            wrong += len(lines)
            for line in lines:
                print(line, flush=True)
    seconds = time.monotonic() - started
    print(f"{options.count} machines, policy {options.policy}, remat {options.remat}: {wrong} mismatches, {seconds:.0f} s")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
