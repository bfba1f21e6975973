"""Functions: if, while, for, break, continue, else, early return, recursion."""

from __future__ import annotations

import numpy as np
from harness import Case

from asyncir_python import Array, device, f32, i32, kernel, task


@kernel
async def sign(x: i32) -> i32:
    if x > 0:
        return i32(1)
    elif x < 0:
        return i32(-1)
    else:
        return i32(0)


@kernel
async def collatz(n: int) -> tuple[int, int]:
    steps = 0
    highest = n
    while n != 1:
        if n % 2 == 0:
            n //= 2
        else:
            n = 3 * n + 1
        steps += 1
        highest = max(highest, n)
    return steps, highest


@kernel
async def gcd(a: i32, b: i32) -> i32:
    while b:
        a, b = b, a % b
    return a


@kernel
async def first_divisor(n: int) -> int:
    """break and the loop's else."""
    divisor = 0
    for candidate in range(2, n):
        if n % candidate == 0:
            divisor = candidate
            break
    else:
        divisor = n
    return divisor


@kernel
async def odd_squares(n: int, limit: int) -> int:
    total = 0
    for i in range(n):
        if i % 2 == 0:
            continue
        square = i * i
        if square > limit:
            break
        total += square
    return total


@kernel
async def find(a: Array[i32], wanted: i32) -> int:
    """A return out of a loop."""
    for i, x in enumerate(a):
        if x == wanted:
            return i
    return -1


@kernel
async def find_pair(n: int, product: int) -> tuple[int, int]:
    """A return out of two loops, and a break of the inner one."""
    for i in range(2, n):
        for j in range(i, n):
            if i * j == product:
                return i, j
            if i * j > product:
                break
    return 0, 0


@kernel
async def while_else(n: int) -> tuple[int, bool]:
    whole = True
    tries = 0
    while n > 1:
        tries += 1
        if n % 2:
            whole = False
            break
        n //= 2
    else:
        tries += 100
    return tries, whole


@kernel
async def while_true(limit: int) -> int:
    a, b = 0, 1
    while True:
        a, b = b, a + b
        if a > limit:
            return a


@kernel
async def down(start: int, stop: int, step: int) -> tuple[int, int]:
    """A step whose sign is not known."""
    total = last = 0
    for i in range(start, stop, step):
        total += i * i
        last = i
    return total, last


@kernel
async def triangle(n: int) -> int:
    total = 0
    for i in range(n):
        for j in range(i, n):
            for k in range(j, n, 2):
                total = total * 3 + i * j - k
                total %= 1_000_003
    return total


@kernel
async def over_tuple(x: int) -> float:
    """The turns of a loop over a tuple may have different types."""
    total = 0.0
    for weight in (1, 2.5, -3):
        total += weight * x
    return total


@kernel
async def changed_counter(n: int) -> int:
    """Assigning the loop's variable changes no turn."""
    total = 0
    for i in range(n):
        i = i * 10
        total += i
    return total


@kernel
async def bounds_once(n: int) -> int:
    """The bounds of range are looked at once."""
    count = 0
    stop = n
    for _ in range(stop):
        stop += 5
        count += 1
    return count * 1000 + stop


@kernel
async def last_turn(n: int) -> int:
    """The variable is there after the loop."""
    i = -1
    for i in range(n):  # noqa: B007
        pass
    return i


@task
async def fib(n: i32) -> i32:
    if n < 2:
        return n
    return await fib(n - 1) + await fib(n - 2)


@kernel
async def fibonacci(n: i32) -> i32:
    return await fib(n)


@task
async def is_even(n: int) -> bool:
    if n == 0:
        return True
    return not await is_even(n - 1)


@kernel
async def parity(n: int) -> tuple[bool, bool]:
    return await is_even(n), await is_even(n + 1)


@task
async def ackermann(m: i32, n: i32) -> i32:
    if m == 0:
        return n + 1
    if n == 0:
        return await ackermann(m - 1, i32(1))
    return await ackermann(m - 1, await ackermann(m, n - 1))


@kernel
async def ack(m: i32, n: i32) -> i32:
    return await ackermann(m, n)


@device
def power(base: int, exponent: int) -> int:
    """Recursion of an ordinary function."""
    if exponent == 0:
        return 1
    half = power(base, exponent // 2)
    return half * half * (base if exponent % 2 else 1)


@kernel
async def powers(base: int, n: int) -> int:
    total = 0
    for exponent in range(n):
        total += power(base, exponent)
    return total


@kernel
async def binary_search(a: Array[f32], wanted: f32) -> int:
    low, high = 0, len(a)
    while low < high:
        middle = (low + high) // 2
        if a[middle] < wanted:
            low = middle + 1
        else:
            high = middle
    return low if low < len(a) and a[low] == wanted else -1


@kernel
async def nested_breaks(n: int) -> int:
    total = 0
    for i in range(n):
        while True:
            total += 1
            if total % 3 == i % 3:
                break
            if total > 100:
                return -1
        else:
            total += 1000
    return total


@kernel
async def nothing_returned(a: Array[i32]) -> None:
    if len(a) == 0:
        return
    a[0] = 41
    a[0] += 1


@kernel
async def deleted(x: int) -> int:
    y = x + 1
    z = y * 2
    del y
    return z


NUMBERS = np.array([5, -3, 8, 0, 13], dtype=np.int32)
SORTED = np.array([0.5, 1.25, 3.0, 7.5, 8.0, 100.0], dtype=np.float32)

@kernel
async def mixed_truths(n: int, x: float, y: f32, flag: bool) -> tuple[int, bool, int]:
    """Operands of types that no one value has, in conditions."""
    first = 0
    if (n and x) or (y and flag):
        first = 1
    turns = 0
    while not (n > 5 and x) and (flag or n or y):
        n -= 1
        turns += 1
        if turns > 3 and y:
            break
    return first, not (n and x), turns


CASES = [
    Case(sign, 7), Case(sign, -7), Case(sign, 0),
    Case(collatz, 27),
    Case(gcd, 84, 36), Case(gcd, -84, 36),
    Case(first_divisor, 91), Case(first_divisor, 97), Case(first_divisor, 2),
    Case(odd_squares, 20, 150), Case(odd_squares, 0, 1),
    Case(find, NUMBERS, 8), Case(find, NUMBERS, 9), Case(find, NUMBERS[:0], 9),
    Case(find_pair, 20, 91), Case(find_pair, 20, 1009),
    Case(while_else, 64), Case(while_else, 48), Case(while_else, 1),
    Case(while_true, 1000),
    Case(down, 0, 10, 3), Case(down, 10, -5, -4), Case(down, 3, 3, 1), Case(down, 1, 5, 0),
    Case(triangle, 7),
    Case(over_tuple, 6),
    Case(changed_counter, 5),
    Case(bounds_once, 4),
    Case(last_turn, 5), Case(last_turn, 0),
    Case(fibonacci, 8, dynamic=True),
    Case(parity, 9),
    Case(ack, 2, 1),
    Case(powers, 3, 6),
    Case(binary_search, SORTED, 7.5), Case(binary_search, SORTED, 2.0), Case(binary_search, SORTED, 1000.0),
    Case(nested_breaks, 6),
    Case(nothing_returned, NUMBERS), Case(nothing_returned, NUMBERS[:0]),
    Case(deleted, 4),
    Case(mixed_truths, 2, 0.5, 0, False), Case(mixed_truths, 0, 0.5, 1.5, True), Case(mixed_truths, 9, 0.0, 2, False),
]  # fmt: skip
