"""
The least that must be kept across a suspension if values may also be computed before it, ahead of their place in the text, or
computed again behind it.

- *Sources* are values that nothing speculatable computes: arguments, block arguments (so also what suspensions produced), loads, results
  of operations with effects or that may be undefined.
- Constants and what is computed from constants alone (analysis.effects.is_rematerialisable) are there for nothing.
- All sources of a value dominate it, so one of them is the last. In that one's block, the value's *root*, it can be computed, wherever in
  the text it stands; no layout can have it earlier, nor does one need more than its sources or itself to have it later.
- A value is *needed* in each block where an operation that is not speculatable uses it (branches included), and in the roots of other
  values that are computed from it: there they can be computed at once. What is computed for nobody needs nothing.

So the program is taken with each speculatable operation at its root. What is live across a suspension there are its *sinks*: they must
be there behind it, or be computed from what is. What is kept must separate them from the sources: a minimum vertex cut in the graph of
operands and results.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from xdsl.dialects import arith
from xdsl.dialects.builtin import FixedBitwidthType, IntegerAttr
from xdsl.ir import Block, Operation, Region, SSAValue
from xdsl.traits import IsTerminator

from asyncir.analysis.bounds_cut import minimum_vertex_cut
from asyncir.analysis.bounds_liveness import Life, block_of, home_of, live_into
from asyncir.analysis.dominance import DominanceInfo
from asyncir.analysis.effects import is_collective, is_pure, is_rematerialisable

_UNSIGNED_DIVISIONS = ("arith.divui", "arith.remui", "arith.ceildivui")
_SIGNED_DIVISIONS = ("arith.divsi", "arith.remsi", "arith.floordivsi", "arith.ceildivsi")
_SHIFTS = ("arith.shli", "arith.shrui", "arith.shrsi")
_MAY_BE_UNDEFINED = ("arith.fptosi", "arith.fptoui", "math.ipowi")
"""For some operands, and no constant tells that it is not so. Nor does one of the views of `memref`."""


def is_speculatable(op: Operation) -> bool:
    """Whether the operation may be done where the program does not: it only computes, and cannot be undefined."""
    if not op.results or op.regions or op.has_trait(IsTerminator) or not is_pure(op) or is_collective(op):
        return False
    if op.name in _UNSIGNED_DIVISIONS:
        return _constant(op.operands[1]) not in (None, 0)
    if op.name in _SIGNED_DIVISIONS:
        return _constant(op.operands[1]) not in (None, 0, -1)
    if op.name in _SHIFTS:
        return _is_in_width(op)
    if op.name.startswith("memref."):
        return op.name == "memref.dim" and _constant(op.operands[1]) is not None
    return op.name not in _MAY_BE_UNDEFINED


def _is_in_width(shift: Operation) -> bool:
    amount, type_ = _constant(shift.operands[1]), shift.results[0].type
    width = type_.bitwidth if isinstance(type_, FixedBitwidthType) else 64
    return amount is not None and 0 <= amount < width


def _constant(value: SSAValue) -> int | None:
    owner = value.owner
    if isinstance(owner, arith.ConstantOp) and isinstance(owner.value, IntegerAttr):
        return owner.value.value.data
    return None


class Recomputation:
    """What the values of a machine can be computed from, and what must be there behind each suspension."""

    def __init__(self, dominance: DominanceInfo, continuations: Iterable[Block], weight: Callable[[SSAValue], int]) -> None:
        """`continuations`: the blocks where the task goes on after suspensions."""
        self._dominance = dominance
        self._weight = weight
        self._operands: dict[SSAValue, tuple[SSAValue, ...]] = {}
        """Of each value that can be computed, less what is there for nothing."""
        self._root: dict[SSAValue, Block] = {}
        """For each value that is not there for nothing; those computed from others behind them."""
        self._depth = _depths(dominance)
        self._cuts: dict[frozenset[SSAValue], list[SSAValue]] = {}
        for block in dominance.blocks:
            self._root.update(dict.fromkeys(block.args, block))
            for op in block.ops:
                self._add(op)
        region = dominance.blocks[0].parent
        assert region is not None
        self._sinks = live_into(region, continuations, dominance.blocks, self._lives(region))

    def _add(self, op: Operation) -> None:
        """Learn what the results can be computed from."""
        if any(is_rematerialisable(result) for result in op.results):
            return
        if not is_speculatable(op):
            self._root.update((result, home_of(result)) for result in op.results)
        elif operands := tuple(operand for operand in op.operands if operand in self._root):
            # The roots of operands dominate each other: the last is the deepest.
            root = max((self._root[operand] for operand in operands), key=self._depth.__getitem__)
            self._operands.update((result, operands) for result in op.results)
            self._root.update((result, root) for result in op.results)

    def _lives(self, region: Region) -> list[Life]:
        """Where each value is needed; users come before what they are computed from."""
        useful: set[SSAValue] = set()
        lives: list[Life] = []
        for value, root in reversed(self._root.items()):
            needed: set[Block] = set()
            for use in value.uses:
                computed = [result for result in use.operation.results if result in self._operands]
                block = self._root[computed[0]] if computed else block_of(use.operation, region)
                if self._dominance.is_reachable(block) and (not computed or any(result in useful for result in computed)):
                    needed.add(block)
            if needed:
                useful.add(value)
            lives.append((value, root, needed))
        return lives

    def cheapest(self, continuation: Block) -> list[SSAValue]:
        """What to keep across the suspension that goes on there."""
        sinks = self._sinks[continuation]
        key = frozenset(sinks)
        found = self._cuts.get(key)
        if found is None:
            found = self._cuts[key] = self._cut(sinks)
        return found

    def _cut(self, sinks: Sequence[SSAValue]) -> list[SSAValue]:
        kept, open_ = self._split(sinks)
        given = set(sinks) - set(open_)

        def operands(value: SSAValue) -> Sequence[SSAValue] | None:
            found = self._operands.get(value)
            return None if found is None else [operand for operand in found if operand not in given]

        return kept + minimum_vertex_cut(open_, operands, self._weight)

    def _split(self, sinks: Sequence[SSAValue]) -> tuple[list[SSAValue], list[SSAValue]]:
        """Sinks that are sources must be kept; those computed from such sinks alone come for nothing; the others are open."""
        kept = [sink for sink in sinks if sink not in self._operands]
        given = set(kept)
        open_: list[SSAValue] = []
        for sink in sinks:
            if (operands := self._operands.get(sink)) is None:
                continue
            if all(operand in given for operand in operands):
                given.add(sink)
            else:
                open_.append(sink)
        return kept, open_


def _depths(dominance: DominanceInfo) -> dict[Block, int]:
    """Of each block in the dominator tree."""
    depths: dict[Block, int] = {}
    for block in dominance.blocks:  # Each behind those that dominate it.
        above = dominance.immediate_dominator(block)
        depths[block] = 0 if above is None else depths[above] + 1
    return depths
