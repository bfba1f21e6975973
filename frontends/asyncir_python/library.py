# pyright: basic
"""
What asyncio's functions do with several tasks, written as the programs are that use them: the compiler takes these functions in the place
of asyncio's, where plain awaits would not do. They run under asyncio too, so that they can be compared with what they stand for.

`tasks` is a tuple of tasks that have been started. An `await` of a task that has ended gives its result or error at once.
"""

from __future__ import annotations

import asyncio
from typing import Any

from asyncir_python.marks import task
from asyncir_python.twin.atomics import atomic_add, atomic_or
from asyncir_python.twin.channels import Channel
from asyncir_python.twin.selecting import select


@task
async def settled(running: Any) -> None:
    """Waits for the end of a task, whatever it is."""
    await select(running)


@task
async def tell(running: Any, number: int, ends: Channel[int]) -> None:
    """Sends a number when a task has ended."""
    await select(running)
    await ends.send(number)


@task
async def stop(tasks: Any) -> None:
    """Cancels tasks and waits for their ends."""
    for one in tasks:
        one.cancel()
    for one in tasks:
        await select(one)


@task
async def gathered(tasks: Any) -> None:
    """Until all have ended, or the first of them with an error, which this raises. If this is cancelled, all are."""
    ends: Channel[int] = Channel[int](len(tasks))
    for number, one in enumerate(tasks):
        asyncio.create_task(tell(one, number, ends))  # noqa: RUF006 (the tasks that it waits for keep it alive)
    for _ in range(len(tasks)):
        try:
            ended = await ends.recv()
        except asyncio.CancelledError:
            await stop(tasks)
            raise
        for number, one in enumerate(tasks):
            if ended == number:
                await one


@task
async def all_or_none(tasks: Any) -> None:
    """As `gathered`, but an error cancels the rest, and this is over when all have ended: `when_all`."""
    try:
        await gathered(tasks)
    except BaseException:
        await stop(tasks)
        raise


@task
async def joined(tasks: Any) -> None:
    """Until all have ended. If this is cancelled, all are."""
    try:
        for one in tasks:
            await select(one)
    except asyncio.CancelledError:
        await stop(tasks)
        raise


@task
async def first_of(tasks: Any) -> int:
    """The number of the first to end; the rest are cancelled, and this is over when they have ended: `when_any`."""
    try:
        number = await select(*tasks)
    except asyncio.CancelledError:
        await stop(tasks)
        raise
    await stop(tasks)
    return number


@task
async def in_time(awaitable: Any, seconds: float) -> Any:
    """`asyncio.wait_for` with a timeout."""
    running = asyncio.create_task(awaitable)
    try:
        late = await select(running, timeout=seconds)
    except asyncio.CancelledError:
        running.cancel()
        await select(running)
        raise
    if late == 1:
        running.cancel()
        try:
            return await running
        except asyncio.CancelledError:
            raise TimeoutError from None
    return await running


@task
async def shielded(running: Any) -> Any:
    """`asyncio.shield`: if this is cancelled, the task is not."""
    await select(running)
    return await running


def cancel_block(block: Any) -> None:
    """Cancels a block of another task, if that is in it still; with None does nothing. Compiled only."""
    raise NotImplementedError(block)


@task
async def expire(state: Any, block: Any, seconds: float) -> None:
    """The companion of an `asyncio.timeout`: see compile/timeouts.py."""
    await asyncio.sleep(seconds)
    if atomic_or(state, 0, 1) & 6 == 2:
        cancel_block(block)


# ------------------------------------------------------------------------------------------------------------------- crews
# A crew is a number of tasks that is known when running only: what a TaskGroup has, or a gather of a comprehension. Each of its tasks has a
# companion that waits for its end. To cancel them all a channel is closed, which each companion waits for as well.


def packed(error: BaseException) -> int:
    """The kind and the code of an error as one number, which is not 0. Compiled only."""
    raise NotImplementedError(error)


def raise_packed(word: int) -> None:
    """Raises the error again. Compiled only."""
    raise NotImplementedError(word)


def raise_group(word: int) -> None:
    """Raises an ExceptionGroup of that error. Compiled only."""
    raise NotImplementedError(word)


@task
async def counted(left: Any, done: Any, running: Any) -> None:
    """The companion of a task that cannot fail, of a TaskGroup."""
    await select(running)
    if atomic_add(left, 0, -1) == 1:
        done.set()


@task
async def waited(left: Any, done: Any) -> None:
    """Until all tasks of a TaskGroup have ended that cannot fail."""
    if atomic_add(left, 0, -1) > 1:
        await done.wait()


@task
async def watched(left: Any, done: Any, stop_all: Any, first: Any, block: Any, running: Any) -> None:
    """The companion of a task of a TaskGroup: the first error stops the others, and the block of the group."""
    case, _, _ = await select(running, stop_all)
    if case == 1:
        running.cancel()
        await select(running)
    try:
        await running
    except asyncio.CancelledError:
        case = 0
    except BaseException as error:
        if atomic_add(first, 0, 1) == 0:
            first[1] = packed(error)
            stop_all.close()
            cancel_block(block)
    if atomic_add(left, 0, -1) == 1:
        done.set()


@task
async def waited_out(done: Any) -> None:
    """Until all tasks of a TaskGroup have ended, which were cancelled: to be cancelled changes nothing then."""
    waiting = True
    while waiting:
        try:
            await done.wait()
            waiting = False
        except asyncio.CancelledError:
            waiting = True


@task
async def crew_ended(left: Any, done: Any, stop_all: Any, first: Any) -> None:
    """Until all tasks of a TaskGroup have ended. Raises the group of the first error. If this is cancelled, all are."""
    if atomic_add(left, 0, -1) > 1:
        try:
            await done.wait()
        except asyncio.CancelledError:
            stop_all.close()
            await waited_out(done)
            if first[0] == 0:
                raise
    if first[0] != 0:
        raise_group(first[1])


@task
async def crew_stopped(left: Any, done: Any, stop_all: Any) -> None:
    """Cancels all tasks of a TaskGroup, and waits for their ends."""
    stop_all.close()
    if atomic_add(left, 0, -1) > 1:
        await waited_out(done)


@task
async def stored(results: Any, index: int, running: Any) -> None:
    """Keeps the result of a task of a gather that cannot fail."""
    results[index] = await running


@task
async def kept(ends: Any, stop_all: Any, results: Any, index: int, running: Any) -> None:
    """The companion of a task of a gather: keeps its result, tells its error."""
    case, _, _ = await select(running, stop_all)
    if case == 1:
        running.cancel()
        await select(running)
    word = 0
    try:
        results[index] = await running
    except BaseException as error:
        word = packed(error)
    await ends.send(word)


@task
async def told(ends: Any, stop_all: Any, running: Any) -> None:
    """As `kept`, of a task without a result."""
    case, _, _ = await select(running, stop_all)
    if case == 1:
        running.cancel()
        await select(running)
    word = 0
    try:
        await running
    except BaseException as error:
        word = packed(error)
    await ends.send(word)


@task
async def all_told(ends: Any, stop_all: Any, count: int) -> None:
    """Until all tasks of a gather have ended, or the first of them with an error, which this raises. If this is cancelled, all are."""
    for number in range(count):
        try:
            word = await ends.recv()
        except asyncio.CancelledError:
            stop_all.close()
            for _ in range(number, count):
                await ends.recv()
            raise
        if word != 0:
            raise_packed(word)


# ---------------------------------------------------------------------------------------------------------- asyncio.wait


@task
async def all_ended(tasks: Any) -> None:
    """Until all have ended."""
    for one in tasks:
        await select(one)


@task
async def one_failed(tasks: Any) -> None:
    """Until one has failed, or all have ended."""
    ends: Channel[int] = Channel[int](len(tasks))
    for number, one in enumerate(tasks):
        asyncio.create_task(tell(one, number, ends))  # noqa: RUF006 (the tasks that it waits for keep it alive)
    failed = False
    for _ in range(len(tasks)):
        if not failed:
            ended = await ends.recv()
            for number, one in enumerate(tasks):
                if ended == number:
                    try:
                        await one
                    except BaseException:
                        failed = True
