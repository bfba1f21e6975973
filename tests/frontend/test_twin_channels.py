"""Channels in the asyncio run: order, waiting, closing, cancellation."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from asyncio_runs import finished, settled

from asyncir_python.scalars import f32, i32, u8
from asyncir_python.twin import Channel, ChannelClosed, ChannelType


def test_annotation_and_items() -> None:
    runtime: Any = Channel
    assert runtime[u8] == ChannelType(u8)
    assert str(runtime[int]) == "Channel[i64]"
    with pytest.raises(TypeError, match="a channel holds .* not str"):
        runtime[str]
    with pytest.raises(ValueError, match="a channel has room for at least one item"):
        Channel[i32](0)

    async def main() -> list[Any]:
        channel = Channel[u8](2)
        await channel.send(257)
        await channel.send(u8(3))
        with pytest.raises(TypeError, match="write u8"):
            await channel.send(1.5)
        return [await channel.recv(), await channel.recv()]

    items = finished(main())
    assert (items, [type(item) for item in items]) == ([1, 3], [u8, u8])


@pytest.mark.parametrize("capacity", [1, 2, 3, 100])
def test_items_keep_their_order(capacity: int) -> None:
    async def main() -> list[i32]:
        channel = Channel[i32](capacity)

        async def produce() -> None:
            for i in range(20):
                await channel.send(i)
            channel.close()

        producer = asyncio.create_task(produce())
        got = [item async for item in channel]
        await producer
        return got

    assert finished(main()) == list(range(20))


def test_a_send_waits_while_the_channel_is_full() -> None:
    async def main() -> None:
        channel, done = Channel[i32](2), list[int]()

        async def produce() -> None:
            for i in range(4):
                await channel.send(i)
                done.append(i)

        producer = asyncio.create_task(produce())
        await settled()
        assert done == [0, 1]
        assert await channel.recv() == 0
        await settled()
        assert done == [0, 1, 2]
        assert [await channel.recv() for _ in range(3)] == [1, 2, 3]
        await producer

    finished(main())


def test_who_waits_is_served_in_order_and_not_overtaken() -> None:
    async def main() -> None:
        channel, got = Channel[i32](1), list[tuple[str, int]]()

        async def receive(name: str) -> None:
            got.append((name, int(await channel.recv())))

        waiting = [asyncio.create_task(receive(name)) for name in "abc"]
        await settled()
        for i in range(3):
            await channel.send(i)
        # The items are b's and c's already, though these have not run yet: who comes now finds none.
        late = asyncio.create_task(receive("late"))
        await settled()
        assert got == [("a", 0), ("b", 1), ("c", 2)]
        await channel.send(3)
        await asyncio.gather(*waiting, late)
        assert got[-1] == ("late", 3)

    finished(main())


def test_senders_are_served_in_order() -> None:
    async def main() -> list[int]:
        channel = Channel[i32](1)
        await channel.send(0)
        senders = [asyncio.create_task(channel.send(i)) for i in (1, 2, 3)]
        await settled()
        got = [int(await channel.recv())]
        late = asyncio.create_task(channel.send(4))
        got += [int(await channel.recv()) for _ in range(4)]
        await asyncio.gather(*senders, late)
        return got

    assert finished(main()) == [0, 1, 2, 3, 4]


def test_close_leaves_what_is_there() -> None:
    async def main() -> None:
        channel = Channel[f32](3)
        await channel.send(0.5)
        channel.close()
        channel.close()
        with pytest.raises(ChannelClosed, match="send on a closed channel"):
            await channel.send(1.0)
        assert await channel.recv() == 0.5
        with pytest.raises(ChannelClosed, match="closed and empty"):
            await channel.recv()
        assert [item async for item in channel] == []

    finished(main())


def test_close_wakes_all_who_wait() -> None:
    async def main() -> None:
        empty, full = Channel[i32](1), Channel[i32](1)
        await full.send(0)
        waiting: list[asyncio.Task[Any]] = [asyncio.create_task(empty.recv()) for _ in range(2)]
        waiting += [asyncio.create_task(full.send(i)) for i in (1, 2)]
        await settled()
        empty.close()
        full.close()
        ends = await asyncio.gather(*waiting, return_exceptions=True)
        assert [type(end) for end in ends] == [ChannelClosed] * 4
        assert [item async for item in full] == [0]

    finished(main())


def test_a_cancelled_receive_takes_nothing() -> None:
    async def main() -> None:
        channel = Channel[i32](1)
        first, second = asyncio.create_task(channel.recv()), asyncio.create_task(channel.recv())
        await settled()
        first.cancel()
        await settled()
        await channel.send(1)
        assert await second == 1
        # Cancelled between the send and its next step: the item goes to the next, or back.
        for others in (1, 0):
            third = asyncio.create_task(channel.recv())
            rest = [asyncio.create_task(channel.recv()) for _ in range(others)]
            await settled()
            await channel.send(2)
            third.cancel()
            await settled()
            assert third.cancelled()
            assert [await task for task in rest] == [2] * others
        assert await channel.recv() == 2

    finished(main())


def test_a_cancelled_send_sends_nothing() -> None:
    async def main() -> list[int]:
        channel = Channel[i32](1)
        await channel.send(0)
        senders = [asyncio.create_task(channel.send(i)) for i in (1, 2)]
        await settled()
        senders[0].cancel()
        await settled()
        channel_items = [int(await channel.recv()), int(await channel.recv())]
        await senders[1]
        return channel_items

    assert finished(main()) == [0, 2]


def test_a_send_that_was_just_cancelled_is_passed_over() -> None:
    async def main() -> None:
        channel = Channel[i32](1)
        await channel.send(0)
        senders = [asyncio.create_task(channel.send(i)) for i in (1, 2)]
        await settled()
        senders[0].cancel()
        # It has not run since, so it stands in the list still.
        assert [await channel.recv(), await channel.recv()] == [0, 2]
        await senders[1]

    finished(main())


def test_nothing_is_lost_or_doubled() -> None:
    async def main() -> None:
        channel, got = Channel[i32](3), list[int]()

        async def produce(first: int) -> None:
            for i in range(first, first + 50):
                await channel.send(i)
                if i % 7 == 0:
                    await asyncio.sleep(0)

        async def consume() -> None:
            async for item in channel:
                got.append(int(item))
                if item % 5 == 0:
                    await asyncio.sleep(0)

        consumers = [asyncio.create_task(consume()) for _ in range(3)]
        await asyncio.gather(*[produce(50 * i) for i in range(4)])
        channel.close()
        await asyncio.gather(*consumers)
        assert sorted(got) == list(range(200))

    finished(main())
