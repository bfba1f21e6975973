"""
Producers and consumers with a channel between them that holds `capacity` items: producers wait while it is full, so however many items
there are, no more than that are under way. Consumers leave when it is closed and empty.

Producer p sends p * items ... (p + 1) * items - 1. The sum of what was consumed and the number of items say that none was lost and none
came twice.

    python examples/python/producers_consumers.py 3 4 100 2
    44850 300
"""

from __future__ import annotations

import asyncio
import sys

from asyncir_python import Array, Channel, atomic_add, i64, kernel, task, zeros


@task
async def produce(p: int, items: int, channel: Channel[i64]) -> None:
    for i in range(p * items, (p + 1) * items):
        await channel.send(i)


@task
async def consume(channel: Channel[i64], totals: Array[i64]) -> None:
    total, count = i64(0), i64(0)
    async for item in channel:
        total += item
        count += 1
    atomic_add(totals, 0, total)
    atomic_add(totals, 1, count)


@kernel
async def producers_consumers(producers: int, consumers: int, items: int, capacity: int) -> tuple[i64, i64]:
    totals = zeros(2, i64)
    channel = Channel[i64](capacity)
    async with asyncio.TaskGroup() as receiving:
        for _ in range(consumers):
            receiving.create_task(consume(channel, totals))
        async with asyncio.TaskGroup() as sending:
            for p in range(producers):
                sending.create_task(produce(p, items, channel))
        channel.close()
    return totals[0], totals[1]


if __name__ == "__main__":
    print(*producers_consumers(*map(int, sys.argv[1:5] or ("3", "4", "100", "2"))))
