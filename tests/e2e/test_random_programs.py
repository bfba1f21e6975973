"""
300 random programs give the same on the reference, the CPU and the GPU, elided and not, in every order, at every level.

They are compiled ten at a time: what a compilation costs besides its program is paid once.
"""

from __future__ import annotations

import os
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import cache
from multiprocessing import get_context

import numpy as np
import pytest
import random_programs
from random_programs import ENTRY, Batch
from targets import DEADLINE, Way, need

from asyncir import reference
from asyncir.dialects.context import make_context
from asyncir.dialects.parsing import parse_module
from asyncir.errors import AsyncirError
from asyncir.program import Program
from asyncir.program import compile as compile_program

PROGRAMS = 300
SIZE = 10
STARTS = range(0, PROGRAMS, SIZE)
ARGUMENT = 5

DEFAULT = ("default", None, True)
MACHINERY = ("not elided", "dynamic", False)


@dataclass(frozen=True)
class Memory:
    """The arrays of a run: what the programs return and what their tasks stored."""

    stored: np.ndarray
    ints: np.ndarray
    floats: np.ndarray

    @staticmethod
    def of(batch: Batch) -> Memory:
        count = len(batch.seeds)
        return Memory(np.arange(batch.cells, dtype=np.int64) * 7, np.zeros(2 * count, np.int64), np.zeros(count, np.float32))

    @property
    def arguments(self) -> tuple[object, ...]:
        return (ARGUMENT, self.stored, self.ints, self.floats)


@cache
def batch_from(start: int, size: int = SIZE) -> tuple[Batch, Program]:
    batch = random_programs.batch(range(start, start + size))
    return batch, compile_program(batch.text, filename=f"batch-{start}.mlir")


@cache
def expected(start: int, size: int = SIZE) -> Memory:
    """What the reference makes of the source."""
    batch, program = batch_from(start, size)
    memory = Memory.of(batch)
    program.run(ENTRY, *memory.arguments, target="reference")
    return memory


def require_same(start: int, got: Memory, size: int = SIZE) -> None:
    """Raises AssertionError that names the seeds whose results differ from the reference's."""
    want = expected(start, size)
    wrong = [
        start + k
        for k in range(size)
        if not np.array_equal(got.ints[2 * k : 2 * k + 2], want.ints[2 * k : 2 * k + 2])
        or not np.array_equal(got.floats[k], want.floats[k], equal_nan=True)
    ]
    assert not wrong, f"programs {wrong} differ: `python tests/e2e/random_programs.py SEED` prints one"
    np.testing.assert_array_equal(got.stored, want.stored)


def run(start: int, way: Way) -> Memory:
    need(way.target)
    batch, program = batch_from(start)
    memory = Memory.of(batch)
    program.run(ENTRY, *memory.arguments, target=way.target, executor=way.executor, elide=way.elide, deadline=DEADLINE)
    return memory


def check(start: int, way: Way) -> str | None:
    """What is wrong with a batch, run in this way."""
    try:
        require_same(start, run(start, way))
    except (AssertionError, AsyncirError) as error:
        return f"batch {start}: {error}"
    return None


def require_all(ways: list[Way]) -> None:
    """Raises AssertionError if one of the batches, which take turns with the ways, is wrong."""
    # In processes, as compiling is most of the work and threads do not make it faster.
    with ProcessPoolExecutor(min(16, os.cpu_count() or 1), get_context("spawn")) as pool:
        checks = [pool.submit(check, start, ways[k % len(ways)]) for k, start in enumerate(STARTS)]
        wrong = [problem for future in checks if (problem := future.result()) is not None]
    assert not wrong


@pytest.mark.slow
def test_cpu() -> None:
    require_all([Way("cpu"), Way("cpu", "dynamic", elide=False)])


@pytest.mark.gpu
@pytest.mark.slow
@pytest.mark.parametrize("way", [Way("cuda"), Way("cuda", "dynamic", elide=False)], ids=["default", "dynamic-not-elided"])
def test_gpu(way: Way) -> None:
    need("cuda")
    require_all([way])


@pytest.mark.parametrize("start", STARTS)
def test_order_and_width_do_not_matter(start: int) -> None:
    """The reference in other orders, with other numbers of workers, with wider warps."""
    batch, _ = batch_from(start)
    module = parse_module(batch.text, "batch.mlir", make_context())
    for seed, width, workers in ((start + 1, 1, 1), (start + 2, 2, 3), (start + 3, 32, 4)):
        memory = Memory.of(batch)
        reference.run(module, ENTRY, memory.arguments, seed=seed, width=width, workers=workers)
        require_same(start, memory)


LEVELS = [(stage, *way) for stage in ("split", "sm", "rt") for way in (DEFAULT, MACHINERY)]


@pytest.mark.parametrize(("stage", "name", "executor", "elide"), LEVELS, ids=lambda value: str(value))
@pytest.mark.parametrize("start", [0, 100, 200])
def test_every_level_means_the_same(start: int, stage: str, name: str, executor: str | None, elide: bool) -> None:
    """The reference on what the passes make of the source."""
    size = 3
    batch, program = batch_from(start, size)
    text = program.dump(stage, ENTRY, executor=executor, elide=elide)
    memory = Memory.of(batch)
    compile_program(text, filename=f"batch-{start}-{stage}.mlir").run(ENTRY, *memory.arguments, target="reference")
    require_same(start, memory, size)


def test_programs_contain_what_they_are_to_test() -> None:
    """Each construct is in some hundredth of the programs at least; most are in every second."""
    texts = [random_programs.functions(seed)[1] for seed in range(PROGRAMS)]
    constructs = (
        "async.call", "async.await ", "async.execute", "async.create_group", "async.await_all", "async.runtime.is_error",
        "task.channel", "task.yield_now", "task.sleep", "task.ready", "task.try_await", "task.fail", "cf.assert",
        "scf.if", "scf.for", "scf.while", "memref.load", "memref.store", "linalg.fill", "call @plain", "@drain", "@take",
    )  # fmt: skip
    rare = {construct: count for construct in constructs if (count := sum(construct in text for text in texts)) < PROGRAMS // 100}
    assert not rare
