"""The parts of the policy `bound`, and how the time it takes grows."""

from __future__ import annotations

import random
from collections.abc import Callable
from itertools import chain, combinations

import pytest
from growth import require_near_linear
from hypothesis import given, settings
from hypothesis import strategies as st
from layout_growth import long_lived, rolling
from xdsl.dialects import arith
from xdsl.dialects.builtin import f16, f64, i1, i8, i32
from xdsl.dialects.test import TestOp
from xdsl.ir import Attribute, SSAValue

from asyncir.analysis.check_layout import check_layouts
from asyncir.dialects import sm
from asyncir.dialects.context import make_context
from asyncir.dialects.parsing import parse_module
from asyncir.errors import InputError
from asyncir.passes.layout.bound import _shapes  # pyright: ignore[reportPrivateUsage]
from asyncir.passes.layout.cut import Cut
from asyncir.passes.layout.packing import Items, Packer
from asyncir.passes.layout.sizes import bits_of
from asyncir.passes.layout.space import place
from asyncir.passes.layout_frames import LayoutFramesPass


def values(*types: Attribute) -> list[SSAValue]:
    return [TestOp(result_types=[type_]).results[0] for type_ in types]


@given(st.lists(st.sampled_from([i1, i8, f16, i32, f64]), max_size=40))
def test_items_take_no_more_words_than_their_bits(types: list[Attribute]) -> None:
    held = values(*types)
    items = Packer(Items(lambda value: False)).pack(held)
    size = sum(item.size for item in items)
    assert size == 4 * -(-sum(bits_of(value.type) for value in held) // 32)
    assert sorted(map(id, (value for item in items for value, _ in item.parts))) == sorted(map(id, held))
    placed = place(items, {}, (size, 0))
    assert placed is not None, "without homes, items find room in just their size"
    covered = [byte for item, offset in placed.items() for byte in range(offset, offset + item.size)]
    assert sorted(covered) == list(range(size)) and all(offset % item.alignment == 0 for item, offset in placed.items())


def test_a_word_stays_together_where_that_takes_no_more_words() -> None:
    a, b, c, d = values(i8, i8, i8, i8)
    packer = Packer(Items(lambda value: False))
    (first,) = packer.pack([a, b])
    assert packer.pack([a, b]) == [first]
    (both,) = packer.pack([a, b, c, d])
    assert {value for value, _ in both.parts} == {a, b, c, d}


def test_divergent_predicates_take_a_word_of_the_task_each() -> None:
    a, b = values(i1, i1)
    items = Packer(Items(lambda value: True)).pack([a, b])
    assert [(item.ballot, item.in_rows, item.size) for item in items] == [(True, False, 4)] * 2


def test_an_item_stays_at_home_and_others_go_around_it() -> None:
    a, b, c = values(i32, f64, i32)
    items = Packer(Items(lambda value: False)).pack([a, b, c])
    home = {next(item for item in items if item.parts[0][0] is c): 8}
    placed = place(items, home, (16, 0))
    assert placed is not None
    assert {item.parts[0][0]: offset for item, offset in placed.items()} == {c: 8, b: 0, a: 12}


def test_a_home_that_leaves_no_aligned_room_is_given_up_by_the_caller() -> None:
    a, b = values(i32, f64)
    items = Packer(Items(lambda value: False)).pack([a, b])
    assert place(items, {next(item for item in items if item.parts[0][0] is a): 4}, (12, 0)) is None


@pytest.mark.parametrize(
    ("needs", "shapes"),
    [
        ([], [(0, 0)]),
        ([(8, 0), (4, 0)], [(8, 0)]),
        ([(4, 2), (8, 1)], [(8, 2)]),  # 3 rows both ways
        ([(132, 1), (0, 3), (4, 1)], [(132, 1), (0, 3)]),  # 3 rows each; 2 + 3 together
    ],
)
def test_sections_share_the_payload_only_where_that_makes_it_smaller(needs: list[tuple[int, int]], shapes: list[tuple[int, int]]) -> None:
    assert _shapes(needs) == shapes


Graph = tuple[list[tuple[int, ...]], list[int], list[int | None]]


@st.composite
def graphs(draw: st.DrawFn) -> Graph:
    """The operands of each node, and its two costs; a node without operands is a source."""
    operands: list[tuple[int, ...]] = []
    for node in range(draw(st.integers(1, 7))):
        operands.append(tuple(draw(st.lists(st.integers(0, node - 1), unique=True, max_size=3)) if node else []))
    keep = [draw(st.integers(1, 9)) for _ in operands]
    return operands, keep, [draw(st.integers(0, 3)) if used else None for used in operands]


@settings(max_examples=300)
@given(graphs(), st.randoms(use_true_random=False))
def test_a_cut_costs_the_least(graph: Graph, rng: random.Random) -> None:
    operands, keep, again = graph
    nodes = values(*[i32] * len(operands))
    number = {node: index for index, node in enumerate(nodes)}
    sinks = rng.sample(range(len(nodes)), rng.randint(1, len(nodes)))
    cut = Cut(
        lambda value: [nodes[operand] for operand in operands[number[value]]],
        lambda value: keep[number[value]],
        lambda value: again[number[value]],
    )
    kept = {number[value] for value in cut.kept(nodes[sink] for sink in sinks)}
    every = chain.from_iterable(combinations(range(len(nodes)), size) for size in range(len(nodes) + 1))
    costs = [cost for choice in every if (cost := cost_of(set(choice), sinks, graph)) is not None]
    assert cost_of(kept, sinks, graph) == min(costs)


def cost_of(kept: set[int], sinks: list[int], graph: Graph) -> int | None:
    """What keeping these costs, with all that has to be computed again; None if that does not give the sinks."""
    operands, keep, again = graph
    total, seen, pending = sum(keep[node] for node in kept), set[int](), [sink for sink in sinks if sink not in kept]
    while pending:
        node = pending.pop()
        if node in seen:
            continue
        seen.add(node)
        if (cost := again[node]) is None:
            return None
        total += cost
        pending += [operand for operand in operands[node] if operand not in kept]
    return total


@pytest.mark.parametrize("remat", ["off", "free", "cost"])
def test_time_is_near_linear_where_lives_are_short(remat: str) -> None:
    require_near_linear(lambda count: to_lay_out(rolling(count, count // 10), remat), 60, 480)


def to_lay_out(text: str, remat: str) -> Callable[[], object]:
    module = parse_module(text, "m.mlir", make_context())
    return lambda: LayoutFramesPass("bound", remat).apply(make_context(), module)


@pytest.mark.parametrize("pure", [False, True])
@pytest.mark.parametrize("remat", ["off", "free", "cost"])
def test_time_is_near_linear_in_what_lives_across_suspensions(remat: str, pure: bool) -> None:
    """
    With twice as many values and suspensions, there are four times as many pairs of the two. benchmarks/layout_cost.py measures more of
    them.
    """
    require_near_linear(lambda count: to_lay_out(long_lived(count, count // 10, pure=pure), remat), 100, 400, work=16)


@pytest.mark.parametrize("remat", ["free", "cost"])
def test_what_can_be_computed_again_costs_nothing_where_it_only_lives(remat: str) -> None:
    """Values that one is enough to compute are computed where they are used, not behind each suspension that they live across."""
    before = parse_module(long_lived(100, 20, pure=True), "m.mlir", make_context())
    after = before.clone()
    LayoutFramesPass("bound", remat).apply(make_context(), after)
    check_layouts(before, after)
    # Each where it stands, and on both ways behind one suspension; behind each that it lives across it would be many hundreds.
    assert sum(isinstance(op, arith.MuliOp) for op in after.walk()) <= 3 * 100
    machine = after.body.block.first_op
    assert isinstance(machine, sm.MachineOp) and machine.frame is not None
    assert machine.frame.payload_bytes(1) == 44  # %p and %x


def test_unknown_remat() -> None:
    module = parse_module('sm.machine @m() attributes {scope = "lane"} { sm.return }', "m.mlir", make_context())
    with pytest.raises(InputError, match="unknown remat 'much'"):
        LayoutFramesPass("bound", "much").apply(make_context(), module)
