"""
Immediate post-dominators: for each block the first that every path from it to an end passes. Blocks from which no path ends
(a loop for ever) count as if each could end, which only moves post-dominators further away.
"""

from __future__ import annotations

from collections.abc import Sequence

from xdsl.ir import Block, Region

from asyncir.analysis.cfg import predecessors, reverse_postorder, successors
from asyncir.analysis.dominator_tree import immediate_dominators


def immediate_postdominators(region: Region) -> dict[Block, Block | None]:
    """For each reachable block its immediate post-dominator; None where paths meet only at the end of the task."""
    reachable = reverse_postorder(region)
    known = set(reachable)
    preds = {block: [pred for pred in found if pred in known] for block, found in predecessors(region).items() if block in known}
    ends = _ends(reachable, preds)
    # Node 0 of the reversed graph is the virtual end; the walk goes from it against the edges.
    order, parent = _walk(ends, preds)
    index = {block: number + 1 for number, block in enumerate(order)}
    is_end = set(ends)
    reversed_preds: list[list[int]] = [[]]
    for block in order:
        following = [index[successor] for successor in successors(block)]
        reversed_preds.append([*following, 0] if block in is_end else following)
    above = immediate_dominators(parent, reversed_preds)
    return {block: order[above[number] - 1] if above[number] else None for block, number in index.items()}


def _ends(reachable: Sequence[Block], preds: dict[Block, list[Block]]) -> list[Block]:
    """Blocks without successors, and those that lead to none of them."""
    ends = [block for block in reachable if not successors(block)]
    leads = set(ends)
    pending = list(ends)
    while pending:
        for pred in preds[pending.pop()]:
            if pred not in leads:
                leads.add(pred)
                pending.append(pred)
    return ends + [block for block in reachable if block not in leads]


def _walk(ends: Sequence[Block], preds: dict[Block, list[Block]]) -> tuple[list[Block], list[int]]:
    """A depth-first walk against the edges: the blocks, numbered from 1, and the number of each one's parent (0: the end)."""
    order: list[Block] = []
    parent = [0]
    seen: set[Block] = set()
    pending = [(block, 0) for block in reversed(ends)]
    while pending:
        block, above = pending.pop()
        if block in seen:
            continue
        seen.add(block)
        order.append(block)
        parent.append(above)
        pending += [(pred, len(order)) for pred in reversed(preds[block]) if pred not in seen]
    return order, parent
