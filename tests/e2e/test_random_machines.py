"""
Random machines mean the same before and after layout, under every policy, and frames are what the bounds say: LB0 for `bound` without
rematerialisation, LB1 for `bound` with `free`, never less. `python benchmarks/random_machines.py` tries thousands.
"""

from __future__ import annotations

from functools import cache

import pytest
import random_machines
from machine_runs import Memory, laid_out, off_bounds, run_cpu, run_reference, split
from random_machines import Batch
from targets import sampled
from xdsl.dialects.builtin import ModuleOp

SMOKE = 6
COUNT = 60
SIZE = 10
LAYOUTS = [
    ("bound", "off"),
    ("bound", "free"),
    ("bound", "cost"),
    ("per-value", "off"),
    ("union", "off"),
    ("rustc", "off"),
    ("llvm", "off"),
]


@cache
def machines(start: int, size: int) -> tuple[Batch, ModuleOp]:
    batch = random_machines.batch(range(start, start + size))
    return batch, split(batch)


@cache
def expected(start: int, size: int, width: int) -> Memory:
    """What the reference makes of the split machines."""
    batch, module = machines(start, size)
    return run_reference(module, batch, 0, width)


def require_same(start: int, size: int, width: int, got: Memory) -> None:
    wrong = expected(start, size, width).differing(got, tuple(range(start, start + size)))
    assert not wrong, f"machines {wrong} differ: `python tests/e2e/random_machines.py SEED` prints one"


def test_smoke() -> None:
    """About a second."""
    batch, module = machines(0, SMOKE)
    after = laid_out(module, "bound", "free")
    assert not off_bounds(module, after, "bound", "free")
    for width in (1, 4):
        require_same(0, SMOKE, width, run_reference(after, batch, 1, width))


# Each layout on one of the batches, each batch with some layout.
CASES = [
    sampled(start, *layout, id=f"{start}-{'-'.join(layout)}", often=turn == number % 6)
    for turn, start in enumerate(range(0, COUNT, SIZE))
    for number, layout in enumerate(LAYOUTS)
]


@pytest.mark.slow
@pytest.mark.parametrize(("start", "policy", "remat"), CASES)
def test_every_layout_means_the_same(start: int, policy: str, remat: str) -> None:
    batch, module = machines(start, SIZE)
    after = laid_out(module, policy, remat)
    assert not off_bounds(module, after, policy, remat)
    for width in (1, 4):
        require_same(start, SIZE, width, run_reference(after, batch, width, width))


@pytest.mark.slow
@pytest.mark.parametrize("start", [0, 5])
def test_cpu(start: int) -> None:
    batch, module = machines(start, 5)
    require_same(start, 5, 1, run_cpu(laid_out(module, "bound", "free"), batch))


def test_machines_contain_what_they_are_to_test() -> None:
    """Each construct is in some of the machines."""
    texts = [random_machines.machine(seed) for seed in range(300)]
    constructs = (
        "await(", "await_raw(", "try_await(", "await_all(", "send(", "recv(", "yield(", "sleep(", 'scope = "warp"', "task.ballot",
        "cf.cond_br", "task.bounded", "memref.load", "memref.store", ": i1", ": i8", ": i16", ": f32", "arith.divui", "arith.select",
    )  # fmt: skip
    rare = {construct: count for construct in constructs if (count := sum(construct in text for text in texts)) < 10}
    assert not rare
