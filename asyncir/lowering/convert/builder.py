"""
What every part of the lowering builds with: the current block of a new function, constants, and short forms of the llvm ops.

An operation that is added carries the location of the source operation being lowered.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeVar

from xdsl.dialects.builtin import (
    UNKNOWN_LOC,
    DenseArrayBase,
    IntegerAttr,
    IntegerType,
    LocationAttr,
    i1,
    i8,
    i64,
)
from xdsl.ir import Attribute, Block, Operation, Region, SSAValue

from asyncir.dialects import llvm_ext as llvm
from asyncir.lowering.convert.constants import float_attribute, integer_attribute
from asyncir.lowering.convert.symbols import Symbols
from asyncir.lowering.convert.types import Types

OpT = TypeVar("OpT", bound=Operation)

Index = int | SSAValue
"""A number of 64 bits: known, or a value of the llvm level."""


class Builder:
    """Builds one function. Blocks are appended in the order in which they are started."""

    def __init__(self, symbols: Symbols, types: Types, inputs: Sequence[Attribute], location: LocationAttr = UNKNOWN_LOC) -> None:
        self.symbols = symbols
        self.types = types
        self.location = location
        self.region = Region()
        self.entry = Block(arg_types=inputs)
        self._allocas: list[Operation] = []
        self.start(self.entry)

    # Blocks

    def start(self, block: Block) -> None:
        """Append the block to the function; what follows is built in it."""
        self.region.add_block(block)
        self.block = block
        # Constants and extracted fields are shared within a block only: nothing else is known to dominate.
        self._constants: dict[tuple[Attribute, int], SSAValue] = {}
        self._fields: dict[tuple[SSAValue, tuple[int, ...]], SSAValue] = {}

    def add(self, op: OpT) -> OpT:
        """Append an operation to the current block."""
        op.location = self.location
        self.block.add_op(op)
        return op

    def branch(self, target: Block, *values: SSAValue) -> None:
        self.add(llvm.BrOp(target, *values))

    def branch_if(
        self, condition: SSAValue, then: Block, otherwise: Block, then_values: Sequence[SSAValue] = (), else_values: Sequence[SSAValue] = ()
    ) -> None:
        self.add(llvm.CondBrOp(condition, then, then_values, otherwise, else_values))

    def function(
        self,
        name: str,
        output: Attribute | None,
        *,
        linkage: str,
        properties: Mapping[str, Attribute] | None = None,
        attributes: Mapping[str, Attribute] | None = None,
    ) -> None:
        """End the function and add it to the module."""
        if self._allocas:
            first = self.entry.first_op
            assert first is not None
            self.entry.insert_ops_before(self._allocas, first)
        type_ = llvm.LLVMFunctionType([argument.type for argument in self.entry.args], llvm.LLVMVoidType() if output is None else output)
        func = llvm.FuncOp(name, type_, linkage=linkage, body=self.region, properties=properties, attributes=attributes)
        self.symbols.add(func, self.location)

    # Constants

    def integer(self, number: int, type_: Attribute = i64) -> SSAValue:
        """A constant of an integer type, or a vector with the number in all places."""
        key = (type_, number)
        if (known := self._constants.get(key)) is None:
            known = self.add(llvm.ConstantOp(integer_attribute(number, type_), type_)).result
            self._constants[key] = known
        return known

    def real(self, number: float, type_: Attribute) -> SSAValue:
        """A constant of a float type, or a vector with the number in all places."""
        value = float_attribute(number, type_)
        return self.add(llvm.ConstantOp(value, type_)).result

    def truth(self, value: bool) -> SSAValue:
        return self.integer(int(value), i1)

    def zero(self, type_: Attribute) -> SSAValue:
        return self.add(llvm.ZeroOp(type_)).res

    # Arithmetic

    def binary(self, kind: type[Operation], lhs: SSAValue, rhs: SSAValue) -> SSAValue:
        """An operation of two values of one type that gives that type."""
        return self.add(kind(lhs, rhs)).results[0]  # pyright: ignore[reportCallIssue, reportArgumentType]

    def cast(self, kind: type[Operation], value: SSAValue, type_: Attribute) -> SSAValue:
        return self.add(kind(value, type_)).results[0]  # pyright: ignore[reportCallIssue, reportArgumentType]

    def compare(self, predicate: str, lhs: SSAValue, rhs: SSAValue) -> SSAValue:
        return self.add(llvm.ICmpOp(predicate, lhs, rhs)).res

    def select(self, condition: SSAValue, true: SSAValue, false: SSAValue) -> SSAValue:
        return self.add(llvm.SelectOp(condition, true, false)).res

    def resize(self, value: SSAValue, type_: Attribute, *, signed: bool) -> SSAValue:
        """An integer of another width."""
        source = value.type
        assert isinstance(source, IntegerType) and isinstance(type_, IntegerType)
        if source.width.data == type_.width.data:
            return value
        if source.width.data > type_.width.data:
            return self.cast(llvm.TruncOp, value, type_)
        return self.cast(llvm.SExtOp if signed else llvm.ZExtOp, value, type_)

    # Numbers that may be known

    def number(self, number: Index) -> SSAValue:
        return self.integer(number) if isinstance(number, int) else number

    def plus(self, lhs: Index, rhs: Index) -> Index:
        if isinstance(lhs, int) and isinstance(rhs, int):
            return lhs + rhs
        if lhs == 0 or rhs == 0:
            return rhs if lhs == 0 else lhs
        return self.binary(llvm.AddOp, self.number(lhs), self.number(rhs))

    def times(self, lhs: Index, rhs: Index) -> Index:
        if isinstance(lhs, int) and isinstance(rhs, int):
            return lhs * rhs
        if lhs == 1 or rhs == 1:
            return rhs if lhs == 1 else lhs
        return self.binary(llvm.MulOp, self.number(lhs), self.number(rhs))

    # Aggregates

    def extract(self, value: SSAValue, type_: Attribute, *position: int) -> SSAValue:
        """A member of an aggregate."""
        key = (value, position)
        if (known := self._fields.get(key)) is None:
            known = self.add(llvm.ExtractValueOp(DenseArrayBase.from_list(i64, position), value, type_)).res
            self._fields[key] = known
        return known

    def aggregate(self, type_: Attribute, members: Sequence[tuple[SSAValue, tuple[int, ...]]]) -> SSAValue:
        """An aggregate from its members, each with its position."""
        value = self.add(llvm.PoisonOp(type_)).res
        for member, position in members:
            value = self.add(llvm.InsertValueOp(DenseArrayBase.from_list(i64, position), value, member)).res
        for member, position in members:
            self._fields[(value, position)] = member
        return value

    # Memory

    def advance(self, address: SSAValue, distance: Index, unit: Attribute = i8) -> SSAValue:
        """An address some elements further."""
        if distance == 0:
            return address
        small = isinstance(distance, int) and -(1 << 31) < distance < 1 << 31
        index = distance if small else self.number(distance)
        return self.add(llvm.GEPOp(address, [index], unit)).res

    def load(self, address: SSAValue, type_: Attribute, alignment: int | None = None) -> SSAValue:
        return self.add(llvm.LoadOp(address, type_, alignment=alignment)).res

    def store(self, value: SSAValue, address: SSAValue, alignment: int | None = None) -> None:
        self.add(llvm.StoreOp(value, address, alignment=alignment))

    def alloca(self, type_: Attribute, count: int = 1, alignment: int | None = None) -> SSAValue:
        """
        Stack memory of fixed size, in the function's entry: in a loop it is the same memory each time round, since the stack of a
        worker that never returns would grow for ever.
        """
        size = llvm.ConstantOp(IntegerAttr(count, i64), i64)
        space = llvm.AllocaOp(size, type_, alignment=alignment)
        for op in (size, space):
            op.location = self.location
            self._allocas.append(op)
        return space.res

    def call(self, name: str, arguments: Sequence[SSAValue], output: Attribute | None = None) -> SSAValue | None:
        """Call a function of the new module."""
        return self.add(llvm.CallOp(name, arguments, output)).res

    def call_outside(self, name: str, arguments: Sequence[SSAValue], output: Attribute | None = None) -> SSAValue | None:
        """Call a function from outside, declaring it."""
        self.symbols.declare(name, [argument.type for argument in arguments], output)
        return self.call(name, arguments, output)
