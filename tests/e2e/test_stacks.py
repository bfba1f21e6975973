"""
Fork-join tasks on stacks: the same results under every schedule, at every width, and where stacks are too small for what stands on them.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pytest
from stack_programs import (
    CASES,
    ENDLESS,
    FIB_MAIN,
    FORGIVES,
    GROUP_SIZES,
    GROUPS,
    INSTANCES,
    LINEAR,
    UNAWAITED,
    Case,
    groups,
)
from targets import DEADLINE
from xdsl.dialects.builtin import IntegerAttr, ModuleOp

import asyncir
from asyncir.dialects import rt
from asyncir.dialects.context import make_context
from asyncir.dialects.parsing import parse_module
from asyncir.errors import DeadlineError, TaskError
from asyncir.program import Program
from asyncir.reference import run as interpret
from asyncir.reference.outcome import Outcome

PROGRAMS: list[Any] = [pytest.param(case, id=case.name) for case in CASES]
WIDTHS, WORKERS = (1, 2, 4, 32), (1, 2, 3)
KINDS = {"failed": 1, "assert": 2}


@cache
def program(text: str) -> Program:
    return asyncir.compile(text, filename="stacks.mlir")


@cache
def emitted(text: str, least: bool) -> ModuleOp:
    """The scheduler of a program, with stacks as large as they are by default or as small as they may be."""
    dumped = program(text).dump("rt", executor="dynamic", elide=False, stats=True)
    assert isinstance(dumped, str)
    module = parse_module(dumped, "stacks.mlir", make_context())
    kernel = kernel_of(module)
    if least and rt.STACK_WORDS in kernel.attributes:
        kernel.attributes[rt.STACK_WORDS] = kernel.attributes[rt.LEAST_STACK_WORDS]
    return module


def kernel_of(module: ModuleOp) -> rt.KernelOp:
    (kernel,) = [op for op in module.body.ops if isinstance(op, rt.KernelOp)]
    return kernel


def run(text: str, args: tuple[Any, ...], *, least: bool = False, **options: Any) -> Outcome:
    """What the reference gives for the emitted scheduler."""
    module = emitted(text, least)
    return interpret(module, kernel_of(module).sym_name.data, list(args), statistics=True, deadline=DEADLINE, **options)


def run_cpu(text: str, args: tuple[Any, ...], **options: Any) -> Any:
    return program(text).run("main", *args, target="cpu", executor="dynamic", elide=False, deadline=DEADLINE, stats=True, **options)


def schedules(seeds: int) -> list[tuple[int, int, int]]:
    """Seed, width and workers: twelve in a row are all pairs of width and workers."""
    return [(seed, WIDTHS[seed % 4], WORKERS[seed % 3]) for seed in range(1, seeds + 1)]


@pytest.mark.parametrize("case", PROGRAMS)
def test_every_schedule_gives_the_same(case: Case) -> None:
    for seed, width, workers in schedules(12):
        outcome = run(case.program, case.args, seed=seed, width=width, workers=workers)
        assert tuple(outcome.results) == case.expected, f"seed {seed}, width {width}, {workers} workers"


@pytest.mark.exhaustive
@pytest.mark.parametrize("workers", WORKERS)
@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("case", PROGRAMS)
def test_many_seeds(case: Case, width: int, workers: int) -> None:
    for seed in range(20, 32):
        outcome = run(case.program, case.args, seed=seed, width=width, workers=workers, least=seed % 2 == 0)
        assert tuple(outcome.results) == case.expected, f"seed {seed}"


@pytest.mark.parametrize("case", PROGRAMS)
def test_small_stacks(case: Case) -> None:
    """What does not fit goes to the heap, and from there on."""
    for seed, width, workers in schedules(4):
        outcome = run(case.program, case.args, seed=seed, width=width, workers=workers, least=True)
        assert tuple(outcome.results) == case.expected, f"seed {seed}, width {width}, {workers} workers"


@pytest.mark.parametrize("case", PROGRAMS)
def test_cpu(case: Case) -> None:
    least = kernel_of(emitted(case.program, False)).attributes.get(rt.LEAST_STACK_WORDS)
    small = least.value.data if isinstance(least, IntegerAttr) else None
    for workers in (1, 2, 3):
        for stack in (None, small):
            outcome = run_cpu(case.program, case.args, workers=workers, stack=stack)
            assert outcome.results == case.expected, f"{workers} workers, {stack} words"


@pytest.mark.parametrize("case", PROGRAMS)
def test_the_definition(case: Case) -> None:
    """What is expected here is what the source program means."""
    outcome = program(case.program).run("main", *case.args, target="reference", deadline=DEADLINE)
    assert outcome.results == case.expected


def test_on_a_stack_nothing_suspends() -> None:
    """fib(8) is 67 tasks of which 33 have two children, and the root: 3 * 33 + 34 + 2 segments, and none for the heap."""
    outcome = run(FIB_MAIN, (8,), width=1, workers=1)
    stats = outcome.stats
    assert (stats["tasks"], stats["entries"], stats["suspensions"], stats["wakes"], stats["exports"]) == (68, 135, 0, 0, 0)
    counted = run_cpu(FIB_MAIN, (8,), workers=1).stats
    assert (counted["tasks"], counted["entries"], counted["suspensions"], counted["exports"]) == (68, 135, 0, 0)


@pytest.mark.parametrize("width", [4, 32])
def test_lanes_take_from_each_other(width: int) -> None:
    stats = run(FIB_MAIN, (9,), width=width, workers=1).stats
    assert stats["steals_warp"] > 0
    assert stats["exports"] >= stats["steals_served"] > 0
    assert stats["tasks"] == 110


def test_workers_take_from_each_other() -> None:
    served = [run(FIB_MAIN, (10,), width=1, workers=2, seed=seed).stats for seed in range(1, 4)]
    assert all(stats["tasks"] == 178 for stats in served)
    assert any(stats["steals_block"] + stats["steals_device"] > 0 for stats in served)


@pytest.mark.parametrize(("n", "width", "workers"), [(400, 1, 1), (400, 4, 1), (400, 1, 3), (5000, 1, 2)])
def test_deeper_than_the_stack(n: int, width: int, workers: int) -> None:
    outcome = run(LINEAR, (n,), width=width, workers=workers, seed=1, least=True)
    assert outcome.results == [n * (n + 1) // 2]
    assert outcome.stats["exports"] > n // 2
    assert outcome.stats["tasks"] == n + 2


@pytest.mark.parametrize("workers", [1, 2])
def test_deeper_than_the_stack_on_the_cpu(workers: int) -> None:
    least = kernel_of(emitted(LINEAR, False)).attributes[rt.LEAST_STACK_WORDS]
    assert isinstance(least, IntegerAttr)
    outcome = run_cpu(LINEAR, (5000,), workers=workers, stack=least.value.data)
    assert outcome.results == (12502500,)
    assert outcome.stats["exports"] > 2500
    assert run_cpu(LINEAR, (5000,), workers=workers).results == (12502500,)


def test_a_wide_tree_on_a_small_stack() -> None:
    """Every node leaves its stack again and again; the groups count on the heap."""
    for seed in range(1, 4):
        assert run(GROUPS, (4,), width=4, workers=2, seed=seed, least=True).results == [groups(4)]


@pytest.mark.parametrize(("size", "count"), [(2, 3), (0, 1), (-1, 0)])
def test_a_group_with_too_many(size: int, count: int) -> None:
    """The error is that of the program's meaning, whichever half found it."""
    expected = program(GROUP_SIZES).run("main", size, count, target="reference").results
    assert expected[1] != 0
    for seed, width, workers in schedules(12):
        assert tuple(run(GROUP_SIZES, (size, count), seed=seed, width=width, workers=workers).results) == expected
    assert run_cpu(GROUP_SIZES, (size, count)).results == expected


def test_a_group_with_too_few() -> None:
    with pytest.raises(asyncir.errors.AsyncirError) as meant:
        program(GROUP_SIZES).run("main", 3, 2, target="reference", deadline=DEADLINE)
    for seed, width, workers in schedules(4):
        with pytest.raises(type(meant.value)):
            run(GROUP_SIZES, (3, 2), seed=seed, width=width, workers=workers)
    with pytest.raises(type(meant.value)):
        run_cpu(GROUP_SIZES, (3, 2))


@pytest.mark.parametrize("bad", range(8))
def test_every_leaf_may_fail(bad: int) -> None:
    expected = program(FORGIVES).run("main", 3, bad, target="reference").results if not _fails(bad) else None
    for seed, width, workers in schedules(3):
        if expected is None:
            with pytest.raises(TaskError, match="a bad leaf") as raised:
                run(FORGIVES, (3, bad), seed=seed, width=width, workers=workers)
            assert (raised.value.kind, raised.value.code) == ("fail", bad)
            assert raised.value.location is not None and raised.value.location.line == 8
        else:
            assert tuple(run(FORGIVES, (3, bad), seed=seed, width=width, workers=workers).results) == expected


def _fails(bad: int) -> bool:
    """Nobody forgives the rightmost leaf: it is no left child's descendant."""
    return bad == 7


@pytest.mark.parametrize("target", ["reference", "cpu"])
def test_children_that_nobody_awaits(target: str) -> None:
    for seed, width, workers in schedules(12 if target == "reference" else 3):
        counted = np.zeros(1, np.int32)
        if target == "reference":
            run(UNAWAITED, (3, counted), seed=seed, width=width, workers=workers)
        else:
            run_cpu(UNAWAITED, (3, counted), workers=workers)
        assert counted[0] == 15


def test_instances() -> None:
    expected = [(0, 1, 1, 2, 3, 5, 8, 13)[i % 8] for i in range(64)]
    for width, workers in ((1, 3), (4, 2), (32, 1)):
        (results,) = run(INSTANCES, (), instances=64, width=width, workers=workers, seed=2).results
        assert list(results) == expected
    (results,) = run_cpu(INSTANCES, (), instances=64, workers=2).results
    assert list(results) == expected


@pytest.mark.parametrize("target", ["reference", "cpu"])
def test_a_deadline_names_tasks_by_state(target: str) -> None:
    """Frames on stacks are tasks of the report: the innermost runs, the others wait for their children."""
    with pytest.raises(DeadlineError) as raised:
        if target == "reference":
            module = emitted(ENDLESS, False)
            interpret(module, kernel_of(module).sym_name.data, [3], width=1, workers=1, deadline=1.0)
        else:
            program(ENDLESS).run("main", 3, target="cpu", executor="dynamic", elide=False, deadline=0.5, workers=1)
    tasks = raised.value.tasks
    states = sorted((task.task, task.state) for task in tasks)
    assert states == [("main", "waiting"), ("spins", "running"), ("spins", "waiting"), ("spins", "waiting"), ("spins", "waiting")]
    assert {task.waits_for for task in tasks if task.state == "waiting"} == {"@spins"}
    assert all(task.location is not None for task in tasks)
