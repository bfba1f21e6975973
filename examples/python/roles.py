"""
The classic figure of warp specialization: one warp loads tiles, one computes A from each and passes the result on, two compute B from
that and store. A tile that was passed on is seen by both storing warps, of which each takes one half of it.

    load --x--> A: p = x * x + 1 --p--+--> B of the first half:  out = s - p / 2
                                      +--> B of the second half

A storing warp has queues of its own: A tells both which place is full, and fills none before both have told that it is free again.
Instances share the tiles: instance i takes the tiles i, i + N, ...; the last tile may be shorter.

    python examples/python/roles.py 3000
    2.5 2.0 ... -4496998.0
"""

from __future__ import annotations

import asyncio
import sys

import numpy as np

from asyncir_python import Array, Array2, device, empty, f32, instance, kernel, lanes, num_instances, task

LOADED, PASSED = 4, 2
"""Places of the ring behind the loader, and of the one behind A."""
WIDTH = 512
"""Elements of a tile."""


@device
def tiles_of(n: int) -> int:
    """How many tiles there are for n elements."""
    return (n + WIDTH - 1) // WIDTH


@task
async def load(x: Array[f32], ring: Array2[f32], free: asyncio.Queue[int], full: asyncio.Queue[int]) -> None:
    for t in range(instance(), tiles_of(len(x)), num_instances()):
        place = await free.get()
        first = t * WIDTH
        for e in lanes(min(len(x) - first, WIDTH)):
            ring[place, e] = x[first + e]
        await full.put(place)


@task
async def a(
    n: int,
    loaded: Array2[f32],
    free: asyncio.Queue[int],
    full: asyncio.Queue[int],
    passed: Array2[f32],
    free_1: asyncio.Queue[int],
    full_1: asyncio.Queue[int],
    free_2: asyncio.Queue[int],
    full_2: asyncio.Queue[int],
) -> None:
    for t in range(instance(), tiles_of(n), num_instances()):
        source = await full.get()
        target = await free_1.get()
        await free_2.get()  # The same place: both give places back in the order in which they got them.
        for e in lanes(min(n - t * WIDTH, WIDTH)):
            x = loaded[source, e]
            passed[target, e] = x * x + 1
        await free.put(source)
        await full_1.put(target)
        await full_2.put(target)


@task
async def b(out: Array[f32], s: f32, begin: int, end: int, passed: Array2[f32], free: asyncio.Queue[int], full: asyncio.Queue[int]) -> None:
    """Elements from `begin` to `end` of each tile, or to where the tile ends."""
    for t in range(instance(), tiles_of(len(out)), num_instances()):
        place = await full.get()
        first = t * WIDTH
        for e in lanes(begin, min(len(out) - first, end)):
            out[first + e] = s - passed[place, e] * 0.5
        await free.put(place)


@kernel
async def roles(x: Array[f32], out: Array[f32], s: f32) -> None:
    assert len(x) == len(out), "roles needs arrays of one length"
    loaded, passed = empty((LOADED, WIDTH), f32), empty((PASSED, WIDTH), f32)
    free: asyncio.Queue[int] = asyncio.Queue(LOADED)
    full: asyncio.Queue[int] = asyncio.Queue(LOADED)
    free_1: asyncio.Queue[int] = asyncio.Queue(PASSED)
    full_1: asyncio.Queue[int] = asyncio.Queue(PASSED)
    free_2: asyncio.Queue[int] = asyncio.Queue(PASSED)
    full_2: asyncio.Queue[int] = asyncio.Queue(PASSED)
    for place in range(LOADED):
        await free.put(place)
    for place in range(PASSED):
        await free_1.put(place)
        await free_2.put(place)
    async with asyncio.TaskGroup() as group:
        group.create_task(load(x, loaded, free, full))
        group.create_task(a(len(x), loaded, free, full, passed, free_1, full_1, free_2, full_2))
        group.create_task(b(out, s, 0, WIDTH // 2, passed, free_1, full_1))
        group.create_task(b(out, s, WIDTH // 2, WIDTH, passed, free_2, full_2))


if __name__ == "__main__":
    length = int(sys.argv[1]) if len(sys.argv) > 1 else 3000
    x = np.arange(length, dtype=np.float32)
    out = np.zeros_like(x)
    roles[2](x, out, 3.0)
    print(f"{out[0]:.1f} {out[1]:.1f} ... {out[-1]:.1f}")
