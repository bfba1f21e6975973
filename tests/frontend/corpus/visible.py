"""Arrays that the host looks into while the kernel runs, in kernels that end: what is published is there in the end."""

from __future__ import annotations

import asyncio

import numpy as np
from harness import Case

from asyncir_python import (
    Array,
    HostVisible,
    atomic_add,
    device,
    f32,
    f64,
    i32,
    i64,
    instance,
    kernel,
    lane_sum,
    lanes,
    num_instances,
    publish,
    task,
    u32,
    u64,
)


@kernel
async def published(steps: HostVisible[i64], n: int) -> i64:
    for i in range(n):
        publish(steps, i % len(steps), i)
        await asyncio.sleep(0)
    return steps[-1]


@task
async def advance(part: Array[i32], by: i32) -> i32:
    for i in range(len(part)):
        await asyncio.sleep(0)
        publish(part, i, part[i] + by)
    return part[-1]


@kernel
async def parts_published(steps: HostVisible[i32]) -> tuple[i32, i32]:
    half = len(steps) // 2
    low, high = await asyncio.gather(advance(steps[:half], 1), advance(steps[half:], 2))
    return low, high


@device
def report(table: HostVisible[u32, 2], row: int, value: int) -> None:
    publish(table, (row, -1), value)


@kernel
async def published_by_a_device_function(table: HostVisible[u32, 2]) -> None:
    for row in range(table.shape[0]):
        report(table, row, row - 2)


@kernel
async def published_as_element(a: HostVisible[f32], b: HostVisible[f64], c: HostVisible[u64], x: float, n: int) -> None:
    publish(a, 0, x)
    publish(a, 1, n)
    publish(b, 0, f32(x))
    publish(b, 1, True)
    publish(c, 0, n)
    publish(c, 1, i32(-1))


@kernel
async def published_by_instances(steps: HostVisible[i32]) -> None:
    publish(steps, instance(), num_instances() - instance())


@kernel
async def published_out_of_lanes(a: Array[i32], shown: HostVisible[i32]) -> i32:
    total = i32(0)
    for i in lanes(len(a)):
        total += a[i]
    publish(shown, 0, lane_sum(total))
    for i in lanes(len(a)):
        publish(shown, i + 1, a[i] * 2)
    return shown[0]


@kernel
async def either_is_seen(a: HostVisible[i32], b: HostVisible[i32], flag: bool) -> None:
    chosen = a if flag else b
    publish(chosen, 0, 7)


@kernel
async def visible_arrays_are_arrays(steps: HostVisible[i32]) -> i32:
    steps[0] += 2
    before = atomic_add(steps, 0, 3)
    total = i32(0)
    for step in steps:
        total += step
    return total * before


NUMBERS = np.array([4, -7, 2**31 - 1, 0, 9], np.int32)

CASES = [
    Case(published, np.zeros(3, np.int64), 8, dynamic=True), Case(published, np.zeros(3, np.int64), 0),
    Case(parts_published, NUMBERS, dynamic=True),
    Case(published_by_a_device_function, np.zeros((4, 2), np.uint32)),
    Case(published_as_element, np.zeros(2, np.float32), np.zeros(2), np.zeros(2, np.uint64), 1.1, -3),
    Case(published_by_instances[5], np.zeros(5, np.int32)),
    Case(published_out_of_lanes, NUMBERS, np.zeros(6, np.int32)),
    Case(either_is_seen, NUMBERS, NUMBERS, True), Case(either_is_seen, NUMBERS, NUMBERS, False),
    Case(visible_arrays_are_arrays, NUMBERS),
]  # fmt: skip
