"""
A ring: `tasks` tasks hand a token on, each to the next one through a queue of its own, and the last one to the first. Each adds 1 to it.
After `rounds` rounds the token comes out: it tells how often it was handed on.

A task makes the queue on its right, starts the task on the other side of it, and then waits on its left.

    python examples/python/ring.py 10 7
    70
"""

from __future__ import annotations

import asyncio
import sys

from asyncir_python import i64, kernel, task


@task
async def hand_on(rounds: int, left: asyncio.Queue[i64], right: asyncio.Queue[i64]) -> None:
    for _ in range(rounds):
        await right.put(await left.get() + 1)


@task
async def member(to_the_right: int, rounds: int, left: asyncio.Queue[i64], back: asyncio.Queue[i64]) -> None:
    if to_the_right == 0:
        await hand_on(rounds, left, back)
        return
    right: asyncio.Queue[i64] = asyncio.Queue(1)
    following = asyncio.create_task(member(to_the_right - 1, rounds, right, back))
    await hand_on(rounds, left, right)
    await following


@kernel
async def ring(tasks: int, rounds: int) -> i64:
    assert tasks >= 1, "a ring has one task at least"
    first: asyncio.Queue[i64] = asyncio.Queue(1)
    members = asyncio.create_task(member(tasks - 1, rounds, first, first))
    await first.put(i64(0))
    await members
    return await first.get()


if __name__ == "__main__":
    print(ring(*map(int, sys.argv[1:3] or ("10", "7"))))
