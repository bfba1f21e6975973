"""Warp scope: lanes that meet, what they compute together, and what happens when they do not meet."""

from __future__ import annotations

import numpy as np
import pytest
from reference_programs import at_level, results, run

from asyncir import reference
from asyncir.errors import TaskError

WIDTHS = (1, 4, 32)

SUM = """
async.func @part(%i: index, %n: index, %a: memref<?xf32>) -> !async.value<f32> {
  %lane = gpu.lane_id
  %w = gpu.subgroup_size : index
  %z = arith.constant 0.0 : f32
  %s = scf.for %k = %lane to %n step %w iter_args(%acc = %z) -> (f32) {
    %x = memref.load %a[%k] : memref<?xf32>
    %y = arith.addf %acc, %x : f32
    scf.yield %y : f32
  }
  task.yield_now
  %r = gpu.subgroup_reduce add %s : (f32) -> f32
  return %r : f32
}
func.func @main(%n: index, %a: memref<?xf32>) -> f32 attributes {task.kernel} {
  %c0 = arith.constant 0 : index
  %h = async.call @part(%c0, %n, %a) : (index, index, memref<?xf32>) -> !async.value<f32>
  %g = async.call @part(%c0, %n, %a) : (index, index, memref<?xf32>) -> !async.value<f32>
  %x = async.await %h : !async.value<f32>
  %y = async.await %g : !async.value<f32>
  %r = arith.addf %x, %y : f32
  return %r : f32
}"""


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("level", ["source", "split", "sm", "rt"])
def test_a_sum_over_lanes_is_the_same_at_every_width_and_level(width: int, level: str) -> None:
    module = at_level(SUM, level)
    for seed in (0, 5):
        array = np.arange(50, dtype=np.float32)
        outcome = reference.run(module, "main", [50, array], width=width, seed=seed, statistics=True)
        assert outcome.results == [2450.0]
        assert outcome.stats["tasks"] == 3


@pytest.mark.parametrize("width", WIDTHS)
def test_lane_ops(width: int) -> None:
    text = """
func.func @main(%out: memref<?x6xi32>) -> i32 {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %c3 = arith.constant 3 : index
  %c4 = arith.constant 4 : index
  %c5 = arith.constant 5 : index
  %one = arith.constant 1 : i32
  %lane = gpu.lane_id
  %size = gpu.subgroup_size : index
  %l = arith.index_cast %lane : index to i32
  %w = arith.index_cast %size : index to i32
  %up, %up_ok = gpu.shuffle up %l, %one, %w : i32
  %down, %down_ok = gpu.shuffle down %l, %one, %w : i32
  %xor, %xor_ok = gpu.shuffle xor %l, %one, %w : i32
  %zero = arith.constant 0 : i32
  %first, %first_ok = gpu.shuffle idx %l, %zero, %w : i32
  %ok = arith.extui %up_ok : i1 to i32
  %max = gpu.subgroup_reduce maxsi %l : (i32) -> i32
  memref.store %up, %out[%lane, %c0] : memref<?x6xi32>
  memref.store %down, %out[%lane, %c1] : memref<?x6xi32>
  memref.store %xor, %out[%lane, %c2] : memref<?x6xi32>
  memref.store %first, %out[%lane, %c3] : memref<?x6xi32>
  memref.store %ok, %out[%lane, %c4] : memref<?x6xi32>
  memref.store %max, %out[%lane, %c5] : memref<?x6xi32>
  %bit = arith.andi %l, %one : i32
  %odd = arith.cmpi eq, %bit, %one : i32
  %mask = task.ballot %odd : i32
  return %mask : i32
}"""
    out = np.zeros((width, 6), dtype=np.int32)
    mask = results(text, out, width=width)[0] & 0xFFFFFFFF
    lanes = np.arange(width)
    assert mask == sum(1 << lane for lane in range(1, width, 2))
    assert out[:, 0].tolist() == [max(lane - 1, 0) for lane in lanes]
    assert out[:, 1].tolist() == [min(lane + 1, width - 1) for lane in lanes]
    assert out[:, 2].tolist() == [lane ^ 1 if lane ^ 1 < width else lane for lane in lanes]
    assert out[:, 3].tolist() == [0] * width
    assert out[:, 4].tolist() == [int(lane > 0) for lane in lanes]
    assert out[:, 5].tolist() == [width - 1] * width


def divergent(body: str) -> str:
    return f"""
async.func @t() -> !async.token {{
  return
}}
async.func @lane_task(%x: index) -> !async.value<index> attributes {{task.scope = "lane"}} {{
  return %x : index
}}
func.func @f(%x: i32) -> i32 {{
  return %x : i32
}}
func.func @main() -> index {{
  %c0 = arith.constant 0 : index
  %lane = gpu.lane_id
  %zero = arith.constant 0 : i32
  %first = arith.cmpi eq, %lane, %c0 : index
  {body}
  return %c0 : index
}}"""


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("scf.if %first {\n    task.yield_now\n  }", "'task.yield_now' under divergent control"),
        ("scf.if %first {\n    %h = async.call @t() : () -> !async.token\n  }", "'async.call' under divergent control"),
        ("scf.if %first {\n    %m = gpu.subgroup_reduce add %zero : (i32) -> i32\n  }", "'gpu.subgroup_reduce' under divergent control"),
        ("%h = async.call @lane_task(%lane) : (index) -> !async.value<index>", "argument 0 of lane-scope task @lane_task differs"),
        (
            "%g = async.create_group %lane : !async.group",
            "operand 0 of 'async.create_group' differs between lanes: 0 in",
        ),
    ],
)
def test_lanes_that_part_are_located_errors(body: str, message: str) -> None:
    text = divergent(body)
    with pytest.raises(TaskError, match=message) as caught:
        run(text, width=4)
    assert caught.value.kind == "divergence"
    assert caught.value.location is not None


def test_results_must_be_the_same_in_all_lanes() -> None:
    text = "func.func @main() -> index {\n  %lane = gpu.lane_id\n  return %lane : index\n}"
    assert results(text, width=1) == [0]
    with pytest.raises(TaskError, match="result 0 of task @main differs between lanes: 0 and 1"):
        run(text, width=2)


def test_a_divergent_argument_makes_a_warp_task_and_a_uniform_one_does_not() -> None:
    text = """
async.func @t(%x: index) -> !async.token {
  vector.print %x : index
  return
}
func.func @main() {
  %lane = gpu.lane_id
  %c7 = arith.constant 7 : index
  %h = async.call @t(%lane) : (index) -> !async.token
  async.await %h : !async.token
  %g = async.call @t(%c7) : (index) -> !async.token
  async.await %g : !async.token
  return
}"""
    assert run(text, width=3).output == "0\n1\n2\n7\n"


def test_an_assertion_of_one_lane_fails_the_task() -> None:
    text = """
async.func @t() -> !async.token {
  %c2 = arith.constant 2 : index
  %lane = gpu.lane_id
  %ok = arith.cmpi ne, %lane, %c2 : index
  cf.assert %ok, "not lane two"
  task.yield_now
  return
}
func.func @main() -> i32 {
  %h = async.call @t() : () -> !async.token
  %kind, %code = task.try_await %h : !async.token
  return %kind : i32
}"""
    assert results(text, width=4) == [2]
    assert results(text, width=2) == [0]


def test_an_array_is_allocated_once_for_the_warp() -> None:
    text = """
func.func @main() -> i32 {
  %lane = gpu.lane_id
  %w = gpu.subgroup_size : index
  %a = memref.alloc(%w) : memref<?xi32>
  %l = arith.index_cast %lane : index to i32
  memref.store %l, %a[%lane] : memref<?xi32>
  task.yield_now
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %z = arith.constant 0 : i32
  %s = scf.for %i = %c0 to %w step %c1 iter_args(%acc = %z) -> (i32) {
    %x = memref.load %a[%i] : memref<?xi32>
    %y = arith.addi %acc, %x : i32
    scf.yield %y : i32
  }
  memref.dealloc %a : memref<?xi32>
  return %s : i32
}"""
    assert [results(text, width=width)[0] for width in WIDTHS] == [0, 6, 496]


def test_lanes_print_in_their_order() -> None:
    text = "func.func @main() {\n  %lane = gpu.lane_id\n  vector.print %lane : index\n  return\n}"
    assert run(text, width=3).output == "0\n1\n2\n"
