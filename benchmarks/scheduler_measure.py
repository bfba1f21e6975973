"""The measurements of benchmarks/scheduler.py: each yields rows {"figure", "value", "unit", remarks}, in a process of its own."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import peer_programs
from report import ROOT
from scheduler_programs import FMA, PING_PONG, TRIAD

import asyncir
from asyncir.compiler import Options
from asyncir.errors import DeadlineError
from asyncir.program import Program

Row = dict[str, object]
DEADLINE = 60.0
WAVE = 132 * 2048
"""Roots that fill an H200."""
FIB_ARENA = 128 << 20
"""Bytes that fib has for what leaves the stacks, unless the command line says otherwise."""
UTS_ARENA = 2_000_000_000
"""The same for UTS, whose divided loops leave the stacks in large numbers."""
PAUSE_STEPS = 40_000
"""Multiplications, each with the one before: 100 us on an H200."""
QUEENS = {8: 92, 10: 724, 12: 14_200, 14: 365_596, 16: 14_772_512}
TREES = {(19, 10): 4_130_071, (29, 13): 102_181_082}
"""Nodes of the UTS benchmark's T1 and T1L, by seed and depth."""


@dataclass(frozen=True)
class Setting:
    """How much to measure, and with what memory."""

    quick: bool
    arena: int | None

    @property
    def repeats(self) -> int:
        return 3 if self.quick else 7


@dataclass(frozen=True)
class Measurement:
    """One of those that can be asked for."""

    target: str
    run: Callable[[Setting], Iterator[Row]]


def example(name: str) -> Program:
    return asyncir.compile(Path(ROOT, "examples", f"{name}.mlir"))


def launches(
    program: Program, entry: str | None, arguments: Callable[[], tuple[object, ...]], expected: object, setting: Setting, **options: Any
) -> list[dict[str, Any]]:
    """What the launches after a first one count and take; each must give `expected`, if that is not None."""
    options = {"target": "cuda", "executor": "dynamic", "elide": False, "arena": setting.arena, "deadline": DEADLINE, **options}
    found: list[dict[str, Any]] = []
    for _ in range(setting.repeats + 1):
        outcome = program.run(entry, *arguments(), **options)
        if expected is not None and outcome.value != expected:
            raise RuntimeError(f"wrong result: got {outcome.value}, expected {expected}")
        found.append(dict(outcome.stats))
    return found[1:]


def middle(runs: list[dict[str, Any]], key: str = "kernel_ms") -> float:
    return float(statistics.median(run[key] for run in runs))


def row(figure: str, value: float, unit: str, **remarks: object) -> Row:
    return {"figure": figure, "value": value, "unit": unit, **remarks}


def timed(figure: str, runs: list[dict[str, Any]], **remarks: object) -> Row:
    """A row of a kernel's time, with the resets before it and the spread."""
    times = [run["kernel_ms"] for run in runs]
    spread = {"best": min(times), "worst": max(times), "reset": middle(runs, "reset_ms")}
    return row(figure, middle(runs), "ms", **spread, **remarks)


def counted(runs: list[dict[str, Any]]) -> dict[str, object]:
    """What a build with statistics counted in its last launch."""
    keys = ("tasks", "entries", "exports", "steals_asked", "steals_served", "steals_warp", "steals_block", "steals_device")
    more = ("suspensions", "wakes", "idle_fraction", "stack_high_water", "high_water", "sms", "workers")
    return {key.replace("_", " "): runs[-1][key] for key in (*keys, *more) if runs[-1].get(key) is not None}


# ------------------------------------------------------------------------------------------------------------------ fork and join


def fibonacci(n: int) -> int:
    a, b = 0, 1
    for _ in range(n):
        a, b = b, a + b
    return a


def fib(setting: Setting) -> Iterator[Row]:
    """The timed build of the largest counts: its time is the figure; a build without counters stands beside it."""
    program = example("fib")
    setting = replace(setting, arena=setting.arena or FIB_ARENA)
    for n in (30, 20, 2) if setting.quick else (40, 35, 30, 20, 2):
        tasks = 2 * fibonacci(n + 1) - 1
        counting = launches(program, "fib", lambda n=n: (n,), fibonacci(n), setting, stats=True)
        plain = launches(program, "fib", lambda n=n: (n,), fibonacci(n), setting)
        entries = counting[-1]["tasks"]
        if entries < tasks:
            raise RuntimeError(f"fib({n}) is {tasks} tasks, counted were {entries}")
        yield timed(f"fib {n}", counting, **{"without counters": middle(plain)}, **counted(counting))
        if n == 40:
            yield row("fib 40 memory", counting[-1]["memory_bytes"] / 1e6, "MB")


def fib_peers(setting: Setting) -> Iterator[Row]:
    for n, ms in peer_programs.steal_prototype():
        yield row(f"peer: steal_prototype.cu, fib({n})", ms, "ms")
    if not setting.quick:
        yield row("peer: fib_floor.cu, fib(40), no balancing", peer_programs.fib_floor(), "ms")


def counters() -> np.ndarray:
    return np.zeros(256, np.int64)


def nqueens(setting: Setting) -> Iterator[Row]:
    n, depth = (12, 5) if setting.quick else (16, 7)
    program = example("nqueens")
    plain = launches(program, None, lambda: (n, depth, counters()), QUEENS[n], setting)
    counting = launches(program, None, lambda: (n, depth, counters()), QUEENS[n], setting, stats=True)
    yield timed(f"nqueens {n}", plain, **{"with counters": middle(counting)}, **counted(counting))


def cilksort(setting: Setting) -> Iterator[Row]:
    count = 1_000_000 if setting.quick else 100_000_000
    keys = np.random.default_rng(1).integers(-(2**31), 2**31, count, dtype=np.int32)
    work, program, ordered = np.zeros(2 * count, np.int32), example("cilksort"), np.sort(keys)

    def arguments(piece: int) -> tuple[object, ...]:
        work[:count] = keys
        return work, piece, piece

    best: tuple[float, Row] | None = None
    few = Setting(True, setting.arena)
    for piece in (4_096, 8_192) if setting.quick else (16_384, 32_768, 50_000):
        runs = launches(program, None, partial(arguments, piece), None, few)
        if not np.array_equal(work[:count], ordered):
            raise RuntimeError("wrong result: the keys are not in order")
        if best is None or middle(runs) < best[0]:
            best = middle(runs), timed(f"cilksort {count}", runs, **{"keys a leaf": piece, "keys a second": count / middle(runs) * 1e3})
    assert best is not None
    yield best[1]


def uts(setting: Setting) -> Iterator[Row]:
    """
    All multiprocessors against one: launches of one block, of as many blocks as there are multiprocessors, and of all that fit. Blocks
    are put on free multiprocessors first, so that the first two have a block on each and are what can be compared.
    """
    seed, depth = (19, 10) if setting.quick else (29, 13)
    program, nodes = example("uts"), TREES[seed, depth]
    go = partial(launches, program, "geometric", lambda: (seed, 4.0, depth, counters()), nodes)
    block = program.compiled("geometric", "cuda", Options(executor="dynamic", elide=False)).entry.block_warps
    setting = Setting(setting.quick, setting.arena or UTS_ARENA)
    few = Setting(True, setting.arena)
    full = go(setting)
    yield timed(f"uts {'T1' if setting.quick else 'T1L'}, all that fits", full, **{"nodes a second": nodes / middle(full) * 1e3})
    counting = go(few, stats=True)
    yield timed("uts, with counters", counting, **counted(counting))
    sms = int(counting[-1]["sms"])
    one, all_ = go(few, workers=block), go(few, workers=block * sms)
    yield row("uts per SM", 100 * middle(one) / middle(all_) / sms, "%", **{"one, ms": middle(one), "all, ms": middle(all_), "SMs": sms})


def flat(setting: Setting) -> Iterator[Row]:
    program = example("flat")
    for n in (100_000, 1_000_000) if setting.quick else (1_000_000, 3_000_000, 10_000_000):
        out = np.zeros(n, np.int32)
        runs = launches(program, None, lambda out=out: (out,), n, setting)
        if out[n - 1] != np.int32(((n - 1) ** 2 + 1 + 2**31) % 2**32 - 2**31):
            raise RuntimeError("wrong result: the last child did not write")
        yield row("flat", n / middle(runs) / 1e6, "G/s", children=n, ms=middle(runs), reset=middle(runs, "reset_ms"))


# ------------------------------------------------------------------------------------------------------------------ wakes and stops


def wakes(setting: Setting) -> Iterator[Row]:
    """
    Half a round trip of two tasks. With a pause before it, the way there meets workers that have been idle: the round trip, less the
    pause by itself and the way back.
    """
    program = asyncir.compile(PING_PONG, filename="ping_pong.mlir")
    entry = program.compiled("ping_pong", "cuda", Options(executor="dynamic", elide=False)).entry
    rounds, pauses = (1_000, 200) if setting.quick else (10_000, 1_000)
    for where, workers in (("same block", entry.block_warps), ("other SM", None)):

        def trip(count: int, steps: int, both: bool, workers: int | None = workers) -> float:
            sink = np.zeros(1, np.float32)
            runs = launches(program, None, lambda: (count, steps, both, sink), None, setting, workers=workers)
            return middle(runs) * 1e3 / count

        there = trip(rounds, 0, True) / 2
        yield row(f"wake {where}", there, "us", rounds=rounds)
        pause = trip(pauses, PAUSE_STEPS, False)
        yield row(f"wake {where}, idle", trip(pauses, PAUSE_STEPS, True) - pause - there, "us", rounds=pauses, **{"pause, us": pause})


def stop(setting: Setting) -> Iterator[Row]:
    """From the host's `stop()` to the kernel's end, as the host sees both."""
    program, times = example("endless"), []
    for _ in range(setting.repeats + 1):
        launch = program.launch("endless", np.zeros(3, np.int64), 1_000, target="cuda", executor="dynamic", deadline=DEADLINE)
        seen = launch.view(0)
        end = time.monotonic() + DEADLINE
        while min(seen) < 10 and time.monotonic() < end:
            time.sleep(1e-4)
        start = time.perf_counter()
        launch.stop()
        while not launch.done():
            if time.monotonic() > end:
                raise RuntimeError("the kernel does not stop")
        times.append((time.perf_counter() - start) * 1e3)
        try:
            launch.wait()
        except DeadlineError:
            continue
        raise RuntimeError("a launch that was stopped ended as if it had not been")
    yield row("stop", max(times[1:]), "ms", median=statistics.median(times[1:]), steps=int(min(seen)))


# ------------------------------------------------------------------------------------------------------------------ without starts


def no_start(setting: Setting) -> Iterator[Row]:
    """The dynamic executor where there is nothing for it to do."""
    out = np.zeros(WAVE, np.float32)
    fma = asyncir.compile(FMA, filename="fma.mlir")
    yield _against_inline("no start: 10 us kernel", fma, lambda: (out, 1_000), WAVE, setting)
    size = WAVE * (16 if setting.quick else 256)
    a, b, c = (np.full(size, value, np.float32) for value in (0, 1, 2))
    triad = asyncir.compile(TRIAD, filename="triad.mlir")
    yield _against_inline("no start: triad", triad, lambda: (a, b, c, 0.5), WAVE, setting, bytes=3 * a.nbytes)


def _against_inline(
    figure: str, program: Program, arguments: Callable[[], tuple[object, ...]], roots: int, setting: Setting, **remarks: object
) -> Row:
    dynamic = middle(launches(program, None, arguments, None, setting, instances=roots))
    inline = middle(launches(program, None, arguments, None, setting, instances=roots, executor="inline"))
    return row(figure, dynamic / inline, "x", **{"dynamic, ms": dynamic, "inline, ms": inline}, roots=roots, **remarks)


# ------------------------------------------------------------------------------------------------------------------ the CPU


def cpu_fib(setting: Setting) -> Iterator[Row]:
    """Tasks a second of one worker, with every call a task; the same program by MLIR's async runtime, in turns."""
    n = 25 if setting.quick else 32
    tasks, program = 2 * fibonacci(n + 1) - 1, example("fib")
    ours: list[float] = []
    theirs: list[float] = []
    for turn in range(4):
        runs = launches(program, "fib", lambda: (n,), fibonacci(n), Setting(True, setting.arena), target="cpu", workers=1)
        result, seconds = peer_programs.fib_by_mlir(n)
        if result != fibonacci(n):
            raise RuntimeError(f"MLIR's runner gives {result}")
        if turn:
            ours.append(tasks / middle(runs) / 1e3)
            theirs.append(tasks / seconds / 1e6)
    mine, other = statistics.median(ours), statistics.median(theirs)
    yield row("cpu fib", mine / other, "x", n=n, **{"M tasks a second": mine, "MLIR's runner, M tasks a second": other})


MEASUREMENTS = {
    "fib": Measurement("cuda", fib),
    "fib_peers": Measurement("cuda", fib_peers),
    "nqueens": Measurement("cuda", nqueens),
    "cilksort": Measurement("cuda", cilksort),
    "uts": Measurement("cuda", uts),
    "flat": Measurement("cuda", flat),
    "wakes": Measurement("cuda", wakes),
    "stop": Measurement("cuda", stop),
    "no_start": Measurement("cuda", no_start),
    "cpu_fib": Measurement("cpu", cpu_fib),
}


def measure(name: str, *, quick: bool, arena: int | None) -> Iterator[Row]:
    """The rows of a measurement."""
    return MEASUREMENTS[name].run(Setting(quick, arena))
