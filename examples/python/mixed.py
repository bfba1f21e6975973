"""
Lane and warp scope in one kernel. A task that uses lanes is run by a warp together: `row` adds up a row of a matrix, each lane a part of
it. All other tasks are a lane's, up to 32 of them in a warp: the kernel, and `digits`, which computes the sum of a number's decimal
digits by a child for each digit.

Writes the digit sum of each row's sum; returns the sum of these.

    python examples/python/mixed.py 4 100
    78
"""

from __future__ import annotations

import asyncio
import sys

import numpy as np

from asyncir_python import Array, Array2, i32, kernel, lane_sum, lanes, task


@task
async def digits(x: i32) -> i32:
    if x < 10:
        return x
    return await digits(x // 10) + x % 10


@task
async def row(y: int, matrix: Array2[i32], out: Array[i32]) -> None:
    part = i32(0)
    for x in lanes(matrix.shape[1]):
        part += matrix[y, x]
    out[y] = await digits(lane_sum(part))


@kernel
async def mixed(matrix: Array2[i32], out: Array[i32]) -> i32:
    rows = matrix.shape[0]
    assert rows == len(out), "one result for each row"
    async with asyncio.TaskGroup() as group:
        for y in range(rows):
            group.create_task(row(y, matrix, out))
    total = i32(0)
    for x in out:
        total += x
    return total


if __name__ == "__main__":
    rows, columns = map(int, sys.argv[1:3] or ("4", "100"))
    print(mixed(np.arange(rows * columns, dtype=np.int32).reshape(rows, columns), np.zeros(rows, np.int32)))
