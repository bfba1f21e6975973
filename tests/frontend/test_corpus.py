"""The corpus of small async functions: each ends on the reference and on the CPU as under asyncio; on the GPU, too, where there is one."""

from __future__ import annotations

import importlib
from pathlib import Path

import pytest
from harness import Case, check, check_on

PARTS = sorted(path.stem for path in (Path(__file__).parent / "corpus").glob("*.py") if path.stem != "__init__")
CASES: list[tuple[str, Case]] = [(part, case) for part in PARTS for case in importlib.import_module(f"corpus.{part}").CASES]


@pytest.mark.parametrize(("part", "case"), [pytest.param(part, case, id=f"{part}: {case}") for part, case in CASES])
def test_as_under_asyncio(part: str, case: Case) -> None:
    check(case)


@pytest.mark.gpu
@pytest.mark.parametrize("part", PARTS)
def test_on_the_gpu(part: str) -> None:
    for inside, case in CASES:
        if inside == part and case.gpu:
            check_on(case, target="cuda", deadline=10.0)


def test_there_are_many_functions() -> None:
    """Each with a name of its own, so that a failure tells which it is."""
    kernels = {(part, case.kernel.original.__name__) for part, case in CASES}
    assert len(kernels) >= 120
