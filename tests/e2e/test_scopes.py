"""Cancel scopes: every level and target gives the same, and nothing of a scope comes behind it, at whatever time it is cancelled."""

from __future__ import annotations

from typing import Any

import pytest
from explored_programs import PROGRAMS, TEXTS
from scope_programs import STORM
from targets import DEADLINE, WAYS, Way, need, shared

from asyncir.errors import TaskError

EXPLORED = [name for name in PROGRAMS if name.startswith("scope")]


@pytest.mark.parametrize("name", EXPLORED)
def test_small_programs_end_as_under_the_explorer(name: str) -> None:
    program = shared((TEXTS / f"{PROGRAMS[name].file}.mlir").read_text(encoding="utf-8"), f"{name}.mlir")
    for seed in range(12):
        outcome = program.run(None, target="reference", seed=seed, workers=1 + seed % 3, deadline=DEADLINE)
        assert outcome.results in PROGRAMS[name].endings, f"seed {seed}"


@pytest.mark.parametrize("name", ["scope", "scope-caught", "scope-others"])
def test_small_programs_end_so_on_the_cpu(name: str) -> None:
    program = shared((TEXTS / f"{PROGRAMS[name].file}.mlir").read_text(encoding="utf-8"), f"{name}.mlir")
    for _ in range(20):
        outcome = program.run(None, target="cpu", executor="dynamic", elide=False, workers=3, deadline=DEADLINE)
        assert outcome.results in PROGRAMS[name].endings


@pytest.mark.parametrize("level", ["split", "sm", "rt"])
def test_every_level_means_the_same(level: Any) -> None:
    for name in ("scope-inner", "scope-others"):
        source = shared((TEXTS / f"{PROGRAMS[name].file}.mlir").read_text(encoding="utf-8"), f"{name}.mlir")
        dumped = source.dump(level, executor="dynamic", elide=False)
        assert isinstance(dumped, str)
        for seed in range(3):
            outcome = shared(dumped, f"{name}.{level}.mlir").run(None, target="reference", seed=seed, workers=1 + seed, deadline=DEADLINE)
            assert outcome.results in PROGRAMS[name].endings


def test_a_storm_of_requests_is_accounted_for_on_the_reference() -> None:
    program = shared(STORM, "storm.mlir")
    for seed in range(6):
        assert program.run(None, 4, 6, target="reference", seed=seed, workers=1 + seed % 3, deadline=DEADLINE).results == (0,)


@pytest.mark.parametrize("elide", [True, False])
def test_a_storm_of_requests_is_accounted_for(elide: bool) -> None:
    program = shared(STORM, "storm.mlir")
    for workers in (1, 2, 4) * 3:
        assert program.run(None, 24, 30, target="cpu", elide=elide, workers=workers, deadline=DEADLINE).results == (0,)


@pytest.mark.gpu
def test_a_storm_of_requests_is_accounted_for_on_the_gpu() -> None:
    program = shared(STORM, "storm.mlir")
    for _ in range(5):
        assert program.run(None, 200, 30, target="cuda", deadline=DEADLINE).results == (0,)


OTHERS = """\
async.func @other(%s: !task.cancel_scope) -> !async.value<i32> {
  %r = task.leave_scope %s : i32
  return %r : i32
}
func.func @main() -> i32 {
  %s = task.enter_scope : !task.cancel_scope
  %h = async.call @other(%s) : (!task.cancel_scope) -> !async.value<i32>
  %v = async.await %h : !async.value<i32>
  return %v : i32
}
"""


@pytest.mark.parametrize("way", [way for way in WAYS if way.values[0].executor != "inline"])
def test_a_scope_is_left_by_its_own_task(way: Way) -> None:
    need(way.target)
    program = shared(OTHERS, "o.mlir")
    with pytest.raises(TaskError, match="another task has entered the scope") as caught:
        program.run(None, target=way.target, executor=way.executor, elide=way.elide, deadline=DEADLINE)
    assert caught.value.kind == "invalid-argument"
    assert str(caught.value.location) == "o.mlir:2:8"


WARP = """\
async.func @late(%s: !task.cancel_scope) -> !async.token {
  task.cancel_scope %s
  return
}
async.func @block() -> !async.value<i32> attributes {task.scope = "warp"} {
  %long = arith.constant 3600000000000 : i64
  %ten = arith.constant 10 : i32
  %lane = gpu.lane_id
  %x = arith.index_cast %lane : index to i32
  %before = gpu.subgroup_reduce add %x uniform : (i32) -> i32
  %s = task.enter_scope : !task.cancel_scope
  %t = async.call @late(%s) : (!task.cancel_scope) -> !async.token
  task.sleep %long {task.catches} : i64
  %r = task.leave_scope %s : i32
  task.yield_now
  async.await %t : !async.token
  %after = gpu.subgroup_reduce add %x uniform : (i32) -> i32
  %d = arith.subi %after, %before : i32
  %v = arith.addi %r, %d : i32
  return %v : i32
}
func.func @main() -> i32 {
  %h = async.call @block() : () -> !async.value<i32>
  %v = async.await %h : !async.value<i32>
  return %v : i32
}
"""


@pytest.mark.parametrize("way", [way for way in WAYS if not way.values[0].elide])
def test_a_warp_has_one_scope(way: Way) -> None:
    need(way.target)
    program: Any = shared(WARP, "w.mlir")
    for _ in range(10):
        assert program.run(None, target=way.target, executor=way.executor, elide=way.elide, deadline=DEADLINE).results == (1,)


AGAIN = """\
func.func @main(%n: index) -> i32 {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %zero = arith.constant 0 : i32
  %sum = scf.for %i = %c0 to %n step %c1 iter_args(%s = %zero) -> (i32) {
    %scope = task.enter_scope : !task.cancel_scope
    task.cancel_scope %scope
    task.yield_now {task.catches}
    %r = task.leave_scope %scope : i32
    task.cancel_scope %scope
    task.yield_now
    %next = arith.addi %s, %r : i32
    scf.yield %next : i32
  }
  return %sum : i32
}
"""


def test_frames_of_roots_are_used_again() -> None:
    """Once their scopes are left: 20,000 roots of some hundred bytes, in an arena for a few."""
    program = shared(AGAIN, "a.mlir")
    outcome = program.run(None, 1, target="cpu", executor="dynamic", instances=20_000, arena=4 << 20, deadline=DEADLINE)
    assert all(value == 1 for value in outcome.results[0])
