"""Caught cancellations and channels of references: every level and target gives the same, under many schedules."""

from __future__ import annotations

from functools import cache
from typing import Any

import pytest
from catch_programs import CASES, FINALLY, STORM, Case
from targets import DEADLINE, WAYS, Way, need, shared

import asyncir
from asyncir.dialects.context import make_context
from asyncir.dialects.parsing import parse_module
from asyncir.dialects.rt import KernelOp
from asyncir.errors import TaskError
from asyncir.lowering.ptxas import assemble
from asyncir.lowering.toolkit import find_ptxas
from asyncir.reference import run as interpret

WORKERS = 3
PARAMETERS: list[Any] = [pytest.param(case, id=case.name) for case in CASES]


@cache
def emitted(text: str) -> str:
    """The program at level `rt`, with the dynamic executor."""
    dumped = shared(text, "case.mlir").dump("rt", executor="dynamic", elide=False)
    assert isinstance(dumped, str)
    return dumped


@pytest.mark.parametrize("case", PARAMETERS)
def test_source(case: Case) -> None:
    program = shared(case.text("reference"), "case.mlir")
    for seed in range(6):
        outcome = program.run(None, *case.args, target="reference", seed=seed, workers=1 + seed % WORKERS, deadline=DEADLINE)
        assert outcome.results == case.expected, f"seed {seed}"


def _some(*names: str) -> list[Any]:
    """Of the cases those; the others are slow here."""
    return [pytest.param(case, id=case.name, marks=[] if case.name in names else [pytest.mark.exhaustive]) for case in CASES]


@pytest.mark.parametrize("case", _some("catch-storm", "try-send"))
def test_emitted_scheduler(case: Case) -> None:
    program = asyncir.compile(emitted(case.text("reference")), filename="emitted.rt.mlir")
    for seed in range(3):
        outcome = program.run(None, *case.args, target="reference", seed=seed, workers=1 + seed % WORKERS, deadline=DEADLINE)
        assert outcome.results == case.expected, f"seed {seed}"


@pytest.mark.parametrize("case", _some("catch-warp"))
def test_emitted_scheduler_in_warps(case: Case) -> None:
    module = parse_module(emitted(case.text("reference")), "emitted.rt.mlir", make_context())
    (kernel,) = [op for op in module.body.ops if isinstance(op, KernelOp)]
    outcome = interpret(module, kernel.sym_name.data, list(case.args), seed=1, width=4, workers=2)
    assert tuple(outcome.results) == case.expected


NOT_ELIDED: list[Any] = [way for way in WAYS if not way.values[0].elide]


@pytest.mark.parametrize("way", NOT_ELIDED)
@pytest.mark.parametrize("case", _some("catch-objects", "catch-children", "catch-storm", "catch-finally", "references", "try-send"))
def test_targets(case: Case, way: Way) -> None:
    need(way.target)
    program = shared(case.text(way.target), "case.mlir")
    for _ in range(20):
        outcome = program.run(None, *case.args, target=way.target, executor=way.executor, elide=way.elide, deadline=DEADLINE)
        assert outcome.results == case.expected


@pytest.mark.parametrize("case", _some("catch-finally"))
def test_elided(case: Case) -> None:
    assert shared(case.text("cpu"), "case.mlir").run(None, *case.args, target="cpu", deadline=DEADLINE).results == case.expected


def test_a_storm_of_cancellations_loses_nothing() -> None:
    program = shared(STORM, "case.mlir")
    for _ in range(60):
        outcome = program.run(None, 30, 200, target="cpu", executor="dynamic", elide=False, workers=4, deadline=DEADLINE)
        assert outcome.results == (930, 90, 2)


@pytest.mark.skipif(find_ptxas() is None, reason="ptxas is not found")
def test_ptxas_takes_the_code() -> None:
    text = shared(FINALLY.replace("MS", "000000"), "case.mlir").dump("ptx", executor="dynamic", elide=False)
    assert isinstance(text, str)
    assert assemble(text, "sm_90a").data


RETHROWN = """\
async.func @fails(%kind: i32, %code: i32) -> !async.value<i32> {
  task.rethrow %kind, %code, "again" : i32
  return %kind : i32
}
func.func @main(%kind: i32, %code: i32) -> (i32, i32) {
  %h = async.call @fails(%kind, %code) : (i32, i32) -> !async.value<i32>
  %v, %k, %c = task.try_await %h : !async.value<i32>
  return %k, %c : i32, i32
}
func.func @raised(%kind: i32, %code: i32) -> i32 {
  %h = async.call @fails(%kind, %code) : (i32, i32) -> !async.value<i32>
  %v = async.await %h : !async.value<i32>
  return %v : i32
}
"""


@pytest.mark.parametrize("target", ["reference", "cpu"])
def test_an_error_is_thrown_again(target: str) -> None:
    program = shared(RETHROWN, "r.mlir")
    for kind, code, expected in ((1, 7, (1, 7)), (3, 0, (3, 0)), (6, 2, (6, 2)), (9, 5, (6, 9)), (0, 5, (6, 0))):
        outcome = program.run("main", kind, code, target=target, executor="dynamic", elide=False, stats=True, deadline=DEADLINE)
        assert outcome.results == expected
    for kind, shown in ((1, "task failed with code 7: again"), (2, "assertion failed: again"), (3, "the task was cancelled")):
        with pytest.raises(TaskError, match=shown) as caught:
            program.run("raised", kind, 7, target=target, deadline=DEADLINE)
        assert str(caught.value.location) == "r.mlir:2:3"


UNOBSERVED = RETHROWN.replace("  %v, %k, %c = task.try_await %h : !async.value<i32>\n  return %k, %c", "  return %kind, %code")


@pytest.mark.parametrize("target", ["reference", "cpu"])
def test_to_end_as_cancelled_is_no_error_that_nobody_looked_at(target: str) -> None:
    program = shared(UNOBSERVED, "u.mlir")
    for kind, expected in ((1, 1), (3, 0)):
        outcome = program.run("main", kind, 0, target=target, executor="dynamic", elide=False, stats=True, deadline=DEADLINE)
        assert outcome.stats is not None and outcome.stats["unobserved_errors"] == expected


CLOSED = """\
func.func @main() -> i1 {
  %c1 = arith.constant 1 : index
  %ch = task.channel %c1 : !task.channel<i1>
  %true = arith.constant true
  task.close %ch : !task.channel<i1>
  %sent = task.try_send %true, %ch : !task.channel<i1>
  return %sent : i1
}
"""


@pytest.mark.parametrize("way", WAYS)
def test_trying_to_send_on_a_closed_channel_fails(way: Way) -> None:
    need(way.target)
    program = shared(CLOSED, "c.mlir")
    with pytest.raises(TaskError, match="send on a closed channel") as caught:
        program.run(None, target=way.target, executor=way.executor, elide=way.elide, deadline=DEADLINE)
    assert caught.value.kind == "closed"
    assert str(caught.value.location) == "c.mlir:6:11"
