"""Cancelled while they wait: nothing is taken, nothing is lost, what was held is released."""

from __future__ import annotations

import asyncio

import numpy as np
import pytest
from harness import Case, check, check_on

from asyncir_python import Array, Channel, ChannelClosed, i32, kernel, task


@task
async def notified(condition: asyncio.Condition, a: Array[i32], me: int) -> None:
    async with condition:
        a[3] += 1
        try:
            await condition.wait()
            a[me] = 1
        except asyncio.CancelledError:
            a[me] = 2 if condition.locked() else 3
            raise


@kernel
async def one_leaves_the_list(a: Array[i32]) -> int:
    """The second of three that wait is cancelled; two notifications reach the others."""
    condition = asyncio.Condition()
    first = asyncio.create_task(notified(condition, a, 0))
    while a[3] < 1:
        await asyncio.sleep(0)
    second = asyncio.create_task(notified(condition, a, 1))
    while a[3] < 2:
        await asyncio.sleep(0)
    third = asyncio.create_task(notified(condition, a, 2))
    while a[3] < 3:
        await asyncio.sleep(0)
    async with condition:
        second.cancel()
    result = 0
    try:
        await second
    except asyncio.CancelledError:
        result = 1
    async with condition:
        condition.notify(2)
    await first
    await third
    return result


@task
async def without_try(condition: asyncio.Condition, a: Array[i32], me: int) -> None:
    await condition.acquire()
    a[2] += 1
    await condition.wait()
    a[me] = 1
    condition.release()


@kernel
async def ends_with_the_lock(a: Array[i32]) -> int:
    """A wait that is cancelled takes the lock before it raises: here nobody releases it."""
    condition = asyncio.Condition()
    first = asyncio.create_task(without_try(condition, a, 0))
    while a[2] < 1:
        await asyncio.sleep(0)
    second = asyncio.create_task(without_try(condition, a, 1))
    while a[2] < 2:
        await asyncio.sleep(0)
    async with condition:
        first.cancel()
    result = 0
    try:
        await first
    except asyncio.CancelledError:
        result = 1 if condition.locked() else 2
    condition.release()
    async with condition:
        condition.notify(1)
    await second
    return result


@task
async def holds(semaphore: asyncio.Semaphore, bounded: asyncio.BoundedSemaphore, lock: asyncio.Lock, a: Array[i32], me: int) -> None:
    try:
        async with semaphore, bounded, lock:
            a[me] = 1
            await asyncio.sleep(100.0)
    finally:
        a[me] += 10


@kernel
async def nothing_is_kept(a: Array[i32]) -> int:
    """One holds everything, one waits for the bounded semaphore, one for the other."""
    semaphore, bounded, lock = asyncio.Semaphore(2), asyncio.BoundedSemaphore(1), asyncio.Lock()
    first = asyncio.create_task(holds(semaphore, bounded, lock, a, 0))
    while a[0] == 0:
        await asyncio.sleep(0)
    second = asyncio.create_task(holds(semaphore, bounded, lock, a, 1))
    while not semaphore.locked():
        await asyncio.sleep(0)
    third = asyncio.create_task(holds(semaphore, bounded, lock, a, 2))
    await asyncio.sleep(0.001)
    result = 0
    for one in (third, second, first):
        one.cancel()
        try:
            await one
        except asyncio.CancelledError:
            result += 1
    if semaphore.locked() or bounded.locked() or lock.locked():
        result += 100
    await semaphore.acquire()
    await semaphore.acquire()
    return result


@kernel
async def in_time(a: Array[i32]) -> int:
    """Each of them waits in vain for a while."""
    queue: asyncio.Queue[i32] = asyncio.Queue(1)
    lock, event, semaphore = asyncio.Lock(), asyncio.Event(), asyncio.Semaphore(0)
    condition = asyncio.Condition(lock)
    result = 0
    try:
        await asyncio.wait_for(queue.get(), 0.001)
    except TimeoutError:
        result += 1
    await queue.put(i32(4))
    try:
        await asyncio.wait_for(queue.put(i32(5)), 0.001)
    except TimeoutError:
        result += 10
    if await asyncio.wait_for(queue.get(), 1.0) == 4 and queue.empty():
        result += 100
    await lock.acquire()
    try:
        await asyncio.wait_for(lock.acquire(), 0.001)
    except TimeoutError:
        result += 1000
    try:
        await asyncio.wait_for(condition.wait_for(lambda: a[0] == 4), 0.001)
    except TimeoutError:
        result += 10000 if lock.locked() else 0
    try:
        await asyncio.wait_for(event.wait(), 0.001)
    except TimeoutError:
        result += 100000
    try:
        await asyncio.wait_for(semaphore.acquire(), 0.001)
    except TimeoutError:
        result += 1000000
    semaphore.release()
    await semaphore.acquire()
    return result


@task
async def works(queue: asyncio.Queue, a: Array[i32]) -> None:
    try:
        while True:
            a[0] += await queue.get()
            queue.task_done()
    finally:
        a[1] += 1


@task
async def joins(queue: asyncio.Queue, a: Array[i32]) -> None:
    a[3] = 1
    try:
        await queue.join()
    except asyncio.CancelledError:
        a[2] = 1


@kernel
async def workers_are_stopped(a: Array[i32], count: int) -> int:
    queue: asyncio.Queue[i32] = asyncio.Queue(2)
    worker = asyncio.create_task(works(queue, a))
    for i in range(count):
        await queue.put(i32(i))
    await queue.join()
    worker.cancel()
    result = 0
    try:
        await worker
    except asyncio.CancelledError:
        result += 1
    await queue.put(i32(3))
    joining = asyncio.create_task(joins(queue, a))
    while a[3] == 0:
        await asyncio.sleep(0)
    await asyncio.sleep(0.001)
    joining.cancel()
    await joining
    again = asyncio.create_task(queue.join())
    await queue.get()
    queue.task_done()
    await again
    return result


@task
async def sends(channel: Channel[i32], a: Array[i32]) -> None:
    try:
        await channel.send(1)
        await channel.send(2)
    except asyncio.CancelledError:
        a[0] = 5
    except ChannelClosed:
        a[0] = 6


@kernel
async def sender_is_stopped(a: Array[i32], cancelled: bool) -> i32:
    channel = Channel[i32](1)
    sender = asyncio.create_task(sends(channel, a))
    await asyncio.sleep(0.001)
    if cancelled:
        sender.cancel()
    else:
        channel.close()
    await sender
    total = i32(0)
    channel.close()
    async for item in channel:
        total += item
    return total


CASES = [
    Case(one_leaves_the_list, np.zeros(4, np.int32)),
    Case(ends_with_the_lock, np.zeros(3, np.int32)),
    Case(nothing_is_kept, np.zeros(3, np.int32)),
    Case(in_time, np.zeros(1, np.int32)),
    Case(workers_are_stopped, np.zeros(4, np.int32), 7),
    Case(sender_is_stopped, np.zeros(1, np.int32), True),
    Case(sender_is_stopped, np.zeros(1, np.int32), False),
]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_as_under_asyncio(case: Case) -> None:
    check(case)


@pytest.mark.gpu
def test_on_the_gpu() -> None:
    for case in CASES:
        check_on(case, target="cuda", deadline=10.0)
