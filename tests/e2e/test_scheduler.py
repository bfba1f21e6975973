"""The emitted scheduler, run by the reference: many interleavings at its atomics, the same results as the source program's."""

from __future__ import annotations

from functools import cache
from typing import Any

import pytest
from targets import EXAMPLES

import asyncir
from asyncir.dialects.context import make_context
from asyncir.dialects.parsing import parse_module
from asyncir.dialects.rt import KernelOp
from asyncir.errors import DeadlockError
from asyncir.reference import run as interpret

PROGRAMS: list[Any] = [
    pytest.param("fib", (7,), (13,), id="fib"),
    pytest.param("group", (6,), (55,), id="group"),
    pytest.param("channel", (6, 2), (21, 6), id="channel"),
    pytest.param("interleave", (3,), (6, 5), id="interleave"),
    pytest.param("demo_async", (5, True), (10, 30, 10, 20, 70, 110), id="demo"),
]


@cache
def emitted(name: str) -> str:
    """The text of an example at level `rt`, with the dynamic executor."""
    text = asyncir.compile(EXAMPLES / f"{name}.mlir").dump("rt", executor="dynamic", elide=False)
    assert isinstance(text, str)
    return text


@pytest.mark.parametrize("workers", [1, 2, 3])
@pytest.mark.parametrize(("name", "args", "expected"), PROGRAMS)
def test_interleavings(name: str, args: tuple[object, ...], expected: tuple[object, ...], workers: int) -> None:
    program = asyncir.compile(emitted(name), filename=f"{name}.rt.mlir")
    for seed in range(4):
        outcome = program.run(None, *args, target="reference", seed=seed, workers=workers, deadline=60.0)
        assert outcome.results == expected, f"seed {seed}"


@pytest.mark.parametrize("width", [2, 4])
@pytest.mark.parametrize(("name", "args", "expected"), PROGRAMS)
def test_several_lanes_are_workers_of_their_own(name: str, args: tuple[object, ...], expected: tuple[object, ...], width: int) -> None:
    module = parse_module(emitted(name), f"{name}.rt.mlir", make_context())
    (kernel,) = [op for op in module.body.ops if isinstance(op, KernelOp)]
    for seed in range(2):
        outcome = interpret(module, kernel.sym_name.data, list(args), seed=seed, width=width, workers=2)
        assert tuple(outcome.results) == expected, f"seed {seed}"


def test_the_same_seed_gives_the_same_schedule() -> None:
    program = asyncir.compile(emitted("channel"), filename="channel.rt.mlir")
    runs = [program.run(None, 6, 2, target="reference", seed=5, workers=3, stats=True) for _ in range(2)]
    assert runs[0].stats == runs[1].stats


WAITS = """\
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


def test_workers_leave_on_a_deadlock_under_every_schedule() -> None:
    text = asyncir.compile(WAITS).dump("rt", executor="dynamic", elide=False)
    program = asyncir.compile(text, filename="waits.mlir")
    for seed in range(10):
        with pytest.raises(DeadlockError):
            program.run(None, target="reference", seed=seed, workers=3, deadline=60.0)
