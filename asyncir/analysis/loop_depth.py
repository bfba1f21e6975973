"""
Which loops each block of a region is in.

A loop is natural: its header dominates the branches back to it, and it consists of the blocks from which these are reached without
passing the header. (Cycles with two entries have no header, and count as no loop.) Linear in the sizes of the loops together.
"""

from __future__ import annotations

from xdsl.ir import Block, Region

from asyncir.analysis.cfg import predecessors, successors
from asyncir.analysis.dominance import DominanceInfo


def loop_depths(region: Region) -> dict[Block, int]:
    """For each reachable block the number of loops around it."""
    return {block: len(headers) for block, headers in loop_headers(region, DominanceInfo(region)).items()}


def loop_headers(region: Region, dominance: DominanceInfo) -> dict[Block, list[Block]]:
    """For each reachable block the headers of the loops around it, that of the outermost first."""
    latches: dict[Block, list[Block]] = {}
    for block in dominance.blocks:
        for successor in dict.fromkeys(successors(block)):
            if dominance.dominates(successor, block):
                latches.setdefault(successor, []).append(block)
    found: dict[Block, list[Block]] = {block: [] for block in dominance.blocks}
    before = predecessors(region) if latches else {}
    # Headers in the order of a depth-first walk: what dominates comes first.
    for header in dominance.blocks:
        for block in _natural_loop(header, latches[header], before) if header in latches else ():
            if block in found:
                found[block].append(header)
    return found


def _natural_loop(header: Block, latches: list[Block], before: dict[Block, list[Block]]) -> set[Block]:
    """The blocks of the loop: the header, and what leads to its latches."""
    inside = {header}
    pending = list(latches)
    while pending:
        block = pending.pop()
        if block not in inside:
            inside.add(block)
            pending += before[block]
    return inside
