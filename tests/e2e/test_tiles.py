"""The examples with tile channels, at all edges of lengths and with a failure in each role: reference, CPU and GPU say the same."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from targets import DEADLINE, EXAMPLES, Target, example, need, sampled, shared
from tile_programs import PROGRAMS, failing

from asyncir.dialects.context import make_context
from asyncir.dialects.parsing import parse_module
from asyncir.errors import TaskError
from asyncir.reference import run as interpret
from asyncir.tools.main import main

TARGETS: list[Any] = ["reference", "cpu", pytest.param("cuda", marks=pytest.mark.gpu)]

NEIGHBOURS = """\
!tile = memref<1xi32, #gpu.address_space<workgroup>>
!tiles = !task.tile_channel<!tile>
!slot = !task.slot<!tile>
func.func @main(%n: index, %out: memref<?xi32>) attributes {task.kernel} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %ch = task.tile_channel {depth = 2 : i32} : !tiles
  %w = async.execute {
    scf.for %k = %c0 to %n step %c1 {
      %s, %t = task.acquire_slot %ch writer 0 : !tiles
      %x = arith.index_cast %k : index to i32
      memref.store %x, %t[%c0] : !tile
      task.commit_slot %s : !slot
    }
    task.close %ch : !tiles
    async.yield
  }
  // The reader has two slots at once: the one before goes round the loop.
  %r = async.execute {
    %s0, %t0, %ok0 = task.receive_slot %ch reader 0 : !tiles
    %last, %last_tile = scf.for %k = %c1 to %n step %c1 iter_args(%old = %s0, %old_tile = %t0) -> (!slot, !tile) {
      %s, %t, %ok = task.receive_slot %ch reader 0 : !tiles
      %a = memref.load %old_tile[%c0] : !tile
      %b = memref.load %t[%c0] : !tile
      %sum = arith.addi %a, %b : i32
      memref.store %sum, %out[%k] : memref<?xi32>
      task.release_slot %old : !slot
      scf.yield %s, %t : !slot, !tile
    }
    scf.if %ok0 {
      task.release_slot %last : !slot
    }
    async.yield
  }
  async.await %w : !async.token
  async.await %r : !async.token
  return
}
"""


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("options", [{}, {"executor": "dynamic", "elide": False}], ids=["default", "dynamic"])
def test_slots_and_tiles_go_round_loops(target: Target, options: dict[str, object]) -> None:
    need(target)
    for n in (0, 1, 2, 3, 9):
        out = np.zeros(max(n, 1), np.int32)
        shared(NEIGHBOURS, "neighbours.mlir").run(None, n, out, target=target, deadline=DEADLINE, **options)
        assert out[1:].tolist() == [2 * k - 1 for k in range(1, n)]


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("name", PROGRAMS)
def test_all_lengths(name: str, target: Target) -> None:
    need(target)
    for instances in (1, 3):
        for length in PROGRAMS[name].lengths()[:: 4 if PROGRAMS[name].heavy and instances > 1 else 1]:
            case = PROGRAMS[name].case(length)
            example(name).run(None, *case.args, target=target, instances=instances, deadline=DEADLINE)
            assert np.array_equal(case.out, case.expected), (length, instances)


@pytest.mark.parametrize("target", ["cpu", pytest.param("cuda", marks=pytest.mark.gpu)])
def test_with_all_machinery(target: Target) -> None:
    need(target)
    case = PROGRAMS["roles"].case(3333)
    done = example("roles").run(
        None, *case.args, target=target, instances=2, executor="dynamic", elide=False, stats=True, deadline=DEADLINE
    )
    assert np.array_equal(case.out, case.expected)
    assert (done.stats["suspensions"] or 0) > 0, "roles wait for slots"


@pytest.mark.parametrize("name", [name for name in PROGRAMS if not PROGRAMS[name].heavy])
@pytest.mark.parametrize(("level", "seed"), [("source", 0), ("source", 3), ("sm", 5), pytest.param("rt", 1, marks=pytest.mark.slow)])
def test_lanes_of_the_reference_together(name: str, level: str, seed: int) -> None:
    text = example(name).dump(level, executor="dynamic", elide=False)
    assert isinstance(text, str)
    case = PROGRAMS[name].case(2 * PROGRAMS[name].tile + 3)
    interpret(parse_module(text, f"{name}.mlir", make_context()), name, case.args, width=4, seed=seed, instances=2)
    assert np.array_equal(case.out, case.expected)


def _failures(name: str, target: str) -> Any:
    marks = [pytest.mark.gpu] if target == "cuda" else []
    return sampled(name, target, id=f"{name}-{target}", often=not PROGRAMS[name].heavy, marks=marks)


@pytest.mark.parametrize(("name", "target"), [_failures(name, target) for name in PROGRAMS for target in ("reference", "cpu", "cuda")])
def test_a_role_that_fails_ends_all(name: str, target: Target) -> None:
    """At the first tile, when the channel has been filled once, and at the last tile: the error is the role's, and nothing hangs."""
    need(target)
    program = PROGRAMS[name]
    tiles = program.depth + 3
    for number in range(len(program.roles)):
        for tile in (0, program.depth, tiles - 1):
            case = program.case(tiles * program.tile - 1)
            where = np.array([number, tile], dtype=np.int64)
            with pytest.raises(TaskError) as caught:
                failing(name).run(None, where, *case.args, target=target, deadline=DEADLINE)
            assert (caught.value.kind, caught.value.message) == ("assert", f"assertion failed: role {number} fails")
            assert caught.value.location is not None


def test_one_of_six_readers_fails() -> None:
    case = PROGRAMS["covariance"].case(700)
    with pytest.raises(TaskError, match="role 4 fails"):
        failing("covariance").run(None, np.array([4, 4]), *case.args, target="reference", deadline=DEADLINE)


@pytest.mark.parametrize("target", TARGETS)
def test_of_many_instances_one_fails(target: Target) -> None:
    need(target)
    case = PROGRAMS["triad"].case(20 * 1024)
    with pytest.raises(TaskError, match="role 1 fails") as caught:
        failing("triad").run(None, np.array([1, 13]), *case.args, target=target, instances=4, deadline=DEADLINE)
    assert ("in instance 1", None) in caught.value.notes


@pytest.mark.parametrize("target", TARGETS)
def test_gather_refuses_an_index_that_there_is_not(target: Target) -> None:
    need(target)
    for wrong in (100, -1):
        case = PROGRAMS["gather"].case(2000)
        case.args[0][1999] = wrong
        with pytest.raises(TaskError, match="every index must be one of the table's"):
            example("gather").run(None, *case.args, target=target, deadline=DEADLINE)


def test_headers_are_true(tmp_path: Any, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> None:
    """The arrays that the header of triad.mlir makes, and the command below."""
    monkeypatch.chdir(tmp_path)
    np.save("b.npy", np.arange(1e4, dtype="f4"))
    np.save("c.npy", np.ones(10000, "f4"))
    command = ["run", str(EXAMPLES / "triad.mlir"), "--args", "zeros:f32:10000", "@b.npy", "@c.npy", "3.0", "--instances", "8"]
    assert main([*command, "--save", "0=a.npy", "--target", "cpu"]) == 0, capfd.readouterr().err
    assert np.array_equal(np.load("a.npy"), np.arange(1e4, dtype="f4") + np.float32(3))
