"""
The least that must be kept across a suspension if values may also be computed before it, ahead of their place in the text, or
computed again behind it.

At a suspension s with the continuation C (the block where the task goes on):

- A value is available if it is defined before s on every path. It is *recomputable* if a speculatable operation computes it: that may
  be done again behind s, from its operands.
- A speculatable operation in a block that C dominates, whose operands are available, or computed by such operations themselves, may
  be evaluated *early*: right before s, each time s is reached. Its results may be kept instead of its operands.
- *Sinks* are what must be there behind s: values with a use, in a block that C dominates, by an operation that is not evaluated
  early (branches included); and values live into a block behind s that C does not dominate, where they may be used again, or again
  be needed to evaluate early at the next arrival at s.
- *Sources* are available values that nothing speculatable computes: arguments, block arguments (so also what earlier
  suspensions produced), loads, results of operations with effects or that may be undefined.
- Constants and what is computed from constants alone (analysis.effects.is_rematerialisable) are there for nothing.

What is kept must separate sinks from sources: a minimum vertex cut in the graph of operands and results.

All sources of a value dominate it, so one of them is the last, its *root*: the value is available, or may be evaluated early, where
its root is available. A use is thus a sink's at the suspensions on the way up the dominator tree from the operation (from the
operation's root, if it may be evaluated early) to the root of the value; no suspension has to look at operations far from it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from xdsl.dialects import arith
from xdsl.dialects.builtin import FixedBitwidthType, IntegerAttr
from xdsl.ir import Block, Operation, SSAValue, Use
from xdsl.traits import IsTerminator

from asyncir.analysis.bounds_cut import minimum_vertex_cut
from asyncir.analysis.bounds_liveness import block_of, home_of
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
    """What the values of a machine can be computed from, and which of them must be there behind each suspension."""

    def __init__(self, dominance: DominanceInfo, continuations: Iterable[Block], weight: Callable[[SSAValue], int]) -> None:
        self._dominance = dominance
        self._weight = weight
        self._operands: dict[SSAValue, tuple[SSAValue, ...]] = {}
        """Of each recomputable value, less what is there for nothing."""
        self._free: set[SSAValue] = set()
        self._above: dict[Block, Block | None] = {}
        """For each continuation the closest one that strictly dominates it."""
        self._nearest: dict[Block, Block | None] = {}
        """For each block the closest continuation that dominates it."""
        self._depth: dict[Block | None, int] = {None: 0}
        self._root: dict[SSAValue, Block] = {}
        """For each value that is not free the block of its root."""
        self._sinks: dict[Block, dict[SSAValue, None]] = {}
        self._cuts: dict[frozenset[SSAValue], list[SSAValue]] = {}
        self._number(set(continuations))
        for block in dominance.blocks:
            for argument in block.args:
                self._root[argument] = block
            for op in block.ops:
                self._add(op)
        for value in self._root:
            self._mark(value)

    def _number(self, continuations: set[Block]) -> None:
        # In this order a block comes behind those that dominate it.
        for block in self._dominance.blocks:
            dominator = self._dominance.immediate_dominator(block)
            above = None if dominator is None else self._nearest[dominator]
            self._nearest[block] = above
            if block in continuations:
                self._nearest[block] = block
                self._above[block] = above
                self._depth[block] = self._depth[above] + 1
                self._sinks[block] = {}

    def _add(self, op: Operation) -> None:
        """Learn what the results can be computed from."""
        if any(is_rematerialisable(result) for result in op.results):
            self._free.update(op.results)
        elif not is_speculatable(op):
            self._root.update((result, home_of(result)) for result in op.results)
        elif operands := tuple(operand for operand in op.operands if operand not in self._free):
            # The roots of operands dominate each other: the last is the deepest.
            root = max((self._root[operand] for operand in operands), key=self._position)
            self._operands.update((result, operands) for result in op.results)
            self._root.update((result, root) for result in op.results)
        else:
            self._free.update(op.results)

    def _position(self, block: Block) -> int:
        return self._depth[self._nearest[block]]

    def _mark(self, value: SSAValue) -> None:
        """Make the value a sink at the suspensions behind which some use needs it."""
        top = self._position(self._root[value])
        for block in self._needed_from(value):
            continuation = self._nearest[block]
            while self._depth[continuation] > top and continuation is not None and value not in self._sinks[continuation]:
                self._sinks[continuation][value] = None
                continuation = self._above[continuation]

    def _needed_from(self, value: SSAValue) -> Iterator[Block]:
        """For each use, the block at which the value must be there, by the latest."""
        for use in value.uses:
            if self._is_reachable(use):
                results = use.operation.results
                yield self._root[results[0]] if results and results[0] in self._operands else self._block_of(use)

    def _is_reachable(self, use: Use) -> bool:
        return self._dominance.is_reachable(self._block_of(use))

    def _block_of(self, use: Use) -> Block:
        return block_of(use.operation, self._dominance.blocks[0].parent)

    def cheapest(self, continuation: Block, beyond: Iterable[SSAValue]) -> list[SSAValue]:
        """
        What to keep across the suspension that goes on at `continuation`. `beyond` are the values live across it and into a block behind
        it that it does not dominate.
        """
        again = [value for value in beyond if value not in self._free]
        sinks = dict.fromkeys((*self._sinks[continuation], *again))
        key = frozenset(sinks)
        found = self._cuts.get(key)
        if found is None:
            found = self._cuts[key] = self._cut(list(sinks))
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
