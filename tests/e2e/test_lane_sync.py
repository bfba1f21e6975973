"""`task.lane_sync`: what each lane stored is there for all lanes behind it, at every level and width; without it lanes race."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from targets import Target, need, shared
from xdsl.dialects.builtin import ModuleOp

import asyncir
from asyncir.dialects.context import make_context
from asyncir.dialects.parsing import parse_module
from asyncir.errors import TaskError
from asyncir.reference import run as interpret
from asyncir.reference.explore import explore

TARGETS: list[Any] = ["reference", "cpu", pytest.param("cuda", marks=pytest.mark.gpu)]

REVERSE = """\
// The lanes fill a tile of the task's own, and read it in the other order; a suspension lies between the two meetings.
async.func @reverse(%in: memref<?xi32>, %out: memref<?xi32>) -> !async.token {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %n = memref.dim %in, %c0 : memref<?xi32>
  %last = arith.subi %n, %c1 : index
  %lane = gpu.lane_id
  %width = gpu.subgroup_size : index
  %tile = memref.alloc(%n) : memref<?xi32>
  scf.for %i = %lane to %n step %width {
    %x = memref.load %in[%i] : memref<?xi32>
    memref.store %x, %tile[%i] : memref<?xi32>
  }
  task.lane_sync
  task.yield_now
  scf.for %i = %lane to %n step %width {
    %j = arith.subi %last, %i : index
    %x = memref.load %tile[%j] : memref<?xi32>
    memref.store %x, %out[%i] : memref<?xi32>
  }
  task.lane_sync
  return
}
func.func @main(%in: memref<?xi32>, %out: memref<?xi32>) attributes {task.kernel} {
  %h = async.call @reverse(%in, %out) : (memref<?xi32>, memref<?xi32>) -> !async.token
  async.await %h : !async.token
  return
}
"""

NEIGHBOUR = """\
async.func @part(%m: memref<?xi32>) -> !async.value<i32> {
  %lane = gpu.lane_id
  %own = arith.index_cast %lane : index to i32
  %c1 = arith.constant 1 : index
  memref.store %own, %m[%lane] : memref<?xi32>
  task.lane_sync
  %other = arith.subi %c1, %lane : index
  %x = memref.load %m[%other] : memref<?xi32>
  %sum = gpu.subgroup_reduce add %x : (i32) -> i32
  return %sum : i32
}
func.func @main(%m: memref<?xi32>) -> i32 attributes {task.kernel} {
  %h = async.call @part(%m) : (memref<?xi32>) -> !async.value<i32>
  %r = async.await %h : !async.value<i32>
  return %r : i32
}
"""


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("options", [{}, {"executor": "dynamic", "elide": False}], ids=["default", "dynamic"])
def test_lanes_see_what_others_stored(target: Target, options: dict[str, object]) -> None:
    need(target)
    given, out = np.arange(77, dtype=np.int32), np.zeros(77, dtype=np.int32)
    shared(REVERSE, "reverse.mlir").run(None, given, out, target=target, deadline=30.0, **options)
    assert out.tolist() == given.tolist()[::-1]


@pytest.mark.parametrize(("stage", "width"), [("source", 1), ("source", 4), ("split", 2), ("sm", 4), ("rt", 1), ("rt", 32)])
def test_every_level_at_every_width(stage: str, width: int) -> None:
    text = asyncir.compile(REVERSE, filename="reverse.mlir").dump(stage, executor="dynamic", elide=False)
    assert isinstance(text, str)
    given, out = np.arange(9, dtype=np.int32), np.zeros(9, dtype=np.int32)
    interpret(parse_module(text, "again.mlir", make_context()), "main", [given, out], width=width, seed=width)
    assert out.tolist() == given.tolist()[::-1]


def test_without_it_a_lane_reads_too_early() -> None:
    module = parse_module(REVERSE.replace("  task.lane_sync\n  task.yield_now\n", ""), "early.mlir", make_context())
    given, out = np.arange(9, dtype=np.int32), np.zeros(9, dtype=np.int32)
    with pytest.raises(TaskError, match="reads an element that was never written"):
        interpret(module, "main", [given, out], width=4)


def test_lanes_that_do_not_meet_are_told() -> None:
    text = """
func.func @main() {
  %c0 = arith.constant 0 : index
  %lane = gpu.lane_id
  %first = arith.cmpi eq, %lane, %c0 : index
  scf.if %first {
    task.lane_sync
  }
  return
}"""
    module = parse_module(text, "parted.mlir", make_context())
    interpret(module, "main", [], width=1)
    with pytest.raises(TaskError, match="collective 'task.lane_sync' under divergent control"):
        interpret(module, "main", [], width=2)


def test_the_explorer_finds_the_race_without_it() -> None:
    apart = NEIGHBOUR.replace("  task.lane_sync\n", "")
    array = np.zeros(2, dtype=np.int32)
    kinds = [explore(_rt(text), "main", [array], lanes=2, preemptions=0).kind for text in (NEIGHBOUR, apart)]
    assert kinds == [None, "data-race"]


def _rt(text: str) -> ModuleOp:
    dumped = asyncir.compile(text, filename="neighbour.mlir").dump("rt", executor="dynamic", elide=False)
    assert isinstance(dumped, str)
    return parse_module(dumped, "again.mlir", make_context())


def test_ptx_has_the_barrier_of_a_warp() -> None:
    kernel = "func.func @main(%m: memref<?xi32>) attributes {task.kernel} {\n  %l = gpu.lane_id\n"
    kernel += "  %x = arith.index_cast %l : index to i32\n  memref.store %x, %m[%l] : memref<?xi32>\nSYNC  return\n}"
    with_sync, without = (asyncir.compile(kernel.replace("SYNC", sync)).ptx() for sync in ("  task.lane_sync\n", ""))
    assert with_sync.count("bar.warp.sync") == without.count("bar.warp.sync") + 1
