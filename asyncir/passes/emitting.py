"""Making operations at source level one behind the other, all with one location: constants, arithmetic, loops and branches."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

from xdsl.dialects import arith, scf
from xdsl.dialects.builtin import IndexType, IntegerAttr, IntegerType, LocationAttr
from xdsl.ir import Attribute, Block, Operation, Region, SSAValue

from asyncir.passes.rewriting import located, new_block

OpT = TypeVar("OpT", bound=Operation)
INDEX = IndexType()


class Emitter:
    """Puts operations before an anchor, or at the end of a block."""

    def __init__(self, place: Operation | Block, location: LocationAttr) -> None:
        self._place = place
        self._location = location

    def add(self, op: OpT) -> OpT:
        """The operation, put there."""
        located(op, self._location)
        if isinstance(self._place, Block):
            self._place.add_op(op)
        else:
            block = self._place.parent
            assert block is not None
            block.insert_op_before(op, self._place)
        return op

    def value(self, op: Operation) -> SSAValue:
        """The only result of an operation, put there."""
        return self.add(op).results[0]

    def index(self, number: int) -> SSAValue:
        """A constant of type index."""
        return self.value(arith.ConstantOp(IntegerAttr.from_index_int_value(number)))

    def integer(self, number: int, type_: IntegerType) -> SSAValue:
        """A constant of an integer type."""
        return self.value(arith.ConstantOp(IntegerAttr(number, type_)))

    def plus(self, left: SSAValue, right: SSAValue) -> SSAValue:
        """Their sum."""
        return self.value(arith.AddiOp(left, right))

    def times(self, left: SSAValue, right: SSAValue) -> SSAValue:
        """Their product."""
        return self.value(arith.MuliOp(left, right))

    def equal(self, left: SSAValue, right: SSAValue) -> SSAValue:
        """Whether they are equal."""
        return self.value(arith.CmpiOp(left, right, "eq"))

    def count(self, end: SSAValue, body: Callable[[Emitter, SSAValue], None]) -> None:
        """A loop over 0 <= index < end."""
        block = new_block([INDEX], self._location)
        inner = Emitter(block, self._location)
        body(inner, block.args[0])
        inner.add(scf.YieldOp())
        self.add(scf.ForOp(self.index(0), end, self.index(1), [], block))

    def when(self, condition: SSAValue, body: Callable[[Emitter], None]) -> None:
        """What is done where the condition holds."""
        block = new_block([], self._location)
        inner = Emitter(block, self._location)
        body(inner)
        inner.add(scf.YieldOp())
        self.add(scf.IfOp(condition, [], Region(block)))

    def choose(self, condition: SSAValue, body: Callable[[Emitter], Sequence[SSAValue]], other: Sequence[SSAValue]) -> Sequence[SSAValue]:
        """What `body` gives where the condition holds, else the other values."""
        block, otherwise = new_block([], self._location), new_block([], self._location)
        inner = Emitter(block, self._location)
        inner.add(scf.YieldOp(*body(inner)))
        Emitter(otherwise, self._location).add(scf.YieldOp(*other))
        types: list[Attribute] = [value.type for value in other]
        return self.add(scf.IfOp(condition, types, Region(block), Region(otherwise))).results
