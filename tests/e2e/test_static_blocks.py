"""The static executor below form-roles: kernels of roles on the reference, which runs them at rt, on the GPU, and through ptxas."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from static_programs import RING, TILES
from targets import need, need_tool, shared

import asyncir
from asyncir.errors import DeadlineError, DeadlockError, InputError, TaskError
from asyncir.lowering.ptxas import assemble
from asyncir.program import Program

REFERENCE = [pytest.param("reference", seed, id=f"reference-{seed}") for seed in (0, 1, 5)]
"""With seed 5 copies are slow."""
TARGETS = [*REFERENCE, pytest.param("cuda", 0, id="cuda", marks=pytest.mark.gpu)]
COUNTS = (0, 1, 2, 3, 5)
"""Of a ring of two slots: none, D-1, D, D+1, more."""


@cache
def at_rt(text: str) -> Program:
    """The program with its executor expanded, for the reference: at the source level it knows no blocks."""
    return asyncir.compile(shared(text, "static.mlir").dump("rt", target="cuda"))


def run(text: str, target: str, seed: int, entry: str, *values: Any, **options: Any) -> None:
    """Runs a kernel where `target` says."""
    if target == "reference":
        at_rt(text).run(entry, *values, target="reference", width=32, seed=seed, **options)
        return
    need("cuda")
    shared(text, "static.mlir").run(entry, *values, target="cuda", **options)


def ring(target: str, seed: int, sent: int, taken: int, bad: int = -1, **options: Any) -> NDArray[Any]:
    """The rows that come through the ring."""
    out = np.full((max(taken, 1), 32), -1, np.float32)
    run(RING, target, seed, "ring", sent, taken, bad, out, **options)
    return out[:taken]


@pytest.mark.parametrize("count", COUNTS)
@pytest.mark.parametrize(("target", "seed"), TARGETS)
def test_warps_hand_numbers_over(target: str, seed: int, count: int) -> None:
    assert (ring(target, seed, count, count) == np.arange(count)[:, None] + np.arange(32)).all()


@pytest.mark.parametrize("count", COUNTS)
@pytest.mark.parametrize(("target", "seed"), TARGETS)
def test_bulk_copies_in_and_out(target: str, seed: int, count: int) -> None:
    instances = 2
    given = np.random.default_rng(count).random((max(instances * count, 1), 64), np.float32)
    out = np.zeros_like(given)
    run(TILES, target, seed, "tiles", count, -1, given, out, instances=instances)
    assert (out[: instances * count] == 2 * given[: instances * count]).all()


@pytest.mark.parametrize("bad", [0, 1, 2, 4])
@pytest.mark.parametrize(("target", "seed"), TARGETS)
def test_a_failing_role_ends_all(target: str, seed: int, bad: int) -> None:
    with pytest.raises(TaskError, match="the bad number") as caught:
        ring(target, seed, 5, 5, bad)
    assert caught.value.kind == "assert"
    assert caught.value.location is not None


@pytest.mark.parametrize("bad", [0, 1, 2, 4])
@pytest.mark.parametrize(("target", "seed"), TARGETS)
def test_a_role_that_copies_leaves_behind_its_copies(target: str, seed: int, bad: int) -> None:
    """The reference makes a copy that outlives its block an error of its own."""
    given = np.ones((10, 64), np.float32)
    with pytest.raises(TaskError, match="the bad tile"):
        run(TILES, target, seed, "tiles", 5, bad, given, np.zeros_like(given), instances=2)


def test_a_role_that_does_not_wait_for_its_copies_is_an_error() -> None:
    text = TILES.replace("  cf.br ^draina\n", "  cf.br ^end0\n")
    assert text != TILES
    given = np.ones((10, 64), np.float32)
    with pytest.raises(TaskError, match="block 0 ends while this bulk copy is under way"):
        run(text, "reference", 5, "tiles", 5, 0, given, np.zeros_like(given), instances=2)


@pytest.mark.parametrize("seed", range(3))
def test_who_waits_for_ever_is_named(seed: int) -> None:
    with pytest.raises(DeadlockError, match="a task waits and nothing can wake it") as caught:
        ring("reference", seed, 3, 4)
    (report,) = caught.value.tasks
    assert report.task == "ring, warp 1"
    assert report.waits_for is not None
    assert report.waits_for.startswith("a full slot: phase 1 of the barrier made at <string>:")
    assert report.waits_for.endswith("which lacks 1 of 1 arrivals")
    assert report.location is not None


@pytest.mark.gpu
def test_the_gpu_stops_who_waits_for_ever() -> None:
    with pytest.raises(DeadlineError):
        ring("cuda", 0, 3, 4, deadline=0.3)
    assert ring("cuda", 0, 3, 3).shape == (3, 32)


def test_a_deadline_ends_roles_that_still_work() -> None:
    with pytest.raises(DeadlineError):
        run(RING, "reference", 0, "ring", 1 << 30, 1 << 30, -1, np.zeros((1 << 16, 32), np.float32), deadline=0.2)


@pytest.mark.parametrize(("text", "entry"), [(RING, "ring"), (TILES, "tiles")])
def test_the_code_touches_no_local_memory(text: str, entry: str) -> None:
    need_tool("ptxas")
    ptx = shared(text, "static.mlir").dump("ptx", target="cuda", arch="sm_90")
    assert isinstance(ptx, str)
    resources = assemble(ptx, "sm_90").kernels[entry]
    assert (resources.stack, resources.spill_loads, resources.spill_stores) == (0, 0, 0)
    assert "ld.shared" in ptx
    assert "st.shared" in ptx
    assert ".local" not in ptx


@pytest.mark.parametrize(
    ("target", "arch", "message"),
    [("cpu", None, "a CPU has no blocks of warps"), ("cuda", "sm_80", "sm_80 has no bulk copies that complete on a barrier")],
)
def test_where_there_are_no_blocks_is_an_error_at_its_place(target: Any, arch: str | None, message: str) -> None:
    with pytest.raises(InputError, match=message) as caught:
        shared(RING, "static.mlir").dump("llvm", target=target, arch=arch)
    assert caught.value.location is not None
    assert "executor dynamic" in (caught.value.help or "")
