"""
How programs end other than well, the same on every target: failures, deadlocks, deadlines, exhausted resources. Nothing hangs.

A program that misbehaves on a GPU may take its context along, so the GPU's cases run one after the other with a deadline each.
"""

from __future__ import annotations

from typing import Any

import pytest
from targets import Target, need, shared

from asyncir.errors import AsyncirError, DeadlineError, DeadlockError, ResourceError, TaskError

TARGETS: list[Any] = ["reference", "cpu", pytest.param("cuda", marks=pytest.mark.gpu)]
DYNAMIC = {"executor": "dynamic", "elide": False}


def run(text: str, *args: object, target: Target, **options: object) -> tuple[object, ...]:
    """The results of the text's entry, with a deadline so that a bug cannot hang the tests."""
    need(target)
    options.setdefault("deadline", 20.0)
    return shared(text, "program.mlir").run(None, *args, target=target, **options).results


def ending(kind: type[AsyncirError], text: str, *args: object, target: Target, **options: object) -> AsyncirError:
    with pytest.raises(kind) as caught:
        run(text, *args, target=target, **options)
    return caught.value


FAILS = """\
async.func @check(%x: i32) -> !async.value<i32> {
  %c10 = arith.constant 10 : i32
  %small = arith.cmpi slt, %x, %c10 : i32
  cf.assert %small, "x is too large"
  return %x : i32
}
async.func @between(%x: i32) -> !async.value<i32> {
  %h = async.call @check(%x) : (i32) -> !async.value<i32>
  %v = async.await %h : !async.value<i32>
  return %v : i32
}
func.func @main(%x: i32) -> i32 {
  %h = async.call @between(%x) : (i32) -> !async.value<i32>
  %v = async.await %h : !async.value<i32>
  return %v : i32
}
"""


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("options", [{}, DYNAMIC], ids=["default", "dynamic"])
def test_a_failure_reaches_the_host_with_the_place_where_it_arose(target: Target, options: dict[str, object]) -> None:
    assert run(FAILS, 9, target=target, **options) == (9,)
    error = ending(TaskError, FAILS, 10, target=target, **options)
    assert "x is too large" in str(error)
    assert error.location is not None
    assert (error.location.line, error.exit_status) == (4, 3)
    if options:
        assert isinstance(error, TaskError) and error.task == "check"


TRIES = """\
async.func @odd_fails(%x: i32) -> !async.value<i32> {
  %c1 = arith.constant 1 : i32
  %c7 = arith.constant 7 : i32
  %low = arith.andi %x, %c1 : i32
  %odd = arith.cmpi eq, %low, %c1 : i32
  scf.if %odd {
    task.fail %c7, "odd" : i32
  }
  return %x : i32
}
func.func @main(%x: i32) -> (i32, i32, i32) {
  %h = async.call @odd_fails(%x) : (i32) -> !async.value<i32>
  %v, %kind, %code = task.try_await %h : !async.value<i32>
  return %v, %kind, %code : i32, i32, i32
}
"""


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("options", [{}, DYNAMIC], ids=["default", "dynamic"])
def test_try_await_sees_the_error_record(target: Target, options: dict[str, object]) -> None:
    assert run(TRIES, 8, target=target, **options) == (8, 0, 0)
    assert run(TRIES, 9, target=target, **options) == (0, 1, 7)


DEADLOCK = """\
async.func @waits(%ch: !task.channel<i32>) -> !async.value<i32> {
  %v, %ok = task.recv %ch : !task.channel<i32>
  return %v : i32
}
func.func @main() -> i32 {
  %c1 = arith.constant 1 : index
  %ch = task.channel %c1 : !task.channel<i32>
  %h = async.call @waits(%ch) : (!task.channel<i32>) -> !async.value<i32>
  %v = async.await %h : !async.value<i32>
  return %v : i32
}
"""


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("options", [{}, DYNAMIC], ids=["default", "dynamic"])
def test_a_deadlock_is_reported_with_who_waits_for_what(target: Target, options: dict[str, object]) -> None:
    error = ending(DeadlockError, DEADLOCK, target=target, **options)
    assert error.exit_status == 4
    text = error.render()
    assert "program.mlir:2:" in text, text
    assert "channel" in text, text


@pytest.mark.parametrize("target", TARGETS)
def test_both_tasks_of_a_deadlock_are_named(target: Target) -> None:
    text = ending(DeadlockError, DEADLOCK, target=target, **DYNAMIC).render()
    assert "program.mlir:9:" in text and "program.mlir:2:" in text and "program.mlir:7:" in text, text


ORPHAN = """\
async.func @waits(%ch: !task.channel<i32>) -> !async.token {
  %v, %ok = task.recv %ch : !task.channel<i32>
  return
}
func.func @main() -> i32 {
  %c1 = arith.constant 1 : index
  %c5 = arith.constant 5 : i32
  %ch = task.channel %c1 : !task.channel<i32>
  %t = async.call @waits(%ch) : (!task.channel<i32>) -> !async.token
  return %c5 : i32
}
"""


@pytest.mark.parametrize("target", TARGETS)
def test_a_task_that_nobody_awaits_and_that_waits_for_ever_is_a_deadlock(target: Target) -> None:
    assert "program.mlir:2:" in ending(DeadlockError, ORPHAN, target=target).render()


GROUP = """\
async.func @one() -> !async.token {
  return
}
func.func @main(%size: index, %members: index) -> index {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %group = async.create_group %size : !async.group
  scf.for %i = %c0 to %members step %c1 {
    %t = async.call @one() : () -> !async.token
    %rank = async.add_to_group %t, %group : !async.token
  }
  async.await_all %group
  return %size : index
}
"""


@pytest.mark.parametrize("target", TARGETS)
def test_a_group_filled_under_or_over_its_size_is_an_error(target: Target) -> None:
    assert run(GROUP, 0, 0, target=target) == (0,)
    assert run(GROUP, 3, 3, target=target) == (3,)
    under = ending(DeadlockError, GROUP, 3, 2, target=target).render()
    assert "program.mlir:12:" in under and "2 of 3" in under, under
    over = ending(TaskError, GROUP, 2, 3, target=target)
    assert over.location is not None and over.location.line == 10


@pytest.mark.parametrize("target", TARGETS)
def test_a_negative_group_size_is_an_error(target: Target) -> None:
    error = ending(TaskError, GROUP, -1, 0, target=target)
    assert error.location is not None and error.location.line == 7


CLOSED = """\
func.func @main(%capacity: index) -> i32 {
  %c5 = arith.constant 5 : i32
  %ch = task.channel %capacity : !task.channel<i32>
  task.close %ch : !task.channel<i32>
  task.send %c5, %ch : !task.channel<i32>
  return %c5 : i32
}
"""


@pytest.mark.parametrize("target", TARGETS)
def test_sending_on_a_closed_channel_and_a_capacity_of_zero_are_errors(target: Target) -> None:
    closed = ending(TaskError, CLOSED, 1, target=target)
    assert closed.location is not None and closed.location.line == 5
    empty = ending(TaskError, CLOSED, 0, target=target)
    assert empty.location is not None and empty.location.line == 3


SENDER_WAITS = """\
async.func @sender(%ch: !task.channel<i64>) -> !async.token {
  %c1 = arith.constant 1 : i64
  task.send %c1, %ch : !task.channel<i64>
  task.send %c1, %ch : !task.channel<i64>
  return
}
func.func @main() -> i32 {
  %c1 = arith.constant 1 : index
  %ch = task.channel %c1 : !task.channel<i64>
  %t = async.call @sender(%ch) : (!task.channel<i64>) -> !async.token
  task.yield_now
  task.yield_now
  task.yield_now
  task.close %ch : !task.channel<i64>
  %kind, %code = task.try_await %t : !async.token
  return %kind : i32
}
"""


@pytest.mark.parametrize("target", TARGETS)
def test_closing_a_channel_fails_the_senders_that_wait(target: Target) -> None:
    # Whether the sender has come to its second send by then or not: it fails, with kind 4 (closed).
    assert run(SENDER_WAITS, target=target) == (4,)


SPINS = """\
func.func @main(%n: i32) -> i32 {
  %c0 = arith.constant 0 : i32
  %c1 = arith.constant 1 : i32
  %r = scf.while (%i = %c0) : (i32) -> i32 {
    %go_on = arith.cmpi ne, %i, %n : i32
    scf.condition(%go_on) %i : i32
  } do {
  ^bb0(%i: i32):
    %odd = arith.ori %i, %c1 : i32
    scf.yield %odd : i32
  }
  return %r : i32
}
"""


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("options", [{}, DYNAMIC], ids=["default", "dynamic"])
def test_a_task_that_never_suspends_is_ended_at_the_deadline_and_named(target: Target, options: dict[str, object]) -> None:
    assert run(SPINS, 1, target=target, **options) == (1,)
    error = ending(DeadlineError, SPINS, 2, target=target, deadline=1.0, **options)
    assert error.exit_status == 5
    text = error.render()
    assert "running" in text and "program.mlir:" in text, text


YIELDS = """\
async.func @forever() -> !async.token {
  %true = arith.constant true
  scf.while : () -> () {
    scf.condition(%true)
  } do {
    task.yield_now
    scf.yield
  }
  return
}
func.func @main() {
  %a = async.call @forever() : () -> !async.token
  %b = async.call @forever() : () -> !async.token
  async.await %a : !async.token
  async.await %b : !async.token
  return
}
"""


@pytest.mark.parametrize("target", TARGETS)
def test_tasks_that_yield_for_ever_are_ended_at_the_deadline(target: Target) -> None:
    text = ending(DeadlineError, YIELDS, target=target, deadline=1.0).render()
    assert "program.mlir:14:" in text or "program.mlir:6:" in text, text


ENDLESS_STARTS = """\
async.func @fan(%n: i32) -> !async.token {
  %c1 = arith.constant 1 : i32
  %more = arith.addi %n, %c1 : i32
  %a = async.call @fan(%more) : (i32) -> !async.token
  %b = async.call @fan(%more) : (i32) -> !async.token
  async.await %a : !async.token
  async.await %b : !async.token
  return
}
func.func @main() {
  %c0 = arith.constant 0 : i32
  %t = async.call @fan(%c0) : (i32) -> !async.token
  async.await %t : !async.token
  return
}
"""


@pytest.mark.parametrize("target", [t for t in TARGETS if "reference" not in str(t)])
def test_an_exhausted_arena_is_an_error_that_names_the_option(target: Target) -> None:
    error = ending(ResourceError, ENDLESS_STARTS, target=target, arena=1 << 20)
    assert "launch with arena=" in error.render()
    assert error.exit_status == 3


ARRAYS = """\
func.func @main(%n: index) -> f32 {
  %c0 = arith.constant 0 : index
  %one = arith.constant 1.0 : f32
  %a = memref.alloc(%n) : memref<?xf32>
  memref.store %one, %a[%c0] : memref<?xf32>
  %v = memref.load %a[%c0] : memref<?xf32>
  memref.dealloc %a : memref<?xf32>
  return %v : f32
}
"""


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("options", [{}, DYNAMIC], ids=["default", "dynamic"])
def test_arrays_come_from_a_bounded_arena(target: Target, options: dict[str, object]) -> None:
    assert run(ARRAYS, 1000, target=target, **options) == (1.0,)
    negative = ending(TaskError, ARRAYS, -1, target=target, **options)
    assert negative.location is not None and negative.location.line == 4
    if target != "reference":
        error = ending(ResourceError, ARRAYS, 1 << 20, target=target, arena=1 << 20, **options)
        assert "launch with arena=" in error.render()
        assert error.location is not None and error.location.line == 4


INSTANCES = """\
func.func @main(%a: memref<?xi32>) -> (i32, i1, index) {
  %i = task.instance : index
  %n = task.num_instances : index
  %v = memref.load %a[%i] : memref<?xi32>
  %c3 = arith.constant 3 : i32
  %three = arith.cmpi eq, %v, %c3 : i32
  return %v, %three, %n : i32, i1, index
}
"""


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("options", [{}, DYNAMIC], ids=["default", "dynamic"])
@pytest.mark.parametrize("instances", [1, 5, 1000])
def test_instances(target: Target, options: dict[str, object], instances: int) -> None:
    numpy = pytest.importorskip("numpy")
    data = numpy.arange(instances, dtype=numpy.int32)
    first, second, third = run(INSTANCES, data, target=target, instances=instances, **options)
    if instances == 1:
        assert (first, second, third) == (0, False, 1)
    else:
        assert numpy.array_equal(first, data)
        assert numpy.array_equal(second, data == 3)
        assert numpy.array_equal(third, numpy.full(instances, instances))


INSTANCE_FAILS = """\
func.func @main() -> index {
  %i = task.instance : index
  %c7 = arith.constant 7 : index
  %fine = arith.cmpi ne, %i, %c7 : index
  cf.assert %fine, "instance seven"
  return %i : index
}
"""


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("options", [{}, DYNAMIC], ids=["default", "dynamic"])
def test_the_failing_instance_is_named(target: Target, options: dict[str, object]) -> None:
    error = ending(TaskError, INSTANCE_FAILS, target=target, instances=100, **options)
    assert "instance seven" in error.render() and "instance 7" in error.render(), error.render()
