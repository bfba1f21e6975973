"""Functions whose lanes work together: each ends at each width as under asyncio, where a task has one lane."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from harness import Case, check, check_on

from asyncir_python import (
    Array,
    atomic_add,
    atomic_max,
    ballot,
    device,
    empty,
    exp,
    f16,
    f32,
    i8,
    i32,
    i64,
    kernel,
    lane_all,
    lane_any,
    lane_id,
    lane_max,
    lane_min,
    lane_sum,
    lanes,
    num_lanes,
    shuffle,
    u32,
    zeros,
)

CASES: list[Case] = []
NUMBERS = np.random.default_rng(7)


def case(*args: Any, close: float = 0.0) -> Any:
    """Adds a case for a kernel, without changing the kernel."""

    def add(kernel: Any) -> Any:
        CASES.append(Case(kernel, *args, close=close))
        return kernel

    return add


def ints(*shape: int, low: int = -100, high: int = 100) -> Any:
    return NUMBERS.integers(low, high, shape).astype(np.int32)


def floats(*shape: int) -> Any:
    return NUMBERS.random(shape).astype(np.float32)


# ------------------------------------------------------------------------------------------------------------ reductions


@case(ints(77))
@case(ints(3))
@case(ints(0))
@kernel
async def totals(a: Array[i32]) -> tuple[i32, i32, i32, bool, bool]:
    total, least, most, some, every = i32(0), i32(1000), i32(-1000), False, True
    for i in lanes(len(a)):
        total += a[i]
        least = min(least, a[i])
        most = max(most, a[i])
        some = some or a[i] > 90
        every = every and a[i] > -90
    return lane_sum(total), lane_min(least), lane_max(most), lane_any(some), lane_all(every)


@case(ints(50, low=0, high=9), i32(4))
@case(ints(50, low=0, high=9), i32(12))
@kernel
async def first_of(a: Array[i32], wanted: i32) -> int:
    found = len(a)
    for i in lanes(len(a)):
        if a[i] == wanted:
            found = min(found, i)
    return lane_min(found)


@case(floats(65))
@kernel
async def place_of_greatest(a: Array[f32]) -> tuple[f32, int]:
    """The lanes that have the greatest say where it is."""
    best, where = f32(-1), len(a)
    for i in lanes(len(a)):
        if a[i] > best:
            best, where = a[i], i
    most = lane_max(best)
    return most, lane_min(where if best == most else len(a))


@case(ints(40), True)
@case(ints(40), False)
@kernel
async def sum_on_one_way(a: Array[i32], wanted: bool) -> i32:
    acc = i32(0)
    if wanted:
        for i in lanes(3, len(a)):
            if a[i] > 0:
                acc += a[i]
            else:
                acc -= 1
    return lane_sum(acc) + 5


@case(ints(6, 10))
@kernel
async def sums_of_several_loops(a: Array[i32, 2]) -> tuple[i32, i32]:
    """A sum may go on through loops, plain and of lanes; it may begin again."""
    whole, rows = i32(0), i32(0)
    for r in range(a.shape[0]):
        row = i32(0)
        for i in lanes(a.shape[1]):
            row += a[r, i]
            whole += a[r, i]
        rows = rows * 3 + lane_sum(row)
        for _ in lanes(a.shape[1]):
            for k in range(2):
                whole += i32(k)
    return lane_sum(whole), rows


@case(ints(20), 7)
@kernel
async def in_a_while_loop(a: Array[i32], limit: int) -> i32:
    turns, total = 0, i32(0)
    while turns < limit:
        acc = i32(0)
        for i in lanes(turns, len(a)):
            acc += a[i]
        total = total * 3 + lane_sum(acc)
        if total > 100000:
            break
        turns += 1
    return total


# ---------------------------------------------------------------------------------------------------------------- memory


@case(ints(7, 5), np.zeros((5, 7), np.int32))
@case(ints(1, 40), np.zeros((40, 1), np.int32))
@kernel
async def transposed(a: Array[i32, 2], b: Array[i32, 2]) -> None:
    rows, columns = a.shape
    tile = zeros((rows, columns), i32)
    for r in range(rows):
        for c in lanes(columns):
            tile[r, c] += a[r, c]
    for c in range(columns):
        for r in lanes(rows):
            b[c, r] = tile[r, c]


@case(floats(4, 9), np.zeros((4, 9), np.float32), close=1e-5)
@kernel
async def softmax(a: Array[f32, 2], out: Array[f32, 2]) -> None:
    for r in range(a.shape[0]):
        most = f32(-1e30)
        for i in lanes(a.shape[1]):
            most = max(most, a[r, i])
        top = lane_max(most)
        parts = f32(0)
        for i in lanes(a.shape[1]):
            out[r, i] = exp(a[r, i] - top)
            parts += out[r, i]
        whole = lane_sum(parts)
        for i in lanes(a.shape[1]):
            out[r, i] /= whole


@case(ints(100, low=0, high=10), np.zeros(10, np.int32))
@kernel
async def histogram(a: Array[i32], counts: Array[i32]) -> i32:
    for i in lanes(len(a)):
        atomic_add(counts, a[i], 1)
    most = i32(0)
    for i in range(len(counts)):
        most = max(most, counts[i])
    return most


@case(ints(2, 3, 5))
@kernel
async def of_three_dimensions(a: Array[i32, 3]) -> i32:
    """An array of zeros is whole before lanes use it, and one that is stored to outside and inside of lanes loops has each in its turn."""
    doubled, row = zeros((2, 3, 5), i32), empty((5,), i32)
    for i in range(2):
        for j in range(3):
            for k in lanes(5):
                doubled[i, j, k] += a[i, j, k] * 2
                row[k] = a[i, j, k]
            first = row[0]
            row[0] = first + 1
            doubled[i, j, 0] += row[0] + row[3]
    acc = i32(0)
    for k in lanes(5):
        for i in range(2):
            for j in range(3):
                acc += doubled[i, j, k]
    return lane_sum(acc)


@case(ints(13))
@kernel
async def of_other_types(a: Array[i32]) -> tuple[f16, float, i8, u32]:
    h, d, b, u = f16(0), 0.0, i8(0), u32(0)
    for i in lanes(len(a)):
        h += f16(a[i] % 8)
        d += float(a[i])
        b += i8(a[i])
        u += u32(a[i]) * u32(3000000000)
    return lane_sum(h), lane_sum(d), lane_sum(b), lane_sum(u)


@case(np.zeros(4, np.int32), ints(9))
@kernel
async def once_for_the_task(out: Array[i32], a: Array[i32]) -> tuple[i32, i32, i32]:
    """What stands outside of lanes loops is done once, and each lane reads what was there before, or what is there now."""
    before = out[0]
    out[0] = 5
    out[0] += a[0]
    now = out[0]
    old = atomic_add(out, 1, now)
    for i in lanes(len(a)):
        atomic_max(out, 2, a[i] + now)
    out[3] = out[2] - old
    out[1], out[2] = out[2], out[1]
    return before, now, old


@case(ints(12))
@kernel
async def prefix_sums(a: Array[i32]) -> None:
    """Steps of doubled distance, from one array to the other."""
    n, distance = len(a), 1
    other = empty(n, i32)
    while distance < n:
        for i in lanes(n):
            other[i] = a[i] + a[i - distance] if i >= distance else a[i]
        for i in lanes(n):
            a[i] = other[i]
        distance *= 2


@device
def scaled(a: Array[i32], factor: i32) -> i32:
    """Effects of a sync function are its caller's: once where that does things once."""
    a[0] += factor
    acc = i32(0)
    for i in lanes(len(a)):
        a[i] *= factor
        acc += a[i]
    return lane_sum(acc)


@device
def shifted(x: i32, by: i32) -> i32:
    return x + by if x > 0 else x - by


@device
def put(a: Array[i32], i: int, x: i32) -> None:
    a[i] = x * 2


@case(ints(11))
@kernel
async def sync_functions(a: Array[i32]) -> i32:
    total = scaled(a, i32(3))
    put(a, 1, total)
    for i in lanes(2, len(a)):
        put(a, i, shifted(a[i], i32(i)))
    return total + a[1] + a[2]


# ---------------------------------------------------------------------------------------------------------------- errors


@case(np.array([5, 3, 4, 0, 6, 0], np.int32), 100)
@case(np.array([5, 3, 4, 2, 6, 7], np.int32), 100)
@case(np.array([5, 3, 40, 2, 0, 99], np.int32), 3)
@kernel
async def fails_in_a_turn(a: Array[i32], limit: int) -> i32:
    """All lanes raise the error of the first turn that has one."""
    acc = i32(0)
    for i in lanes(len(a)):
        assert a[i] < 50, "too large"
        acc += 60 // a[i]
        if i > limit:
            raise ValueError("too many")
    return lane_sum(acc)


@case(np.array([5, 3, 4, 0, 6, 0], np.int32))
@case(np.array([5, 3, 4, 1, 6, 1], np.int32))
@kernel
async def caught_in_and_around(a: Array[i32]) -> tuple[i32, i32]:
    inside = i32(0)
    for i in lanes(len(a)):
        try:
            inside += 60 // a[i]
        except ZeroDivisionError:
            inside += 1000
    around = i32(0)
    try:
        for i in lanes(len(a)):
            around += 60 % a[i]
        result = lane_sum(around)
    except ZeroDivisionError:
        result = i32(-1)
    return lane_sum(inside), result


@case(np.arange(1, 14, dtype=np.int32), np.array([3, 0, 2, 5, 1, 0], np.int32))
@case(np.arange(1, 14, dtype=np.int32), np.array([1, 2], np.int32))
@kernel
async def fails_in_loops_around_and_inside(a: Array[i32], z: Array[i32]) -> i32:
    total = i32(0)
    for k in range(3):
        acc = i32(0)
        for i in lanes(len(z)):
            for j in range(2):
                acc += a[i + k] // (z[i] + i32(j))
        if lane_sum(acc) > 1000:
            continue
        total += lane_sum(acc)
    return total


@pytest.mark.parametrize("one", CASES, ids=str)
def test_as_under_asyncio(one: Case) -> None:
    check(one, seeds=(0, 1, 2, 3), widths=(1, 2, 4, 32))


@pytest.mark.gpu
def test_on_the_gpu() -> None:
    for one in CASES:
        check_on(one, target="cuda", deadline=10.0)


# ------------------------------------------------------------------------------------------------ what knows of the lanes


@kernel
async def of_the_width(out: Array[i64]) -> tuple[int, u32, int]:
    mine = lane_id() * 10
    for i in lanes(num_lanes()):
        out[i] = mine + i
    if lane_id() == num_lanes() - 1:
        out[num_lanes()] = 7
    last = shuffle(mine, num_lanes() - 1)
    return lane_max(last) + lane_sum(lane_id()), ballot(lane_id() > 1), shuffle(mine, 0)


@pytest.mark.parametrize("width", [1, 2, 4, 32])
def test_of_the_width(width: int) -> None:
    out = np.zeros(33, np.int64)
    result = of_the_width.with_options(target="reference", width=width)(out)
    assert out.tolist() == [11 * lane for lane in range(width)] + [7] + [0] * (32 - width)
    assert result == (10 * (width - 1) + sum(range(width)), (1 << width) - 1 & ~3, 0)


def test_meetings_stand_where_they_are_needed() -> None:
    """One behind each that stores something, one before it unless lanes have just met; none for what only reads."""
    text = transposed.source_ir()
    assert text.count("task.lane_sync") == 5
    assert "task.lane_sync" not in totals.source_ir()
    assert "gpu.lane_id" not in without_lanes.source_ir() and "task.lane_sync" not in without_lanes.source_ir()


@kernel
async def without_lanes(a: Array[i32]) -> i32:
    a[0] += 1
    return a[0]
