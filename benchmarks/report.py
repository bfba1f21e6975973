"""What the benchmarks share: medians, tables, and their lines in RESULTS.md."""

from __future__ import annotations

import argparse
import datetime
import platform
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
RESULTS = Path(__file__).resolve().parent / "RESULTS.md"


def median_seconds(action: Callable[[], object], repeats: int) -> float:
    """The median wall time of an action, in seconds."""
    times: list[float] = []
    for _ in range(repeats):
        start = time.perf_counter()
        action()
        times.append(time.perf_counter() - start)
    return statistics.median(times)


@dataclass
class Table:
    """A table of figures under a heading; cells are texts."""

    heading: str
    columns: Sequence[str]
    rows: list[tuple[str, ...]] = field(default_factory=list)

    def add(self, *cells: object) -> None:
        """A row; floats are shown with four digits."""
        self.rows.append(tuple(f"{cell:.4g}" if isinstance(cell, float) else str(cell) for cell in cells))

    def markdown(self) -> str:
        """The table in Markdown, its columns aligned."""
        widths = [max(len(row[i]) for row in (tuple(self.columns), *self.rows)) for i in range(len(self.columns))]
        lines = [self.columns, ["-" * width for width in widths], *self.rows]
        return "\n".join("| " + " | ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)) + " |" for line in lines)


def device() -> str:
    """What this machine is, in a few words."""
    name = platform.processor() or platform.machine()
    try:
        for line in Path("/proc/cpuinfo").read_text().splitlines():
            if line.startswith("model name"):
                name = line.split(":", 1)[1].strip()
                break
    except OSError:
        name = platform.machine()
    return f"{name}, Python {platform.python_version()}"


def run(measure: Callable[[], Table], description: str) -> None:
    """A benchmark's command line: prints its table; `--record` appends it to RESULTS.md with date, device and command."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--record", action="store_true", help="append the table to RESULTS.md")
    parser.add_argument("--device", default=None, help="what to call this machine in RESULTS.md")
    options = parser.parse_args()
    table = measure()
    print(f"{table.heading}\n\n{table.markdown()}")
    if options.record:
        command = f"python benchmarks/{Path(sys.argv[0]).name}"
        head = f"\n### {table.heading}\n\n{datetime.date.today().isoformat()}; {options.device or device()}; `{command}`\n\n"
        with RESULTS.open("a", encoding="utf-8") as file:
            file.write(head + table.markdown() + "\n")
