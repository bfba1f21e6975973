"""run: coroutines from ordinary functions, and the limit of that under asyncio."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from asyncio_runs import finished, settled

from asyncir_python.scalars import i32
from asyncir_python.twin import Channel, instance, just, run, run_python, run_python_alone, run_roots


async def triple(x: int) -> int:
    await asyncio.sleep(0)
    return 3 * x


def both(x: int) -> int:
    return run(triple(x)) + run(triple(x + 1))


def test_inside_and_outside_of_a_loop() -> None:
    async def root() -> int:
        return both(2) + await triple(1)

    assert both(1) == 9
    assert finished(root()) == 18
    assert run_python_alone(root) == 18


def test_several_levels() -> None:
    def sum_to(n: int) -> int:
        return n + run(below(n - 1)) if n else 0

    async def below(n: int) -> int:
        await asyncio.sleep(0)
        return sum_to(n)

    assert finished(below(5)) == 15


def test_its_context_is_the_callers() -> None:
    async def ask() -> int:
        return instance()

    async def root() -> int:
        return await asyncio.create_task(just(run(ask())))

    assert finished(run_python(root, instances=3)).tolist() == [0, 1, 2]


def test_it_may_start_tasks_and_they_end_first() -> None:
    ends: list[int] = []

    async def late(i: int) -> None:
        for _ in range(10 * i):
            await asyncio.sleep(0)
        ends.append(i)
        if i == 3:
            raise ValueError("unseen")

    async def start() -> int:
        channel = Channel[i32](1)
        for i in (1, 3, 2):
            asyncio.create_task(late(i))  # noqa: RUF006 (nobody holds it)
        sender = asyncio.create_task(channel.send(4))
        item = await channel.recv()
        await sender
        return int(item)

    async def root() -> int:
        result = run(start())
        assert ends == [1, 2, 3]
        return result

    result = finished(run_roots(root))
    assert (result.results, [str(error) for error in result.unseen]) == ((4,), ["unseen"])


def test_errors_come_through() -> None:
    async def fails() -> None:
        await asyncio.sleep(0)
        raise KeyError("k")

    async def root() -> None:
        with pytest.raises(KeyError, match="k"):
            run(fails())

    finished(root())


def test_what_is_there_already_can_be_used() -> None:
    async def take(channel: Channel[i32], event: asyncio.Event) -> int:
        await event.wait()
        return int(await channel.recv())

    async def root() -> int:
        channel, event = Channel[i32](1), asyncio.Event()
        await channel.send(5)
        event.set()
        sent = asyncio.create_task(channel.send(6))
        await settled()
        result = run(take(channel, event))
        await sent
        return result + int(await channel.recv())

    assert finished(root()) == 11


@pytest.mark.parametrize("waits_first", [False, True])
def test_waiting_for_the_outside_is_an_error(waits_first: bool) -> None:
    async def root() -> None:
        event = asyncio.Event()
        setter = asyncio.create_task(triple(1))
        setter.add_done_callback(lambda task: event.set())
        waiter = asyncio.create_task(event.wait())
        if waits_first:
            await asyncio.sleep(0)
        with pytest.raises(RuntimeError, match="the caller's tasks stand still while 'run' works"):
            run(event.wait())  # pyright: ignore[reportArgumentType]
        await setter
        await waiter

    if not waits_first:
        # An event belongs to the loop in which it is first waited for.
        with pytest.raises(RuntimeError, match="different event loop"):
            finished(root())
    else:
        finished(root())


def test_a_task_outside_is_an_error() -> None:
    async def root() -> None:
        task = asyncio.create_task(triple(2))

        async def wait() -> int:
            return await task

        with pytest.raises(RuntimeError, match="cannot wait for them"):
            run(wait())
        await settled()
        assert task.result() == 6

    finished(root())


def test_what_is_no_coroutine() -> None:
    async def root() -> None:
        call: Any = run
        with pytest.raises(TypeError, match="takes a coroutine, as in run.*not int"):
            call(3)
        task = asyncio.create_task(triple(2))
        with pytest.raises(TypeError, match="belongs to the caller's loop; await it"):
            call(task)
        await task

    finished(root())
