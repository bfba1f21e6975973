"""
MLIR's text for more ops of `memref` that have none in xDSL: global, atomic_rmw, memory_space_cast,
extract_aligned_pointer_as_index. Each is a subclass of xDSL's; together with memref_text.py they make `MemRef`.
"""

from __future__ import annotations

from typing import Self

from xdsl.dialects import memref
from xdsl.dialects.builtin import (
    DenseIntOrFPElementsAttr,
    IndexType,
    IntegerAttr,
    MemRefType,
    StringAttr,
    TensorType,
    UnitAttr,
    i64,
)
from xdsl.ir import Attribute
from xdsl.irdl import irdl_op_definition, opt_prop_def, prop_def
from xdsl.parser import Parser
from xdsl.printer import Printer
from xdsl.utils.bitwise_casts import is_power_of_two
from xdsl.utils.exceptions import VerifyException

from asyncir.dialects import memref_text
from asyncir.dialects.extend import extended

RMW_KINDS = (
    "addf", "addi", "andi", "assign", "maximumf", "maxnumf", "maxs", "maxu",
    "minimumf", "minnumf", "mins", "minu", "mulf", "muli", "ori", "xori",
)  # fmt: skip
"""What `memref.atomic_rmw` does with the element and its operand, by MLIR's numbers."""


@irdl_op_definition
class GlobalOp(memref.GlobalOp):
    """
    An array that lives as long as the program, initialised or not.

    ```mlir
    memref.global "private" constant @table : memref<2xf32> = dense<[1.0, 2.0]> {alignment = 64 : i64}
    memref.global @scratch : memref<4xf32> = uninitialized
    ```
    """

    # Redefined, as MLIR has them: no visibility is public, no initial value is another module's array.
    sym_name = prop_def(StringAttr)
    sym_visibility = opt_prop_def(StringAttr)  # pyright: ignore[reportAssignmentType, reportIncompatibleVariableOverride]
    type = prop_def(MemRefType)
    initial_value = opt_prop_def(UnitAttr | DenseIntOrFPElementsAttr)  # pyright: ignore[reportAssignmentType, reportIncompatibleVariableOverride]
    constant = opt_prop_def(UnitAttr)
    alignment = opt_prop_def(IntegerAttr)

    @classmethod
    def parse(cls, parser: Parser) -> Self:
        properties: dict[str, Attribute] = {}
        if (visibility := parser.parse_optional_str_literal()) is not None:
            properties["sym_visibility"] = StringAttr(visibility)
        if parser.parse_optional_keyword("constant"):
            properties["constant"] = UnitAttr()
        properties["sym_name"] = parser.parse_symbol_name()
        parser.parse_punctuation(":")
        properties["type"] = type_ = parser.parse_type()
        if parser.parse_optional_punctuation("="):
            properties["initial_value"] = _parse_initial_value(parser, type_)
        attributes = parser.parse_optional_attr_dict()
        if "alignment" in attributes:
            properties["alignment"] = attributes.pop("alignment")
        return cls.create(properties=properties, attributes=attributes)

    def print(self, printer: Printer) -> None:
        if self.sym_visibility is not None:
            printer.print_string(" ")
            printer.print_attribute(self.sym_visibility)
        if self.constant is not None:
            printer.print_string(" constant")
        printer.print_string(" ")
        printer.print_symbol_name(self.sym_name.data)
        printer.print_string(" : ")
        printer.print_attribute(self.type)
        match self.initial_value:
            case None:
                pass
            case UnitAttr():
                printer.print_string(" = uninitialized")
            case value:
                printer.print_string(" = ")
                value.print_without_type(printer)
        alignment: dict[str, Attribute] = {} if self.alignment is None else {"alignment": self.alignment}
        printer.print_op_attributes(self.attributes | alignment)

    def verify_(self) -> None:
        if self.initial_value is None:
            raise VerifyException(
                "'memref.global' op: an array of another module is not supported, write '= uninitialized' for one without values"
            )
        type_, value = self.type, self.initial_value
        if isinstance(value, DenseIntOrFPElementsAttr) and value.type != _tensor_of(type_):
            raise VerifyException(f"'memref.global' op initial value expected to be of type '{_tensor_of(type_)}', but was '{value.type}'")
        if self.alignment is not None and not is_power_of_two(self.alignment.value.data):
            raise VerifyException(f"'memref.global' op alignment {self.alignment.value.data} is not a power of 2")


def _tensor_of(type_: MemRefType[Attribute]) -> TensorType[Attribute]:
    return TensorType(type_.element_type, type_.get_shape())


def _parse_initial_value(parser: Parser, type_: Attribute) -> Attribute:
    if parser.parse_optional_keyword("uninitialized"):
        return UnitAttr()
    parser.parse_keyword("dense")
    if not isinstance(type_, MemRefType):
        parser.raise_error(f"'memref.global' op type must be a memref, not {type_}")
    return parser.parse_dense_int_or_fp_elements_attr(_tensor_of(type_))  # pyright: ignore[reportArgumentType]


class AtomicRMWOp(memref.AtomicRMWOp):
    """
    Replaces an element by what it and a value make, in one step, and gives the old element.

    ```mlir
    %old = memref.atomic_rmw addi %v, %m[%i] : (i32, memref<4xi32>) -> i32
    ```
    """

    @classmethod
    def parse(cls, parser: Parser) -> Self:
        position = parser.pos
        word = parser.parse_identifier()
        if word not in RMW_KINDS:
            parser.raise_error(f"unknown kind '{word}' of 'memref.atomic_rmw': {', '.join(RMW_KINDS)}", position)
        value = parser.parse_unresolved_operand()
        parser.parse_punctuation(",")
        array = parser.parse_unresolved_operand()
        indices = parser.parse_comma_separated_list(parser.Delimiter.SQUARE, parser.parse_unresolved_operand)
        attributes = parser.parse_optional_attr_dict()
        parser.parse_punctuation(":")
        type_ = parser.parse_function_type()
        types = [*type_.inputs, *[IndexType() for _ in indices]]
        operands = parser.resolve_operands([value, array, *indices], types, position)
        kind = IntegerAttr(RMW_KINDS.index(word), i64)
        return cls.create(operands=operands, result_types=list(type_.outputs), properties={"kind": kind}, attributes=attributes)

    def print(self, printer: Printer) -> None:
        printer.print_string(f" {RMW_KINDS[self.kind.value.data]} ")
        printer.print_ssa_value(self.value)
        printer.print_string(", ")
        printer.print_ssa_value(self.memref)
        printer.print_string("[")
        printer.print_list(self.indices, printer.print_ssa_value)
        printer.print_string("]")
        printer.print_op_attributes(self.attributes)
        printer.print_string(" : ")
        printer.print_function_type([self.value.type, self.memref.type], [self.result.type])

    def verify_(self) -> None:
        super().verify_()
        type_ = self.memref.type
        assert isinstance(type_, MemRefType)
        if not 0 <= self.kind.value.data < len(RMW_KINDS):
            raise VerifyException(f"'memref.atomic_rmw' op has no kind {self.kind.value.data}")
        if len(self.indices) != type_.get_num_dims():
            raise VerifyException(f"'memref.atomic_rmw' op expects {type_.get_num_dims()} indices, got {len(self.indices)}")


class MemorySpaceCastOp(memref.MemorySpaceCastOp):
    """
    The same array with its address in another memory space.

    ```mlir
    %1 = memref.memory_space_cast %0 : memref<4xf32, 1> to memref<4xf32>
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
        _print_typed(self, printer)
        printer.print_string(" to ")
        printer.print_attribute(self.dest.type)


class ExtractAlignedPointerAsIndexOp(memref.ExtractAlignedPointerAsIndexOp):
    """
    The address of an array's first element as a number.

    ```mlir
    %1 = memref.extract_aligned_pointer_as_index %0 : memref<4xf32> -> index
    ```
    """

    @classmethod
    def parse(cls, parser: Parser) -> Self:
        operand = parser.parse_unresolved_operand()
        attributes = parser.parse_optional_attr_dict()
        parser.parse_punctuation(":")
        source = parser.resolve_operand(operand, parser.parse_type())
        parser.parse_punctuation("->")
        return cls.create(operands=[source], result_types=[parser.parse_type()], attributes=attributes)

    def print(self, printer: Printer) -> None:
        _print_typed(self, printer)
        printer.print_string(" -> ")
        printer.print_attribute(self.aligned_pointer.type)


def _print_typed(op: memref.MemorySpaceCastOp | memref.ExtractAlignedPointerAsIndexOp, printer: Printer) -> None:
    printer.print_string(" ")
    printer.print_ssa_value(op.source)
    printer.print_op_attributes(op.attributes)
    printer.print_string(" : ")
    printer.print_attribute(op.source.type)


MemRef = extended(memref_text.MemRef, [GlobalOp, AtomicRMWOp, MemorySpaceCastOp, ExtractAlignedPointerAsIndexOp])
