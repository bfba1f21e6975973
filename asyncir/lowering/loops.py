"""Loops of a function's CFG: which branches close one that nothing bounds."""

from __future__ import annotations

from xdsl.ir import Block, Operation, Region

from asyncir.analysis.cfg import successors
from asyncir.dialects.task import BOUNDED


def unbounded_back_edges(region: Region) -> set[Operation]:
    """The terminators with an edge to a block that is on the depth-first path to them, less those marked bounded."""
    found: set[Operation] = set()
    entry = region.blocks.first
    if entry is None:
        return found
    on_path: set[Block] = {entry}
    seen: set[Block] = {entry}
    stack: list[tuple[Block, list[Block]]] = [(entry, list(successors(entry)))]
    while stack:
        block, left = stack[-1]
        if not left:
            stack.pop()
            on_path.discard(block)
            continue
        target = left.pop()
        if target in on_path:
            last = block.last_op
            if last is not None and BOUNDED not in last.attributes:
                found.add(last)
        elif target not in seen:
            seen.add(target)
            on_path.add(target)
            stack.append((target, list(successors(target))))
    return found
