"""
The emitted scheduler under the explorer: correct programs without an error, wrong versions of the library caught.

Quick: of each program the runs without a deviation, and some at random. Slow: of some programs all runs with one deviation; of the others
with `--exhaustive`, which is for whoever changes the scheduler. Deeper, as long as one likes: `python tests/e2e/explore_deep.py`.
"""

from __future__ import annotations

from typing import Any

import pytest
from explored_programs import PROGRAMS, Mutation, emitted, run
from seeded_wrong import MUTATIONS
from seeded_wrong_kinds import DEEPER
from targets import sampled
from xdsl.dialects.func import FuncOp

from asyncir.dialects.rt import WarpSyncOp
from asyncir.reference.explore import explore

CORRECT = [name for name, program in PROGRAMS.items() if program.endings]
SAMPLES = 12
EACH_TIME = {
    *("start", "warp", "two-waiters", "channel", "closed", "failure", "unawaited", "deadlock", "stop", "small-arena", "small-queue"),
    *("fork", "event", "reuse", "lock", "sleep", "select", "cancel"),
}
"""Of each mechanism a program of which there are not too many runs with one deviation."""


@pytest.mark.parametrize("name", CORRECT)
def test_correct_programs_have_no_error(name: str) -> None:
    report = run(name, preemptions=0, samples=SAMPLES)
    assert report.error is None, str(report)
    assert report.runs >= SAMPLES, str(report)


@pytest.mark.slow
@pytest.mark.parametrize("name", [sampled(name, id=name, often=name in EACH_TIME) for name in CORRECT])
def test_correct_programs_have_no_error_with_any_deviation(name: str) -> None:
    report = run(name, seconds=300.0)
    assert report.error is None, str(report)
    assert report.bound == 1, str(report)
    assert set(report.endings) == set(PROGRAMS[name].endings), "not every way to end was seen"


def _mutation(mutation: Mutation) -> Any:
    marks = [pytest.mark.slow] if mutation.options == DEEPER else []
    return pytest.param(mutation, id=mutation.name.replace(" ", "-"), marks=marks)


@pytest.mark.parametrize("mutation", [_mutation(mutation) for mutation in MUTATIONS])
def test_wrong_versions_are_caught(mutation: Mutation) -> None:
    report = run(mutation.program, mutation, seconds=300.0)
    assert report.kind in mutation.kinds, str(report)


@pytest.mark.parametrize(
    ("number", "which"),
    [(0, "what a fast lane saves"), (1, "the frame is whole when it is published"), (3, "results over what a slow lane reloads")],
    ids=["before-saves", "before-publication", "before-results"],
)
def test_warps_need_their_syncs(number: int, which: str) -> None:
    module = emitted("warp").clone()
    (step,) = [op for op in module.body.block.ops if isinstance(op, FuncOp) and op.sym_name.data == "part.step"]
    syncs = [op for op in step.walk() if isinstance(op, WarpSyncOp)]
    assert len(syncs) == 8, "the code of a warp's task has changed: say which of its syncs are needed"
    syncs[number].detach()
    syncs[number].erase()
    report = explore(module, "main", [], lanes=2, expected=PROGRAMS["warp"].endings)
    assert report.kind == "data-race", f"{which}: {report}"


def test_a_race_of_the_program_names_both_places() -> None:
    report = run("race")
    assert report.kind == "data-race", str(report)
    assert report.error is not None
    places = {report.error.location, report.error.notes[0][1]}
    assert None not in places
    assert len(places) == 2


def test_there_are_enough_wrong_versions() -> None:
    assert len(MUTATIONS) >= 25
    assert len({mutation.name for mutation in MUTATIONS}) == len(MUTATIONS)


def test_the_same_search_twice_is_the_same() -> None:
    first, second = (run("channel", preemptions=0, samples=SAMPLES) for _ in range(2))
    assert (first.runs, first.actions, first.endings) == (second.runs, second.actions, second.endings)
