"""Events, locks, timers, select and cancellation: every level and target gives the same, under many schedules."""

from __future__ import annotations

from functools import cache
from typing import Any

import pytest
from sync_programs import CASES, Case
from targets import DEADLINE, WAYS, Way, need, shared

import asyncir
from asyncir.dialects.context import make_context
from asyncir.dialects.parsing import parse_module
from asyncir.dialects.rt import KernelOp
from asyncir.errors import DeadlockError, TaskError
from asyncir.program import Program
from asyncir.reference import run as interpret

SEEDS = 21
EMITTED_SEEDS = 6
"""The emitted scheduler takes long on the reference; the explorer looks for its rare interleavings."""
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
    for seed in range(SEEDS):
        outcome = program.run(None, *case.args, target="reference", seed=seed, workers=1 + seed % WORKERS, deadline=DEADLINE)
        assert outcome.results == case.expected, f"seed {seed}"


@pytest.mark.parametrize("case", PARAMETERS)
def test_emitted_scheduler(case: Case) -> None:
    program = asyncir.compile(emitted(case.text("reference")), filename="emitted.rt.mlir")
    for seed in range(EMITTED_SEEDS):
        outcome = program.run(None, *case.args, target="reference", seed=seed, workers=1 + seed % WORKERS, deadline=DEADLINE)
        assert outcome.results == case.expected, f"seed {seed}"


@pytest.mark.parametrize("case", PARAMETERS)
def test_emitted_scheduler_in_warps(case: Case) -> None:
    module = parse_module(emitted(case.text("reference")), "emitted.rt.mlir", make_context())
    (kernel,) = [op for op in module.body.ops if isinstance(op, KernelOp)]
    for seed in range(2):
        outcome = interpret(module, kernel.sym_name.data, list(case.args), seed=seed, width=4, workers=2)
        assert tuple(outcome.results) == case.expected, f"seed {seed}"


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("case", PARAMETERS)
def test_targets(case: Case, way: Way) -> None:
    need(way.target)
    program = shared(case.text(way.target), "case.mlir")
    outcome = program.run(None, *case.args, target=way.target, executor=way.executor, elide=way.elide, deadline=DEADLINE)
    assert outcome.results == case.expected


DEADLOCK = """\
async.func @on_event(%e: !task.event) -> !async.token {
  task.wait %e
  return
}
async.func @on_select(%ch: !task.channel<i32>, %h: !async.token) -> !async.token {
  %k, %v, %ok = task.select(%h, %ch) : !async.token, !task.channel<i32>
  return
}
func.func @main() {
  %c1 = arith.constant 1 : index
  %e = task.event : !task.event
  %l = task.lock : !task.lock
  %ch = task.channel %c1 : !task.channel<i32>
  %a = async.call @on_event(%e) : (!task.event) -> !async.token
  %b = async.call @on_select(%ch, %a) : (!task.channel<i32>, !async.token) -> !async.token
  task.acquire %l
  task.acquire %l
  return
}
"""


@pytest.mark.parametrize("level", ["source", "rt"])
def test_a_deadlock_says_who_waits_for_what(level: str) -> None:
    program = asyncir.compile(DEADLOCK, filename="d.mlir") if level == "source" else _emitted_from("d.mlir")
    with pytest.raises(DeadlockError) as caught:
        program.run(None, target="reference", deadline=DEADLINE)
    waits = {report.task: report.waits_for for report in caught.value.tasks}
    assert waits == {
        "main": "acquire on lock created at d.mlir:12:8",
        "on_event": "wait on event created at d.mlir:11:8",
        "on_select": "select on @on_event, channel created at d.mlir:13:9",
    }


def _emitted_from(filename: str) -> Program:
    text = asyncir.compile(DEADLOCK, filename=filename).dump("rt", executor="dynamic", elide=False)
    assert isinstance(text, str)
    return asyncir.compile(text, filename="emitted.rt.mlir")


RELEASE_FREE = """\
func.func @main() {
  %l = task.lock : !task.lock
  task.acquire %l
  task.release %l
  task.release %l
  return
}
"""


@pytest.mark.parametrize("way", WAYS)
def test_releasing_a_free_lock_fails_the_task(way: Way) -> None:
    need(way.target)
    program = asyncir.compile(RELEASE_FREE, filename="r.mlir")
    with pytest.raises(TaskError, match="the lock is free") as caught:
        program.run(None, target=way.target, executor=way.executor, elide=way.elide, deadline=DEADLINE)
    assert caught.value.kind == "invalid-argument"
    assert caught.value.location is not None and caught.value.location.line == 5
