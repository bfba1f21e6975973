"""Errors: assert, raise, try, except, else, finally around awaits; groups; what comes back to the host."""

from __future__ import annotations

import asyncio

import numpy as np
from harness import Case

from asyncir_python import Array, device, f32, i32, kernel, task


@task
async def checked(x: i32) -> i32:
    await asyncio.sleep(0)
    if x < 0:
        raise ValueError("negative")
    return x * 2


@task
async def divided(a: int, b: int) -> int:
    return a // b


@device
def root(x: i32) -> i32:
    assert x >= 0, "no root of a negative number"
    guess = i32(0)
    while (guess + 1) * (guess + 1) <= x:
        guess += 1
    return guess


@kernel
async def asserts(x: i32) -> i32:
    assert x > 0, "x must be positive"
    assert x < 100
    return x


@kernel
async def raises(x: i32) -> i32:
    if x == 1:
        raise ValueError("one")
    if x == 2:
        raise RuntimeError
    if x == 3:
        raise KeyError("three")
    if x == 4:
        raise StopIteration4("four")
    return x


class StopIteration4(Exception):
    """An error of the program's own."""


class Special(StopIteration4):
    """One of a class below it."""


@kernel
async def from_below(x: i32) -> i32:
    return await checked(x) + 1


@kernel
async def from_gather(x: i32) -> i32:
    a, b = await asyncio.gather(checked(x), checked(i32(1)))
    return a + b


@kernel
async def from_helper(x: i32) -> i32:
    return root(x) + root(i32(17))


@kernel
async def by_zero(a: int, b: int) -> int:
    return a // b + a % b


@kernel
async def caught(x: i32) -> i32:
    try:
        return await checked(x)
    except ValueError:
        return i32(-1)


@kernel
async def caught_here(x: int) -> int:
    """An error that is raised and handled in one function."""
    result = 0
    try:
        if x > 3:
            raise ValueError("large")
        result = 100 // x
    except ValueError:
        result = -1
    except ZeroDivisionError:
        result = -2
    return result


@kernel
async def several_kinds(x: int) -> int:
    try:
        if x == 0:
            raise Special("a")
        if x == 1:
            raise KeyError("b")
        if x == 2:
            raise IndexError("c")
        if x == 3:
            raise RuntimeError("d")
    except StopIteration4:
        return 10
    except (KeyError, ValueError):
        return 11
    except LookupError:
        return 12
    return 13


@kernel
async def with_else(x: int) -> int:
    total = 0
    try:
        total += await divided(100, x)
    except ZeroDivisionError:
        total += 1000
    else:
        total += 1
    return total


@kernel
async def with_finally(x: int, a: Array[i32]) -> int:
    try:
        a[0] = 1
        a[1] = i32(await divided(12, x))
    finally:
        a[2] = 3
    return int(a[1])


@kernel
async def finally_and_return(x: i32, a: Array[i32]) -> i32:
    try:
        if x > 0:
            return await checked(x)
        a[0] = 1
    finally:
        a[1] = x
    a[2] = 5
    return i32(0)


@kernel
async def finally_in_loop(n: int, a: Array[i32]) -> int:
    done = 0
    for i in range(n):
        try:
            if i == 1:
                continue
            if i == 4:
                break
            done += 1
        finally:
            a[i] = i + 100
    return done


@kernel
async def raised_again(x: i32, a: Array[i32]) -> i32:
    try:
        return await checked(x)
    except ValueError:
        a[0] = 1
        raise


@kernel
async def replaced(x: i32) -> i32:
    try:
        return await checked(x)
    except ValueError:
        raise RuntimeError("replaced") from None


@kernel
async def named(x: i32) -> i32:
    try:
        return await checked(x)
    except ValueError as error:
        assert x == -5, "not the one"
        raise error


@kernel
async def nested_tries(x: int) -> int:
    total = 0
    try:
        try:
            total += await divided(10, x)
            if total > 3:
                raise ValueError("inner")
        except ZeroDivisionError:
            total += 100
            raise KeyError("outer") from None
        finally:
            total += 1000
    except ValueError:
        total += 10_000
    except KeyError:
        total += 20_000
    return total


@kernel
async def retried(limit: int) -> int:
    """Until it works."""
    tries = 0
    while True:
        try:
            tries += 1
            assert tries >= limit, "not yet"
            break
        except AssertionError:
            if tries > 10:
                raise
    return tries


@kernel
async def variables_in_except(n: int) -> int:
    """What was assigned before the error is seen behind it."""
    total = 0
    step = 0
    try:
        for i in range(n):
            step = i
            total += 100 // (3 - i)
    except ZeroDivisionError:
        total += 1000 * step
    return total


@kernel
async def any_exception(x: int) -> int:
    try:
        return await divided(x, x - 5)
    except Exception:
        return -1


@kernel
async def bare(x: i32) -> i32:
    try:
        return await checked(x)
    except:  # noqa: E722
        return i32(-2)


@kernel
async def task_error_waits(x: i32) -> i32:
    """A task's error is raised where it is awaited, not before."""
    failing = asyncio.create_task(checked(x))
    total = await checked(i32(4))
    try:
        total += await failing
    except ValueError:
        total += 1000
    return total


@kernel
async def nobody_looks(x: i32) -> i32:
    """The error of a task that nobody awaits ends nothing else."""
    task = asyncio.create_task(checked(x))
    await asyncio.sleep(0.001)
    return i32(1) if task.done() else i32(2)


@kernel
async def group_of_one(x: i32) -> i32:
    async with asyncio.TaskGroup() as group:
        a = group.create_task(checked(x))
    return await a


@kernel
async def group_caught(x: i32) -> i32:
    result = i32(1)
    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(checked(x))
            group.create_task(checked(i32(3)))
    except* ValueError:
        result = i32(-1)
    return result


@kernel
async def group_as_exception(x: i32) -> i32:
    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(checked(x))
    except ExceptionGroup:
        return i32(-1)
    return i32(1)


@kernel
async def unordered_float(x: f32) -> f32:
    assert x == x, "not a number"
    return x


@kernel(checks=True)
async def out_of_range(a: Array[i32], at: int) -> i32:
    return a[at]


@kernel(checks=True)
async def store_out_of_range(a: Array[i32], at: int) -> int:
    try:
        a[at] = 7
    except IndexError:
        return -1
    return 1


NUMBERS = np.array([5, -3, 8, 0, 13], dtype=np.int32)

@kernel
async def zero_by_name(n: int) -> int:
    """A divisor that is zero by assignment: nothing is wrong with it until it divides."""
    none = 7 % 1
    total = 0
    if n > 3:
        total += 70 % none
    try:
        total += 5 // none
    except ZeroDivisionError:
        total += 100
    try:
        none //= none
    except ZeroDivisionError:
        total += 1000
    return total


CASES = [
    Case(zero_by_name, 2),
    Case(zero_by_name, 4),
    Case(asserts, 5), Case(asserts, 0), Case(asserts, 100),
    Case(raises, 1), Case(raises, 2), Case(raises, 3), Case(raises, 4), Case(raises, 5),
    Case(from_below, 4), Case(from_below, -4),
    Case(from_gather, 4), Case(from_gather, -4),
    Case(from_helper, 30), Case(from_helper, -1),
    Case(by_zero, 7, 2), Case(by_zero, 7, 0),
    Case(caught, 4), Case(caught, -4, dynamic=True),
    Case(caught_here, 2), Case(caught_here, 0), Case(caught_here, 4),
    *[Case(several_kinds, x) for x in range(5)],
    Case(with_else, 7), Case(with_else, 0),
    Case(with_finally, 4, np.zeros(3, np.int32)), Case(with_finally, 0, np.zeros(3, np.int32)),
    Case(finally_and_return, 4, np.zeros(3, np.int32)), Case(finally_and_return, -4, np.zeros(3, np.int32)),
    Case(finally_in_loop, 6, np.zeros(6, np.int32)),
    Case(raised_again, 4, np.zeros(1, np.int32)), Case(raised_again, -4, np.zeros(1, np.int32)),
    Case(replaced, 4), Case(replaced, -4),
    Case(named, 4), Case(named, -5), Case(named, -6),
    Case(nested_tries, 5), Case(nested_tries, 2), Case(nested_tries, 0),
    Case(retried, 4), Case(retried, 40),
    Case(variables_in_except, 3), Case(variables_in_except, 6),
    Case(any_exception, 7), Case(any_exception, 5),
    Case(bare, 3), Case(bare, -3),
    Case(task_error_waits, 5), Case(task_error_waits, -5),
    Case(nobody_looks, -5),
    Case(group_of_one, 5), Case(group_of_one, -5),
    Case(group_caught, 5), Case(group_caught, -5),
    Case(group_as_exception, 5), Case(group_as_exception, -5),
    Case(unordered_float, 0.5), Case(unordered_float, float("nan")),
    Case(out_of_range, NUMBERS, 4), Case(out_of_range, NUMBERS, -5), Case(out_of_range, NUMBERS, 5), Case(out_of_range, NUMBERS, -6),
    Case(store_out_of_range, NUMBERS, -1), Case(store_out_of_range, NUMBERS, 5),
]  # fmt: skip
