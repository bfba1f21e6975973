"""A warp's frame whose rows and task slots overlap: never in use together, whatever the warp's width."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from targets import DEADLINE, Target, need

import asyncir

PROGRAM = """\
// Three rows are held at the first yield, and four uniform words at the second.
async.func @task(%p: memref<64xi32>) -> !async.value<i32> {
  %lane = gpu.lane_id
  %c32 = arith.constant 32 : index
  %far = arith.addi %lane, %c32 : index
  %d = memref.load %p[%lane] : memref<64xi32>
  %e = memref.load %p[%far] : memref<64xi32>
  %f = memref.atomic_rmw addi %d, %p[%far] : (i32, memref<64xi32>) -> i32
  task.yield_now
  %g = arith.addi %d, %e : i32
  %h = arith.xori %g, %f : i32
  %s1 = gpu.subgroup_reduce add %h : (i32) -> i32
  %s2 = gpu.subgroup_reduce add %d : (i32) -> i32
  %s3 = gpu.subgroup_reduce add %e : (i32) -> i32
  %s4 = gpu.subgroup_reduce maxsi %e : (i32) -> i32
  task.yield_now
  %t1 = arith.addi %s1, %s2 : i32
  %c9 = arith.constant 9 : i32
  %t2 = arith.muli %t1, %c9 : i32
  %t3 = arith.xori %t2, %s3 : i32
  %t4 = arith.addi %t3, %s4 : i32
  return %t4 : i32
}
func.func @main(%p: memref<64xi32>) -> i32 attributes {task.kernel} {
  %a = async.call @task(%p) : (memref<64xi32>) -> !async.value<i32>
  %x = async.await %a : !async.value<i32>
  return %x : i32
}
"""


def data() -> np.ndarray:
    return np.arange(64, dtype=np.int32) * 3 + 1


def expected(width: int) -> int:
    d, e = data()[:width], data()[32 : 32 + width]
    f = e
    t1 = int(np.sum((d + e) ^ f)) + int(np.sum(d))
    return (t1 * 9 ^ int(np.sum(e))) + int(np.max(e))


def laid_out(stage: str) -> asyncir.Program:
    program = asyncir.compile(PROGRAM, filename="shared.mlir")
    text = program.dump(stage, executor="dynamic", elide=False, policy="bound", remat="off")
    assert isinstance(text, str)
    if stage == "sm":
        assert "shared [16 rows 0, 0 rows 3]" in text
    return asyncir.compile(text, filename=f"shared-{stage}.mlir")


@pytest.mark.parametrize("width", [1, 2, 8, 32])
@pytest.mark.parametrize("stage", ["sm", "rt"])
def test_on_the_reference(stage: str, width: int) -> None:
    assert laid_out(stage).run(None, data(), target="reference", width=width).results == (expected(width),)


TARGETS: list[Any] = [pytest.param("cpu", 1), pytest.param("cuda", 32, marks=pytest.mark.gpu)]


@pytest.mark.parametrize(("target", "width"), TARGETS)
def test_on_devices(target: Target, width: int) -> None:
    need(target)
    program = asyncir.compile(PROGRAM, filename="shared.mlir")
    outcome = program.run(None, data(), target=target, executor="dynamic", elide=False, policy="bound", remat="off", deadline=DEADLINE)
    assert outcome.results == (expected(width),)
