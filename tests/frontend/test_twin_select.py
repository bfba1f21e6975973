"""select: which case wins, that losers keep what they have, timeouts, cancellation."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from asyncio_runs import finished, settled

from asyncir_python.scalars import f32, i32
from asyncir_python.twin import Channel, just, select
from asyncir_python.twin.channels import buffer_of


async def forever() -> None:
    await asyncio.get_running_loop().create_future()


async def failing() -> None:
    raise ValueError("not raised by select")


def test_the_first_case_that_is_there_wins() -> None:
    async def main() -> None:
        full, empty = Channel[i32](2), Channel[i32](2)
        await full.send(7)
        ended, waiting = asyncio.create_task(just(1)), asyncio.create_task(forever())
        await settled()
        assert await select(waiting, ended, ended) == 1
        assert await select(waiting, full, ended) == (1, 7, True)
        assert await select(empty, full, ended) == (2, 0, False)
        assert await select(empty, empty, timeout=0) == (2, 0, False)
        waiting.cancel()

    finished(main())


def test_a_case_that_loses_keeps_what_it_has() -> None:
    async def main() -> None:
        a, b = Channel[i32](2), Channel[i32](2)
        await a.send(1)
        await b.send(2)
        assert await select(a, b) == (0, 1, True)
        assert await select(a, b) == (1, 2, True)
        task = asyncio.create_task(forever())
        assert await select(task, timeout=0.01) == 1
        assert not task.done()
        task.cancel()

    finished(main())


def test_waits_for_the_first_to_come() -> None:
    async def main() -> None:
        a, b = Channel[i32](1), Channel[i32](1)
        waiting = asyncio.create_task(select(a, b, timeout=5))
        await settled()
        await b.send(3)
        await a.send(4)
        assert await waiting == (1, 3, True)
        # The select has left a's list: the item stays for others.
        assert await a.recv() == 4
        event = asyncio.Event()
        task = asyncio.create_task(event.wait())
        waiting = asyncio.create_task(select(a, task))
        await settled()
        event.set()
        assert await waiting == (1, 0, False)
        await b.send(5)
        assert await b.recv() == 5

    finished(main())


def test_a_closed_channel_is_there_without_an_item() -> None:
    async def main() -> None:
        a, b = Channel[f32](1), Channel[f32](1)
        waiting = asyncio.create_task(select(a, b))
        await settled()
        b.close()
        case, item, there = await waiting
        assert (case, item, type(item), there) == (1, 0.0, f32, False)
        assert await select(a, b) == (1, 0.0, False)

    finished(main())


def test_errors_stay_with_their_task() -> None:
    async def main() -> None:
        task, other = asyncio.create_task(failing()), asyncio.create_task(forever())
        assert await select(other, task) == 1
        other.cancel()
        assert await select(other, other) == 0
        with pytest.raises(ValueError, match="not raised by select"):
            await task

    finished(main())


def test_timeouts() -> None:
    async def main() -> None:
        channel = Channel[i32](1)
        assert await select(channel, timeout=0.001) == (1, 0, False)
        assert await select(channel, timeout=-1) == (1, 0, False)
        await channel.send(1)
        assert await select(channel, timeout=0) == (0, 1, True)

    finished(main())


def test_a_cancelled_select_takes_nothing_and_cancels_nothing() -> None:
    async def main() -> None:
        channel = Channel[i32](1)
        task = asyncio.create_task(forever())
        for sends in (False, True):
            waiting = asyncio.create_task(select(task, channel, channel))
            await settled()
            if sends:
                await channel.send(9)
            waiting.cancel()
            await settled()
            assert waiting.cancelled() and not task.done()
        assert await channel.recv() == 9
        receiver = asyncio.create_task(channel.recv())
        await settled()
        await channel.send(10)
        assert await receiver == 10
        task.cancel()

    finished(main())


def test_a_select_leaves_nothing_behind() -> None:
    async def main() -> None:
        a, b = Channel[i32](1), Channel[i32](1)
        for i in range(3):
            waiting = asyncio.create_task(select(a, b, a, timeout=5))
            await settled()
            await b.send(i)
            assert await waiting == (1, i, True)
        assert await select(a, b, timeout=0.001) == (2, 0, False)
        assert [len(buffer_of(channel).receivers) for channel in (a, b)] == [0, 0]

    finished(main())


def test_receives_and_selects_are_served_in_one_order() -> None:
    async def main() -> None:
        channel = Channel[i32](1)
        tasks: list[asyncio.Task[Any]] = [
            asyncio.create_task(channel.recv()), asyncio.create_task(select(channel)), asyncio.create_task(channel.recv())
        ]  # fmt: skip
        await settled()
        for i in range(3):
            await channel.send(i)
        assert await asyncio.gather(*tasks) == [0, (0, 1, True), 2]

    finished(main())


def test_what_is_no_case() -> None:
    async def main() -> None:
        choose: Any = select
        coroutine = just(1)
        with pytest.raises(TypeError, match="make a task of the coroutine"):
            await choose(coroutine)
        coroutine.close()
        with pytest.raises(TypeError, match="tasks and channels, not int"):
            await choose(1)
        with pytest.raises(TypeError, match="at least one task or channel"):
            await choose(timeout=1)
        with pytest.raises(TypeError, match="channels of one type"):
            await choose(Channel[i32](1), Channel[f32](1))

    finished(main())
