"""
out[i] = scale * table[index[i]] + offset in three roles: one warp copies tiles of indices, one gathers what they name, and one computes.
Each element of the table that is asked for is a memory access of its own, and the gathering warp does nothing else. Between two roles
there is a ring of tiles, and two queues that hand its places on: those that may be filled, and those that are full.

Every index must be one of the table's: with the first tile in which one is not, the other roles are cancelled, and the launch fails.
Instances share the tiles: instance i takes the tiles i, i + N, ...; the last tile may be shorter.

    python examples/python/gather.py 3000
    5999.0 ... 1.0
"""

from __future__ import annotations

import asyncio
import sys

import numpy as np

from asyncir_python import Array, Array2, device, empty, f32, i32, instance, kernel, lanes, num_instances, task

DEPTH = 4
"""Places of a ring."""
WIDTH = 512
"""Elements of a tile."""


@device
def tiles_of(n: int) -> int:
    """How many tiles there are for n elements."""
    return (n + WIDTH - 1) // WIDTH


@task
async def load(index: Array[i32], ring: Array2[i32], free: asyncio.Queue[int], full: asyncio.Queue[int]) -> None:
    for t in range(instance(), tiles_of(len(index)), num_instances()):
        place = await free.get()
        first = t * WIDTH
        for e in lanes(min(len(index) - first, WIDTH)):
            ring[place, e] = index[first + e]
        await full.put(place)


@task
async def gather_tiles(
    n: int,
    table: Array[f32],
    indices: Array2[i32],
    indices_free: asyncio.Queue[int],
    indices_full: asyncio.Queue[int],
    values: Array2[f32],
    values_free: asyncio.Queue[int],
    values_full: asyncio.Queue[int],
) -> None:
    for t in range(instance(), tiles_of(n), num_instances()):
        source = await indices_full.get()
        target = await values_free.get()
        for e in lanes(min(n - t * WIDTH, WIDTH)):
            i = indices[source, e]
            assert 0 <= i < len(table), "every index must be one of the table's"
            values[target, e] = table[i]
        await indices_free.put(source)
        await values_full.put(target)


@task
async def compute(out: Array[f32], scale: f32, offset: f32, ring: Array2[f32], free: asyncio.Queue[int], full: asyncio.Queue[int]) -> None:
    for t in range(instance(), tiles_of(len(out)), num_instances()):
        place = await full.get()
        first = t * WIDTH
        for e in lanes(min(len(out) - first, WIDTH)):
            out[first + e] = scale * ring[place, e] + offset
        await free.put(place)


@kernel
async def gather(index: Array[i32], table: Array[f32], out: Array[f32], scale: f32, offset: f32) -> None:
    n = len(index)
    assert n == len(out), "gather needs as many indices as results"
    indices, values = empty((DEPTH, WIDTH), i32), empty((DEPTH, WIDTH), f32)
    indices_free: asyncio.Queue[int] = asyncio.Queue(DEPTH)
    indices_full: asyncio.Queue[int] = asyncio.Queue(DEPTH)
    values_free: asyncio.Queue[int] = asyncio.Queue(DEPTH)
    values_full: asyncio.Queue[int] = asyncio.Queue(DEPTH)
    for place in range(DEPTH):
        await indices_free.put(place)
        await values_free.put(place)
    async with asyncio.TaskGroup() as group:
        group.create_task(load(index, indices, indices_free, indices_full))
        group.create_task(gather_tiles(n, table, indices, indices_free, indices_full, values, values_free, values_full))
        group.create_task(compute(out, scale, offset, values, values_free, values_full))


if __name__ == "__main__":
    length = int(sys.argv[1]) if len(sys.argv) > 1 else 3000
    index = np.arange(length, dtype=np.int32)[::-1].copy()
    out = np.zeros(length, np.float32)
    gather[2](index, np.arange(length, dtype=np.float32), out, 2.0, 1.0)
    print(f"{out[0]:.1f} ... {out[-1]:.1f}")
