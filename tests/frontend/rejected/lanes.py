"""What lanes cannot do: by themselves, together where they are not, and with values that differ between them."""
# ruff: noqa: B007, C416, RUF006

from __future__ import annotations

import asyncio

from asyncir_python import (
    Array,
    atomic_add,
    ballot,
    device,
    f32,
    i32,
    kernel,
    lane_any,
    lane_id,
    lane_max,
    lane_sum,
    lanes,
    shuffle,
    task,
    zeros,
)


@task
async def double(x: i32) -> i32:
    return x * 2


@device
def total(a: Array[i32]) -> i32:
    acc = i32(0)
    for i in lanes(len(a)):
        acc += a[i]
    return lane_sum(acc)


@device
def divided(x: i32, y: i32) -> i32:
    return x // y


@device
def put(a: Array[i32], i: int, x: i32) -> None:
    a[i] = x


# ----------------------------------------------------------------------------------------------------------------------


@kernel
async def not_reduced(a: Array[f32]) -> f32:
    acc = f32(0)
    for i in lanes(len(a)):
        acc += a[i]
    return acc


#| line 8:5: 'acc' is different on each lane here: reduce it, as in lane_sum(acc)
#|       return acc
#|       ^


@kernel
async def stored_and_not_reduced(a: Array[f32], out: Array[f32]) -> None:
    acc = f32(0)
    for i in lanes(len(a)):
        acc += a[i]
    out[0] = acc


#| line 8:5: 'acc' is different on each lane here: reduce it, as in lane_sum(acc)
#|       out[0] = acc
#|       ^


@kernel
async def decides_where_to_store(a: Array[i32], out: Array[i32]) -> None:
    best = i32(0)
    for i in lanes(len(a)):
        best = max(best, a[i])
    if best > 3:
        out[0] = 1


#| line 9:9: 'best' is different on each lane here, and what a lane stores by itself must not depend on it
#|           out[0] = 1
#|           ^
#| help: do it behind the loop, with what a reduction gives


@kernel
async def decides_over_a_loop(a: Array[i32]) -> i32:
    best, n = i32(0), i32(0)
    for i in lanes(len(a)):
        best = max(best, a[i])
    while n < best:
        n += 1
    return n


#| line 8:5: 'best' is different on each lane here: reduce it, as in lane_max(best)
#|       while n < best:
#|       ^


@kernel
async def bound_of_a_loop(a: Array[i32]) -> i32:
    best, n = i32(0), i32(0)
    for i in lanes(len(a)):
        best = max(best, a[i])
    for i in range(best):
        n += 1
    return n


#| line 8:5: 'best' is different on each lane here: reduce it, as in lane_max(best)
#|       for i in range(best):
#|       ^


@kernel
async def given_to_a_task(a: Array[i32]) -> i32:
    acc = i32(0)
    for i in lanes(len(a)):
        acc += a[i]
    return await double(acc)


#| line 8:12: 'acc' is different on each lane here: reduce it, as in lane_sum(acc)
#|       return await double(acc)
#|              ^


@kernel
async def given_to_lanes(a: Array[i32]) -> i32:
    acc = 0
    for i in lanes(len(a)):
        acc += i
    for i in lanes(acc):
        pass
    return 0


#| line 8:20: 'acc' is different on each lane here: reduce it, as in lane_sum(acc)
#|       for i in lanes(acc):
#|                      ^


@kernel
async def slept_on(a: Array[i32]) -> None:
    acc = 0.0
    for i in lanes(len(a)):
        acc += 0.5
    await asyncio.sleep(acc)


#| line 8:5: 'acc' is different on each lane here: reduce it, as in lane_sum(acc)
#|       await asyncio.sleep(acc)
#|       ^


@kernel
async def raised_over(a: Array[i32]) -> None:
    acc = 0
    for i in lanes(len(a)):
        acc += i
    assert acc < 10, "too many"


#| line 8:5: 'acc' is different on each lane here: reduce it, as in lane_sum(acc)
#|       assert acc < 10, "too many"
#|       ^


@kernel
async def prefix_of_a_lane(a: Array[i32]) -> i32:
    acc = i32(0)
    for i in lanes(len(a)):
        acc += a[i]
        a[i] = acc
    return lane_sum(acc)


#| line 8:9: 'acc' is different on each lane here, and what a lane stores by itself must not depend on it
#|           a[i] = acc
#|           ^
#| help: do it behind the loop, with what a reduction gives


@kernel
async def stores_by_what_it_had(a: Array[i32], out: Array[i32]) -> i32:
    best = i32(0)
    for i in lanes(len(a)):
        if a[i] > best:
            best = a[i]
            atomic_add(out, 0, 1)
    return lane_max(best)


#| line 9:13: 'best' is different on each lane here, and what a lane stores by itself must not depend on it
#|               atomic_add(out, 0, 1)
#|               ^
#| help: do it behind the loop, with what a reduction gives


@kernel
async def starts_from_five(a: Array[i32]) -> i32:
    acc = i32(5)
    for i in lanes(len(a)):
        acc += a[i]
    return lane_sum(acc)


#| line 8:12: 'acc' does not start from 0: each lane would count its start
#|       return lane_sum(acc)
#|              ^
#| help: start from 0, and add the start to lane_sum(acc)


@kernel
async def starts_from_an_argument(a: Array[i32], start: i32) -> i32:
    acc = start
    for i in lanes(len(a)):
        acc += a[i]
    return lane_sum(acc)


#| line 8:12: 'acc' does not start from 0: each lane would count its start
#|       return lane_sum(acc)
#|              ^
#| help: start from 0, and add the start to lane_sum(acc)


@kernel
async def not_only_added_to(a: Array[i32]) -> i32:
    product = i32(1)
    for i in lanes(len(a)):
        product *= a[i]
    return lane_sum(product)


#| line 8:12: 'product' was not only added to in the lanes loop: its parts make no sum
#|       return lane_sum(product)
#|              ^
#| help: lane_max and lane_min choose; to sum up, only add to it


@kernel
async def computed_with_a_part(a: Array[i32]) -> i32:
    acc = i32(0)
    for i in lanes(len(a)):
        acc += a[i]
    return lane_sum(acc * acc)


#| line 8:12: 'acc * acc' was computed from 'acc', of which each lane has a part
#|       return lane_sum(acc * acc)
#|              ^
#| help: compute with lane_sum(acc)


@kernel
async def greatest_part(a: Array[i32]) -> i32:
    acc = i32(0)
    for i in lanes(len(a)):
        acc += a[i]
    return lane_max(acc)


#| line 8:12: 'acc' is a sum, of which each lane has a part
#|       return lane_max(acc)
#|              ^
#| help: lane_sum(acc) is the sum


@kernel
async def question_about_a_part(a: Array[i32]) -> bool:
    acc = i32(0)
    for i in lanes(len(a)):
        acc += a[i]
    return lane_any(acc > 3)


#| line 8:12: 'acc' is a sum, of which each lane has a part
#|       return lane_any(acc > 3)
#|              ^
#| help: lane_sum(acc) is the sum


@kernel
async def sum_of_the_same(x: i32) -> i32:
    return lane_sum(x)


#| line 5:12: 'x' is the same on all lanes: its sum would count it once for each
#|       return lane_sum(x)
#|              ^
#| help: sum what a lanes loop added to


@kernel
async def reduced_in_a_loop(a: Array[i32]) -> i32:
    acc, most = i32(0), i32(0)
    for i in lanes(len(a)):
        acc += a[i]
        most = lane_sum(acc)
    return most


#| line 8:16: lane_sum() concerns all lanes of the task: this stands in a lanes loop
#|           most = lane_sum(acc)
#|                  ^
#| help: do it before or behind the loop


@kernel
async def lanes_in_lanes(a: Array[i32, 2]) -> i32:
    acc = i32(0)
    for r in lanes(a.shape[0]):
        for c in lanes(a.shape[1]):
            acc += a[r, c]
    return lane_sum(acc)


#| line 7:18: a lanes loop in a lanes loop: its turns are dealt to the lanes already
#|           for c in lanes(a.shape[1]):
#|                    ^
#| help: use range(…) for the inner loop


@kernel
async def lanes_in_a_function(a: Array[i32, 2]) -> i32:
    acc = i32(0)
    for r in lanes(a.shape[0]):
        acc += total(a[r])
    return lane_sum(acc)


#| line 7:16: 'total' uses lanes, which concerns all lanes of the task: this stands in a lanes loop
#|           acc += total(a[r])
#|                  ^
#| help: do it before or behind the loop


@kernel
async def awaited_in_a_loop(a: Array[i32]) -> i32:
    acc = i32(0)
    for i in lanes(len(a)):
        acc += await double(a[i])
    return lane_sum(acc)


#| line 7:16: a lane cannot wait by itself: 'await' in a lanes loop
#|           acc += await double(a[i])
#|                  ^
#| help: await before or behind it, or loop over range(…)


@kernel
async def started_in_a_loop(a: Array[i32]) -> None:
    for i in lanes(len(a)):
        asyncio.create_task(double(a[i]))


#| line 6:9: a lane cannot start a task by itself: this stands in a lanes loop
#|           asyncio.create_task(double(a[i]))
#|           ^
#| help: do it before or behind the loop


@kernel
async def array_made_in_a_loop(a: Array[i32]) -> None:
    for i in lanes(len(a)):
        tile = zeros(4, i32)
        tile[0] = a[i]


#| line 6:16: a lane cannot make an array by itself: this stands in a lanes loop
#|           tile = zeros(4, i32)
#|                  ^
#| help: do it before or behind the loop


@kernel
async def event_set_in_a_loop(n: int) -> None:
    event = asyncio.Event()
    for i in lanes(n):
        event.set()


#| line 7:9: a lane cannot do this by itself: this stands in a lanes loop
#|           event.set()
#|           ^
#| help: do it before or behind the loop


@kernel
async def broken_off(a: Array[i32], wanted: i32) -> int:
    found = 0
    for i in lanes(len(a)):
        if a[i] == wanted:
            found = i
            break
    return lane_max(found)


#| line 9:13: 'break' in a lanes loop would end the turns of one lane only
#|               break
#|               ^
#| help: skip turns by 'continue', or go over range(…)


@kernel
async def returned_from(a: Array[i32], wanted: i32) -> int:
    for i in lanes(len(a)):
        if a[i] == wanted:
            return i
    return -1


#| line 7:13: 'return' in a lanes loop would end the turns of one lane only
#|               return i
#|               ^
#| help: note what was found, return behind it


@kernel
async def loop_with_else(a: Array[i32]) -> None:
    for i in lanes(len(a)):
        a[i] = 0
    else:
        a[0] = 1


#| line 8:9: a lanes loop has no 'else'
#|           a[0] = 1
#|           ^
#| help: write it behind the loop


@kernel
async def function_that_may_fail(a: Array[i32]) -> i32:
    acc = i32(0)
    for i in lanes(len(a)):
        acc += divided(i32(10), a[i])
    return lane_sum(acc)


#| line 7:16: 'divided' may raise an error, which one lane of several cannot do in a function
#|           acc += divided(i32(10), a[i])
#|                  ^
#| help: check before, or write it here


@kernel
async def function_that_stores_a_part(a: Array[i32]) -> i32:
    acc = i32(0)
    for i in lanes(len(a)):
        acc += a[i]
        put(a, i, acc)
    return lane_sum(acc)


#| line 8:9: 'acc' is different on each lane here, and what a lane stores by itself must not depend on it
#|           put(a, i, acc)
#|           ^
#| help: do it behind the loop, with what a reduction gives


@kernel
async def together_where_lanes_part(x: i32) -> i32:
    y = i32(0)
    if lane_id() == 0:
        y = lane_max(x)
    return y


#| line 7:13: lane_max() concerns all lanes of the task: lanes part here, as lane_id() differs between them
#|           y = lane_max(x)
#|               ^
#| help: decide by what is the same on all


@kernel
async def waits_where_lanes_part(x: i32) -> i32:
    if lane_id() == 0:
        await asyncio.sleep(0)
    return x


#| line 6:9: a lane cannot wait by itself: lanes part here, as lane_id() differs between them
#|           await asyncio.sleep(0)
#|           ^
#| help: decide by what is the same on all


@kernel
async def raises_where_lanes_part(x: i32) -> i32:
    if lane_id() == 0:
        raise ValueError("no")
    return x


#| line 6:9: a lane cannot raise an error by itself: lanes part here, as lane_id() differs between them
#|           raise ValueError("no")
#|           ^
#| help: decide by what is the same on all


@kernel
async def returns_where_lanes_part(x: i32) -> i32:
    if lane_id() == 0:
        return 0
    return x


#| line 6:9: a lane cannot return by itself: lanes part here, as lane_id() differs between them
#|           return 0
#|           ^
#| help: decide by what is the same on all


@kernel
async def stored_at_the_lane(out: Array[i32]) -> None:
    out[lane_id()] = 1


#| line 5:5: lane_id() is different on each lane here: use it in a lanes loop or in a reduction, as in lane_max
#|       out[lane_id()] = 1
#|       ^


@kernel
async def other_lanes_value(x: i32) -> i32:
    return shuffle(x, 1)


#| line 5:5: shuffle() is different on each lane here: use it in a lanes loop or in a reduction, as in lane_max
#|       return shuffle(x, 1)
#|       ^


@kernel
async def list_of_lanes(n: int) -> int:
    return len([i for i in lanes(n)])


#| line 5:28: lanes(…) stands in a for statement: `for i in lanes(n):`
#|       return len([i for i in lanes(n)])
#|                              ^


@kernel
async def sum_over_lanes(a: Array[i32]) -> i32:
    return sum(a[i] for i in lanes(len(a)))


#| line 5:5: this is different on each lane here: reduce it, as in lane_sum(…)
#|       return sum(a[i] for i in lanes(len(a)))
#|       ^


@kernel
async def no_condition(x: i32) -> i32:
    return i32(ballot(x))


#| line 5:16: ballot() takes a bool, got i32
#|       return i32(ballot(x))
#|                  ^
#| help: write x != 0
