"""
Six small tasks, and the six ways in which they are put together: a task alone, a task that takes another's result, one that starts a task
in a branch only, one after the other, two at once, and a value that is ready from the start.

    python examples/python/demo_async.py 5
    10 30 10 20 70 110
"""

from __future__ import annotations

import asyncio
import sys

from asyncir_python import i32, just, kernel, task


@task
async def double(x: i32) -> i32:
    return x + x


@task
async def add_then_double(x: i32, y: i32) -> i32:
    return await double(x + y)


@task
async def conditional(x: i32, flag: bool) -> i32:
    """Starts a task only if it is asked to."""
    return await double(x) if flag else x


@task
async def multi_step(x: i32) -> i32:
    return await double(await double(x))


@kernel
async def demo(val: i32, flag: bool) -> tuple[i32, i32, i32, i32, i32, i32]:
    doubled = await double(val)
    chained = await add_then_double(val, doubled)
    chosen = await conditional(val, flag)
    steps = await multi_step(val)
    left, right = await asyncio.gather(double(val), double(chained))
    combined = await just(val) * 2 + 100
    return doubled, chained, chosen, steps, left + right, combined


if __name__ == "__main__":
    print(*demo(int(sys.argv[1]) if len(sys.argv) > 1 else 5, True))
