"""
Dining philosophers: n of them around a table, a fork between each two; a philosopher needs both forks to eat. Forks are locks. All take
the fork of the lower number first: so they cannot wait for each other in a circle.

How often a fork was used is counted without atomics, by a load before and a store after the meal, while others run: if a fork were in two
hands, a count would be lost. Each of the n forks is used by two philosophers, `meals` times by each.

    python examples/python/philosophers.py 5 10
    100
"""

from __future__ import annotations

import asyncio
import sys

from asyncir_python import Array, i32, kernel, task, zeros


@task
async def dine(first: asyncio.Lock, second: asyncio.Lock, first_number: int, second_number: int, meals: int, uses: Array[i32]) -> None:
    for _ in range(meals):
        async with first, second:
            a, b = uses[first_number], uses[second_number]
            await asyncio.sleep(0)
            uses[first_number], uses[second_number] = a + 1, b + 1


@task
async def seat(me: int, n: int, meals: int, left: asyncio.Lock, zeroth: asyncio.Lock, uses: Array[i32]) -> None:
    """Philosopher `me`, whose left fork is number `me`, and all those to the right, up to the last one, whose right fork is number 0."""
    if me + 1 == n:
        await dine(zeroth, left, 0, me, meals, uses)
        return
    right = asyncio.Lock()
    await asyncio.gather(
        dine(left, right, me, me + 1, meals, uses),
        seat(me + 1, n, meals, right, zeroth, uses),
    )


@kernel
async def philosophers(n: int, meals: int) -> i32:
    assert n >= 2, "one philosopher alone has only one fork"
    uses = zeros(n, i32)
    zeroth = asyncio.Lock()
    await seat(0, n, meals, zeroth, zeroth, uses)
    total = i32(0)
    for count in uses:
        total += count
    return total


if __name__ == "__main__":
    print(philosophers(*map(int, sys.argv[1:3] or ("5", "10"))))
