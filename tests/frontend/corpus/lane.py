"""Lanes: loops dealt to the lanes of a task, reductions over them, shuffle and ballot. Results depend on no width."""

from __future__ import annotations

import asyncio

import numpy as np
from harness import Case

from asyncir_python import (
    Array,
    ballot,
    f32,
    f64,
    i32,
    kernel,
    lane_all,
    lane_any,
    lane_id,
    lane_max,
    lane_min,
    lane_sum,
    lanes,
    num_lanes,
    shuffle,
    task,
    u32,
)


@kernel
async def dealt(a: Array[i32]) -> None:
    """Each iteration on one lane."""
    for i in lanes(len(a)):
        a[i] = a[i] * 3 + i


@kernel
async def dealt_from(a: Array[i32], low: int) -> None:
    for i in lanes(low, len(a)):
        a[i] += 1000


@kernel
async def summed(a: Array[i32]) -> i32:
    part = i32(0)
    for i in lanes(len(a)):
        part += a[i]
    return lane_sum(part)


@kernel
async def summed_real(a: Array[f32]) -> f32:
    part = f32(0)
    for i in lanes(len(a)):
        part += a[i] * a[i]
    return lane_sum(part)


@kernel
async def extremes(a: Array[i32]) -> tuple[i32, i32]:
    high, low = i32(-(2**31)), i32(2**31 - 1)
    for i in lanes(len(a)):
        high = max(high, a[i])
        low = min(low, a[i])
    return lane_max(high), lane_min(low)


@kernel
async def questions(a: Array[i32], limit: i32) -> tuple[bool, bool]:
    some, every = False, True
    for i in lanes(len(a)):
        some = some or a[i] > limit
        every = every and a[i] > limit
    return lane_any(some), lane_all(every)


@kernel
async def counted(a: Array[i32]) -> int:
    """A branch that lanes take each their own way."""
    found = 0
    for i in lanes(len(a)):
        if a[i] % 2 == 0:
            found += 1
        elif a[i] > 10:
            found += 100
    return lane_sum(found)


@kernel
async def first_lane_says(x: i32) -> i32:
    """Lane 0 is there at every width."""
    mine = x + i32(lane_id())
    return shuffle(mine, 0)


@kernel
async def voted(x: i32) -> bool:
    """A bit for each lane, of which there is one at least."""
    mask = ballot(x > 3)
    return mask != u32(0)


@kernel
async def last_lane(n: int) -> int:
    return lane_max(lane_id()) - num_lanes() + n


@task
async def dot(a: Array[f64], b: Array[f64]) -> f64:
    part = f64(0)
    for i in lanes(len(a)):
        part += a[i] * b[i]
    return lane_sum(part)


@kernel
async def dots(a: Array[f64], b: Array[f64]) -> f64:
    """Tasks of a whole warp, side by side."""
    middle = len(a) // 2
    low, high = await asyncio.gather(dot(a[:middle], b[:middle]), dot(a[middle:], b[middle:]))
    return low * 1000 + high


@kernel
async def softmax_like(a: Array[f64]) -> f64:
    """A pass for the greatest, a pass that uses it; suspended between."""
    highest = f64(-1e300)
    for i in lanes(len(a)):
        highest = max(highest, a[i])
    top = lane_max(highest)
    await asyncio.sleep(0)
    for i in lanes(len(a)):
        a[i] -= top
    return top


@kernel
async def kept_by_lane(a: Array[i32]) -> i32:
    """What each lane has of its own is kept over an await."""
    part = i32(0)
    for i in lanes(len(a)):
        part += a[i] * a[i]
    await asyncio.sleep(0)
    for i in lanes(len(a)):
        part -= a[i]
    return lane_sum(part)


@kernel
async def in_a_loop(a: Array[i32, 2], sums: Array[i32]) -> None:
    """The lanes share each row in turn."""
    for y in range(a.shape[0]):
        part = i32(0)
        for x in lanes(a.shape[1]):
            part += a[y, x]
        total = lane_sum(part)
        if lane_id() == 0:
            sums[y] = total


NUMBERS = np.array([5, -3, 8, 0, 13, 6, 7], dtype=np.int32)
QUARTERS = np.arange(10, dtype=np.float32) / 4
DOUBLES = np.arange(9, dtype=np.float64) / 8

CASES = [
    Case(dealt, NUMBERS), Case(dealt, NUMBERS[:0]),
    Case(dealt_from, NUMBERS, 3),
    Case(summed, NUMBERS, dynamic=True), Case(summed, NUMBERS[:0]),
    Case(summed_real, QUARTERS),
    Case(extremes, NUMBERS),
    Case(questions, NUMBERS, 4), Case(questions, NUMBERS, -10), Case(questions, NUMBERS, 100),
    Case(counted, NUMBERS),
    Case(first_lane_says, 7),
    Case(voted, 7), Case(voted, 2),
    Case(last_lane, 9),
    Case(dots, DOUBLES, DOUBLES[::-1].copy()),
    Case(softmax_like, DOUBLES.copy()),
    Case(kept_by_lane, NUMBERS),
    Case(in_a_loop, np.arange(12, dtype=np.int32).reshape(3, 4), np.zeros(3, np.int32)),
]  # fmt: skip
