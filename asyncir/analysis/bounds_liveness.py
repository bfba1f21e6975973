"""
Which values are live into the blocks where a task goes on after a suspension.

For the bounds alone: the layouts have a liveness of their own, by data flow over bit sets. Here each value is walked back from where
it is needed, block by block, until the block that defines it: the cost is that of the answer, the blocks through which each value
lives.

A value is live into a block if it is defined before it and some path from the block's start needs it before it is defined again.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TypeAlias

from xdsl.ir import Block, BlockArgument, Operation, Region, SSAValue

from asyncir.analysis.cfg import predecessors

Life: TypeAlias = tuple[SSAValue, Block, Iterable[Block]]
"""A value, the block that defines it, and blocks that need it."""


def lives_in(blocks: Iterable[Block]) -> Iterator[Life]:
    """The values that these blocks define, in this order, and the blocks that use them."""
    for home in blocks:
        for value in (*home.args, *(result for op in home.ops for result in op.results)):
            yield value, home, (block_of(use.operation, home.parent) for use in value.uses)


def live_into(region: Region, wanted: Iterable[Block], reachable: Iterable[Block], lives: Iterable[Life]) -> dict[Block, list[SSAValue]]:
    """For each of the `wanted` blocks what is live into it, in the order of `lives`. Only `reachable` blocks need anything."""
    found: dict[Block, list[SSAValue]] = {block: [] for block in wanted}
    before = predecessors(region)
    inside = set(reachable)
    for value, home, needed_in in lives:
        for block in _walk_back(home, needed_in, before, inside):
            if block in found:
                found[block].append(value)
    return found


def _walk_back(home: Block, needed_in: Iterable[Block], before: dict[Block, list[Block]], inside: set[Block]) -> set[Block]:
    """The blocks into which a value is live."""
    pending = [block for block in set(needed_in) if block is not home and block in inside]
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
