"""
MLIR's text for the ops of `scf` that have none in xDSL or print what MLIR does not read: parallel, reduce, execute_region,
index_switch. Each is a subclass of xDSL's; together with scf_text.py they make `Scf`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Self

from xdsl.dialects import scf
from xdsl.dialects.builtin import IndexType, UnitAttr
from xdsl.ir import Attribute, Block, Region, SSAValue
from xdsl.parser import Parser, UnresolvedOperand
from xdsl.printer import Printer
from xdsl.traits import SingleBlockImplicitTerminator, ensure_terminator

from asyncir.dialects import scf_text
from asyncir.dialects.extend import extended


class ParallelOp(scf.ParallelOp):
    """
    Loops whose turns are independent of each other.

    ```mlir
    scf.parallel (%i, %j) = (%c0, %c0) to (%n, %m) step (%c1, %c1) {
      scf.reduce
    }
    ```
    """

    @classmethod
    def parse(cls, parser: Parser) -> Self:
        variables = parser.parse_comma_separated_list(parser.Delimiter.PAREN, lambda: parser.parse_argument(expect_type=False))
        parser.parse_punctuation("=")
        lower = _parse_indices(parser, len(variables))
        parser.parse_keyword("to")
        upper = _parse_indices(parser, len(variables))
        parser.parse_keyword("step")
        step = _parse_indices(parser, len(variables))
        initial = _parse_operands(parser) if parser.parse_optional_keyword("init") else []
        position = parser.pos
        values = parser.resolve_operands(initial, _parse_arrow_types(parser), position)
        body = parser.parse_region([variable.resolve(IndexType()) for variable in variables])
        op = cls(lower, upper, step, body, values)
        op.attributes |= parser.parse_optional_attr_dict()
        _add_terminators(op)
        return op

    def print(self, printer: Printer) -> None:
        printer.print_string(" (")
        printer.print_list(self.body.block.args, printer.print_ssa_value)
        printer.print_string(")")
        for word, values in ((" = ", self.lowerBound), (" to ", self.upperBound), (" step ", self.step)):
            printer.print_string(word)
            _print_values(printer, values)
        if self.initVals:
            printer.print_string(" init ")
            _print_values(printer, self.initVals)
        _print_arrow_types(printer, self.result_types)
        printer.print_string(" ")
        printer.print_region(self.body, print_entry_block_args=False)
        printer.print_op_attributes(self.attributes)


class ReduceOp(scf.ReduceOp):
    """
    Ends the body of `scf.parallel`: how the values of its turns become one.

    ```mlir
    scf.reduce(%a, %b : f32, i32) {
    ^bb0(%x: f32, %y: f32):
      scf.reduce.return %x : f32
    }, {
    ^bb0(%x: i32, %y: i32):
      scf.reduce.return %x : i32
    }
    ```
    """

    @classmethod
    def parse(cls, parser: Parser) -> Self:
        operands, types, regions = list[UnresolvedOperand](), list[Attribute](), list[Region]()
        position = parser.pos
        if parser.parse_optional_punctuation("("):
            operands = parser.parse_comma_separated_list(parser.Delimiter.NONE, parser.parse_unresolved_operand)
            parser.parse_punctuation(":")
            types = parser.parse_comma_separated_list(parser.Delimiter.NONE, parser.parse_type)
            parser.parse_punctuation(")")
            regions = parser.parse_comma_separated_list(parser.Delimiter.NONE, parser.parse_region)
        op = cls(parser.resolve_operands(operands, types, position), regions)
        op.attributes |= parser.parse_optional_attr_dict()
        return op

    def print(self, printer: Printer) -> None:
        if self.args:
            printer.print_string("(")
            printer.print_list(self.args, printer.print_ssa_value)
            printer.print_string(" : ")
            printer.print_list(self.args.types, printer.print_attribute)
            printer.print_string(") ")
        printer.print_list(self.reductions, printer.print_region)
        printer.print_op_attributes(self.attributes)


class ExecuteRegionOp(scf.ExecuteRegionOp):
    """
    Runs a region once; it may have several blocks.

    ```mlir
    %r = scf.execute_region -> i32 {
      scf.yield %a : i32
    }
    ```
    """

    @classmethod
    def parse(cls, parser: Parser) -> Self:
        types = _parse_arrow_types(parser)
        no_inline = parser.parse_optional_keyword("no_inline") is not None
        op = cls(types, parser.parse_region())
        op.attributes |= parser.parse_optional_attr_dict()
        if no_inline:
            op.attributes["no_inline"] = UnitAttr()
        return op

    def print(self, printer: Printer) -> None:
        _print_arrow_types(printer, self.result_types)
        printer.print_string(" ")
        printer.print_region(self.region, print_entry_block_args=False)
        printer.print_op_attributes(self.attributes)


class IndexSwitchOp(scf.IndexSwitchOp):
    """
    One of several regions, chosen by an index. A region without values may leave out its `scf.yield`.

    ```mlir
    scf.index_switch %i
    case 2 {
    }
    default {
    }
    ```
    """

    @classmethod
    def parse(cls, parser: Parser) -> Self:
        op = super().parse(parser)
        _add_terminators(op)
        return op


class ForOp(scf.ForOp):
    """`scf.for`; one that compares unsigned (MLIR's `scf.for unsigned %i = ...`) is rejected."""

    @classmethod
    def parse(cls, parser: Parser) -> Self:
        if parser.parse_optional_keyword("unsigned"):
            parser.raise_error("an 'scf.for' with unsigned comparison is not supported")
        return super().parse(parser)


def _add_terminators(op: ParallelOp | IndexSwitchOp) -> None:
    for region in op.regions:
        if not region.blocks:
            region.add_block(Block())
    for trait in op.get_traits_of_type(SingleBlockImplicitTerminator):
        ensure_terminator(op, trait)


def _parse_operands(parser: Parser) -> list[UnresolvedOperand]:
    return parser.parse_comma_separated_list(parser.Delimiter.PAREN, parser.parse_unresolved_operand)


def _parse_indices(parser: Parser, count: int) -> Sequence[SSAValue]:
    position = parser.pos
    return parser.resolve_operands(_parse_operands(parser), [IndexType()] * count, position)


def _parse_arrow_types(parser: Parser) -> list[Attribute]:
    """Nothing, `-> type` or `-> (type, type)`."""
    if not parser.parse_optional_punctuation("->"):
        return []
    types = parser.parse_optional_comma_separated_list(parser.Delimiter.PAREN, parser.parse_type)
    return [parser.parse_type()] if types is None else list(types)


def _print_arrow_types(printer: Printer, types: Sequence[Attribute]) -> None:
    if types:
        printer.print_string(" -> (")
        printer.print_list(types, printer.print_attribute)
        printer.print_string(")")


def _print_values(printer: Printer, values: Sequence[SSAValue]) -> None:
    printer.print_string("(")
    printer.print_list(values, printer.print_ssa_value)
    printer.print_string(")")


Scf = extended(scf_text.Scf, [ParallelOp, ReduceOp, ExecuteRegionOp, IndexSwitchOp, ForOp])
