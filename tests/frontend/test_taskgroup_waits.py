"""Task groups whose body waits while a task of the group fails: every kernel ends on the reference and on the CPU as under asyncio."""

from __future__ import annotations

import asyncio

import numpy as np
import pytest
from harness import CPU, Case, check_on

from asyncir_python import Array, i32, kernel, task

SOON = 0.005
LONG = 300.0


@task
async def fails(seconds: float) -> i32:
    await asyncio.sleep(seconds)
    raise ValueError("boom")


@task
async def fails_badly(seconds: float) -> None:
    """Where it is cancelled, too."""
    try:
        await asyncio.sleep(seconds)
    finally:
        raise KeyError("bad")


@task
async def works(log: Array[i32], seconds: float) -> i32:
    try:
        await asyncio.sleep(seconds)
        log[0] += 1
    except asyncio.CancelledError:
        log[0] += 10
        raise
    return i32(5)


@task
async def body_is_ended(log: Array[i32]) -> int:
    """The wait in the body, and the other tasks, are cancelled; what follows the group is not."""
    seen = 0
    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(fails(SOON))
            group.create_task(works(log, LONG))
            seen += 1
            await asyncio.sleep(LONG)
            seen += 10
    except* ValueError:
        seen += 100
    await asyncio.sleep(0.001)
    return seen


@task
async def raises() -> int:
    """The group of the error."""
    async with asyncio.TaskGroup() as group:
        group.create_task(fails(SOON))
        await asyncio.sleep(LONG)
    return 1


@task
async def body_cleans_up(log: Array[i32]) -> int:
    """The body's own CancelledError becomes the group of the task's error."""
    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(fails(SOON))
            try:
                await works(log, LONG)
            except asyncio.CancelledError:
                log[1] += 1
                raise
            finally:
                await asyncio.sleep(0.001)
                log[2] += 1
    except* ValueError:
        log[1] += 1
    return 1


@task
async def body_goes_on() -> int:
    """A body that catches its cancellation ends well; the group still raises."""
    seen = 0
    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(fails(SOON))
            try:
                await asyncio.sleep(LONG)
            except asyncio.CancelledError:
                seen += 1
            await asyncio.sleep(0.001)
            seen += 10
    except* ValueError:
        seen += 100
    return seen


@task
async def all_is_well(log: Array[i32], after: float) -> int:
    """No task fails in time, or at all: the result of one is waited for in the body."""
    total = 0
    async with asyncio.TaskGroup() as group:
        if after < 0.0:
            group.create_task(fails(SOON))
        first = group.create_task(works(log, 0.001))
        second = group.create_task(works(log, after))
        total += int(await first)
        await asyncio.sleep(0.001)
        total += int(await second)
    await asyncio.sleep(0.001)
    return total


@task
async def fails_behind_the_body(log: Array[i32]) -> int:
    """Where the group waits for its tasks already."""
    seen = 0
    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(fails(0.05))
            group.create_task(works(log, LONG))
            await asyncio.sleep(0.001)
            seen += 1
    except* ValueError:
        seen += 10
    await asyncio.sleep(0.001)
    return seen


@task
async def awaits_who_fails(log: Array[i32]) -> int:
    """The body awaits the failing task itself."""
    seen = 0
    try:
        async with asyncio.TaskGroup() as group:
            failing = group.create_task(fails(SOON))
            group.create_task(works(log, LONG))
            seen += int(await failing)
    except* ValueError:
        seen += 10
    return seen


@task
async def with_group(log: Array[i32], gate: asyncio.Event) -> None:
    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(works(log, LONG))
            group.create_task(fails(LONG))
            gate.set()
            await asyncio.sleep(LONG)
    except asyncio.CancelledError:
        log[1] += 1
        raise


@task
async def cancelled_from_outside(log: Array[i32]) -> int:
    """That stays a CancelledError, behind the ends of all tasks."""
    gate = asyncio.Event()
    running = asyncio.create_task(with_group(log, gate))
    await gate.wait()
    await asyncio.sleep(SOON)
    running.cancel()
    try:
        await running
    except asyncio.CancelledError:
        return 1
    return 2


@task
async def with_bad_group() -> None:
    async with asyncio.TaskGroup() as group:
        group.create_task(fails_badly(LONG))
        await asyncio.sleep(LONG)


@task
async def errors_come_first() -> int:
    """A task that fails while it is cancelled makes an error of the group's cancellation."""
    running = asyncio.create_task(with_bad_group())
    await asyncio.sleep(SOON)
    running.cancel()
    seen = 2
    try:
        await running
    except* KeyError:
        seen = 1
    return seen


@task
async def one_in_another(log: Array[i32]) -> int:
    """The error of the outer group ends the inner one's body and tasks."""
    try:
        async with asyncio.TaskGroup() as outer:
            outer.create_task(fails(SOON))
            async with asyncio.TaskGroup() as inner:
                inner.create_task(works(log, LONG))
                inner.create_task(fails(LONG))
                await asyncio.sleep(LONG)
    except* ValueError:
        log[1] += 1
    return 1


@task
async def inner_fails(log: Array[i32]) -> int:
    """The error of the inner group is caught inside; the outer one goes on."""
    seen = 0
    async with asyncio.TaskGroup() as outer:
        outer.create_task(works(log, 0.02))
        if seen > 0:
            outer.create_task(fails(LONG))
        try:
            async with asyncio.TaskGroup() as inner:
                inner.create_task(fails(SOON))
                await asyncio.sleep(LONG)
        except* ValueError:
            seen += 1
        await asyncio.sleep(0.001)
        seen += 10
    return seen


@task
async def in_time(log: Array[i32], limit: float, failing: float) -> int:
    """A timeout around a group: whichever comes first."""
    seen = 0
    try:
        try:
            async with asyncio.timeout(limit):
                async with asyncio.TaskGroup() as group:
                    group.create_task(works(log, LONG))
                    group.create_task(fails(failing))
                    await asyncio.sleep(LONG)
        except* ValueError:
            seen += 2
    except TimeoutError:
        seen += 1
    return seen


@task
async def around_a_timeout() -> int:
    """The group's request is none of the timeout's inside."""
    seen = 0
    try:
        async with asyncio.TaskGroup() as group:
            async with asyncio.timeout(LONG):
                group.create_task(fails(SOON))
                await asyncio.sleep(LONG)
            seen += 1
    except* ValueError:
        seen += 10
    return seen


@task
async def turns(n: int) -> int:
    """A group a turn, whose task fails about when the body's wait is over."""
    failed = 0
    for _ in range(n):
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(fails(0.0002))
                await asyncio.sleep(0.0002)
        except* ValueError:
            failed += 1
        await asyncio.sleep(0)
        await asyncio.sleep(0)
    return failed


@kernel
async def chosen(scene: int, log: Array[i32]) -> int:
    """One of the scenes: all are one program, which is compiled once."""
    if scene == 0:
        return await body_is_ended(log)
    if scene == 1:
        return await raises()
    if scene == 2:
        return await body_cleans_up(log)
    if scene == 3:
        return await body_goes_on()
    if scene == 4:
        return await all_is_well(log, 0.002)
    if scene == 5:
        return await fails_behind_the_body(log)
    if scene == 6:
        return await awaits_who_fails(log)
    if scene == 7:
        return await cancelled_from_outside(log)
    if scene == 8:
        return await errors_come_first()
    if scene == 9:
        return await one_in_another(log)
    if scene == 10:
        return await inner_fails(log)
    if scene == 11:
        return await in_time(log, SOON, LONG)
    if scene == 12:
        return await in_time(log, LONG, SOON)
    if scene == 13:
        return await around_a_timeout()
    return await turns(len(log))


SCENES = [
    "body_is_ended()", "raises()", "body_cleans_up()", "body_goes_on()", "all_is_well(0.002)",
    "fails_behind_the_body()", "awaits_who_fails()", "cancelled_from_outside()", "errors_come_first()",
    "one_in_another()", "inner_fails()", "in_time(SOON, LONG)", "in_time(LONG, SOON)", "around_a_timeout()",
]  # fmt: skip
"""What they are called."""
REFERENCE = [{"target": "reference", "seed": seed, "width": width} for seed, width in ((0, 1), (3, 4))]
WORKERS = {**CPU, "workers": 3}


@pytest.mark.parametrize("scene", range(len(SCENES)), ids=SCENES)
def test_as_under_asyncio(scene: int) -> None:
    case = Case(chosen, scene, np.zeros(4, np.int32))
    for options in (*REFERENCE, *[WORKERS] * 4):
        check_on(case, **options)


def test_a_race_has_one_end() -> None:
    for options in REFERENCE:
        check_on(Case(chosen, len(SCENES), np.zeros(12, np.int32)), **options)
    for _ in range(5):
        check_on(Case(chosen, len(SCENES), np.zeros(40, np.int32)), **WORKERS)
