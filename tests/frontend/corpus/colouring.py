"""Sync and async functions together: helpers, `run` in an ordinary function, functions handed to combinators."""

from __future__ import annotations

import asyncio
import math

from harness import Case

import asyncir_python as ap
from asyncir_python import device, f32, f64, i32, kernel, run, task


@task
async def double(x: i32) -> i32:
    await asyncio.sleep(0)
    return x * 2


@device
def both(x: i32) -> i32:
    """An ordinary function that waits."""
    return run(double(x)) + run(double(x + 1))


@kernel
async def runs_inside(x: i32) -> i32:
    return both(x) * 1000 + await double(x)


@device
def tree(depth: int) -> int:
    if depth == 0:
        return 1
    return run(branches(depth - 1)) + 1


@task
async def branches(depth: int) -> int:
    a, b = tree(depth), tree(depth)
    return a + b


@kernel
async def alternating(depth: int) -> int:
    """Ordinary and async functions call each other in turn."""
    return await branches(depth)


@device
def checked(x: i32) -> i32:
    assert x > 0, "not positive"
    return run(double(x))


@kernel
async def error_through_run(x: i32) -> i32:
    try:
        return checked(x)
    except AssertionError:
        return i32(-1)


@device
def norm(x: f64, y: f64) -> f64:
    return ap.sqrt(x * x + y * y)


@kernel
async def helper_of_helper(x: f64) -> f64:
    @device
    def scaled(y: f64) -> f64:
        return norm(y, y * 2) * x

    return scaled(x) + norm(x, x)


@kernel
async def mathematics(x: f32) -> tuple[f32, f32, f32, float, int]:
    return ap.exp(x), ap.sin(x) + ap.cos(x), ap.floor(x), math.sqrt(x), math.floor(x)


@kernel
async def exact_mathematics(x: f64, y: f64) -> tuple[f64, f64, f64, f64, bool, int]:
    return ap.sqrt(x), ap.fabs(y), ap.copysign(x, y), ap.fma(x, y, x), ap.isnan(x / y), math.ceil(y)


@kernel
async def math_raises(x: float) -> float:
    return math.sqrt(x) + math.log(x)


CASES = [
    Case(runs_inside, 4),
    Case(alternating, 3),
    Case(error_through_run, 4), Case(error_through_run, -4),
    Case(helper_of_helper, 1.5),
    Case(mathematics, 1.25, close=1e-6),
    Case(exact_mathematics, 2.0, -0.7), Case(exact_mathematics, 0.0, 0.0),
    Case(math_raises, 2.0, close=1e-12), Case(math_raises, -1.0), Case(math_raises, 0.0),
]  # fmt: skip
