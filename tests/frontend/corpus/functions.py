"""Functions: arguments, defaults, several results, helpers, nested functions and what they capture."""

from __future__ import annotations

from harness import Case

from asyncir_python import device, f32, i32, kernel, task

OFFSET = 7
"""A constant of the module is one of the program."""
WEIGHTS = (3, 5)


@kernel
async def several(a: i32, b: f32, flag: bool) -> tuple[f32, i32, bool]:
    return b * 2, a + 1, not flag


@kernel
async def nested_tuple(a: i32) -> tuple[i32, tuple[float, bool]]:
    pair = (a * 0.5, a > 3)
    return a, pair


@kernel
async def nothing(a: i32) -> None:
    a + 1


@kernel
async def defaults(a: i32, b: i32 = 10, *, c: i32 = 100) -> i32:
    return a + b + c


@device
def clamp(x: i32, low: i32 = 0, *, high: i32 = 100) -> i32:
    if x < low:
        return low
    return min(x, high)


@kernel
async def keyword_calls(x: i32) -> tuple[i32, i32, i32, i32]:
    return clamp(x), clamp(x, 10), clamp(x, high=50), clamp(high=3, low=1, x=x)


@task
async def weighted(x: i32, by: int = 2, *, plus: i32 = 1) -> i32:
    return x * by + plus


@kernel
async def keyword_tasks(x: i32) -> i32:
    first = await weighted(x)
    second = await weighted(x, 3, plus=0)
    return first * 1000 + await weighted(plus=5, x=second)


@kernel
async def module_constants(x: int) -> int:
    a, b = WEIGHTS
    return (x + OFFSET) * a + b


@kernel
async def swapped(a: i32, b: i32, c: i32) -> tuple[i32, i32, i32]:
    a, b, c = c, a, b
    (a, b), c = (b, a), c + 1
    return a, b, c


@kernel
async def chained(a: int, b: int, c: int) -> tuple[bool, bool, bool]:
    return a < b < c, a < b > c != a, 0 <= a <= b <= c <= 10


@kernel
async def assigned_twice(a: int) -> int:
    x = y = a + 1
    x += 10
    return x * y


@kernel
async def augmented(a: int, b: int) -> int:
    a += b
    a -= 3
    a *= b
    a //= 2
    a %= 1000
    a <<= 3
    a >>= 1
    a |= 1
    a &= 0xFFF
    a ^= b
    a **= 2
    return a


@device
def noted(x: i32, wanted: bool) -> bool:
    """An error tells that it was evaluated."""
    assert x >= 0, "evaluated"
    return wanted


@kernel
async def short_circuit(x: i32) -> tuple[bool, bool]:
    """What is not needed is not evaluated."""
    return x >= 0 and noted(x, True), x < 0 or noted(x, False)


@kernel
async def and_or_give_operands(a: int, b: int) -> tuple[int, int, int]:
    return a and b, a or b, a and b or 42  # noqa: RUF021


@kernel
async def not_of_things(a: int, x: float, flag: bool) -> tuple[bool, bool, bool, bool]:
    return not a, not x, not flag, not (a and x)


@kernel
async def conditional(a: int, b: int) -> int:
    return (a if a > b else b) * (1 if a else -1)


@kernel
async def walrus(n: int) -> int:
    total = 0
    while (square := n * n) > 10:
        total += square
        n -= 1
    return total + square


@kernel
async def in_tuple(x: int) -> tuple[bool, bool]:
    return x in (1, 3, 5), x not in (2, x + 1)


@kernel
async def tuple_parts(a: int, b: int) -> tuple[int, int, int, bool]:
    both = (a, b, a + b)
    return both[0], both[-1], len(both), both == (a, b, 7)


@kernel
async def tuple_concatenated(a: int, b: float) -> tuple[int, float, int, float]:
    pair = (a, b)
    return pair + (a + 1, b + 1)


@kernel
async def starred_arguments(a: i32, b: i32) -> i32:
    bounds = (a, b)
    return clamp(i32(55), *bounds[:1]) + clamp(*(a, b))


@kernel
async def builtins(a: int, b: int, x: float) -> tuple[int, int, float, int, int, int]:
    q, r = divmod(a, b)
    return min(a, b, 3), max(a, b), abs(x), abs(a), q, r


@kernel
async def nested_function(n: int) -> int:
    async def doubled(x: int) -> int:
        return x * 2

    def plus_one(x: int) -> int:
        return x + 1

    return await doubled(plus_one(n)) + plus_one(await doubled(n))


@kernel
async def captures(base: i32, scale: i32) -> i32:
    offset = base * 10

    async def shifted(x: i32) -> i32:
        return x * scale + offset

    return await shifted(i32(1)) + await shifted(base)


@kernel
async def recursive_nested(n: int, base: int) -> int:
    """A nested function that calls itself, and uses what it captured at each depth."""

    async def sum_to(k: int) -> int:
        if k == 0:
            return base
        return k + await sum_to(k - 1)

    return await sum_to(n)


@kernel
async def nested_twice(n: int) -> int:
    """A function in a function in a function."""

    async def outer(x: int) -> int:
        async def inner(y: int) -> int:
            return x * 100 + y

        return await inner(x + 1) + await inner(n)

    return await outer(n * 2)


@kernel
async def nested_in_branch(n: int, flag: bool) -> int:
    total = n
    if flag:

        async def bump(x: int) -> int:
            return x + 5

        total = await bump(n)
    return total


@kernel
async def nested_default(n: int) -> int:
    async def power(x: int, times: int = 3) -> int:
        result = 1
        for _ in range(times):
            result *= x
        return result

    return await power(n) + await power(n, times=2)


@kernel
async def shadowed(x: int) -> int:
    """A local name hides that of the module; the nested function's own hides the outer one's."""
    OFFSET = 1

    def inner(x: int) -> int:
        return x + 1

    return inner(x * 2) + OFFSET + x


@kernel
async def awaits_everywhere(n: i32) -> i32:
    """await wherever an expression may stand."""
    values = (await weighted(n), await weighted(n + 1))
    if await weighted(n) > 3:
        values = (values[1], values[0])
    total = values[0] + (await weighted(values[1]) if await weighted(n) % 2 else await weighted(i32(0)))
    for _ in range(await weighted(i32(1))):
        total += clamp(await weighted(n), low=await weighted(i32(2)))
    while await weighted(total) > 100:
        total //= 2
    return -await weighted(total)


CASES = [
    Case(several, 4, 1.5, True),
    Case(nested_tuple, 5),
    Case(nothing, 1),
    Case(defaults, 1), Case(defaults, 1, 2),
    Case(keyword_calls, 77), Case(keyword_calls, -5),
    Case(keyword_tasks, 4),
    Case(module_constants, 5),
    Case(swapped, 1, 2, 3),
    Case(chained, 1, 5, 9), Case(chained, 5, 1, 0), Case(chained, 1, 5, 2),
    Case(assigned_twice, 4),
    Case(augmented, 11, 5), Case(augmented, -11, 3),
    Case(short_circuit, 3), Case(short_circuit, -3),
    Case(and_or_give_operands, 3, 4), Case(and_or_give_operands, 0, 4), Case(and_or_give_operands, 3, 0),
    Case(not_of_things, 0, 0.0, False), Case(not_of_things, 3, float("nan"), True),
    Case(conditional, 4, 9), Case(conditional, 0, -1),
    Case(walrus, 6),
    Case(in_tuple, 3), Case(in_tuple, 2),
    Case(tuple_parts, 3, 4), Case(tuple_parts, 4, 4),
    Case(tuple_concatenated, 3, 0.25),
    Case(starred_arguments, 2, 60),
    Case(builtins, -17, 5, -2.5), Case(builtins, 17, -5, 0.0),
    Case(nested_function, 5),
    Case(captures, 3, 4),
    Case(recursive_nested, 5, 1000),
    Case(nested_twice, 3),
    Case(nested_in_branch, 3, True), Case(nested_in_branch, 3, False),
    Case(nested_default, 4),
    Case(shadowed, 5),
    Case(awaits_everywhere, 1), Case(awaits_everywhere, 4),
]  # fmt: skip
