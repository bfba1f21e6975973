"""
A group: n tasks, started in a loop, give the squares of 0 ... n-1; when all have ended, the kernel adds them up.

    python examples/python/group.py 100
    328350
"""

from __future__ import annotations

import asyncio
import sys

from asyncir_python import i64, kernel, task


@task
async def square(i: i64) -> i64:
    return i * i


@kernel
async def group(n: int) -> i64:
    squares = await asyncio.gather(*[square(i64(i)) for i in range(n)])
    return i64(sum(squares))


if __name__ == "__main__":
    print(group(int(sys.argv[1]) if len(sys.argv) > 1 else 100))
