"""Cancellation of tasks: where it ends one, what can be done about it, what the awaiting one sees."""

from __future__ import annotations

import asyncio

import numpy as np
from harness import Case

from asyncir_python import Array, i32, kernel, task


@task
async def sleeper(log: Array[i32]) -> i32:
    log[0] += 1
    try:
        await asyncio.sleep(5)
    finally:
        log[1] += 1
    log[2] += 1
    return i32(1)


@kernel
async def cancelled(log: Array[i32]) -> i32:
    task = asyncio.create_task(sleeper(log))
    await asyncio.sleep(0.001)
    task.cancel()
    try:
        return await task
    except asyncio.CancelledError:
        return i32(-1)


@kernel
async def cancelled_is_raised(log: Array[i32]) -> i32:
    """What is not caught ends the kernel with the same error."""
    task = asyncio.create_task(sleeper(log))
    await asyncio.sleep(0.001)
    task.cancel()
    return await task


@task
async def stubborn(log: Array[i32]) -> i32:
    try:
        await asyncio.sleep(5)
    except asyncio.CancelledError:
        log[0] = 7
    await asyncio.sleep(0)
    return i32(42)


@kernel
async def survived(log: Array[i32]) -> i32:
    """A task may catch its cancellation, and go on."""
    task = asyncio.create_task(stubborn(log))
    await asyncio.sleep(0.001)
    task.cancel()
    return await task


@kernel
async def cancelled_after_end(x: i32) -> tuple[bool, i32]:
    """Which has no effect."""

    async def quick(x: i32) -> i32:
        return x * 2

    task = asyncio.create_task(quick(x))
    result = await task
    task.cancel()
    return task.cancelled(), result + await task


@kernel
async def timed_out_tasks_end(log: Array[i32]) -> None:
    """What a timeout cancels runs its finally before the wait is over."""
    try:
        await asyncio.wait_for(sleeper(log), 0.002)
    except TimeoutError:
        log[1] *= 10


@task
async def outer(log: Array[i32]) -> i32:
    return await sleeper(log) + 1


@kernel
async def child_first(log: Array[i32]) -> i32:
    """An awaited coroutine is cancelled with the task that awaits it."""
    task = asyncio.create_task(outer(log))
    await asyncio.sleep(0.001)
    task.cancel()
    try:
        await task
    except asyncio.CancelledError:
        log[1] *= 10
    return log[1]


@kernel
async def group_stops_others(log: Array[i32]) -> None:
    """A failing task of a group cancels the others."""

    async def failing() -> None:
        await asyncio.sleep(0.001)
        raise ValueError("stop")

    async with asyncio.TaskGroup() as group:
        group.create_task(sleeper(log))
        group.create_task(failing())


@kernel
async def raised_by_hand(x: i32) -> i32:
    try:
        if x > 3:
            raise asyncio.CancelledError
    except asyncio.CancelledError:
        return i32(-1)
    return x


@kernel
async def exception_is_not_cancelled(log: Array[i32]) -> i32:
    """CancelledError is no Exception."""

    async def waits() -> i32:
        try:
            await asyncio.sleep(5)
        except Exception:
            return i32(1)
        return i32(2)

    task = asyncio.create_task(waits())
    await asyncio.sleep(0.001)
    task.cancel()
    try:
        return await task
    except BaseException:
        return i32(3)


LOG = np.zeros(3, np.int32)

CASES = [
    Case(cancelled, LOG),
    Case(cancelled_is_raised, LOG),
    Case(survived, LOG),
    Case(cancelled_after_end, 4),
    Case(timed_out_tasks_end, LOG),
    Case(child_first, LOG),
    Case(group_stops_others, LOG),
    Case(raised_by_hand, 4), Case(raised_by_hand, 3),
    Case(exception_is_not_cancelled, LOG),
]  # fmt: skip
