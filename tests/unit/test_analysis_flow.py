"""Liveness, post-dominance, dominance frontiers, components: on small graphs, and on long ones that recursion or a square would show."""

from __future__ import annotations

import networkx as nx
import pytest
from xdsl.dialects import func
from xdsl.ir import Block, Region

from asyncir.analysis.callgraph import CallGraph, strongly_connected
from asyncir.analysis.dominance import DominanceInfo
from asyncir.analysis.dominance_frontier import DominanceFrontiers
from asyncir.analysis.effects import has_unbounded_cycle
from asyncir.analysis.liveness import Liveness, members
from asyncir.analysis.postdominance import immediate_postdominators
from asyncir.analysis.stack_arrays import stack_arrays
from asyncir.dialects.context import make_context
from asyncir.dialects.parsing import parse_module


def body(text: str) -> tuple[Region, list[Block]]:
    """The body of the only function in a text, and its blocks."""
    module = parse_module(text, "test.mlir", make_context())
    function = module.body.block.first_op
    assert isinstance(function, func.FuncOp)
    return function.body, list(function.body.blocks)


LOOP = """
func.func @f(%n: index, %x: f32, %unused: f32) -> f32 {
  %c1 = arith.constant 1 : index
  %dead = arith.addf %x, %x : f32
  cf.br ^header(%c1 : index)
^header(%i: index):
  %more = arith.cmpi slt, %i, %n : index
  cf.cond_br %more, ^body, ^exit
^body:
  %y = arith.addf %x, %x : f32
  %j = arith.addi %i, %c1 : index
  cf.br ^header(%j : index)
^exit:
  return %x : f32
}
"""


def test_liveness_around_a_loop() -> None:
    region, (entry, header, loop, exit_block) = body(LOOP)
    names = {block: [value.name_hint for value in Liveness(region).live_in(block)] for block in region.blocks}
    assert names == {entry: [], header: ["n", "x", "c1"], loop: ["n", "x", "c1", "i"], exit_block: ["x"]}
    assert [value.name_hint for value in Liveness(region).live_out(entry)] == ["n", "x", "c1"]
    kept = Liveness(region, lambda value: value.name_hint == "c1")
    assert [value.name_hint for value in kept.live_in(header)] == ["n", "x"]


def test_liveness_of_one_value_and_unreachable_blocks() -> None:
    text = "func.func @f(%c: i1, %x: f32) -> f32 { cf.cond_br %c, ^a, ^b ^a: return %x : f32 ^b: cf.br ^a ^dead: cf.br ^a }"
    region, (entry, a, b, _) = body(text)
    liveness = Liveness(region)
    x = entry.args[1]
    assert liveness.is_live_in(x, a) and liveness.is_live_in(x, b)
    assert not liveness.is_live_in(entry.args[0], a)


@pytest.mark.parametrize("numbers", [[], [0], [1, 5, 64, 1000]])
def test_members_of_a_bit_set(numbers: list[int]) -> None:
    assert list(members(sum(1 << number for number in numbers))) == numbers


def test_liveness_of_many_blocks_and_values() -> None:
    count = 3000
    lines = ["func.func @f(%x: i32, %c: i1) -> i32 {"]
    lines += [f"%v{k} = arith.addi %x, %x : i32" for k in range(count)] + ["cf.br ^b0"]
    lines += [f"^b{k}: %w{k} = arith.addi %v{k}, %x : i32 cf.cond_br %c, ^b{k + 1}, ^b{k // 2}" for k in range(count - 1)]
    # The first block is the target of a back edge from everywhere, so every value is live in all blocks.
    lines += [f"^b{count - 1}: return %v{count - 1} : i32", "}"]
    region, blocks = body("\n".join(lines).replace("^b0 ", "^b0 "))
    liveness = Liveness(region)
    assert len(liveness.live_in(blocks[1])) == count + 2
    assert len(liveness.live_in(blocks[-1])) == 1


def graph(edges: dict[int, list[int]]) -> tuple[Region, list[Block]]:
    """A function whose blocks have these successors, two at most."""
    lines = ["func.func @f(%c: i1) { cf.br ^b0"]
    for block, targets in edges.items():
        match targets:
            case []:
                end = "return"
            case [one]:
                end = f"cf.br ^b{one}"
            case _:
                end = f"cf.cond_br %c, ^b{targets[0]}, ^b{targets[1]}"
        lines.append(f"^b{block}: {end}")
    region, blocks = body("\n".join([*lines, "}"]))
    return region, blocks[1:]


GRAPHS = [
    {0: [1, 2], 1: [3], 2: [3], 3: []},
    {0: [1], 1: [2, 3], 2: [1], 3: []},
    {0: [1, 4], 1: [2, 3], 2: [4], 3: [4], 4: [5, 0], 5: []},
    {0: [1, 2], 1: [], 2: []},
    {0: [1, 2], 1: [2], 2: [1, 3], 3: []},
]


@pytest.mark.parametrize("edges", GRAPHS)
def test_postdominators_are_those_of_networkx(edges: dict[int, list[int]]) -> None:
    region, blocks = graph(edges)
    end = -1
    reverse = nx.DiGraph([(target, source) for source, targets in edges.items() for target in targets])
    reverse.add_edges_from((end, block) for block, targets in edges.items() if not targets)
    expected = nx.immediate_dominators(reverse, end)
    found = immediate_postdominators(region)
    for number, block in enumerate(blocks):
        above = expected[number]
        assert found[block] is (None if above == end else blocks[above])


@pytest.mark.parametrize("edges", GRAPHS)
def test_dominance_frontiers_are_those_of_networkx(edges: dict[int, list[int]]) -> None:
    region, blocks = graph(edges)
    forward = nx.DiGraph([(-2, 0), *((source, target) for source, targets in edges.items() for target in targets)])
    expected = nx.dominance_frontiers(forward, -2)
    found = DominanceFrontiers(region, DominanceInfo(region))
    for number, block in enumerate(blocks):
        assert set(found.frontier[block]) == {blocks[target] for target in expected[number]}


def test_iterated_frontier_goes_on() -> None:
    region, blocks = graph({0: [1, 5], 1: [2, 3], 2: [4], 3: [4], 4: [5], 5: []})
    found = DominanceFrontiers(region, DominanceInfo(region)).iterated([blocks[2]])
    assert found == [blocks[4], blocks[5]]


def test_blocks_from_which_no_path_ends_meet_at_the_end() -> None:
    region, blocks = graph({0: [1, 2], 1: [1], 2: []})
    assert [immediate_postdominators(region)[block] for block in blocks] == [None, None, None]
    region, (first, second) = graph({0: [1], 1: [1]})
    assert immediate_postdominators(region) == {region.first_block: None, first: None, second: None}


def test_components_come_callees_first() -> None:
    edges = {"a": ["b"], "b": ["c", "d"], "c": ["b"], "d": ["d"], "e": ["a"]}
    assert strongly_connected(edges, lambda node: edges[node]) == [["d"], ["b", "c"], ["a"], ["e"]]


def test_components_of_a_long_chain() -> None:
    count = 20_000
    chain = strongly_connected(dict.fromkeys(range(count)), lambda node: [node + 1] if node + 1 < count else [])
    assert chain == [[node] for node in reversed(range(count))]


def test_call_graph() -> None:
    text = """
    func.func @a() { func.call @b() : () -> () return }
    func.func @b() { func.call @a() : () -> () %t = async.call @c() : () -> !async.token return }
    async.func @c() -> !async.token { async.return }
    func.func private @d()
    """
    found = CallGraph(parse_module(text, "test.mlir", make_context()))
    assert found.recursive == {"a", "b"}
    assert found.reachable(["b"]) == {"a", "b", "c"}
    assert found.components[-1] == ["d"] and found.components[0] == ["c"]


@pytest.mark.parametrize(
    ("edges", "expected"), [({0: [1], 1: []}, False), ({0: [1, 2], 1: [0], 2: []}, True), ({0: [0, 1], 1: []}, True)]
)
def test_unbounded_cycles(edges: dict[int, list[int]], expected: bool) -> None:
    assert has_unbounded_cycle(graph(edges)[0]) is expected


def test_bounded_cycles() -> None:
    region, _ = body("func.func @f(%c: i1) { cf.br ^a ^a: cf.cond_br %c, ^b, ^end ^b: cf.br ^a {task.bounded} ^end: return }")
    assert not has_unbounded_cycle(region)


def test_stack_arrays_through_casts_and_blocks() -> None:
    text = """
    func.func @f(%m: memref<?xf32>, %i: index) {
      %a = memref.alloca() : memref<4xf32>
      %b = memref.cast %a : memref<4xf32> to memref<?xf32>
      %x = memref.load %a[%i] : memref<4xf32>
      cf.br ^next(%b, %m : memref<?xf32>, memref<?xf32>)
    ^next(%c: memref<?xf32>, %d: memref<?xf32>):
      return
    }
    """
    region, _ = body(text)
    assert {value.name_hint for value in stack_arrays(region)} == {"a", "b", "c"}
