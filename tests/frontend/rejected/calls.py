"""Calls that cannot be: of functions that are no part of the program, with arguments that do not fit."""
# ruff: noqa: PIE804

from __future__ import annotations

import json
import math
import time

from asyncir_python import Array, device, i32, kernel, task


def plain(x: int) -> int:
    return x + 1


async def plain_async(x: int) -> int:
    return x + 1


@device
def clamp(x: i32, low: i32, *, high: i32 = 100) -> i32:
    return min(max(x, low), high)


@task
async def double(x: i32) -> i32:
    return x * 2


@kernel
async def other(x: i32) -> i32:
    return x


@device
def many(*values: int) -> int:
    return 0


# ----------------------------------------------------------------------------------------------------------------------
@kernel
async def calls_plain(x: int) -> int:
    return plain(x)


#| line 3:12: 'plain' cannot be called from compiled functions
#|       return plain(x)
#|              ^
#| help: decorate it with @device
@kernel
async def awaits_plain(x: int) -> int:
    return await plain_async(x)


#| line 3:18: 'plain_async' cannot be called from compiled functions
#|       return await plain_async(x)
#|                    ^
#| help: decorate it with @task
@kernel
async def calls_kernel(x: i32) -> i32:
    return await other(x)


#| line 3:18: 'other' is a kernel: kernels are started by the host
#|       return await other(x)
#|                    ^
#| help: mark it @task to call it from compiled functions
@kernel
async def calls_library(x: i32) -> i32:
    json.dumps(x)
    return x


#| line 3:5: 'json.dumps' cannot be called from compiled functions
#|       json.dumps(x)
#|       ^
@kernel
async def blocks(x: i32) -> i32:
    time.sleep(1)
    return x


#| line 3:5: 'time.sleep' cannot be called from compiled functions
#|       time.sleep(1)
#|       ^
#| help: await asyncio.sleep(…)
@kernel
async def missing_argument(x: i32) -> i32:
    return clamp(x)


#| line 3:12: clamp(): missing a required argument: 'low'
#|       return clamp(x)
#|              ^
#| help: it is clamp(x: i32, low: i32, *, high: i32 = 100) -> i32
@kernel
async def unknown_keyword(x: i32) -> i32:
    return clamp(x, low=x, most=x)


#| line 3:12: clamp(): got an unexpected keyword argument 'most'
#|       return clamp(x, low=x, most=x)
#|              ^
#| help: it is clamp(x: i32, low: i32, *, high: i32 = 100) -> i32
@kernel
async def too_many_arguments(x: i32) -> i32:
    return clamp(x, x, x)


#| line 3:12: clamp(): too many positional arguments
#|       return clamp(x, x, x)
#|              ^
#| help: it is clamp(x: i32, low: i32, *, high: i32 = 100) -> i32
@kernel
async def twice_given(x: i32) -> i32:
    return await double(x, x=x)


#| line 3:18: double(): multiple values for argument 'x'
#|       return await double(x, x=x)
#|                    ^
#| help: it is double(x: i32) -> i32
@kernel
async def any_number(x: i32) -> int:
    return many(1, 2, 3)


#| line 3:12: 'many' takes any number of arguments (*values): not supported
#|       return many(1, 2, 3)
#|              ^
@kernel
async def double_starred(x: i32) -> i32:
    return clamp(**{"x": x})


#| line 3:20: ** arguments are not supported
#|       return clamp(**{"x": x})
#|                      ^
@kernel
async def starred_number(x: i32) -> i32:
    return clamp(*x)


#| line 3:18: * takes a tuple of known length, got i32
#|       return clamp(*x)
#|                    ^
@kernel
async def unknown_math(x: float) -> float:
    return math.gamma(x)


#| line 3:12: math.gamma is not supported in compiled functions
#|       return math.gamma(x)
#|              ^
#| help: compute it before the launch and pass it
@kernel
async def unknown_attribute(x: float) -> float:
    return math.square(x)


#| line 3:12: 'math' has no attribute 'square'
#|       return math.square(x)
#|              ^
@kernel
async def length_of_number(x: int) -> int:
    return len(x)


#| line 3:12: int has no len()
#|       return len(x)
#|              ^
@kernel
async def minimum_of_one(x: int) -> int:
    return min(x)


#| line 3:12: min() takes two numbers or more, or a tuple
#|       return min(x)
#|              ^
@kernel
async def absolute_of_array(a: Array[i32]) -> int:
    return abs(a)


#| line 3:12: abs() takes a number, got Array[i32]
#|       return abs(a)
#|              ^
@kernel
async def number_of_array(a: Array[i32]) -> i32:
    return i32(a)


#| line 3:12: i32() takes a number, got Array[i32]
#|       return i32(a)
#|              ^
@device
def forever(x: i32):
    return forever(x - 1) + 1


@kernel
async def result_not_known(x: i32) -> i32:
    return forever(x)


#| line 3:12: 'forever' calls itself before its result is known
#|       return forever(x - 1) + 1
#|              ^
#| help: annotate its result: -> i32
@kernel
async def captured_changes(n: int) -> int:
    total = n

    async def add(x: int) -> int:
        return x + total

    total += 1
    return await add(n)


#| line 6:20: 'total' is captured here, and assigned more than once in 'captured_changes'
#|           return x + total
#|                      ^
#| help: pass it as an argument, or as a default: total=total
@kernel
async def kernel_inside(n: int) -> int:
    @kernel
    async def inner(x: int) -> int:
        return x

    return n


#| line 3:6: a kernel is not defined in another function
#|       @kernel
#|        ^
@kernel
async def wrong_mark(n: int) -> int:
    @device
    async def inner(x: int) -> int:
        return x

    return n


#| line 3:6: 'device' is no decorator for this function
#|       @device
#|        ^
#| help: @task marks async functions, @device others
@kernel
async def not_converted(x: int) -> i32:
    async def inner(y: i32) -> i32:
        return y

    return await inner(x)


#| line 6:18: parameter 'y' of 'inner' is annotated i32, the argument is int: nothing converts it when the function runs as Python
#|       return await inner(x)
#|                    ^
#| help: decorate 'inner' with @task, or convert the argument
@kernel
async def any_number_inside(x: int) -> int:
    def inner(*values: int) -> int:
        return 0

    return inner(x)


#| line 3:5: functions defined here take a fixed number of arguments
#|       def inner(*values: int) -> int:
#|       ^
