"""From places in a text to locations of operations, and back to what a user reads."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator

from xdsl.dialects.builtin import (
    UNKNOWN_LOC,
    ArrayAttr,
    CallSiteLoc,
    FileLineColLoc,
    FusedLoc,
    IntAttr,
    LocationAttr,
    NameLoc,
    StringAttr,
)
from xdsl.ir import Attribute, BlockArgument, Operation, SSAValue

from asyncir.errors import Location


class LineTable:
    """Line and column of each offset of a text, by binary search."""

    def __init__(self, text: str, filename: str) -> None:
        self.filename = filename
        self._name = StringAttr(filename)
        self._starts = list(_line_starts(text))

    def position(self, offset: int) -> tuple[int, int]:
        """Line and column, counting from 1; columns count characters."""
        line = bisect_right(self._starts, offset)
        return line, offset - self._starts[line - 1] + 1

    def location(self, offset: int) -> Location:
        return Location(self.filename, *self.position(offset))

    def attribute(self, offset: int) -> FileLineColLoc:
        line, column = self.position(offset)
        return FileLineColLoc(self._name, IntAttr(line), IntAttr(column))


def _line_starts(text: str) -> Iterator[int]:
    start = 0
    while start >= 0:
        yield start
        newline = text.find("\n", start)
        start = newline + 1 if newline >= 0 else -1


def file_location(attribute: Attribute) -> Location | None:
    """
    The first file location inside an xDSL location; None if there is none.

    A call site stands for its callee's place, a fused location for its first part that has one. Without recursion:
    inlining may nest call sites deeply.
    """
    pending = [attribute]
    while pending:
        match pending.pop():
            case FileLineColLoc() as found:
                return Location(found.filename.data, found.line.data, found.column.data)
            case CallSiteLoc() as site:
                pending += [site.caller, site.callee]
            case NameLoc() as named:
                pending.append(named.location)
            case FusedLoc(locations=ArrayAttr() as parts):
                pending += reversed(parts.data)
            case _:
                continue
    return None


def location_of(target: Operation | SSAValue | LocationAttr) -> Location | None:
    """Where an operation, a value or a location attribute is in the source; None if that is unknown."""
    if isinstance(target, BlockArgument):
        return file_location(target.location)
    if isinstance(target, SSAValue):
        owner = target.owner
        return file_location(owner.location) if isinstance(owner, Operation) else None
    return file_location(target.location if isinstance(target, Operation) else target)


def to_attribute(location: Location | None) -> LocationAttr:
    """Our location as an attribute that an operation can carry."""
    if location is None:
        return UNKNOWN_LOC
    return FileLineColLoc(StringAttr(location.file), IntAttr(location.line), IntAttr(location.column))
