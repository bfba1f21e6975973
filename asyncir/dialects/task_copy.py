"""
`task.copy`: an asynchronous copy of elements that lie side by side, between arrays in any memory space.

It has two forms. The one with a token is complete when the token is; the one into a slot completes with the slot: who receives that has
all that was copied. Until then nobody may write what is copied from, or use what is copied to.
"""

from __future__ import annotations

from collections.abc import Sequence

from xdsl.dialects.builtin import IndexType, MemRefType, NoneAttr, StridedLayoutAttr
from xdsl.ir import Attribute, BlockArgument, Operation, SSAValue
from xdsl.irdl import (
    AttrSizedOperandSegments,
    IRDLOperation,
    irdl_op_definition,
    operand_def,
    opt_operand_def,
    opt_result_def,
    traits_def,
    var_operand_def,
)
from xdsl.parser import Parser, UnresolvedOperand
from xdsl.printer import Printer
from xdsl.utils.exceptions import VerifyException

from asyncir.dialects.async_ import TokenType
from asyncir.dialects.memory_effects import ReadWrite
from asyncir.dialects.task_tile_types import SlotType, is_in_workgroup
from asyncir.dialects.task_tiles import ReceiveSlotOp, tile_of
from asyncir.dialects.task_types import is_word_like


def has_no_gaps(type_: MemRefType[Attribute]) -> bool:
    """Whether the elements of an array of this type lie side by side in row-major order."""
    if isinstance(type_.layout, NoneAttr):
        return True
    if not isinstance(type_.layout, StridedLayoutAttr):
        return False
    expected = 1
    for size, stride in zip(reversed(type_.get_shape()), reversed(list(type_.layout.get_strides())), strict=True):
        if stride != expected or expected < 0:
            return False
        # No stride is known to be right above a dimension of unknown size.
        expected = -1 if size < 0 else expected * size
    return True


@irdl_op_definition
class CopyOp(IRDLOperation):
    """
    Copies `n` elements, in row-major order from one element of an array on, to those from one element of another on. `n` is 0 or more, and
    both runs end within their arrays. Does not suspend.

    ```mlir
    %t = task.copy %source[%i], %target[%j, %k], %n : memref<?xf32>, memref<2x256xf32> -> !async.token
    task.copy %source[%i], %tile[%j], %n into %slot : memref<?xf32>, memref<64xf32, #gpu.address_space<workgroup>>, !task.slot<…>
    ```

    With `into`, the target is the tile of a slot that was acquired and is not committed yet, or a view of it.
    """

    name = "task.copy"
    source = operand_def(MemRefType)
    source_indices = var_operand_def(IndexType)
    target = operand_def(MemRefType)
    target_indices = var_operand_def(IndexType)
    count = operand_def(IndexType)
    slot = opt_operand_def(SlotType)
    token = opt_result_def(TokenType)
    irdl_options = (AttrSizedOperandSegments(as_property=True),)
    traits = traits_def(ReadWrite())

    def __init__(
        self,
        source: tuple[SSAValue, Sequence[SSAValue]],
        target: tuple[SSAValue, Sequence[SSAValue]],
        count: SSAValue,
        slot: SSAValue | None = None,
    ):
        operands = [source[0], source[1], target[0], target[1], count, [] if slot is None else [slot]]
        super().__init__(operands=operands, result_types=[[TokenType()] if slot is None else []])

    @classmethod
    def parse(cls, parser: Parser) -> CopyOp:
        source = _parse_place(parser)
        parser.parse_punctuation(",")
        target = _parse_place(parser)
        parser.parse_punctuation(",")
        count = parser.parse_unresolved_operand()
        slot = parser.parse_unresolved_operand() if parser.parse_optional_keyword("into") else None
        attributes = parser.parse_optional_attr_dict()
        parser.parse_punctuation(":")
        resolved_source = _resolve(parser, source)
        parser.parse_punctuation(",")
        resolved_target = _resolve(parser, target)
        into = None
        if slot is not None:
            parser.parse_punctuation(",")
            into = parser.resolve_operand(slot, parser.parse_type())
        else:
            parser.parse_punctuation("->")
            position = parser.pos
            if (type_ := parser.parse_type()) != TokenType():
                parser.raise_error(f"'task.copy' op gives an async token, got '{type_}'", position)
        op = cls(resolved_source, resolved_target, parser.resolve_operand(count, IndexType()), into)
        op.attributes |= attributes
        return op

    def print(self, printer: Printer) -> None:
        printer.print_string(" ")
        _print_place(printer, self.source, self.source_indices)
        printer.print_string(", ")
        _print_place(printer, self.target, self.target_indices)
        printer.print_string(", ")
        printer.print_ssa_value(self.count)
        if self.slot is not None:
            printer.print_string(" into ")
            printer.print_ssa_value(self.slot)
        printer.print_op_attributes(self.attributes)
        printer.print_string(" : ")
        types = [self.source.type, self.target.type] + ([] if self.slot is None else [self.slot.type])
        printer.print_list(types, printer.print_attribute)
        if self.token is not None:
            printer.print_string(" -> ")
            printer.print_attribute(self.token.type)

    def verify_(self) -> None:
        for what, array, indices in (("source", self.source, self.source_indices), ("target", self.target, self.target_indices)):
            _verify_place(what, array.type, len(indices))
        elements = [_memref(array).element_type for array in (self.source, self.target)]
        if elements[0] != elements[1]:
            raise VerifyException(f"'task.copy' op copies elements of type '{elements[0]}' to elements of type '{elements[1]}'")
        if (self.token is None) == (self.slot is None):
            raise VerifyException("'task.copy' op gives a token, or goes into a slot: one of both")
        if self.slot is not None:
            _verify_slot(self.slot, self.target)


_Place = tuple[UnresolvedOperand, list[UnresolvedOperand]]


def _parse_place(parser: Parser) -> _Place:
    array = parser.parse_unresolved_operand()
    return array, parser.parse_comma_separated_list(parser.Delimiter.SQUARE, parser.parse_unresolved_operand)


def _resolve(parser: Parser, place: _Place) -> tuple[SSAValue, list[SSAValue]]:
    """The operands of a place; its array's type comes next in the text."""
    position = parser.pos
    type_ = parser.parse_type()
    if not isinstance(type_, MemRefType):
        parser.raise_error(f"'task.copy' op copies between memrefs, got '{type_}'", position)
    return parser.resolve_operand(place[0], type_), [parser.resolve_operand(index, IndexType()) for index in place[1]]


def _print_place(printer: Printer, array: SSAValue, indices: Sequence[SSAValue]) -> None:
    printer.print_ssa_value(array)
    printer.print_string("[")
    printer.print_list(indices, printer.print_ssa_value)
    printer.print_string("]")


def _memref(value: SSAValue) -> MemRefType[Attribute]:
    assert isinstance(value.type, MemRefType)
    return value.type


def _verify_place(what: str, type_: Attribute, indices: int) -> None:
    assert isinstance(type_, MemRefType)
    rank = type_.get_num_dims()
    if rank == 0:
        raise VerifyException(f"'task.copy' op {what} must have one dimension or more, got '{type_}'")
    if indices != rank:
        raise VerifyException(f"'task.copy' op {what} has {indices} indices, expected {rank}")
    if not has_no_gaps(type_):
        raise VerifyException(f"'task.copy' op {what} must have its elements side by side in row-major order, got '{type_}'")
    if not is_word_like(type_.element_type):
        raise VerifyException(f"'task.copy' op copies integers, indices and floats of at most 64 bits, got '{type_.element_type}'")


def _verify_slot(slot: SSAValue, target: SSAValue) -> None:
    if isinstance(slot.owner, ReceiveSlotOp):
        raise VerifyException("'task.copy' op into a slot of 'task.receive_slot': what was received is only read")
    if not is_in_workgroup(target.type):
        raise VerifyException(f"'task.copy' op into a slot has its tile as target, got '{target.type}'")
    array, tile = viewed(target), tile_of(slot)
    if tile is not None and array is not tile and not isinstance(array, BlockArgument):
        raise VerifyException("'task.copy' op into a slot has that slot's tile as target, or a view of it, got another array")


def viewed(array: SSAValue) -> SSAValue:
    """The array that a view is one of, as far as the text shows it."""
    while isinstance(owner := array.owner, Operation) and owner.name in VIEWS:
        array = owner.operands[0]
    return array


VIEWS = ("memref.subview", "memref.cast", "memref.reinterpret_cast", "memref.collapse_shape", "memref.expand_shape")
"""Operations whose result is a view of their first operand."""
