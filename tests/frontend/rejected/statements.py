"""Statements and expressions that compiled functions do not have."""
# ruff: noqa: B007, F401, F821, F841, PLE0704

from __future__ import annotations

from asyncir_python import Array, f32, i32, kernel, task


@task
async def double(x: i32) -> i32:
    return x * 2


# ----------------------------------------------------------------------------------------------------------------------
@kernel
async def with_open(x: i32) -> i32:
    with open("file") as file:
        return x


#| line 3:5: with statements are not supported in compiled functions
#|       with open("file") as file:
#|       ^
#| help: async with is there, for locks, semaphores, conditions, groups and timeouts
@kernel
async def matched(x: i32) -> i32:
    match x:
        case 1:
            return x
    return x * 2


#| line 3:5: match statements are not supported in compiled functions
#|       match x:
#|       ^
#| help: use if and elif
@kernel
async def imported(x: i32) -> i32:
    import math

    return x


#| line 3:5: an import stands outside of compiled functions
#|       import math
#|       ^
@kernel
async def global_counter(x: i32) -> i32:
    global COUNTER
    COUNTER = x
    return x


#| line 3:5: tasks share no variables: global and nonlocal cannot be assigned
#|       global COUNTER
#|       ^
#| help: use an array, or return the value
@kernel
async def nonlocal_counter(x: i32) -> i32:
    total = x

    def add() -> None:
        nonlocal total
        total += 1

    add()
    return total


#| line 6:9: tasks share no variables: global and nonlocal cannot be assigned
#|           nonlocal total
#|           ^
#| help: use an array, or return the value
@kernel
async def class_inside(x: i32) -> i32:
    class Point:
        pass

    return x


#| line 3:5: class definitions are not supported in compiled functions
#|       class Point:
#|       ^
#| help: functions and tuples are there
@kernel
async def dictionary(x: i32) -> i32:
    found = {1: x}
    return found[1]


#| line 3:13: dictionaries are not supported in compiled functions
#|       found = {1: x}
#|               ^
#| help: tuples, lists of fixed length and arrays are there
@kernel
async def set_of(x: i32) -> int:
    return len({x, 1})


#| line 3:16: sets are not supported, but for sets of tasks
#|       return len({x, 1})
#|                  ^
#| help: use a tuple
@kernel
async def formatted(x: i32) -> i32:
    text = f"{x}"
    return x


#| line 3:12: f-strings are not supported in compiled functions
#|       text = f"{x}"
#|              ^
#| help: texts are constants here
@kernel
async def bytes_constant(x: i32) -> i32:
    data = b"abc"
    return x


#| line 3:12: bytes constants are not supported
#|       data = b"abc"
#|              ^
@kernel
async def complex_constant(x: float) -> float:
    return x * 2j


#| line 3:16: complex constants are not supported
#|       return x * 2j
#|                  ^
@kernel
async def printed(x: i32) -> i32:
    print(x)
    return x


#| line 3:5: print() is not supported in compiled functions
#|       print(x)
#|       ^
#| help: a kernel cannot print yet: write to an array
@kernel
async def matrix_product(a: f32, b: f32) -> f32:
    return a @ b


#| line 3:12: the operator '@' is not supported
#|       return a @ b
#|              ^
#| help: write the loops
@kernel
async def starred_target(x: i32) -> i32:
    first, *rest = (x, x, x)
    return first


#| line 3:12: a starred target is not supported
#|       first, *rest = (x, x, x)
#|              ^
#| help: name each item
@kernel
async def attribute_target(x: i32) -> i32:
    double.calls = x
    return x


#| line 3:5: only names, array items and tuples of them can be assigned to
#|       double.calls = x
#|       ^
@kernel
async def item_of_tuple_assigned(x: i32) -> i32:
    pair = (x, x)
    pair[0] = i32(1)
    return pair[0]


#| line 4:5: items of tuple[i32, i32] cannot be assigned: only those of arrays can
#|       pair[0] = i32(1)
#|       ^
@kernel
async def deleted_item(a: Array[i32]) -> i32:
    del a[0]
    return a[0]


#| line 3:9: only names can be deleted
#|       del a[0]
#|           ^
@kernel
async def used_after_del(x: i32) -> i32:
    y = x
    del y
    return y


#| line 5:12: 'y' may have no value here: it was deleted in line 4
#|       return y
#|              ^
@kernel
async def not_defined(x: i32) -> i32:
    return x + missing


#| line 3:16: the name 'missing' is not defined
#|       return x + missing
#|                  ^
@kernel
async def maybe_unassigned(x: i32) -> i32:
    if x > 3:
        y = x
    return y


#| line 5:12: 'y' may have no value here: a way to here does not assign it (line 3)
#|       return y
#|              ^
@kernel
async def assigned_in_loop_only(n: int) -> int:
    for i in range(n):
        last = i
    return last


#| line 5:12: 'last' may have no value here: the loop in line 3 may not run
#|       return last
#|              ^
@kernel
async def text_compared(x: i32) -> bool:
    return x == "one"


#| line 3:12: '==' does not work on the text 'one'
#|       return x == "one"
#|              ^
@kernel
async def not_iterable(x: i32) -> i32:
    for y in x:
        x += y
    return x


#| line 3:14: a for loop cannot go over i32
#|       for y in x:
#|                ^
#| help: range(…), lanes(…), arrays and tuples can be gone over
@kernel
async def range_of_floats(x: float) -> int:
    total = 0
    for i in range(x):
        total += i
    return total


#| line 4:20: expected int, got float
#|       for i in range(x):
#|                      ^
#| help: convert it: int(…)
@kernel
async def range_step_zero(n: int) -> int:
    for i in range(0, n, 0):
        n += 1
    return n


#| line 3:26: range() arg 3 must not be zero
#|       for i in range(0, n, 0):
#|                            ^
@kernel
async def range_of_four(n: int) -> int:
    for i in range(0, n, 1, 2):
        n += 1
    return n


#| line 3:14: range takes 1 to 3 arguments, got 4
#|       for i in range(0, n, 1, 2):
#|                ^
@kernel
async def identity_of_numbers(x: i32, y: i32) -> bool:
    return x is y


#| line 3:12: 'is' compares with None, or what is known when compiling
#|       return x is y
#|              ^
#| help: use == for values
@kernel
async def array_as_condition(a: Array[i32]) -> bool:
    return not a


#| line 3:16: the truth of an array is not defined
#|       return not a
#|                  ^
#| help: compare its elements, or its length: len(a) > 0
@kernel
async def message_made_here(x: i32) -> i32:
    assert x > 0, f"{x} is not positive"
    return x


#| line 3:19: the message of an error must be a constant text
#|       assert x > 0, f"{x} is not positive"
#|                     ^
@kernel
async def raised_number(x: i32) -> i32:
    raise x


#| line 3:11: raise takes an exception class, or a call of one with a text
#|       raise x
#|             ^
#| help: raise ValueError("what is wrong")
@kernel
async def raised_with_value(x: i32) -> i32:
    raise ValueError("wrong", x)


#| line 3:11: an error has one argument here, a constant text
#|       raise ValueError("wrong", x)
#|             ^
@kernel
async def raise_of_nothing(x: i32) -> i32:
    if x > 0:
        raise
    return x


#| line 4:9: there is no error to raise again here
#|           raise
#|           ^
#| help: a bare raise stands in an except clause
@kernel
async def list_grown_in_place(n: int) -> int:
    numbers = [n, n]
    same = numbers
    numbers += [n]
    return len(same)


#| line 5:5: a list is not changed in place here, as its other names would see
#|       numbers += [n]
#|       ^
#| help: numbers = numbers + …
@kernel
async def list_appended_to(n: int) -> int:
    numbers = [n, n]
    numbers.append(n)
    return len(numbers)


#| line 4:5: list[int, int] has no attribute 'append' here
#|       numbers.append(n)
#|       ^
@kernel
async def loop_over_generator(n: int) -> int:
    total = 0
    for y in (n * i for i in range(3)):
        total += y
    return total


#| line 4:14: a loop over a generator expression is not supported
#|       for y in (n * i for i in range(3)):
#|                ^
#| help: write its loop, or make it a list: […]
@kernel
async def name_of_error_later(n: int) -> int:
    try:
        assert n > 0, "not positive"
    except AssertionError as error:
        n = 1
    return error


#| line 7:12: 'error' may have no value here: a way to here does not assign it (line 3)
#|       return error
#|              ^
