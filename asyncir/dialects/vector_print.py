"""
`vector.print` with MLIR's text: how programs for MLIR's CPU runtime write to standard output.

A dialect object of its own under the name `vector`: xDSL's op takes a value only and has no text, and loading the rest of that
dialect costs every start of the tool.
"""

from __future__ import annotations

from xdsl.dialects.builtin import AnyFloat, IndexType, IntegerType, StringAttr
from xdsl.dialects.utils import EnumAttribute
from xdsl.ir import Attribute, Dialect, OpaqueSyntaxAttribute, SSAValue
from xdsl.irdl import (
    IRDLOperation,
    irdl_attr_definition,
    irdl_op_definition,
    opt_operand_def,
    opt_prop_def,
    prop_def,
    traits_def,
)
from xdsl.parser import Parser
from xdsl.printer import Printer
from xdsl.traits import EffectInstance, MemoryEffect, MemoryEffectKind
from xdsl.utils.exceptions import VerifyException
from xdsl.utils.str_enum import StrEnum


class Punctuation(StrEnum):
    """What is written behind a value: `no_punctuation` is nothing, `open` and `close` are "( " and " )"."""

    NO_PUNCTUATION = "no_punctuation"
    NEWLINE = "newline"
    COMMA = "comma"
    OPEN = "open"
    CLOSE = "close"


@irdl_attr_definition
class PunctuationAttr(EnumAttribute[Punctuation], OpaqueSyntaxAttribute):
    """`#vector.punctuation<comma>`"""

    name = "vector.punctuation"

    @classmethod
    def parse_parameter(cls, parser: Parser) -> Punctuation:  # pyright: ignore[reportIncompatibleMethodOverride]
        with parser.in_angle_brackets():
            return parser.parse_str_enum(Punctuation)

    def print_parameter(self, printer: Printer) -> None:
        printer.print_string(f"<{self.data}>")


class _Output(MemoryEffect):
    """Writes to the launch's output: never removed, never moved over another effect."""

    @classmethod
    def get_effects(cls, op: object) -> set[EffectInstance]:  # pyright: ignore[reportIncompatibleMethodOverride]
        return {EffectInstance(MemoryEffectKind.READ), EffectInstance(MemoryEffectKind.WRITE)}


@irdl_op_definition
class PrintOp(IRDLOperation):
    """
    Writes a scalar, a string or punctuation.

    ```mlir
    vector.print %x : f32
    vector.print %x : f32 punctuation <comma>
    vector.print str "text"
    vector.print punctuation <newline>
    ```
    """

    name = "vector.print"
    source = opt_operand_def()
    punctuation = prop_def(PunctuationAttr, default_value=PunctuationAttr(Punctuation.NEWLINE))
    string = opt_prop_def(StringAttr, prop_name="stringLiteral")
    traits = traits_def(_Output())

    def __init__(self, source: SSAValue | None = None, *, string: str | None = None, punctuation: Punctuation = Punctuation.NEWLINE):
        super().__init__(
            operands=[[] if source is None else [source]],
            properties={
                "punctuation": PunctuationAttr(punctuation),
                "stringLiteral": None if string is None else StringAttr(string),
            },
        )

    @classmethod
    def parse(cls, parser: Parser) -> PrintOp:
        operand = parser.parse_optional_unresolved_operand()
        source = None
        if operand is not None:
            parser.parse_punctuation(":")
            source = parser.resolve_operand(operand, parser.parse_type())
        string = parser.parse_str_literal() if parser.parse_optional_keyword("str") else None
        punctuation = Punctuation.NEWLINE
        if parser.parse_optional_keyword("punctuation"):
            punctuation = PunctuationAttr.parse_parameter(parser)
        op = cls(source, string=string, punctuation=punctuation)
        op.attributes |= parser.parse_optional_attr_dict()
        return op

    def print(self, printer: Printer) -> None:
        if self.source is not None:
            printer.print_string(" ")
            printer.print_ssa_value(self.source)
            printer.print_string(" : ")
            printer.print_attribute(self.source.type)
        if self.string is not None:
            printer.print_string(" str ")
            printer.print_attribute(self.string)
        if self.punctuation.data is not Punctuation.NEWLINE:
            printer.print_string(" punctuation ")
            self.punctuation.print_parameter(printer)
        printer.print_op_attributes(self.attributes)

    def verify_(self) -> None:
        if self.string is not None and (self.source is not None or self.punctuation.data is not Punctuation.NEWLINE):
            raise VerifyException("'vector.print' op failed to verify that `source` or `punctuation` are not set when printing strings")
        if self.source is not None and not _is_scalar(self.source.type):
            raise VerifyException(f"'vector.print' op operand must be an integer, index or float, but got '{self.source.type}'")


def _is_scalar(type_: Attribute) -> bool:
    return isinstance(type_, IntegerType | IndexType | AnyFloat)


Vector = Dialect("vector", [PrintOp], [PunctuationAttr])
