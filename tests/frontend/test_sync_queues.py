"""Queues: each kernel ends as under asyncio. Where the type of the items comes from, and who counts what is done."""

from __future__ import annotations

import asyncio
from typing import Any

import numpy as np
import pytest
from harness import Case, check, check_on

from asyncir_python import Array, atomic_add, device, f32, i32, kernel, task, zeros


@task
async def sums_up(queue: asyncio.Queue[i32], a: Array[i32]) -> None:
    while True:
        item = await queue.get()
        if item < 0:
            break
        a[0] += item


@kernel
async def passed_on(count: int, a: Array[i32]) -> tuple[int, bool, bool, int]:
    """The items' type comes from the parameter's annotation."""
    queue = asyncio.Queue(3)
    consumer = asyncio.create_task(sums_up(queue, a))
    for i in range(count):
        await queue.put(i32(i))
    await queue.put(i32(-1))
    await consumer
    try:
        queue.get_nowait()
    except asyncio.QueueEmpty:
        a[1] = 1
    empty = queue.empty()
    for i in range(queue.maxsize):
        queue.put_nowait(i32(i))
    try:
        queue.put_nowait(i32(7))
    except asyncio.QueueFull:
        a[2] = 1
    return queue.qsize(), empty, queue.full(), queue.maxsize


@task
async def fills(queue, count: int) -> None:
    for i in range(count):
        await queue.put(f32(i))


@task
async def empties(queue, results: asyncio.Queue, count: int):
    total = f32(0)
    for _ in range(count):
        total += await queue.get()
    await results.put((total, count))
    return total


@kernel
async def types_by_use(count: int) -> tuple[f32, int]:
    """Of items of two queues, which are taken out before the function that puts them in is seen."""
    queue, results = asyncio.Queue(2), asyncio.Queue(1)
    await asyncio.gather(empties(queue, results, count), fills(queue, count))
    return await results.get()


@kernel
async def captured(count: int) -> int:
    queue, done = asyncio.Queue(2), asyncio.Event()

    async def feeds(many: int) -> None:
        for i in range(many):
            await queue.put(i)
        done.set()

    feeder = asyncio.create_task(feeds(count))
    total = 0
    for _ in range(count):
        total = total * 2 + await queue.get()
    await done.wait()
    await feeder
    return total


@task
async def made(size: int) -> asyncio.Queue[tuple[i32, bool]]:
    queue: asyncio.Queue[tuple[i32, bool]] = asyncio.Queue(size)
    await queue.put((i32(5), size > 2))
    return queue


@kernel
async def returned(size: int) -> tuple[i32, bool]:
    queue = await made(size)
    if queue.empty():
        queue = await made(1)
    number, flag = await queue.get()
    return number, flag


@device
def fill_up(queue: asyncio.Queue, count: int) -> int:
    for i in range(count):
        queue.put_nowait(i32(i))
    return queue.qsize()


@kernel
async def from_plain_functions() -> int:
    queue: asyncio.Queue[i32] = asyncio.Queue(5)
    result = fill_up(queue, 3)
    try:
        fill_up(queue, 9)
    except asyncio.QueueFull:
        result += 10 * queue.qsize()
    return result


@kernel
async def as_tasks() -> i32:
    queue: asyncio.Queue[i32] = asyncio.Queue(1)
    taken, put = asyncio.create_task(queue.get()), asyncio.create_task(queue.put(i32(3)))
    first = await taken
    await put
    second, _ = await asyncio.gather(queue.get(), queue.put(i32(8)))
    return first * 10 + second


@task
async def works(queue: asyncio.Queue, out: Array[i32]) -> None:
    while True:
        x, y = await queue.get()
        if x < 0:
            break
        atomic_add(out, 0, x * y)
        queue.task_done()


@kernel
async def joined(count: int) -> tuple[i32, i32]:
    """Behind each join everything is done."""
    out = zeros(1, i32)
    queue: asyncio.Queue[tuple[i32, i32]] = asyncio.Queue(4)
    workers = (asyncio.create_task(works(queue, out)), asyncio.create_task(works(queue, out)), asyncio.create_task(works(queue, out)))
    wrong, wanted = i32(0), i32(0)
    for i in range(count):
        await queue.put((i32(i), i32(2)))
        wanted += i32(2 * i)
        if i % 3 == 0:
            await queue.join()
            if atomic_add(out, 0, 0) != wanted:
                wrong += 1
    await queue.join()
    for _ in workers:
        await queue.put((i32(-1), i32(0)))
    for worker in workers:
        await worker
    return out[0], wrong


@kernel
async def signals() -> int:
    """Items without a value; more done than was put in."""
    queue = asyncio.Queue(3)
    await queue.join()
    queue.put_nowait(None)
    await queue.put(None)
    result = queue.qsize()
    await queue.get()
    queue.task_done()
    queue.task_done()
    try:
        queue.task_done()
    except ValueError:
        result += 10
    await queue.join()
    return result


@kernel
async def wrong(which: int) -> int:
    queue: asyncio.Queue[i32] = asyncio.Queue(1)
    if which == 0:
        queue.task_done()
    elif which == 1:
        queue.get_nowait()
    await queue.put(i32(1))
    if which == 2:
        queue.put_nowait(i32(2))
    return which


CASES = [
    Case(passed_on, 20, np.zeros(3, np.int32)),
    Case(types_by_use, 7),
    Case(captured, 5),
    Case(returned, 3),
    Case(from_plain_functions),
    Case(as_tasks),
    Case(joined, 10),
    Case(signals),
    *(Case(wrong, which) for which in range(4)),
]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_as_under_asyncio(case: Case) -> None:
    check(case)


@pytest.mark.gpu
def test_on_the_gpu() -> None:
    for case in CASES:
        check_on(case, target="cuda", deadline=10.0)


def test_joins_of_many_at_the_same_time() -> None:
    """Often, and in parallel: what is done is seen behind each join."""
    run: Any = joined.with_options(target="cpu", deadline=20.0)[200]
    for _ in range(5):
        totals, wrongs = run(40)
        assert set(totals.tolist()) == {2 * sum(range(40))}
        assert not wrongs.any()


def test_needs_a_bound() -> None:
    @kernel
    async def sized(size: int) -> int:
        return asyncio.Queue(size).maxsize

    with pytest.raises(RuntimeError, match="a queue without a maxsize has no bound"):
        sized.with_options(target="reference")(0)
