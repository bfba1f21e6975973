"""
N queens on a board of n x n: in how many ways can they stand so that none attacks another? A task places the queen of one row: it starts
a child for each column that is free; from row `depth` on it searches the rest by itself.

A set of columns is a bit mask. What is counted is added to one of 256 counters, so that tasks rarely meet at one; the kernel adds them
up.

    python examples/python/nqueens.py 8 4
    92
"""

from __future__ import annotations

import asyncio
import sys

from asyncir_python import Array, atomic_add, device, i64, kernel, task, u32, zeros

COUNTERS = 256


@device
def free_columns(columns: u32, left: u32, right: u32, board: u32) -> u32:
    """The columns that no queen above attacks."""
    return board & ~(columns | left | right)


@device
def search(columns: u32, left: u32, right: u32, board: u32) -> i64:
    """In how many ways the rows below can be filled: all columns are taken where there are none left."""
    if columns == board:
        return i64(1)
    found = i64(0)
    free = free_columns(columns, left, right, board)
    while free != 0:
        queen = free & -free
        free ^= queen
        found += search(columns | queen, (left | queen) << 1, (right | queen) >> 1, board)
    return found


@task
async def place(columns: u32, left: u32, right: u32, rows: int, board: u32, counts: Array[i64]) -> None:
    """Fills the rows below the queens that stand already: `rows` of them by a task for each queen, the others by itself."""
    if rows <= 0 or columns == board:
        counter = int((left * 7 ^ right) % COUNTERS)
        atomic_add(counts, counter, search(columns, left, right, board))
        return
    async with asyncio.TaskGroup() as group:
        free = free_columns(columns, left, right, board)
        while free != 0:
            queen = free & -free
            free ^= queen
            group.create_task(place(columns | queen, (left | queen) << 1, (right | queen) >> 1, rows - 1, board, counts))


@kernel
async def nqueens(n: int, depth: int) -> i64:
    assert 1 <= n <= 31, "a board has 1 to 31 columns"
    counts = zeros(COUNTERS, i64)
    await place(u32(0), u32(0), u32(0), depth, (u32(1) << n) - 1, counts)
    total = i64(0)
    for count in counts:
        total += count
    return total


if __name__ == "__main__":
    print(nqueens(*map(int, sys.argv[1:3] or ("8", "4"))))
