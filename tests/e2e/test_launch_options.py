"""Capacities and deterministic launches: wrong values, exhaustion, and what `stats` says of it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy
import pytest
from targets import DEADLINE, Target, need, shared

import asyncir
from asyncir.errors import InputError, ResourceError
from asyncir.tools.main import main

COMPILED: list[Any] = ["cpu", pytest.param("cuda", marks=pytest.mark.gpu)]
DYNAMIC: dict[str, Any] = {"executor": "dynamic", "elide": False, "deadline": DEADLINE}

DEEP = """\
async.func @down(%n: i32, %ch: !task.channel<i32>) -> !async.value<i32> {
  %c0 = arith.constant 0 : i32
  %c1 = arith.constant 1 : i32
  %end = arith.cmpi eq, %n, %c0 : i32
  cf.cond_br %end, ^end, ^go
^end:
  return %c0 : i32
^go:
  %less = arith.subi %n, %c1 : i32
  task.yield_now
  %v = async.call @down(%less, %ch) : (i32, !task.channel<i32>) -> !async.value<i32>
  %r = async.await %v : !async.value<i32>
  %s = arith.addi %r, %c1 : i32
  return %s : i32
}
func.func @main(%n: i32) -> i32 {
  %one = arith.constant 1 : index
  %ch = task.channel %one : !task.channel<i32>
  %v = async.call @down(%n, %ch) : (i32, !task.channel<i32>) -> !async.value<i32>
  %r = async.await %v : !async.value<i32>
  return %r : i32
}
"""
"""n tasks that are alive at the same time: each waits for the next, and none can run on its parent's stack."""

WIDE = """\
async.func @one(%ch: !task.channel<i32>) -> !async.token {
  %v, %ok = task.recv %ch : !task.channel<i32>
  return
}
func.func @main(%n: index) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %ch = task.channel %c1 : !task.channel<i32>
  %group = async.create_group %n : !async.group
  scf.for %i = %c0 to %n step %c1 {
    %t = async.call @one(%ch) : (!task.channel<i32>) -> !async.token
    %rank = async.add_to_group %t, %group : !async.token
  }
  task.close %ch : !task.channel<i32>
  async.await_all %group
  return
}
"""
"""n tasks that are ready at the same time."""

BIG = """\
func.func @main(%a: i64) -> i64 {
  task.yield_now
  return %a : i64
}
"""


def of(text: str) -> asyncir.Program:
    return shared(text, "program.mlir")


@pytest.mark.parametrize("target", COMPILED)
def test_an_exhausted_arena_says_where_what_for_and_how_to_get_more(target: Target) -> None:
    need(target)
    program = of(DEEP)
    with pytest.raises(ResourceError) as caught:
        program.run(None, 10_000, target=target, arena=1 << 16, **DYNAMIC)
    error = caught.value
    assert (error.resource, error.option, error.available, error.exit_status) == ("arena", "arena", 1 << 16, 3)
    assert error.needed is not None and 64 <= error.needed <= 256
    assert error.location is not None and error.location.line in (11, 12)
    assert "the arena of 65536 bytes is exhausted (frame of @down, " in error.message
    assert error.help == "launch with arena=131072"
    assert program.run(None, 100, target=target, arena=1 << 16, **DYNAMIC).value == 100, "the next launch finds all of it"
    assert program.run(None, 10_000, target=target, arena=1 << 22, **DYNAMIC).value == 10_000


@pytest.mark.parametrize("target", COMPILED)
def test_a_full_queue_says_how_to_get_more(target: Target) -> None:
    need(target)
    program = of(WIDE)
    with pytest.raises(ResourceError) as caught:
        program.run(None, 5000, target=target, queue=8, deterministic=True, **DYNAMIC)
    assert (caught.value.resource, caught.value.option, caught.value.available) == ("ready queue", "queue", 8)
    assert caught.value.help == "launch with queue=16"
    program.run(None, 5000, target=target, queue=8192, deterministic=True, **DYNAMIC)


@pytest.mark.parametrize("target", COMPILED)
def test_an_exhausted_launch_gives_no_results_and_the_next_one_does(target: Target) -> None:
    need(target)
    program = of(DEEP)
    launch = program.launch(None, 10_000, target=target, arena=1 << 16, **DYNAMIC)
    for _ in range(2):
        with pytest.raises(ResourceError):
            launch.wait()
    assert launch.done()


@pytest.mark.parametrize("target", ["reference", *COMPILED])
@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"arena": 100}, "arena is 100 bytes: it must lie between"),
        ({"queue": 0}, "queue is 0 tasks: it must lie between"),
        ({"stack": -4}, "stack is -4 words: it must lie between"),
        ({"seed": -1}, "seed is -1: it must lie between"),
        ({"deterministic": True, "workers": 2}, "workers is 2: a deterministic launch has one"),
    ],
)
def test_wrong_values_are_told_of_before_the_launch(target: Target, options: dict[str, Any], said: str) -> None:
    need(target)
    with pytest.raises(InputError) as caught:
        of(BIG).run(None, 1, target=target, **DYNAMIC, **options)
    assert caught.value.message.startswith(said)


def reversal(count: int) -> str:
    """A task that keeps `count` elements of an array across a suspension, and then writes them back in reverse."""
    lines = ["func.func @main(%a: memref<?xi64>) {", *(f"  %i{i} = arith.constant {i} : index" for i in range(count))]
    lines += [f"  %v{i} = memref.load %a[%i{i}] : memref<?xi64>" for i in range(count)]
    lines += ["  task.yield_now", *(f"  memref.store %v{i}, %a[%i{count - 1 - i}] : memref<?xi64>" for i in range(count))]
    return "\n".join([*lines, "  return", "}", ""])


def test_a_frame_larger_than_the_arena_is_told_of_before_the_launch() -> None:
    program, array = of(reversal(600)), numpy.arange(600)
    program.run(None, array, target="cpu", **DYNAMIC)
    assert array.tolist() == list(reversed(range(600)))
    with pytest.raises(InputError) as caught:
        program.run(None, array, target="cpu", arena=4096, **DYNAMIC)
    error = caught.value
    assert "program.mlir:1202:3: arena is 4096 bytes: a task @main takes 4912 bytes of it" in str(error)
    assert "4840 for the suspension 'yield': 601 values, the largest %a of type memref<?xi64> (40 bytes)" in error.message
    named = [(text.split()[0], place.line, place.column) for text, place in error.notes if place is not None]
    assert named == [("%a", 1, 17), ("%v0", 602, 9), ("%v1", 603, 9)]
    assert error.help is not None and error.help.startswith("launch with arena=4976 or more, or keep values in an array (memref.alloc)")
    assert array.tolist() == list(reversed(range(600))), "nothing ran"


ORDER = """\
async.func @mark(%log: memref<?xi32>, %next: memref<?xi32>, %id: i32) -> !async.token {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : i32
  %one = arith.constant 1 : index
  %two = arith.constant 2 : index
  scf.for %round = %c0 to %two step %one {
    task.yield_now
    %at = memref.load %next[%c0] : memref<?xi32>
    %more = arith.addi %at, %c1 : i32
    memref.store %more, %next[%c0] : memref<?xi32>
    %place = arith.index_cast %at : i32 to index
    memref.store %id, %log[%place] : memref<?xi32>
  }
  return
}
func.func @main(%log: memref<?xi32>, %next: memref<?xi32>, %n: index) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %group = async.create_group %n : !async.group
  scf.for %i = %c0 to %n step %c1 {
    %id = arith.index_cast %i : index to i32
    %t = async.call @mark(%log, %next, %id) : (memref<?xi32>, memref<?xi32>, i32) -> !async.token
    %rank = async.add_to_group %t, %group : !async.token
  }
  async.await_all %group
  return
}
"""
"""Tasks write down in which order they run. Right only if one runs at a time."""


def order(target: Target, tasks: int, seed: int = 0) -> list[int]:
    log, following = numpy.full(2 * tasks, -1, numpy.int32), numpy.zeros(1, numpy.int32)
    outcome = of(ORDER).run(None, log, following, tasks, target=target, deterministic=True, seed=seed, deadline=DEADLINE)
    assert outcome.stats["workers"] == 1
    assert following[0] == 2 * tasks, "no two tasks ran at the same time"
    return log.tolist()


def test_a_deterministic_launch_has_one_order() -> None:
    first = order("cpu", 40)
    assert sorted(first) == sorted([*range(40), *range(40)])
    assert [order("cpu", 40) for _ in range(5)] == [first] * 5


@pytest.mark.gpu
@pytest.mark.parametrize("seed", [0, 1, 7])
def test_the_order_is_the_same_on_the_gpu(seed: int) -> None:
    need("cuda")
    expected = order("cpu", 100, seed)
    assert [order("cuda", 100, seed) for _ in range(3)] == [expected] * 3


def test_a_deterministic_launch_needs_an_executor_with_an_order() -> None:
    with pytest.raises(InputError, match="the executor 'inline' runs instances in no order"):
        of(BIG).run(None, 1, target="cpu", executor="inline", deterministic=True)


def test_options_of_the_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "program.mlir"
    file.write_text(DEEP)
    command = ["run", str(file), "--target", "cpu", "--executor", "dynamic", "--no-elide", "--args"]
    assert main([*command, "100", "--deterministic", "--seed", "3", "--queue", "64", "--stack", "100", "--stats", "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert (said["results"], said["stats"]["workers"], said["stats"]["tasks"]) == ([100], 1, 102)
    assert main([*command, "10000", "--arena", "65536"]) == 3
    message = capsys.readouterr().err
    assert "the arena of 65536 bytes is exhausted" in message and "help: launch with arena=131072" in message
    assert main([*command, "1", "--queue", "1"]) == 1
    assert "queue is 1 tasks: it must lie between" in capsys.readouterr().err


@pytest.mark.parametrize("target", COMPILED)
def test_times_and_sizes_are_there_without_counting(target: Target) -> None:
    need(target)
    stats = of(DEEP).run(None, 1000, target=target, **DYNAMIC).stats
    assert stats["tasks"] is None and stats["kernel_ms"] is not None and stats["reset_ms"] is not None
    assert 0 < stats["kernel_ms"] < 10_000 and 0 <= stats["reset_ms"] < 1000
    assert stats["high_water"] is not None and stats["memory_bytes"] is not None
    assert 64_000 <= stats["high_water"] <= stats["memory_bytes"]


@pytest.mark.parametrize("target", COMPILED)
def test_high_water_marks_are_those_of_the_launch(target: Target) -> None:
    need(target)
    program = of(DEEP)
    marks = [program.run(None, n, target=target, stats=True, **DYNAMIC).stats["high_water"] for n in (1000, 10, 1000)]
    assert marks[0] == marks[2] and marks[1] is not None and marks[0] is not None and marks[1] < marks[0] / 20
