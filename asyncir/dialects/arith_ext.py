"""
xDSL's `arith` with what it lacks of MLIR's: remf, index_castui, and the words `exact`, `overflow` and `fastmath` where it reads none.

The words are promises of the program (an exact quotient, no overflow, a result that may be contracted); they are kept as
attributes under the name of MLIR's property, see `mlir_literals.PROMISES`.
"""

from __future__ import annotations

from typing import Self

from xdsl.dialects import arith
from xdsl.dialects.builtin import IndexType, IntegerType, UnitAttr
from xdsl.ir import Attribute, Operation, SSAValue
from xdsl.irdl import IRDLOperation, base, irdl_op_definition, operand_def, result_def, traits_def
from xdsl.parser import Parser
from xdsl.traits import Pure
from xdsl.utils.exceptions import VerifyException

from asyncir.dialects.extend import extended


@irdl_op_definition
class RemFOp(arith.FloatingPointLikeBinaryOperation):
    """
    The remainder of a division that rounds towards zero, with the sign of the dividend, as C's fmod.

    ```mlir
    %r = arith.remf %a, %b : f32
    ```
    """

    name = "arith.remf"
    traits = traits_def(Pure())


@irdl_op_definition
class IndexCastUIOp(IRDLOperation):
    """
    An index as an integer or an integer as an index; a widening one fills with zeros.

    ```mlir
    %i = arith.index_castui %a : i32 to index
    ```
    """

    name = "arith.index_castui"
    input = operand_def(base(IntegerType) | base(IndexType))
    result = result_def(base(IntegerType) | base(IndexType))
    traits = traits_def(Pure())
    assembly_format = "$input attr-dict `:` type($input) `to` type($result)"

    def __init__(self, input: SSAValue | Operation, type_: Attribute):
        super().__init__(operands=[input], result_types=[type_])

    def verify_(self) -> None:
        if isinstance(self.input.type, IndexType) == isinstance(self.result.type, IndexType):
            raise VerifyException(
                f"'arith.index_castui' op operand type '{self.input.type}' and result type '{self.result.type}' are cast incompatible"
            )


class _ExactOp(arith.SignlessIntegerBinaryOperation):
    """Reads `%a, %b exact : i32`."""

    @classmethod
    def parse(cls, parser: Parser) -> Self:
        lhs = parser.parse_unresolved_operand()
        parser.parse_punctuation(",")
        rhs = parser.parse_unresolved_operand()
        attributes: dict[str, Attribute] = {"isExact": UnitAttr()} if parser.parse_optional_keyword("exact") else {}
        attributes |= parser.parse_optional_attr_dict()
        parser.parse_punctuation(":")
        type_ = parser.parse_type()
        operands = [parser.resolve_operand(lhs, type_), parser.resolve_operand(rhs, type_)]
        return cls.create(operands=operands, result_types=[type_], attributes=attributes)


class DivUIOp(_ExactOp, arith.DivUIOp):
    """`arith.divui`"""


class DivSIOp(_ExactOp, arith.DivSIOp):
    """`arith.divsi`"""


class ShRUIOp(_ExactOp, arith.ShRUIOp):
    """`arith.shrui`"""


class ShRSIOp(_ExactOp, arith.ShRSIOp):
    """`arith.shrsi`"""


class _CastOp(IRDLOperation):
    """Reads `%a fastmath<...> overflow<...> : type to type`."""

    @classmethod
    def parse(cls, parser: Parser) -> Self:
        operand = parser.parse_unresolved_operand()
        attributes: dict[str, Attribute] = {}
        if parser.parse_optional_keyword("fastmath"):
            attributes["fastmath"] = arith.FastMathFlagsAttr(arith.FastMathFlagsAttr.parse_parameter(parser))
        if parser.parse_optional_keyword("overflow"):
            attributes["overflowFlags"] = arith.IntegerOverflowAttr(arith.IntegerOverflowAttr.parse_parameter(parser))
        attributes |= parser.parse_optional_attr_dict()
        parser.parse_punctuation(":")
        value = parser.resolve_operand(operand, parser.parse_type())
        parser.parse_keyword("to")
        return cls.create(operands=[value], result_types=[parser.parse_type()], attributes=attributes)


class ExtFOp(_CastOp, arith.ExtFOp):
    """`arith.extf`"""


class TruncFOp(_CastOp, arith.TruncFOp):
    """`arith.truncf`"""


class TruncIOp(_CastOp, arith.TruncIOp):
    """`arith.trunci`"""


Arith = extended(
    arith.Arith,
    [RemFOp, IndexCastUIOp, DivUIOp, DivSIOp, ShRUIOp, ShRSIOp, ExtFOp, TruncFOp, TruncIOp],
    [arith.ArithConstantMaterializationInterface()],
)
