"""Tasks at the source level: starting and awaiting, groups, channels, timers, failing, deadlock, and the order in which they run."""

from __future__ import annotations

import pytest
from reference_programs import column_of, results, run

from asyncir.errors import DeadlineError, DeadlockError, InputError, TaskError

SEEDS = (0, 1, 2, 3)

FIB = """
async.func @fib(%n: i64) -> !async.value<i64> {
  %c1 = arith.constant 1 : i64
  %c2 = arith.constant 2 : i64
  %small = arith.cmpi slt, %n, %c2 : i64
  %r = scf.if %small -> (i64) {
    scf.yield %n : i64
  } else {
    %a = arith.subi %n, %c1 : i64
    %b = arith.subi %n, %c2 : i64
    %h = async.call @fib(%a) : (i64) -> !async.value<i64>
    %g = async.call @fib(%b) : (i64) -> !async.value<i64>
    %v = async.await %h : !async.value<i64>
    %w = async.await %g : !async.value<i64>
    %s = arith.addi %v, %w : i64
    scf.yield %s : i64
  }
  return %r : i64
}
func.func @main(%n: i64) -> i64 {
  %h = async.call @fib(%n) : (i64) -> !async.value<i64>
  %v = async.await %h : !async.value<i64>
  return %v : i64
}"""


@pytest.mark.parametrize("seed", SEEDS)
def test_fib(seed: int) -> None:
    outcome = run(FIB, 10, seed=seed, workers=3, statistics=True)
    assert outcome.results == [55]
    assert outcome.stats["tasks"] == 178
    assert outcome.stats["suspensions"] > 0
    assert outcome.stats["wakes"] == outcome.stats["suspensions"]
    keys = "tasks entries suspensions wakes steals_asked steals_served exports workers sms idle_fraction high_water"
    assert set(outcome.stats) >= set(keys.split())


def test_a_seed_decides_the_order() -> None:
    text = """
async.func @t(%i: i32) -> !async.token {
  task.yield_now
  vector.print %i : i32 punctuation <comma>
  return
}
func.func @main() {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %n = arith.constant 8 : index
  %g = async.create_group %n : !async.group
  scf.for %i = %c0 to %n step %c1 {
    %x = arith.index_cast %i : index to i32
    %h = async.call @t(%x) : (i32) -> !async.token
    %r = async.add_to_group %h, %g : !async.token
  }
  async.await_all %g
  return
}"""
    printed = {seed: run(text, seed=seed).output for seed in range(5)}
    assert printed[0] == "0, 1, 2, 3, 4, 5, 6, 7, "
    assert all(run(text, seed=seed).output == output for seed, output in printed.items())
    assert len(set(printed.values())) > 2
    assert all(sorted(output.split(", ")) == sorted(printed[0].split(", ")) for output in printed.values())


def test_instances_are_arrays_over_roots() -> None:
    text = """
async.func @t() -> !async.value<index> {
  %i = task.instance : index
  return %i : index
}
func.func @main(%x: i32) -> (index, index, i1) {
  %h = async.call @t() : () -> !async.value<index>
  %i = async.await %h : !async.value<index>
  %n = task.num_instances : index
  %last = arith.constant 2 : index
  %end = arith.cmpi eq, %i, %last : index
  return %i, %n, %end : index, index, i1
}"""
    assert results(text, 1, instances=3) == [[0, 1, 2], [3, 3, 3], [False, False, True]]
    assert results(text, 1) == [0, 1, False]


def test_execute_awaits_its_dependencies_and_captures() -> None:
    text = """
func.func @main(%x: i32) -> i32 {
  %t0 = async.execute {
    task.yield_now
    async.yield
  }
  %t1, %v1 = async.execute -> !async.value<i32> {
    task.yield_now
    %y = arith.addi %x, %x : i32
    async.yield %y : i32
  }
  %t2, %v2 = async.execute [%t0] (%v1 as %v: !async.value<i32>) -> !async.value<i32> {
    %t3, %v3 = async.execute -> !async.value<i32> {
      %z = arith.muli %v, %x : i32
      async.yield %z : i32
    }
    %w = async.await %v3 : !async.value<i32>
    async.yield %w : i32
  }
  %r = async.await %v2 : !async.value<i32>
  return %r : i32
}"""
    for seed in SEEDS:
        assert results(text, 3, seed=seed) == [18]


@pytest.mark.parametrize("seed", SEEDS)
def test_an_error_goes_from_task_to_task_to_the_root(seed: int) -> None:
    text = """
async.func @bad(%code: i32) -> !async.value<i32> {
  task.fail %code, "no" : i32
  return %code : i32
}
async.func @middle(%code: i32) -> !async.value<i32> {
  %h = async.call @bad(%code) : (i32) -> !async.value<i32>
  %v = async.await %h : !async.value<i32>
  return %v : i32
}
func.func @main(%code: i32, %look: i1) -> (i32, i32, i32) {
  %h = async.call @middle(%code) : (i32) -> !async.value<i32>
  %value, %kind, %number = task.try_await %h : !async.value<i32>
  scf.if %look {
    %v = async.await %h : !async.value<i32>
  }
  return %value, %kind, %number : i32, i32, i32
}"""
    assert results(text, 7, False, seed=seed) == [0, 1, 7]
    with pytest.raises(TaskError, match="task failed with code 7: no") as caught:
        run(text, 7, True, seed=seed)
    assert (caught.value.kind, caught.value.code, caught.value.task) == ("fail", 7, "bad")
    assert str(caught.value.location) == "t.mlir:3:3"


def test_an_error_that_nobody_looks_at_is_counted() -> None:
    text = """
async.func @bad() -> !async.token {
  %c = arith.constant 1 : i32
  task.fail %c : i32
  return
}
func.func @main() {
  %h = async.call @bad() : () -> !async.token
  return
}"""
    assert run(text, statistics=True).stats["unobserved_errors"] == 1


def test_asserts_fail_the_task_also_from_functions_it_calls() -> None:
    text = """
func.func @check(%x: i32) {
  %c0 = arith.constant 0 : i32
  %ok = arith.cmpi sgt, %x, %c0 : i32
  cf.assert %ok, "must be positive"
  return
}
async.func @t(%x: i32) -> !async.token {
  func.call @check(%x) : (i32) -> ()
  return
}
func.func @main(%x: i32) -> i1 {
  %h = async.call @t(%x) : (i32) -> !async.token
  async.runtime.await %h : !async.token
  %e = async.runtime.is_error %h : !async.token
  %kind, %code = task.try_await %h : !async.token
  return %e : i1
}"""
    assert results(text, 1) == [False]
    assert results(text, -1) == [True]


# ----------------------------------------------------------------------------------------------------------------- groups

GROUP = """
async.func @t(%i: index) -> !async.value<index> {
  task.yield_now
  return %i : index
}
async.func @fill(%size: index, %n: index) -> !async.value<index> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %g = async.create_group %size : !async.group
  %last = scf.for %i = %c0 to %n step %c1 iter_args(%rank = %c0) -> (index) {
    %h = async.call @t(%i) : (index) -> !async.value<index>
    %r = async.add_to_group %h, %g : !async.value<index>
    scf.yield %r : index
  }
  async.await_all %g
  return %last : index
}
func.func @main(%size: index, %n: index) -> (index, i32) {
  %h = async.call @fill(%size, %n) : (index, index) -> !async.value<index>
  %v, %kind, %code = task.try_await %h : !async.value<index>
  return %v, %kind : index, i32
}"""


@pytest.mark.parametrize("seed", SEEDS)
def test_groups(seed: int) -> None:
    assert results(GROUP, 5, 5, seed=seed) == [4, 0]
    assert results(GROUP, 0, 0, seed=seed) == [0, 0]
    assert results(GROUP, 2, 3, seed=seed) == [0, 5], "over-filled"
    assert results(GROUP, -1, 0, seed=seed) == [0, 6], "a negative size"


def test_a_group_that_is_not_filled_is_a_deadlock_that_tells_how_far_it_came() -> None:
    with pytest.raises(DeadlockError) as caught:
        run(GROUP, 4, 3)
    line, column = column_of(GROUP, "async.create_group")
    fill, main = {task.task: task for task in caught.value.tasks}["fill"], {task.task: task for task in caught.value.tasks}["main"]
    assert fill.waits_for == f"group created at t.mlir:{line}:{column}: 3 of 4 added, 3 of them ended"
    assert fill.location is not None
    assert (fill.location.line, fill.location.column) == column_of(GROUP, "async.await_all")
    assert (main.waits_for, main.state) == ("@fill", "waiting")
    assert "2 tasks wait" in caught.value.message


def test_the_error_of_a_group_s_member_is_the_group_s() -> None:
    text = """
async.func @t(%i: i32) -> !async.token {
  %c1 = arith.constant 1 : i32
  %bad = arith.cmpi eq, %i, %c1 : i32
  scf.if %bad {
    task.fail %i : i32
  }
  return
}
func.func @main() -> i1 {
  %c0 = arith.constant 0 : i32
  %c1 = arith.constant 1 : i32
  %two = arith.constant 2 : index
  %g = async.create_group %two : !async.group
  %a = async.call @t(%c0) : (i32) -> !async.token
  %b = async.call @t(%c1) : (i32) -> !async.token
  %x = async.add_to_group %a, %g : !async.token
  %y = async.add_to_group %b, %g : !async.token
  async.runtime.await %g : !async.group
  %e = async.runtime.is_error %g : !async.group
  async.await_all %g
  return %e : i1
}"""
    with pytest.raises(TaskError) as caught:
        run(text)
    assert caught.value.code == 1


# --------------------------------------------------------------------------------------------------------------- channels

CHANNEL = """
async.func @produce(%n: i32, %ch: !task.channel<i32>) -> !async.token {
  %c0 = arith.constant 0 : i32
  %c1 = arith.constant 1 : i32
  scf.for %i = %c0 to %n step %c1 : i32 {
    task.send %i, %ch : !task.channel<i32>
  }
  return
}
async.func @consume(%ch: !task.channel<i32>) -> (!async.value<i32>, !async.value<i32>) {
  %c0 = arith.constant 0 : i32
  %c1 = arith.constant 1 : i32
  %sum, %count = scf.while (%s = %c0, %c = %c0) : (i32, i32) -> (i32, i32) {
    %v, %ok = task.recv %ch : !task.channel<i32>
    %t = arith.addi %s, %v : i32
    %k = arith.extui %ok : i1 to i32
    %d = arith.addi %c, %k : i32
    scf.condition(%ok) %t, %d : i32, i32
  } do {
  ^bb0(%s: i32, %c: i32):
    scf.yield %s, %c : i32, i32
  }
  return %sum, %count : i32, i32
}
func.func @main(%n: i32, %capacity: index) -> (i32, i32) {
  %ch = task.channel %capacity : !task.channel<i32>
  %p = async.call @produce(%n, %ch) : (i32, !task.channel<i32>) -> !async.token
  %q = async.call @produce(%n, %ch) : (i32, !task.channel<i32>) -> !async.token
  %a:2 = async.call @consume(%ch) : (!task.channel<i32>) -> (!async.value<i32>, !async.value<i32>)
  %b:2 = async.call @consume(%ch) : (!task.channel<i32>) -> (!async.value<i32>, !async.value<i32>)
  async.await %p : !async.token
  async.await %q : !async.token
  task.close %ch : !task.channel<i32>
  task.close %ch : !task.channel<i32>
  %s0 = async.await %a#0 : !async.value<i32>
  %s1 = async.await %b#0 : !async.value<i32>
  %n0 = async.await %a#1 : !async.value<i32>
  %n1 = async.await %b#1 : !async.value<i32>
  %s = arith.addi %s0, %s1 : i32
  %c = arith.addi %n0, %n1 : i32
  return %s, %c : i32, i32
}"""


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("capacity", [1, 2, 100])
def test_channels(seed: int, capacity: int) -> None:
    assert results(CHANNEL, 10, capacity, seed=seed) == [90, 20]


def test_sending_on_a_closed_channel_fails() -> None:
    text = """
async.func @send(%ch: !task.channel<f32>) -> !async.token {
  %v = arith.constant 1.0 : f32
  task.send %v, %ch : !task.channel<f32>
  task.send %v, %ch : !task.channel<f32>
  return
}
func.func @main() -> (i32, f32, i1) {
  %c1 = arith.constant 1 : index
  %ch = task.channel %c1 : !task.channel<f32>
  %h = async.call @send(%ch) : (!task.channel<f32>) -> !async.token
  task.yield_now
  task.close %ch : !task.channel<f32>
  %kind, %code = task.try_await %h : !async.token
  %v, %ok = task.recv %ch : !task.channel<f32>
  return %kind, %v, %ok : i32, f32, i1
}"""
    assert results(text) == [4, 1.0, True], "the parked sender fails, and what was sent before can still be received"


def test_a_deadlock_on_a_channel_names_it() -> None:
    text = """
func.func @main() {
  %c1 = arith.constant 1 : index
  %ch = task.channel %c1 : !task.channel<i32>
  %v, %ok = task.recv %ch : !task.channel<i32>
  return
}"""
    with pytest.raises(DeadlockError) as caught:
        run(text, instances=2)
    assert [(task.waits_for, task.instance) for task in caught.value.tasks] == [
        ("recv on channel created at t.mlir:4:9", i) for i in (0, 1)
    ]


def test_a_channel_holds_at_least_one() -> None:
    text = "func.func @main() {\n  %c = arith.constant 0 : index\n  %ch = task.channel %c : !task.channel<i32>\n  return\n}"
    with pytest.raises(TaskError, match="the capacity is under 1"):
        run(text)


# ------------------------------------------------------------------------------------------------------------------- time


def test_sleepers_wake_in_the_order_of_their_times() -> None:
    text = """
async.func @t(%ns: i64) -> !async.token {
  task.sleep %ns : i64
  vector.print %ns : i64
  return
}
func.func @main() {
  %a = arith.constant 3000000000 : i64
  %b = arith.constant -5 : i64
  %c = arith.constant 1000000000 : i64
  %ha = async.call @t(%a) : (i64) -> !async.token
  %hb = async.call @t(%b) : (i64) -> !async.token
  %hc = async.call @t(%c) : (i64) -> !async.token
  async.await %ha : !async.token
  return
}"""
    assert run(text).output == "-5\n1000000000\n3000000000\n"


def test_a_sleeper_wakes_while_others_run() -> None:
    text = """
async.func @sleeper(%a: memref<1xi32>) -> !async.token {
  %c0 = arith.constant 0 : index
  %one = arith.constant 1 : i32
  %ns = arith.constant 50000 : i64
  task.sleep %ns : i64
  memref.store %one, %a[%c0] : memref<1xi32>
  return
}
func.func @main(%a: memref<1xi32>) {
  %c0 = arith.constant 0 : index
  %zero = arith.constant 0 : i32
  %h = async.call @sleeper(%a) : (memref<1xi32>) -> !async.token
  scf.while : () -> () {
    %x = memref.load %a[%c0] : memref<1xi32>
    %more = arith.cmpi eq, %x, %zero : i32
    scf.condition(%more)
  } do {
    task.yield_now
    scf.yield
  }
  return
}"""
    import numpy as np

    for seed in SEEDS:
        array = np.zeros(1, dtype=np.int32)
        run(text, array, seed=seed, deadline=20)
        assert array[0] == 1


LOOPS = {
    "plain": "scf.while : () -> () {\n    scf.condition(%t)\n  } do {\n    scf.yield\n  }",
    "yielding": "scf.while : () -> () {\n    scf.condition(%t)\n  } do {\n    task.yield_now\n    scf.yield\n  }",
    "blocks": "cf.br ^loop\n^loop:\n  cf.br ^loop",
}


@pytest.mark.parametrize("loop", LOOPS)
def test_a_deadline_ends_a_loop_without_end_and_reports_the_tasks(loop: str) -> None:
    end = "" if loop == "blocks" else "\n  return"
    text = f"func.func @main() {{\n  %t = arith.constant true\n  {LOOPS[loop]}{end}\n}}"
    with pytest.raises(DeadlineError) as caught:
        run(text, deadline=0.05)
    assert [task.task for task in caught.value.tasks] == ["main"]
    assert caught.value.tasks[0].location is not None


# ------------------------------------------------------------------------------------------------------------------ calls


def test_calls_nest_as_deep_as_memory_allows() -> None:
    text = """
func.func @down(%n: i32) -> i32 {
  %c0 = arith.constant 0 : i32
  %c1 = arith.constant 1 : i32
  %end = arith.cmpi eq, %n, %c0 : i32
  %r = scf.if %end -> (i32) {
    scf.yield %c0 : i32
  } else {
    %m = arith.subi %n, %c1 : i32
    %x = func.call @down(%m) : (i32) -> i32
    %y = arith.addi %x, %c1 : i32
    scf.yield %y : i32
  }
  return %r : i32
}
func.func @main(%n: i32) -> i32 {
  %r = func.call @down(%n) : (i32) -> i32
  return %r : i32
}"""
    assert results(text, 20000) == [20000]


def test_recursion_without_end_is_an_error() -> None:
    text = "func.func @main() {\n  func.call @main() : () -> ()\n  return\n}"
    with pytest.raises(TaskError, match="nested deeper"):
        run(text)


def test_what_the_reference_does_not_know_is_a_located_input_error() -> None:
    text = "func.func private @unknown()\nfunc.func @main() {\n  func.call @unknown() : () -> ()\n  return\n}"
    with pytest.raises(InputError, match="@unknown has no body") as caught:
        run(text)
    assert str(caught.value.location) == "t.mlir:3:3"
    with pytest.raises(InputError, match="there is no @other"):
        run(text, entry="other")
    with pytest.raises(InputError, match="width must be at least 1"):
        run(text, width=0)
