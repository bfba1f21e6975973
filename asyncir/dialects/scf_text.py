"""
`scf.while` as MLIR prints it where it carries no values: `scf.while : () -> () {`. xDSL's reads it with `()` only.

A subclass of xDSL's op, so whoever asks for that finds it; `Scf` is xDSL's dialect with this op in the place of theirs.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Self

from xdsl.dialects import scf
from xdsl.ir import Attribute, Dialect, Operation, SSAValue
from xdsl.parser import Parser, UnresolvedOperand
from xdsl.printer import Printer
from xdsl.utils.exceptions import VerifyException

_Assignment = tuple[Parser.UnresolvedArgument, UnresolvedOperand]


class WhileOp(scf.WhileOp):
    """
    A loop: the first region decides and computes what it passes on, the second computes what the next turn starts from.

    ```mlir
    %r = scf.while (%x = %start) : (i32) -> i32 {
      scf.condition(%more) %x : i32
    } do {
    ^bb0(%y: i32):
      scf.yield %y : i32
    }
    ```
    """

    @classmethod
    def parse(cls, parser: Parser) -> Self:
        def parse_assignment() -> _Assignment:
            argument = parser.parse_argument(expect_type=False)
            parser.parse_punctuation("=")
            return argument, parser.parse_unresolved_operand()

        pairs = parser.parse_optional_comma_separated_list(parser.Delimiter.PAREN, parse_assignment) or []
        parser.parse_punctuation(":")
        position = parser.pos
        type_ = parser.parse_function_type()
        operands = parser.resolve_operands([operand for _, operand in pairs], type_.inputs.data, position)
        arguments = [argument.resolve(type_) for (argument, _), type_ in zip(pairs, type_.inputs.data, strict=True)]
        before = parser.parse_region(arguments)
        parser.parse_keyword("do")
        op = cls(operands, type_.outputs.data, before, parser.parse_region())
        attributes = parser.parse_optional_attr_dict_with_keyword()
        if attributes is not None:
            op.attributes |= attributes.data
        return op

    def print(self, printer: Printer) -> None:
        if self.arguments:
            printer.print_string(" (")
            pairs = list(zip(self.before_region.block.args, self.arguments, strict=True))
            printer.print_list(pairs, lambda pair: _print_assignment(printer, *pair))
            printer.print_string(")")
        printer.print_string(" : ")
        printer.print_function_type([value.type for value in self.arguments], [value.type for value in self.res])
        printer.print_string(" ")
        printer.print_region(self.before_region, print_entry_block_args=False)
        printer.print_string(" do ")
        printer.print_region(self.after_region)
        printer.print_op_attributes(self.attributes, print_keyword=True)

    def verify_(self) -> None:
        before, after = self.before_region.block, self.after_region.block
        _require_same("operand", self.arguments, "argument of its first region", before.args)
        _require_same("result", self.res, "argument of its second region", after.args)
        if isinstance(before.last_op, scf.ConditionOp):
            _require_same("value of its 'scf.condition'", before.last_op.operands[1:], "result", self.res)
        if isinstance(after.last_op, scf.YieldOp):
            _require_same("value of its 'scf.yield'", after.last_op.operands, "operand", self.arguments)


def _print_assignment(printer: Printer, argument: SSAValue, operand: SSAValue) -> None:
    printer.print_ssa_value(argument)
    printer.print_string(" = ")
    printer.print_ssa_value(operand)


def _require_same(what: str, values: Sequence[SSAValue], expected: str, others: Sequence[SSAValue]) -> None:
    got: list[Attribute] = [value.type for value in values]
    wanted: list[Attribute] = [value.type for value in others]
    if got != wanted:
        raise VerifyException(
            f"'scf.while' op {what} types ({', '.join(map(str, got))}) differ from the {expected} types ({', '.join(map(str, wanted))})"
        )


_OPERATIONS: list[type[Operation]] = [WhileOp if op.name == WhileOp.name else op for op in scf.Scf.operations]

Scf = Dialect("scf", _OPERATIONS, list(scf.Scf.attributes))
