"""
Brings an array of any length to mean 0 and standard deviation 1: `tasks` tasks compute the sums and the sums of squares of their parts,
each with all lanes of a warp; the kernel joins them, and as many tasks write (x - mean) / std. Sums are kept in double precision.

    python examples/python/normalize.py 1000 8
    -1.7303 ... 1.7303
"""

from __future__ import annotations

import asyncio
import sys

import numpy as np

from asyncir_python import Array, Array2, empty, f32, f64, kernel, lane_sum, lanes, sqrt, task


@task
async def sums_of(x: Array[f32], part: int, sums: Array2[f64]) -> None:
    """The sum of a part and that of its squares."""
    total, squares = f64(0), f64(0)
    for i in lanes(len(x)):
        value = f64(x[i])
        total += value
        squares += value * value
    sums[part, 0], sums[part, 1] = lane_sum(total), lane_sum(squares)


@task
async def scale(x: Array[f32], out: Array[f32], mean: f64, std: f64) -> None:
    for i in lanes(len(x)):
        out[i] = f32((f64(x[i]) - mean) / std)


@kernel
async def normalize(x: Array[f32], out: Array[f32], tasks: int) -> None:
    n = len(x)
    assert tasks >= 1, "normalize needs at least one task"
    assert n == len(out), "normalize needs arrays of one length"
    sums = empty((tasks, 2), f64)
    async with asyncio.TaskGroup() as group:
        for part in range(tasks):
            group.create_task(sums_of(x[part * n // tasks : (part + 1) * n // tasks], part, sums))
    total, squares = f64(0), f64(0)
    for part in range(tasks):
        total += sums[part, 0]
        squares += sums[part, 1]
    mean = total / n
    variance = max(squares / n - mean * mean, f64(0))  # Rounding must not make it negative.
    std = sqrt(variance)
    async with asyncio.TaskGroup() as group:
        for part in range(tasks):
            begin, end = part * n // tasks, (part + 1) * n // tasks
            group.create_task(scale(x[begin:end], out[begin:end], mean, std))


if __name__ == "__main__":
    length, tasks = map(int, sys.argv[1:3] or ("1000", "8"))
    x = np.arange(length, dtype=np.float32)
    out = np.zeros_like(x)
    normalize(x, out, tasks)
    print(f"{out[0]:.4f} ... {out[-1]:.4f}")
