"""What `explain` says, against figures worked out by hand; and its JSON against docs/explain.md, which defines it."""

from __future__ import annotations

import json
import re
from dataclasses import fields, is_dataclass
from functools import cache
from pathlib import Path
from typing import Any, get_args, get_type_hints

import pytest

import asyncir
from asyncir.chips import chip, occupancy
from asyncir.compiler import Options
from asyncir.explain import Explanation

ROOT = Path(__file__).resolve().parents[2]
DOCUMENT = (ROOT / "docs" / "explain.md").read_text(encoding="utf-8")

# What a kernel passes on of its own parameters is not passed at all; so these kernels compute what they pass.

# @work keeps %a, %p, %x over the first suspension and %a, %b over the second, which is in a loop.
LANE = """
func.func @main(%n: i32) -> i32 attributes {task.kernel} {
  %x = arith.addi %n, %n : i32
  %p = arith.cmpi slt, %n, %x : i32
  %h = async.call @work(%x, %p) : (i32, i1) -> !async.value<i32>
  %r = async.await %h : !async.value<i32>
  return %r : i32
}
async.func @work(%x: i32, %p: i1) -> !async.value<i32> {
  %zero = arith.constant 0 : i32
  %one = arith.constant 1 : i32
  %a = arith.muli %x, %x : i32
  task.yield_now
  %b0 = arith.select %p, %a, %x : i32
  cf.br ^loop(%b0 : i32)
^loop(%b: i32):
  task.yield_now
  %c = arith.subi %b, %one : i32
  %more = arith.cmpi sgt, %c, %zero : i32
  cf.cond_br %more, ^loop(%c : i32), ^end
^end:
  %s = arith.addi %c, %a : i32
  async.return %s : i32
}
"""

# Over the yield: %wide, two divergent words; %lanes, a divergent predicate; %x, a uniform word.
WARP = """
func.func @main(%n: i32) -> i32 attributes {task.kernel} {
  %x = arith.addi %n, %n : i32
  %h = async.call @work(%x) : (i32) -> !async.value<i32>
  %r = async.await %h : !async.value<i32>
  return %r : i32
}
async.func @work(%x: i32) -> !async.value<i32> attributes {task.scope = "warp"} {
  %lane = gpu.lane_id
  %l = arith.index_cast %lane : index to i64
  %xl = arith.extsi %x : i32 to i64
  %wide = arith.muli %l, %xl : i64
  %lanes = arith.cmpi sgt, %wide, %xl : i64
  task.yield_now
  %n = arith.trunci %wide : i64 to i32
  %s = arith.select %lanes, %n, %x : i32
  %r = gpu.subgroup_reduce add %s uniform : (i32) -> i32
  async.return %r : i32
}
"""


@cache
def explained(text: str, policy: str, *, ptxas: bool = False) -> Explanation:
    """The most of it does without ptxas, which takes ten seconds for a kernel with all its machinery."""
    with pytest.MonkeyPatch.context() as patch:
        if not ptxas:
            patch.setenv("ASYNCIR_PTXAS", "no-ptxas")
        return asyncir.compile(text).explain(options=Options(elide=False, policy=policy))


@pytest.fixture
def without_ptxas(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("ASYNCIR_PTXAS", str(tmp_path / "no-ptxas"))


def machine(text: str, policy: str) -> dict[str, Any]:
    """The JSON of @work."""
    return work(explained(text, policy))


def work(explanation: Explanation) -> dict[str, Any]:
    found = json.loads(explanation.to_json())
    return next(one for one in found["machines"] if one["name"] == "work")


def test_bounds_and_words_are_those_of_the_source() -> None:
    for policy in ("per-value", "union", "rustc", "llvm"):
        found = machine(LANE, policy)
        first, second = found["suspensions"]
        # 65 bits in 3 words.
        assert (first["divergent_words"], first["uniform_words"], first["predicate_words"]) == (0, 2, 1)
        assert (first["rows"], first["bytes"]) == (3, 12)
        assert (second["uniform_words"], second["predicate_words"], second["rows"], second["bytes"]) == (2, 0, 2, 8)
        assert found["bound_bytes"] == 12
        # %a is computed again from %x.
        assert found["remat_bound_bytes"] == 8
        assert found["header_bytes"] == 64
        assert [suspension["kind"] for suspension in (first, second)] == ["yield", "yield"]


@pytest.mark.parametrize(
    ("policy", "frame", "saves", "moves"),
    [
        # x, p, a, b have a slot each; arguments stand in theirs.
        ("per-value", 16, (1, 2), (0, 0)),
        # 4 + 4 + 1 bytes, in words; a and b. %a moves from behind %x to the front.
        ("union", 12, (3, 2), (0, 1)),
        # x and p as arguments, and a, at several suspensions: 9 bytes; p at 9 and x at 12; b at 12.
        ("rustc", 16, (3, 2), (0, 0)),
        # x, p, a, b.
        ("llvm", 16, (1, 2), (0, 0)),
    ],
)
def test_what_a_layout_keeps_and_copies(policy: str, frame: int, saves: tuple[int, int], moves: tuple[int, int]) -> None:
    found = machine(LANE, policy)
    assert found["policy"] == policy
    assert found["frame_bytes"] == frame
    assert found["argument_bytes"] == 0
    suspensions = found["suspensions"]
    assert tuple(one["saves"] for one in suspensions) == saves
    assert [one["reloads"] for one in suspensions] == [3, 2]
    assert tuple(one["moves"] for one in suspensions) == moves
    assert found["traffic_bytes"] == 4 * (saves[0] + 3) + 10 * 4 * (saves[1] + 2), "the second suspension is in a loop"


def test_warp_scope_counts_rows_and_lanes() -> None:
    found = machine(WARP, "union")
    (suspension,) = found["suspensions"]
    assert (suspension["divergent_words"], suspension["uniform_words"], suspension["predicate_words"]) == (2, 1, 1)
    assert suspension["rows"] == 3, "two words a lane; the uniform word and the ballot share a row"
    assert suspension["bytes"] == found["bound_bytes"] == 3 * 128
    assert found["frame_bytes"] == 4 * 128, "without packing the predicate takes a row, and the uniform word one more"
    assert (suspension["saves"], suspension["reloads"]) == (4, 4)
    assert found["traffic_bytes"] == 2 * 4 * (3 * 32 + 1)


def test_arguments_that_need_more_than_the_payload() -> None:
    text = """
    func.func @main(%n: i64) attributes {task.kernel} {
      %x = arith.addi %n, %n : i64
      %y = arith.muli %n, %n : i64
      %h = async.call @work(%x, %y) : (i64, i64) -> !async.token
      async.await %h : !async.token
      return
    }
    async.func @work(%x: i64, %y: i64) -> !async.token {
      task.yield_now
      async.return
    }
    """
    assert (machine(text, "union")["frame_bytes"], machine(text, "union")["argument_bytes"]) == (0, 16)
    assert (machine(text, "rustc")["frame_bytes"], machine(text, "rustc")["argument_bytes"]) == (16, 0)


def test_states_have_places_and_predictions() -> None:
    states = machine(LANE, "union")["states"]
    assert [state["location"].rsplit(":", 2)[-2] for state in states] == ["9", "13", "17"]
    assert all(16 <= state["predicted_registers"] <= 64 for state in states)


# One state computes with 40 values at a time, the other with hardly any.
ONE_HEAVY_STATE = """
func.func @main(%x: i32, %m: memref<64xf32>) -> f32 attributes {task.kernel} {
  %h = async.call @work(%x, %m) : (i32, memref<64xf32>) -> !async.value<f32>
  %r = async.await %h : !async.value<f32>
  return %r : f32
}
async.func @work(%x: i32, %m: memref<64xf32>) -> !async.value<f32> {
  task.yield_now
LOADS
  %z = arith.constant 0.0 : f32
  memref.store %s79, %m[%i0] : memref<64xf32>
  task.yield_now
  async.return %z : f32
}
"""


def heavy_state(values: int = 40) -> str:
    lines = [f"  %i{n} = arith.constant {n} : index" for n in range(values)]
    lines += [f"  %v{n} = memref.load %m[%i{n}] : memref<64xf32>" for n in range(values)]
    for n in range(2 * values):
        older = f"%s{n - 1}" if n else "%v0"
        lines.append(f"  %s{n} = {'arith.addf' if n % 3 else 'arith.mulf'} {older}, %v{n % values} : f32")
    return ONE_HEAVY_STATE.replace("LOADS", "\n".join(lines))


def test_heavy_states_and_what_the_others_would_get() -> None:
    explanation = explained(heavy_state(), "union", ptxas=True)
    (kernel,) = explanation.kernels
    states = work(explanation)["states"]
    assert [state["heavy"] for state in states] == [False, True, False]
    assert kernel.light_registers is not None and kernel.light_warps_per_sm is not None
    assert kernel.light_warps_per_sm > states[1]["warps_per_sm"]
    assert f"{kernel.light_warps_per_sm} warps an SM (predicted)" in str(explanation)
    heavy = sum(state.heavy is True for machine in explanation.machines for state in machine.states)
    assert sum(line.endswith("  heavy") for line in str(explanation).splitlines()) == heavy


def test_no_heavy_state() -> None:
    text = "func.func @main(%x: i32) -> i32 attributes {task.kernel} { return %x : i32 }"
    (kernel,) = explained(text, "union").kernels
    (found,) = explained(text, "union").machines
    assert (kernel.executor, kernel.light_registers, kernel.light_warps_per_sm) == ("inline", None, None)
    assert (found.storage, found.frame_bytes) == ("registers", 0)
    assert (kernel.shared_bytes, kernel.blocks_asked, kernel.lane_stack_words) == (0, None, None)


def test_a_warp_scope_task_alone_on_its_warp_keeps_everything_in_registers() -> None:
    """Its child is elided, so it never waits and no scheduler is compiled in; where the call is kept it waits, in the arena."""
    program = asyncir.compile(WARP_ALONE)
    alone = program.explain("main", options=Options(arch="sm_90a"))
    (kernel,), (found,) = alone.kernels, alone.machines
    assert (kernel.executor, found.scope, found.storage, found.frame_bytes, found.traffic_bytes) == ("inline", "warp", "registers", 0, 0)
    assert found.suspensions == () and program.dump("rt").count("rt.store ") == 1, "the result alone"
    kept = program.explain("main", options=Options(elide=False, arch="sm_90a"))
    main = next(one for one in kept.machines if one.name == "main")
    assert (main.storage, main.frame_bytes) == ("global", 128), "each lane's %mine"
    assert str(main.storage_why).startswith("a task of warp scope has no stack; in shared memory a frame for each warp would take ")


WARP_ALONE = """
async.func @total(%x: i32) -> !async.value<i32> {
  %sum = gpu.subgroup_reduce add %x : (i32) -> i32
  return %sum : i32
}
func.func @main(%a: memref<?xi32>) -> i32 attributes {task.kernel} {
  %lane = gpu.lane_id
  %mine = memref.load %a[%lane] : memref<?xi32>
  %one = arith.constant 1 : i32
  %h = async.call @total(%one) : (i32) -> !async.value<i32>
  %n = async.await %h : !async.value<i32>
  %all = gpu.subgroup_reduce add %mine : (i32) -> i32
  %r = arith.addi %all, %n : i32
  return %r : i32
}
"""


# @twice is fork-join; @main awaits @stop, which yields.
STACKS = """
func.func @main(%n: i32) -> i32 attributes {task.kernel} {
  %x = arith.addi %n, %n : i32
  %h = async.call @twice(%x) : (i32) -> !async.value<i32>
  %r = async.await %h : !async.value<i32>
  %t = async.call @stop() : () -> !async.token
  async.await %t : !async.token
  return %r : i32
}
async.func @twice(%x: i32) -> !async.value<i32> {
  %zero = arith.constant 0 : i32
  %end = arith.cmpi sle, %x, %zero : i32
  cf.cond_br %end, ^end(%x : i32), ^more
^more:
  %one = arith.constant 1 : i32
  %less = arith.subi %x, %one : i32
  %h = async.call @twice(%less) : (i32) -> !async.value<i32>
  %r = async.await %h : !async.value<i32>
  %s = arith.addi %r, %x : i32
  cf.br ^end(%s : i32)
^end(%y: i32):
  async.return %y : i32
}
async.func @stop() -> !async.token {
  task.yield_now
  async.return
}
"""


def test_frames_of_fork_join_tasks_are_in_shared_memory_and_others_in_the_arena() -> None:
    explanation = explained(STACKS, "bound", ptxas=True)
    found = {one.name: one for one in explanation.machines}
    assert {name: one.storage for name, one in found.items()} == {"main": "global", "twice": "shared", "stop": "global"}
    assert "children of its own" in str(found["twice"].storage_why)
    # Where the tasks wait, in the program's text.
    assert re.fullmatch(r"'await' waits for @stop, which does not run on a stack, at .*:7:3", str(found["main"].storage_why))
    assert re.fullmatch(r"'yield' waits for something other than a child, at .*:25:3", str(found["stop"].storage_why))
    assert f"  storage: global ({found['stop'].storage_why})" in str(explanation)


def test_shared_memory_and_the_blocks_asked_for_limit_occupancy() -> None:
    explanation = explained(STACKS, "bound", ptxas=True)
    (kernel,) = explanation.kernels
    # 108 words x 4 bytes x 32 lanes x 4 warps, and 128 bytes of constants; 228 KiB hold 4 blocks of that and 1 KiB each.
    assert (kernel.lane_stack_words, kernel.block_warps, kernel.blocks_asked, kernel.shared_bytes) == (108, 4, 4, 55424)
    limits = {limit.name: limit.warps for limit in kernel.limits}
    assert (limits["warps"], limits["shared memory"], limits["blocks"]) == (64, 16, 16)
    assert kernel.warps_per_sm == min(limits.values()) and limits[str(kernel.limited_by)] == kernel.warps_per_sm
    assert "shared memory: 55424 bytes a block (stacks: 108 words x 4 bytes x 32 lanes x 4 warps)" in str(explanation)
    assert f"    room for 64 warps at most, {limits['registers']} by registers, 16 by shared memory, 16 by blocks (4 asked for)" in str(
        explanation
    )


def test_storage_is_what_the_executor_offers() -> None:
    assert machine(LANE, "union")["storage"] == "global"
    assert {one.storage for one in explained(WARP, "union").machines} == {"global"}
    assert machine(WARP, "union")["storage_why"] != machine(LANE, "union")["storage_why"]


@pytest.mark.usefixtures("without_ptxas")
def test_registers_and_occupancy_without_ptxas() -> None:
    found = asyncir.compile(LANE).explain(options=Options(arch="sm_90"))
    (kernel,) = found.kernels
    assert kernel.registers is None and kernel.predicted_registers is not None
    assert kernel.shared_bytes == 0 and kernel.blocks_asked == 2
    fits = occupancy(chip("sm_90"), kernel.predicted_registers, 0, 128, most_blocks=2)
    assert (kernel.warps_per_sm, kernel.limited_by) == (fits.warps_per_sm, fits.limited_by)
    assert any("no-ptxas" in note for note in found.notes) and any("predicted" in note for note in found.notes)


@pytest.mark.usefixtures("without_ptxas")
def test_a_program_that_begins_at_rt_keeps_only_names() -> None:
    program = asyncir.compile(asyncir.compile(LANE).dump("rt", elide=False))
    found = json.loads(program.explain().to_json())
    assert {one["name"] for one in found["machines"]} >= {"work"}
    for one in found["machines"]:
        assert one["frame_bytes"] is None and one["bound_bytes"] is None and one["suspensions"] == []


@pytest.mark.usefixtures("without_ptxas")
def test_a_program_that_begins_at_sm_has_no_bounds() -> None:
    program = asyncir.compile(asyncir.compile(LANE).dump("sm", elide=False, policy="union"))
    found = work(program.explain())
    assert found["policy"] == "union" and found["frame_bytes"] == 12
    assert found["bound_bytes"] is None and found["remat_bound_bytes"] is None
    assert [one["bytes"] for one in found["suspensions"]] == [None, None]
    assert [one["reloads"] for one in found["suspensions"]] == [3, 2]


def test_text_has_a_line_for_each_state() -> None:
    lines = str(explained(LANE, "union")).splitlines()
    start = lines.index("task @work")
    assert lines[start + 2] == "  frame: 12 + 64 bytes (union, at least 12, with rematerialisation 8)"
    table = [line.split() for line in lines[start + 4 : start + 8]]
    assert table[0][:1] == ["place"] and table[0][-1] == "registers"
    assert table[1][1] == "entry"
    assert table[2][1:9] == ["yield", "0", "2", "1", "12", "3", "3", "0"]
    assert table[3][1:9] == ["yield", "0", "2", "0", "8", "2", "2", "1"]


def documented() -> dict[str, set[str]]:
    """The fields that the document's JSON has, by the list that they are in."""
    shape = DOCUMENT[DOCUMENT.index("```\n{") :].split("```")[1]
    found: dict[str, set[str]] = {}
    for name, inside in re.findall(r'"(\w+)":\s*\[\{([^\[\]]*(?:"\w+": \[[^\]]*\][^\[\]]*)*)\}\]', shape):
        found[name] = set(re.findall(r'"(\w+)"', re.sub(r"\[\{.*?\}\]", "", inside, flags=re.DOTALL)))
    for name, inside in re.findall(r'"(roles|limits|states|suspensions)":\s*\[\{([^}]*)\}', shape):
        found[name] = set(re.findall(r'"(\w+)"', inside))
    return found


def written(kind: type, name: str, found: dict[str, set[str]]) -> dict[str, set[str]]:
    """The fields that the records have."""
    hints = get_type_hints(kind)
    found[name] = {field.name for field in fields(kind)}
    for field in fields(kind):
        for inner in get_args(hints[field.name]):
            if isinstance(inner, type) and is_dataclass(inner):
                written(inner, field.name, found)
    return found


def test_the_document_has_all_fields() -> None:
    records = written(Explanation, "", {})
    assert records.pop("") == {"kernels", "machines", "notes"}
    assert documented() == records
    described = set(re.findall(r"`(\w+)`", "\n".join(line for line in DOCUMENT.splitlines() if line.startswith("|"))))
    assert set().union(*records.values()) <= described
