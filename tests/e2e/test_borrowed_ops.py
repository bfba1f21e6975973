"""Operations of MLIR that xDSL lacks or gives no text: what they compute, in the reference and on the CPU."""

from __future__ import annotations

import math

import numpy as np
import pytest

import asyncir

TARGETS = ["reference", "cpu"]

FLOATS = """
func.func @kinds(%x: {type}, %y: {type}, %kinds: memref<4xi32>, %out: memref<2x{type}>) attributes {{task.kernel}} {{
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %c3 = arith.constant 3 : index
  %finite = math.isfinite %x : {type}
  %inf = math.isinf %x : {type}
  %nan = math.isnan %x : {type}
  %normal = math.isnormal %x : {type}
  %0 = arith.extui %finite : i1 to i32
  %1 = arith.extui %inf : i1 to i32
  %2 = arith.extui %nan : i1 to i32
  %3 = arith.extui %normal : i1 to i32
  memref.store %0, %kinds[%c0] : memref<4xi32>
  memref.store %1, %kinds[%c1] : memref<4xi32>
  memref.store %2, %kinds[%c2] : memref<4xi32>
  memref.store %3, %kinds[%c3] : memref<4xi32>
  %rest = arith.remf %x, %y : {type}
  %tail = math.erfc %x : {type}
  memref.store %rest, %out[%c0] : memref<2x{type}>
  memref.store %tail, %out[%c1] : memref<2x{type}>
  return
}}
"""

FLOAT_TYPES = {"f16": np.float16, "f32": np.float32, "f64": np.float64}


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("type_", FLOAT_TYPES)
def test_kinds_of_floats(type_: str, target: str) -> None:
    program, dtype = asyncir.compile(FLOATS.format(type=type_)), FLOAT_TYPES[type_]
    smallest = float(np.finfo(dtype).smallest_normal)
    for x in (1.0, -7.5, 0.0, -0.0, smallest, -smallest / 2, math.inf, -math.inf, math.nan):
        kinds, out = np.full(4, 9, np.int32), np.zeros(2, dtype)
        program.run("kinds", x, 2.0, kinds, out, target=target)
        normal = math.isfinite(x) and abs(x) >= smallest
        assert list(kinds) == [math.isfinite(x), math.isinf(x), math.isnan(x), normal], x
        expected = np.array([math.fmod(x, 2.0) if math.isfinite(x) else math.nan, math.erfc(x)], dtype)
        np.testing.assert_allclose(out, expected, rtol=1e-2 if type_ == "f16" else 1e-6)


INTEGERS = """
func.func @integers(%x: i32, %out: memref<3xi64>) attributes {task.kernel} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %i = arith.index_castui %x : i32 to index
  %wide = arith.index_cast %i : index to i64
  %one = arith.constant 1 : i64
  %half = arith.shrui %wide, %one exact : i64
  %short = arith.index_castui %i : index to i16
  %back = arith.extui %short : i16 to i64
  memref.store %wide, %out[%c0] : memref<3xi64>
  memref.store %half, %out[%c1] : memref<3xi64>
  memref.store %back, %out[%c2] : memref<3xi64>
  return
}
"""


@pytest.mark.parametrize("target", TARGETS)
def test_unsigned_index_casts(target: str) -> None:
    out = np.zeros(3, np.int64)
    asyncir.compile(INTEGERS).run("integers", -2, out, target=target)
    assert list(out) == [0xFFFFFFFE, 0x7FFFFFFF, 0xFFFE]


ATOMIC = """
func.func @atomic(%v: {type}, %a: memref<2x{type}>) attributes {{task.kernel}} {{
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %old = memref.atomic_rmw {kind} %v, %a[%c0] : ({type}, memref<2x{type}>) -> {type}
  memref.store %old, %a[%c1] : memref<2x{type}>
  return
}}
"""

KINDS = [
    ("addi", 7), ("andi", 13 & -6), ("assign", -6), ("maxs", 13), ("maxu", -6), ("mins", -6), ("minu", 13), ("muli", -78), ("ori", 13 | -6),
    ("xori", 13 ^ -6), ("addf", 7.0), ("maximumf", 13.0), ("maxnumf", 13.0), ("minimumf", -6.0), ("minnumf", -6.0), ("mulf", -78.0),
]  # fmt: skip


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize(("kind", "expected"), KINDS)
def test_atomic_rmw(kind: str, expected: float, target: str) -> None:
    is_float = kind.endswith("f")
    array = np.array([13, 0], np.float32 if is_float else np.int32)
    program = asyncir.compile(ATOMIC.format(type="f32" if is_float else "i32", kind=kind))
    program.run("atomic", -6.0 if is_float else -6, array, target=target)
    assert list(array) == [expected, 13]
