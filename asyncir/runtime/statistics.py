"""What `stats` says of a launch: the control block's counters under their public names, sizes, and times."""

from __future__ import annotations

from dataclasses import dataclass

from asyncir.abi import ARENA_START, Entry
from asyncir.runtime.control import ControlState

Stats = dict[str, int | float | None]


@dataclass(frozen=True)
class Times:
    """
    Milliseconds of a launch. `kernel`: from the first worker's start to the last one's end, on a GPU between two events in the
    stream; `reset`: what making memory as a launch finds it took before that, on a GPU between events too. None: not known.
    """

    kernel: float | None = None
    reset: float | None = None


@dataclass(frozen=True)
class Sizes:
    """What a launch had: workers, and bytes of memory that it did not take from the caller."""

    workers: int
    memory_bytes: int


def statistics(entry: Entry, state: ControlState, sizes: Sizes, times: Times, unobserved_errors: int | None) -> Stats:
    """A launch's statistics under their public names (docs/cli.md); what the code was not built to count is None."""
    return {
        **_counted(entry, state),
        "workers": sizes.workers,
        "high_water": state.used - ARENA_START,
        "memory_bytes": sizes.memory_bytes,
        "unobserved_errors": unobserved_errors,
        "kernel_ms": times.kernel,
        "reset_ms": times.reset,
    }


def _counted(entry: Entry, state: ControlState) -> Stats:
    """What only code built with statistics counts."""
    counters = state.counters()
    if entry.executor != "dynamic":
        # Straight code counts nothing: each root is one task, run in one piece.
        counters |= {"tasks": state.instances, "entries": state.instances}
    served = {place: counters[f"served_{place}"] for place in ("warp", "block", "device")}
    counted: Stats = {
        **{name: counters[name] for name in ("tasks", "entries", "suspensions", "wakes", "exports", "reused")},
        "steals_asked": counters["asked"],
        "steals_served": sum(served.values()),
        **{f"steals_{place}": count for place, count in served.items()},
        "sms": None if entry.executor != "dynamic" else state.processors(),
        "idle_fraction": counters["idle_polls"] / counters["polls"] if counters["polls"] else 0.0,
        "stack_high_water": counters["stack_words"],
        "queue_high_water": counters["queue_tasks"],
    }
    return counted if entry.statistics else dict.fromkeys(counted)
