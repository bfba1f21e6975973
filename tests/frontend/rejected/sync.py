"""Queues, locks, conditions, semaphores and channels, used as they cannot be."""
# ruff: noqa: F841

from __future__ import annotations

import asyncio

from asyncir_python import Array, Channel, f32, i32, kernel, task


# ----------------------------------------------------------------------------------------------------------------------
@kernel
async def unbounded_queue(x: i32) -> i32:
    queue = asyncio.Queue()
    await queue.put(x)
    return await queue.get()


#| line 3:13: a queue without a maxsize has no bound, which a device cannot have
#|       queue = asyncio.Queue()
#|               ^
#| help: give it a size: asyncio.Queue(64)
@kernel
async def nothing_put_in(x: i32) -> int:
    queue = asyncio.Queue(2)
    return await queue.get()


#| line 4:18: the type of the queue's items is not known here
#|       return await queue.get()
#|                    ^
#| help: annotate the queue: q: asyncio.Queue[i32] = asyncio.Queue(64)
@task
async def takes(queue: asyncio.Queue) -> int:
    return await queue.get()


@kernel
async def nothing_put_in_for_a_task(x: i32) -> int:
    queue = asyncio.Queue(2)
    return await takes(queue)


#| line 3:18: the type of the queue's items is not known here
#|       return await queue.get()
#|                    ^
#| help: annotate the queue: q: asyncio.Queue[i32] = asyncio.Queue(64)
@task
async def makes():
    return asyncio.Queue(3)


@kernel
async def queue_of_nothing_known(x: i32) -> i32:
    queue = await makes()
    await queue.put(x)
    return x


#| line 3:12: the type of the queue's items is not known here
#|       return asyncio.Queue(3)
#|              ^
#| help: annotate the queue: q: asyncio.Queue[i32] = asyncio.Queue(64)
@kernel
async def items_of_two_types(x: i32) -> i32:
    queue = asyncio.Queue(2)
    await queue.put(x)
    await queue.put(1)
    return x


#| line 5:11: the items of this queue are i32, this one is int: nothing converts it when the function runs as Python
#|       await queue.put(1)
#|             ^
#| help: convert the item
@kernel
async def other_than_annotated(x: i32) -> i32:
    queue: asyncio.Queue[f32] = asyncio.Queue(2)
    await queue.put(x)
    return x


#| line 4:11: the items of this queue are f32, this one is i32: nothing converts it when the function runs as Python
#|       await queue.put(x)
#|             ^
#| help: convert the item
@kernel
async def queue_of_arrays(a: Array[i32]) -> i32:
    queue = asyncio.Queue(2)
    await queue.put(a)
    return a[0]


#| line 4:11: a queue holds numbers, bools, None and tuples of them, not Array[i32]
#|       await queue.put(a)
#|             ^
@kernel
async def queue_of_locks(x: i32) -> i32:
    queue: asyncio.Queue[asyncio.Lock] = asyncio.Queue(2)
    return x


#| line 3:12: 'asyncio.Queue[asyncio.Lock]' is no type that compiled functions know
#|       queue: asyncio.Queue[asyncio.Lock] = asyncio.Queue(2)
#|              ^
@kernel
async def put_not_awaited(x: i32) -> i32:
    queue = asyncio.Queue(2)
    queue.put(x)
    return x


#| line 4:5: coroutine Queue.put(…) was never awaited
#|       queue.put(x)
#|       ^
#| help: await queue.put(x)
@kernel
async def event_as_context(x: i32) -> i32:
    async with asyncio.Event():
        return x


#| line 3:16: 'async with' cannot be used with asyncio.Event
#|       async with asyncio.Event():
#|                  ^
#| help: it is for locks, semaphores and conditions
@kernel
async def predicate_is_a_value(a: Array[i32]) -> i32:
    condition = asyncio.Condition()
    async with condition:
        await condition.wait_for(a[0] == 1)
    return a[0]


#| line 5:15: wait_for() takes a function without parameters, got bool
#|           await condition.wait_for(a[0] == 1)
#|                 ^
#| help: a lambda, or a function defined here
@kernel
async def condition_of_a_semaphore(x: i32) -> i32:
    condition = asyncio.Condition(asyncio.Semaphore(1))
    return x


#| line 3:17: Condition() takes a lock, got asyncio.Semaphore
#|       condition = asyncio.Condition(asyncio.Semaphore(1))
#|                   ^
@kernel
async def barrier_of_a_part(x: i32) -> i32:
    barrier = asyncio.Barrier(2.5)
    return x


#| line 3:15: Barrier() takes a number of tasks, got float
#|       barrier = asyncio.Barrier(2.5)
#|                 ^
@kernel
async def lock_returned(x: i32) -> asyncio.Lock:
    return asyncio.Lock()


#| line 2:1: a kernel returns numbers, bools and tuples of them, not asyncio.Lock
#|   async def lock_returned(x: i32) -> asyncio.Lock:
#|   ^
#| help: give it an array to write to
@kernel
async def channel_without_type(x: i32) -> i32:
    channel = Channel(4)
    return x


#| line 3:15: a channel needs the type of its items here
#|       channel = Channel(4)
#|                 ^
#| help: Channel[i32](…)
@kernel
async def float_into_integers(x: i32) -> i32:
    channel = Channel[i32](4)
    await channel.send(2.5)
    return x


#| line 4:11: Channel[i32] does not take float
#|       await channel.send(2.5)
#|             ^
#| help: convert it: i32(…)
@kernel
async def channel_without_room(x: i32) -> i32:
    channel = Channel[i32](0)
    return x


#| line 3:15: a channel has room for at least one item, got a capacity of 0
#|       channel = Channel[i32](0)
#|                 ^
