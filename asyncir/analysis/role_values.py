"""
Which values of a kernel's roles are the same, provably: they are computed alike from the same parameters, or the setup asserts it.

A value's *number* is a tuple that is equal for values that are equal: the operation and the numbers of its operands. Of what the setup
asserts to be equal (`arith.cmpi eq`, by itself or in an `arith.andi`) one number stands for both.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator

from xdsl.dialects import arith, cf, memref
from xdsl.dialects.builtin import IntegerAttr
from xdsl.ir import BlockArgument, Operation, OpResult, Region, SSAValue

from asyncir.analysis.effects import is_pure, is_rematerialisable

Number = Hashable


class Values:
    """The numbers of values."""

    def __init__(self, setup: Region) -> None:
        """`setup` is the kernel's body, whose assertions hold when the roles run."""
        self._number: dict[SSAValue, Number] = {}
        self._same: dict[Number, Number] = {}
        self._entry = setup.first_block
        for block in setup.blocks:
            for op in block.ops:
                if isinstance(op, cf.AssertOp) and block is self._entry:
                    for left, right in _equalities(op.arg):
                        self._same[self.number(left)] = self.number(right)

    def number(self, value: SSAValue) -> Number:
        """The value's number."""
        found = self._number.get(value)
        if found is None:
            found = self._number[value] = self._computed(value)
        while found in self._same and self._same[found] != found:
            found = self._same[found]
        return found

    def name(self, value: SSAValue, number: Number) -> None:
        """Says what a value's number is, of which nothing else tells."""
        self._number[value] = number

    def constant(self, value: SSAValue) -> int | None:
        """The number that a value is, if it is a constant."""
        owner = value.owner
        if isinstance(owner, arith.ConstantOp) and isinstance(owner.value, IntegerAttr):
            return owner.value.value.data
        return None

    def _computed(self, value: SSAValue) -> Number:
        if isinstance(value, BlockArgument):
            return ("argument", value.index) if value.block is self._entry else ("value", id(value))
        op = value.owner
        assert isinstance(op, Operation)
        assert isinstance(value, OpResult)
        if is_rematerialisable(value) or ((is_pure(op) or isinstance(op, memref.DimOp)) and not op.regions):
            properties = tuple(sorted((name, str(attribute)) for name, attribute in op.properties.items()))
            return (op.name, value.index, str(value.type), properties, tuple(self.number(operand) for operand in op.operands))
        return ("value", id(value))


def _equalities(condition: SSAValue) -> Iterator[tuple[SSAValue, SSAValue]]:
    """The pairs of values that are equal where a condition holds."""
    pending = [condition]
    while pending:
        match pending.pop().owner:
            case arith.AndIOp() as both:
                pending += both.operands
            case arith.CmpiOp() as compared if compared.predicate.value.data == 0:
                yield compared.lhs, compared.rhs
            case _:
                continue
