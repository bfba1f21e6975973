"""
Dispatch policies decide when lanes go on, never what comes out: the same results under all of them, on every target. And no state waits
for ever, whatever a policy chooses.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy
import pytest
from targets import DEADLINE, Target, example, need, sampled

import asyncir
from asyncir.errors import InputError
from asyncir.lowering import dispatch
from asyncir.lowering.stack_worker import FAIR_EVERY
from asyncir.program import Program

POLICIES = ("gather", "sweep", "fullest-first", "stay-while-full")
NEVER = "never"
"""A policy of this file, that chooses what no lane is in."""


def never(request: Any) -> Any:
    """The word of no state."""
    return request.emit.i32(1)


def counters() -> numpy.ndarray:
    return numpy.zeros(256, numpy.int64)


SMALL: list[tuple[Any, ...]] = [
    ("fib", "fib", lambda: (8,), 21),
    ("group", None, lambda: (6,), 55),
    ("nqueens", "nqueens", lambda: (5, 3, counters()), 10),
]
LARGE: list[tuple[Any, ...]] = [
    ("fib", "fib", lambda: (20,), 6765),
    ("nqueens", "nqueens", lambda: (8, 5, counters()), 92),
    ("uts", "geometric", lambda: (19, 4.0, 3, counters()), 254),
]
# Each program with each policy at one of the widths; and each policy on the CPU with one of the programs.
ON_WARPS = [
    sampled(*case, policy, width, id=f"{case[0]}-{policy}-{width}", often=(number + turn + width // 2) % 2 == 0)
    for number, case in enumerate(SMALL)
    for turn, policy in enumerate(POLICIES)
    for width in (2, 4)
]
ON_TARGETS = [
    sampled(*case, policy, id=f"{case[0]}-{policy}", often=number == turn)
    for number, case in enumerate(LARGE)
    for turn, policy in enumerate(POLICIES)
]


@cache
def emitted(name: str, entry: str | None, policy: str) -> Program:
    """An example at level `rt`."""
    text = example(name).dump("rt", entry, executor="dynamic", elide=False, dispatch=policy)
    return asyncir.compile(text, filename=f"{name}.rt.mlir")


@pytest.mark.parametrize(("name", "entry", "arguments", "expected", "policy", "width"), ON_WARPS)
def test_lanes_of_a_warp_on_the_reference(name: str, entry: str | None, arguments: Any, expected: int, policy: str, width: int) -> None:
    program = emitted(name, entry, policy)
    for seed in range(2):
        outcome = program.run(None, *arguments(), target="reference", width=width, workers=2 * width, seed=seed, deadline=DEADLINE)
        assert outcome.value == expected, f"seed {seed}"


@pytest.mark.parametrize("target", ["cpu", pytest.param("cuda", marks=pytest.mark.gpu)])
@pytest.mark.parametrize(("name", "entry", "arguments", "expected", "policy"), ON_TARGETS)
def test_targets(name: str, entry: str | None, arguments: Any, expected: int, policy: str, target: Target) -> None:
    need(target)
    outcome = example(name).run(entry, *arguments(), target=target, executor="dynamic", elide=False, dispatch=policy, deadline=DEADLINE)
    assert outcome.value == expected


RARE = """\
// Lane 0 takes `rare` turns, each of which is two states that no other lane is ever in, then raises the flag. The others count their own
// turns, of two states in which they all are together, until they see it.
async.func private @common(%x: i32) -> !async.value<i32> {
  %one = arith.constant 1 : i32
  %y = arith.addi %x, %one : i32
  return %y : i32
}
async.func private @rare(%x: i32) -> !async.value<i32> {
  %one = arith.constant 1 : i32
  %y = arith.addi %x, %one : i32
  return %y : i32
}
async.func private @lane(%flag: memref<1xi32>, %rare: i32, %most: i32) -> !async.value<i32> {
  %zero = arith.constant 0 : i32
  %one = arith.constant 1 : i32
  %c0 = arith.constant 0 : index
  %i = task.instance : index
  %first = arith.cmpi eq, %i, %c0 : index
  %turns = scf.if %first -> (i32) {
    %n = scf.while (%k = %zero) : (i32) -> i32 {
      %more = arith.cmpi slt, %k, %rare : i32
      scf.condition(%more) %k : i32
    } do {
    ^bb0(%k: i32):
      %h = async.call @rare(%k) : (i32) -> !async.value<i32>
      %next = async.await %h : !async.value<i32>
      scf.yield %next : i32
    }
    memref.store %one, %flag[%c0] : memref<1xi32>
    scf.yield %n : i32
  } else {
    %n = scf.while (%k = %zero) : (i32) -> i32 {
      %seen = memref.load %flag[%c0] : memref<1xi32>
      %unseen = arith.cmpi eq, %seen, %zero : i32
      %few = arith.cmpi slt, %k, %most : i32
      %more = arith.andi %unseen, %few : i1
      scf.condition(%more) %k : i32
    } do {
    ^bb0(%k: i32):
      %h = async.call @common(%k) : (i32) -> !async.value<i32>
      %next = async.await %h : !async.value<i32>
      scf.yield %next : i32
    }
    scf.yield %n : i32
  }
  return %turns : i32
}
func.func @main(%flag: memref<1xi32>, %rare: i32, %most: i32) -> i32 attributes {task.kernel} {
  %h = async.call @lane(%flag, %rare, %most) : (memref<1xi32>, i32, i32) -> !async.value<i32>
  %turns = async.await %h : !async.value<i32>
  return %turns : i32
}
"""


LONG = RARE.replace(
    """  %y = arith.addi %x, %one : i32
  return %y : i32
}
async.func private @lane""",
    """  %y = scf.while (%k = %one) : (i32) -> i32 {
    %next = arith.addi %x, %k : i32
    %below = arith.cmpi sle, %next, %x : i32
    scf.condition(%below) %next : i32
  } do {
  ^bb0(%k: i32):
    %more = arith.addi %k, %one : i32
    scf.yield %more : i32
  }
  return %y : i32
}
async.func private @lane""",
)
"""The same, but the rare state has a loop whose end is not known when it is compiled."""


def turns(policy: str, rare: int, most: int, source: str = RARE) -> list[int]:
    """How many turns each of 8 lanes of one warp had."""
    text = asyncir.compile(source, filename="rare.mlir").dump("rt", executor="dynamic", elide=False, dispatch=policy)
    program = asyncir.compile(text, filename="rare.rt.mlir")
    flag = numpy.zeros(1, numpy.int32)
    outcome = program.run(None, flag, rare, most, target="reference", instances=8, width=8, workers=1, deadline=DEADLINE)
    return [int(count) for count in outcome.value]


@pytest.mark.parametrize("policy", ["fullest-first", "stay-while-full"])
def test_a_state_with_one_lane_among_many_runs_within_the_bound(policy: str) -> None:
    rare = 3
    first, *others = turns(policy, rare, 10_000)
    assert first == rare
    # A turn of each kind is two states: lane 0 needs 2 * rare + 1 rounds that run its state, the others do at least a turn in two rounds.
    assert max(others) <= (2 * rare + 1) * FAIR_EVERY // 2
    # The policy does choose the many, or the bound would say nothing.
    assert min(others) >= rare * FAIR_EVERY // 4


def test_a_sweep_keeps_no_lane_waiting() -> None:
    first, *others = turns("sweep", 3, 10_000)
    assert first == 3
    assert max(others) <= 2 * 3 + 1


def test_one_lane_in_a_long_state_waits_for_others_but_not_for_ever() -> None:
    assert LONG != RARE
    rare = 3
    first, *others = turns("gather", rare, 10_000, LONG)
    assert first == rare
    assert max(others) <= (2 * rare + 1) * FAIR_EVERY // 2
    # Quick states do run first, or the bound would say nothing; without a long state nobody waits.
    assert min(others) >= rare * FAIR_EVERY // 4
    first, *others = turns("gather", rare, 10_000)
    assert first == rare
    assert max(others) <= 2 * rare + 1


@pytest.fixture
def with_never(monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setitem(dispatch._POLICIES, NEVER, f"{__name__}:never")
    return NEVER


@pytest.mark.parametrize("width", [1, 4])
def test_programs_end_whatever_is_chosen(with_never: str, width: int) -> None:
    text = example("fib").dump("rt", "fib", elide=False, dispatch=with_never)
    program = asyncir.compile(text, filename="fib.rt.mlir")
    assert program.run(None, 5, target="reference", width=width, workers=width, deadline=DEADLINE).value == 5


def test_an_unknown_policy_is_refused_on_every_target() -> None:
    program = example("fib")
    for target in ("reference", "cpu"):
        with pytest.raises(InputError, match="unknown dispatch policy 'none'"):
            program.run("fib", 3, target=target, dispatch="none")
