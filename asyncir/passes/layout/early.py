"""
What of a suspension's future may be evaluated before it, and what must be there behind it.

Behind a suspension the task goes on at the continuation C. An operation is *early* if it may be done anywhere (speculation.py), its
block is dominated by C, and its operands are live across the suspension or results of early operations: done right before the
suspension, each time it is reached, it gives what it gives now. *Sinks* are the values that must be there behind the suspension: what
operations that are not early use in blocks that C dominates, and what is live into a block that such blocks lead to, but C does not
dominate: there the values may be used again after a path that did not pass this suspension.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Sequence
from heapq import heapify, heappop, heappush

from xdsl.ir import Block, Operation, Region, SSAValue

from asyncir.analysis.dominance import DominanceInfo
from asyncir.analysis.dominance_frontier import DominanceFrontiers
from asyncir.analysis.effects import is_rematerialisable
from asyncir.analysis.liveness import Liveness
from asyncir.dialects import sm
from asyncir.passes.layout.speculation import cost_of, is_speculatable

MOST = 1 << 20
"""A cost counts as no more than this."""


class Computed:
    """Which values of a region speculatable operations compute, and from what."""

    def __init__(self, blocks: Iterable[Block]) -> None:
        """`blocks`: each behind those that dominate it."""
        self._operands: dict[SSAValue, tuple[SSAValue, ...]] = {}
        self._from_nothing: set[SSAValue] = set()
        self.order: dict[SSAValue, int] = {}
        """Values numbered so that what an operation uses comes before what it gives."""
        self._completed: dict[SSAValue, list[Operation]] = {}
        for block in blocks:
            self._number(block.args)
            for op in block.ops:
                if any(is_rematerialisable(result) for result in op.results):
                    self._from_nothing.update(op.results)
                if is_speculatable(op):
                    self._add(op)
                self._number(op.results)

    def _add(self, op: Operation) -> None:
        operands = tuple(operand for operand in op.operands if operand not in self._from_nothing)
        self._operands |= dict.fromkeys(op.results, operands)
        if not operands:
            self._from_nothing.update(op.results)
        else:
            self._completed.setdefault(max(operands, key=self.order.__getitem__), []).append(op)

    def is_from_nothing(self, value: SSAValue) -> bool:
        """Whether the value is a constant or the like, or is computed from such alone: it is there for nothing."""
        return value in self._from_nothing

    def _number(self, values: Sequence[SSAValue]) -> None:
        for value in values:
            self.order[value] = len(self.order)

    def completed_by(self, value: SSAValue) -> Sequence[Operation]:
        """The speculatable operations of whose operands this is defined last."""
        return self._completed.get(value, ())

    def __contains__(self, value: SSAValue) -> bool:
        return value in self._operands

    def operands(self, value: SSAValue) -> tuple[SSAValue, ...]:
        """What a computed value is computed from, but for what is there for nothing."""
        return self._operands[value]

    def from_given(self, values: Iterable[SSAValue], given: Container[SSAValue]) -> tuple[list[SSAValue], list[SSAValue]]:
        """
        What to compute to have these values, operands first, less what is given and what computes itself anywhere; and those of
        `values` that cannot be computed so.
        """
        values = list(values)
        able: dict[SSAValue, bool] = {}
        again: list[SSAValue] = []
        pending = [(value, False) for value in values]
        while pending:
            value, operands_done = pending.pop()
            if value in able:
                continue
            if value in given or is_rematerialisable(value):
                able[value] = True
            elif value not in self._operands:
                able[value] = False
            else:
                assert isinstance(value.owner, Operation)
                operands = value.owner.operands
                if not operands_done:
                    pending.append((value, True))
                    pending += [(operand, False) for operand in operands if operand not in able]
                else:
                    able[value] = all(able[operand] for operand in operands)
                    again.append(value)
        return again, [value for value in values if not able[value]]


class Futures:
    """The early operations and the sinks of a machine's suspensions."""

    def __init__(self, region: Region, dominance: DominanceInfo, liveness: Liveness, computed: Computed) -> None:
        self._region = region
        self._dominance = dominance
        self._liveness = liveness
        self._computed = computed
        self._frontiers = DominanceFrontiers(region, dominance).frontier

    def of(self, suspension: sm.SuspendOp, limit: int) -> tuple[dict[SSAValue, int], list[SSAValue]]:
        """
        The results of early operations, operands first, each with the cost of computing it and what it is computed from, if that is
        not more than `limit`; and the sinks.
        """
        continuation = suspension.successors[0]
        across = [value for value in self._liveness.live_in(continuation) if not is_rematerialisable(value)]
        early = self._early(continuation, across, limit)
        beyond = {value for block in self._frontiers[continuation] if block is not continuation for value in self._liveness.live_in(block)}
        sinks = [value for value in (*across, *early) if value in beyond or self._is_used(value, continuation, early)]
        return early, sinks

    def _early(self, continuation: Block, across: Sequence[SSAValue], limit: int) -> dict[SSAValue, int]:
        """In the order of definitions: when an operation's last operand comes up, the others have been there."""
        order = self._computed.order
        early: dict[SSAValue, int] = {}
        known = set(across)
        pending = [(order[value], value) for value in across]
        heapify(pending)
        while pending:
            _, value = heappop(pending)
            for op in self._computed.completed_by(value):
                operands = self._computed.operands(op.results[0])
                cost = min(cost_of(op) + sum(early.get(operand, 0) for operand in operands), MOST)
                if cost <= limit and self._follows(op, continuation) and known.issuperset(operands):
                    early |= dict.fromkeys(op.results, cost)
                    known.update(op.results)
                    for result in op.results:
                        heappush(pending, (order[result], result))
        return early

    def _is_used(self, value: SSAValue, continuation: Block, early: Container[SSAValue]) -> bool:
        """Whether an operation that is not early uses the value where the continuation dominates."""
        for use in value.uses:
            user = use.operation
            if self._follows(user, continuation) and not (user.results and user.results[0] in early):
                return True
        return False

    def _follows(self, op: Operation, continuation: Block) -> bool:
        block = op.parent
        while block is not None and block.parent is not self._region:
            block = block.parent_block()
        return block is not None and self._dominance.is_reachable(block) and self._dominance.dominates(continuation, block)
