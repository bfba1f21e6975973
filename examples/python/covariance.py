"""
The uncentred second moments of a stream of samples with 24 channels: sums[i, j] = sum over all samples of x[i] * x[j], for i <= j, which
are 300 sums of products. A sample's channels lie in 24 rows (structure of arrays). One warp loads tiles, and each of six others sees
every tile and has a part of the sums, those of two blocks of 8 channels:

    channels    0-7     8-15    16-23
       0-7     role 0  role 3  role 4      roles 0, 1, 2: 36 sums each, of channels of one block
       8-15            role 1  role 5      roles 3, 4, 5: 64 sums each
      16-23                    role 2

It differs from the program of the same name in examples/ in how a role does its work. There the lanes of a warp take samples in turns,
each with all sums of the role in registers, and add them up at the end. Here they take the sums in turns, and go through a tile's samples
for each; the sums lie in an array. Tiles are half as long, and have two places: all tasks meet when one is full, and then the other one
is filled, which all have read.

Instances share the tiles: instance i takes the tiles i, i + N, ..., and adds its sums to `sums`; the last tile may be shorter. What is
below the diagonal is not touched.

    python examples/python/covariance.py 1000
    500.0 0.0 500.0
"""

from __future__ import annotations

import asyncio
import sys

import numpy as np

from asyncir_python import Array, Array2, Array3, atomic_add, device, empty, f32, instance, kernel, lanes, num_instances, task, zeros

CHANNELS, BLOCK = 24, 8
"""All channels, and those of a block."""
WIDTH = 64
"""Samples of a tile."""
ROLES = 6
"""Tasks that add up."""


@device
def tiles_of(n: int) -> int:
    """How many tiles there are for n samples."""
    return (n + WIDTH - 1) // WIDTH


@device
def product_sum(x: Array[f32], y: Array[f32], m: int) -> f32:
    """Of the first m elements."""
    total = f32(0)
    for e in range(m):
        total += x[e] * y[e]
    return total


@task
async def load(x: Array2[f32], tiles: Array3[f32], full: asyncio.Barrier) -> None:
    n = x.shape[1]
    place = 0
    for t in range(instance(), tiles_of(n), num_instances()):
        first = t * WIDTH
        m = min(n - first, WIDTH)
        for channel in range(CHANNELS):
            for e in lanes(m):
                tiles[place, channel, e] = x[channel, first + e]
        await full.wait()
        place = 1 - place


@task
async def role(row: int, column: int, n: int, sums: Array2[f32], tiles: Array3[f32], full: asyncio.Barrier) -> None:
    """The sums of channels row ... row + 7 with channels column ... column + 7."""
    own = zeros(BLOCK * BLOCK, f32)
    place = 0
    for t in range(instance(), tiles_of(n), num_instances()):
        m = min(n - t * WIDTH, WIDTH)
        await full.wait()
        for pair in lanes(BLOCK * BLOCK):
            i, j = row + pair // BLOCK, column + pair % BLOCK
            if i <= j:
                own[pair] += product_sum(tiles[place, i], tiles[place, j], m)
        place = 1 - place
    for pair in lanes(BLOCK * BLOCK):
        i, j = row + pair // BLOCK, column + pair % BLOCK
        if i <= j:
            atomic_add(sums, (i, j), own[pair])


@kernel
async def covariance(x: Array2[f32], sums: Array2[f32]) -> None:
    assert x.shape[0] == CHANNELS, "covariance needs samples of 24 channels"
    assert sums.shape[0] == CHANNELS and sums.shape[1] == CHANNELS, "covariance needs 24 x 24 sums"
    n = x.shape[1]
    tiles = empty((2, CHANNELS, WIDTH), f32)
    full = asyncio.Barrier(1 + ROLES)
    async with asyncio.TaskGroup() as group:
        group.create_task(load(x, tiles, full))
        for row in range(0, CHANNELS, BLOCK):
            for column in range(row, CHANNELS, BLOCK):
                group.create_task(role(row, column, n, sums, tiles, full))


if __name__ == "__main__":
    length = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    x = np.arange(24 * length).reshape(24, length) % 2
    sums = np.zeros((24, 24), np.float32)
    covariance[2](x.astype(np.float32), sums)
    print(sums[0, 0], sums[1, 0], sums[0, 23])
