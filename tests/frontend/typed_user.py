"""
A user's code as a type checker must see it: test_typed_user.py runs basedpyright on it, and this module itself.

`assert_type` does nothing when it runs.
"""

from __future__ import annotations

import math
from typing import assert_type

from asyncir_python.mathematics import atan2, fma, isnan, sqrt
from asyncir_python.scalars import bf16, f16, f32, f64, i8, i16, i32, i64, u8, u16, u32, u64


def operators(x: i32, y: f32, w: i64, u: u32) -> i32:
    """Results have the types of promotion.py."""
    assert_type(x * 2, i32)
    assert_type(2 * x, i32)
    assert_type(x + 2.5, float)
    assert_type(2.5 + x, float)
    assert_type(x + w, i64)
    assert_type(w + x, i64)
    assert_type(x + u, i64)
    assert_type(u + x, i64)
    assert_type(x + y, f32)
    assert_type(y + x, f32)
    assert_type(y * 2.5, f32)
    assert_type(2.5 * y, f32)
    assert_type(f16(1) + bf16(1), f32)
    assert_type(x / 2, float)
    assert_type(x / x, float)
    assert_type(x / y, f32)
    assert_type(u8(1) << w, u8)
    assert_type(1 << x, i32)
    assert_type(x**2, i32)
    assert_type(2**x, i32)
    assert_type(-x, i32)
    assert_type(abs(x), i32)
    assert_type(round(y), int)
    assert_type(math.floor(y), int)
    assert_type(divmod(x, 2), tuple[i32, i32])
    assert_type(x & 3, i32)
    assert_type(f64(1) + w, f64)
    assert_type(u64(1) + u, u64)
    assert_type(i8(1) + u16(1), i32)
    assert_type(i16(1) - u8(1), i16)
    assert_type(x < y, bool)
    assert_type(max(x, x), i32)
    if x == 3 and x < 2.5:
        x += 1
    total = i32(0)
    for k in range(x):
        total += k
    assert_type(math.sqrt(y), float)
    assert_type([1, 2][x % 2], int)
    assert_type(f"{x}", str)
    return total * x


def functions(y: f32, x: i32) -> None:
    """A strong float type is kept."""
    assert_type(sqrt(y), f32)
    assert_type(sqrt(2), float)
    assert_type(sqrt(x), float)
    assert_type(atan2(y, 1.0), f32)
    assert_type(atan2(1.0, y), f32)
    assert_type(atan2(x, 1.0), float)
    assert_type(isnan(y), bool)
    assert_type(fma(y, 2, 1.0), f32)
