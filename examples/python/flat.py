"""
A flat fan-out: one task starts n children from one loop, and child i writes i * i + 1 to its place. What it costs is what starting and
ending a task costs.

    python examples/python/flat.py 1000
    1000 998002
"""

from __future__ import annotations

import asyncio
import sys

import numpy as np

from asyncir_python import Array, i32, kernel, task


@task
async def child(i: i32, out: Array[i32]) -> None:
    out[i] = i * i + 1


@kernel
async def flat(out: Array[i32]) -> i32:
    async with asyncio.TaskGroup() as group:
        for i in range(len(out)):
            group.create_task(child(i32(i), out))
    return i32(len(out))


if __name__ == "__main__":
    out = np.zeros(int(sys.argv[1]) if len(sys.argv) > 1 else 1000, np.int32)
    print(flat(out), out[-1])
