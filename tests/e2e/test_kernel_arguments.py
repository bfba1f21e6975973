"""Parameters of the kernel that tasks read where they run: the same results at every level and on every target."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from targets import DEADLINE, WAYS, Target, Way, need, shared

from asyncir.dialects.context import make_context
from asyncir.dialects.parsing import parse_module
from asyncir.reference import run as interpret

SUM = """\
async.func @sum(%lo: index, %hi: index, %a: memref<?xi64>, %scale: i64) -> !async.value<i64> {
  %c1 = arith.constant 1 : index
  %n = arith.subi %hi, %lo : index
  %small = arith.cmpi ule, %n, %c1 : index
  %r = scf.if %small -> (i64) {
    %x = memref.load %a[%lo] : memref<?xi64>
    %y = arith.muli %x, %scale : i64
    scf.yield %y : i64
  } else {
    %h = arith.shrui %n, %c1 : index
    %m = arith.addi %lo, %h : index
    %l = async.call @sum(%lo, %m, %a, %scale) : (index, index, memref<?xi64>, i64) -> !async.value<i64>
    %u = async.call @sum(%m, %hi, %a, %scale) : (index, index, memref<?xi64>, i64) -> !async.value<i64>
    %lv = async.await %l : !async.value<i64>
    %uv = async.await %u : !async.value<i64>
    %s = arith.addi %lv, %uv : i64
    scf.yield %s : i64
  }
  async.return %r : i64
}
func.func @main(%scale: i64, %a: memref<?xi64>) -> i64 attributes {task.kernel} {
  %c0 = arith.constant 0 : index
  %n = memref.dim %a, %c0 : memref<?xi64>
  %h = async.call @sum(%c0, %n, %a, %scale) : (index, index, memref<?xi64>, i64) -> !async.value<i64>
  %r = async.await %h : !async.value<i64>
  return %r : i64
}
"""

# What goes on behind a suspension, in a warp's task too, reads the parameters again.
WARP = """\
async.func @part(%a: memref<?xi32>, %f: i32, %round: i32) -> !async.value<i32> {
  %lane = gpu.lane_id
  %x = memref.load %a[%lane] : memref<?xi32>
  task.yield_now
  %y = arith.muli %x, %f : i32
  %z = arith.addi %y, %round : i32
  memref.store %z, %a[%lane] : memref<?xi32>
  %sum = gpu.subgroup_reduce add %z : (i32) -> i32
  async.return %sum : i32
}
func.func @main(%a: memref<?xi32>, %f: i32) -> i32 attributes {task.kernel} {
  %c1 = arith.constant 1 : i32
  %c2 = arith.constant 2 : i32
  %h = async.call @part(%a, %f, %c1) : (memref<?xi32>, i32, i32) -> !async.value<i32>
  %x = async.await %h : !async.value<i32>
  %g = async.call @part(%a, %f, %c2) : (memref<?xi32>, i32, i32) -> !async.value<i32>
  %y = async.await %g : !async.value<i32>
  %r = arith.addi %x, %y : i32
  return %r : i32
}
"""

# The kernel calls itself with another argument, and with the array unchanged.
RECURSIVE = """\
func.func @main(%n: i32, %a: memref<?xi32>) -> i32 attributes {task.kernel} {
  %c0 = arith.constant 0 : index
  %zero = arith.constant 0 : i32
  %one = arith.constant 1 : i32
  %end = arith.cmpi sle, %n, %zero : i32
  %r = scf.if %end -> (i32) {
    %x = memref.load %a[%c0] : memref<?xi32>
    scf.yield %x : i32
  } else {
    %m = arith.subi %n, %one : i32
    %below = func.call @main(%m, %a) : (i32, memref<?xi32>) -> i32
    %s = arith.addi %below, %n : i32
    scf.yield %s : i32
  }
  return %r : i32
}
"""


@pytest.mark.parametrize("way", WAYS)
def test_a_recursion_over_an_array(way: Way) -> None:
    need(way.target)
    program = shared(SUM, "sum.mlir")
    data = np.arange(33, dtype=np.int64)
    outcome = program.run(None, 3, data, target=way.target, executor=way.executor, elide=way.elide, deadline=DEADLINE)
    assert outcome.results == (3 * 32 * 33 // 2,)


@pytest.mark.parametrize("way", WAYS)
def test_the_kernel_as_a_task(way: Way) -> None:
    need(way.target)
    program = shared(RECURSIVE, "recursive.mlir")
    outcome = program.run(
        None, 10, np.array([7], dtype=np.int32), target=way.target, executor=way.executor, elide=way.elide, deadline=DEADLINE
    )
    assert outcome.results == (62,)


TARGETS: list[Any] = ["reference", "cpu", pytest.param("cuda", marks=pytest.mark.gpu)]


@pytest.mark.parametrize("target", TARGETS)
def test_in_a_warp(target: Target) -> None:
    need(target)
    width = 32 if target == "cuda" else 1
    data = np.arange(32, dtype=np.int32)
    options: dict[str, Any] = {"executor": "dynamic", "elide": False, "deadline": DEADLINE}
    outcome = shared(WARP, "warp.mlir").run(None, data, 3, target=target, **options)
    first = 3 * np.arange(width) + 1
    second = 3 * first + 2
    assert outcome.results == (first.sum() + second.sum(),)
    assert data[:width].tolist() == second.tolist()


@pytest.mark.parametrize("stage", ["source", "split", "sm", "rt"])
def test_in_a_warp_of_the_reference(stage: str) -> None:
    text = shared(WARP, "warp.mlir").dump(stage, executor="dynamic", elide=False)
    assert isinstance(text, str)
    module = parse_module(text, f"warp.{stage}.mlir", make_context())
    data = np.arange(8, dtype=np.int32)
    first = 3 * data + 1
    second = 3 * first + 2
    assert interpret(module, "main", [data, 3], width=8, deadline=DEADLINE).results == [first.sum() + second.sum()]
    assert data.tolist() == second.tolist()


@pytest.mark.parametrize("stage", ["source", "split", "sm", "rt"])
def test_every_level_of_the_reference(stage: str) -> None:
    text = shared(SUM, "sum.mlir").dump(stage, executor="dynamic", elide=False)
    assert isinstance(text, str)
    assert ("task.kernel_argument" in text) == (stage in ("split", "sm"))
    module = parse_module(text, f"sum.{stage}.mlir", make_context())
    assert interpret(module, "main", [3, np.arange(33, dtype=np.int64)], deadline=DEADLINE).results == [3 * 32 * 33 // 2]


def test_frames_are_the_smaller_for_it() -> None:
    text = shared(SUM, "sum.mlir").dump("split", elide=False)
    assert isinstance(text, str)
    assert "sm.machine @sum(%lo: index, %hi: index) -> i64" in text
