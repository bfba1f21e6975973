"""
What frames hold and what is computed behind suspensions, once the cuts say what is enough and what they want early stands early.

Liveness tells what must be there behind each suspension: what is not held is computed again. That is done only behind the suspensions
that come last before its uses, so the work is that of the uses, not of the lives; where the task comes to such a suspension without the
value, as nothing in front of it needed it, it is computed on the ready way, too. Should something be asked for that what is held does
not give, it is held as well.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass

from xdsl.ir import Region, SSAValue

from asyncir.analysis.effects import is_rematerialisable
from asyncir.analysis.liveness import Liveness
from asyncir.dialects import sm
from asyncir.passes.layout.early import Computed

Values = dict[sm.SuspendOp, list[SSAValue]]


@dataclass(frozen=True)
class Crossing:
    """What crosses the suspensions of a machine, and how."""

    held: Mapping[sm.SuspendOp, list[SSAValue]]
    """What the frame holds."""
    again: Mapping[sm.SuspendOp, list[SSAValue]]
    """What is computed behind the suspension from what is held, operands first."""
    ready: Mapping[sm.SuspendOp, list[SSAValue]]
    """What is computed on the ready way, too, as nothing in front of the suspension needed it."""
    liveness: Liveness
    """With what is held as used by the suspensions."""


def hold_all(region: Region, suspensions: Iterable[sm.SuspendOp]) -> Crossing:
    """Everything that is live is held."""
    liveness = Liveness(region)
    held = {suspension: live_across(suspension, liveness) for suspension in suspensions}
    nothing: Values = {suspension: [] for suspension in held}
    return Crossing(held, nothing, nothing, liveness)


def live_across(suspension: sm.SuspendOp, liveness: Liveness) -> list[SSAValue]:
    """What must be there behind the suspension, less what is computed anywhere from nothing."""
    return [value for value in liveness.live_in(suspension.successors[0]) if not is_rematerialisable(value)]


def settle(region: Region, cuts: Values, computed: Computed) -> Crossing:
    """What is held, and what is computed again: with all that later suspensions hold, and nothing that nobody asks for."""
    held = {suspension: dict.fromkeys(kept) for suspension, kept in cuts.items()}
    while True:
        ends = {block: kept for suspension, kept in held.items() if (block := suspension.parent) is not None}
        liveness = Liveness(region, also=ends, stops=True)
        again: Values = {}
        asked: dict[sm.SuspendOp, dict[SSAValue, None]] = {}
        settled = True
        for suspension, kept in held.items():
            live = live_across(suspension, liveness)
            again[suspension], lacking = computed.from_given(live, kept)
            if lacking:
                kept |= dict.fromkeys(lacking)
                again[suspension] = computed.from_given(live, kept)[0]
            asked[suspension] = _asked_for(live, again[suspension], kept, computed)
            settled = settled and not lacking and len(asked[suspension]) == len(kept)
        if settled:
            break
        held = asked
    order = _order(region)
    return Crossing(
        {suspension: sorted(kept, key=order.__getitem__) for suspension, kept in held.items()},
        again,
        {suspension: _not_there(suspension, kept, liveness, computed) for suspension, kept in held.items()},
        liveness,
    )


def _not_there(suspension: sm.SuspendOp, held: Iterable[SSAValue], liveness: Liveness, computed: Computed) -> list[SSAValue]:
    """What is needed behind the suspension, but was not in front of it: to be computed on the ready way."""
    block = suspension.parent
    assert block is not None
    there = {*liveness.live_in(block), *held, *block.args, *(result for op in block.ops for result in op.results)}
    return computed.from_given(live_across(suspension, liveness), there)[0]


def _asked_for(live: Iterable[SSAValue], again: Iterable[SSAValue], held: Container[SSAValue], computed: Computed) -> dict[SSAValue, None]:
    """What is held and needed: by itself, or to compute others again."""
    needed = [*live, *(operand for value in again for operand in computed.operands(value))]
    return dict.fromkeys(value for value in needed if value in held)


def _order(region: Region) -> dict[SSAValue, int]:
    """Values numbered in the order of their definitions in the text."""
    values = (value for block in region.blocks for value in (*block.args, *(result for op in block.ops for result in op.results)))
    return {value: number for number, value in enumerate(values)}
