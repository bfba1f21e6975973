"""
a = b + s * c as two roles with a pipeline between them. One warp copies tiles of b and c into the places of a ring, another one computes
from them: while that works on one tile, the next ones are loaded. Two queues hand places on: `free` those that may be filled, `full`
those that are. The loader waits for a free place and for nothing else.

Instances share the tiles: instance i takes the tiles i, i + N, ...; the last tile may be shorter.

    python examples/python/triad.py 10000
    0.0 ... 39996.0
"""

from __future__ import annotations

import asyncio
import sys

import numpy as np

from asyncir_python import Array, Array3, device, empty, f32, instance, kernel, lanes, num_instances, task

DEPTH = 4
"""Places of the ring."""
WIDTH = 1024
"""Elements of a tile of each array."""


@device
def tiles_of(n: int) -> int:
    """How many tiles there are for n elements."""
    return (n + WIDTH - 1) // WIDTH


@task
async def load(b: Array[f32], c: Array[f32], ring: Array3[f32], free: asyncio.Queue[int], full: asyncio.Queue[int]) -> None:
    for t in range(instance(), tiles_of(len(b)), num_instances()):
        place = await free.get()
        first = t * WIDTH
        for e in lanes(min(len(b) - first, WIDTH)):
            ring[place, 0, e] = b[first + e]
            ring[place, 1, e] = c[first + e]
        await full.put(place)


@task
async def compute(a: Array[f32], s: f32, ring: Array3[f32], free: asyncio.Queue[int], full: asyncio.Queue[int]) -> None:
    for t in range(instance(), tiles_of(len(a)), num_instances()):
        place = await full.get()
        first = t * WIDTH
        for e in lanes(min(len(a) - first, WIDTH)):
            a[first + e] = ring[place, 0, e] + s * ring[place, 1, e]
        await free.put(place)


@kernel
async def triad(a: Array[f32], b: Array[f32], c: Array[f32], s: f32) -> None:
    assert len(a) == len(b) and len(a) == len(c), "triad needs arrays of one length"
    ring = empty((DEPTH, 2, WIDTH), f32)
    free: asyncio.Queue[int] = asyncio.Queue(DEPTH)
    full: asyncio.Queue[int] = asyncio.Queue(DEPTH)
    for place in range(DEPTH):
        await free.put(place)
    async with asyncio.TaskGroup() as group:
        group.create_task(load(b, c, ring, free, full))
        group.create_task(compute(a, s, ring, free, full))


if __name__ == "__main__":
    length = int(sys.argv[1]) if len(sys.argv) > 1 else 10000
    b = np.arange(length, dtype=np.float32)
    a = np.zeros_like(b)
    triad[2](a, b, b, 3.0)
    print(f"{a[0]:.1f} ... {a[-1]:.1f}")
