"""Queues and channels, events, locks, semaphores, conditions; async for; select."""

from __future__ import annotations

import asyncio

import numpy as np
from harness import Case

from asyncir_python import Array, Channel, ChannelClosed, f32, i32, kernel, select, task


@task
async def numbers(out: Channel[i32], count: int) -> None:
    for i in range(count):
        await out.send(i * i)
    out.close()


@kernel
async def producer_consumer(count: int, room: int) -> i32:
    channel = Channel[i32](room)
    sender = asyncio.create_task(numbers(channel, count))
    total = i32(0)
    for _ in range(count):
        total = total * 3 + await channel.recv()
    await sender
    return total


@kernel
async def async_for(count: int) -> i32:
    """Until the channel is closed and empty."""
    channel = Channel[i32](2)
    asyncio.create_task(numbers(channel, count))  # noqa: RUF006
    total = i32(0)
    async for x in channel:
        if x == 4:
            continue
        total = total * 3 + x
    return total


@kernel
async def until_closed(count: int) -> i32:
    channel = Channel[i32](1)
    asyncio.create_task(numbers(channel, count))  # noqa: RUF006
    got = i32(0)
    try:
        while True:
            got += await channel.recv() + 1
    except ChannelClosed:
        got += 1000
    return got


@task
async def halve(source: Channel[i32], out: Channel[i32]) -> None:
    async for x in source:
        if x % 2 == 0:
            await out.send(x // 2)
    out.close()


@kernel
async def stages(count: int) -> i32:
    """A pipeline of three tasks."""
    first, second = Channel[i32](1), Channel[i32](3)
    async with asyncio.TaskGroup() as group:
        group.create_task(numbers(first, count))
        group.create_task(halve(first, second))
        total = i32(0)
        async for x in second:
            total += x
    return total


@kernel
async def queue(count: int) -> i32:
    items = asyncio.Queue(2)

    async def produce(queue: asyncio.Queue, n: int) -> None:
        for i in range(n):
            await queue.put(i32(i) * 5)

    producer = asyncio.create_task(produce(items, count))
    total = i32(0)
    for _ in range(count):
        total = total * 2 + await items.get()
        items.task_done()
    await producer
    await items.join()
    return total


@kernel
async def queue_without_waiting(n: int) -> tuple[int, int, bool, bool]:
    items = asyncio.Queue(3)
    items.put_nowait(n)
    items.put_nowait(n + 1)
    size = items.qsize()
    return items.get_nowait(), size, items.empty(), items.full()


@kernel
async def queue_of_workers(count: int, out: Array[i32]) -> None:
    """Which worker takes what is open; each item is taken once."""
    items = asyncio.Queue(4)

    async def work(queue: asyncio.Queue, out: Array[i32]) -> None:
        while True:
            item = await queue.get()
            if item < 0:
                return
            out[item] = item * 7
            queue.task_done()

    workers = [asyncio.create_task(work(items, out)) for _ in range(3)]
    for i in range(count):
        await items.put(i)
    await items.join()
    for _ in range(3):
        await items.put(-1)
    for worker in workers:
        await worker


@task
async def guarded(lock: asyncio.Lock, counter: Array[i32], times: int) -> None:
    for _ in range(times):
        async with lock:
            seen = counter[0]
            await asyncio.sleep(0)
            counter[0] = seen + 1


@kernel
async def lock(counter: Array[i32]) -> bool:
    lock = asyncio.Lock()
    await asyncio.gather(guarded(lock, counter, 3), guarded(lock, counter, 4))
    return lock.locked()


@kernel
async def lock_by_hand(counter: Array[i32]) -> i32:
    lock = asyncio.Lock()
    await lock.acquire()
    started = asyncio.create_task(guarded(lock, counter, 2))
    await asyncio.sleep(0)
    seen = counter[0]
    lock.release()
    await started
    return seen


@task
async def opened(event: asyncio.Event, counter: Array[i32], at: int) -> None:
    await event.wait()
    counter[at] = counter[0] + at


@kernel
async def event(counter: Array[i32]) -> tuple[bool, bool]:
    event = asyncio.Event()
    before = event.is_set()
    waiting = asyncio.gather(opened(event, counter, 1), opened(event, counter, 2))
    await asyncio.sleep(0.001)
    counter[0] = 10
    event.set()
    await waiting
    await event.wait()
    return before, event.is_set()


@kernel
async def semaphore(out: Array[i32]) -> None:
    """Never more than two inside."""
    room = asyncio.Semaphore(2)

    async def enter(room: asyncio.Semaphore, out: Array[i32], at: int) -> None:
        async with room:
            out[0] += 1
            assert out[0] <= 2, "too many"
            await asyncio.sleep(0)
            out[0] -= 1
            out[at] = at

    await asyncio.gather(*[enter(room, out, at) for at in range(1, 6)])


@kernel
async def condition(state: Array[i32]) -> i32:
    ready = asyncio.Condition()

    async def wait_for_five(ready: asyncio.Condition, state: Array[i32]) -> i32:
        async with ready:
            await ready.wait_for(lambda: state[0] >= 5)
            return state[0]

    waiting = asyncio.create_task(wait_for_five(ready, state))
    for i in range(1, 6):
        await asyncio.sleep(0)
        async with ready:
            state[0] = i
            ready.notify_all()
    return await waiting


@kernel
async def select_channel(n: i32) -> tuple[int, i32, bool]:
    empty, full = Channel[i32](1), Channel[i32](1)
    await full.send(n)
    number, item, there = await select(empty, full)
    return number, item, there


@kernel
async def select_timeout(n: i32) -> tuple[int, bool]:
    empty = Channel[i32](1)
    number, _, there = await select(empty, timeout=0.005)
    return number, there


@task
async def delayed(x: i32, seconds: float) -> i32:
    await asyncio.sleep(seconds)
    return x


@kernel
async def select_task(n: i32) -> tuple[int, i32]:
    late, soon = asyncio.create_task(delayed(n, 0.05)), asyncio.create_task(delayed(n + 1, 0.0))
    first = await select(late, soon)
    return first, await soon * 100 + await late


@task
async def passed_on(source: Channel[f32], out: Channel[f32]) -> None:
    x = await source.recv()
    await out.send(x * 1.5)


@kernel
async def ring(x: f32) -> f32:
    """A number that goes round."""
    a, b = Channel[f32](1), Channel[f32](1)
    there = asyncio.create_task(passed_on(a, b))
    await a.send(x)
    back = await b.recv()
    await there
    return back + x


CASES = [
    Case(producer_consumer, 6, 1, dynamic=True), Case(producer_consumer, 6, 10), Case(producer_consumer, 0, 1),
    Case(producer_consumer, 1, 0),
    Case(async_for, 6), Case(async_for, 0),
    Case(until_closed, 4),
    Case(stages, 7),
    Case(queue, 5), Case(queue, 0),
    Case(queue_without_waiting, 4),
    Case(queue_of_workers, 9, np.zeros(9, np.int32)),
    Case(lock, np.zeros(1, np.int32)),
    Case(lock_by_hand, np.zeros(1, np.int32)),
    Case(event, np.zeros(3, np.int32)),
    Case(semaphore, np.zeros(6, np.int32)),
    Case(condition, np.zeros(1, np.int32)),
    Case(select_channel, 6),
    Case(select_timeout, 6),
    Case(select_task, 6),
    Case(ring, 2.5),
]  # fmt: skip
