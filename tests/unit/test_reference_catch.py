"""Caught cancellations in the reference: what a task goes on with, whose request it is, what it has not taken. References in channels."""

from __future__ import annotations

import pytest
from reference_programs import at_level
from test_reference_sync import LEVELS, everywhere, place, program

from asyncir import reference
from asyncir.errors import TaskError

CANCELLED = 3

WAITS = {
    "recv": "%x, %ok = task.recv %ch {task.catches} : !task.channel<i32>",
    "send": "task.send %c, %ch : !task.channel<i32>\n  task.send %c, %ch {task.catches} : !task.channel<i32>",
    "wait": "task.wait %e {task.catches}",
    "acquire": "task.acquire %l {task.catches}",
    "sleep": "task.sleep %long {task.catches} : i64",
    "select": "%case, %x, %ok = task.select(%t, %ch) after %long {task.catches} : !async.token, !task.channel<i32>",
    "await": "async.await %t : !async.token {task.catches}",
    "try_await": "%kind, %code = task.try_await %t {task.catches} : !async.token",
    "runtime.await": "async.runtime.await %t {task.catches} : !async.token",
    "await_all": "%n = arith.constant 1 : index\n  %g = async.create_group %n : !async.group\n  async.await_all %g {task.catches}",
}


@pytest.mark.parametrize("when", ["task.sleep %short : i64", ""], ids=["waiting", "before"])
@pytest.mark.parametrize("wait", WAITS)
def test_a_task_that_waits_goes_on(wait: str, when: str) -> None:
    tasks = f"""
async.func @sleeper(%e: !task.event) -> !async.token {{
  task.wait %e
  return
}}
async.func @waiter(%ch: !task.channel<i32>, %e: !task.event, %l: !task.lock, %t: !async.token, %long: i64, %c: i32) -> !async.value<i32> {{
  {WAITS[wait]}
  %caught = task.cancelled : i1
  task.yield_now
  %w = arith.extui %caught : i1 to i32
  %r = arith.addi %w, %c : i32
  return %r : i32
}}"""
    body = f"""
  %ch = task.channel %i1 : !task.channel<i32>
  %e = task.event : !task.event
  %l = task.lock : !task.lock
  %t = async.call @sleeper(%e) : (!task.event) -> !async.token
  task.acquire %l
  %h = async.call @waiter(%ch, %e, %l, %t, %long, %c7)
    : (!task.channel<i32>, !task.event, !task.lock, !async.token, i64, i32) -> !async.value<i32>
  {when}
  task.cancel %h : !async.value<i32>
  %v, %kind, %code = task.try_await %h : !async.value<i32>
  task.set %e
  return %v, %kind : i32, i32"""
    assert everywhere(program(body, "i32, i32", tasks)) == [8, 0], "it waits again, so the request is used up"


def test_a_suspension_that_finds_what_it_needs_catches_nothing() -> None:
    taker = """
async.func @takes(%ch: !task.channel<i32>) -> !async.value<i32> {
  %v, %ok = task.recv %ch {task.catches} : !task.channel<i32>
  %c = task.cancelled : i1
  task.yield_now {task.catches}
  %d = task.cancelled : i1
  %x = arith.extui %c : i1 to i32
  %y = arith.extui %d : i1 to i32
  %ten = arith.constant 10 : i32
  %z = arith.muli %y, %ten : i32
  %s = arith.addi %x, %z : i32
  %r = arith.addi %s, %v : i32
  return %r : i32
}"""
    body = """
  %ch = task.channel %i1 : !task.channel<i32>
  task.send %c7, %ch : !task.channel<i32>
  %h = async.call @takes(%ch) : (!task.channel<i32>) -> !async.value<i32>
  task.cancel %h : !async.value<i32>
  %v = async.await %h : !async.value<i32>
  return %v : i32"""
    assert everywhere(program(body, "i32", taker), seeds=(0,)) == [17], "the first does not wait; the request comes to the second"


def test_who_has_caught_asks_again_behind_those_who_wait() -> None:
    tasks = """
async.func @first(%l: !task.lock, %ch: !task.channel<i32>, %x: i32) -> !async.token {
  task.acquire %l {task.catches}
  task.acquire %l {task.catches}
  task.send %x, %ch : !task.channel<i32>
  task.release %l
  return
}
async.func @second(%l: !task.lock, %ch: !task.channel<i32>, %x: i32) -> !async.token {
  task.acquire %l
  task.send %x, %ch : !task.channel<i32>
  task.release %l
  return
}"""
    body = """
  %ch = task.channel %i4 : !task.channel<i32>
  %l = task.lock : !task.lock
  task.acquire %l
  %a = async.call @first(%l, %ch, %c1) : (!task.lock, !task.channel<i32>, i32) -> !async.token
  task.sleep %short : i64
  %b = async.call @second(%l, %ch, %c7) : (!task.lock, !task.channel<i32>, i32) -> !async.token
  task.sleep %short : i64
  task.cancel %a : !async.token
  task.sleep %short : i64
  task.release %l
  %x, %okx = task.recv %ch : !task.channel<i32>
  %y, %oky = task.recv %ch : !task.channel<i32>
  return %x, %y : i32, i32"""
    assert everywhere(program(body, "i32, i32", tasks)) == [7, 1]


def test_what_a_sender_had_that_has_caught_is_not_sent() -> None:
    sender = """
async.func @sends(%ch: !task.channel<i32>, %x: i32) -> !async.token {
  task.send %x, %ch {task.catches} : !task.channel<i32>
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
  async.await %a : !async.token
  %v, %okv = task.recv %ch : !task.channel<i32>
  %w, %okw = task.recv %ch : !task.channel<i32>
  return %v, %w : i32, i32"""
    assert everywhere(program(body, "i32, i32", sender)) == [0, 7]


CHILDREN = """
async.func @catcher(%e: !task.event, %x: i32) -> !async.value<i32> {
  task.wait %e {task.catches}
  %c = task.cancelled : i1
  cf.cond_br %c, ^caught, ^end
^caught:
  task.yield_now
  cf.br ^end
^end:
  return %x : i32
}
async.func @fails_then(%e: !task.event, %x: i32) -> !async.value<i32> {
  task.wait %e {task.catches}
  task.fail %x : i32
  return %x : i32
}
async.func @gives_up(%e: !task.event, %x: i32) -> !async.value<i32> {
  %three = arith.constant 3 : i32
  task.wait %e {task.catches}
  task.rethrow %three, %x : i32
  return %x : i32
}
async.func @ends(%e: !task.event, %x: i32) -> !async.value<i32> {
  task.wait %e
  return %x : i32
}
"""


@pytest.mark.parametrize(
    ("child", "expected"),
    [
        ("catcher", (7, 0, 0)),
        ("fails_then", (0, 1, 0)),
        ("gives_up", (0, CANCELLED, 0)),
        ("ends", (0, 0, 1)),
    ],
)
def test_a_parent_is_cancelled_unless_its_child_has_caught_that(child: str, expected: tuple[int, ...]) -> None:
    parent = f"""
async.func @parent(%e: !task.event, %x: i32) -> !async.value<i32> {{
  %h = async.call @{child}(%e, %x) : (!task.event, i32) -> !async.value<i32>
  %v, %kind, %code = task.try_await %h {{task.catches}} : !async.value<i32>
  %c = task.cancelled : i1
  %hundred = arith.constant 100 : i32
  %ten = arith.constant 10 : i32
  %w = arith.extui %c : i1 to i32
  %a = arith.muli %v, %hundred : i32
  %b = arith.muli %kind, %ten : i32
  %ab = arith.addi %a, %b : i32
  %r = arith.addi %ab, %w : i32
  return %r : i32
}}"""
    body = """
  %e = task.event : !task.event
  %p = async.call @parent(%e, %c7) : (!task.event, i32) -> !async.value<i32>
  task.sleep %short : i64
  task.cancel %p : !async.value<i32>
  %v = async.await %p : !async.value<i32>
  task.set %e
  return %v : i32"""
    value, kind, caught = expected
    assert everywhere(program(body, "i32", CHILDREN, parent)) == [100 * value + 10 * kind + caught]


def test_a_second_request_reaches_the_child_that_has_caught_the_first() -> None:
    tasks = """
async.func @child(%e: !task.event, %x: i32) -> !async.value<i32> {
  task.wait %e {task.catches}
  task.wait %e {task.catches}
  %c = task.cancelled : i1
  %w = arith.extui %c : i1 to i32
  %r = arith.addi %w, %x : i32
  return %r : i32
}
async.func @parent(%e: !task.event, %x: i32) -> !async.value<i32> {
  %h = async.call @child(%e, %x) : (!task.event, i32) -> !async.value<i32>
  %v = async.await %h : !async.value<i32>
  task.yield_now
  return %v : i32
}"""
    body = """
  %e = task.event : !task.event
  %p = async.call @parent(%e, %c7) : (!task.event, i32) -> !async.value<i32>
  task.sleep %short : i64
  task.cancel %p : !async.value<i32>
  task.sleep %short : i64
  task.cancel %p : !async.value<i32>
  %v = async.await %p : !async.value<i32>
  return %v : i32"""
    assert everywhere(program(body, "i32", tasks)) == [8]


@pytest.mark.parametrize(
    ("type_", "use"),
    [
        ("!task.event", "task.wait %x"),
        ("!task.event", "task.set %x"),
        ("!task.lock", "task.acquire %x"),
        ("!task.lock", "task.release %x"),
        ("!async.token", "async.await %x : !async.token"),
        ("!async.token", "task.cancel %x : !async.token"),
        ("!task.channel<i32>", "task.send %c7, %x : !task.channel<i32>"),
        ("!task.channel<i32>", "%s = task.try_send %c7, %x : !task.channel<i32>"),
        ("!task.channel<i32>", "task.close %x : !task.channel<i32>"),
    ],
)
@pytest.mark.parametrize("level", LEVELS)
def test_a_reference_of_a_closed_channel_names_nothing(level: str, type_: str, use: str) -> None:
    body = f"""
  %ch = task.channel %i1 : !task.channel<{type_}>
  task.close %ch : !task.channel<{type_}>
  %x, %ok = task.recv %ch : !task.channel<{type_}>
  {use}
  return"""
    text = program(body, "")
    with pytest.raises(TaskError, match="on a handle that names nothing") as caught:
        reference.run(at_level(text, level), "main", [])
    assert str(caught.value.location) == place(text, use.removeprefix("%s = "))
