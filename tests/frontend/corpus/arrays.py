"""Arrays: several dimensions, negative indices, slices handed to tasks, loops over them, arrays made in tasks, atomics."""

from __future__ import annotations

import asyncio

import numpy as np
from harness import Case

from asyncir_python import (
    Array,
    Array2,
    Array3,
    atomic_add,
    atomic_exchange,
    atomic_max,
    atomic_min,
    atomic_or,
    device,
    empty,
    f32,
    f64,
    i8,
    i32,
    i64,
    instance,
    kernel,
    num_instances,
    task,
    u8,
    u32,
    zeros,
)


@kernel
async def axpy(a: f32, x: Array[f32], y: Array[f32]) -> None:
    for i in range(len(x)):
        y[i] = a * x[i] + y[i]


@kernel
async def from_the_end(a: Array[i32], k: int) -> tuple[i32, i32, i32]:
    a[-2] += 5
    a[k] *= 2
    return a[-1], a[-len(a)], a[k]


@kernel
async def reversed_in_place(a: Array[i32]) -> None:
    low, high = 0, len(a) - 1
    while low < high:
        a[low], a[high] = a[high], a[low]
        low += 1
        high -= 1


@kernel
async def matmul(a: Array2[f32], b: Array2[f32], c: Array[f32, 2]) -> None:
    rows, inner = a.shape
    for i in range(rows):
        for j in range(b.shape[1]):
            total = f32(0)
            for k in range(inner):
                total += a[i, k] * b[k, j]
            c[i, j] = total


@kernel
async def sizes(a: Array3[i32]) -> tuple[int, int, int, int, int, int]:
    x, y, z = a.shape
    return x, y, z, len(a), a.size, a.ndim


@kernel
async def transposed(a: Array[i32, 2], b: Array[i32, 2]) -> None:
    for i in range(a.shape[0]):
        for j in range(a.shape[1]):
            b[j, i] = a[i, j]


@kernel
async def elements_of_three(a: Array[i64, 3]) -> i64:
    total = i64(0)
    for i in range(a.shape[0]):
        for j in range(a.shape[1]):
            for k in range(a.shape[2]):
                total = total * 3 + a[i, j, k] * a[-1 - i, j, -1]
    return total


@device
def sum_of(a: Array[i32]) -> i32:
    total = i32(0)
    for x in a:
        total += x
    return total


@kernel
async def rows(a: Array[i32, 2], sums: Array[i32]) -> None:
    """A row is a part of the array."""
    for i, row in enumerate(a):
        sums[i] = sum_of(row) + sum_of(a[i])
        row[0] = 99


@kernel
async def slices(a: Array[i32], i: int, j: int) -> tuple[int, int, int, i32, i32]:
    """As Python clamps them."""
    return len(a[i:j]), len(a[i:]), len(a[:j]), sum_of(a[i:j]), sum_of(a[-3:])


@kernel
async def slice_of_slice(a: Array[i32]) -> i32:
    inner = a[1:-1][1:]
    inner[0] = 100
    return inner[-1] + len(inner)


@kernel
async def blocks(a: Array[i32, 2]) -> i32:
    """Slices in both dimensions, and a row's part."""
    block = a[1:3, 1:]
    block[0, 0] = 50
    return block[1, -1] + sum_of(a[0, 1:3]) + block.shape[0] * 10 + block.shape[1]


@task
async def doubled(a: Array[i32]) -> i32:
    for i in range(len(a)):
        a[i] *= 2
    await asyncio.sleep(0)
    return sum_of(a)


@kernel
async def halves(a: Array[i32]) -> tuple[i32, i32]:
    """Tasks on parts that do not overlap."""
    middle = len(a) // 2
    left, right = await asyncio.gather(doubled(a[:middle]), doubled(a[middle:]))
    return left, right


@kernel
async def rows_as_tasks(a: Array[i32, 2]) -> i32:
    first = asyncio.create_task(doubled(a[0]))
    second = asyncio.create_task(doubled(a[1, :2]))
    return await first - await second


@kernel
async def prefix_sums(a: Array[i32], out: Array[i64]) -> None:
    total = i64(0)
    for i, x in enumerate(a, 1):
        total += x
        out[i] = total


@kernel
async def histogram(text: Array[u8], counts: Array[i32]) -> int:
    used = 0
    for c in text:
        counts[c % len(counts)] += 1
    for count in counts:
        used += count > 0
    return used


@kernel
async def stored_as_element(x: int, small: Array[i8], real: Array[f32]) -> None:
    """What is stored is converted: integers wrap, floats are rounded."""
    small[0] = x
    small[1] += 100
    real[0] = x
    real[1] = 0.1
    real[1] += 0.1


@kernel
async def bools(flags: Array[bool], n: int) -> int:
    flags[0] = n > 3
    flags[1] = not flags[2]
    count = 0
    for flag in flags:
        if flag:
            count += 1
    return count


@kernel
async def sieve(flags: Array[u8]) -> int:
    n = len(flags)
    count = 0
    for i in range(2, n):
        if flags[i]:
            continue
        count += 1
        for j in range(i * i, n, i):
            flags[j] = 1
    return count


@kernel
async def insertion_sort(a: Array[f64]) -> None:
    for i in range(1, len(a)):
        x = a[i]
        j = i - 1
        while j >= 0 and a[j] > x:
            a[j + 1] = a[j]
            j -= 1
        a[j + 1] = x


@kernel
async def life(now: Array[u8, 2], then: Array[u8, 2]) -> int:
    """A generation of Conway's game, at whose edges the field goes on at the other side."""
    height, width = now.shape
    alive = 0
    for y in range(height):
        for x in range(width):
            around = 0
            for dy in (-1, 0, 1):
                for dx in (-1, 0, 1):
                    if dx != 0 or dy != 0:
                        around += now[(y + dy) % height, (x + dx) % width]
            lives = around == 3 or (around == 2 and now[y, x] == 1)
            then[y, x] = lives
            alive += lives
    return alive


@kernel
async def binomials(n: int) -> i64:
    """An array made here, with a constant size."""
    row = zeros(16, i64)
    row[0] = 1
    for i in range(1, n + 1):
        for j in range(i, 0, -1):
            row[j] += row[j - 1]
    best = row[0]
    for x in row:
        best = max(best, x)
    return best


@kernel
async def made_of_argument(n: int) -> tuple[i32, int]:
    """A size that is known at run time."""
    squares = empty(n, i32)
    for i in range(n):
        squares[i] = i * i
    return sum_of(squares), len(squares)


@kernel
async def made_in_two(n: int) -> i32:
    grid = zeros((3, n), i32)
    for i in range(3):
        grid[i, n - 1] = i + 1
    return sum_of(grid[2]) * 100 + sum_of(grid[0]) * 10 + grid[1, -1]


@kernel
async def kept_over_await(n: int) -> i32:
    """An array that a task makes lives as long as it is used, in other tasks too."""
    mine = zeros(8, i32)
    mine[3] = n
    first = asyncio.create_task(doubled(mine))
    total = await first
    mine[0] += 1
    return total * 100 + mine[3] + mine[0]


@kernel
async def longest_common(a: Array[u8], b: Array[u8]) -> i32:
    """Of subsequences, by a table of two rows."""
    before = zeros(32, i32)
    for i in range(len(a)):
        corner = i32(0)
        for j in range(len(b)):
            above = before[j + 1]
            before[j + 1] = corner + 1 if a[i] == b[j] else max(above, before[j])
            corner = above
    return before[len(b)]


@task
async def count_up(counter: Array[u32], times: int) -> None:
    for i in range(times):
        atomic_add(counter, 0, 1)
        atomic_max(counter, 1, i)
        await asyncio.sleep(0)
        atomic_min(counter, 2, i + 5)
        atomic_or(counter, 3, 1 << i)


@kernel
async def counted_together(counter: Array[u32]) -> None:
    await asyncio.gather(count_up(counter, 4), count_up(counter, 6), count_up(counter, 2))


@kernel
async def atomics_give_the_old(a: Array[i32]) -> tuple[i32, i32, i32]:
    return atomic_add(a, 0, 5), atomic_exchange(a, 0, 70), atomic_add(a, -1, -1)


@kernel
async def each_instance(a: Array[i32]) -> i32:
    me = instance()
    a[me] = me * 10 + num_instances()
    return i32(me) - 1


@kernel
async def many_results(x: f32) -> tuple[f32, int, bool, u8]:
    me = instance()
    return x * me, me * me, me % 2 == 0, u8(250) + me


NUMBERS = np.array([5, -3, 8, 0, 13], dtype=np.int32)
MATRIX = np.arange(12, dtype=np.int32).reshape(3, 4)
BOX = np.arange(24, dtype=np.int64).reshape(2, 3, 4)
REAL = np.linspace(-2, 3, 6, dtype=np.float32)
TEXT = np.frombuffer(b"the quick brown fox jumps", np.uint8).copy()
GLIDER = np.array([[0, 1, 0, 0, 0], [0, 0, 1, 0, 0], [1, 1, 1, 0, 0], [0, 0, 0, 0, 0], [0, 0, 0, 0, 0]], np.uint8)

CASES = [
    Case(axpy, 1.1, REAL, REAL[::-1].copy()),
    Case(from_the_end, NUMBERS, 2), Case(from_the_end, NUMBERS, -3),
    Case(reversed_in_place, NUMBERS),
    Case(matmul, REAL.reshape(2, 3), REAL.reshape(3, 2), np.zeros((2, 2), np.float32)),
    Case(sizes, BOX.astype(np.int32)),
    Case(transposed, MATRIX, np.zeros((4, 3), np.int32)),
    Case(elements_of_three, BOX),
    Case(rows, MATRIX, np.zeros(3, np.int32)),
    Case(slices, NUMBERS, 1, 4), Case(slices, NUMBERS, -2, 100), Case(slices, NUMBERS, 4, 1), Case(slices, NUMBERS, -100, -1),
    Case(slice_of_slice, NUMBERS),
    Case(blocks, MATRIX),
    Case(halves, NUMBERS), Case(halves, NUMBERS[:1]),
    Case(rows_as_tasks, MATRIX),
    Case(prefix_sums, NUMBERS, np.zeros(6, np.int64)),
    Case(histogram, TEXT, np.zeros(7, np.int32)),
    Case(stored_as_element, 300, np.array([0, 100], np.int8), np.zeros(2, np.float32)),
    Case(bools, np.array([False, True, False, True]), 4),
    Case(sieve, np.zeros(40, np.uint8)),
    Case(insertion_sort, np.array([3.5, -1.0, 2.25, 0.0, -7.5, 9.0])),
    Case(life, GLIDER, np.zeros_like(GLIDER)),
    Case(binomials, 10),
    Case(made_of_argument, 7), Case(made_of_argument, 0), Case(made_of_argument, -1),
    Case(made_in_two, 4),
    Case(kept_over_await, 21),
    Case(longest_common, TEXT, TEXT[3:20].copy()),
    Case(counted_together, np.array([0, 0, 100, 0], np.uint32)),
    Case(atomics_give_the_old, NUMBERS),
    Case(each_instance[5], np.zeros(5, np.int32)), Case(each_instance[1], np.zeros(5, np.int32)),
    Case(many_results[6], 1.1),
]  # fmt: skip
