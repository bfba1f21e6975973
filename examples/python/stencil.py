"""
out[i] = w * x[i - 1] + (1 - 2 w) * x[i] + w * x[i + 1], one step of diffusion on a line that ends in zeros, in two roles. Each tile
carries its halo: the loader copies one element more on both sides than the tile's results need, and writes the zeros at the ends of the
line itself.

    tile:   x[first - 1] | x[first] ... x[first + m - 1] | x[first + m]

Instances share the tiles: instance i takes the tiles i, i + N, ...; the last tile may be shorter.

    python examples/python/stencil.py 3000
    0.25 1.00 ... 2998.00 2249.00
"""

from __future__ import annotations

import asyncio
import sys

import numpy as np

from asyncir_python import Array, Array2, device, empty, f32, instance, kernel, lanes, num_instances, task

DEPTH = 4
"""Places of the ring."""
WIDTH = 512
"""Results of a tile."""


@device
def tiles_of(n: int) -> int:
    """How many tiles there are for n elements."""
    return (n + WIDTH - 1) // WIDTH


@task
async def load(x: Array[f32], ring: Array2[f32], free: asyncio.Queue[int], full: asyncio.Queue[int]) -> None:
    n = len(x)
    for t in range(instance(), tiles_of(n), num_instances()):
        place = await free.get()
        first = t * WIDTH
        end = min(first + WIDTH, n)
        for i in lanes(max(first - 1, 0), min(end + 1, n)):
            ring[place, i - first + 1] = x[i]
        if first == 0:
            ring[place, 0] = 0
        if end == n:
            ring[place, end - first + 1] = 0
        await full.put(place)


@task
async def compute(out: Array[f32], w: f32, ring: Array2[f32], free: asyncio.Queue[int], full: asyncio.Queue[int]) -> None:
    middle = 1 - (w + w)
    for t in range(instance(), tiles_of(len(out)), num_instances()):
        place = await full.get()
        first = t * WIDTH
        for e in lanes(min(len(out) - first, WIDTH)):
            out[first + e] = w * ring[place, e] + middle * ring[place, e + 1] + w * ring[place, e + 2]
        await free.put(place)


@kernel
async def stencil(x: Array[f32], out: Array[f32], w: f32) -> None:
    assert len(x) == len(out), "stencil needs arrays of one length"
    ring = empty((DEPTH, WIDTH + 2), f32)
    free: asyncio.Queue[int] = asyncio.Queue(DEPTH)
    full: asyncio.Queue[int] = asyncio.Queue(DEPTH)
    for place in range(DEPTH):
        await free.put(place)
    async with asyncio.TaskGroup() as group:
        group.create_task(load(x, ring, free, full))
        group.create_task(compute(out, w, ring, free, full))


if __name__ == "__main__":
    length = int(sys.argv[1]) if len(sys.argv) > 1 else 3000
    x = np.arange(length, dtype=np.float32)
    out = np.zeros_like(x)
    stencil[2](x, out, 0.25)
    print(f"{out[0]:.2f} {out[1]:.2f} ... {out[-2]:.2f} {out[-1]:.2f}")
