"""The programs of tests/layout_corpus give the same with every frame layout, and frames are as large as the file says."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from itertools import cycle
from typing import Any

import pytest
from layout_programs import LayoutProgram, layout_programs
from targets import DEADLINE, sampled

import asyncir
from asyncir.errors import InputError
from asyncir.passes.layout import find_policy

PROGRAMS = [pytest.param(program, id=program.name) for program in layout_programs()]
LAYOUTS: list[Any] = [
    pytest.param(policy, remat, id=policy if remat is None else f"{policy}-{remat}")
    for policy, remat in (
        ("per-value", None),
        ("union", None),
        ("rustc", None),
        ("llvm", None),
        ("bound", "off"),
        ("bound", "free"),
        ("bound", "cost"),
    )
]
WIDE_PROGRAMS = [pytest.param(program, width, id=f"{program.name}-{width}") for program in layout_programs() for width in program.widths]
MOST_CHANGED = ("bound", "free")


def _cpu_cases() -> Iterator[Any]:
    """Compiling for the CPU takes long: every other program runs there with the layout that changes most, the rest take turns."""
    turns = cycle([layout.values for layout in LAYOUTS if layout.values != MOST_CHANGED])
    for number, program in enumerate(layout_programs()):
        chosen = next(turns) if number % 2 else MOST_CHANGED
        for layout in LAYOUTS:
            yield sampled(program, *layout.values, id=f"{program.name}-{layout.id}", often=layout.values == chosen)


def need_policy(policy: str) -> None:
    """Skips the test where there is no such policy."""
    try:
        find_policy(policy)
    except InputError as error:
        pytest.skip(error.message)


def need_reference(program: LayoutProgram) -> None:
    """Skips the test where the reference lacks what the program uses."""
    if program.without is not None and program.without.startswith("reference"):
        pytest.skip(program.without)


def check_results(results: tuple[Any, ...], program: LayoutProgram) -> None:
    assert tuple(float(result) for result in results) == program.results


@pytest.mark.parametrize(("program", "width"), WIDE_PROGRAMS)
def test_reference_of_the_source(program: LayoutProgram, width: int) -> None:
    need_reference(program)
    outcome = program.compile().run(None, *program.given(), target="reference", width=width, deadline=DEADLINE)
    check_results(outcome.results, program)


# With the layout that changes most each, with the others half of them.
LAID_OUT = [
    sampled(*case.values, *layout.values, id=f"{case.id}-{layout.id}", often=layout.values == MOST_CHANGED or (number + turn) % 2 == 0)
    for number, case in enumerate(WIDE_PROGRAMS)
    for turn, layout in enumerate(LAYOUTS)
]


@pytest.mark.parametrize(("program", "width", "policy", "remat"), LAID_OUT)
def test_reference_of_the_laid_out_machine(program: LayoutProgram, width: int, policy: str, remat: str | None) -> None:
    need_policy(policy)
    need_reference(program)
    laid_out = asyncir.compile(program.laid_out(policy, remat))
    outcome = laid_out.run(None, *program.given(), target="reference", width=width, deadline=DEADLINE)
    check_results(outcome.results, program)
    assert frame_bytes(program, policy, remat) >= program.lb1


@pytest.mark.parametrize(("program", "policy", "remat"), list(_cpu_cases()))
def test_cpu(program: LayoutProgram, policy: str, remat: str | None) -> None:
    need_policy(policy)
    outcome = program.compile().run(
        None, *program.given(), target="cpu", elide=program.elide, policy=policy, remat=remat, deadline=DEADLINE
    )
    check_results(outcome.results, program)


@cache
def frame_bytes(program: LayoutProgram, policy: str, remat: str | None) -> int:
    """The payload of the machine that the file is about."""
    machine = program.find(program.laid_out(policy, remat))
    assert machine.frame is not None
    return machine.frame.payload_bytes(32 if machine.scope.data == "warp" else 1)


@pytest.mark.parametrize("program", PROGRAMS)
def test_bound_reaches_the_bound_without_rematerialisation(program: LayoutProgram) -> None:
    need_policy("bound")
    assert frame_bytes(program, "bound", "off") == program.lb0


@pytest.mark.parametrize("program", PROGRAMS)
def test_bound_reaches_the_bound_with_rematerialisation(program: LayoutProgram) -> None:
    need_policy("bound")
    assert frame_bytes(program, "bound", "free") == program.lb1


@pytest.mark.parametrize("policy", ["per-value", "union", "rustc", "llvm"])
@pytest.mark.parametrize("program", PROGRAMS)
def test_no_other_layout_is_below_the_bound(program: LayoutProgram, policy: str) -> None:
    need_policy(policy)
    assert frame_bytes(program, policy, None) >= program.lb0


@pytest.mark.parametrize("program", PROGRAMS)
def test_weighing_costs_lies_between_the_bounds(program: LayoutProgram) -> None:
    need_policy("bound")
    assert program.lb1 <= frame_bytes(program, "bound", "cost") <= program.lb0
