"""
Random programs give the same on the reference, the CPU and the GPU, elided and not, in every order, at every level: some of 300 each time.

They are compiled ten at a time: what a compilation costs besides its program is paid once.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from functools import cache

import numpy as np
import pytest
import random_programs
from random_programs import ENTRY, Batch
from targets import DEADLINE, WAYS, Way, need, sampled

from asyncir import reference
from asyncir.dialects.context import make_context
from asyncir.dialects.parsing import parse_module
from asyncir.program import Program
from asyncir.program import compile as compile_program

PROGRAMS = 300
SIZE = 10
STARTS = range(0, PROGRAMS, SIZE)
ARGUMENT = 5

COMPILED = [way for way in WAYS if "reference" not in str(way.id)]
"""The CPU, by itself and with all the machinery; then the GPU."""


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


# Compiling a batch takes ten seconds and more: one in fifteen each way.
CASES = [
    sampled(start, *way.values, id=f"{start}-{way.id}", often=turn % 15 == 3 * number, marks=way.marks)
    for turn, start in enumerate(STARTS)
    for number, way in enumerate(COMPILED)
]


@pytest.mark.slow
@pytest.mark.parametrize(("start", "way"), CASES)
def test_targets(start: int, way: Way) -> None:
    require_same(start, run(start, way))


@pytest.mark.parametrize("start", [sampled(start, id=str(start), often=turn % 3 == 0) for turn, start in enumerate(STARTS)])
def test_order_and_width_do_not_matter(start: int) -> None:
    """The reference in other orders, with other numbers of workers, with wider warps."""
    batch, _ = batch_from(start)
    module = parse_module(batch.text, "batch.mlir", make_context())
    for seed, width, workers in ((start + 1, 1, 1), (start + 2, 2, 3), (start + 3, 32, 4)):
        memory = Memory.of(batch)
        reference.run(module, ENTRY, memory.arguments, seed=seed, width=width, workers=workers)
        require_same(start, memory)


# Each level and way on one of the batches.
LEVELS = [
    sampled(start, stage, *way.values, id=f"{start}-{stage}-{way.id}", often=turn % 3 == number)
    for number, start in enumerate((0, 100, 200))
    for turn, (stage, way) in enumerate(itertools.product(("split", "sm", "rt"), COMPILED[:2]))
]


@pytest.mark.parametrize(("start", "stage", "way"), LEVELS)
def test_every_level_means_the_same(start: int, stage: str, way: Way) -> None:
    """The reference on what the passes make of the source."""
    size = 3
    batch, program = batch_from(start, size)
    text = program.dump(stage, ENTRY, executor=way.executor, elide=way.elide)
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
