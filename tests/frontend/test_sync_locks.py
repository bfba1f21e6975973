"""Events, locks and semaphores: each kernel ends as under asyncio."""

from __future__ import annotations

import asyncio

import numpy as np
import pytest
from harness import Case, check, check_on

from asyncir_python import Array, atomic_add, device, i32, kernel, task


@task
async def adds(lock: asyncio.Lock, a: Array[i32], turns: int) -> None:
    for _ in range(turns):
        async with lock:
            a[0] = a[0] + 1


@kernel
async def counted_under_a_lock(a: Array[i32]) -> tuple[bool, bool]:
    lock = asyncio.Lock()
    await lock.acquire()
    tasks = (asyncio.create_task(adds(lock, a, 10)), asyncio.create_task(adds(lock, a, 20)))
    held = lock.locked()
    lock.release()
    for one in tasks:
        await one
    return held, lock.locked()


@task
async def takes_turn(lock: asyncio.Lock, a: Array[i32], me: i32) -> None:
    async with lock:
        a[0] = a[0] * 10 + me


@kernel
async def first_come_first_served(a: Array[i32]) -> bool:
    """Each task asks for the lock before the next is started."""
    lock = asyncio.Lock()
    await lock.acquire()
    one = asyncio.create_task(takes_turn(lock, a, 1))
    await asyncio.sleep(0.001)
    two = asyncio.create_task(takes_turn(lock, a, 2))
    await asyncio.sleep(0.001)
    three = asyncio.create_task(takes_turn(lock, a, 3))
    await asyncio.sleep(0.001)
    lock.release()
    await three
    await one
    await two
    return lock.locked()


@kernel
async def ways_out(turns: int, a: Array[i32]) -> int:
    """continue, break, an error, return: each releases."""
    lock = asyncio.Lock()
    for i in range(turns):
        async with lock:
            if i == 2:
                continue
            if i == 4:
                break
            a[0] += 1
        a[1] += 1
    a[2] = 1 if lock.locked() else 2
    try:
        async with lock:
            if turns:
                raise ValueError("out of it")
    except ValueError:
        a[3] = 1 if lock.locked() else 2
    async with lock as nothing, asyncio.Semaphore(1):
        return turns if nothing is None else 0
    return 0


@task
async def two_at_a_time(semaphore: asyncio.Semaphore, inside: Array[i32], turns: int) -> None:
    for _ in range(turns):
        async with semaphore:
            if atomic_add(inside, 0, 1) >= 2:
                inside[1] = 1
            await asyncio.sleep(0)
            atomic_add(inside, 0, -1)


@kernel
async def at_most_two(a: Array[i32]) -> tuple[bool, bool]:
    semaphore = asyncio.Semaphore(2)
    await asyncio.gather(two_at_a_time(semaphore, a, 5), two_at_a_time(semaphore, a, 6), two_at_a_time(semaphore, a, 7))
    await semaphore.acquire()
    await semaphore.acquire()
    none_left = semaphore.locked()
    for _ in range(5):
        semaphore.release()
    return none_left, semaphore.locked()


@task
async def waits_for_permits(semaphore: asyncio.Semaphore, done: asyncio.Event, count: int) -> int:
    for _ in range(count):
        await semaphore.acquire()
    done.set()
    return count


@kernel
async def permits_as_signals(count: int) -> tuple[int, bool]:
    """None at the start; more are released than are asked for."""
    semaphore, done = asyncio.Semaphore(0), asyncio.Event()
    waiter = asyncio.create_task(waits_for_permits(semaphore, done, count))
    for _ in range(count + 1):
        semaphore.release()
    waited = await done.wait()
    return await waiter, waited and not semaphore.locked() and done.is_set()


@kernel
async def released_once_too_often(permits: int) -> int:
    semaphore = asyncio.BoundedSemaphore(permits)
    result = 0
    for _ in range(permits):
        await semaphore.acquire()
    if semaphore.locked():
        result += 1
    for _ in range(permits):
        semaphore.release()
    try:
        semaphore.release()
    except ValueError:
        result += 10
    return result


@device
def signal(event: asyncio.Event, semaphore: asyncio.Semaphore, lock: asyncio.Lock) -> bool:
    event.set()
    semaphore.release()
    return lock.locked()


@kernel
async def from_plain_functions() -> int:
    event, semaphore, lock = asyncio.Event(), asyncio.Semaphore(0), asyncio.Lock()
    result = 0
    async with lock:
        if signal(event, semaphore, lock):
            result += 1
    await semaphore.acquire()
    await event.wait()
    event.clear()
    return result if event.is_set() else result + 10


@kernel
async def chosen(first: bool, turns: int) -> int:
    """Objects that are variables: one of two, and new ones in a loop."""
    if first:
        semaphore, event = asyncio.Semaphore(1), asyncio.Event()
    else:
        semaphore, event = asyncio.Semaphore(2), asyncio.Event()
        event.set()
    count = 0
    for _ in range(turns):
        await semaphore.acquire()
        if semaphore.locked():
            break
        semaphore = asyncio.Semaphore(3)
        count += 1
    return count + (100 if event.is_set() else 0)


@kernel
async def wrong(which: int) -> int:
    lock = asyncio.Lock()
    if which == 0:
        lock.release()
    elif which == 1:
        asyncio.Semaphore(which - 2)
    elif which == 2:
        asyncio.BoundedSemaphore(which - 2).release()
    elif which == 3:
        async with lock:
            lock.release()
    try:
        lock.release()
    except RuntimeError:
        return 1
    return 0


CASES = [
    Case(counted_under_a_lock, np.zeros(1, np.int32), dynamic=True),
    Case(first_come_first_served, np.zeros(1, np.int32)),
    Case(ways_out, 6, np.zeros(4, np.int32)),
    Case(at_most_two, np.zeros(2, np.int32), dynamic=True),
    Case(permits_as_signals, 5),
    Case(released_once_too_often, 2),
    Case(released_once_too_often, 0),
    Case(from_plain_functions),
    Case(chosen, True, 3),
    Case(chosen, False, 3),
    *(Case(wrong, which) for which in range(5)),
]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_as_under_asyncio(case: Case) -> None:
    check(case)


@pytest.mark.gpu
def test_on_the_gpu() -> None:
    for case in CASES:
        check_on(case, target="cuda", deadline=10.0)
