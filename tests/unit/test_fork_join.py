"""Why a task is not run on a stack: the suspension, or what else, that keeps it off."""

from __future__ import annotations

import pytest

from asyncir.analysis.fork_join import has_stacks, why_on_heap
from asyncir.compiler import Lowering, Options
from asyncir.dialects import sm
from asyncir.dialects.context import make_context
from asyncir.dialects.parsing import parse_module

KERNEL = """func.func @main(%n: i32) -> i32 attributes {task.kernel} {
  %x = arith.addi %n, %n : i32
  %h = async.call @work(%x) : (i32) -> !async.value<i32>
  %r = async.await %h : !async.value<i32>
  return %r : i32
}
"""
LEAF = """async.func @leaf(%x: i32) -> !async.value<i32> {
  return %x : i32
}
"""
SLEEPER = """async.func @sleeper(%x: i32) -> !async.value<i32> {
  task.yield_now
  return %x : i32
}
"""


def work(body: str, attributes: str = "") -> str:
    return f"async.func @work(%x: i32) -> !async.value<i32>{attributes} {{\n{body}\n}}\n"


def awaits(callee: str) -> str:
    return f"%c = async.call @{callee}(%x) : (i32) -> !async.value<i32>\n%r = async.await %c : !async.value<i32>\nreturn %r : i32"


def machines(text: str) -> dict[str, sm.MachineOp]:
    lowering = Lowering(parse_module(text, "test.mlir", make_context()), "main", "cuda", Options(elide=False))
    lowering.run_to("sm")
    return {op.sym_name.data: op for op in lowering.module.body.ops if isinstance(op, sm.MachineOp)}


def test_fork_join_tasks_are_on_stacks() -> None:
    found = machines(KERNEL + work(awaits("leaf")) + LEAF)
    assert has_stacks(found.values())
    assert [why_on_heap(found[name], found.values()) for name in ("main", "work")] == [None, None]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (work("task.yield_now\nreturn %x : i32"), "'yield' waits for something other than a child, at test.mlir:8:1"),
        (work(awaits("sleeper")) + SLEEPER, "'await' waits for @sleeper, which does not run on a stack, at test.mlir:9:6"),
        (work(awaits("leaf"), ' attributes {task.scope = "warp"}') + LEAF, "a task of warp scope has no stack"),
    ],
)
def test_what_keeps_a_task_off(text: str, reason: str) -> None:
    found = machines(KERNEL + text)
    assert why_on_heap(found["work"], found.values()) == reason
    # Whoever waits for it is kept off as well.
    assert "'await' waits for @work, which does not run on a stack" in str(why_on_heap(found["main"], found.values()))


def test_an_array_that_is_kept() -> None:
    body = f"""%array = memref.alloc() : memref<4xi32>
    %zero = arith.constant 0 : index
    {awaits("leaf").replace("return %r", "memref.store %r, %array[%zero] : memref<4xi32> return %r")}"""
    found = machines(KERNEL + work(body) + LEAF)
    # @leaf is on no stack either, as nothing on a stack calls it; but that is not the reason.
    assert not has_stacks(found.values())
    assert why_on_heap(found["work"], found.values()) == "it keeps an array or a vector across a suspension"


def test_a_child_with_an_array_among_its_arguments() -> None:
    child = "async.func @leaf(%x: i32, %m: memref<4xi32>) -> !async.value<i32> {\n  return %x : i32\n}\n"
    body = """%array = memref.alloc() : memref<4xi32>
    %c = async.call @leaf(%x, %array) : (i32, memref<4xi32>) -> !async.value<i32>
    %r = async.await %c : !async.value<i32>
    return %r : i32"""
    found = machines(KERNEL + work(body) + child)
    assert why_on_heap(found["work"], found.values()) == "'await' waits for @leaf, which does not run on a stack, at test.mlir:10:10"
