"""
Random async functions end as under asyncio: a few of them here, thousands by benchmarks/random_functions.py. And: what finds a mismatch
would find one, and makes it small.
"""

from __future__ import annotations

from dataclasses import replace

import pytest
from random_functions import program
from random_runs import mismatch, shrunk

SEEDS = range(16)
ON_CPU = range(25, 29)


@pytest.mark.parametrize("seed", SEEDS)
def test_on_the_reference(seed: int) -> None:
    assert (found := mismatch(program(seed), cpu=False)) is None, f"{found}\n{program(seed).text}"


@pytest.mark.parametrize("seed", ON_CPU)
def test_on_the_cpu(seed: int) -> None:
    assert (found := mismatch(program(seed), cpu=True)) is None, f"{found}\n{program(seed).text}"


def test_a_seed_names_one_program() -> None:
    assert program(7) == program(7)
    assert program(7).text != program(8).text


def telling_the_width(text: str) -> str:
    """The program, with a kernel that returns how many lanes a task has."""
    before, kernel = text.split("async def main(", 1)
    parameters, body = kernel.split(") -> ", 1)
    statements = body.split("\n", 1)[1].rsplit("    return", 1)[0]
    return f"from asyncir_python import num_lanes\n{before}async def main({parameters}) -> int:\n{statements}    return num_lanes()\n"


@pytest.mark.filterwarnings("ignore::RuntimeWarning")  # smaller programs may leave coroutines alone
def test_a_mismatch_is_found_and_made_small() -> None:
    """A program that tells the width of its warps, hidden in a random one."""
    found = program(3)
    spoilt = replace(found, text=telling_the_width(found.text))
    assert mismatch(found, cpu=False) is None
    assert mismatch(spoilt, cpu=False) is not None
    small = shrunk(spoilt, cpu=False, attempts=60)
    assert mismatch(small, cpu=False) is not None
    assert "num_lanes()" in small.text and len(small.text) < len(spoilt.text) / 2
