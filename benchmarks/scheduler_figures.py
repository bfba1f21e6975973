"""The figures of benchmarks/scheduler.py: what they are called in its table, and what the project sets itself for them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Figure:
    """A figure, and its bounds: `must` and `aim` are at most, or at least where `more` is better; None: it is shown for comparison."""

    title: str
    must: float | None = None
    aim: float | None = None
    more: bool = False
    unit: str = ""

    def bound(self, which: str) -> str:
        """A bound as a table shows it."""
        value = self.must if which == "must" else self.aim
        if value is None:
            return ""
        return f"{'>=' if self.more else '<='} {value:g} {self.unit}".rstrip()

    def verdict(self, value: float) -> str:
        """Which of the bounds is kept."""
        if self.must is None or self.aim is None:
            return ""
        for bound, said in ((self.aim, "aim"), (self.must, "must")):
            if value >= bound if self.more else value <= bound:
                return said
        return "MISSED"


def _ms(title: str, must: float, aim: float) -> Figure:
    return Figure(title, must, aim, unit="ms")


FIGURES: dict[str, Figure] = {
    "fib 40": _ms("fib(40), every call a task", 6.0, 2.8),
    "fib 40 memory": Figure("memory for it", 512.0, 256.0, unit="MB"),
    "fib 35": _ms("fib(35)", 1.5, 0.75),
    "fib 30": _ms("fib(30)", 0.8, 0.4),
    "fib 20": _ms("fib(20)", 0.3, 0.15),
    "fib 2": _ms("fib(2)", 0.15, 0.03),
    "nqueens 16": _ms("N queens 16, tasks down to row 7 (GTaP's paper, GH200: 115.7 ms)", 40.0, 12.0),
    "cilksort 100000000": _ms("cilksort of 10^8 keys (GTaP's paper: 82.2 ms)", 80.0, 30.0),
    "uts per SM": Figure("UTS: speed of an SM among all, against one alone", 70.0, 90.0, more=True, unit="%"),
    "flat": Figure("flat: tasks started a second", 1.0, 5.0, more=True, unit="G/s"),
    "wake same block": Figure("event to resume, one block", 0.4, 0.2, unit="us"),
    "wake other SM": Figure("event to resume, all SMs", 2.5, 1.3, unit="us"),
    "wake same block, idle": Figure("event to resume, one block, workers idle for 100 us before", 0.4, 0.2, unit="us"),
    "wake other SM, idle": Figure("event to resume, all SMs, workers idle for 100 us before", 2.5, 1.3, unit="us"),
    "cpu fib": Figure("CPU, one worker: fib tasks a second against MLIR's runner", 8.0, 20.0, more=True, unit="x"),
    "no start: 10 us kernel": Figure("a 10 us kernel without any start, dynamic against inline", 1.3, 1.1, unit="x"),
    "no start: triad": Figure("triad without any start, dynamic against inline", 1.3, 1.1, unit="x"),
    "stop": Figure("endless tasks: stop() to the end", 5.0, 5.0, unit="ms"),
}
