"""Tasks that a warp runs together use the objects of asyncio as other tasks do: once for all their lanes."""

from __future__ import annotations

import asyncio

import numpy as np
import pytest
from harness import Case, check, check_on

from asyncir_python import Array, i32, kernel, lane_sum, lanes, task


@task
async def together(
    semaphore: asyncio.Semaphore, bounded: asyncio.BoundedSemaphore, queue: asyncio.Queue, lock: asyncio.Lock, a: Array[i32], me: int
) -> None:
    total = i32(0)
    for i in lanes(8):
        total += i32(i)
    total = lane_sum(total)
    async with semaphore, bounded:
        await queue.put(total)
        async with lock:
            a[me] = total
    await queue.join()


@kernel
async def warps(a: Array[i32]) -> i32:
    queue = asyncio.Queue(2)
    semaphore, bounded, lock = asyncio.Semaphore(2), asyncio.BoundedSemaphore(2), asyncio.Lock()
    first = asyncio.create_task(together(semaphore, bounded, queue, lock, a, 0))
    second = asyncio.create_task(together(semaphore, bounded, queue, lock, a, 1))
    third = asyncio.create_task(together(semaphore, bounded, queue, lock, a, 2))
    total = i32(0)
    for _ in range(3):
        total += await queue.get()
        queue.task_done()
    for one in (first, second, third):
        await one
    return total


@task
async def by_turns(condition: asyncio.Condition, turns: asyncio.Queue[int], me: int) -> None:
    count = 0
    for _ in lanes(4):
        count += 1
    async with condition:
        while turns.qsize() != me:
            await condition.wait()
        turns.put_nowait(me + lane_sum(count))
        condition.notify_all()


@kernel
async def in_order() -> int:
    condition = asyncio.Condition()
    turns: asyncio.Queue[int] = asyncio.Queue(4)
    last = asyncio.create_task(by_turns(condition, turns, 1))
    await by_turns(condition, turns, 0)
    await last
    return 100 * await turns.get() + await turns.get()


CASES = [Case(warps, np.zeros(3, np.int32)), Case(in_order)]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_as_under_asyncio(case: Case) -> None:
    check(case)


@pytest.mark.gpu
def test_on_the_gpu() -> None:
    for case in CASES:
        check_on(case, target="cuda", deadline=10.0)
