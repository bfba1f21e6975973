"""
What must be there behind suspensions if each operation may be done as early as its operands are there.

A speculatable operation can be done in the block where the last of the values comes to be that it is computed from, and that nothing
speculatable computes: its *root*. Operands' roots dominate one another, and the root dominates where the operation stands. With each
operation at its root, what is live across a suspension is needed behind it, whatever is computed where, and gives the sinks of its cut:
values are needed where operations that are not speculatable use them, and in the roots of others that are computed from them.

Only what a cut then keeps has to be there before its suspension: it is hoisted, with what it needs, to the closest place in front of the
suspension that dominates where it stands. If that is in a loop around the suspension, and the root is not, then it would be done again
behind the suspension, from what need not be there any more: it goes in front of the loop. All else stays.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from xdsl.ir import Block, Operation, Region, SSAValue

from asyncir.analysis.cfg import predecessors, reverse_postorder
from asyncir.analysis.dominance import DominanceInfo, defining_block
from asyncir.analysis.effects import is_rematerialisable
from asyncir.analysis.liveness import propagated, selected
from asyncir.analysis.loop_depth import loop_headers
from asyncir.dialects import sm
from asyncir.passes.layout.early import Computed


class Earliest:
    """A region with each speculatable operation at its root. The region itself is not changed."""

    def __init__(self, region: Region, dominance: DominanceInfo, computed: Computed) -> None:
        """No speculatable operation of the region may be without use."""
        self._region = region
        self._dominance = dominance
        self._computed = computed
        self._depth = _depths(dominance)
        self._root: dict[SSAValue, Block] = {}
        for value in computed.order:
            if not computed.is_from_nothing(value):
                self._root[value] = self._root_of(value)
        self._values = list(self._root)
        self._live_in = self._liveness()
        self._loops = loop_headers(region, dominance)

    def _root_of(self, value: SSAValue) -> Block:
        if value in self._computed:
            return max((self._root[operand] for operand in self._computed.operands(value)), key=self._depth.__getitem__)
        home = defining_block(value)
        assert home is not None
        return home

    def _liveness(self) -> dict[Block, int]:
        order = reverse_postorder(self._region)
        used, defined = dict.fromkeys(order, 0), dict.fromkeys(order, 0)
        for number, value in enumerate(self._values):
            root = self._root[value]
            defined[root] |= 1 << number
            for block in self._needed_in(value):
                if block is not root:
                    used[block] |= 1 << number
        return propagated(order, predecessors(self._region), used, defined)[0]

    def _needed_in(self, value: SSAValue) -> Iterator[Block]:
        for use in value.uses:
            results = use.operation.results
            yield self._root[results[0]] if results and results[0] in self._computed else self._block_of(use.operation)

    def _block_of(self, op: Operation) -> Block:
        block = op.parent
        while block is not None and block.parent is not self._region:
            block = block.parent_block()
        assert block is not None
        return block

    def sinks(self, suspension: sm.SuspendOp) -> int:
        """What must be there behind the suspension, or be computed from what is: a bit set, of which `values` gives the members."""
        return self._live_in[suspension.successors[0]]

    def values(self, sinks: int) -> list[SSAValue]:
        """What is in a bit set that `sinks` gave."""
        return selected(self._values, sinks)

    def hoist(self, kept: Mapping[sm.SuspendOp, Iterable[SSAValue]]) -> None:
        """Let all that suspensions keep be computed in front of them."""
        targets: dict[Operation, Block] = {}
        for suspension, values in kept.items():
            block = suspension.parent
            assert block is not None
            for value in values:
                if value in self._computed:
                    self._raise(value, self._in_front(value, block), targets)
        for value in reversed(self._computed.order):
            if isinstance(op := value.owner, Operation) and op in targets:
                for operand in op.operands:
                    self._raise(operand, targets[op], targets)
        constants: dict[tuple[SSAValue, Block], SSAValue] = {}
        for op in dict.fromkeys(op for value in self._computed.order if isinstance(op := value.owner, Operation) and op in targets):
            self._move(op, targets[op], constants)

    def _in_front(self, value: SSAValue, block: Block) -> Block:
        """The block, or one in front of the outermost loop around it that the value's root is not in."""
        root = self._root[value]
        for header in self._loops[block]:
            if self._dominance.strictly_dominates(root, header):
                above = self._dominance.immediate_dominator(header)
                assert above is not None
                return above
        return block

    def _raise(self, value: SSAValue, block: Block, targets: dict[Operation, Block]) -> None:
        """Let the value be computed where it is there in this block."""
        if not isinstance(op := value.owner, Operation) or is_rematerialisable(value):
            return
        home = targets.get(op) or op.parent
        assert home is not None
        if not self._dominance.dominates(home, block):
            targets[op] = self._above_both(block, home)

    def _above_both(self, block: Block, other: Block) -> Block:
        """The closest block that dominates both."""
        while not self._dominance.dominates(block, other):
            above = self._dominance.immediate_dominator(block)
            assert above is not None
            block = above
        return block

    def _move(self, op: Operation, block: Block, constants: dict[tuple[SSAValue, Block], SSAValue]) -> None:
        last = block.last_op
        assert last is not None
        op.detach()
        for index, operand in enumerate(op.operands):
            home = defining_block(operand)
            if is_rematerialisable(operand) and home is not None and not self._dominance.dominates(home, block):
                if (operand, block) not in constants:
                    assert isinstance(operand.owner, Operation)
                    copy = operand.owner.clone()
                    block.insert_op_before(copy, last)
                    constants[operand, block] = copy.results[0]
                op.operands[index] = constants[operand, block]
        block.insert_op_before(op, last)


def _depths(dominance: DominanceInfo) -> dict[Block, int]:
    """Of each block in the dominator tree."""
    depths: dict[Block, int] = {}
    for block in dominance.blocks:  # Each behind those that dominate it.
        above = dominance.immediate_dominator(block)
        depths[block] = 0 if above is None else depths[above] + 1
    return depths
