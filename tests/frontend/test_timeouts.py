"""`asyncio.timeout`: every kernel ends on the reference and on the CPU as under asyncio."""

from __future__ import annotations

import asyncio
from typing import Any

import numpy as np
import pytest
from harness import CPU, Case, check_on

from asyncir_python import Array, i32, kernel, lanes, task
from asyncir_python.compile.source import CompileError

SOON = 0.01
"""Seconds after which a timeout ends a wait that would take minutes."""
LONG = 300.0


@task
async def waits(log: Array[i32], seconds: float) -> i32:
    """Says how it ended."""
    try:
        await asyncio.sleep(seconds)
        log[0] += 1
    except asyncio.CancelledError:
        log[0] += 10
        raise
    return i32(5)


@task
async def block(seconds: float, wait: float) -> int:
    """A wait that is too long, or not."""
    seen = 1
    limit = asyncio.timeout(seconds)
    try:
        async with limit:
            seen += 10
            await asyncio.sleep(wait)
            seen += 100
    except TimeoutError:
        seen += 1000
    await asyncio.sleep(0)
    await asyncio.sleep(0.001)
    return seen + (10000 if limit.expired() else 0)


@task
async def raised(wait: float) -> int:
    """TimeoutError is an error like others."""
    async with asyncio.timeout(SOON):
        await asyncio.sleep(wait)
    return 1


@task
async def in_child(log: Array[i32]) -> int:
    """The coroutine that the block awaits is cancelled."""
    try:
        async with asyncio.timeout(SOON):
            return int(await waits(log, LONG))
    except TimeoutError:
        log[1] += 1
    return -1


@task
async def of_task(log: Array[i32]) -> int:
    """A task that the block awaits is cancelled with it, as under asyncio where nobody shields it."""
    running = asyncio.create_task(waits(log, 0.05))
    try:
        async with asyncio.timeout(SOON / 5):
            await asyncio.shield(running)
    except TimeoutError:
        log[1] += 1
    return int(await running)


@task
async def never(log: Array[i32]) -> int:
    """No limit."""
    async with asyncio.timeout(None) as limit:
        await waits(log, 0.001)
    return 1 if limit.expired() else 0


@task
async def nested(outer: float, inner: float) -> int:
    """Only the block whose time is over ends with TimeoutError."""
    seen = 0
    try:
        async with asyncio.timeout(outer):
            try:
                async with asyncio.timeout(inner):
                    await asyncio.sleep(LONG)
            except TimeoutError:
                seen += 1
            seen += 10
            await asyncio.sleep(LONG if inner > outer else 0.001)
    except TimeoutError:
        seen += 100
    return seen


@task
async def both(log: Array[i32]) -> int:
    """Two in one statement, and the cleaning up waits."""
    try:
        async with asyncio.timeout(SOON) as first, asyncio.timeout(LONG) as second:
            try:
                await asyncio.sleep(LONG)
            finally:
                await asyncio.sleep(0.001)
                log[0] += i32(1)
            log[1] += i32(first.expired()) + i32(second.expired())
    except TimeoutError:
        log[2] += i32(1)
    return 1


@task
async def swallowed(wait: float) -> int:
    """A block that catches its cancellation ends well, and has expired; what follows is not cancelled."""
    seen = 0
    async with asyncio.timeout(SOON) as limit:
        try:
            await asyncio.sleep(wait)
        except asyncio.CancelledError:
            seen = 1
            if limit.expired():
                seen = 2
        await asyncio.sleep(0.001)
        seen += 10
    await asyncio.sleep(0.001)
    return seen + (10000 if limit.expired() else 0)


@task
async def another_error(wait: float) -> int:
    """An error of the body is not changed."""
    try:
        async with asyncio.timeout(SOON):
            try:
                await asyncio.sleep(wait)
            finally:
                raise ValueError("mine")
    except ValueError:
        return 1
    return 2


@task
async def jumps(n: int) -> int:
    """return, break and continue leave the block."""
    total = 0
    for i in range(n):
        async with asyncio.timeout(LONG):
            if i == 2:
                continue
            await asyncio.sleep(0)
            if i == 5:
                break
            if i == 40:
                return -1
        total += i
    await asyncio.sleep(0.001)
    return total


@task
async def limited(log: Array[i32], seconds: float) -> None:
    try:
        async with asyncio.timeout(seconds):
            await waits(log, LONG)
    except TimeoutError:
        log[1] += 1
    except asyncio.CancelledError:
        log[2] += 1
        raise


@task
async def cancelled_from_outside(log: Array[i32]) -> int:
    """That is no timeout."""
    running = asyncio.create_task(limited(log, LONG))
    await asyncio.sleep(SOON)
    running.cancel()
    try:
        await running
    except asyncio.CancelledError:
        log[3] += 1
    return 1 if running.cancelled() else 0


@task
async def cleans_up(log: Array[i32], gate: asyncio.Event) -> None:
    try:
        async with asyncio.timeout(SOON):
            try:
                await asyncio.sleep(LONG)
            finally:
                gate.set()
                await asyncio.sleep(LONG)
    except TimeoutError:
        log[0] += 1
    except asyncio.CancelledError:
        log[0] += 10
        raise


@task
async def both_at_once(log: Array[i32]) -> int:
    """A task that is cancelled while its block ends for the timeout is cancelled."""
    gate = asyncio.Event()
    running = asyncio.create_task(cleans_up(log, gate))
    await gate.wait()
    running.cancel()
    try:
        await running
    except asyncio.CancelledError:
        log[1] += 1
    return 1


@task
async def many(n: int) -> int:
    """Each has its own."""

    async def one(i: int) -> int:
        limit = asyncio.timeout(SOON if i % 2 == 0 else LONG)
        try:
            async with limit:
                await asyncio.sleep(LONG if i % 2 == 0 else 0.001)
        except TimeoutError:
            return 100
        return 1

    results = await asyncio.gather(*[one(i) for i in range(n)])
    total = 0
    for i in range(n):
        total += results[i]
    return total


@task
async def of_queue(n: int) -> int:
    """What a wait that was ended would have taken is there for the next."""
    queue: asyncio.Queue[i32] = asyncio.Queue(4)
    total = 0
    for _ in range(n):
        try:
            async with asyncio.timeout(0.002):
                total += int(await queue.get())
        except TimeoutError:
            total += 100
    await queue.put(i32(7))
    async with asyncio.timeout(LONG):
        total += int(await queue.get())
    return total


@task
async def races(n: int) -> int:
    """A time that is over about when the wait is: one of two ends, and nothing of it later."""
    good = 0
    for _ in range(n):
        limit = asyncio.timeout(0.0002)
        try:
            async with limit:
                await asyncio.sleep(0.0002)
            good += 0 if limit.expired() else 1
        except TimeoutError:
            good += 1 if limit.expired() else 0
        await asyncio.sleep(0)
        await asyncio.sleep(0)
    return good


@kernel
async def chosen(scene: int, log: Array[i32]) -> int:
    """One of the scenes: all are one program, which is compiled once."""
    if scene == 0:
        return await block(SOON, LONG)
    if scene == 1:
        return await block(LONG, 0.001)
    if scene == 2:
        return await block(0.0, LONG)
    if scene == 3:
        return await block(-1.0, LONG)
    if scene == 4:
        return await raised(LONG)
    if scene == 5:
        return await in_child(log)
    if scene == 6:
        return await of_task(log)
    if scene == 7:
        return await never(log)
    if scene == 8:
        return await nested(SOON, LONG)
    if scene == 9:
        return await nested(LONG, SOON)
    if scene == 10:
        return await both(log)
    if scene == 11:
        return await swallowed(LONG)
    if scene == 12:
        return await swallowed(0.0)
    if scene == 13:
        return await another_error(LONG)
    if scene == 14:
        return await jumps(3)
    if scene == 15:
        return await jumps(9)
    if scene == 16:
        return await cancelled_from_outside(log)
    if scene == 17:
        return await both_at_once(log)
    if scene == 18:
        return await many(6)
    if scene == 19:
        return await of_queue(3)
    return await races(len(log))


SCENES = [
    "block(SOON, LONG)", "block(LONG, 0.001)", "block(0.0, LONG)", "block(-1.0, LONG)", "raised(LONG)", "in_child()",
    "of_task()", "never()", "nested(SOON, LONG)", "nested(LONG, SOON)", "both()", "swallowed(LONG)", "swallowed(0.0)",
    "another_error(LONG)", "jumps(3)", "jumps(9)", "cancelled_from_outside()", "both_at_once()", "many(6)",
    "of_queue(3)",
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
        check_on(Case(chosen, len(SCENES), np.zeros(20, np.int32)), **options)
    for _ in range(5):
        check_on(Case(chosen, len(SCENES), np.zeros(60, np.int32)), **WORKERS)


@kernel
async def in_lanes(log: Array[i32]) -> int:
    """Of a task that is run by all lanes together."""
    for i in lanes(len(log)):
        log[i] += 1
    try:
        async with asyncio.timeout(SOON):
            for i in lanes(len(log)):
                log[i] += 1
            await asyncio.sleep(LONG)
    except TimeoutError:
        for i in lanes(len(log)):
            log[i] += 10
    return 1


def test_the_lanes_of_a_task_are_in_one_block() -> None:
    for options in REFERENCE:
        check_on(Case(in_lanes, np.zeros(6, np.int32)), **options)


@kernel
async def entered_twice(n: int) -> int:
    limit = asyncio.timeout(LONG)
    for _ in range(n):
        async with limit:
            await asyncio.sleep(0)
    return n


def test_a_timeout_is_entered_once() -> None:
    for options in (CPU, {"target": "reference"}):
        assert entered_twice.with_options(**options)(1) == 1
        with pytest.raises(RuntimeError, match="Timeout has already been entered"):
            entered_twice.with_options(**options)(2)


@kernel
async def rescheduled(n: int) -> int:
    async with asyncio.timeout(LONG) as limit:
        limit.reschedule(None)
    return n


@kernel
async def at_a_time(n: int) -> int:
    async with asyncio.timeout_at(5.0):
        return n


@kernel
async def wrong_time(n: Array[i32]) -> int:
    async with asyncio.timeout(n):  # pyright: ignore[reportArgumentType]
        return 1


REFUSED: list[tuple[Any, Any, str]] = [
    (rescheduled, 1, "a timeout cannot be moved"),
    (at_a_time, 1, "asyncio.timeout_at is not supported"),
    (wrong_time, np.zeros(4, np.int32), "timeout\\(\\) takes a time in seconds or None, got Array\\[i32\\]"),
]


@pytest.mark.parametrize(("refused", "argument", "message"), REFUSED, ids=[message.split("(")[0] for _, _, message in REFUSED])
def test_what_is_refused(refused: Any, argument: Any, message: str) -> None:
    with pytest.raises(CompileError, match=message):
        refused.with_options(target="reference")(argument)
