"""Functions whose lanes work together, as tasks among others: awaits, locks, groups, cancellation, many instances."""

from __future__ import annotations

import asyncio
from typing import Any

import numpy as np
import pytest
from harness import Case, check, check_on

from asyncir_python import Array, f32, i32, instance, kernel, lane_sum, lanes, task, zeros

CASES: list[Case] = []
NUMBERS = np.random.default_rng(11)


def case(*args: Any, close: float = 0.0) -> Any:
    """Adds a case for a kernel, without changing the kernel."""

    def add(kernel: Any) -> Any:
        CASES.append(Case(kernel, *args, close=close))
        return kernel

    return add


def ints(*shape: int, low: int = -100, high: int = 100) -> Any:
    return NUMBERS.integers(low, high, shape).astype(np.int32)


def floats(*shape: int) -> Any:
    return NUMBERS.random(shape).astype(np.float32)


@task
async def dot(matrix: Array[f32, 2], row: int, vector: Array[f32], out: Array[f32]) -> None:
    acc = f32(0)
    for i in lanes(len(vector)):
        acc += matrix[row, i] * vector[i]
    out[row] = lane_sum(acc)


@case(floats(6, 33), floats(33), np.zeros(6, np.float32), close=1e-5)
@kernel
async def matrix_times_vector(matrix: Array[f32, 2], vector: Array[f32], out: Array[f32]) -> None:
    tasks = [asyncio.create_task(dot(matrix, row, vector, out)) for row in range(6)]
    for one in tasks:
        await one


@case(ints(30), i32(2))
@case(np.arange(30, dtype=np.int32), i32(0))
@kernel
async def awaits_between(a: Array[i32], x: i32) -> i32:
    acc = i32(0)
    for i in lanes(len(a)):
        acc += a[i] * x
    half = await waited(x)
    for i in lanes(len(a)):
        if a[i] % 2 == 0:
            continue
        acc += half
    await asyncio.sleep(0)
    return lane_sum(acc)


@task
async def waited(x: i32) -> i32:
    await asyncio.sleep(0)
    return x + 1


@task
async def added(lock: asyncio.Lock, to: Array[i32], a: Array[i32], factor: i32) -> i32:
    acc = i32(0)
    for i in lanes(len(a)):
        acc += a[i] * factor
    async with lock:
        old = to[0]
        await asyncio.sleep(0)
        to[0] = old + lane_sum(acc)
    return lane_sum(acc)


@case(ints(13))
@kernel
async def under_a_lock(a: Array[i32]) -> i32:
    lock = asyncio.Lock()
    shared = zeros(1, i32)
    tasks = [asyncio.create_task(added(lock, shared, a, i32(k))) for k in range(3)]
    for one in tasks:
        await one
    return shared[0]


@case(ints(13))
@kernel
async def in_a_group(a: Array[i32]) -> i32:
    """What asyncio's own objects count, they count once for the task."""
    acc = i32(0)
    for i in lanes(len(a)):
        acc += a[i]
    lock, shared = asyncio.Lock(), zeros(1, i32)
    async with asyncio.TaskGroup() as group:
        x = group.create_task(added(lock, shared, a, i32(2)))
        y = group.create_task(added(lock, shared, a, i32(3)))
    async with asyncio.Semaphore(2):
        return lane_sum(acc) + x.result() * y.result() + shared[0]


@task
async def stopped(a: Array[i32], k: i32) -> i32:
    try:
        await asyncio.sleep(10)
        return i32(0)
    except asyncio.CancelledError:
        for i in lanes(len(a)):
            a[i] += k
        return i32(-5)


@case(ints(13))
@kernel
async def cancelled(a: Array[i32]) -> i32:
    running = asyncio.create_task(stopped(a, i32(2)))
    await asyncio.sleep(0)
    running.cancel()
    result = await running
    acc = i32(0)
    for i in lanes(len(a)):
        acc += a[i]
    return lane_sum(acc) + result


@pytest.mark.parametrize("one", CASES, ids=str)
def test_as_under_asyncio(one: Case) -> None:
    check(one, seeds=(0, 2, 3), widths=(1, 4, 32))


@pytest.mark.gpu
def test_on_the_gpu() -> None:
    for one in CASES:
        check_on(one, target="cuda", deadline=10.0)


@kernel
async def many_tasks(out: Array[i32]) -> i32:
    acc = i32(0)
    for i in lanes(instance() + 3):
        acc += i32(i)
    out[instance()] = lane_sum(acc)
    return out[instance()] * 2


@pytest.mark.parametrize("options", [{"target": "reference", "width": 4, "seed": 5}, {"target": "cpu", "executor": "dynamic"}], ids=str)
def test_of_many_instances(options: dict[str, Any]) -> None:
    wanted, found = np.zeros(6, np.int32), np.zeros(6, np.int32)
    asyncio.run(many_tasks[6].python(wanted))
    result = many_tasks[6].with_options(**options)(found)
    assert found.tolist() == wanted.tolist() == [3, 6, 10, 15, 21, 28]
    assert result.tolist() == [2 * x for x in found]
