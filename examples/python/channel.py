"""
A producer and a consumer with a channel between them. The channel holds `capacity` items: the producer suspends when it is full
(backpressure), the consumer when it is empty. Closing it ends the consumer's loop after the last item.

Sends 1 ... n; the consumer checks the order and returns the sum and the number of items.

    python examples/python/channel.py 100 4
    5050 100
"""

from __future__ import annotations

import asyncio
import sys

from asyncir_python import Channel, i64, kernel, task


@task
async def produce(n: i64, items: Channel[i64]) -> None:
    for i in range(1, n + 1):
        await items.send(i)
    items.close()


@task
async def consume(items: Channel[i64]) -> tuple[i64, i64]:
    total, count = i64(0), i64(0)
    async for item in items:
        total += item
        count += 1
        assert item == count, "items must arrive in order"
    return total, count


@kernel
async def channel(n: i64, capacity: int) -> tuple[i64, i64]:
    items = Channel[i64](capacity)
    _, (total, count) = await asyncio.gather(produce(n, items), consume(items))
    return total, count


if __name__ == "__main__":
    print(*channel(*map(int, sys.argv[1:3] or ("100", "4"))))
