"""
Fibonacci numbers by two tasks a call, as many tasks as there are additions: both children are started before either is awaited, so they
may run at the same time, each on another worker.

    python examples/python/fib.py 20
    6765
"""

from __future__ import annotations

import asyncio
import sys

from asyncir_python import i32, kernel, task


@task
async def fib_task(n: i32) -> i32:
    if n <= 1:
        return n
    a, b = await asyncio.gather(fib_task(n - 1), fib_task(n - 2))
    return a + b


@kernel
async def fib(n: i32) -> i32:
    return await fib_task(n)


if __name__ == "__main__":
    print(fib(int(sys.argv[1]) if len(sys.argv) > 1 else 20))
