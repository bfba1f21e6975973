"""Appending operations to blocks, each with the place in the Python source that it comes from."""

from __future__ import annotations

import ast
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from typing import TypeVar

from xdsl.dialects import arith
from xdsl.dialects.builtin import UNKNOWN_LOC, AnyFloat, FloatAttr, IndexType, IntegerAttr, IntegerType, LocationAttr, i1, i32, i64
from xdsl.ir import Attribute, Block, Operation, SSAValue

from asyncir.dialects.locations import to_attribute
from asyncir_python.compile.source import Source

OpT = TypeVar("OpT", bound=Operation)
INDEX = IndexType()


class Builder:
    """Where operations go, and the place that they are given."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.block: Block = Block()
        self.location: LocationAttr = UNKNOWN_LOC

    @contextmanager
    def at(self, node: ast.AST) -> Generator[None]:
        """Operations made inside come from this node."""
        before = self.location
        if hasattr(node, "lineno"):
            self.location = to_attribute(self.source.location(node))
        try:
            yield
        finally:
            self.location = before

    def add(self, op: OpT) -> OpT:
        """Appends an operation."""
        op.location = self.location
        self.block.add_op(op)
        return op

    def value(self, op: Operation) -> SSAValue:
        """Appends an operation that has one result, and gives that."""
        return self.add(op).results[0]

    def new_block(self, types: Sequence[Attribute] = ()) -> Block:
        """A block that stands nowhere yet, whose arguments have the current place."""
        block = Block(arg_types=types)
        for argument in block.args:
            argument.location = self.location
        return block

    def constant(self, value: bool | int | float, type_: Attribute) -> SSAValue:
        """A scalar constant; integers are taken modulo their width."""
        if isinstance(type_, IndexType):
            return self.value(arith.ConstantOp(IntegerAttr(int(value), INDEX)))
        if isinstance(type_, IntegerType):
            bits = int(value) & ((1 << type_.width.data) - 1)
            signed = bits - (1 << type_.width.data) if bits >> (type_.width.data - 1) and type_.width.data > 1 else bits
            return self.value(arith.ConstantOp(IntegerAttr(signed, type_)))
        assert isinstance(type_, AnyFloat)
        return self.value(arith.ConstantOp(FloatAttr(float(value), type_)))

    def boolean(self, value: bool) -> SSAValue:
        return self.constant(value, i1)

    def int32(self, value: int) -> SSAValue:
        return self.constant(value, i32)

    def int64(self, value: int) -> SSAValue:
        return self.constant(value, i64)

    def index(self, value: SSAValue | int) -> SSAValue:
        """A value of an integer type, or a constant, as an index."""
        if isinstance(value, int):
            return self.constant(value, INDEX)
        return value if isinstance(value.type, IndexType) else self.value(arith.IndexCastOp(value, INDEX))

    def from_index(self, value: SSAValue) -> SSAValue:
        """An index as an i64."""
        return self.value(arith.IndexCastOp(value, i64))

    def opposite(self, condition: SSAValue) -> SSAValue:
        """`not condition`, of an i1."""
        return self.value(arith.XOrIOp(condition, self.boolean(True)))

    def compare(self, predicate: str, left: SSAValue, right: SSAValue) -> SSAValue:
        """`arith.cmpi`: eq, ne, slt, sle, sgt, sge, ult, ule, ugt, uge."""
        return self.value(arith.CmpiOp(left, right, predicate))
