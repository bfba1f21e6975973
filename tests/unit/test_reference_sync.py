"""Events, locks and select in the reference: at the levels source, split and sm, and in any order of tasks."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
from reference_programs import at_level, column_of, results, run

from asyncir import reference
from asyncir.errors import DeadlockError, TaskError
from asyncir.reference.task import Task
from asyncir.reference.wait import Wait

SEEDS = (0, 1, 2, 3)
LEVELS = ("source", "split", "sm")

CONSTANTS = """
  %c0 = arith.constant 0 : i32
  %c1 = arith.constant 1 : i32
  %c7 = arith.constant 7 : i32
  %i0 = arith.constant 0 : index
  %i1 = arith.constant 1 : index
  %i4 = arith.constant 4 : index
  %none = arith.constant 0 : i64
  %short = arith.constant 1000000 : i64
  %long = arith.constant 1000000000 : i64
"""

TASKS = """
async.func @done(%x: i32) -> !async.value<i32> {
  return %x : i32
}
async.func @later(%ns: i64, %x: i32) -> !async.value<i32> {
  task.sleep %ns : i64
  return %x : i32
}
async.func @send(%ns: i64, %x: i32, %ch: !task.channel<i32>) -> !async.token {
  task.sleep %ns : i64
  task.send %x, %ch : !task.channel<i32>
  return
}
async.func @failing(%x: i32) -> !async.token {
  task.fail %x : i32
  return
}
"""


def program(body: str, types: str, *more: str, parameters: str = "") -> str:
    """A kernel @main with constants in front of its body, and tasks beside it."""
    return "\n".join((TASKS, *more, f"func.func @main({parameters}) -> ({types}) attributes {{task.kernel}} {{{CONSTANTS}{body}\n}}"))


def everywhere(text: str, *arguments: Any, seeds: Sequence[int] = SEEDS, elide: bool = True) -> list[Any]:
    """The results, which are the same at every level, with calls elided, and in any order; arrays are copied for each run."""
    found: list[list[Any]] = []
    modules = [*(at_level(text, level) for level in LEVELS), *([at_level(text, "split", elide=True)] if elide else [])]
    for module in modules:
        for seed in seeds:
            copies = [argument.copy() if isinstance(argument, np.ndarray) else argument for argument in arguments]
            found.append(reference.run(module, "main", copies, seed=seed, workers=3, deadline=60).results)
    assert all(one == found[0] for one in found)
    return found[0]


def deadlock(text: str) -> dict[str, str | None]:
    """What each task waits for at the end, by the task's name; the same at every level."""
    told: list[dict[str, str | None]] = []
    for level in LEVELS:
        with pytest.raises(DeadlockError) as caught:
            reference.run(at_level(text, level), "main", [], deadline=60)
        told.append({task.task: task.waits_for for task in caught.value.tasks})
    assert told[0] == told[1] == told[2]
    return told[0]


def place(text: str, part: str) -> str:
    line, column = column_of(text, part)
    return f"t.mlir:{line}:{column}"


# ----------------------------------------------------------------------------------------------------------------- events


def test_a_set_wakes_all_that_wait() -> None:
    waiter = """
async.func @waiter(%e: !task.event, %sum: memref<1xi32>, %x: i32) -> !async.token {
  %i0 = arith.constant 0 : index
  task.wait %e
  %old = memref.load %sum[%i0] : memref<1xi32>
  %new = arith.addi %old, %x : i32
  memref.store %new, %sum[%i0] : memref<1xi32>
  return
}"""
    body = """
  %e = task.event : !task.event
  %g = async.create_group %i4 : !async.group
  scf.for %i = %i0 to %i4 step %i1 {
    %h = async.call @waiter(%e, %sum, %c7) : (!task.event, memref<1xi32>, i32) -> !async.token
    %rank = async.add_to_group %h, %g : !async.token
  }
  task.sleep %short : i64
  %before = memref.load %sum[%i0] : memref<1xi32>
  task.set %e
  async.await_all %g
  %after = memref.load %sum[%i0] : memref<1xi32>
  return %before, %after : i32, i32"""
    text = program(body, "i32, i32", waiter, parameters="%sum: memref<1xi32>")
    assert everywhere(text, np.zeros(1, dtype=np.int32)) == [0, 28]


def test_an_event_stays_set_until_it_is_cleared() -> None:
    body = """
  %e = task.event : !task.event
  %a = task.is_set %e
  task.set %e
  task.set %e
  task.wait %e
  task.wait %e
  %b = task.is_set %e
  task.clear %e
  task.clear %e
  %c = task.is_set %e
  return %a, %b, %c : i1, i1, i1"""
    text = program(body, "i1, i1, i1")
    assert everywhere(text) == [False, True, False]
    assert run(text, statistics=True).stats["suspensions"] == 0, "a wait for a set event does not suspend"


def test_who_a_set_has_woken_goes_on_although_it_is_cleared() -> None:
    waiter = """
async.func @waiter(%e: !task.event) -> !async.value<i1> {
  task.wait %e
  %b = task.is_set %e
  return %b : i1
}"""
    body = """
  %e = task.event : !task.event
  %h = async.call @waiter(%e) : (!task.event) -> !async.value<i1>
  task.sleep %short : i64
  task.set %e
  task.clear %e
  %b = async.await %h : !async.value<i1>
  return %b : i1"""
    assert everywhere(program(body, "i1", waiter), seeds=(0,)) == [False]


def test_a_cleared_event_is_waited_for_and_named() -> None:
    text = program("  %e = task.event : !task.event\n  task.set %e\n  task.clear %e\n  task.wait %e\n  return", "")
    assert deadlock(text) == {"main": f"wait on event created at {place(text, 'task.event')}"}
    with pytest.raises(DeadlockError) as caught:
        run(text)
    location = caught.value.tasks[0].location
    assert location is not None
    assert (location.line, location.column) == column_of(text, "task.wait")


def test_a_warp_waits_and_sets_as_one() -> None:
    text = program(
        """
  %e = task.event : !task.event
  %l = task.lock : !task.lock
  %h = async.call @setter(%e) : (!task.event) -> !async.token
  %lane = gpu.lane_id
  task.acquire %l
  task.wait %e
  task.release %l
  %x = arith.index_cast %lane : index to i32
  %b = task.is_set %e
  %k = arith.extui %b : i1 to i32
  %y = arith.addi %x, %k : i32
  %sum = gpu.subgroup_reduce add %y : (i32) -> i32
  return %sum : i32""",
        "i32",
        "async.func @setter(%e: !task.event) -> !async.token {\n  task.set %e\n  return\n}",
    )
    assert run(text, width=4).results == [10]
    assert reference.run(at_level(text, "sm"), "main", [], width=4).results == [10]


# ------------------------------------------------------------------------------------------------------------------ locks

COUNT = """
async.func @count(%l: !task.lock, %n: memref<1xi32>) -> !async.token {
  %i0 = arith.constant 0 : index
  %one = arith.constant 1 : i32
  task.acquire %l
  %old = memref.load %n[%i0] : memref<1xi32>
  task.yield_now
  %new = arith.addi %old, %one : i32
  memref.store %new, %n[%i0] : memref<1xi32>
  task.release %l
  return
}"""


def test_a_lock_excludes_others() -> None:
    body = """
  %l = task.lock : !task.lock
  %i20 = arith.constant 20 : index
  %g = async.create_group %i20 : !async.group
  scf.for %i = %i0 to %i20 step %i1 {
    %h = async.call @count(%l, %n) : (!task.lock, memref<1xi32>) -> !async.token
    %rank = async.add_to_group %h, %g : !async.token
  }
  async.await_all %g
  %r = memref.load %n[%i0] : memref<1xi32>
  return %r : i32"""
    assert everywhere(program(body, "i32", COUNT, parameters="%n: memref<1xi32>"), np.zeros(1, dtype=np.int32)) == [20]


ORDER = """
async.func @taker(%l: !task.lock, %x: i32, %hold: i64) -> !async.token {
  task.acquire %l
  vector.print %x : i32
  task.sleep %hold : i64
  task.release %l
  return
}"""


def test_a_lock_is_handed_over_in_the_order_of_asking() -> None:
    body = """
  %l = task.lock : !task.lock
  task.acquire %l
  scf.for %i = %i0 to %i4 step %i1 {
    %x = arith.index_cast %i : index to i32
    %h = async.call @taker(%l, %x, %short) : (!task.lock, i32, i64) -> !async.token
    task.sleep %short : i64
  }
  task.release %l
  task.acquire %l
  vector.print %c7 : i32
  task.release %l
  return"""
    text = program(body, "", ORDER)
    for seed in SEEDS:
        assert run(text, seed=seed, workers=3).output == "0\n1\n2\n3\n7\n", "who releases does not overtake those that wait"


def test_a_lock_that_is_handed_over_is_held() -> None:
    body = """
  %l = task.lock : !task.lock
  task.acquire %l
  %a = async.call @taker(%l, %c0, %long) : (!task.lock, i32, i64) -> !async.token
  task.sleep %short : i64
  task.release %l
  %b = async.call @taker(%l, %c1, %none) : (!task.lock, i32, i64) -> !async.token
  task.sleep %short : i64
  vector.print %c7 : i32
  async.await %b : !async.token
  return"""
    for seed in SEEDS:
        assert run(program(body, "", ORDER), seed=seed, workers=3).output == "0\n7\n1\n"


def test_a_free_lock_is_taken_without_suspending() -> None:
    body = "  %l = task.lock : !task.lock\n  task.acquire %l\n  task.release %l\n  task.acquire %l\n  task.release %l\n  return"
    assert run(program(body, ""), statistics=True).stats["suspensions"] == 0


def test_releasing_a_free_lock_fails_the_task() -> None:
    text = program("  %l = task.lock : !task.lock\n  task.acquire %l\n  task.release %l\n  task.release %l {again}\n  return", "")
    for level in LEVELS:
        with pytest.raises(TaskError, match="invalid argument: the lock is free") as caught:
            reference.run(at_level(text, level), "main", [])
        assert caught.value.kind == "invalid-argument"
        assert str(caught.value.location) == place(text, "task.release %l {again}")


def test_another_task_may_release_a_lock() -> None:
    body = """
  %l = task.lock : !task.lock
  task.acquire %l
  %h = async.call @release(%l) : (!task.lock) -> !async.token
  task.acquire %l
  return %c1 : i32"""
    releaser = "async.func @release(%l: !task.lock) -> !async.token {\n  task.release %l\n  return\n}"
    assert everywhere(program(body, "i32", releaser)) == [1]


def test_asking_twice_for_a_lock_is_a_deadlock_that_names_it() -> None:
    text = program("  %l = task.lock : !task.lock\n  task.acquire %l\n  task.acquire %l\n  return", "")
    assert deadlock(text) == {"main": f"acquire on lock created at {place(text, 'task.lock')}"}


def test_the_end_of_a_task_releases_nothing() -> None:
    holder = """
async.func @holder(%l: !task.lock, %x: i32) -> !async.token {
  task.acquire %l
  task.fail %x : i32
  return
}"""
    body = """
  %l = task.lock : !task.lock
  %h = async.call @holder(%l, %c7) : (!task.lock, i32) -> !async.token
  %kind, %code = task.try_await %h : !async.token
  task.acquire %l
  return"""
    text = program(body, "", holder)
    assert deadlock(text) == {"main": f"acquire on lock created at {place(text, 'task.lock :')}"}


# ----------------------------------------------------------------------------------------------------------------- select


def test_of_several_cases_that_are_there_the_first_wins() -> None:
    body = """
  %ch = task.channel %i4 : !task.channel<i32>
  task.send %c7, %ch : !task.channel<i32>
  %h = async.call @done(%c1) : (i32) -> !async.value<i32>
  async.runtime.await %h : !async.value<i32>
  %a, %ia, %oka = task.select(%h, %ch) : !async.value<i32>, !task.channel<i32>
  %b, %ib, %okb = task.select(%ch, %h) after %none : !task.channel<i32>, !async.value<i32>
  return %a, %ia, %oka, %b, %ib, %okb : i32, i32, i1, i32, i32, i1"""
    text = program(body, "i32, i32, i1, i32, i32, i1")
    assert everywhere(text) == [0, 0, False, 0, 7, True], "and a receive that loses leaves its item"


def test_the_first_case_to_be_there_wins() -> None:
    body = """
  %a = async.call @later(%long, %c0) : (i64, i32) -> !async.value<i32>
  %b = async.call @later(%short, %c7) : (i64, i32) -> !async.value<i32>
  %case = task.select(%a, %b) : !async.value<i32>, !async.value<i32>
  %v = async.await %b : !async.value<i32>
  %w = async.await %a : !async.value<i32>
  return %case, %v, %w : i32, i32, i32"""
    assert everywhere(program(body, "i32, i32, i32")) == [1, 7, 0], "and no token or value is consumed"


def test_a_timeout_is_the_last_case() -> None:
    body = """
  %ch = task.channel %i4 : !task.channel<i32>
  %a = async.call @later(%long, %c0) : (i64, i32) -> !async.value<i32>
  %case, %item, %ok = task.select(%a, %ch) after %short : !async.value<i32>, !task.channel<i32>
  %late = task.select(%a) after %long : !async.value<i32>
  return %case, %item, %ok, %late : i32, i32, i1, i32"""
    assert everywhere(program(body, "i32, i32, i1, i32")) == [2, 0, False, 0]


@pytest.mark.parametrize("nanoseconds", [0, -5])
def test_a_timeout_of_zero_only_looks(nanoseconds: int) -> None:
    body = """
  %ch = task.channel %i4 : !task.channel<i32>
  %a, %ia, %oka = task.select(%ch) after %ns : !task.channel<i32>
  task.send %c7, %ch : !task.channel<i32>
  %b, %ib, %okb = task.select(%ch) after %ns : !task.channel<i32>
  return %a, %b, %ib : i32, i32, i32"""
    text = program(body, "i32, i32, i32", parameters="%ns: i64")
    assert everywhere(text, nanoseconds) == [1, 0, 7]
    assert run(text, nanoseconds, statistics=True).stats["suspensions"] == 0


def test_a_receive_that_wins_while_it_waits_gets_its_item() -> None:
    body = """
  %x = task.channel %i1 : !task.channel<i32>
  %y = task.channel %i1 : !task.channel<i32>
  %h = async.call @send(%short, %c7, %y) : (i64, i32, !task.channel<i32>) -> !async.token
  %case, %item, %ok = task.select(%x, %h, %y) after %long : !task.channel<i32>, !async.token, !task.channel<i32>
  return %case, %item, %ok : i32, i32, i1"""
    assert everywhere(program(body, "i32, i32, i1")) == [2, 7, True]


def test_a_closed_channel_is_there() -> None:
    closer = """
async.func @close(%ch: !task.channel<i32>) -> !async.token {
  %ns = arith.constant 1000000 : i64
  task.sleep %ns : i64
  task.close %ch : !task.channel<i32>
  return
}"""
    body = """
  %ch = task.channel %i1 : !task.channel<i32>
  %other = task.channel %i1 : !task.channel<i32>
  %h = async.call @close(%ch) : (!task.channel<i32>) -> !async.token
  %a, %ia, %oka = task.select(%other, %ch) : !task.channel<i32>, !task.channel<i32>
  %b, %ib, %okb = task.select(%other, %ch) : !task.channel<i32>, !task.channel<i32>
  return %a, %oka, %b, %ib, %okb : i32, i1, i32, i32, i1"""
    assert everywhere(program(body, "i32, i1, i32, i32, i1", closer)) == [1, False, 1, 0, False], "while it waits, and before"


def test_an_item_that_comes_after_a_select_has_gone_on_is_not_lost() -> None:
    body = """
  %ch = task.channel %i1 : !task.channel<i32>
  %h = async.call @send(%long, %c7, %ch) : (i64, i32, !task.channel<i32>) -> !async.token
  %case, %item, %ok = task.select(%ch) after %short : !task.channel<i32>
  async.await %h : !async.token
  %v, %got = task.recv %ch : !task.channel<i32>
  return %case, %ok, %v, %got : i32, i1, i32, i1"""
    assert everywhere(program(body, "i32, i1, i32, i1")) == [1, False, 7, True]


def test_selects_and_receives_are_served_in_the_order_of_asking() -> None:
    receivers = """
async.func @select(%ch: !task.channel<i32>, %t: !async.token) -> !async.value<i32> {
  %case, %item, %ok = task.select(%t, %ch) : !async.token, !task.channel<i32>
  return %item : i32
}
async.func @receive(%ch: !task.channel<i32>) -> !async.value<i32> {
  %item, %ok = task.recv %ch : !task.channel<i32>
  return %item : i32
}
async.func @wait(%e: !task.event) -> !async.token {
  task.wait %e
  return
}"""
    body = """
  %ch = task.channel %i1 : !task.channel<i32>
  %e = task.event : !task.event
  %t = async.call @wait(%e) : (!task.event) -> !async.token
  %a = async.call @select(%ch, %t) : (!task.channel<i32>, !async.token) -> !async.value<i32>
  task.sleep %short : i64
  %b = async.call @receive(%ch) : (!task.channel<i32>) -> !async.value<i32>
  task.sleep %short : i64
  task.send %c1, %ch : !task.channel<i32>
  task.send %c7, %ch : !task.channel<i32>
  task.set %e
  %va = async.await %a : !async.value<i32>
  %vb = async.await %b : !async.value<i32>
  return %va, %vb : i32, i32"""
    assert everywhere(program(body, "i32, i32", receivers)) == [1, 7]


def test_a_failed_task_is_a_case_as_any_other() -> None:
    body = """
  %h = async.call @failing(%c7) : (i32) -> !async.token
  %case = task.select(%h) : !async.token
  %kind, %code = task.try_await %h : !async.token
  return %case, %kind, %code : i32, i32, i32"""
    assert everywhere(program(body, "i32, i32, i32")) == [0, 1, 7]


def test_a_select_does_not_count_as_looking_at_an_error() -> None:
    body = "  %h = async.call @failing(%c7) : (i32) -> !async.token\n  %case = task.select(%h) : !async.token\n  return %case : i32"
    assert run(program(body, "i32"), statistics=True).stats["unobserved_errors"] == 1


def test_the_same_source_may_stand_in_several_cases() -> None:
    body = """
  %ch = task.channel %i1 : !task.channel<i32>
  %h = async.call @send(%short, %c7, %ch) : (i64, i32, !task.channel<i32>) -> !async.token
  %a, %item, %ok = task.select(%ch, %ch) : !task.channel<i32>, !task.channel<i32>
  %l = async.call @later(%short, %c1) : (i64, i32) -> !async.value<i32>
  %b = task.select(%l, %l) : !async.value<i32>, !async.value<i32>
  return %a, %item, %b : i32, i32, i32"""
    assert everywhere(program(body, "i32, i32, i32")) == [0, 7, 0]


def test_a_sleeper_wakes_behind_the_time_of_a_timeout_that_lost() -> None:
    body = """
  %ch = task.channel %i1 : !task.channel<i32>
  %longer = arith.constant 3000000000 : i64
  %h = async.call @send(%short, %c7, %ch) : (i64, i32, !task.channel<i32>) -> !async.token
  %case, %item, %ok = task.select(%ch) after %long : !task.channel<i32>
  task.sleep %longer : i64
  return %case : i32"""
    assert everywhere(program(body, "i32")) == [0]


def test_a_select_in_a_loop() -> None:
    body = """
  %n = arith.constant 3000 : index
  %ch = task.channel %i1 : !task.channel<i32>
  %e = task.event : !task.event
  %t = async.call @wait(%e) : (!task.event) -> !async.token
  %p = async.call @produce(%ch) : (!task.channel<i32>) -> !async.token
  %sum = scf.for %i = %i0 to %n step %i1 iter_args(%s = %c0) -> (i32) {
    %case, %item, %ok = task.select(%t, %ch) after %long : !async.token, !task.channel<i32>
    %next = arith.addi %s, %item : i32
    scf.yield %next : i32
  }
  task.set %e
  %last, %nothing, %no = task.select(%t, %ch) : !async.token, !task.channel<i32>
  return %sum, %last : i32, i32"""
    tasks = """
async.func @wait(%e: !task.event) -> !async.token {
  task.wait %e
  return
}
async.func @produce(%ch: !task.channel<i32>) -> !async.token {
  %i0 = arith.constant 0 : index
  %i1 = arith.constant 1 : index
  %n = arith.constant 3000 : index
  %one = arith.constant 1 : i32
  scf.for %i = %i0 to %n step %i1 {
    task.send %one, %ch : !task.channel<i32>
  }
  return
}"""
    assert results(program(body, "i32, i32", tasks), deadline=60) == [3000, 0]


def test_a_wait_that_is_over_is_in_no_list() -> None:
    lists: list[OrderedDict[Wait, int]] = [OrderedDict(), OrderedDict()]
    waits = [Wait(Task(None, name, 0, 0, 0, None)) for name in "abc"]  # pyright: ignore[reportArgumentType]
    for number, wait in enumerate(waits):
        for waiters in lists:
            wait.join(waiters, number)
            wait.join(waiters, -1)
    waits[1].leave()
    assert [list(waiters.items()) for waiters in lists] == [[(waits[0], 0), (waits[2], 2)]] * 2
    assert [wait.over for wait in waits] == [False, True, False]


def test_a_select_that_nothing_ends_is_a_deadlock_that_names_all_its_sources() -> None:
    tasks = "async.func @wait(%e: !task.event) -> !async.token {\n  task.wait %e\n  return\n}"
    body = """
  %ch = task.channel %i1 : !task.channel<i32>
  %e = task.event : !task.event
  %t = async.call @wait(%e) : (!task.event) -> !async.token
  %case, %item, %ok = task.select(%t, %ch) : !async.token, !task.channel<i32>
  return"""
    text = program(body, "", tasks)
    assert deadlock(text) == {
        "main": f"select on @wait, channel created at {place(text, 'task.channel %i1')}",
        "wait": f"wait on event created at {place(text, 'task.event :')}",
    }


@pytest.mark.parametrize("use", ["task.wait %e", "task.set %e", "%b = task.is_set %e", "task.clear %e"])
def test_an_event_from_a_failed_task_is_none(use: str) -> None:
    maker = """
async.func @make(%x: i32) -> !async.value<!task.event> {
  %e = task.event : !task.event
  task.fail %x : i32
  return %e : !task.event
}"""
    body = f"""
  %h = async.call @make(%c7) : (i32) -> !async.value<!task.event>
  %e, %kind, %code = task.try_await %h : !async.value<!task.event>
  {use}
  return"""
    with pytest.raises(TaskError, match="on a handle that names nothing") as caught:
        run(program(body, "", maker))
    assert caught.value.kind == "invalid-argument"
