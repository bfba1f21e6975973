"""
What of a suspension's future may be evaluated before it, and what must be there behind it.

Behind a suspension the task goes on at the continuation C. An operation is *early* if it may be done anywhere (speculation.py), its
block is dominated by C, and its operands are live across the suspension or results of early operations: done right before the
suspension, each time it is reached, it gives what it gives now. *Sinks* are the values that must be there behind the suspension: what
operations that are not early use in blocks that C dominates, and what is live into a block that such blocks lead to, but C does not
dominate: there the values may be used again after a path that did not pass this suspension.
"""

from __future__ import annotations

from bisect import bisect_left
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
        self._ids: set[int] = set()
        """The computed values, by identity: each is asked for at each suspension."""
        self.completed: dict[int, list[Operation]] = {}
        """By the identity of a value the speculatable operations of whose operands it is defined last."""
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
        self._ids.update(map(id, op.results))
        if not operands:
            self._from_nothing.update(op.results)
        else:
            self.completed.setdefault(id(max(operands, key=self.order.__getitem__)), []).append(op)

    def is_from_nothing(self, value: SSAValue) -> bool:
        """Whether the value is a constant or the like, or is computed from such alone: it is there for nothing."""
        return value in self._from_nothing

    def _number(self, values: Sequence[SSAValue]) -> None:
        for value in values:
            self.order[value] = len(self.order)

    def __contains__(self, value: SSAValue) -> bool:
        return id(value) in self._ids

    def operands(self, value: SSAValue) -> tuple[SSAValue, ...]:
        """What a computed value is computed from, but for what is there for nothing."""
        return self._operands[value]

    def from_given(self, values: Sequence[SSAValue], given: Container[int]) -> tuple[list[SSAValue], list[SSAValue]]:
        """
        What to compute to have these values, operands first, less what is given (by identity) and what computes itself anywhere; and
        those of `values` that cannot be computed so.
        """
        values = [value for value in values if id(value) not in given]
        able: dict[SSAValue, bool] = {}
        again: list[SSAValue] = []
        pending = [(value, False) for value in values]
        while pending:
            value, operands_done = pending.pop()
            if value in able:
                continue
            if id(value) in given or is_rematerialisable(value):
                able[value] = True
            elif id(value) not in self._ids:
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
        self._liveness = liveness
        self._computed = computed
        self._frontiers = DominanceFrontiers(region, dominance).frontier
        self._uses = _Uses(region, dominance, computed)
        self._costs: dict[int, int] = {}
        """Of operations, by identity."""

    def of(self, suspension: sm.SuspendOp, limit: int) -> tuple[dict[SSAValue, int], list[SSAValue]]:
        """
        The results of early operations, operands first, each with the cost of computing it and what it is computed from, if that is
        not more than `limit`; and the sinks.
        """
        continuation = suspension.successors[0]
        across = [value for value in self._liveness.live_in(continuation) if not is_rematerialisable(value)]
        early = self._early(continuation, across, limit)
        ends = [block for block in self._frontiers[continuation] if block is not continuation]
        beyond = set(map(id, self._liveness.live_into_any(ends)))
        sinks = [value for value in (*across, *early) if id(value) in beyond or self._uses.follow(value, continuation, early)]
        return early, sinks

    def _early(self, continuation: Block, across: Sequence[SSAValue], limit: int) -> dict[SSAValue, int]:
        """In the order of definitions: when an operation's last operand comes up, the others have been there."""
        order, completed = self._computed.order, self._computed.completed
        pending = [(order[value], value) for value in across if id(value) in completed]
        early: dict[SSAValue, int] = {}
        costs = dict.fromkeys(map(id, across), 0) if pending else dict[int, int]()
        heapify(pending)
        while pending:
            _, value = heappop(pending)
            for op in self._uses.following(completed[id(value)], continuation):
                operands = self._computed.operands(op.results[0])
                if any(id(operand) not in costs for operand in operands):
                    continue
                cost = min(self._cost(op) + sum(costs[id(operand)] for operand in operands), MOST)
                if cost <= limit:
                    for result in op.results:
                        early[result] = costs[id(result)] = cost
                        if id(result) in completed:
                            heappush(pending, (order[result], result))
        return early

    def _cost(self, op: Operation) -> int:
        found = self._costs.get(id(op))
        if found is None:
            found = self._costs[id(op)] = cost_of(op)
        return found


class _Uses:
    """
    Where values are used, in the order in which a walk of the dominator tree enters blocks: there the blocks that one dominates are an
    interval.
    """

    def __init__(self, region: Region, dominance: DominanceInfo, computed: Computed) -> None:
        self._region = region
        self._dominance = dominance
        self._computed = computed
        self._places: dict[int, int] = {}
        self._known: dict[int, tuple[list[int], list[tuple[int, SSAValue]]]] = {}
        """By the identity of values."""

    def follow(self, value: SSAValue, continuation: Block, early: Container[SSAValue]) -> bool:
        """Whether an operation that is not early uses the value where the continuation dominates."""
        found = self._known.get(id(value))
        if found is None:
            found = self._known[id(value)] = self._of(value)
        fixed, computing = found
        first, last = self._dominance.interval(continuation)
        at = bisect_left(fixed, first)
        if at < len(fixed) and fixed[at] <= last:
            return True
        return any(first <= place <= last and result not in early for place, result in computing)

    def _of(self, value: SSAValue) -> tuple[list[int], list[tuple[int, SSAValue]]]:
        """Where the value is used: by operations that are never early, and by others, with the first result of each."""
        fixed: list[int] = []
        computing: list[tuple[int, SSAValue]] = []
        for use in value.uses:
            if (place := self._place(use.operation)) >= 0:
                results = use.operation.results
                if results and results[0] in self._computed:
                    computing.append((place, results[0]))
                else:
                    fixed.append(place)
        return sorted(fixed), computing

    def following(self, ops: Iterable[Operation], continuation: Block) -> list[Operation]:
        """Those of the operations that stand where the continuation dominates."""
        first, last = self._dominance.interval(continuation)
        return [op for op in ops if first <= self._place(op) <= last]

    def _place(self, op: Operation) -> int:
        """When the walk enters the region's block that the operation is in, maybe nested; -1 if it does not."""
        found = self._places.get(id(op))
        if found is None:
            block = op.parent
            while block is not None and block.parent is not self._region:
                block = block.parent_block()
            reached = block is not None and self._dominance.is_reachable(block)
            found = self._places[id(op)] = self._dominance.interval(block)[0] if block is not None and reached else -1
        return found
