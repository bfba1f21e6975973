"""Combinators in the manner of senders and futures."""

from __future__ import annotations

import asyncio

from harness import Case

from asyncir_python import device, i32, join, just, kernel, let_value, ready, task, then, when_all, when_any
from asyncir_python.twin import map  # noqa: A004


@task
async def delayed(x: i32, seconds: float) -> i32:
    await asyncio.sleep(seconds)
    return x


@task
async def checked(x: i32) -> i32:
    await asyncio.sleep(0)
    if x < 0:
        raise ValueError("negative")
    return x


@device
def plus_ten(x: i32) -> i32:
    return x + 10


@device
def difference(both: tuple[i32, i32]) -> i32:
    return both[0] - both[1]


@kernel
async def given(x: i32) -> tuple[i32, i32, i32]:
    a, b = await just(x, x + 1)
    return await just(x), a, await ready(b)


@kernel
async def mapped(x: i32) -> i32:
    return await then(delayed(x, 0.0), plus_ten) + await map(just(x), plus_ten)


@kernel
async def chain(x: i32) -> i32:
    return await then(let_value(then(just(x), plus_ten), checked), plus_ten)


@kernel
async def all_of(x: i32) -> i32:
    return await then(when_all(delayed(x, 0.001), delayed(x * 2, 0.0)), difference)


@kernel
async def all_or_error(x: i32) -> tuple[i32, i32]:
    a, b = await when_all(checked(x), checked(i32(4)))
    return a, b


@kernel
async def any_of(x: i32) -> tuple[int, i32]:
    first, value = await when_any(delayed(x, 5.0), delayed(x + 1, 0.0))
    return first, value


@kernel
async def joined(x: i32) -> tuple[i32, i32]:
    a, b = await join(delayed(x, 0.001), checked(x))
    return a, b


@kernel
async def composed_later(x: i32) -> i32:
    """Nothing starts before it is awaited."""
    work = then(delayed(x, 0.0), plus_ten)
    other = await just(x)
    task = asyncio.create_task(work)
    return other * 100 + await task


CASES = [
    Case(given, 4),
    Case(mapped, 4),
    Case(chain, 4), Case(chain, -14),
    Case(all_of, 4),
    Case(all_or_error, 4), Case(all_or_error, -4),
    Case(any_of, 4),
    Case(joined, 4), Case(joined, -4),
    Case(composed_later, 4),
]  # fmt: skip
