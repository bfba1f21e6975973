"""
A timer wheel: task i of n sleeps (i * 7 mod n) times `unit` seconds and then writes its number into `order`, behind those that woke
before it. With units that are long against the time that waking takes, the tasks wake in the order of their delays.

The kernel returns how many neighbours in `order` stand the right way round: all n - 1 of them, if n is no multiple of 7.

    python examples/python/timers.py 10 0.1
    9
"""

from __future__ import annotations

import asyncio
import sys

import numpy as np

from asyncir_python import Array, atomic_add, device, i32, kernel, task, zeros


@device
def delay(i: int, n: int) -> int:
    return i * 7 % n


@task
async def sleeper(i: int, n: int, unit: float, awake: Array[i32], order: Array[i32]) -> None:
    await asyncio.sleep(delay(i, n) * unit)
    order[atomic_add(awake, 0, 1)] = i


@kernel
async def timers(order: Array[i32], unit: float) -> int:
    n = len(order)
    awake = zeros(1, i32)
    async with asyncio.TaskGroup() as group:
        for i in range(n):
            group.create_task(sleeper(i, n, unit, awake, order))
    right = 0
    for k in range(1, n):
        if delay(int(order[k - 1]), n) < delay(int(order[k]), n):
            right += 1
    return right


if __name__ == "__main__":
    order = np.zeros(int(sys.argv[1]) if len(sys.argv) > 1 else 10, np.int32)
    print(timers(order, float(sys.argv[2]) if len(sys.argv) > 2 else 0.1))
