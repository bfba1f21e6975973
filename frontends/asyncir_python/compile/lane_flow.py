"""How marks follow the operations that are emitted: see lane_marks.py for what they say."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from xdsl.dialects import arith, cf, scf
from xdsl.dialects.builtin import FloatAttr, IntegerAttr
from xdsl.ir import BlockArgument, Operation, SSAValue

from asyncir.dialects.gpu_lanes import ShuffleOp, SubgroupReduceOp
from asyncir.dialects.interfaces import successor_operands
from asyncir.dialects.task import BallotOp
from asyncir_python.compile.lane_marks import SUMS, ZERO, Mark, computed, join
from asyncir_python.compile.values import Value

_SAME_OR_MARKED_LATER = (SubgroupReduceOp, BallotOp, ShuffleOp, scf.ForOp, scf.WhileOp)
"""The results of reductions are the same on all lanes; what loops carry, and what a shuffle gives, is marked by who emits it."""


@dataclass
class Marks:
    """The marks of the values of a function."""

    marks: dict[SSAValue, Mark] = field(default_factory=dict[SSAValue, Mark])
    zeros: set[SSAValue] = field(default_factory=set[SSAValue])
    """What is 0, or at the head of a loop 0 in the first turn and a sum in others, if anything."""
    _fixed: set[SSAValue] = field(default_factory=set[SSAValue])
    """Arguments of heads of loops and of dispatch blocks, whose marks are known before all that comes to them."""
    _arrived: dict[BlockArgument, list[SSAValue]] = field(default_factory=dict[BlockArgument, list[SSAValue]])

    def of(self, value: Value) -> Mark | None:
        """The mark of a value; ZERO for the constant."""
        if value.constant is not None:
            return ZERO if not value.constant and not isinstance(value.constant, bool) else None
        if value.items is not None and not value.parts:
            return self.of_all(part for item in value.items for part in item.parts)
        if len(value.parts) == 1 and value.parts[0] in self.zeros:
            return ZERO
        return self.of_all(value.parts)

    def of_all(self, parts: Iterable[SSAValue]) -> Mark | None:
        """The mark of what depends on all of these."""
        found = [self.marks[part] for part in parts if part in self.marks]
        return found[0] if len(found) == 1 else computed(found)

    def set(self, parts: Iterable[SSAValue], mark: Mark | None) -> None:
        """Values have this mark from here on."""
        for part in parts:
            self.marks.pop(part, None)
            self.zeros.discard(part)
            if mark is not None and mark.kind == "zero":
                self.zeros.add(part)
            elif mark is not None:
                self.marks[part] = mark

    def fix(self, parts: Sequence[SSAValue], mark: Mark | None) -> None:
        """Variables that loops carry have this mark, whatever comes to them later."""
        self.set(parts, mark)
        self._fixed.update(parts)

    def decided(self, arguments: Sequence[BlockArgument], mark: Mark) -> None:
        """Arguments of the block where the ways of a branch meet, over which a value with this mark decides."""
        for argument in arguments:
            if argument in self._arrived:
                self.set([argument], _chosen(mark, self.marks.get(argument)))

    def follow(self, op: Operation, *, in_turn: bool) -> None:
        """Marks the results of an operation; `in_turn`: it is done in a turn of a lanes loop."""
        if isinstance(op, _SAME_OR_MARKED_LATER):
            return
        if isinstance(op, scf.IfOp):
            self._follow_branch(op)
            return
        found = [self.marks[operand] for operand in op.operands if operand in self.marks]
        if found:
            added = self._added(op) if in_turn else None
            self.set(op.results, added or computed(found))

    def _added(self, op: Operation) -> Mark | None:
        """In a turn: a sum to which something is added, or from which it is taken, is one still."""
        if not isinstance(op, arith.AddiOp | arith.AddfOp | arith.SubiOp | arith.SubfOp):
            return None
        left, right = (self.marks.get(operand) for operand in op.operands)
        if left is None or left.kind == "lane":
            left, right = right, left
            if isinstance(op, arith.SubiOp | arith.SubfOp):
                return None
        if left is None or left.kind not in SUMS or (right is not None and right.kind != "lane"):
            return None
        return replace(left, kind="step")

    def _follow_branch(self, op: scf.IfOp) -> None:
        decided = self.marks.get(op.cond)
        yields = [region.blocks[0].last_op for region in op.regions if region.blocks]
        for index, result in enumerate(op.results):
            given = [end.operands[index] for end in yields if end is not None]
            mark = self._any_of(given)
            self.set([result], mark if decided is None else _chosen(decided, mark))

    def _any_of(self, values: Sequence[SSAValue]) -> Mark | None:
        """The mark of what is one of these values; ZERO if it is 0."""
        marks = [ZERO if is_zero(value) or value in self.zeros else self.marks.get(value) for value in values]
        result = marks[0]
        for mark in marks[1:]:
            result = join(result, mark)
        return result

    def forward(self, op: cf.BranchOp | cf.ConditionalBranchOp | cf.SwitchOp) -> None:
        """Arguments of blocks have the marks of what comes to them. Heads of loops are marked by `Carried`."""
        for index, block in enumerate(op.successors):
            for argument, operand in zip(block.args, successor_operands(op, index) or (), strict=False):
                arrived = self._arrived.setdefault(argument, [])
                arrived.append(operand)
                if argument not in self._fixed:
                    self.set([argument], self._any_of(arrived))


def _chosen(decided: Mark, mark: Mark | None) -> Mark | None:
    """The mark of what was chosen by a value with a mark; who chooses by the lane's number knows what comes of it."""
    if mark is None or mark.kind == "zero":
        return computed([decided])
    return mark if decided.kind == "lane" else computed([decided, mark])


def is_zero(value: SSAValue) -> bool:
    """Whether a value is the constant 0 of a number."""
    owner = value.owner
    if not isinstance(owner, arith.ConstantOp):
        return False
    constant = owner.value
    return isinstance(constant, IntegerAttr | FloatAttr) and constant.value.data == 0
