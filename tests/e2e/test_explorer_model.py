"""The explorer's memory model on litmus tests: two threads, a few words (asyncir/reference/explore_memory.py)."""

from __future__ import annotations

import numpy as np
import pytest

from asyncir.dialects.context import make_context
from asyncir.dialects.parsing import parse_module
from asyncir.reference.explore import Report, explore

KERNEL = """\
rt.kernel @main(%a: memref<4xi32>, %left: !rt.ptr, %right: !rt.ptr, %control: !rt.ptr, %instances: index)
    attributes {{executor = "inline", why = "test", scope = "lane", results = [i32, i32]}} {{
  %p = rt.memref_ptr %a : memref<4xi32>
  %zero = arith.constant 0 : i32
  %one = arith.constant 1 : i32
  %two = arith.constant 2 : i32
  %thread = rt.thread_id : index
  %number = arith.index_cast %thread : index to i32
  %first = arith.cmpi eq, %number, %zero : i32
  cf.cond_br %first, ^left, ^right
^left:
{left}
  rt.store %v, %left[0 : i64] : i32
  rt.return
^right:
{right}
  rt.store %w, %right[0 : i64] : i32
  rt.return
}}
"""


def litmus(left: str, right: str, **options: object) -> Report:
    """Explores two threads, of which one computes %v and the other %w."""
    module = parse_module(KERNEL.format(left=left, right=right), "litmus.mlir", make_context())
    return explore(module, "main", [np.zeros(4, np.int32)], preemptions=2, **options)  # type: ignore[arg-type]


def store(order: str, value: str, place: int, scope: str = "device") -> str:
    return f'  rt.atomic_store {order} {scope} {value}, %p[{place} : i64] pairs "the other thread" : i32'


def load(order: str, name: str, place: int, scope: str = "device") -> str:
    return f'  {name} = rt.atomic_load {order} {scope} %p[{place} : i64] pairs "the other thread" : i32'


def fence(order: str) -> str:
    return f'  rt.fence {order} device pairs "the other thread"'


# Message passing: the left thread writes data and raises a flag, the right one reads data where it sees the flag.


def passes(left: list[str], look: list[str], scope_options: dict[str, object] | None = None) -> Report:
    right = [
        *look,
        "  %up = arith.cmpi eq, %f, %one : i32",
        "  cf.cond_br %up, ^read, ^none",
        "^none:",
        "  cf.br ^done(%zero : i32)",
        "^read:",
        "  %d = rt.load %p[0 : i64] : i32",
        "  cf.br ^done(%d : i32)",
        "^done(%w: i32):",
    ]
    data = ["  rt.store %two, %p[0 : i64] : i32"]
    return litmus("\n".join([*data, *left, "  %v = arith.addi %one, %zero : i32"]), "\n".join(right), **(scope_options or {}))


def test_release_and_acquire_pass_a_message() -> None:
    report = passes([store("release", "%one", 4)], [load("acquire", "%f", 4)])
    assert report.error is None, str(report)
    assert set(report.endings) == {(1, 0), (1, 2)}


@pytest.mark.parametrize(("left", "right"), [("relaxed", "acquire"), ("release", "relaxed"), ("relaxed", "relaxed")])
def test_without_one_of_them_it_is_a_race(left: str, right: str) -> None:
    assert passes([store(left, "%one", 4)], [load(right, "%f", 4)]).kind == "data-race"


def test_fences_pass_a_message() -> None:
    report = passes([fence("release"), store("relaxed", "%one", 4)], [load("relaxed", "%f", 4), fence("acquire")])
    assert report.error is None, str(report)
    assert set(report.endings) == {(1, 0), (1, 2)}


@pytest.mark.parametrize(
    ("left", "look"),
    [
        ([store("relaxed", "%one", 4), fence("release")], [load("relaxed", "%f", 4), fence("acquire")]),
        ([fence("release"), store("relaxed", "%one", 4)], [fence("acquire"), load("relaxed", "%f", 4)]),
    ],
    ids=["release-fence-too-late", "acquire-fence-too-early"],
)
def test_a_fence_on_the_wrong_side_is_a_race(left: list[str], look: list[str]) -> None:
    assert passes(left, look).kind == "data-race"


def test_a_read_modify_write_passes_the_message_on() -> None:
    add = '  %old = rt.atomic_rmw or relaxed device %zero, %p[4 : i64] pairs "the release sequence" : i32 -> i32'
    report = passes([store("release", "%one", 4), add], [load("acquire", "%f", 4)])
    assert report.error is None, str(report)


def test_a_later_relaxed_store_does_not_pass_it_on() -> None:
    report = passes([store("release", "%two", 4), store("relaxed", "%one", 4)], [load("acquire", "%f", 4)])
    assert report.kind == "data-race"


@pytest.mark.parametrize(("together", "kind"), [(1, "data-race"), (2, None)])
def test_scope_workgroup_is_heard_in_the_block_alone(together: int, kind: str | None) -> None:
    report = passes([store("release", "%one", 4, "workgroup")], [load("acquire", "%f", 4, "workgroup")], {"workers_per_block": together})
    assert report.kind == kind, str(report)


# Store buffering: each thread stores to its word and loads the other's; both may see nothing, unless it is forbidden.


def buffered(order: tuple[str, str], between: str = "", **options: object) -> set[object]:
    left = "\n".join([store(order[0], "%one", 0), between, load(order[1], "%v", 4)])
    right = "\n".join([store(order[0], "%one", 4), between, load(order[1], "%w", 0)])
    report = litmus(left, right, **options)
    assert report.error is None, str(report)
    return set(report.endings)


EITHER = {(0, 1), (1, 0), (1, 1)}


@pytest.mark.parametrize("order", [("relaxed", "relaxed"), ("release", "acquire")])
def test_stores_may_be_seen_late(order: tuple[str, str]) -> None:
    assert buffered(order) == EITHER | {(0, 0)}


def test_not_without_older_values() -> None:
    assert buffered(("relaxed", "relaxed"), stale=0) == EITHER


def test_sequentially_consistent_accesses_forbid_it() -> None:
    assert buffered(("seq_cst", "seq_cst")) == EITHER


def test_sequentially_consistent_fences_forbid_it() -> None:
    assert buffered(("relaxed", "relaxed"), fence("seq_cst")) == EITHER


def test_weaker_fences_do_not() -> None:
    assert buffered(("relaxed", "relaxed"), fence("acq_rel")) == EITHER | {(0, 0)}


# Coherence: of one word, nobody sees a store and then an older one.


def test_nobody_sees_a_word_go_back() -> None:
    right = [load("relaxed", "%f", 0), load("relaxed", "%g", 0), "  %w = arith.subi %g, %f : i32"]
    left = [store("relaxed", "%one", 0), store("relaxed", "%two", 0), "  %v = arith.addi %one, %zero : i32"]
    report = litmus("\n".join(left), "\n".join(right), stale=2)
    assert report.error is None, str(report)
    assert {ending[1] for ending in report.endings} == {0, 1, 2}


def test_two_plain_writes_are_a_race() -> None:
    both = "  rt.store %one, %p[0 : i64] : i32\n"
    report = litmus(both + "  %v = arith.addi %one, %zero : i32", both + "  %w = arith.addi %one, %zero : i32")
    assert report.kind == "data-race"
    assert report.error is not None
    assert report.error.location is not None
    assert report.error.notes[0][1] is not None
    assert report.error.location != report.error.notes[0][1]


def test_bytes_of_one_word_are_apart() -> None:
    cast = "  %b = arith.trunci %one : i32 to i8\n  rt.store %b, %p[0 : i64] : i8\n  %v = arith.addi %one, %zero : i32"
    other = "  %b2 = arith.trunci %one : i32 to i8\n  rt.store %b2, %p[1 : i64] : i8\n  %w = arith.addi %one, %zero : i32"
    assert litmus(cast, other).error is None
