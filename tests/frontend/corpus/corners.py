"""Corners of the language: orders of evaluation, what names mean when, and what Python's own functions do."""

from __future__ import annotations

import asyncio

import numpy as np
from harness import Case

from asyncir_python import Array, device, i8, i32, kernel, task, zeros


@task
async def double(x: i32) -> i32:
    return x * 2


@task
async def failing(turns: i32, which: i32) -> i32:
    for _ in range(int(turns)):
        await asyncio.sleep(0)
    if which == 1:
        raise ValueError("one")
    raise KeyError("two")


@device
def bump(a: Array[i32], i: int) -> i32:
    a[0] += 1
    return a[0] * 10 + i


@kernel
async def left_to_right(a: Array[i32]) -> i32:
    return bump(a, 1) * 10000 + bump(a, 2) * 100 - bump(a, 3)


@kernel
async def target_before_index(n: int) -> int:
    """Of several targets the first is assigned first."""
    a = zeros(4, i32)
    i = 0
    i, a[i] = 1, n
    return int(a[0] * 10 + a[1])


@kernel
async def index_before_target(n: int) -> int:
    a = zeros(2, i32)
    a[1] = 7
    i = 0
    a[i], i = i + n, 1
    return int(a[0] * 10 + i)


@kernel
async def old_value_first(a: Array[i32]) -> i32:
    """`a[0] += f(a)` reads a[0] before f changes it."""
    a[0] += bump(a, 5)
    return a[0]


@kernel
async def old_variable_first(a: Array[i32]) -> i32:
    x = a[0]
    x += bump(a, 5) * x
    return x


@kernel
async def array_changes_meanwhile(a: Array[i32]) -> i32:
    """A loop over an array sees what is stored while it runs."""
    total = i32(0)
    for x in a:
        a[-1] += 1
        total += x
    return total


@kernel
async def list_of_calls(a: Array[i32]) -> i32:
    """A comprehension is evaluated before the loop over it begins."""
    total = i32(0)
    for y in [bump(a, i) for i in range(3)]:
        a[0] *= 2
        total = total * 100 + y
    return total


@kernel
async def condition_counts(a: Array[i32]) -> i32:
    async def count(a: Array[i32]) -> i32:
        a[0] += 1
        return a[0]

    while await count(a) < 5:
        a[1] += 10
    else:
        a[2] = 1
    return a[0]


@kernel
async def default_is_kept(n: int) -> int:
    """A default has its value from where the function is defined."""
    total = n

    async def add(x: int, total: int = total) -> int:
        return x + total

    total += 100
    return await add(1) + total


@kernel
async def annotated_later(x: int) -> int:
    y: int
    if x > 2:
        y = 3
    else:
        y = 4
    return y


@kernel
async def summed(n: int) -> tuple[int, int, bool, bool]:
    return sum((n, n, 1)), sum([i for i in range(4)], 5), any((n > 3, n > 7)), all([n > i for i in range(4)])  # noqa: C416, C419


@kernel
async def sum_of_many(n: int) -> int:
    """A comprehension whose size is known at run time, where only its sum is wanted."""
    return sum([i * i for i in range(n)])


@kernel
async def zipped(n: int, a: Array[i32]) -> int:
    total = 0
    for x, y in zip((1, 2, 3), (n, n + 1, n + 2)):  # noqa: B905
        total += x * y
    for x, y in zip(a, a[1:]):  # noqa: B905, RUF007
        total += int(x * y)
    return total


@kernel
async def backwards(a: Array[i32]) -> i32:
    total = i32(0)
    for i in reversed(range(len(a))):
        total = total * 10 + a[i]
    return total


@kernel
async def rounded(x: float) -> tuple[int, int, int]:
    """To the nearest, and to the even one of two."""
    return round(x), int(x), int(-x)


@kernel
async def bools_as_numbers(x: int) -> tuple[bool, int]:
    return bool(x), int(True) + (x > 0) + (not x)


@kernel
async def narrowed_argument(x: int) -> i32:
    """A parameter's annotation converts."""

    @task
    async def low(y: i8) -> i8:
        return y

    return i32(await low(x))


@kernel
async def awaited_if_needed(n: i32) -> i32:
    started = asyncio.create_task(double(n))
    return (await started if n > 3 else n) + ((n > 5 and await double(n)) or n)


@kernel
async def slept_for_less_than_nothing(x: int) -> int:
    return await asyncio.sleep(-1, result=x)


@kernel
async def none_is_none(x: i32) -> bool:
    nothing = await asyncio.sleep(0)
    return nothing is None


@kernel
async def returned_in_finally(x: int) -> int:
    """Which drops the error."""
    try:
        if x > 2:
            raise ValueError("dropped")
        return 1
    finally:
        return 2  # noqa: B012, SIM107


@kernel
async def left_in_finally(n: int) -> int:
    total = 0
    for i in range(n):
        try:
            total += 1 // (i - 1)
        finally:
            total += 10
            break  # noqa: B012
    return total


ZEROS = np.zeros(3, np.int32)
COUNTED = np.arange(1, 5, dtype=np.int32)

CASES = [
    Case(left_to_right, COUNTED),
    Case(target_before_index, 3),
    Case(index_before_target, 5),
    Case(old_value_first, COUNTED),
    Case(old_variable_first, COUNTED),
    Case(array_changes_meanwhile, COUNTED),
    Case(list_of_calls, COUNTED),
    Case(condition_counts, ZEROS),
    Case(default_is_kept, 3),
    Case(annotated_later, 3),
    Case(summed, 5),
    Case(sum_of_many, 6), Case(sum_of_many, 0),
    Case(zipped, 5, COUNTED),
    Case(backwards, COUNTED),
    Case(rounded, 2.5), Case(rounded, -3.5), Case(rounded, 0.49999999999999994),
    Case(bools_as_numbers, -7), Case(bools_as_numbers, 0),
    Case(narrowed_argument, 300),
    Case(awaited_if_needed, 4), Case(awaited_if_needed, 7),
    Case(slept_for_less_than_nothing, 3),
    Case(none_is_none, 1),
    Case(returned_in_finally, 3),
    Case(left_in_finally, 3),
]  # fmt: skip
