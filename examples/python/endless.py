"""
Tasks that never end: three of them count up, with a short sleep after each step, in an array that the host reads while they run. The host
waits until it has seen all of them go on to `steps`, and stops the kernel.

Prints whether the kernel still ran then, and whether the array has all that was seen.

    python examples/python/endless.py 20
    True True
"""

from __future__ import annotations

import asyncio
import sys
import time

import numpy as np

from asyncir import DeadlineError
from asyncir_python import HostVisible, i64, kernel, publish, task


@task
async def count(me: int, counters: HostVisible[i64], pause: float) -> None:
    steps = i64(0)
    while True:
        steps += 1
        publish(counters, me, steps)
        await asyncio.sleep(pause)


@kernel
async def endless(counters: HostVisible[i64], pause: float) -> None:
    await asyncio.gather(*[count(me, counters, pause) for me in range(len(counters))])


if __name__ == "__main__":
    counters = np.zeros(3, np.int64)
    running = endless.launch(counters, 1e-6)
    shown = running.view("counters")
    while shown.min() < (int(sys.argv[1]) if len(sys.argv) > 1 else 20):
        time.sleep(1e-3)
    seen, went_on = shown.copy(), not running.done()
    running.stop()
    try:
        running.wait()
    except DeadlineError:
        print(went_on, bool((counters >= seen).all()))
