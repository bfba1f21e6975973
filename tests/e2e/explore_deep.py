"""
Searches deeper than the tests: two deviations, then runs at random.

    python tests/e2e/explore_deep.py [--seconds 60] [--deviations 2] [--samples 2000] [--workers N] [program ...]

Without programs, all of explored_programs.py that are correct. The exit status is 1 if an error was found.
"""

from __future__ import annotations

import argparse
import time

from explored_programs import PROGRAMS, run


def main() -> int:
    parser = argparse.ArgumentParser(description="Explores the emitted scheduler.")
    parser.add_argument("programs", nargs="*")
    parser.add_argument("--seconds", type=float, default=60.0, help="a program's time")
    parser.add_argument("--deviations", type=int, default=2)
    parser.add_argument("--samples", type=int, default=2000, help="runs at random, half of the time at most")
    parser.add_argument("--workers", type=int, default=None)
    given = parser.parse_args()
    options = {} if given.workers is None else {"workers": given.workers}
    found = False
    for name in given.programs or [name for name, program in PROGRAMS.items() if program.endings]:
        start = time.monotonic()
        sampled = run(name, preemptions=0, samples=given.samples, limit=10**9, seconds=given.seconds / 2, **options)
        report = sampled
        if sampled.error is None:
            report = run(name, preemptions=given.deviations, limit=10**9, seconds=given.seconds / 2, **options)
        found |= report.error is not None
        print(f"{name}: {sampled.runs} at random; {report} ({time.monotonic() - start:.0f} s)", flush=True)
        for note, place in report.error.notes if report.error is not None else ():
            print(f"    {note}: {place}")
    return int(found)


if __name__ == "__main__":
    raise SystemExit(main())
