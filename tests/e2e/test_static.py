"""
Tile channels run by the static executor, a role a warp: the examples at all edges of lengths and with a failure in each role, and other
uses of channels. Its code is interpreted at rt, and runs on a GPU; NumPy says the same. What it consists of is looked at in its PTX.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Any

import numpy as np
import pytest
from role_programs import halves, pieces, unbounded, until_closed
from targets import DEADLINE, EXAMPLES, example, need, sampled, shared
from tile_programs import PROGRAMS, failing

import asyncir
from asyncir.dialects.context import make_context
from asyncir.dialects.parsing import parse_module
from asyncir.errors import DeadlineError, InputError, TaskError
from asyncir.program import Program
from asyncir.reference import run as interpret

LIGHT = [name for name in PROGRAMS if not PROGRAMS[name].heavy]
ALL: list[Any] = [sampled(name, id=name, often=not PROGRAMS[name].heavy) for name in PROGRAMS]


@cache
def _at_rt(program: Program, name: str) -> Any:
    text = program.dump("rt", executor="static", target="cuda")
    assert isinstance(text, str) and 'executor = "static"' in text
    return parse_module(text, f"{name}.mlir", make_context())


@pytest.mark.parametrize("name", ALL)
def test_all_lengths_at_rt(name: str) -> None:
    program = PROGRAMS[name]
    for number, length in enumerate(program.lengths()):
        case = program.case(length)
        interpret(_at_rt(example(name), name), name, case.args, width=8, instances=1 + number % 3, seed=number)
        assert np.array_equal(case.out, case.expected), length


@pytest.mark.exhaustive
def test_rows_that_begin_anywhere() -> None:
    """Rows of an odd length: their copies have heads and tails, or are no bulk copies at all."""
    for length in (130, 131, 254):
        case = PROGRAMS["covariance"].case(length)
        interpret(_at_rt(example("covariance"), "covariance"), "covariance", case.args, width=8, seed=length)
        assert np.array_equal(case.out, case.expected), length


@pytest.mark.parametrize("name", ALL)
def test_a_role_that_fails_ends_all_at_rt(name: str) -> None:
    program = PROGRAMS[name]
    tiles = program.depth + 3
    for number in (0, 4) if program.heavy else range(len(program.roles)):
        for tile in (program.depth,) if program.heavy else (0, program.depth, tiles - 1):
            case = program.case(tiles * program.tile - 1)
            where = np.array([number, tile], dtype=np.int64)
            with pytest.raises(TaskError) as caught:
                interpret(_at_rt(failing(name), f"failing_{name}"), name, [where, *case.args], width=8, seed=tile)
            assert (caught.value.kind, caught.value.message) == ("assert", f"assertion failed: role {number} fails")
            assert caught.value.location is not None


# --------------------------------------------------------------------------------------------------------------------- on a GPU


@pytest.mark.gpu
@pytest.mark.parametrize("name", PROGRAMS)
def test_all_lengths_on_a_gpu(name: str) -> None:
    need("cuda")
    for instances in (1, 3, 300):
        for length in PROGRAMS[name].lengths():
            case = PROGRAMS[name].case(length)
            example(name).run(None, *case.args, target="cuda", executor="static", instances=instances, deadline=DEADLINE)
            assert np.array_equal(case.out, case.expected), (length, instances)


@pytest.mark.gpu
@pytest.mark.parametrize("name", PROGRAMS)
def test_a_role_that_fails_ends_all_on_a_gpu(name: str) -> None:
    """At the first tile, when the channel has been filled once, and at the last tile: the error is the role's, and nothing hangs."""
    need("cuda")
    program = PROGRAMS[name]
    tiles = program.depth + 3
    for number in range(len(program.roles)):
        for tile in (0, program.depth, tiles - 1):
            case = program.case(tiles * program.tile - 1)
            where = np.array([number, tile], dtype=np.int64)
            with pytest.raises(TaskError) as caught:
                failing(name).run(None, where, *case.args, target="cuda", executor="static", deadline=DEADLINE)
            assert (caught.value.kind, caught.value.message) == ("assert", f"assertion failed: role {number} fails")
            assert caught.value.location is not None


@pytest.mark.gpu
def test_of_many_blocks_one_fails() -> None:
    need("cuda")
    case = PROGRAMS["triad"].case(2000 * 1024)
    with pytest.raises(TaskError, match="role 1 fails") as caught:
        failing("triad").run(None, np.array([1, 1300]), *case.args, target="cuda", executor="static", instances=500, deadline=DEADLINE)
    assert ("in instance 300", None) in caught.value.notes


# ------------------------------------------------------------------------------------------------------------------ what it is


@pytest.mark.parametrize("name", ["roles", "triad", sampled("covariance", id="covariance", often=False)])
def test_code_has_no_scheduler(name: str) -> None:
    """No atomic but those that record a failure, no local memory, no frame: only barriers, bulk copies and what the program computes."""
    ptx = example(name).ptx(executor="static")
    assert ".local" not in ptx and "__local_depot" not in ptx
    atomics = re.findall(r"\batom\.[\w.]+", ptx)
    failures = {"atom.relaxed.cta.shared.exch.b32", "atom.relaxed.gpu.global.cas.b32", "atom.relaxed.gpu.global.add.u64"}
    assert {atomic for atomic in atomics if not (name == "covariance" and atomic.endswith("add.f32"))} <= failures
    for wanted in ("mbarrier.try_wait.parity", "mbarrier.arrive", "cp.async.bulk.shared", "mbarrier.expect_tx"):
        assert wanted in ptx, wanted


def test_is_only_taken_where_it_is_asked_for() -> None:
    text = example("triad").dump("rt", target="cuda")
    assert isinstance(text, str)
    why = "needs a scheduler; the roles of tile channels take the static executor only where it is asked for: no gain is estimated yet"
    assert 'executor = "dynamic"' in text and why in text


def test_a_kernel_may_ask_for_it() -> None:
    source = (EXAMPLES / "triad.mlir").read_text(encoding="utf-8")
    asking = asyncir.compile(source.replace("attributes {task.kernel}", 'attributes {task.kernel, task.executor = "static"}'))
    for target, executor in (("cuda", "static"), ("cpu", "dynamic")):
        text = asking.dump("rt", target=target)  # pyright: ignore[reportArgumentType]
        assert isinstance(text, str) and f'executor = "{executor}"' in text


def test_on_a_cpu_roles_are_tasks() -> None:
    text = example("triad").dump("rt", target="cpu", executor="static")
    assert isinstance(text, str) and "roles as tasks: the CPU parks and wakes them" in text
    case = PROGRAMS["triad"].case(3000)
    example("triad").run(None, *case.args, target="cpu", executor="static", deadline=DEADLINE)
    assert np.array_equal(case.out, case.expected)


def test_an_older_gpu_has_no_such_blocks() -> None:
    with pytest.raises(InputError, match="@triad cannot run with the static executor: barriers that bulk copies complete on need sm_90"):
        example("triad").ptx(executor="static", arch="sm_80")


# --------------------------------------------------------------------------------------------------------- other uses of channels

PLACES: list[Any] = ["source", "rt", pytest.param("cuda", marks=pytest.mark.gpu)]


def _run(text: str, place: str, *args: Any, seed: int = 0, **options: Any) -> None:
    """Runs a program's kernel: its source or its code for blocks on the reference, or on a GPU."""
    program = shared(text, "roles.mlir")
    if place == "cuda":
        need("cuda")
        program.run(None, *args, target="cuda", executor="static", deadline=DEADLINE, **options)
    elif place == "source":
        program.run(None, *args, target="reference", width=8, seed=seed, deadline=DEADLINE, **options)
    else:
        interpret(_at_rt(program, "roles"), "main", args, width=8, seed=seed, **options)


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("depth", [1, 3])
def test_until_a_channel_is_closed(depth: int, place: str) -> None:
    for tiles in (0, 1, depth - 1, depth, depth + 1, 4 * depth + 1):
        out = np.zeros(1, np.float32)
        _run(until_closed(depth), place, out, tiles, seed=tiles)
        assert out[0] == 8 * sum(range(1, tiles + 1)), tiles


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("depth", [2, 3])
def test_several_writers_and_readers_that_hold_two(depth: int, place: str) -> None:
    for rounds in (0, 1, 2, 5):
        x, out = np.arange(24 * rounds + 3, dtype=np.float32), np.zeros(2, np.float32)
        _run(halves(depth), place, x, out, rounds, 3, seed=rounds)
        weights = np.array([2, 2, 1], np.float32)[None, :, None, None]
        assert np.array_equal(out, (x[3:].reshape(rounds, 3, 2, 4) * weights).sum((0, 1, 3))), rounds


@pytest.mark.parametrize("place", PLACES)
def test_copies_of_any_part(place: str) -> None:
    x = np.arange(100, dtype=np.float32)
    alike = [(0, 0, 0), (0, 0, 64), (1, 1, 63), (3, 3, 1), (5, 1, 14), (4, 8, 13), (7, 3, 2), (3, 7, 57)]
    for begin, at, n in [*alike, (2, 1, 30), (1, 0, 64)]:
        out = np.zeros(100, np.float32)
        _run(pieces(), place, x, out, begin, at, n)
        expected = np.zeros(100, np.float32)
        expected[begin : begin + n] = x[begin : begin + n] + 1
        assert np.array_equal(out, expected), (begin, at, n)


@pytest.mark.parametrize("place", PLACES)
def test_loops_without_a_bound(place: str) -> None:
    x, out = np.array([40, 1, 7, 1 << 30], np.int32), np.zeros(4, np.int32)
    _run(unbounded(), place, x, out, 5)
    assert out.tolist() == [5, 0, 2, 30]
    with pytest.raises(TaskError, match="too many"):
        _run(unbounded(), place, x, out, 4)


@pytest.mark.gpu
def test_a_loop_without_an_end_is_stopped() -> None:
    """A task that halves 0 for ever: the deadline ends all roles, the one that makes copies too."""
    need("cuda")
    endless = unbounded().replace("arith.cmpi sgt, %v, %c1", "arith.cmpi sgt, %c1, %c0")
    with pytest.raises(DeadlineError):
        shared(endless, "endless.mlir").run(
            None, np.ones(4, np.int32), np.zeros(4, np.int32), 4, target="cuda", executor="static", deadline=1.0
        )
