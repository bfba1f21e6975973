"""xDSL's parser with positions: see asyncir.dialects.parsing, which is the way in."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable
from math import prod
from typing import cast

from xdsl.context import Context
from xdsl.dialects.builtin import (
    UNKNOWN_LOC,
    AnyFloat,
    ArrayAttr,
    ComplexType,
    FileLineColLoc,
    FusedLoc,
    IndexType,
    IntegerType,
    LocationAttr,
    ModuleOp,
    NoneAttr,
    RankedStructure,
    UnregisteredOp,
)
from xdsl.ir import Attribute, AttributeInvT, BlockArgument, Operation, Region, SSAValue
from xdsl.parser import Parser, UnresolvedOperand
from xdsl.traits import IsolatedFromAbove
from xdsl.utils.hints import isa
from xdsl.utils.lexer import Input, Span
from xdsl.utils.mlir_lexer import MLIRTokenKind

from asyncir.dialects.lexing import LinearLexer
from asyncir.dialects.locations import LineTable, location_of
from asyncir.dialects.mlir_literals import MLIRLiterals
from asyncir.errors import InputError, Location

_ALIAS_TOKENS = (MLIRTokenKind.HASH_IDENT, MLIRTokenKind.EXCLAMATION_IDENT)
_LOCATION_ALIAS = re.compile(r"^[ \t]*+(#[a-zA-Z0-9_$.-]++)[ \t]*+=[ \t]*+loc\(", re.MULTILINE)

MAX_DENSE_ELEMENTS = 1 << 22
"""A dense literal is stored element by element, also one that repeats a single value."""


class _Names(dict[str, tuple[SSAValue, ...]]):
    """
    The values in scope by name. Names are only ever added inside a region, so that leaving it means to forget the last
    ones; xDSL's parser copies the whole table for each region instead, which is quadratic. Hence `copy` does not copy.
    """

    def copy(self) -> _Names:
        return self

    def forget_after(self, count: int) -> None:
        while len(self) > count:
            self.popitem()


class LocatedParser(MLIRLiterals):
    """xDSL's parser over a linear lexer; gives locations to operations and block arguments."""

    def __init__(self, ctx: Context, text: str, lines: LineTable) -> None:
        # The base class reads its first token with its own lexer: it gets no text, since an unterminated string at the
        # start of a text keeps that lexer busy for ever.
        super().__init__(ctx, "", lines.filename)
        self._lines = lines
        self._parser_state.lexer = LinearLexer(Input(text, lines.filename))
        self.ssa_values = _Names()
        # The operations being parsed, outermost first: where their names start, and their classes once known.
        self._open: list[int] = []
        self._open_types: list[type[Operation] | None] = []
        self._first_uses: dict[str, Span[str]] = {}
        # Location aliases used before their definition: where each is defined, and its value once it was needed.
        self._alias_offsets: dict[str, int] | None = None
        self._early_aliases: dict[str, LocationAttr] = {}
        self._resume_from(0)

    def here(self) -> Location:
        """Where the parser is."""
        return self._lines.location(self.pos)

    def innermost(self) -> Location:
        """The operation being parsed; where the parser is if it is in none."""
        return self._lines.location(self._open[-1] if self._open else self.pos)

    def innermost_name(self) -> str | None:
        """The name of the operation being parsed, if it is known."""
        return self._open_types[-1].name if self._open_types and self._open_types[-1] is not None else None

    # Modules and operations

    def parse_module(self, allow_implicit_module: bool = True) -> ModuleOp:
        operations: list[Operation] = []
        while (kind := self._current_token.kind) != MLIRTokenKind.EOF:
            if kind in _ALIAS_TOKENS:
                self._parse_alias_def()
            elif kind == MLIRTokenKind.FILE_METADATA_BEGIN:
                self._parse_file_metadata_dictionary()
            elif (operation := self.parse_optional_operation()) is not None:
                operations.append(operation)
            else:
                self.raise_error(f"expected an operation, found '{self._current_token.text}'")
        self._check_all_defined()
        if len(operations) == 1 and isinstance(operations[0], ModuleOp):
            return operations[0]
        if not operations:
            self.raise_error("the input has no operation: a module or a function is expected")
        if not allow_implicit_module:
            self.raise_error("expected a builtin.module", 0)
        module = ModuleOp(operations)
        module.location = self._lines.attribute(0)
        return module

    def parse_operation(self) -> Operation:
        operation = super().parse_operation()
        self._open_types.pop()
        _locate(operation, self._lines.attribute(self._open.pop()))
        return operation

    def _parse_op_result_list(self) -> list[tuple[Span, int]]:
        results = super()._parse_op_result_list()
        self._open.append(self.pos)
        self._open_types.append(None)
        return results

    def _get_op_by_name(self, name: str) -> type[Operation]:
        found = self.ctx.get_optional_op(name, dialect_stack=self._parser_state.dialect_stack)
        if found is None:
            raise InputError(f"unknown operation '{name}'", self.innermost(), help=self._suggestion(name))
        if issubclass(found, UnregisteredOp) and self._parser_state.lexer.input.at(self._open[-1]) != '"':
            help = self._suggestion(name) or f'an operation of an unknown dialect is written in generic form: "{name}"(...)'
            raise InputError(f"unknown operation '{name}'", self.innermost(), help=help)
        self._open_types[-1] = found
        return found

    def _suggestion(self, name: str) -> str | None:
        names = [operation.name for operation in self.ctx.loaded_ops if not issubclass(operation, UnregisteredOp)]
        close = difflib.get_close_matches(name, names, n=1)
        return f"did you mean '{close[0]}'?" if close else None

    # Scopes and values

    def parse_optional_region(self, arguments: Iterable[Parser.Argument] | None = None) -> Region | None:
        names, forward = len(self.ssa_values), self.forward_ssa_references
        if self._in_isolated():
            # What the body uses must be defined in it: a name defined later is another function's.
            self.forward_ssa_references = {}
        region = super().parse_optional_region(arguments)
        if self.forward_ssa_references is not forward:
            self._check_all_defined()
            self.forward_ssa_references = forward
        cast(_Names, self.ssa_values).forget_after(names)
        return region

    def _in_isolated(self) -> bool:
        """Whether the operation being parsed, which owns the next region, is isolated from above."""
        owner = self._open_types[-1] if self._open_types else None
        return owner is not None and owner.has_trait(IsolatedFromAbove, value_if_unregistered=False)

    def _check_all_defined(self) -> None:
        for name in self.forward_ssa_references:
            raise InputError(f"use of undefined value '%{name}'", self._lines.location(self._first_uses[name].start))

    def resolve_operand(self, operand: UnresolvedOperand, type: AttributeInvT) -> SSAValue[AttributeInvT]:
        name = operand.operand_name
        values = self.ssa_values.get(name)
        if values is None:
            if name not in self.forward_ssa_references:
                self._first_uses[name] = operand.span
        elif operand.index < len(values) and values[operand.index].type != type:
            self._raise_type_mismatch(operand, values[operand.index], type)
        return super().resolve_operand(operand, type)

    def _raise_type_mismatch(self, operand: UnresolvedOperand, value: SSAValue, type: Attribute) -> None:
        message = f"'{operand.span.text}' is used with type {type}, but has type {value.type}"
        raise InputError(message, self._lines.location(operand.span.start), notes=[("defined here", location_of(value))])

    def _register_ssa_definition(self, name: str, values: Iterable[SSAValue], span: Span) -> None:
        values = tuple(values)
        super()._register_ssa_definition(name, values, span)
        for value in values:
            if isinstance(value, BlockArgument) and value.location is UNKNOWN_LOC:
                value.location = self._lines.attribute(span.start)

    # Attributes

    def _parse_dense_literal_type(self) -> RankedStructure[IntegerType | IndexType | AnyFloat | ComplexType]:
        type = super()._parse_dense_literal_type()
        count = prod(type.get_shape())
        if count > MAX_DENSE_ELEMENTS:
            message = f"a dense literal of {count} elements: at most {MAX_DENSE_ELEMENTS} are read"
            raise InputError(message, self.here(), help="large data is passed as an argument")
        return type

    # Locations

    def _parse_location(self) -> LocationAttr:
        if self._current_token.kind == MLIRTokenKind.HASH_IDENT:
            return self._parse_location_alias()
        if self.parse_optional_keyword("fused") is not None:
            return self._parse_fused_location()
        location = super()._parse_location()
        if isinstance(location, FileLineColLoc) and self.parse_optional_keyword("to") is not None:
            # A range of the file: xDSL has no such location, its start stands for it.
            self.parse_optional_integer(allow_boolean=False, allow_negative=False)
            self.parse_punctuation(":")
            self.parse_integer(allow_boolean=False, allow_negative=False)
        return location

    def _parse_fused_location(self) -> LocationAttr:
        if self._current_token.kind == MLIRTokenKind.LESS:
            self._parse_dialect_symbol_body()  # Metadata speaks of debuggers, and of dialects that may not be loaded.
        parts = self.parse_comma_separated_list(self.Delimiter.SQUARE, self._parse_location)
        return FusedLoc(ArrayAttr[Attribute](parts), NoneAttr())

    def _parse_location_alias(self) -> LocationAttr:
        token = self._current_token
        found = self.attribute_aliases.get(token.text) or self._early_aliases.get(token.text)
        if found is None:
            found = self._parse_later_alias(token.text)
        if not isa(found, LocationAttr):
            self.raise_error(f"'{token.text}' is not a location")
        self._consume_token(MLIRTokenKind.HASH_IDENT)
        return found

    def _parse_later_alias(self, name: str) -> LocationAttr:
        """The value of an alias that is defined further down, as mlir-opt prints them: parse it there, then come back."""
        if self._alias_offsets is None:
            text = self._parser_state.lexer.input.content
            self._alias_offsets = {match.group(1): match.end() - len("loc(") for match in _LOCATION_ALIAS.finditer(text)}
        # Taken out while it is parsed, so that an alias that needs itself is reported as undefined.
        offset = self._alias_offsets.pop(name, None)
        if offset is None:
            self.raise_error(f"undefined location alias '{name}'")
        back = self.pos
        self._resume_from(offset)
        found = self.expect(self.parse_optional_location, "location expected")
        self._resume_from(back)
        self._early_aliases[name] = found
        return found


def _locate(operation: Operation, location: LocationAttr) -> None:
    """
    Give `location` to an operation without one, and to what its parser made inside of it without the text naming it:
    implicit terminators, induction variables, hidden bodies. A written `loc(unknown)` is an object of its own and stays.
    """
    if operation.location is UNKNOWN_LOC:
        operation.location = location
    for region in operation.regions:
        for block in region.blocks:
            for argument in block.args:
                if argument.location is UNKNOWN_LOC:
                    argument.location = location
            for inner in block.ops:
                if inner.location is UNKNOWN_LOC:
                    _locate(inner, location)
