"""Machines at the levels split and laid out: suspensions, frames, and what a wrong layout is told."""

from __future__ import annotations

import pytest
from reference_programs import column_of, results, run
from test_reference_tasks import CHANNEL, FIB, GROUP, SEEDS

from asyncir.errors import DeadlockError, TaskError

SPLIT = """
sm.machine @double(%x: i32) -> i32 attributes {scope = "lane"} {
  %0 = arith.addi %x, %x : i32
  sm.suspend yield() 1 : () -> () [^next]
^next:
  sm.return %0 : i32
}
sm.machine @main(%x: i32) -> i32 attributes {scope = "lane", kernel} {
  %h = sm.start @double(%x) : (i32) -> !async.value<i32>
  sm.suspend await(%h) 1 : (!async.value<i32>) -> (i32) [^next]
^next(%v: i32):
  %r = arith.addi %v, %x : i32
  sm.return %r : i32
}"""

LAID_OUT = """
sm.machine @double(%x: i32) -> i32 attributes {
    scope = "lane", frame = #sm.frame<task 4 rows 0 policy "test">, arg_slots = [#sm.slot<task 0>]} {
  sm.suspend yield() 1 : () -> () [^ready, ^park]
^park:
  sm.park yield() 1 : () -> () [^resume]
^resume:
  %y = sm.reload at <task 0> : i32
  cf.br ^next(%y : i32)
^ready:
  cf.br ^next(%x : i32)
^next(%z: i32):
  %0 = arith.addi %z, %z : i32
  sm.return %0 : i32
}
sm.machine @main(%x: i32) -> i32 attributes {
    scope = "lane", kernel, frame = #sm.frame<task 8 rows 0 policy "test">, arg_slots = [#sm.slot<task 0>]} {
  %h = sm.start @double(%x) : (i32) -> !async.value<i32>
  sm.suspend await(%h) 1 : (!async.value<i32>) -> (i32) [^ready, ^park]
^park:
  sm.save %x at <task 4> : i32
  sm.park await(%h) 1 : (!async.value<i32>) -> (i32) [^resume]
^resume(%v1: i32):
  %x1 = sm.reload at <task 4> : i32
  cf.br ^next(%v1, %x1 : i32, i32)
^ready(%v0: i32):
  cf.br ^next(%v0, %x : i32, i32)
^next(%v: i32, %x2: i32):
  %r = arith.addi %v, %x2 : i32
  sm.return %r : i32
}"""


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("text", [SPLIT, LAID_OUT], ids=["split", "laid-out"])
def test_machines(text: str, seed: int) -> None:
    assert results(text, 5, seed=seed) == [15]
    assert results(text, 5, seed=seed, instances=3) == [[15, 15, 15]]


def without(text: str, line: str, other: str = "") -> str:
    assert line in text
    return text.replace(line, other)


def broken(text: str) -> TaskError:
    with pytest.raises(TaskError) as caught:
        run(text, 5)
    return caught.value


def test_a_missing_save_is_found_at_the_reload() -> None:
    text = without(LAID_OUT, "  sm.save %x at <task 4> : i32\n")
    error = broken(text)
    assert error.kind == "lost-value"
    assert "slot <task 4> is reloaded, but nothing is saved there" in error.message
    assert error.location is not None
    assert (error.location.line, error.location.column) == column_of(text, "sm.reload at <task 4>")


def test_a_reload_of_another_type_is_an_error() -> None:
    text = LAID_OUT.replace("sm.save %x at <task 4> : i32", "%f = arith.bitcast %x : i32 to f32\n  sm.save %f at <task 4> : f32")
    assert "reloaded as i32, but holds a value of type f32" in broken(text).message


def test_a_save_spoils_what_it_overlaps() -> None:
    text = without(LAID_OUT, "  sm.park await", "  %w = arith.extsi %x : i32 to i64\n  sm.save %w at <task 0> : i64\n  sm.park await")
    assert "slot <task 4> is reloaded, but nothing is saved there" in broken(text).message


def test_a_save_behind_the_frame_is_an_error() -> None:
    assert "ends behind the frame" in broken(LAID_OUT.replace("<task 4>", "<task 8>")).message


def test_a_value_that_is_not_reloaded_is_lost() -> None:
    # What the verifier cannot see, as it dominates: %x in the resumed block.
    text = LAID_OUT.replace("%x1 = sm.reload at <task 4> : i32", "%x1 = arith.addi %x, %x : i32")
    error = broken(text)
    assert error.kind == "lost-value"
    assert "reads %x, which was not saved over the last suspension" in error.message


def test_lanes_must_save_the_same_in_a_task_slot() -> None:
    text = """
sm.machine @main() -> index attributes {scope = "warp", kernel, frame = #sm.frame<task 8 rows 2 policy "test">, arg_slots = []} {
  %lane = gpu.lane_id
  sm.suspend yield() 1 : () -> () [^ready, ^park]
^park:
  sm.save %lane at <SLOT> : index
  sm.park yield() 1 : () -> () [^resume]
^resume:
  %l = sm.reload at <SLOT> : index
  cf.br ^next(%l : index)
^ready:
  cf.br ^next(%lane : index)
^next(%k: index):
  %i = arith.index_cast %k : index to i64
  %s = gpu.subgroup_reduce add %i : (i64) -> i64
  %r = arith.index_cast %s : i64 to index
  sm.return %r : index
}"""
    assert results(text.replace("SLOT", "rows 0"), width=4) == [6]
    with pytest.raises(TaskError, match="slot <task 0> takes 0 from one lane and 1 from lane 1"):
        run(text.replace("SLOT", "task 0"), width=4)
    with pytest.raises(TaskError, match="slot <rows 1> for a value of type index ends behind the frame"):
        run(text.replace("SLOT", "rows 1"), width=4)


@pytest.mark.parametrize("level", ["split", "sm", "rt"])
def test_lowered_programs_do_the_same(level: str) -> None:
    from reference_programs import at_level

    from asyncir import reference

    for text, args, expected in (
        (FIB, [9], [34]),
        (GROUP, [5, 5], [4, 0]),
        (GROUP, [2, 3], [0, 5]),
        (CHANNEL, [10, 2], [90, 20]),
    ):
        module = at_level(text.replace("-> (index, i32) {\n  %h", "-> (index, i32) attributes {task.kernel} {\n  %h"), level)
        for seed in SEEDS:
            assert reference.run(module, "main", args, seed=seed, deadline=30).results == expected


@pytest.mark.parametrize("level", ["source", "split", "sm", "rt"])
def test_a_deadlock_is_reported_in_the_same_words_at_every_level(level: str) -> None:
    from reference_programs import at_level

    from asyncir import reference

    with pytest.raises(DeadlockError) as caught:
        reference.run(at_level(GROUP, level), "main", [4, 3], deadline=30)
    line, column = column_of(GROUP, "async.create_group")
    reports = {task.task: task for task in caught.value.tasks}
    assert reports["fill"].waits_for == f"group created at t.mlir:{line}:{column}: 3 of 4 added, 3 of them ended"
    assert reports["main"].waits_for == "@fill"
    assert reports["fill"].location is not None
    assert (reports["fill"].location.line, reports["fill"].location.column) == column_of(GROUP, "async.await_all")
    assert caught.value.message == "deadlock: 2 tasks wait and nothing can wake them"
