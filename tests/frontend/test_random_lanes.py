"""Random functions whose lanes work together give the same at each width as under asyncio, or are refused for the mistake in them."""

from __future__ import annotations

import linecache
from functools import cache
from typing import Any

import numpy as np
import pytest
from harness import DEADLINE, Case, compare, compiled, under_asyncio
from random_lanes import LanesProgram, lanes_program

from asyncir_python import Kernel
from asyncir_python.compile.source import CompileError

SEEDS = range(24)
WIDTHS = (1, 3, 8)


def kernel_of(program: LanesProgram) -> Kernel[..., Any]:
    """The program's kernel. The text is noted where Python looks for source lines."""
    name = f"<random lanes {program.seed}>"
    linecache.cache[name] = (len(program.text), None, program.text.splitlines(keepends=True), name)
    names: dict[str, Any] = {"__name__": name}
    exec(compile(program.text, name, "exec"), names)
    return names["main"]


@cache
def ends(program: LanesProgram) -> str:
    """`same`, or what the compiler says to it. Raises AssertionError where runs differ."""
    numbers = np.random.default_rng(program.seed)
    arrays = [numbers.integers(-5, 9, size).astype(np.int32) for size in (11, 11, 4)]
    case = Case(kernel_of(program), *arrays)
    wanted = under_asyncio(case)
    for width in WIDTHS:
        options = {"target": "reference", "width": width, "seed": program.seed, "deadline": DEADLINE}
        try:
            compare(f"width {width}", case, compiled(case, options), wanted)
        except CompileError as error:
            return str(error)
    return "same"


@pytest.mark.parametrize("seed", SEEDS)
def test_the_same_at_each_width(seed: int) -> None:
    program = lanes_program(seed)
    outcome = ends(program)
    assert outcome == "same" or program.mistake is not None, f"{outcome}\n{program.text}"


def test_mistakes_are_refused() -> None:
    """Most are; some are in code that makes no difference."""
    wrong = [program for program in map(lanes_program, SEEDS) if program.mistake is not None]
    assert sum(ends(program) != "same" for program in wrong) >= len(wrong) / 3
