"""
`linalg.fill` on an array, with MLIR's text: the one op of `linalg` that programs for MLIR's CPU runtime use.

A dialect object of its own under the name `linalg`: xDSL's takes long to load, and nothing else of it has a meaning in a task.
"""

from __future__ import annotations

from xdsl.dialects.builtin import MemRefType
from xdsl.ir import Block, Dialect, Region, SSAValue
from xdsl.irdl import (
    AttrSizedOperandSegments,
    IRDLOperation,
    irdl_op_definition,
    operand_def,
    region_def,
    traits_def,
    var_operand_def,
)
from xdsl.parser import Parser
from xdsl.printer import Printer
from xdsl.traits import IsTerminator, MemoryReadEffect, MemoryWriteEffect
from xdsl.utils.exceptions import VerifyException


@irdl_op_definition
class YieldOp(IRDLOperation):
    """Ends the region that every structured op has; visible in generic form only."""

    name = "linalg.yield"
    values = var_operand_def()
    assembly_format = "attr-dict ($values^ `:` type($values))?"
    traits = traits_def(IsTerminator())

    def __init__(self, value: SSAValue):
        super().__init__(operands=[[value]])


@irdl_op_definition
class FillOp(IRDLOperation):
    """
    Writes a value to all elements of an array.

    ```mlir
    linalg.fill ins(%value : f32) outs(%array : memref<?xf32>)
    ```
    """

    name = "linalg.fill"
    value = operand_def()
    output = operand_def(MemRefType)
    region = region_def("single_block")
    irdl_options = (AttrSizedOperandSegments(as_property=True),)
    traits = traits_def(MemoryReadEffect(), MemoryWriteEffect())

    def __init__(self, value: SSAValue, output: SSAValue):
        type_ = output.type
        element = type_.element_type if isinstance(type_, MemRefType) else value.type
        body = Block(arg_types=[value.type, element])
        body.add_op(YieldOp(body.args[0]))
        super().__init__(operands=[value, output], regions=[Region(body)])

    @classmethod
    def parse(cls, parser: Parser) -> FillOp:
        attributes = parser.parse_optional_attr_dict()
        value = _parse_one(parser, "ins")
        output = _parse_one(parser, "outs")
        op = cls(value, output)
        op.attributes |= attributes
        return op

    def print(self, printer: Printer) -> None:
        printer.print_op_attributes(self.attributes)
        for keyword, value in (("ins", self.value), ("outs", self.output)):
            printer.print_string(f" {keyword}(")
            printer.print_ssa_value(value)
            printer.print_string(" : ")
            printer.print_attribute(value.type)
            printer.print_string(")")

    def verify_(self) -> None:
        type_ = self.output.type
        assert isinstance(type_, MemRefType)
        if self.value.type != type_.element_type:
            raise VerifyException(
                f"'linalg.fill' op expected fill value type ('{self.value.type}') to match output element type ('{type_.element_type}')"
            )


def _parse_one(parser: Parser, keyword: str) -> SSAValue:
    parser.parse_keyword(keyword)
    parser.parse_punctuation("(")
    operand = parser.parse_unresolved_operand()
    parser.parse_punctuation(":")
    value = parser.resolve_operand(operand, parser.parse_type())
    parser.parse_punctuation(")")
    return value


Linalg = Dialect("linalg", [FillOp, YieldOp], [])
