"""
The types of tile channels, and the memory space that tiles are in: `#gpu.address_space<workgroup>`, as MLIR writes it.

A *tile* is an array of fixed shape that the threads of a block share while the static executor runs them. Where another executor runs the
tasks (pass `lower-tiles`), tiles lie in the arena and the space is dropped.
"""

from __future__ import annotations

from collections.abc import Sequence

from xdsl.dialects.builtin import MemRefType, NoneAttr, StringAttr
from xdsl.ir import Attribute, ParametrizedAttribute, TypeAttribute
from xdsl.irdl import irdl_attr_definition
from xdsl.parser import Parser
from xdsl.printer import Printer
from xdsl.utils.exceptions import VerifyException
from xdsl.utils.str_enum import StrEnum

from asyncir.dialects.task_types import is_word_like


class AddressSpace(StrEnum):
    """Who sees an array: all, the threads of a block, one thread."""

    GLOBAL = "global"
    WORKGROUP = "workgroup"
    PRIVATE = "private"


@irdl_attr_definition
class AddressSpaceAttr(ParametrizedAttribute):
    """`#gpu.address_space<workgroup>`"""

    name = "gpu.address_space"
    space: StringAttr

    @classmethod
    def get(cls, space: AddressSpace) -> AddressSpaceAttr:
        """The attribute that names a space."""
        return cls(StringAttr(str(space)))

    @classmethod
    def parse_parameters(cls, parser: Parser) -> Sequence[Attribute]:  # pyright: ignore[reportIncompatibleMethodOverride]
        with parser.in_angle_brackets():
            return [StringAttr(str(parser.parse_str_enum(AddressSpace)))]

    def print_parameters(self, printer: Printer) -> None:
        with printer.in_angle_brackets():
            printer.print_string(self.space.data)

    def verify(self) -> None:
        if self.space.data not in tuple(map(str, AddressSpace)):
            raise VerifyException(f"'gpu.address_space' is one of {', '.join(AddressSpace)}, got '{self.space.data}'")


WORKGROUP = AddressSpaceAttr.get(AddressSpace.WORKGROUP)


def is_in_workgroup(type_: Attribute) -> bool:
    """Whether this is an array that the threads of a block share."""
    return isinstance(type_, MemRefType) and type_.memory_space == WORKGROUP


def _tile_problem(type_: Attribute) -> str | None:
    """Why a type is none of a tile; None if it is one."""
    if not isinstance(type_, MemRefType):
        return "must be a memref"
    if type_.memory_space != WORKGROUP:
        return "must be in the workgroup space, #gpu.address_space<workgroup>"
    if not isinstance(type_.layout, NoneAttr):
        return "must have no layout of its own"
    shape = type_.get_shape()
    if not shape or any(size < 1 for size in shape):
        return "must have one dimension or more, all of a fixed size of 1 or more"
    return None if is_word_like(type_.element_type) else "must have elements that are integers, indices or floats of at most 64 bits"


class _OfTile(ParametrizedAttribute, TypeAttribute):
    """Types with a tile's type as their parameter."""

    @classmethod
    def parse_parameters(cls, parser: Parser) -> Sequence[Attribute]:  # pyright: ignore[reportIncompatibleMethodOverride]
        with parser.in_angle_brackets():
            return [parser.parse_type()]


@irdl_attr_definition
class TileChannelType(_OfTile):
    """`!task.tile_channel<T>`: a ring of tiles of type T, which writers fill and readers see in one order."""

    name = "task.tile_channel"
    tile_type: Attribute

    def print_parameters(self, printer: Printer) -> None:
        with printer.in_angle_brackets():
            printer.print_attribute(self.tile_type)

    def verify(self) -> None:
        if (problem := _tile_problem(self.tile_type)) is not None:
            raise VerifyException(f"'task.tile_channel' tile type {problem}, got '{self.tile_type}'")


@irdl_attr_definition
class SlotType(_OfTile):
    """`!task.slot<T>`: one tile of a tile channel, for as long as a writer or reader has it."""

    name = "task.slot"
    tile_type: Attribute

    def print_parameters(self, printer: Printer) -> None:
        with printer.in_angle_brackets():
            printer.print_attribute(self.tile_type)

    def verify(self) -> None:
        if (problem := _tile_problem(self.tile_type)) is not None:
            raise VerifyException(f"'task.slot' tile type {problem}, got '{self.tile_type}'")
