"""Tasks that a whole warp runs: lane ops, values that every lane has its own of across suspensions, calls between the scopes."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from targets import Target, need, shared

import asyncir
from asyncir.dialects.context import make_context
from asyncir.dialects.parsing import parse_module
from asyncir.errors import InputError, TaskError
from asyncir.reference import run as interpret

TARGETS: list[Any] = ["reference", "cpu", pytest.param("cuda", marks=pytest.mark.gpu)]

SUM = """\
// Each task sums a part of the array with all its lanes; the kernel, in lane scope, starts two of them.
async.func @part(%a: memref<?xf32>, %first: index, %end: index) -> !async.value<f32> {
  %lane = gpu.lane_id
  %width = gpu.subgroup_size : index
  %zero = arith.constant 0.0 : f32
  %start = arith.addi %first, %lane : index
  %own = scf.for %i = %start to %end step %width iter_args(%acc = %zero) -> (f32) {
    %x = memref.load %a[%i] : memref<?xf32>
    %next = arith.addf %acc, %x : f32
    scf.yield %next : f32
  }
  task.yield_now
  %sum = gpu.subgroup_reduce add %own : (f32) -> f32
  return %sum : f32
}
func.func @main(%a: memref<?xf32>) -> f32 attributes {task.kernel} {
  %c0 = arith.constant 0 : index
  %c2 = arith.constant 2 : index
  %n = memref.dim %a, %c0 : memref<?xf32>
  %half = arith.divui %n, %c2 : index
  %left = async.call @part(%a, %c0, %half) : (memref<?xf32>, index, index) -> !async.value<f32>
  %right = async.call @part(%a, %half, %n) : (memref<?xf32>, index, index) -> !async.value<f32>
  %l = async.await %left : !async.value<f32>
  %r = async.await %right : !async.value<f32>
  %sum = arith.addf %l, %r : f32
  return %sum : f32
}
"""


def run(text: str, *args: object, target: Target, **options: object) -> tuple[object, ...]:
    need(target)
    return shared(text, "warp.mlir").run(None, *args, target=target, deadline=30.0, **options).results


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("options", [{}, {"executor": "dynamic", "elide": False}], ids=["default", "dynamic"])
@pytest.mark.parametrize("length", [0, 1, 31, 32, 1000])
def test_warp_tasks_started_by_a_lane_task(target: Target, options: dict[str, object], length: int) -> None:
    data = np.random.default_rng(length).random(length, dtype=np.float32)
    (result,) = run(SUM, data, target=target, **options)
    assert result == pytest.approx(float(data.astype(np.float64).sum()), rel=1e-5, abs=1e-5)


MIXED = """\
// Divergent values of several widths, and uniform ones, live over suspensions; a lane-scope child is awaited in between.
async.func @double(%x: i32) -> !async.value<i32> {
  %0 = arith.addi %x, %x : i32
  task.yield_now
  return %0 : i32
}
async.func @work(%x: i32, %out: memref<?xi64>) -> !async.value<i64> {
  %lane = gpu.lane_id
  %lane64 = arith.index_cast %lane : index to i64
  %lane32 = arith.index_cast %lane : index to i32
  %c1 = arith.constant 1 : i32
  %bit = arith.andi %lane32, %c1 : i32
  %odd = arith.cmpi eq, %bit, %c1 : i32
  %c10 = arith.constant 10 : i64
  %big = arith.muli %lane64, %c10 : i64
  %f = arith.uitofp %lane32 : i32 to f32
  %h = async.call @double(%x) : (i32) -> !async.value<i32>
  task.yield_now
  %d = async.await %h : !async.value<i32>
  task.yield_now
  %mask = task.ballot %odd : i64
  %d64 = arith.extsi %d : i32 to i64
  %fi = arith.fptosi %f : f32 to i64
  %s1 = arith.addi %big, %d64 : i64
  %s2 = arith.addi %s1, %fi : i64
  memref.store %s2, %out[%lane] : memref<?xi64>
  %sum = gpu.subgroup_reduce add %s2 : (i64) -> i64
  %r = arith.addi %sum, %mask : i64
  return %r : i64
}
func.func @main(%x: i32, %out: memref<?xi64>) -> i64 attributes {task.kernel} {
  %h = async.call @work(%x, %out) : (i32, memref<?xi64>) -> !async.value<i64>
  %r = async.await %h : !async.value<i64>
  return %r : i64
}
"""


def _expected(x: int, width: int) -> tuple[list[int], int]:
    lanes = [lane * 10 + 2 * x + lane for lane in range(width)]
    return lanes, sum(lanes) + sum(1 << lane for lane in range(width) if lane % 2)


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("options", [{}, {"executor": "dynamic", "elide": False}], ids=["default", "dynamic"])
def test_divergent_values_live_over_suspensions(target: Target, options: dict[str, object]) -> None:
    width = {"reference": 1, "cpu": 1, "cuda": 32}[target]
    out = np.full(32, -1, dtype=np.int64)
    (result,) = run(MIXED, 7, out, target=target, **options)
    lanes, total = _expected(7, width)
    assert (list(out[:width]), result) == (lanes, total)


@pytest.mark.parametrize("width", [1, 2, 4, 32])
@pytest.mark.parametrize("stage", ["source", "split", "sm", "rt"])
def test_every_level_gives_the_same_at_every_width(stage: str, width: int) -> None:
    program = asyncir.compile(MIXED, filename="warp.mlir")
    text = program.dump(stage, executor="dynamic", elide=False)
    assert isinstance(text, str)
    module = parse_module(text, "again.mlir", make_context())
    out = np.full(32, -1, dtype=np.int64)
    outcome = interpret(module, "main", [7, out], width=width, seed=width)
    lanes, total = _expected(7, width)
    assert (list(out[:width]), outcome.results[0]) == (lanes, total)


DIVERGENT = """\
func.func @main(%out: memref<?xi32>) attributes {task.kernel} {
  %lane = gpu.lane_id
  %c0 = arith.constant 0 : index
  %first = arith.cmpi eq, %lane, %c0 : index
  scf.if %first {
    task.yield_now
  }
  return
}
"""


@pytest.mark.parametrize("target", TARGETS)
def test_a_suspension_under_divergent_control_is_an_error(target: Target) -> None:
    if target == "reference":
        # The reference meets it when lanes part: with one lane there is nothing wrong.
        module = parse_module(DIVERGENT, "warp.mlir", make_context())
        with pytest.raises((InputError, TaskError), match="lanes|diverge"):
            interpret(module, "main", [np.zeros(4, dtype=np.int32)], width=4)
        return
    with pytest.raises(InputError, match="diverge") as caught:
        run(DIVERGENT, np.zeros(4, dtype=np.int32), target=target)
    assert caught.value.location is not None and caught.value.location.line == 6
