"""The `llvm` dialect's value ops that xDSL lacks or restricts: casts, comparisons of pointers and vectors, zero, poison, freeze."""

from __future__ import annotations

from abc import ABC
from typing import ClassVar

from xdsl.dialects.builtin import I32, I64, IntegerAttr, IntegerType, UnitAttr, VectorType, i1, i32, i64
from xdsl.dialects.llvm import (
    ALL_FCMP_FLAGS,
    ALL_ICMP_FLAGS,
    FastMathAttr,
    FCmpPredicateFlag,
    ICmpPredicateFlag,
    OverflowAttr,
)
from xdsl.ir import Attribute, Operation, SSAValue
from xdsl.irdl import (
    AnyAttr,
    IRDLOperation,
    ParsePropInAttrDict,
    VarConstraint,
    irdl_op_definition,
    operand_def,
    opt_prop_def,
    prop_def,
    result_def,
    traits_def,
)
from xdsl.parser import Parser
from xdsl.printer import Printer
from xdsl.traits import Pure
from xdsl.utils.exceptions import VerifyException
from xdsl.utils.hints import isa


class CastOp(IRDLOperation, ABC):
    """A value of one type made from a value of another."""

    arg = operand_def()
    res = result_def()
    traits = traits_def(Pure())
    assembly_format = "$arg attr-dict `:` type($arg) `to` type($res)"

    def __init__(self, arg: SSAValue | Operation, result_type: Attribute) -> None:
        super().__init__(operands=[arg], result_types=[result_type])


@irdl_op_definition
class FPToSIOp(CastOp):
    """`llvm.fptosi`: towards zero; poison when the value does not fit."""

    name = "llvm.fptosi"


@irdl_op_definition
class FPToUIOp(CastOp):
    """`llvm.fptoui`: towards zero; poison when the value does not fit."""

    name = "llvm.fptoui"


@irdl_op_definition
class UIToFPOp(CastOp):
    """`llvm.uitofp`, with MLIR's optional `nneg`."""

    name = "llvm.uitofp"
    nonNeg = opt_prop_def(UnitAttr)
    assembly_format = "(`nneg` $nonNeg^)? $arg attr-dict `:` type($arg) `to` type($res)"


@irdl_op_definition
class IntToPtrOp(CastOp):
    """`llvm.inttoptr`, to any address space."""

    name = "llvm.inttoptr"


@irdl_op_definition
class PtrToIntOp(CastOp):
    """`llvm.ptrtoint`, from any address space."""

    name = "llvm.ptrtoint"


@irdl_op_definition
class TruncOp(IRDLOperation):
    """`llvm.trunc`, with MLIR's integer overflow flags."""

    name = "llvm.trunc"

    arg = operand_def()
    res = result_def()
    overflowFlags = prop_def(IntegerAttr[I32], default_value=IntegerAttr(0, i32))
    traits = traits_def(Pure())

    def __init__(self, arg: SSAValue | Operation, result_type: Attribute) -> None:
        super().__init__(operands=[arg], result_types=[result_type])

    def verify_(self) -> None:
        source, target = self.arg.type, self.res.type
        if isa(source, IntegerType) and isa(target, IntegerType) and source.width.data <= target.width.data:
            raise VerifyException(f"llvm.trunc: expected a type narrower than {source}, got {target}")

    def print(self, printer: Printer) -> None:
        printer.print_string(" ")
        printer.print_ssa_value(self.arg)
        OverflowAttr.from_int(self.overflowFlags.value.data).print(printer)
        printer.print_op_attributes(self.attributes)
        printer.print_string(" : ")
        printer.print_attribute(self.arg.type)
        printer.print_string(" to ")
        printer.print_attribute(self.res.type)

    @classmethod
    def parse(cls, parser: Parser) -> TruncOp:
        arg = parser.parse_unresolved_operand()
        flags = OverflowAttr.parse(parser).to_int()
        attributes = parser.parse_optional_attr_dict()
        parser.parse_punctuation(":")
        arg_type = parser.parse_type()
        parser.parse_keyword("to")
        op = cls(parser.resolve_operand(arg, arg_type), parser.parse_type())
        op.properties["overflowFlags"] = IntegerAttr(flags, i32)
        op.attributes |= attributes
        return op


def _truth_type(operand: Attribute) -> Attribute:
    return VectorType(i1, operand.shape) if isa(operand, VectorType) else i1


class _CompareOp(IRDLOperation, ABC):
    lhs = operand_def()
    rhs = operand_def()
    res = result_def()
    predicate = prop_def(IntegerAttr[I64])
    traits = traits_def(Pure())

    def verify_(self) -> None:
        if self.lhs.type != self.rhs.type:
            raise VerifyException(f"{self.name}: expected operands of one type, got {self.lhs.type} and {self.rhs.type}")
        if self.res.type != (expected := _truth_type(self.lhs.type)):
            raise VerifyException(f"{self.name}: expected a result of type {expected}, got {self.res.type}")


@irdl_op_definition
class ICmpOp(_CompareOp):
    """`llvm.icmp` on integers, pointers and vectors of them."""

    name = "llvm.icmp"

    def __init__(self, predicate: str, lhs: SSAValue | Operation, rhs: SSAValue | Operation) -> None:
        number = ALL_ICMP_FLAGS.index(ICmpPredicateFlag(predicate))
        super().__init__(
            operands=[lhs, rhs],
            result_types=[_truth_type(SSAValue.get(lhs).type)],
            properties={"predicate": IntegerAttr(number, i64)},
        )

    def print(self, printer: Printer) -> None:
        printer.print_string(f' "{ALL_ICMP_FLAGS[self.predicate.value.data]}" ')
        printer.print_list(self.operands, printer.print_ssa_value)
        printer.print_op_attributes(self.attributes)
        printer.print_string(" : ")
        printer.print_attribute(self.lhs.type)

    @classmethod
    def parse(cls, parser: Parser) -> ICmpOp:
        predicate, (lhs, rhs), attributes = _parse_compare(parser)
        op = cls(predicate, lhs, rhs)
        op.attributes |= attributes
        return op


@irdl_op_definition
class FCmpOp(_CompareOp):
    """`llvm.fcmp` on floats and vectors of them, fast-math flags kept."""

    name = "llvm.fcmp"
    fastmathFlags = prop_def(FastMathAttr, default_value=FastMathAttr(None))

    def __init__(
        self,
        predicate: str,
        lhs: SSAValue | Operation,
        rhs: SSAValue | Operation,
        fastmath: FastMathAttr | None = None,
    ) -> None:
        number = ALL_FCMP_FLAGS.index(FCmpPredicateFlag(predicate))
        super().__init__(
            operands=[lhs, rhs],
            result_types=[_truth_type(SSAValue.get(lhs).type)],
            properties={"predicate": IntegerAttr(number, i64), "fastmathFlags": fastmath or FastMathAttr(None)},
        )

    def print(self, printer: Printer) -> None:
        printer.print_string(f' "{ALL_FCMP_FLAGS[self.predicate.value.data]}" ')
        printer.print_list(self.operands, printer.print_ssa_value)
        flags = {"fastmathFlags": self.fastmathFlags} if self.fastmathFlags.data else {}
        printer.print_op_attributes(flags | self.attributes)
        printer.print_string(" : ")
        printer.print_attribute(self.lhs.type)

    @classmethod
    def parse(cls, parser: Parser) -> FCmpOp:
        predicate, (lhs, rhs), attributes = _parse_compare(parser)
        flags = attributes.pop("fastmathFlags", None)
        op = cls(predicate, lhs, rhs, flags if isinstance(flags, FastMathAttr) else None)
        op.attributes |= attributes
        return op


def _parse_compare(parser: Parser) -> tuple[str, list[SSAValue], dict[str, Attribute]]:
    predicate = parser.parse_str_literal()
    position = parser.pos
    lhs = parser.parse_unresolved_operand()
    parser.parse_punctuation(",")
    rhs = parser.parse_unresolved_operand()
    attributes = parser.parse_optional_attr_dict()
    parser.parse_punctuation(":")
    operand_type = parser.parse_type()
    if predicate not in list(ICmpPredicateFlag) and predicate not in list(FCmpPredicateFlag):
        parser.raise_error(f"unknown comparison predicate '{predicate}'", position)
    return predicate, list(parser.resolve_operands([lhs, rhs], [operand_type] * 2, parser.pos)), attributes


class _ConstantLikeOp(IRDLOperation, ABC):
    res = result_def()
    traits = traits_def(Pure())
    assembly_format = "attr-dict `:` type($res)"

    def __init__(self, result_type: Attribute) -> None:
        super().__init__(result_types=[result_type])


@irdl_op_definition
class ZeroOp(_ConstantLikeOp):
    """`llvm.mlir.zero`: the all-zero value of any type (a null pointer, `zeroinitializer`)."""

    name = "llvm.mlir.zero"


@irdl_op_definition
class PoisonOp(_ConstantLikeOp):
    """`llvm.mlir.poison`."""

    name = "llvm.mlir.poison"


@irdl_op_definition
class FreezeOp(IRDLOperation):
    """`llvm.freeze`: some fixed value where the operand is poison."""

    name = "llvm.freeze"

    T: ClassVar = VarConstraint("T", AnyAttr())
    val = operand_def(T)
    res = result_def(T)
    traits = traits_def(Pure())
    assembly_format = "$val attr-dict `:` type($val)"

    def __init__(self, val: SSAValue | Operation) -> None:
        super().__init__(operands=[val], result_types=[SSAValue.get(val).type])


@irdl_op_definition
class SelectOp(IRDLOperation):
    """`llvm.select`, with a scalar or a vector condition."""

    name = "llvm.select"

    T: ClassVar = VarConstraint("T", AnyAttr())
    condition = operand_def()
    trueValue = operand_def(T)
    falseValue = operand_def(T)
    res = result_def(T)
    fastmathFlags = prop_def(FastMathAttr, default_value=FastMathAttr(None))
    traits = traits_def(Pure())
    assembly_format = "$condition `,` $trueValue `,` $falseValue attr-dict `:` type($condition) `,` type($res)"
    irdl_options = (ParsePropInAttrDict(),)

    def __init__(self, condition: SSAValue | Operation, true: SSAValue | Operation, false: SSAValue | Operation) -> None:
        super().__init__(operands=[condition, true, false], result_types=[SSAValue.get(true).type])


@irdl_op_definition
class ExtractElementOp(IRDLOperation):
    """`llvm.extractelement`: one element of a vector."""

    name = "llvm.extractelement"

    T: ClassVar = VarConstraint("T", AnyAttr())
    vector = operand_def(VectorType.constr(T))
    position = operand_def(IntegerType)
    res = result_def(T)
    traits = traits_def(Pure())
    assembly_format = "$vector `[` $position `:` type($position) `]` attr-dict `:` type($vector)"

    def __init__(self, vector: SSAValue | Operation, position: SSAValue | Operation) -> None:
        vector_type = SSAValue.get(vector).type
        assert isa(vector_type, VectorType)
        super().__init__(operands=[vector, position], result_types=[vector_type.element_type])
