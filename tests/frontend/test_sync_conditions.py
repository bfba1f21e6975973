"""Conditions and barriers: each kernel ends as under asyncio."""

from __future__ import annotations

import asyncio

import numpy as np
import pytest
from harness import Case, check, check_on

from asyncir_python import Array, atomic_add, i32, kernel, task


@task
async def in_turn(condition: asyncio.Condition, a: Array[i32], me: int, tasks: int) -> None:
    async with condition:
        for _ in range(3):
            await condition.wait_for(lambda: a[0] % tasks == me)
            a[0] = a[0] + 1
            condition.notify_all()


@kernel
async def round_and_round(a: Array[i32]) -> bool:
    condition = asyncio.Condition()
    await asyncio.gather(in_turn(condition, a, 3, 4), in_turn(condition, a, 1, 4), in_turn(condition, a, 0, 4), in_turn(condition, a, 2, 4))
    return condition.locked()


@task
async def adds(condition: asyncio.Condition, a: Array[i32], turns: int) -> None:
    for _ in range(turns):
        await condition.acquire()
        a[0] = a[0] + 1
        condition.notify_all()
        condition.release()
        await asyncio.sleep(0)


@task
async def until_enough(condition: asyncio.Condition, a: Array[i32], limit: int) -> bool:
    def enough() -> bool:
        return a[0] >= limit

    await condition.acquire()
    holds = await condition.wait_for(enough)
    condition.release()
    return holds


@kernel
async def waits_for_a_sum(a: Array[i32], limit: int) -> bool:
    lock = asyncio.Lock()
    condition = asyncio.Condition(lock)
    holds, _ = await asyncio.gather(until_enough(condition, a, limit), adds(condition, a, limit))
    return holds and not lock.locked()


@task
async def notes_its_place(condition: asyncio.Condition, a: Array[i32], me: i32) -> None:
    async with condition:
        a[1] += 1
        await condition.wait()
        a[0] = a[0] * 10 + me


@kernel
async def in_the_order_of_coming(a: Array[i32]) -> None:
    """One notification after the other: each is for who has waited longest."""
    condition = asyncio.Condition()
    one = asyncio.create_task(notes_its_place(condition, a, 1))
    while a[1] < 1:
        await asyncio.sleep(0)
    two = asyncio.create_task(notes_its_place(condition, a, 2))
    while a[1] < 2:
        await asyncio.sleep(0)
    three = asyncio.create_task(notes_its_place(condition, a, 3))
    while a[1] < 3:
        await asyncio.sleep(0)
    async with condition:
        condition.notify()
    await one
    async with condition:
        condition.notify(0)
        condition.notify()
    await two
    async with condition:
        condition.notify(5)
    await three
    async with condition:
        condition.notify_all()


@kernel
async def without_the_lock(which: int) -> int:
    condition = asyncio.Condition()
    if which == 0:
        await condition.wait()
    elif which == 1:
        condition.notify()
    elif which == 2:
        condition.notify_all()
    try:
        await condition.wait_for(lambda: which == 4)
    except RuntimeError:
        return 1
    return 0


@task
async def meets(barrier: asyncio.Barrier, a: Array[i32], rounds: int) -> int:
    total = 0
    for turn in range(rounds):
        atomic_add(a, turn, 1)
        total += await barrier.wait()
        if a[turn] != barrier.parties:
            return -1000
    async with barrier as number:
        total += number
    return total


@kernel
async def rounds_of_three(a: Array[i32], rounds: int) -> tuple[int, int, bool]:
    barrier = asyncio.Barrier(3)
    x, y, z = await asyncio.gather(meets(barrier, a, rounds), meets(barrier, a, rounds), meets(barrier, a, rounds))
    return x + y + z, barrier.n_waiting, barrier.broken


@task
async def finds_it_broken(barrier: asyncio.Barrier) -> int:
    try:
        await barrier.wait()
    except asyncio.BrokenBarrierError:
        return 1
    return 0


@kernel
async def broken_barriers() -> tuple[int, bool]:
    barrier = asyncio.Barrier(3)
    first, second = asyncio.create_task(finds_it_broken(barrier)), asyncio.create_task(finds_it_broken(barrier))
    while barrier.n_waiting < 2:
        await asyncio.sleep(0)
    await barrier.reset()
    found = await first + 10 * await second
    first = asyncio.create_task(finds_it_broken(barrier))
    while barrier.n_waiting < 1:
        await asyncio.sleep(0)
    await barrier.abort()
    found += 100 * await first
    found += 1000 * await finds_it_broken(barrier)
    return found, barrier.broken


CASES = [
    Case(round_and_round, np.zeros(1, np.int32)),
    Case(waits_for_a_sum, np.zeros(1, np.int32), 5),
    Case(in_the_order_of_coming, np.zeros(2, np.int32)),
    *(Case(without_the_lock, which) for which in range(4)),
    Case(rounds_of_three, np.zeros(4, np.int32), 4),
    Case(broken_barriers),
]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_as_under_asyncio(case: Case) -> None:
    check(case)


@pytest.mark.gpu
def test_on_the_gpu() -> None:
    for case in CASES:
        check_on(case, target="cuda", deadline=10.0)


@task
async def waits(condition: asyncio.Condition, a: Array[i32]) -> None:
    async with condition:
        atomic_add(a, 0, 1)
        await condition.wait()


@kernel
async def crowd(a: Array[i32], tasks: int) -> None:
    condition = asyncio.Condition()
    async with asyncio.TaskGroup() as group:
        for _ in range(tasks):
            group.create_task(waits(condition, a))
        while a[0] < tasks:
            await asyncio.sleep(0)
        async with condition:
            condition.notify_all()


def test_many_may_wait() -> None:
    crowd.with_options(target="cpu", deadline=10.0)(np.zeros(1, np.int32), 1024)


def test_too_many_may_not() -> None:
    with pytest.raises(BaseExceptionGroup) as raised:
        crowd.with_options(target="cpu", deadline=10.0)(np.zeros(1, np.int32), 1025)
    assert "more than 1024 tasks wait for a condition" in str(raised.value.exceptions[0])
