"""
Memory of the heap is freed and used again: programs that start tasks for ever run in a small arena, and nobody touches what was freed.

The reference finds uses of freed objects at level `rt`, and of dropped handles at `split` and `sm`.
"""

from __future__ import annotations

from functools import cache

import pytest
from targets import need, sampled

import asyncir
from asyncir.dialects.context import make_context
from asyncir.dialects.parsing import parse_module
from asyncir.errors import ResourceError, TaskError
from asyncir.lowering.ptxas import assemble
from asyncir.reference.explore import explore
from asyncir.reference.rt_run import Launch

SMALL = 1 << 20
"""Bytes of an arena with room for some thousand tasks."""

LOOP = """\
async.func @next(%x: i64) -> !async.value<i64> {
  %one = arith.constant 1 : i64
  %y = arith.addi %x, %one : i64
  return %y : i64
}
func.func @main(%n: index) -> i64 attributes {task.kernel} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %zero = arith.constant 0 : i64
  %r = scf.for %i = %c0 to %n step %c1 iter_args(%x = %zero) -> (i64) {
    %h = async.call @next(%x) : (i64) -> !async.value<i64>
    %y = async.await %h : !async.value<i64>
    scf.yield %y : i64
  }
  return %r : i64
}
"""
"""One task after the other."""

PIPELINE = """\
async.func @next(%x: i64) -> !async.value<i64> {
  %one = arith.constant 1 : i64
  task.yield_now
  %y = arith.addi %x, %one : i64
  return %y : i64
}
func.func @main(%n: index) -> i64 attributes {task.kernel} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %zero = arith.constant 0 : i64
  %h0 = async.call @next(%zero) : (i64) -> !async.value<i64>
  %last, %sum = scf.for %i = %c0 to %n step %c1 iter_args(%h = %h0, %acc = %zero) -> (!async.value<i64>, i64) {
    %ahead = async.call @next(%zero) : (i64) -> !async.value<i64>
    %y = async.await %h : !async.value<i64>
    %s = arith.addi %acc, %y : i64
    scf.yield %ahead, %s : !async.value<i64>, i64
  }
  %y = async.await %last : !async.value<i64>
  %s = arith.addi %sum, %y : i64
  return %s : i64
}
"""
"""A handle goes around the loop: the next task runs while the last one is awaited."""

CHAIN = """\
func.func @main(%n: index) -> i64 attributes {task.kernel} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c8 = arith.constant 8 : index
  %zero = arith.constant 0 : i64
  %one = arith.constant 1 : i64
  %r = scf.for %i = %c0 to %n step %c1 iter_args(%x = %zero) -> (i64) {
    %t0 = async.execute { async.yield }
    %t8 = scf.for %k = %c0 to %c8 step %c1 iter_args(%t = %t0) -> (!async.token) {
      %next = async.execute [%t] { async.yield }
      scf.yield %next : !async.token
    }
    async.await %t8 : !async.token
    %y = arith.addi %x, %one : i64
    scf.yield %y : i64
  }
  return %r : i64
}
"""
"""Each task takes over the handle of the one before it, which it awaits."""

GROUPS = """\
async.func @member(%x: i64) -> !async.token {
  return
}
func.func @main(%n: index) -> i64 attributes {task.kernel} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c5 = arith.constant 5 : index
  %zero = arith.constant 0 : i64
  %one = arith.constant 1 : i64
  %r = scf.for %i = %c0 to %n step %c1 iter_args(%x = %zero) -> (i64) {
    %group = async.create_group %c5 : !async.group
    scf.for %k = %c0 to %c5 step %c1 {
      %t = async.call @member(%x) : (i64) -> !async.token
      %rank = async.add_to_group %t, %group : !async.token
      scf.yield
    }
    async.await_all %group
    %y = arith.addi %x, %one : i64
    scf.yield %y : i64
  }
  return %r : i64
}
"""

FORGOTTEN = """\
async.func @side(%x: i64) -> !async.value<i64> {
  return %x : i64
}
func.func @main(%n: index) -> i64 attributes {task.kernel} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %zero = arith.constant 0 : i64
  %one = arith.constant 1 : i64
  %r = scf.for %i = %c0 to %n step %c1 iter_args(%x = %zero) -> (i64) {
    %unused = async.call @side(%x) : (i64) -> !async.value<i64>
    %maybe = async.call @side(%one) : (i64) -> !async.value<i64>
    %odd = arith.trunci %x : i64 to i1
    %v = scf.if %odd -> (i64) {
      %w = async.await %maybe : !async.value<i64>
      scf.yield %w : i64
    } else {
      task.yield_now
      scf.yield %one : i64
    }
    %ready = task.ready %v : !async.value<i64>
    %u = async.await %ready : !async.value<i64>
    %y = arith.addi %x, %u : i64
    scf.yield %y : i64
  }
  return %r : i64
}
"""
"""Handles that nobody uses, or not on every way."""

FAILURES = """\
async.func @fails(%x: i64) -> !async.value<i64> {
  %code = arith.constant 7 : i32
  task.fail %code, "as it should" : i32
  return %x : i64
}
func.func @main(%n: index) -> i64 attributes {task.kernel} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %zero = arith.constant 0 : i64
  %r = scf.for %i = %c0 to %n step %c1 iter_args(%x = %zero) -> (i64) {
    %h = async.call @fails(%x) : (i64) -> !async.value<i64>
    %v, %kind, %code = task.try_await %h : !async.value<i64>
    %wide = arith.extui %kind : i32 to i64
    %y = arith.addi %x, %wide : i64
    scf.yield %y : i64
  }
  return %r : i64
}
"""
"""An error that somebody looked at keeps no frame."""

ARRAYS = """\
async.func @fill(%n: index, %x: i64) -> !async.value<i64> {
  %c0 = arith.constant 0 : index
  %array = memref.alloc(%n) : memref<?xi64>
  memref.store %x, %array[%c0] : memref<?xi64>
  task.yield_now
  %y = memref.load %array[%c0] : memref<?xi64>
  memref.dealloc %array : memref<?xi64>
  return %y : i64
}
func.func @main(%n: index) -> i64 attributes {task.kernel} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c10 = arith.constant 10 : index
  %zero = arith.constant 0 : i64
  %one = arith.constant 1 : i64
  %r = scf.for %i = %c0 to %n step %c1 iter_args(%x = %zero) -> (i64) {
    %mod = arith.remui %i, %c10 : index
    %size = arith.addi %mod, %c1 : index
    %h = async.call @fill(%size, %one) : (index, i64) -> !async.value<i64>
    %k = async.call @fill(%size, %one) : (index, i64) -> !async.value<i64>
    %v = async.await %h : !async.value<i64>
    %w = async.await %k : !async.value<i64>
    %s = arith.addi %v, %w : i64
    %y = arith.addi %x, %s : i64
    scf.yield %y : i64
  }
  return %r : i64
}
"""
"""Arrays of ten sizes."""

PROGRAMS = {
    "loop": (LOOP, lambda n: n),
    "pipeline": (PIPELINE, lambda n: n + 1),
    "chain": (CHAIN, lambda n: n),
    "groups": (GROUPS, lambda n: n),
    "forgotten": (FORGOTTEN, lambda n: n),
    "failures": (FAILURES, lambda n: n),
    "arrays": (ARRAYS, lambda n: 2 * n),
}
"""Texts, and what they return for n turns."""

ROOM = {"loop": 300, "pipeline": 500, "chain": 3000, "groups": 3000, "forgotten": 1800, "failures": 1500, "arrays": 4500}
"""
Bytes of the arena for 20 turns; without reuse it would be several times as much. A lane with a stack takes four frames at a time:
`failures` on three workers.
"""


@cache
def program(name: str) -> asyncir.Program:
    return asyncir.compile(PROGRAMS[name][0], filename=f"{name}.mlir")


@cache
def emitted(name: str) -> str:
    text = program(name).dump("rt", executor="dynamic", elide=False)
    assert isinstance(text, str)
    return text


def test_a_million_tasks_one_after_the_other() -> None:
    outcome = program("loop").run(None, 1_000_000, target="cpu", executor="dynamic", elide=False, arena=SMALL, stats=True, deadline=120.0)
    assert outcome.results == (1_000_000,)
    assert outcome.stats["high_water"] < 10_000


@pytest.mark.parametrize("name", PROGRAMS)
def test_memory_does_not_grow_on_the_cpu(name: str) -> None:
    count = 20_000
    options = {"executor": "dynamic", "elide": False, "arena": SMALL, "stats": True, "deadline": 120.0}
    outcome = program(name).run(None, count, target="cpu", **options)
    assert outcome.results == (PROGRAMS[name][1](count),)
    assert outcome.stats["high_water"] < SMALL // 2


@pytest.mark.gpu
@pytest.mark.parametrize("name", PROGRAMS)
def test_memory_does_not_grow_on_the_gpu(name: str) -> None:
    need("cuda")
    options = {"executor": "dynamic", "elide": False, "arena": SMALL, "stats": True, "deadline": 60.0}
    outcome = program(name).run(None, 2_000, target="cuda", **options)
    assert outcome.results == (PROGRAMS[name][1](2_000),)


@pytest.mark.parametrize("name", PROGRAMS)
def test_what_is_freed_is_used_by_nobody(name: str) -> None:
    """Every schedule gives the same result, and most of its objects are such as others were before."""
    code = asyncir.compile(emitted(name), filename=f"{name}.rt.mlir")
    count = 20
    for seed in range(3):
        outcome = code.run(None, count, target="reference", seed=seed, workers=3, deadline=60.0, stats=True)
        assert outcome.results == (PROGRAMS[name][1](count),), f"seed {seed}"
        assert int(outcome.stats["high_water"] or 0) < ROOM[name], f"seed {seed}"


@pytest.mark.parametrize("stage", ["split", "sm"])
@pytest.mark.parametrize("name", PROGRAMS)
def test_no_handle_is_used_behind_its_drop(name: str, stage: str) -> None:
    text = program(name).dump(stage, executor="dynamic", elide=False)
    assert isinstance(text, str)
    assert "sm.drop" in text
    code = asyncir.compile(text, filename=f"{name}.{stage}.mlir")
    for seed in range(4):
        assert code.run(None, 5, target="reference", seed=seed, workers=2).results == (PROGRAMS[name][1](5),)


def test_roots_are_freed() -> None:
    text = "func.func @main() -> index attributes {task.kernel} {\n  task.yield_now\n  %i = task.instance : index\n  return %i : index\n}\n"
    count = 50_000
    outcome = asyncir.compile(text).run(None, target="cpu", instances=count, arena=SMALL, stats=True, deadline=60.0)
    assert list(outcome.results[0]) == list(range(count))


def test_an_error_that_nobody_saw_is_still_counted() -> None:
    text = FAILURES.replace("%v, %kind, %code = task.try_await %h : !async.value<i64>", "%kind = arith.constant 1 : i32")
    for target in ("reference", "cpu"):
        stats = asyncir.compile(text).run(None, 5, target=target, executor="dynamic", elide=False, stats=True).stats
        assert stats["unobserved_errors"] == 5, target


def test_larger_free_objects_serve_when_the_arena_is_full() -> None:
    """Two thirds of the arena were objects of one size; smaller ones find them."""
    text = """\
async.func @waits(%ch: !task.channel<i64>, %n: index) -> !async.token {
  %array = memref.alloc(%n) : memref<?xi64>
  %x, %ok = task.recv %ch : !task.channel<i64>
  memref.dealloc %array : memref<?xi64>
  return
}
func.func @phase(%count: index, %n: index) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %zero = arith.constant 0 : i64
  %ch = task.channel %c1 : !task.channel<i64>
  %group = async.create_group %count : !async.group
  scf.for %i = %c0 to %count step %c1 {
    %t = async.call @waits(%ch, %n) : (!task.channel<i64>, index) -> !async.token
    %rank = async.add_to_group %t, %group : !async.token
    scf.yield
  }
  scf.for %i = %c0 to %count step %c1 {
    task.send %zero, %ch : !task.channel<i64>
    scf.yield
  }
  async.await_all %group
  return
}
func.func @main() attributes {task.kernel} {
  %count = arith.constant 40 : index
  %large = arith.constant 200 : index
  %small = arith.constant 150 : index
  call @phase(%count, %large) : (index, index) -> ()
  call @phase(%count, %small) : (index, index) -> ()
  return
}
"""
    code = asyncir.compile(text)
    code.run(None, target="cpu", executor="dynamic", elide=False, arena=96 << 10, deadline=60.0)
    with pytest.raises(ResourceError):
        code.run(None, target="cpu", executor="dynamic", elide=False, arena=48 << 10, deadline=60.0)


def test_a_use_of_a_freed_object_is_an_error() -> None:
    """The checks find what they are there for: here a frame is freed before its result is read."""
    lines = emitted("pipeline").splitlines()
    for at, line in enumerate(lines):
        if "func.call @rt.drop_awaited" in line:
            read = next(k for k in range(at, 0, -1) if "func.call @rt.result" in lines[k])
            lines.insert(read, lines.pop(at))
    code = asyncir.compile("\n".join(lines), filename="wrong.rt.mlir")
    with pytest.raises(TaskError) as found:
        code.run(None, 3, target="reference", workers=1, deadline=60.0)
    assert found.value.kind == "use-after-free"


@pytest.mark.parametrize("name", ["pipeline", "groups", "forgotten"])
def test_the_explorer_finds_nothing(name: str) -> None:
    module = parse_module(emitted(name), f"{name}.rt.mlir", make_context())
    report = explore(module, "main", [1], workers=2, seconds=8.0, samples=20, expected=[(PROGRAMS[name][1](1),)])
    assert report.error is None, str(report)


@pytest.mark.parametrize("name", [sampled(name, id=name, often=name == "arrays") for name in PROGRAMS])
def test_ptxas_takes_the_code(name: str) -> None:
    ptx = program(name).dump("ptx", executor="dynamic", elide=False)
    assert isinstance(ptx, str)
    assert assemble(ptx, "sm_90").data


def test_free_objects_of_other_threads_serve_when_the_arena_is_full(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each thread has a shard of its own; what was freed into the others is found before the launch ends for lack of memory."""
    monkeypatch.setattr(Launch, "arena_bytes", 512)
    monkeypatch.setattr(Launch, "shards", 4)
    for name in ("pipeline", "chain"):
        code = asyncir.compile(emitted(name), filename=f"{name}.rt.mlir")
        for seed in range(4):
            outcome = code.run(None, 10, target="reference", seed=seed, workers=4, deadline=60.0)
            assert outcome.results == (PROGRAMS[name][1](10),), f"seed {seed}"
