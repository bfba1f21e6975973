"""Awaiting what cannot be awaited, tasks of what is none, and what asyncio has and compiled functions have not."""
# ruff: noqa: B007, F841, RUF006, RUF059

from __future__ import annotations

import asyncio

from asyncir_python import device, i32, kernel, task


@task
async def double(x: i32) -> i32:
    return x * 2


@device
def helper(x: i32) -> i32:
    return x


# ----------------------------------------------------------------------------------------------------------------------
@kernel
async def plain_value_awaited(x: i32) -> i32:
    return await x


#| line 3:12: i32 cannot be awaited
#|       return await x
#|              ^
#| help: a value that is there already needs no await
@kernel
async def helper_awaited(x: i32) -> i32:
    return await helper(x)


#| line 3:12: i32 cannot be awaited
#|       return await helper(x)
#|              ^
#| help: a value that is there already needs no await
@kernel
async def never_awaited(x: i32) -> i32:
    double(x)
    return x


#| line 3:5: coroutine double was never awaited
#|       double(x)
#|       ^
#| help: await double(x)
@kernel
async def coroutine_in_arithmetic(x: i32) -> i32:
    return double(x) + 1


#| line 3:12: '+' does not work on coroutine double
#|       return double(x) + 1
#|              ^
#| help: await it first
@kernel
async def coroutine_returned(x: i32) -> i32:
    return double(x)


#| line 3:12: a function cannot return coroutine double
#|       return double(x)
#|              ^
#| help: await it first
@kernel
async def coroutine_as_condition(x: i32) -> i32:
    if double(x):
        return x
    return x + 1


#| line 3:8: coroutine double cannot be a condition
#|       if double(x):
#|          ^
@kernel
async def task_in_arithmetic(x: i32) -> i32:
    started = asyncio.create_task(double(x))
    return started + 1


#| line 4:12: '+' does not work on asyncio.Task[i32]
#|       return started + 1
#|              ^
#| help: await it first
@kernel
async def task_of_number(x: i32) -> i32:
    asyncio.create_task(x)
    return x


#| line 3:5: i32 cannot be run as a task
#|       asyncio.create_task(x)
#|       ^
#| help: a coroutine is expected, as a call of an async function makes one
@kernel
async def gather_of_numbers(x: i32) -> i32:
    a, b = await asyncio.gather(x, double(x))
    return a


#| line 3:18: i32 cannot be run as a task
#|       a, b = await asyncio.gather(x, double(x))
#|                    ^
#| help: a coroutine is expected, as a call of an async function makes one
@kernel
async def gather_with_exceptions(x: i32) -> i32:
    a, b = await asyncio.gather(double(x), double(x), return_exceptions=True)
    return a


#| line 3:18: gather(return_exceptions=…) is not supported: a result is a value or an error
#|       a, b = await asyncio.gather(double(x), double(x), return_exceptions=True)
#|                    ^
#| help: use try around each await
@kernel
async def sleeps_for_array(x: i32) -> i32:
    await asyncio.sleep((x, x))
    return x


#| line 3:11: a time is a number of seconds, got tuple[i32, i32]
#|       await asyncio.sleep((x, x))
#|             ^
@kernel
async def sleeps_without_argument(x: i32) -> i32:
    await asyncio.sleep()
    return x


#| line 3:11: asyncio.sleep() needs an argument 'delay'
#|       await asyncio.sleep()
#|             ^
@kernel
async def runs_a_loop(x: i32) -> i32:
    return asyncio.run(double(x))


#| line 3:12: asyncio.run is not supported in compiled functions
#|       return asyncio.run(double(x))
#|              ^
#| help: await the coroutine; the host starts kernels
@kernel
async def loop_wanted(x: i32) -> i32:
    loop = asyncio.get_running_loop()
    return x


#| line 3:12: asyncio.get_running_loop is not supported in compiled functions
#|       loop = asyncio.get_running_loop()
#|              ^
#| help: compiled tasks have no event loop
@kernel
async def thread_wanted(x: i32) -> i32:
    return await asyncio.to_thread(helper, x)


#| line 3:18: asyncio.to_thread is not supported in compiled functions
#|       return await asyncio.to_thread(helper, x)
#|                    ^
#| help: there are no host threads on a device
@kernel
async def in_order_of_ends(x: i32) -> i32:
    for next in asyncio.as_completed([double(x), double(x)]):
        x += await next
    return x


#| line 3:17: asyncio.as_completed is not supported in compiled functions
#|       for next in asyncio.as_completed([double(x), double(x)]):
#|                   ^
#| help: use asyncio.wait with FIRST_COMPLETED, or a Channel that the tasks send to
@kernel
async def async_with_number(x: i32) -> i32:
    async with x:
        return x


#| line 3:16: 'async with' cannot be used with i32
#|       async with x:
#|                  ^
#| help: it is for locks, semaphores and conditions
@kernel
async def async_for_over_range(n: int) -> int:
    async for i in range(n):
        n += 1
    return n


#| line 3:20: 'async for' goes over channels
#|       async for i in range(n):
#|                      ^
#| help: for i in range(n)
@kernel
async def awaited_result(x: i32) -> i32:
    both = asyncio.gather(double(x), double(x))
    a, b = both
    return a


#| line 4:5: coroutine gather(…) cannot be unpacked: it is no tuple
#|       a, b = both
#|       ^
@kernel
async def priority_queue(x: i32) -> i32:
    queue = asyncio.PriorityQueue()
    await queue.put(x)
    return await queue.get()


#| line 3:13: asyncio.PriorityQueue is not supported in compiled functions
#|       queue = asyncio.PriorityQueue()
#|               ^
#| help: use asyncio.Queue, or an array
@kernel
async def asked_whether_cancelled(x: i32) -> bool:
    started = asyncio.create_task(double(x))
    return started.cancel()


#| line 4:12: a function cannot return 'the result of cancel()'
#|       return started.cancel()
#|              ^
@kernel
async def coroutine_awaited_twice(x: i32) -> i32:
    once = double(x)
    return await once + await once


#| line 4:31: 'once' may have no value here: its coroutine was taken in line 4, and runs once
#|       return await once + await once
#|                                 ^
@kernel
async def maybe_a_task(x: i32) -> i32:
    started = None
    if x > 3:
        started = asyncio.create_task(double(x))
    return x if started is None else await started


#| line 6:17: 'started' may have no value here: it has different types on the ways to here (line 4): asyncio.Task[i32] and None
#|       return x if started is None else await started
#|                   ^
