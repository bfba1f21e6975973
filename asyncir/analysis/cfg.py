"""
The control flow graph of a region: predecessors and orders of its blocks. Linear in blocks and edges, no recursion.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

from xdsl.ir import Block, Operation, Region

NodeT = TypeVar("NodeT")


def successors(block: Block) -> Sequence[Block]:
    """The blocks that the block's last operation may go to, one for each edge."""
    return () if block.last_op is None else block.last_op.successors


def predecessor_edges(region: Region) -> dict[Block, list[tuple[Operation, int]]]:
    """For each block of the region the edges to it: the terminator and the index of its successor."""
    edges: dict[Block, list[tuple[Operation, int]]] = {block: [] for block in region.blocks}
    for block in region.blocks:
        if (terminator := block.last_op) is not None:
            for index, successor in enumerate(terminator.successors):
                edges[successor].append((terminator, index))
    return edges


def predecessors(region: Region) -> dict[Block, list[Block]]:
    """For each block of the region the blocks that go to it, each once, in the region's order."""
    found: dict[Block, list[Block]] = {block: [] for block in region.blocks}
    for block in region.blocks:
        for successor in dict.fromkeys(successors(block)):
            found[successor].append(block)
    return found


def postorder(root: NodeT, following: Callable[[NodeT], Sequence[NodeT]]) -> Iterator[NodeT]:
    """The nodes reachable from `root`, each after all that a depth-first walk reaches from it."""
    seen = {root}
    path: list[tuple[NodeT, Iterator[NodeT]]] = [(root, iter(following(root)))]
    while path:
        node, rest = path[-1]
        for follower in rest:
            if follower not in seen:
                seen.add(follower)
                path.append((follower, iter(following(follower))))
                break
        else:
            path.pop()
            yield node


def reverse_postorder(region: Region) -> list[Block]:
    """The region's reachable blocks, the entry first; each block comes before its successors but for back edges."""
    if (entry := region.first_block) is None:
        return []
    order = list(postorder(entry, successors))
    order.reverse()
    return order


def erase_unreachable_blocks(region: Region) -> None:
    """Erase the blocks that the entry does not reach."""
    reachable = set(reverse_postorder(region))
    dead = [block for block in region.blocks if block not in reachable]
    for block in dead:
        region.detach_block(block)
        block.drop_all_references()
    for block in dead:
        for op in block.ops:
            op.erase(safe_erase=False, drop_references=False)
