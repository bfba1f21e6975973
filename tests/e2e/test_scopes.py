"""Cancel scopes: every level and target gives the same, and nothing of a scope comes behind it, at whatever time it is cancelled."""

from __future__ import annotations

from typing import Any

import pytest
from explored_programs import PROGRAMS, TEXTS
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


STORM = """\
async.func @late(%s: !task.cancel_scope, %ns: i64) -> !async.token {
  task.sleep %ns : i64
  task.cancel_scope %s
  return
}
async.func @leaf(%ns: i64) -> !async.value<i32> {
  %five = arith.constant 5 : i32
  task.sleep %ns : i64
  return %five : i32
}
async.func @catcher(%ns: i64) -> !async.value<i32> {
  task.sleep %ns {task.catches} : i64
  %c = task.cancelled : i1
  %w = arith.extui %c : i1 to i32
  return %w : i32
}

// Times are about the same. A scope in a scope, left behind a child that leaves its requests to this task: how often something was wrong.
async.func @nested(%a: i64, %b: i64, %d: i64) -> !async.value<i32> {
  %zero = arith.constant 0 : i32
  %one = arith.constant 1 : i32
  %true = arith.constant true
  %out = task.enter_scope : !task.cancel_scope
  %t = async.call @late(%out, %a) : (!task.cancel_scope, i64) -> !async.token
  %in = task.enter_scope : !task.cancel_scope
  %u = async.call @late(%in, %b) : (!task.cancel_scope, i64) -> !async.token
  %h = async.call @leaf(%d) : (i64) -> !async.value<i32>
  %v, %k, %e = task.try_await %h {task.catches} : !async.value<i32>
  %c = task.cancelled : i1
  %r = task.leave_scope %in : i32
  task.yield_now {task.catches}
  %c2 = task.cancelled : i1
  %ro = task.leave_scope %out : i32
  async.await %t : !async.token
  async.await %u : !async.token
  // Not cancelled, and something has come of the inner scope.
  %some = arith.cmpi ne, %r, %zero : i32
  %not_c = arith.xori %c, %true : i1
  %w0 = arith.andi %not_c, %some : i1
  // Something has come of the outer scope if and only if there was a cancellation that the inner one does not account for.
  %inner_only = arith.cmpi eq, %r, %one : i32
  %not_inner = arith.xori %inner_only, %true : i1
  %others = arith.andi %c, %not_inner : i1
  %any = arith.ori %others, %c2 : i1
  %met = arith.cmpi eq, %ro, %one : i32
  %w1 = arith.xori %any, %met : i1
  %w = arith.ori %w0, %w1 : i1
  %wrong = arith.extui %w : i1 to i32
  return %wrong : i32
}

// A child that catches the request: the task has met it if the child has, or where the child left it.
async.func @by_child(%a: i64, %d: i64) -> !async.value<i32> {
  %one = arith.constant 1 : i32
  %s = task.enter_scope : !task.cancel_scope
  %t = async.call @late(%s, %a) : (!task.cancel_scope, i64) -> !async.token
  %h = async.call @catcher(%d) : (i64) -> !async.value<i32>
  %v, %k, %e = task.try_await %h {task.catches} : !async.value<i32>
  %c = task.cancelled : i1
  %r = task.leave_scope %s : i32
  task.yield_now
  async.await %t : !async.token
  %caught = arith.cmpi eq, %v, %one : i32
  %any = arith.ori %caught, %c : i1
  %met = arith.cmpi eq, %r, %one : i32
  %w = arith.xori %any, %met : i1
  %wrong = arith.extui %w : i1 to i32
  return %wrong : i32
}

// Others cancel it as well: what it goes on with is theirs if there is nothing left of the scope.
async.func @asked(%ready: !task.event, %a: i64, %d: i64) -> !async.value<i32> {
  %zero = arith.constant 0 : i32
  %s = task.enter_scope : !task.cancel_scope
  task.set %ready
  %t = async.call @late(%s, %a) : (!task.cancel_scope, i64) -> !async.token
  task.sleep %d {task.catches} : i64
  %r = task.leave_scope %s : i32
  task.yield_now {task.catches}
  task.yield_now {task.catches}
  %k0, %e0 = task.try_await %t {task.catches} : !async.token
  %k1, %e1 = task.try_await %t {task.catches} : !async.token
  return %zero : i32
}
async.func @user(%a: i64, %d: i64, %m: i64) -> !async.value<i32> {
  %ready = task.event : !task.event
  %h = async.call @asked(%ready, %a, %d) : (!task.event, i64, i64) -> !async.value<i32>
  task.wait %ready
  task.sleep %m : i64
  task.cancel %h : !async.value<i32>
  %v = async.await %h : !async.value<i32>
  return %v : i32
}

async.func @turns(%n: index, %number: index) -> !async.value<i32> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %zero = arith.constant 0 : i32
  %base = arith.constant 30000 : i64
  %seven = arith.constant 7 : i64
  %step = arith.constant 4000 : i64
  %x = arith.index_cast %number : index to i64
  %wrong = scf.for %i = %c0 to %n step %c1 iter_args(%sum = %zero) -> (i32) {
    %j = arith.index_cast %i : index to i64
    %ij = arith.addi %j, %x : i64
    %p = arith.remui %ij, %seven : i64
    %q = arith.muli %p, %step : i64
    %a = arith.addi %base, %q : i64
    %j3 = arith.muli %j, %x : i64
    %p2 = arith.remui %j3, %seven : i64
    %q2 = arith.muli %p2, %step : i64
    %b = arith.addi %base, %q2 : i64
    %h = async.call @nested(%a, %b, %base) : (i64, i64, i64) -> !async.value<i32>
    %v = async.await %h : !async.value<i32>
    %g = async.call @by_child(%a, %b) : (i64, i64) -> !async.value<i32>
    %w = async.await %g : !async.value<i32>
    %f = async.call @user(%a, %b, %base) : (i64, i64, i64) -> !async.value<i32>
    %y = async.await %f : !async.value<i32>
    %s0 = arith.addi %sum, %v : i32
    %s1 = arith.addi %s0, %w : i32
    %s2 = arith.addi %s1, %y : i32
    scf.yield %s2 : i32
  }
  return %wrong : i32
}
func.func @main(%tasks: index, %n: index) -> i32 {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %zero = arith.constant 0 : i32
  %ch = task.channel %tasks : !task.channel<!async.value<i32>>
  scf.for %i = %c0 to %tasks step %c1 {
    %h = async.call @turns(%n, %i) : (index, index) -> !async.value<i32>
    task.send %h, %ch : !task.channel<!async.value<i32>>
  }
  %wrong = scf.for %i = %c0 to %tasks step %c1 iter_args(%sum = %zero) -> (i32) {
    %h, %ok = task.recv %ch : !task.channel<!async.value<i32>>
    %v = async.await %h : !async.value<i32>
    %s = arith.addi %sum, %v : i32
    scf.yield %s : i32
  }
  return %wrong : i32
}
"""


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
