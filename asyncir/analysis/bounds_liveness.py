"""
Which values are live into the blocks where a task goes on after a suspension, and into those where such a path meets others.

For the bounds alone: the layouts have a liveness of their own, by data flow over bit sets. Here each value is walked back from its
uses, block by block, until the block that defines it: the cost is that of the answer, the blocks through which each value lives.

A value is live into a block if it is defined before it and some path from the block's start uses it before it is defined again.
"""

from __future__ import annotations

from collections.abc import Iterable

from xdsl.ir import Block, BlockArgument, Operation, Region, SSAValue

from asyncir.analysis.cfg import predecessors


def live_into(region: Region, blocks: Iterable[Block], reachable: Iterable[Block]) -> dict[Block, list[SSAValue]]:
    """For each of `blocks` what is live into it, in the order of definitions. Only uses in `reachable` blocks count."""
    found: dict[Block, list[SSAValue]] = {block: [] for block in blocks}
    before = predecessors(region)
    inside = set(reachable)
    for home in region.blocks:
        if home not in inside:
            continue
        for value in _defined_in(home):
            for block in _walk_back(value, home, before, inside):
                if block in found:
                    found[block].append(value)
    return found


def _defined_in(block: Block) -> list[SSAValue]:
    return [*block.args, *(result for op in block.ops for result in op.results)]


def _walk_back(value: SSAValue, home: Block, before: dict[Block, list[Block]], inside: set[Block]) -> set[Block]:
    """The blocks into which the value is live."""
    pending = [block for block in {block_of(use.operation, home.parent) for use in value.uses} if block is not home and block in inside]
    seen = set(pending)
    while pending:
        for earlier in before[pending.pop()]:
            if earlier is not home and earlier not in seen and earlier in inside:
                seen.add(earlier)
                pending.append(earlier)
    return seen


def block_of(op: Operation, region: Region | None) -> Block:
    """The block of the region that the operation is in, directly or nested."""
    block = op.parent
    while block is not None and block.parent is not region:
        block = block.parent_block()
    assert block is not None
    return block


def home_of(value: SSAValue) -> Block:
    """The block that defines a value."""
    block = value.block if isinstance(value, BlockArgument) else value.owner.parent if isinstance(value.owner, Operation) else None
    assert block is not None
    return block
