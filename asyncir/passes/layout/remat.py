"""
What is held across suspensions, what is hoisted in front of them and what is computed again behind them: `remat=off|free|cost`.

    off     everything that is live is held
    free    the least bits are held, whatever it costs to compute values again
    cost    a word is held if that costs no more than to do without it

The model of `cost`: a word that is held costs KEEP_WORD simple operations, for it is saved and reloaded whenever the task parks, or
KEEP_ARGUMENT_WORD if it is an argument's, which may stay where it was handed over; a divergent one no more than a uniform one, which
a warp moves at once as well; an operation costs what speculation.cost_of says. All of
it happens once each time the task parks, so loops need no weights, but for what is hoisted into a loop: that counts LOOP times. What
is hoisted out of a branch, to be done always instead of sometimes, counts as often as it is done: once. No value is hoisted that costs,
with what it is computed from, more than EARLY_LIMIT. Values that are computed
again need as many registers behind the suspension as if they were reloaded; only what they are computed from may be one more, so a
chain is followed only as far as its cost allows.

For each suspension a cut is taken (cut.py). For `free` it is that of the program in which each operation is done as early as its
operands are there (earliest.py), wherever that is: nothing needs less. For `cost` it is one between what is live and the operations that
follow (early.py); the early values that it chooses are hoisted, until nothing is hoisted any more (or ROUNDS times). What is held, and
what is computed again, follows then (settling.py).
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Mapping

from xdsl.ir import Block, Operation, Region, SSAValue

from asyncir.analysis.callgraph import strongly_connected
from asyncir.analysis.cfg import reverse_postorder, successors
from asyncir.analysis.dominance import DominanceInfo, defining_block
from asyncir.analysis.effects import is_rematerialisable
from asyncir.analysis.liveness import Liveness
from asyncir.dialects import sm
from asyncir.errors import InputError
from asyncir.passes.layout.cut import Cut
from asyncir.passes.layout.earliest import Earliest
from asyncir.passes.layout.early import Computed, Futures
from asyncir.passes.layout.settling import Crossing, Values, hold_all, settle
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
_ALL_BITS = 1 << 30
"""More than the bits of any frame."""
NEVER = 1 << 100
"""More than any choice costs: what no frame can hold."""


def crossing(machine: sm.MachineOp, mode: str, divergent: Callable[[SSAValue], bool]) -> Crossing:
    """Decide, and hoist what is evaluated early. Raises InputError for an unknown mode."""
    if mode not in MODES:
        raise InputError(f"unknown remat '{mode}'", help=f"there are {', '.join(MODES)}")
    suspensions = [op for block in reverse_postorder(machine.body) if isinstance(op := block.last_op, sm.SuspendOp)]
    if mode == "off":
        return hold_all(machine.body, suspensions)
    _erase_unused(machine.body)
    dominance = DominanceInfo(machine.body)
    if mode == "free":
        computed = Computed(dominance.blocks)
        return settle(machine.body, _least(machine.body, suspensions, dominance, computed, divergent), computed)
    rounds = ROUNDS
    while True:
        computed = Computed(dominance.blocks)
        cuts, early = _cheapest(machine.body, suspensions, dominance, computed)
        hoisted = sum(_hoist(suspension, early[suspension], dominance) for suspension in suspensions)
        rounds -= 1
        if not hoisted or not rounds:
            return settle(machine.body, cuts, computed)


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


def _least(
    region: Region,
    suspensions: Iterable[sm.SuspendOp],
    dominance: DominanceInfo,
    computed: Computed,
    divergent: Callable[[SSAValue], bool],
) -> Values:
    """The cuts of `free`, for which all that they keep is hoisted."""
    earliest = Earliest(region, dominance, computed)
    sizes: dict[SSAValue, int] = {}

    def keep(value: SSAValue) -> int:
        if value not in sizes:
            sizes[value] = _least_size(value, divergent)
        return sizes[value]

    def again(value: SSAValue) -> int | None:
        return 0 if value in computed else None

    sinks = {suspension: earliest.sinks(suspension) for suspension in suspensions}
    # Costs are the same everywhere, so equal sinks have equal cuts.
    cuts = {those: Cut(computed.operands, keep, again).kept(earliest.values(those)) for those in dict.fromkeys(sinks.values())}
    kept = {suspension: cuts[those] for suspension, those in sinks.items()}
    earliest.hoist(kept)
    return kept


def _least_size(value: SSAValue, divergent: Callable[[SSAValue], bool]) -> int:
    """
    Bits of the task, of which a divergent word takes as many as there are lanes; where those are equal, divergent bits decide: rounded up,
    they take more.
    """
    if size_of(value.type) is None:
        return NEVER
    bits = bits_of(value.type)
    if not divergent(value):
        return bits * _ALL_BITS
    return (bits * REPORTED_WIDTH * _ALL_BITS + bits) if bits > 1 else 32 * _ALL_BITS


def _cheapest(region: Region, suspensions: Iterable[sm.SuspendOp], dominance: DominanceInfo, computed: Computed) -> tuple[Values, Values]:
    """The cuts of `cost`, and which of the values that they keep stand behind the suspensions."""
    futures = Futures(region, dominance, Liveness(region), computed)
    loops = _loops(dominance.blocks)
    costs = _Costs(set(dominance.blocks[0].args), computed)
    cuts: Values = {}
    hoisted: Values = {}
    known: dict[tuple[int, ...], list[SSAValue]] = {}
    """Cuts where nothing can be hoisted, by the identities of sinks: there costs are the same everywhere."""
    for suspension in suspensions:
        early, sinks = futures.of(suspension, EARLY_LIMIT)
        hoisting = {id(value): cost * _times(value, suspension, loops) for value, cost in early.items()}
        key = tuple(map(id, sinks))
        kept = None if hoisting else known.get(key)
        if kept is None:
            costs.hoisting = hoisting
            kept = Cut(computed.operands, costs.keep, costs.again).kept(sinks)
        if not hoisting:
            known[key] = kept
        cuts[suspension] = kept
        hoisted[suspension] = [value for value in kept if id(value) in hoisting] if hoisting else []
    return cuts, hoisted


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
    """The two costs of the cut of `cost`, at one suspension after the other."""

    def __init__(self, arguments: Container[SSAValue], computed: Computed) -> None:
        self._arguments = arguments
        self._computed = computed
        self._sizes: dict[int, int] = {}
        self._agains: dict[int, int | None] = {}
        self.hoisting: Mapping[int, int] = {}
        """What early values cost in front of the suspension. All values by identity."""

    def keep(self, value: SSAValue) -> int:
        size = self._sizes.get(id(value))
        if size is None:
            size = self._sizes[id(value)] = self._size(value)
        return size + self.hoisting.get(id(value), 0)

    def again(self, value: SSAValue) -> int | None:
        if id(value) in self.hoisting:
            return 0
        if id(value) not in self._agains:
            owner = value.owner
            self._agains[id(value)] = cost_of(owner) if value in self._computed and isinstance(owner, Operation) else None
        return self._agains[id(value)]

    def _size(self, value: SSAValue) -> int:
        if size_of(value.type) is None:
            return NEVER
        return -(-bits_of(value.type) * (KEEP_ARGUMENT_WORD if value in self._arguments else KEEP_WORD) // 32)


# --------------------------------------------------------------------------------------------------------------- early evaluation


def _hoist(suspension: sm.SuspendOp, early: Iterable[SSAValue], dominance: DominanceInfo) -> int:
    """Move the operations that compute these values, and what they need, in front of the suspension if they stand behind it: how many."""
    continuation, block = suspension.successors[0], suspension.parent
    assert block is not None
    moved: dict[Operation, Operation] = {}
    pending: list[tuple[SSAValue, bool]] = [(value, False) for value in early]
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
