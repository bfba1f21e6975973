"""
MLIR's text for the memref ops that have none in xDSL: cast, rank, copy.

Each is a subclass of xDSL's op, so whoever asks for that finds it; `MemRef` is xDSL's dialect with these in the place of theirs.
"""

from __future__ import annotations

from typing import Self

from xdsl.dialects import memref
from xdsl.dialects.builtin import IndexType, MemRefType, UnrankedMemRefType
from xdsl.ir import Attribute, Dialect, Operation
from xdsl.parser import Parser
from xdsl.printer import Printer
from xdsl.utils.exceptions import VerifyException


class CastOp(memref.CastOp):
    """
    The same array under another type: sizes become static, dynamic or (unranked) unknown.

    ```mlir
    %1 = memref.cast %0 : memref<4xf32> to memref<*xf32>
    ```
    """

    @classmethod
    def parse(cls, parser: Parser) -> Self:
        operand = parser.parse_unresolved_operand()
        attributes = parser.parse_optional_attr_dict()
        parser.parse_punctuation(":")
        source = parser.resolve_operand(operand, parser.parse_type())
        parser.parse_keyword("to")
        return cls.create(operands=[source], result_types=[parser.parse_type()], attributes=attributes)

    def print(self, printer: Printer) -> None:
        _print_operands(self, printer)
        printer.print_string(" to ")
        printer.print_attribute(self.dest.type)

    def verify_(self) -> None:
        if not _compatible(self.source.type, self.dest.type):
            raise VerifyException(
                f"'memref.cast' op operand type '{self.source.type}' and result type '{self.dest.type}' are cast incompatible"
            )


def _compatible(source: Attribute, dest: Attribute) -> bool:
    """MLIR's rule, for identity layouts: equal elements, and sizes that can be the same."""
    assert isinstance(source, MemRefType | UnrankedMemRefType) and isinstance(dest, MemRefType | UnrankedMemRefType)
    if source.element_type != dest.element_type or source.memory_space != dest.memory_space:
        return False
    if isinstance(source, UnrankedMemRefType) or isinstance(dest, UnrankedMemRefType):
        return not (isinstance(source, UnrankedMemRefType) and isinstance(dest, UnrankedMemRefType))
    sizes = zip(source.get_shape(), dest.get_shape(), strict=False)
    return source.get_num_dims() == dest.get_num_dims() and all(a == b or a < 0 or b < 0 for a, b in sizes)


class RankOp(memref.RankOp):
    """
    How many dimensions an array has.

    ```mlir
    %rank = memref.rank %0 : memref<4xf32>
    ```
    """

    @classmethod
    def parse(cls, parser: Parser) -> Self:
        operand = parser.parse_unresolved_operand()
        attributes = parser.parse_optional_attr_dict()
        parser.parse_punctuation(":")
        source = parser.resolve_operand(operand, parser.parse_type())
        return cls.create(operands=[source], result_types=[IndexType()], attributes=attributes)

    def print(self, printer: Printer) -> None:
        _print_operands(self, printer)


class CopyOp(memref.CopyOp):
    """
    Copies all elements of an array to another of the same shape.

    ```mlir
    memref.copy %from, %to : memref<4xf32> to memref<4xf32>
    ```
    """

    @classmethod
    def parse(cls, parser: Parser) -> Self:
        source = parser.parse_unresolved_operand()
        parser.parse_punctuation(",")
        destination = parser.parse_unresolved_operand()
        attributes = parser.parse_optional_attr_dict()
        parser.parse_punctuation(":")
        source_type = parser.parse_type()
        parser.parse_keyword("to")
        operands = [parser.resolve_operand(source, source_type), parser.resolve_operand(destination, parser.parse_type())]
        return cls.create(operands=operands, attributes=attributes)

    def print(self, printer: Printer) -> None:
        _print_operands(self, printer)
        printer.print_string(" to ")
        printer.print_attribute(self.destination.type)

    def verify_(self) -> None:
        source, destination = self.source.type, self.destination.type
        if isinstance(source, UnrankedMemRefType) or isinstance(destination, UnrankedMemRefType):
            raise VerifyException("'memref.copy' op: copies of unranked arrays are not supported, cast them to a ranked type")
        if not _compatible(source, destination):
            raise VerifyException(f"'memref.copy' op arrays differ in element type or shape: '{source}' and '{destination}'")


def _print_operands(op: Operation, printer: Printer) -> None:
    printer.print_string(" ")
    printer.print_list(op.operands, printer.print_ssa_value)
    printer.print_op_attributes(op.attributes)
    printer.print_string(" : ")
    printer.print_attribute(op.operands[0].type)


_OURS: dict[str, type[Operation]] = {op.name: op for op in (CastOp, RankOp, CopyOp)}

MemRef = Dialect(
    "memref",
    [_OURS.get(op.name, op) for op in memref.MemRef.operations],
    list(memref.MemRef.attributes),
)
