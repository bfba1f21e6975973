"""
Errors. A task that raises fails; awaiting it raises the same exception in the task that awaits, which may catch it. One that nobody
catches comes to the host as the exception that it is, with the place in the kernel as a note.

    python examples/python/error.py 8 20        both numbers are even
    4 False 10
    python examples/python/error.py 7 20        the first is odd, and caught
    0 True 10
    python examples/python/error.py 7 21        so is the second, and nobody catches it
    ValueError: an odd number has no half
"""

from __future__ import annotations

import sys

from asyncir_python import i32, kernel, task


@task
async def half(x: i32) -> i32:
    if x % 2 != 0:
        raise ValueError("an odd number has no half")
    return x // 2


@kernel
async def error(a: i32, b: i32) -> tuple[i32, bool, i32]:
    first, odd = i32(0), False
    try:
        first = await half(a)
    except ValueError:
        odd = True
    return first, odd, await half(b)


if __name__ == "__main__":
    print(*error(*map(int, sys.argv[1:3] or ("8", "20"))))
