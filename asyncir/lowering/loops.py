"""Loops of a function's CFG: which branches close one that nothing bounds."""

from __future__ import annotations

from xdsl.ir import Block, Operation, Region

from asyncir.analysis.cfg import successors
from asyncir.dialects.task import BOUNDED


def unbounded_back_edges(region: Region) -> set[Operation]:
    """Those that are not marked bounded."""
    return {last for last in back_edges(region) if BOUNDED not in last.attributes}


def back_edges(region: Region) -> set[Operation]:
    """
    The terminators with an edge to a block that is on the depth-first path to them. Of each cycle there is one, also of those that the
    region's first block does not reach.
    """
    found: set[Operation] = set()
    seen: set[Block] = set()
    for block in region.blocks:
        if block not in seen:
            _search(block, seen, found)
    return found


def _search(root: Block, seen: set[Block], found: set[Operation]) -> None:
    """Goes through the blocks that a root reaches and that were not seen; adds them, and back edges between them."""
    on_path: set[Block] = {root}
    seen.add(root)
    stack: list[tuple[Block, list[Block]]] = [(root, list(successors(root)))]
    while stack:
        block, left = stack[-1]
        if not left:
            stack.pop()
            on_path.discard(block)
            continue
        target = left.pop()
        if target in on_path:
            last = block.last_op
            if last is not None:
                found.add(last)
        elif target not in seen:
            seen.add(target)
            on_path.add(target)
            stack.append((target, list(successors(target))))
