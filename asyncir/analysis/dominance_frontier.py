"""
Dominance frontiers, and where a value with several definitions needs merging.

Source: Cytron et al., "Efficiently computing static single assignment form and the control dependence graph", 1991; the frontiers
as in Cooper, Harvey and Kennedy, "A simple, fast dominance algorithm", 2001.
"""

from __future__ import annotations

from collections.abc import Iterable

from xdsl.ir import Block, Region

from asyncir.analysis.cfg import predecessors
from asyncir.analysis.dominance import DominanceInfo


class DominanceFrontiers:
    """For each reachable block of a region the blocks where its dominance ends."""

    def __init__(self, region: Region, dominance: DominanceInfo) -> None:
        self.frontier: dict[Block, dict[Block, None]] = {block: {} for block in dominance.blocks}
        for join, preds in predecessors(region).items():
            reachable = [pred for pred in preds if dominance.is_reachable(pred)]
            if len(reachable) < 2 or not dominance.is_reachable(join):
                continue
            stop = dominance.immediate_dominator(join)
            for pred in reachable:
                runner: Block | None = pred
                # Who has the join already was walked before, and so was all above it.
                while runner is not None and runner is not stop and join not in self.frontier[runner]:
                    self.frontier[runner][join] = None
                    runner = dominance.immediate_dominator(runner)

    def iterated(self, definitions: Iterable[Block]) -> list[Block]:
        """The blocks where definitions in the given blocks meet, found in a fixed order."""
        found: dict[Block, None] = {}
        pending = list(definitions)
        while pending:
            for join in self.frontier[pending.pop()]:
                if join not in found:
                    found[join] = None
                    pending.append(join)
        return list(found)
