"""asyncio's names for tasks: gather, create_task, TaskGroup, wait, wait_for, timeout, shield, sleep."""

from __future__ import annotations

import asyncio

import numpy as np
from harness import Case

from asyncir_python import Array, i32, i64, kernel, task


@task
async def double(x: i32) -> i32:
    return x * 2


@task
async def slow_double(x: i32) -> i32:
    await asyncio.sleep(0)
    return x * 2


@task
async def after(x: i32, seconds: float) -> i32:
    await asyncio.sleep(seconds)
    return x


@task
async def store(a: Array[i32], at: int, x: i32) -> None:
    await asyncio.sleep(0)
    a[at] = x


@kernel
async def demo(val: i32, flag: bool) -> tuple[i32, i32]:
    """The example of the package's front page."""
    a, b = await asyncio.gather(double(val), double(val + 1))
    return (await double(a) if flag else a), b


@kernel
async def gather_mixed(n: i32) -> tuple[i32, i32, None]:
    """Coroutines, tasks and a task that gives nothing."""
    started = asyncio.create_task(slow_double(n))
    return await asyncio.gather(double(n), started, asyncio.sleep(0))


@kernel
async def gather_later(n: i32) -> i32:
    """The future of a gather is awaited later; its tasks run meanwhile."""
    both = asyncio.gather(slow_double(n), slow_double(n + 1))
    between = await double(n)
    a, b = await both
    return a * 100 + b * 10 + between


@kernel
async def gather_nested(n: i32) -> i32:
    (a, b), c = await asyncio.gather(asyncio.gather(double(n), double(n + 1)), slow_double(n))
    return a * 100 + b * 10 + c


@kernel
async def gather_in_loop(n: int) -> int:
    total = 0
    for i in range(n):
        a, b = await asyncio.gather(double(i32(i)), slow_double(i32(i * 3)))
        total += int(b) - int(a)
    return total


@kernel
async def gather_comprehension(n: i32) -> tuple[i32, i32, i32, i32]:
    a, b, c, d = await asyncio.gather(*[slow_double(n + i) for i in range(4)])
    return a, b, c, d


@kernel
async def created(n: i32) -> i32:
    first = asyncio.create_task(slow_double(n))
    second = asyncio.create_task(double(n + 1), name="second")
    return await second * 1000 + await first


@kernel
async def awaited_twice(n: i32) -> i32:
    """A task's result stays with it."""
    once = asyncio.create_task(slow_double(n))
    return await once + await once


@kernel
async def never_awaited(a: Array[i32]) -> i32:
    """A task that nobody awaits runs to its end."""
    for i in range(len(a)):
        asyncio.create_task(store(a, i, i32(i * i)))  # noqa: RUF006
    return i32(len(a))


@kernel
async def chosen_task(n: i32) -> i32:
    if n > 3:
        chosen = asyncio.create_task(double(n))
    else:
        chosen = asyncio.create_task(slow_double(n + 100))
    return await chosen


@kernel
async def pipelined(n: int) -> i32:
    """Each turn awaits the task of the turn before."""
    before = asyncio.create_task(double(i32(0)))
    total = i32(0)
    for i in range(n):
        following = asyncio.create_task(slow_double(i32(i)))
        total = total * 3 + await before
        before = following
    return total * 3 + await before


@kernel
async def awaitable_variable(n: i32) -> i32:
    """A coroutine starts when it is awaited."""
    coroutine = double(n)
    other = await double(n + 1)
    return await coroutine + other


@task
async def total_of(a: Array[i64]) -> i64:
    if len(a) == 0:
        return i64(0)
    if len(a) == 1:
        return a[0]
    middle = len(a) // 2
    left, right = await asyncio.gather(total_of(a[:middle]), total_of(a[middle:]))
    return left + right


@kernel
async def tree_sum(a: Array[i64]) -> i64:
    return await total_of(a)


@task
async def fill(a: Array[i32], low: int, high: int) -> None:
    if high - low <= 2:
        for i in range(low, high):
            a[i] = i * i - a[i]
        return
    middle = (low + high) // 2
    await asyncio.gather(fill(a, low, middle), fill(a, middle, high))


@kernel
async def parallel_fill(a: Array[i32]) -> None:
    await fill(a, 0, len(a))


@kernel
async def many_started(n: int, a: Array[i32]) -> None:
    """A loop that starts tasks; the group awaits them."""
    async with asyncio.TaskGroup() as group:
        for i in range(n):
            group.create_task(store(a, i, i32(i * 7)))


@kernel
async def task_group(n: i32) -> i32:
    async with asyncio.TaskGroup() as group:
        a = group.create_task(slow_double(n))
        b = group.create_task(double(n + 1))
    return a.result() * 100 + b.result()


@kernel
async def task_group_awaited(n: i32) -> i32:
    async with asyncio.TaskGroup() as group:
        a = group.create_task(slow_double(n))
        b = group.create_task(double(await a))
    return await b + await a


@kernel
async def slept(n: i32) -> tuple[i32, int]:
    await asyncio.sleep(0.001)
    given = await asyncio.sleep(0, 5)
    return n, given


@kernel
async def in_order_of_time(a: Array[i32]) -> None:
    """Sleeps decide the order."""

    async def put(at: int, seconds: float) -> None:
        await asyncio.sleep(seconds)
        a[0] += 1
        a[at] = a[0]

    await asyncio.gather(put(1, 0.06), put(2, 0.0), put(3, 0.03))


@kernel
async def wait_all(n: i32) -> tuple[int, int, i32]:
    a, b = asyncio.create_task(slow_double(n)), asyncio.create_task(double(n))
    done, pending = await asyncio.wait([a, b])
    return len(done), len(pending), a.result() + b.result()


@kernel
async def wait_first(n: i32) -> tuple[bool, bool, i32]:
    quick, late = asyncio.create_task(after(n, 0.0)), asyncio.create_task(after(n + 1, 0.05))
    done, pending = await asyncio.wait([quick, late], return_when=asyncio.FIRST_COMPLETED)
    return quick in done, late in pending, await late


@kernel
async def wait_with_timeout(n: i32) -> tuple[bool, bool]:
    quick, late = asyncio.create_task(after(n, 0.0)), asyncio.create_task(after(n + 1, 0.2))
    done, pending = await asyncio.wait({quick, late}, timeout=0.03)
    late.cancel()
    return quick in done, late in pending


@kernel
async def wait_for_in_time(n: i32) -> i32:
    return await asyncio.wait_for(after(n, 0.001), timeout=5.0) + 1


@kernel
async def wait_for_too_late(n: i32) -> i32:
    try:
        return await asyncio.wait_for(after(n, 5.0), 0.01)
    except TimeoutError:
        return i32(-1)


@kernel
async def timeout_passed(n: i32) -> i32:
    result = n
    try:
        async with asyncio.timeout(0.01):
            result += 1
            await asyncio.sleep(5)
            result += 100
    except TimeoutError:
        result += 10
    return result


@kernel
async def timeout_not_passed(n: i32) -> i32:
    async with asyncio.timeout(5):
        n = await slow_double(n)
    return n


@kernel
async def timeout_error(n: i32) -> i32:
    async with asyncio.timeout(0.005):
        await asyncio.sleep(5)
    return n


@kernel
async def shielded(n: i32) -> i32:
    """The shield's wait is over, its task goes on."""
    inner = asyncio.create_task(after(n, 0.02))
    try:
        await asyncio.wait_for(asyncio.shield(inner), 0.002)
    except TimeoutError:
        n = i32(1000)
    return n + await inner


@kernel
async def asked(n: i32) -> tuple[bool, bool, bool]:
    finished = asyncio.create_task(double(n))
    waiting = asyncio.create_task(after(n, 5.0))
    await finished
    before = waiting.done()
    waiting.cancel()
    try:  # noqa: SIM105
        await waiting
    except asyncio.CancelledError:
        pass
    return finished.done(), before, waiting.cancelled()


@task
async def tasks_below(depth: int) -> int:
    if depth == 0:
        return 1
    left = asyncio.create_task(tasks_below(depth - 1))
    right = await tasks_below(depth - 1)
    return await left + right + 1


@kernel
async def binary_tree(depth: int) -> int:
    return await tasks_below(depth)


@task
async def sort(a: Array[i32], low: int, high: int) -> None:
    """Quicksort whose halves are tasks."""
    if high - low < 2:
        return
    pivot = a[high - 1]
    at = low
    for i in range(low, high - 1):
        if a[i] < pivot:
            a[i], a[at] = a[at], a[i]
            at += 1
    a[high - 1], a[at] = a[at], a[high - 1]
    await asyncio.gather(sort(a, low, at), sort(a, at + 1, high))


@kernel
async def quicksort(a: Array[i32]) -> None:
    await sort(a, 0, len(a))


RANDOM = np.array([(i * 7919 + 13) % 101 - 50 for i in range(24)], np.int32)
LONG = np.arange(1, 20, dtype=np.int64) * 1_000_000_007

CASES = [
    Case(demo, 5, True, dynamic=True), Case(demo, 5, False),
    Case(gather_mixed, 4),
    Case(gather_later, 3),
    Case(gather_nested, 3),
    Case(gather_in_loop, 5),
    Case(gather_comprehension, 5),
    Case(created, 6),
    Case(awaited_twice, 6),
    Case(never_awaited, np.zeros(5, np.int32)),
    Case(chosen_task, 3), Case(chosen_task, 4),
    Case(pipelined, 6),
    Case(awaitable_variable, 4),
    Case(tree_sum, LONG), Case(tree_sum, LONG[:0]),
    Case(parallel_fill, RANDOM),
    Case(many_started, 6, np.zeros(8, np.int32)),
    Case(task_group, 5),
    Case(task_group_awaited, 5),
    Case(slept, 3),
    Case(in_order_of_time, np.zeros(4, np.int32)),
    Case(wait_all, 4),
    Case(wait_first, 4),
    Case(wait_with_timeout, 4),
    Case(wait_for_in_time, 4),
    Case(wait_for_too_late, 4),
    Case(timeout_passed, 4),
    Case(timeout_not_passed, 4),
    Case(timeout_error, 4),
    Case(shielded, 7),
    Case(asked, 7),
    Case(binary_tree, 5),
    Case(quicksort, RANDOM, dynamic=True),
]  # fmt: skip
