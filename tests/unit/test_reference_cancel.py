"""`task.cancel` in the reference: tasks that wait, that are ready, that have ended, and their children."""

from __future__ import annotations

import numpy as np
import pytest
from reference_programs import at_level, run
from test_reference_sync import LEVELS, SEEDS, everywhere, place, program

from asyncir import reference
from asyncir.errors import TaskError

CANCELLED = 3

WAITS = {
    "recv": "%x, %ok = task.recv %ch : !task.channel<i32>",
    "send": "task.send %c, %ch : !task.channel<i32>\n  task.send %c, %ch : !task.channel<i32>",
    "wait": "task.wait %e",
    "acquire": "task.acquire %l",
    "sleep": "task.sleep %long : i64",
    "select": "%case, %x, %ok = task.select(%t, %ch) after %long : !async.token, !task.channel<i32>",
    "await": "async.await %t : !async.token",
    "try_await": "%kind, %code = task.try_await %t : !async.token",
    "await_all": "%n = arith.constant 1 : index\n  %g = async.create_group %n : !async.group\n  async.await_all %g",
}


@pytest.mark.parametrize("wait", WAITS)
def test_a_task_that_waits_ends_at_once(wait: str) -> None:
    tasks = f"""
async.func @sleeper(%e: !task.event) -> !async.token {{
  task.wait %e
  return
}}
async.func @waiter(%ch: !task.channel<i32>, %e: !task.event, %l: !task.lock, %t: !async.token, %long: i64, %c: i32) -> !async.value<i32> {{
  {WAITS[wait]}
  return %c : i32
}}"""
    body = """
  %ch = task.channel %i1 : !task.channel<i32>
  %e = task.event : !task.event
  %l = task.lock : !task.lock
  %t = async.call @sleeper(%e) : (!task.event) -> !async.token
  task.acquire %l
  %h = async.call @waiter(%ch, %e, %l, %t, %long, %c7)
    : (!task.channel<i32>, !task.event, !task.lock, !async.token, i64, i32) -> !async.value<i32>
  task.sleep %short : i64
  %before = async.runtime.is_error %h : !async.value<i32>
  task.cancel %h : !async.value<i32>
  %after = async.runtime.is_error %h : !async.value<i32>
  %v, %kind, %code = task.try_await %h : !async.value<i32>
  task.set %e
  return %before, %after, %v, %kind, %code : i1, i1, i32, i32, i32"""
    assert everywhere(program(body, "i1, i1, i32, i32, i32", tasks)) == [False, True, 0, CANCELLED, 0]


# ------------------------------------------------------------------------------------- what a cancelled task had waited for


def test_a_lock_goes_to_the_next_who_waits() -> None:
    taker = """
async.func @taker(%l: !task.lock, %x: i32) -> !async.value<i32> {
  task.acquire %l
  task.release %l
  return %x : i32
}"""
    body = """
  %l = task.lock : !task.lock
  task.acquire %l
  %a = async.call @taker(%l, %c1) : (!task.lock, i32) -> !async.value<i32>
  task.sleep %short : i64
  %b = async.call @taker(%l, %c7) : (!task.lock, i32) -> !async.value<i32>
  task.sleep %short : i64
  task.cancel %a : !async.value<i32>
  task.release %l
  %v = async.await %b : !async.value<i32>
  return %v : i32"""
    assert everywhere(program(body, "i32", taker)) == [7]


RECEIVER = """
async.func @receive(%ch: !task.channel<i32>) -> !async.value<i32> {
  %v, %ok = task.recv %ch : !task.channel<i32>
  return %v : i32
}"""


@pytest.mark.parametrize("first", ["receive", "select"])
def test_an_item_goes_to_the_next_who_waits(first: str) -> None:
    select = """
async.func @select(%ch: !task.channel<i32>) -> !async.value<i32> {
  %long = arith.constant 1000000000 : i64
  %case, %v, %ok = task.select(%ch) after %long : !task.channel<i32>
  return %v : i32
}"""
    body = f"""
  %ch = task.channel %i1 : !task.channel<i32>
  %a = async.call @{first}(%ch) : (!task.channel<i32>) -> !async.value<i32>
  task.sleep %short : i64
  %b = async.call @receive(%ch) : (!task.channel<i32>) -> !async.value<i32>
  task.sleep %short : i64
  task.cancel %a : !async.value<i32>
  task.send %c7, %ch : !task.channel<i32>
  %v = async.await %b : !async.value<i32>
  return %v : i32"""
    assert everywhere(program(body, "i32", RECEIVER, select)) == [7]


def test_an_item_stays_in_the_channel_if_none_waits_any_more() -> None:
    body = """
  %ch = task.channel %i1 : !task.channel<i32>
  %a = async.call @receive(%ch) : (!task.channel<i32>) -> !async.value<i32>
  task.sleep %short : i64
  task.cancel %a : !async.value<i32>
  task.send %c7, %ch : !task.channel<i32>
  %v, %ok = task.recv %ch : !task.channel<i32>
  return %v : i32"""
    assert everywhere(program(body, "i32", RECEIVER)) == [7]


def test_what_a_cancelled_sender_had_is_not_sent() -> None:
    sender = """
async.func @sends(%ch: !task.channel<i32>, %x: i32) -> !async.token {
  task.send %x, %ch : !task.channel<i32>
  return
}"""
    body = """
  %ch = task.channel %i1 : !task.channel<i32>
  task.send %c0, %ch : !task.channel<i32>
  %a = async.call @sends(%ch, %c1) : (!task.channel<i32>, i32) -> !async.token
  task.sleep %short : i64
  %b = async.call @sends(%ch, %c7) : (!task.channel<i32>, i32) -> !async.token
  task.sleep %short : i64
  task.cancel %a : !async.token
  %v, %okv = task.recv %ch : !task.channel<i32>
  %w, %okw = task.recv %ch : !task.channel<i32>
  return %v, %w : i32, i32"""
    assert everywhere(program(body, "i32, i32", sender)) == [0, 7]


def test_the_end_does_not_wait_for_the_time_of_a_cancelled_sleeper() -> None:
    sleeper = """
async.func @sleeper() -> !async.token {
  %ns = arith.constant 9000000000000000 : i64
  task.sleep %ns : i64
  return
}
async.func @watch(%h: !async.token) -> !async.token {
  %kind, %code = task.try_await %h : !async.token
  vector.print %kind : i32
  return
}"""
    body = """
  %h = async.call @sleeper() : () -> !async.token
  %w = async.call @watch(%h) : (!async.token) -> !async.token
  task.sleep %short : i64
  task.cancel %h : !async.token
  task.sleep %short : i64
  vector.print %c7 : i32
  async.await %w : !async.token
  return"""
    assert run(program(body, "", sleeper)).output == "3\n7\n"


# ----------------------------------------------------------------------------------------- ready, running and ended tasks


STORES = """
async.func @stores(%a: memref<3xi32>) -> !async.token {
  %i0 = arith.constant 0 : index
  %i1 = arith.constant 1 : index
  %one = arith.constant 1 : i32
  memref.store %one, %a[%i0] : memref<3xi32>
  task.yield_now
  memref.store %one, %a[%i1] : memref<3xi32>
  return
}"""


def test_a_task_that_has_not_begun_runs_until_it_has_to_wait() -> None:
    body = """
  %h = async.call @stores(%a) : (memref<3xi32>) -> !async.token
  task.cancel %h : !async.token
  %kind, %code = task.try_await %h : !async.token
  %x = memref.load %a[%i0] : memref<3xi32>
  %y = memref.load %a[%i1] : memref<3xi32>
  return %kind, %x, %y : i32, i32, i32"""
    text = program(body, "i32, i32, i32", STORES, parameters="%a: memref<3xi32>")
    assert everywhere(text, np.zeros(3, dtype=np.int32), seeds=(0,)) == [CANCELLED, 1, 0]


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("level", LEVELS)
def test_a_task_that_yields_for_ever_ends(level: str, seed: int) -> None:
    spin = """
async.func @spin() -> !async.token {
  %true = arith.constant true
  scf.while : () -> () {
    scf.condition(%true)
  } do {
    task.yield_now
    scf.yield
  }
  return
}"""
    body = """
  %h = async.call @spin() : () -> !async.token
  task.sleep %short : i64
  task.cancel %h : !async.token
  %kind, %code = task.try_await %h : !async.token
  return %kind : i32"""
    module = at_level(program(body, "i32", spin), level)
    assert reference.run(module, "main", [], seed=seed, workers=3, deadline=60).results == [CANCELLED]


def test_a_task_that_never_has_to_wait_ends_well() -> None:
    busy = """
async.func @busy(%ch: !task.channel<i32>, %x: i32) -> !async.value<i32> {
  task.send %x, %ch : !task.channel<i32>
  %v, %ok = task.recv %ch : !task.channel<i32>
  %l = task.lock : !task.lock
  task.acquire %l
  return %v : i32
}"""
    body = """
  %ch = task.channel %i1 : !task.channel<i32>
  %h = async.call @busy(%ch, %c7) : (!task.channel<i32>, i32) -> !async.value<i32>
  task.cancel %h : !async.value<i32>
  %v, %kind, %code = task.try_await %h : !async.value<i32>
  return %v, %kind : i32, i32"""
    assert everywhere(program(body, "i32, i32", busy)) == [7, 0], "a suspension that finds what it needs does not wait"


def test_a_task_that_was_woken_keeps_what_it_got() -> None:
    tasks = """
async.func @takes(%ch: !task.channel<i32>, %l: !task.lock, %a: memref<3xi32>) -> !async.token {
  %i0 = arith.constant 0 : index
  %v, %ok = task.recv %ch : !task.channel<i32>
  task.acquire %l
  memref.store %v, %a[%i0] : memref<3xi32>
  task.release %l
  task.yield_now
  memref.store %v, %a[%i0] : memref<3xi32>
  return
}"""
    body = """
  %ch = task.channel %i1 : !task.channel<i32>
  %l = task.lock : !task.lock
  %h = async.call @takes(%ch, %l, %a) : (!task.channel<i32>, !task.lock, memref<3xi32>) -> !async.token
  task.sleep %short : i64
  task.send %c7, %ch : !task.channel<i32>
  task.cancel %h : !async.token
  %kind, %code = task.try_await %h : !async.token
  task.acquire %l
  %x = memref.load %a[%i0] : memref<3xi32>
  return %kind, %x : i32, i32"""
    text = program(body, "i32, i32", tasks, parameters="%a: memref<3xi32>")
    assert everywhere(text, np.zeros(3, dtype=np.int32), seeds=(0,)) == [CANCELLED, 7]


def test_a_lock_that_a_cancelled_task_was_given_is_given_on_by_its_release() -> None:
    taker = """
async.func @taker(%l: !task.lock, %a: memref<3xi32>) -> !async.token {
  %i0 = arith.constant 0 : index
  %one = arith.constant 1 : i32
  task.acquire %l
  memref.store %one, %a[%i0] : memref<3xi32>
  task.release %l
  return
}"""
    body = """
  %l = task.lock : !task.lock
  task.acquire %l
  %h = async.call @taker(%l, %a) : (!task.lock, memref<3xi32>) -> !async.token
  task.sleep %short : i64
  task.release %l
  task.cancel %h : !async.token
  task.acquire %l
  %kind, %code = task.try_await %h : !async.token
  %x = memref.load %a[%i0] : memref<3xi32>
  return %kind, %x : i32, i32"""
    text = program(body, "i32, i32", taker, parameters="%a: memref<3xi32>")
    assert everywhere(text, np.zeros(3, dtype=np.int32)) == [0, 1]


def test_cancelling_a_task_that_has_ended_does_nothing() -> None:
    body = """
  %h = async.call @done(%c7) : (i32) -> !async.value<i32>
  %f = async.call @failing(%c7) : (i32) -> !async.token
  async.runtime.await %h : !async.value<i32>
  async.runtime.await %f : !async.token
  task.cancel %h : !async.value<i32>
  task.cancel %f : !async.token
  %v, %kind, %code = task.try_await %h : !async.value<i32>
  %fkind, %fcode = task.try_await %f : !async.token
  %r = task.ready %c7 : !async.value<i32>
  task.cancel %r : !async.value<i32>
  %w = async.await %r : !async.value<i32>
  return %v, %kind, %fkind, %w : i32, i32, i32, i32"""
    assert everywhere(program(body, "i32, i32, i32, i32")) == [7, 0, 1, 7]


def test_cancelling_twice_is_cancelling_once() -> None:
    body = """
  %h = async.call @later(%long, %c7) : (i64, i32) -> !async.value<i32>
  task.sleep %short : i64
  task.cancel %h : !async.value<i32>
  task.cancel %h : !async.value<i32>
  %v, %kind, %code = task.try_await %h : !async.value<i32>
  %again = arith.addi %v, %kind : i32
  return %again : i32"""
    assert everywhere(program(body, "i32")) == [CANCELLED]


# ------------------------------------------------------------------------------------------------------------- the error


def test_who_awaits_a_cancelled_task_fails() -> None:
    middle = """
async.func @middle(%h: !async.value<i32>) -> !async.value<i32> {
  %v = async.await %h : !async.value<i32>
  return %v : i32
}"""
    body = """
  %h = async.call @later(%long, %c7) : (i64, i32) -> !async.value<i32>
  %m = async.call @middle(%h) : (!async.value<i32>) -> !async.value<i32>
  task.sleep %short : i64
  task.cancel %h : !async.value<i32>
  %v, %kind, %code = task.try_await %m : !async.value<i32>
  %w = async.await %h : !async.value<i32>
  return"""
    text = program(body, "", middle)
    for level in LEVELS:
        with pytest.raises(TaskError, match="the task was cancelled") as caught:
            reference.run(at_level(text, level), "main", [])
        assert (caught.value.kind, caught.value.code, caught.value.task) == ("cancelled", 0, "later")
        assert str(caught.value.location) == place(text, "task.sleep %ns"), "where it waited"


def test_a_cancelled_task_is_no_error_that_nobody_looked_at() -> None:
    middle = """
async.func @middle(%h: !async.value<i32>) -> !async.token {
  %v = async.await %h : !async.value<i32>
  return
}"""
    body = """
  %a = async.call @later(%long, %c7) : (i64, i32) -> !async.value<i32>
  %b = async.call @done(%c7) : (i32) -> !async.value<i32>
  %h = async.call @later(%long, %c7) : (i64, i32) -> !async.value<i32>
  %m = async.call @middle(%h) : (!async.value<i32>) -> !async.token
  task.sleep %short : i64
  task.cancel %a : !async.value<i32>
  task.cancel %h : !async.value<i32>
  return"""
    text = program(body, "", middle)
    assert run(text, statistics=True).stats["unobserved_errors"] == 1, "only that of @middle, which was not asked to end"


def test_a_group_fails_with_a_cancelled_member() -> None:
    body = """
  %g = async.create_group %i1 : !async.group
  %h = async.call @later(%long, %c7) : (i64, i32) -> !async.value<i32>
  %rank = async.add_to_group %h, %g : !async.value<i32>
  task.sleep %short : i64
  task.cancel %h : !async.value<i32>
  async.runtime.await %g : !async.group
  %bad = async.runtime.is_error %g : !async.group
  return %bad : i1"""
    assert everywhere(program(body, "i1")) == [True]


# --------------------------------------------------------------------------------------------------------------- children

CHILD = """
async.func @child(%e: !task.event, %a: memref<3xi32>) -> !async.token {
  %i0 = arith.constant 0 : index
  %one = arith.constant 1 : i32
  task.wait %e
  memref.store %one, %a[%i0] : memref<3xi32>
  return
}"""


@pytest.mark.parametrize("wait", ["async.await %h", "async.runtime.await %h", "%kind, %code = task.try_await %h"])
def test_a_child_that_is_awaited_is_cancelled_first(wait: str) -> None:
    parent = f"""
async.func @parent(%e: !task.event, %a: memref<3xi32>) -> !async.token {{
  %i1 = arith.constant 1 : index
  %one = arith.constant 1 : i32
  %h = async.call @child(%e, %a) : (!task.event, memref<3xi32>) -> !async.token
  {wait} : !async.token
  memref.store %one, %a[%i1] : memref<3xi32>
  return
}}"""
    body = """
  %e = task.event : !task.event
  %p = async.call @parent(%e, %a) : (!task.event, memref<3xi32>) -> !async.token
  task.sleep %short : i64
  task.cancel %p : !async.token
  %kind, %code = task.try_await %p : !async.token
  task.set %e
  task.sleep %short : i64
  %x = memref.load %a[%i0] : memref<3xi32>
  %y = memref.load %a[%i1] : memref<3xi32>
  return %kind, %x, %y : i32, i32, i32"""
    text = program(body, "i32, i32, i32", CHILD, parent, parameters="%a: memref<3xi32>")
    assert everywhere(text, np.zeros(3, dtype=np.int32)) == [CANCELLED, 0, 0], "neither the child nor the parent goes on"


def test_a_task_ends_after_the_child_that_it_awaits() -> None:
    tasks = """
async.func @slow(%a: memref<3xi32>, %ch: !task.channel<i32>) -> !async.token {
  %i0 = arith.constant 0 : index
  %v, %ok = task.recv %ch : !task.channel<i32>
  memref.store %v, %a[%i0] : memref<3xi32>
  return
}
async.func @parent(%a: memref<3xi32>, %ch: !task.channel<i32>) -> !async.token {
  %h = async.call @slow(%a, %ch) : (memref<3xi32>, !task.channel<i32>) -> !async.token
  async.await %h : !async.token
  return
}"""
    body = """
  %ch = task.channel %i1 : !task.channel<i32>
  %p = async.call @parent(%a, %ch) : (memref<3xi32>, !task.channel<i32>) -> !async.token
  task.sleep %short : i64
  task.send %c7, %ch : !task.channel<i32>
  task.cancel %p : !async.token
  %early = async.runtime.is_error %p : !async.token
  %kind, %code = task.try_await %p : !async.token
  %x = memref.load %a[%i0] : memref<3xi32>
  return %early, %kind, %x : i1, i32, i32"""
    text = program(body, "i1, i32, i32", tasks, parameters="%a: memref<3xi32>")
    # As a part of its parent the child would be ready, and so the parent.
    found = everywhere(text, np.zeros(3, dtype=np.int32), seeds=(0,), elide=False)
    assert found == [False, CANCELLED, 7], "the child is ready when it is cancelled, and ends well; its parent does not"


def test_a_task_that_somebody_else_started_is_left_alone() -> None:
    waiter = """
async.func @waiter(%h: !async.value<i32>) -> !async.value<i32> {
  %v = async.await %h : !async.value<i32>
  return %v : i32
}"""
    body = """
  %h = async.call @later(%long, %c7) : (i64, i32) -> !async.value<i32>
  %w = async.call @waiter(%h) : (!async.value<i32>) -> !async.value<i32>
  task.sleep %short : i64
  task.cancel %w : !async.value<i32>
  %ended = async.runtime.is_error %w : !async.value<i32>
  %v = async.await %h : !async.value<i32>
  return %ended, %v : i1, i32"""
    assert everywhere(program(body, "i1, i32", waiter)) == [True, 7]


def test_children_that_are_awaited_with_others_go_on() -> None:
    tasks = """
async.func @by_group(%e: !task.event, %a: memref<3xi32>) -> !async.token {
  %i1 = arith.constant 1 : index
  %g = async.create_group %i1 : !async.group
  %h = async.call @child(%e, %a) : (!task.event, memref<3xi32>) -> !async.token
  %r = async.add_to_group %h, %g : !async.token
  async.await_all %g
  return
}
async.func @by_select(%e: !task.event, %a: memref<3xi32>) -> !async.token {
  %h = async.call @child(%e, %a) : (!task.event, memref<3xi32>) -> !async.token
  %case = task.select(%h) : !async.token
  return
}"""
    for name in ("by_group", "by_select"):
        body = f"""
  %e = task.event : !task.event
  %p = async.call @{name}(%e, %a) : (!task.event, memref<3xi32>) -> !async.token
  task.sleep %short : i64
  task.cancel %p : !async.token
  %ended = async.runtime.is_error %p : !async.token
  task.set %e
  task.sleep %short : i64
  %x = memref.load %a[%i0] : memref<3xi32>
  return %ended, %x : i1, i32"""
        text = program(body, "i1, i32", CHILD, tasks, parameters="%a: memref<3xi32>")
        assert everywhere(text, np.zeros(3, dtype=np.int32)) == [True, 1]


def test_a_running_task_that_comes_to_await_its_child_cancels_it_then() -> None:
    parent = """
async.func @parent(%e: !task.event, %a: memref<3xi32>) -> !async.token {
  %i1 = arith.constant 1 : index
  %one = arith.constant 1 : i32
  %h = async.call @child(%e, %a) : (!task.event, memref<3xi32>) -> !async.token
  memref.store %one, %a[%i1] : memref<3xi32>
  async.await %h : !async.token
  return
}"""
    body = """
  %e = task.event : !task.event
  %p = async.call @parent(%e, %a) : (!task.event, memref<3xi32>) -> !async.token
  task.cancel %p : !async.token
  %kind, %code = task.try_await %p : !async.token
  task.set %e
  task.sleep %short : i64
  %x = memref.load %a[%i0] : memref<3xi32>
  %y = memref.load %a[%i1] : memref<3xi32>
  return %kind, %x, %y : i32, i32, i32"""
    text = program(body, "i32, i32, i32", CHILD, parent, parameters="%a: memref<3xi32>")
    assert everywhere(text, np.zeros(3, dtype=np.int32)) == [CANCELLED, 0, 1]


def test_a_long_chain_of_children_ends_from_its_end() -> None:
    chain = """
async.func @chain(%n: i32, %e: !task.event) -> !async.token {
  %c0 = arith.constant 0 : i32
  %c1 = arith.constant 1 : i32
  %last = arith.cmpi eq, %n, %c0 : i32
  scf.if %last {
    task.wait %e
  } else {
    %m = arith.subi %n, %c1 : i32
    %h = async.call @chain(%m, %e) : (i32, !task.event) -> !async.token
    async.await %h : !async.token
  }
  return
}"""
    body = """
  %n = arith.constant 3000 : i32
  %e = task.event : !task.event
  %h = async.call @chain(%n, %e) : (i32, !task.event) -> !async.token
  %long_enough = arith.constant 100000000 : i64
  task.sleep %long_enough : i64
  task.cancel %h : !async.token
  %kind, %code = task.try_await %h : !async.token
  return %kind : i32"""
    assert everywhere(program(body, "i32", chain), seeds=(0, 1)) == [CANCELLED]


def test_a_call_of_a_function_that_waits_is_cancelled_with_its_caller() -> None:
    tasks = """
func.func @waits(%e: !task.event) {
  task.wait %e
  return
}
async.func @caller(%e: !task.event) -> !async.token {
  func.call @waits(%e) : (!task.event) -> ()
  return
}"""
    body = """
  %e = task.event : !task.event
  %h = async.call @caller(%e) : (!task.event) -> !async.token
  task.sleep %short : i64
  task.cancel %h : !async.token
  %kind, %code = task.try_await %h : !async.token
  return %kind : i32"""
    assert everywhere(program(body, "i32", tasks)) == [CANCELLED]


@pytest.mark.parametrize("seed", SEEDS)
def test_cancelling_never_deadlocks(seed: int) -> None:
    """Workers that take a lock in turn, cancelled at any time but while they hold it: the lock always goes on."""
    tasks = """
async.func @worker(%l: !task.lock, %n: memref<3xi32>) -> !async.token {
  %i0 = arith.constant 0 : index
  %one = arith.constant 1 : i32
  %ns = arith.constant 3000 : i64
  task.sleep %ns : i64
  task.acquire %l
  %old = memref.load %n[%i0] : memref<3xi32>
  %new = arith.addi %old, %one : i32
  memref.store %new, %n[%i0] : memref<3xi32>
  task.release %l
  task.yield_now
  return
}"""
    body = """
  %l = task.lock : !task.lock
  %i20 = arith.constant 20 : index
  %g = async.create_group %i20 : !async.group
  scf.for %i = %i0 to %i20 step %i1 {
    %h = async.call @worker(%l, %a) : (!task.lock, memref<3xi32>) -> !async.token
    %rank = async.add_to_group %h, %g : !async.token
    task.acquire %l
    task.yield_now
    %two = arith.constant 2 : index
    %odd = arith.remui %i, %two : index
    %is_odd = arith.cmpi eq, %odd, %i1 : index
    scf.if %is_odd {
      task.cancel %h : !async.token
    }
    task.release %l
  }
  async.runtime.await %g : !async.group
  task.acquire %l
  %x = memref.load %a[%i0] : memref<3xi32>
  return %x : i32"""
    text = program(body, "i32", tasks, parameters="%a: memref<3xi32>")
    for level in LEVELS:
        (count,) = reference.run(at_level(text, level), "main", [np.zeros(3, dtype=np.int32)], seed=seed, workers=3, deadline=60).results
        assert 10 <= count <= 20


@pytest.mark.parametrize("level", LEVELS)
def test_a_warp_is_cancelled_as_one(level: str) -> None:
    warp = """
async.func @warp(%e: !task.event) -> !async.value<i32> {
  %lane = gpu.lane_id
  %x = arith.index_cast %lane : index to i32
  task.wait %e
  %sum = gpu.subgroup_reduce add %x : (i32) -> i32
  return %sum : i32
}"""
    body = """
  %e = task.event : !task.event
  %h = async.call @warp(%e) : (!task.event) -> !async.value<i32>
  task.sleep %short : i64
  task.cancel %h : !async.value<i32>
  %v, %kind, %code = task.try_await %h : !async.value<i32>
  return %v, %kind : i32, i32"""
    module = at_level(program(body, "i32, i32", warp), level)
    assert reference.run(module, "main", [], width=4, deadline=60).results == [0, CANCELLED]
