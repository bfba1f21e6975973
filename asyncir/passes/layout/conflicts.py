"""
Which values need storage at the same time: both are live at the definition of one of them.

In SSA form two values are live together somewhere exactly if one of them is live where the other is defined (its definition
dominates the other's). So one walk backwards over each block finds all pairs; a value's conflicts are an int used as a bit set.
The cost is linear in the region and in the number of pairs found.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from xdsl.ir import Block, Region, SSAValue

from asyncir.analysis.liveness import Liveness, members, used_values


def storage_conflicts(region: Region, values: Sequence[SSAValue]) -> list[int]:
    """For each of the values the numbers of those that it conflicts with, as a bit set."""
    number = {value: place for place, value in enumerate(values)}
    liveness = Liveness(region, lambda value: value not in number)
    conflicts = [0] * len(values)
    for block in region.blocks:
        _visit(block, _bits(number, liveness.live_out(block)), number, conflicts)
    return conflicts


def _bits(number: dict[SSAValue, int], values: Iterable[SSAValue]) -> int:
    bits = 0
    for value in values:
        bits |= 1 << number[value]
    return bits


def _visit(block: Block, live: int, number: dict[SSAValue, int], conflicts: list[int]) -> None:
    """Walks a block backwards, from what is live at its end."""
    for op in reversed(block.ops):
        live = _define(op.results, live, number, conflicts)
        live |= _bits(number, (value for value in used_values(op) if value in number))
    _define(block.args, live, number, conflicts)


def _define(defined: Sequence[SSAValue], live: int, number: dict[SSAValue, int], conflicts: list[int]) -> int:
    """These values come to be together: each conflicts with the others and with all that live on; what was live before is given back."""
    here = _bits(number, (value for value in defined if value in number))
    for place in members(here):
        others = (live | here) & ~(1 << place)
        conflicts[place] |= others
        for other in members(others):
            conflicts[other] |= 1 << place
    return live & ~here
