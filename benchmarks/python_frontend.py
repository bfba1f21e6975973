"""
Kernels from Python functions: how long the same function takes under asyncio and compiled for the CPU, and how long the start of a kernel
takes, compiled anew and from the cache.

Times are of processors, user and system, over all threads: where others are at work they say more than the clock, and a CPU target with two
workers is not made to look faster than it is by using both. Each pair is measured in turns, in one process; the medians are compared.
"""

from __future__ import annotations

import asyncio
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from report import ROOT, Table, run

sys.path.insert(0, str(ROOT / "frontends"))

from asyncir_python import Kernel, kernel, task

REPEATS = 5
STARTS = 7
COMPILED = 20
"""Compiled runs for each under asyncio: they are shorter."""


@task
async def fib_task(n: int) -> int:
    if n <= 1:
        return n
    a, b = await asyncio.gather(fib_task(n - 1), fib_task(n - 2))
    return a + b


@kernel
async def fib(n: int) -> int:
    return await fib_task(n)


@task
async def answer(rounds: int, calls: asyncio.Queue[int], answers: asyncio.Queue[int]) -> None:
    for _ in range(rounds):
        await answers.put(await calls.get() + 1)


@kernel
async def ping_pong(rounds: int) -> int:
    calls: asyncio.Queue[int] = asyncio.Queue(1)
    answers: asyncio.Queue[int] = asyncio.Queue(1)
    other = asyncio.create_task(answer(rounds, calls, answers))
    total = 0
    for i in range(rounds):
        await calls.put(i)
        total += await answers.get()
    await other
    return total


@task
async def sleeper(i: int) -> int:
    await asyncio.sleep((i * 7 % 10) * 0.001)
    return i


@kernel
async def timers(n: int) -> int:
    return sum(await asyncio.gather(*[sleeper(i) for i in range(n)]))


@task
async def square(i: int) -> int:
    await asyncio.sleep(0)
    return i * i


@kernel
async def many(n: int) -> int:
    return sum(await asyncio.gather(*[square(i) for i in range(n)]))


@dataclass(frozen=True)
class Pair:
    """A kernel with the size for the run under asyncio and compiled."""

    what: str
    kernel: Kernel[[int], Any]
    size: int


PAIRS = [
    Pair("fib(16): a task for each call, two by gather", fib, 16),
    Pair("2,000 round trips through two queues", ping_pong, 2000),
    Pair("1,000 tasks that sleep up to 9 ms", timers, 1000),
    Pair("gather of 5,000 tasks, each suspended once", many, 5000),
]


def _processor_seconds(action: Callable[[], object], times: int) -> float:
    """Of this process, for each of so many runs."""
    before = time.process_time()
    for _ in range(times):
        action()
    return (time.process_time() - before) / times


def compare(pair: Pair) -> tuple[float, float]:
    """Milliseconds under asyncio and compiled; raises AssertionError if they differ."""
    compiled = pair.kernel.with_options(target="cpu")
    assert compiled(pair.size) == asyncio.run(pair.kernel.python(pair.size))
    python: list[float] = []
    device: list[float] = []
    for _ in range(REPEATS):
        python.append(_processor_seconds(lambda: asyncio.run(pair.kernel.python(pair.size)), 1))
        device.append(_processor_seconds(lambda: compiled(pair.size), COMPILED))
    return statistics.median(python) * 1e3, statistics.median(device) * 1e3


KERNEL = ["examples/python/fib.py", "10"]
STARTS_OF = {
    "`import asyncio` alone": (["-c", "import asyncio"], "0"),
    "`python examples/python/fib.py 10`, compiled anew": (KERNEL, "0"),
    "`python examples/python/fib.py 10`, from the cache": (KERNEL, None),
}
"""Commands, and what ASYNCIR_CACHE is for them; None: a directory that has the kernel."""
MOST_CACHED = 500


def start(command: list[str], cache: str) -> tuple[float, float]:
    """Seconds of a processor, and by the clock, of a whole process; a kernel runs on the CPU."""
    environment = {**os.environ, "ASYNCIR_CACHE": cache, "CUDA_VISIBLE_DEVICES": "", "PYTHONPATH": f"{ROOT / 'frontends'}:{ROOT}"}
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    done = subprocess.run([sys.executable, *command], cwd=ROOT, env=environment, capture_output=True, text=True, check=True)
    after, ended = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    assert command is not KERNEL or done.stdout == "55\n", done.stdout
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, ended - began


def starts() -> dict[str, tuple[float, float]]:
    """Medians of all, measured in turns."""
    taken: dict[str, list[tuple[float, float]]] = {name: [] for name in STARTS_OF}
    with tempfile.TemporaryDirectory() as folder:
        start(KERNEL, folder)
        for _ in range(STARTS):
            for name, (command, cache) in STARTS_OF.items():
                taken[name].append(start(command, cache or folder))
    return {name: (statistics.median(one for one, _ in times), statistics.median(one for _, one in times)) for name, times in taken.items()}


def measure() -> Table:
    """All of it, in milliseconds."""
    columns = ("what", "asyncio", "compiled, CPU", "ratio", "by the clock", "at most, by the clock")
    table = Table("Kernels from Python functions: milliseconds of a processor", columns)
    for pair in PAIRS:
        python, device = compare(pair)
        table.add(pair.what, python, device, f"{python / device:.1f}", "", "")
    for name, (processor, clock) in starts().items():
        limit = MOST_CACHED if "from the cache" in name else ""
        table.add(f"whole process: {name}", "", f"{processor * 1e3:.0f}", "", f"{clock * 1e3:.0f}", limit)
    return table


if __name__ == "__main__":
    run(measure, "The same functions under asyncio and compiled for the CPU; starts of a kernel with and without the cache.")
