from __future__ import annotations

import random
from collections.abc import Callable

import networkx as nx
import pytest
from growth import require_near_linear
from xdsl.dialects.test import TestOp, TestTermOp
from xdsl.ir import Block, Region

from asyncir.analysis.cfg import predecessor_edges, predecessors, reverse_postorder
from asyncir.analysis.dominance import Dominance, DominanceInfo

Graph = list[list[int]]


def build(graph: Graph) -> tuple[list[Block], Region]:
    """A region whose block i goes to the blocks graph[i]."""
    blocks = [Block() for _ in graph]
    for block, targets in zip(blocks, graph, strict=True):
        block.add_op(TestTermOp(successors=[blocks[target] for target in targets]))
    return blocks, Region(blocks)


def random_graph(rng: random.Random) -> Graph:
    count = rng.randint(1, 14)
    return [[rng.randrange(count) for _ in range(rng.choice([0, 1, 1, 2, 2, 3]))] for _ in range(count)]


def dominators(graph: Graph, node: int) -> set[int]:
    """By definition: those without which the entry does not reach the node."""
    found: set[int] = set()
    for removed in range(len(graph)):
        reached, pending = set[int](), [0] if removed != 0 else []
        while pending:
            current = pending.pop()
            if current not in reached and current != removed:
                reached.add(current)
                pending += graph[current]
        if node not in reached:
            found.add(removed)
    return found


@pytest.mark.parametrize("seed", range(100))
def test_dominance_is_as_defined(seed: int) -> None:
    graph = random_graph(random.Random(seed))
    blocks, region = build(graph)
    info = DominanceInfo(region)
    edges = nx.DiGraph([(node, target) for node, targets in enumerate(graph) for target in targets])
    edges.add_nodes_from(range(len(graph)))
    reachable = nx.descendants(edges, 0) | {0}
    for b, block in enumerate(blocks):
        assert info.is_reachable(block) == (b in reachable)
        expected = dominators(graph, b) if b in reachable else set(range(len(graph)))
        assert {a for a, other in enumerate(blocks) if info.dominates(other, block)} == expected | {b}
        nearest = info.immediate_dominator(block)
        if b == 0 or b not in reachable:
            assert nearest is None
        else:
            assert nearest is not None
            assert dominators(graph, blocks.index(nearest)) == expected - {b}


def test_orders_of_a_diamond() -> None:
    blocks, region = build([[1, 2], [3], [3, 3], [], [3]])
    order = reverse_postorder(region)
    assert order[0] is blocks[0]
    assert order[-1] is blocks[3]
    assert len(order) == 4
    assert predecessors(region)[blocks[3]] == [blocks[1], blocks[2], blocks[4]]
    assert [index for _, index in predecessor_edges(region)[blocks[3]]] == [0, 0, 1, 0]


def test_of_an_empty_region() -> None:
    assert reverse_postorder(Region()) == []
    assert DominanceInfo(Region()).blocks == []


def test_an_unreachable_block_is_dominated_by_all_and_dominates_none() -> None:
    (entry, never), region = build([[], [0]])
    info = DominanceInfo(region)
    assert info.dominates(entry, never)
    assert not info.dominates(never, entry)
    assert info.dominates(never, never)
    assert not info.strictly_dominates(never, never)


def test_values_inside_a_block_and_of_its_arguments() -> None:
    block = Block(arg_types=[])
    first, second = TestOp(), TestOp(regions=[Region(Block([TestOp()]))])
    block.add_ops([first, second])
    Region(block)
    inner = second.regions[0].block.first_op
    assert inner is not None
    dominance = Dominance()
    assert dominance.properly_dominates_op(first, second)
    assert dominance.properly_dominates_op(first, inner)
    assert not dominance.properly_dominates_op(second, first)
    assert not dominance.properly_dominates_op(second, inner)
    assert not dominance.properly_dominates_op(inner, second)
    assert not dominance.properly_dominates_op(first, first)


def shapes(count: int) -> dict[str, Graph]:
    last = count - 1
    return {
        "chain": [[i + 1] if i < last else [] for i in range(count)],
        "common exit": [[i + 1, last] if i < last else [] for i in range(count)],
        "back edges": [[i + 1, i // 2] if i < last else [] for i in range(count)],
        "ladder": [[j for j in ((i | 1) + 1, (i | 1) + 2) if j < count] for i in range(count)],
        "nested loops": [[i + 1, last - i] if count // 2 < i < last else [i + 1] if i < last else [] for i in range(count)],
    }


@pytest.mark.parametrize("shape", shapes(2))
def test_time_is_near_linear(shape: str) -> None:
    def prepared(count: int) -> Callable[[], object]:
        _, region = build(shapes(count)[shape])
        return lambda: (DominanceInfo(region), reverse_postorder(region))

    require_near_linear(prepared, 500, 5_000)
