"""
What is held across suspensions, what is hoisted in front of them and what is computed again behind them: `remat=off|free|cost`.

    off     everything that is live is held
    free    the least bits are held, whatever it costs to compute values again; of equal choices the one that computes least
    cost    a word is held if that costs no more than to do without it

The model of `cost`: a word that is held costs KEEP_WORD simple operations, for it is saved and reloaded whenever the task parks, or
KEEP_ARGUMENT_WORD if it is an argument's, which may stay where it was handed over; a divergent one no more than a uniform one, which
a warp moves at once as well; an operation costs what speculation.cost_of says. All of
it happens once each time the task parks, so loops need no weights, but for what is hoisted into a loop: that counts LOOP times. What
is hoisted out of a branch, to be done always instead of sometimes, counts as often as it is done: once. No value is hoisted that costs,
with what it is computed from, more than EARLY_LIMIT. Values that are computed
again need as many registers behind the suspension as if they were reloaded; only what they are computed from may be one more, so a
chain is followed only as far as its cost allows.

First the suspensions' cuts are taken (cut.py) and the early values that were chosen are hoisted, until nothing is hoisted any more
(or ROUNDS times). Then liveness tells what must be there behind each suspension: what is not held is computed again. Should something
be asked for that what is held does not give, it is held as well.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Mapping
from dataclasses import dataclass

from xdsl.ir import Block, Operation, Region, SSAValue

from asyncir.analysis.callgraph import strongly_connected
from asyncir.analysis.cfg import reverse_postorder, successors
from asyncir.analysis.dominance import DominanceInfo, defining_block
from asyncir.analysis.effects import is_rematerialisable
from asyncir.analysis.liveness import Liveness
from asyncir.dialects import sm
from asyncir.errors import InputError
from asyncir.passes.layout.cut import Cut
from asyncir.passes.layout.early import MOST, Computed, Futures
from asyncir.passes.layout.sizes import bits_of, size_of
from asyncir.passes.layout.speculation import cost_of, is_speculatable
from asyncir.passes.rewriting import erase

MODES = ("off", "free", "cost")

ROUNDS = 4
"""How often cuts are taken, at most. What a cut hoists is there for other suspensions as well, behind joins too, where it could not have
been hoisted for their own sake: they may do with less then."""

KEEP_WORD = 8
KEEP_ARGUMENT_WORD = 4
EARLY_LIMIT = 256
LOOP = 8
REPORTED_WIDTH = 32
"""The lanes of a warp for which sizes are compared: a uniform word weighs that much less than a divergent one."""
_BITS_FIRST = 1 << 40
"""More than the costs of all operations of a machine."""

_Values = dict[sm.SuspendOp, list[SSAValue]]


@dataclass(frozen=True)
class Crossing:
    """What crosses the suspensions of a machine, and how."""

    held: Mapping[sm.SuspendOp, list[SSAValue]]
    """What the frame holds."""
    again: Mapping[sm.SuspendOp, list[SSAValue]]
    """What is computed behind the suspension from what is held, operands first."""
    liveness: Liveness
    """With what is held as used by the suspensions."""


def crossing(machine: sm.MachineOp, mode: str, divergent: Callable[[SSAValue], bool]) -> Crossing:
    """Decide, and hoist what is evaluated early. Raises InputError for an unknown mode."""
    if mode not in MODES:
        raise InputError(f"unknown remat '{mode}'", help=f"there are {', '.join(MODES)}")
    suspensions = [op for block in reverse_postorder(machine.body) if isinstance(op := block.last_op, sm.SuspendOp)]
    if mode == "off":
        liveness = Liveness(machine.body)
        return Crossing({op: _live_across(op, liveness) for op in suspensions}, {op: [] for op in suspensions}, liveness)
    _erase_unused(machine.body)
    dominance = DominanceInfo(machine.body)
    rounds = ROUNDS
    while True:
        computed = Computed(dominance.blocks)
        cuts = _cuts(machine.body, suspensions, dominance, computed, mode, divergent)
        hoisted = sum(_hoist(suspension, kept, dominance) for suspension, kept in cuts.items())
        rounds -= 1
        if not hoisted or not rounds:
            return _settle(machine.body, cuts, computed)


def _live_across(suspension: sm.SuspendOp, liveness: Liveness) -> list[SSAValue]:
    return [value for value in liveness.live_in(suspension.successors[0]) if not is_rematerialisable(value)]


def _erase_unused(region: Region) -> None:
    """Erase speculatable operations whose results nobody uses: they ask for operands that nobody needs."""
    pending = [op for block in region.blocks for op in block.ops if is_speculatable(op)]
    while pending:
        op = pending.pop()
        if op.parent is None or any(result.first_use is not None for result in op.results):
            continue
        operands = [operand.owner for operand in op.operands]
        erase(op)
        pending += [owner for owner in operands if isinstance(owner, Operation) and is_speculatable(owner)]


# --------------------------------------------------------------------------------------------------------------------- the cuts


def _cuts(
    region: Region,
    suspensions: Iterable[sm.SuspendOp],
    dominance: DominanceInfo,
    computed: Computed,
    mode: str,
    divergent: Callable[[SSAValue], bool],
) -> _Values:
    futures = Futures(region, dominance, Liveness(region), computed)
    loops = _loops(dominance.blocks)
    arguments = set(dominance.blocks[0].args)
    cuts: _Values = {}
    for suspension in suspensions:
        early, sinks = futures.of(suspension, MOST if mode == "free" else EARLY_LIMIT)
        hoisting = {value: cost * _times(value, suspension, loops) for value, cost in early.items()}
        costs = _Costs(mode, divergent, arguments, hoisting, computed)
        cuts[suspension] = Cut(computed.operands, costs.keep, costs.again).kept(sinks)
    return cuts


def _loops(blocks: list[Block]) -> dict[Block, int]:
    """For each block on a cycle a number that it shares with the blocks of all cycles that it is on."""
    parts = strongly_connected(dict.fromkeys(blocks), successors)
    return {block: number for number, part in enumerate(parts) if len(part) > 1 or part[0] in successors(part[0]) for block in part}


def _times(early: SSAValue, suspension: sm.SuspendOp, loops: Mapping[Block, int]) -> int:
    """How much more often an early value is computed in front of the suspension."""
    block, home = suspension.parent, defining_block(early)
    assert block is not None and home is not None
    return LOOP if block in loops and loops.get(home) != loops[block] else 1


class _Costs:
    """The two costs of the cut, at one suspension."""

    def __init__(
        self,
        mode: str,
        divergent: Callable[[SSAValue], bool],
        arguments: Container[SSAValue],
        hoisting: Mapping[SSAValue, int],
        computed: Computed,
    ) -> None:
        self._free = mode == "free"
        self._arguments = arguments
        self._divergent = divergent
        self._hoisting = hoisting
        self._computed = computed

    def keep(self, value: SSAValue) -> int:
        return self._size(value) + self._hoisting.get(value, 0)

    def again(self, value: SSAValue) -> int | None:
        if value not in self._computed:
            return None
        if self._free or value in self._hoisting:
            return 0
        assert isinstance(value.owner, Operation)
        return cost_of(value.owner)

    def _size(self, value: SSAValue) -> int:
        if size_of(value.type) is None:
            return _BITS_FIRST << 40
        bits = bits_of(value.type)
        if not self._free:
            return -(-bits * (KEEP_ARGUMENT_WORD if value in self._arguments else KEEP_WORD) // 32)
        if not self._divergent(value):
            return bits * _BITS_FIRST
        return (bits * REPORTED_WIDTH if bits > 1 else 32) * _BITS_FIRST


# --------------------------------------------------------------------------------------------------------------- early evaluation


def _hoist(suspension: sm.SuspendOp, kept: Iterable[SSAValue], dominance: DominanceInfo) -> int:
    """Move the operations that compute what is kept, and what they need, in front of the suspension if they stand behind it: how many."""
    continuation, block = suspension.successors[0], suspension.parent
    assert block is not None
    moved: dict[Operation, Operation] = {}
    pending: list[tuple[SSAValue, bool]] = [(value, False) for value in kept]
    while pending:
        value, operands_stand = pending.pop()
        op, home = value.owner, defining_block(value)
        if not isinstance(op, Operation) or op in moved or home is None or not dominance.dominates(continuation, home):
            continue
        if not operands_stand:
            pending += [(value, True), *((operand, False) for operand in op.operands)]
        elif is_rematerialisable(value):
            moved[op] = copy = op.clone()
            block.insert_op_before(copy, suspension)
        else:
            op.detach()
            op.operands = [_moved_result(operand, moved) for operand in op.operands]
            block.insert_op_before(op, suspension)
            moved[op] = op
    return len(moved)


def _moved_result(value: SSAValue, moved: Mapping[Operation, Operation]) -> SSAValue:
    owner = value.owner
    if not isinstance(owner, Operation) or owner not in moved:
        return value
    return moved[owner].results[owner.results.index(value)] if moved[owner] is not owner else value


# ---------------------------------------------------------------------------------------------------------------- what is held


def _settle(region: Region, cuts: _Values, computed: Computed) -> Crossing:
    """What is held, and what is computed again: with all that later suspensions hold, and nothing that nobody asks for."""
    held = {suspension: dict.fromkeys(kept) for suspension, kept in cuts.items()}
    while True:
        liveness = Liveness(region, also={block: kept for suspension, kept in held.items() if (block := suspension.parent) is not None})
        live = {suspension: _live_across(suspension, liveness) for suspension in held}
        missing = False
        for suspension, kept in held.items():
            lacking = [value for value in live[suspension] if any(computed.missing(value, kept.__contains__))]
            kept |= dict.fromkeys(lacking)
            missing = missing or bool(lacking)
        again = {suspension: _computed_again(live[suspension], kept, computed) for suspension, kept in held.items()}
        asked = {suspension: _asked_for(live[suspension], again[suspension], kept, computed) for suspension, kept in held.items()}
        if not missing and all(len(asked[suspension]) == len(kept) for suspension, kept in held.items()):
            break
        held = asked
    order = _order(region)
    return Crossing({suspension: sorted(kept, key=order.__getitem__) for suspension, kept in held.items()}, again, liveness)


def _computed_again(live: Iterable[SSAValue], held: Container[SSAValue], computed: Computed) -> list[SSAValue]:
    """What is not held of these values, with what that is computed from, operands first."""
    done: dict[SSAValue, None] = {}
    pending = [(value, False) for value in live]
    while pending:
        value, operands_done = pending.pop()
        if value in done or value in held or is_rematerialisable(value):
            continue
        if operands_done:
            done[value] = None
        else:
            pending += [(value, True), *((operand, False) for operand in computed.operands(value))]
    return list(done)


def _asked_for(live: Iterable[SSAValue], again: Iterable[SSAValue], held: Container[SSAValue], computed: Computed) -> dict[SSAValue, None]:
    """What is held and needed: by itself, or to compute others again."""
    needed = [*live, *(operand for value in again for operand in computed.operands(value))]
    return dict.fromkeys(value for value in needed if value in held)


def _order(region: Region) -> dict[SSAValue, int]:
    """Values numbered in the order of their definitions in the text."""
    values = (value for block in region.blocks for value in (*block.args, *(result for op in block.ops for result in op.results)))
    return {value: number for number, value in enumerate(values)}
