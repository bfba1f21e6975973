"""
What frames hold and what is computed behind suspensions, once the cuts say what is enough and what they want early stands early.

Liveness tells what must be there behind each suspension: what is not held is computed again. That is done only behind the suspensions
that come last before its uses, so the work is that of the uses, not of the lives; where the task comes to such a suspension without the
value, as nothing in front of it needed it, it is computed on the ready way, too. Should something be asked for that what is held does
not give, it is held as well.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
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


_Held = dict[int, SSAValue]
"""Values by their identity: an SSA value hashes itself in Python, and each is asked for at each suspension."""


def _by_identity(values: Sequence[SSAValue]) -> _Held:
    return dict(zip(map(id, values), values, strict=True))


def settle(region: Region, cuts: Values, computed: Computed) -> Crossing:
    """What is held, and what is computed again: with all that later suspensions hold, and nothing that nobody asks for."""
    held = {suspension: _by_identity(kept) for suspension, kept in cuts.items()}
    while True:
        ends = {block: kept.values() for suspension, kept in held.items() if (block := suspension.parent) is not None}
        liveness = Liveness(region, also=ends, stops=True)
        across: Values = {}
        again: Values = {}
        asked: dict[sm.SuspendOp, _Held] = {}
        settled = True
        for suspension, kept in held.items():
            live = across[suspension] = live_across(suspension, liveness)
            again[suspension], lacking = computed.from_given(live, kept)
            if lacking:
                kept |= _by_identity(lacking)
                again[suspension] = computed.from_given(live, kept)[0]
            asked[suspension] = _asked_for(live, again[suspension], kept, computed)
            settled = settled and not lacking and len(asked[suspension]) == len(kept)
        if settled:
            break
        held = asked
    order = _order(region)
    return Crossing(
        {suspension: _sorted(kept, order) for suspension, kept in held.items()},
        again,
        {suspension: _not_there(suspension, across[suspension], kept, liveness, computed) for suspension, kept in held.items()},
        liveness,
    )


def _sorted(held: _Held, order: Mapping[int, int]) -> list[SSAValue]:
    return [held[value] for value in sorted(held, key=order.__getitem__)]


def _not_there(suspension: sm.SuspendOp, live: Sequence[SSAValue], held: _Held, liveness: Liveness, computed: Computed) -> list[SSAValue]:
    """What is needed behind the suspension, but was not in front of it: to be computed on the ready way."""
    block = suspension.parent
    assert block is not None
    there = held.keys() | set(map(id, liveness.live_in(block)))
    there.update(map(id, block.args))
    there.update(id(result) for op in block.ops for result in op.results)
    return computed.from_given(live, there)[0]


def _asked_for(live: Sequence[SSAValue], again: Iterable[SSAValue], held: _Held, computed: Computed) -> _Held:
    """What is held and needed: by itself, or to compute others again."""
    needed = [*live, *(operand for value in again for operand in computed.operands(value))]
    return {number: value for number, value in zip(map(id, needed), needed, strict=True) if number in held}


def _order(region: Region) -> dict[int, int]:
    """Values, by identity, numbered in the order of their definitions in the text."""
    values = (value for block in region.blocks for value in (*block.args, *(result for op in block.ops for result in op.results)))
    return {id(value): number for number, value in enumerate(values)}
