"""Types: integers that wrap, floats that round, Python's own numbers, casts, bools, and types taken from the arguments."""

from __future__ import annotations

import math

import numpy as np
from harness import Case

from asyncir_python import Array, bf16, device, f16, f32, f64, i8, i16, i32, i64, kernel, task, u8, u16, u32, u64


@kernel
async def wraps(a: i8, b: u8, c: i16, d: u16) -> tuple[i8, u8, i16, u16]:
    return a + a, b * b, c - i16(d), d + 65535


@kernel
async def wraps_wide(a: i32, b: u32, c: i64, d: u64) -> tuple[i32, u32, i64, u64]:
    return a * a + a, b - 7, c * c, d * d - 1


@kernel
async def mixed_widths(a: i8, b: i32, c: u16, d: u8) -> tuple[i32, i32, i16, u16]:
    return a + b, c * a, a - d, c + d


@kernel
async def mixed_comparisons(a: i32, b: u32, c: u64) -> tuple[bool, bool, bool, bool]:
    """By value, whatever the signs."""
    return a < b, a == b, c > -1, c == 18446744073709551615


@kernel
async def divisions(a: int, b: int) -> tuple[int, int, float]:
    return a // b, a % b, a / b


@kernel
async def strong_divisions(a: i32, b: i32, c: u8) -> tuple[i32, i32, i32, u8]:
    return a // b, a % b, a // i32(7), c // 3


@kernel
async def least_by_minus_one(a: i32, b: i32) -> tuple[i32, i32]:
    return a // b, a % b


@kernel
async def float_divisions(x: float, y: float) -> tuple[float, float, float]:
    return x / y, x // y, x % y


@kernel
async def single_divisions(x: f32, y: f32) -> tuple[f32, f32, f32]:
    """Divided by zero: infinity or no number, as IEEE 754 says."""
    return x / y, x // y, x % y


@kernel
async def bit_patterns(a: i32, b: u8) -> tuple[i32, i32, i32, i32, u8, u8]:
    return a & 0xFF, a | 0x0F, a ^ -1, ~a, ~b, b >> 3


@kernel
async def shifts(a: i32, b: u32, n: int) -> tuple[i32, i32, u32, u32]:
    """A count of the width or more, too."""
    return a << n, a >> n, b << n, b >> n


@kernel
async def plain_shifts(a: int, n: int) -> tuple[int, int]:
    return (a << n) + 1, a >> n


@kernel
async def powers(a: int, x: float, b: i32, n: u8) -> tuple[int, float, i32]:
    return a**3, x**2, b**n


@kernel
async def casts(x: float) -> tuple[i8, u8, i32, u64, int, f32, bool]:
    """From a float towards zero, and to the nearest end of the range."""
    return i8(x), u8(x), i32(x), u64(x), 1 if i64(x) == 0 else 2, f32(x), bool(x)


@kernel
async def integer_casts(a: int) -> tuple[i8, u8, i16, u32, float, f32]:
    return i8(a), u8(a), i16(a), u32(a), float(a), f32(a)


@kernel
async def truncated(x: float) -> int:
    return int(x)


@kernel
async def half_precision(x: f16, y: bf16) -> tuple[f16, bf16, f32]:
    return x * x + x, y / 3 + y, x * y


@kernel
async def rounds_each_step(x: f32, n: int) -> f32:
    total = f32(0)
    for i in range(n):
        total += x / (i + 1)
    return total


@kernel
async def doubles(x: f64, y: f32) -> tuple[f64, f64]:
    return x + y, x * 0.1


@kernel
async def weak_and_strong(a: i32, x: f32) -> tuple[i32, float, f32, f32]:
    return a * 2, a * 0.5, x * 2, x + 0.1


@kernel
async def negative_zero(x: float, y: f32) -> tuple[float, f32, float, bool]:
    return -x, -y, 0.0 * -1.0 * x, x == -x


@kernel
async def no_number(x: float) -> tuple[bool, bool, bool, float]:
    return x == x, x < 1.0, x != x, max(x, 1.0)


@kernel
async def bools(a: bool, b: bool, n: int) -> tuple[bool, bool, bool, int, bool]:
    return a and b, a ^ b, a | (n > 3), a + b, a == b


@kernel
async def bool_counts(a: Array[i32], limit: i32) -> int:
    count = 0
    for x in a:
        count += x > limit
    return count


@kernel
async def exact_comparison(a: int, x: float) -> tuple[bool, bool, bool]:
    """An integer of 64 bits with a double: as Python compares, not rounded."""
    return a == x, a < x, a > x


@kernel
async def widened_in_loop(n: int) -> float:
    """The variable is an int before the loop and a float after its first turn."""
    x = 1
    for i in range(n):
        x = x * 1.5 + i
    return x


@kernel
async def joined_in_branch(a: int, flag: bool) -> float:
    x = 2
    if flag:
        x = a * 0.25
    return x


@kernel
async def from_arguments(a, b):
    return a * b + 1


@device
def generic_square(x):
    return x * x


@kernel
async def generic_helper(a: i16, x: f32) -> tuple[i16, f32, int]:
    """Compiled once for each type."""
    return generic_square(a), generic_square(x), generic_square(12)


@task
async def generic_task(x, n=2):
    total = x
    for _ in range(n):
        total += x
    return total


@kernel
async def generic_tasks(a: u8, x: f32) -> tuple[u8, f32]:
    return await generic_task(a), await generic_task(x, 3)


@kernel
async def annotated_variables(n: i32) -> i32:
    total: i32 = i32(0)
    step: int = 3
    for i in range(10):
        total += i32(i) * step + n
    return total


@kernel
async def hash_of(text: Array[u8]) -> u32:
    """FNV-1a."""
    value = u32(2166136261)
    for byte in text:
        value = (value ^ byte) * 16777619
    return value


@kernel
async def xorshift(seed: u64, n: int) -> u64:
    x = seed
    for _ in range(n):
        x ^= x << 13
        x ^= x >> 7
        x ^= x << 17
    return x


@kernel
async def popcount(x: u64) -> int:
    count = 0
    while x:
        x &= x - 1
        count += 1
    return count


@kernel
async def newton(x: float) -> float:
    guess = x
    for _ in range(20):
        guess = 0.5 * (guess + x / guess)
    return guess


TEXT = np.frombuffer(b"hello, world", np.uint8).copy()

@kernel
async def int_or_float(a: Array[f64], scale: float, n: int) -> tuple[float, float, float, bool, bool, int, f32]:
    """Variables that are an int on one way and a float on another, where both give the same."""
    total, best = 0, -1
    for i in range(n):
        if scale * i > best:
            best = scale * i
        total += best / 2
    for i in range(len(a)):
        total = total + float(a[i])
    chosen = 3 if scale > 1 else 0.5
    return total, chosen / max(n, 1), math.sqrt(max(best, 0.0)), best < n, chosen == 3, int(chosen), f32(total) * 2


@task
async def three_or_half(flag: bool):
    return 3 if flag else 0.5


@kernel
async def int_or_float_from_a_task(flag: bool) -> float:
    found = await three_or_half(flag)
    return found * 0.25


CASES = [
    Case(wraps, 100, 200, -30000, 60000),
    Case(wraps_wide, 70000, 5, 5_000_000_000, 0xFFFF_FFFF_FFFF), Case(wraps_wide, -(2**31), 0, -(2**63), 2**64 - 1),
    Case(mixed_widths, -100, 1 << 30, 65535, 255),
    Case(mixed_comparisons, -1, 2**32 - 1, 2**64 - 1), Case(mixed_comparisons, 5, 5, 0),
    Case(divisions, 17, 5), Case(divisions, -17, 5), Case(divisions, 17, -5), Case(divisions, -17, -5), Case(divisions, 1, 0),
    Case(strong_divisions, -100, 7, 200), Case(strong_divisions, 100, 0, 1),
    Case(least_by_minus_one, -(2**31), -1),
    Case(float_divisions, 7.5, 2.0), Case(float_divisions, -7.5, 2.0), Case(float_divisions, 7.5, -0.1), Case(float_divisions, 1.0, 0.0),
    Case(float_divisions, float("inf"), 3.0), Case(float_divisions, -3.0, float("inf")), Case(float_divisions, -0.0, 5.0),
    Case(single_divisions, 7.5, -2.0), Case(single_divisions, 1.0, 0.0), Case(single_divisions, 0.0, 0.0),
    Case(bit_patterns, -123456, 0b1011_0110),
    Case(shifts, -5, 0xF000_000F, 4), Case(shifts, -5, 0xF000_000F, 32), Case(shifts, 5, 3, 1000), Case(shifts, 5, 3, -1),
    Case(plain_shifts, 5, 20), Case(plain_shifts, -5, 1),
    Case(powers, -7, 1.5, 3, 25), Case(powers, 2, -0.5, -2, 0),
    Case(casts, 3.99), Case(casts, -3.99), Case(casts, 1e10), Case(casts, -1e10), Case(casts, float("nan")), Case(casts, 1e30),
    Case(integer_casts, 300), Case(integer_casts, -(2**40) - 1), Case(integer_casts, 2**53 + 1),
    Case(truncated, 1e15 + 0.5), Case(truncated, -2.75),
    Case(half_precision, 1.2001953125, 3.140625),
    Case(rounds_each_step, 1.1, 50),
    Case(doubles, 1.5, 0.1),
    Case(weak_and_strong, -7, 1.1),
    Case(negative_zero, 0.0, 0.0), Case(negative_zero, -2.5, 1.0),
    Case(no_number, float("nan")), Case(no_number, 0.5),
    Case(bools, True, True, 2), Case(bools, False, True, 5),
    Case(bool_counts, np.array([4, -4, 9, 10], np.int32), 4),
    Case(exact_comparison, 2**53 + 1, float(2**53)), Case(exact_comparison, 2**63 - 1, float(2**63)), Case(exact_comparison, -3, -2.5),
    Case(widened_in_loop, 6), Case(widened_in_loop, 0),
    Case(joined_in_branch, 3, True),  Case(joined_in_branch, 3, False),
    Case(from_arguments, 3, 4), Case(from_arguments, 3, 0.5), Case(from_arguments, i8(100), i8(3)), Case(from_arguments, f32(0.1), 3),
    Case(generic_helper, 300, 1.1),
    Case(generic_tasks, 100, 0.1),
    Case(annotated_variables, 5),
    Case(hash_of, TEXT),
    Case(xorshift, 88172645463325252, 20),
    Case(popcount, 0xF0F0_0000_0000_0001),
    Case(newton, 2.0),
    Case(int_or_float, np.array([0.5, 1e300]), 1.5, 4), Case(int_or_float, np.zeros(0), -2.5, 3), Case(int_or_float, np.zeros(0), 0.25, 0),
    Case(int_or_float_from_a_task, True), Case(int_or_float_from_a_task, False),
]  # fmt: skip
