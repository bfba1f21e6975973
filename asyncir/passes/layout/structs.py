"""
What the policies that re-implement published layouts share: values as the fields of a struct, and where arguments are handed over.

A frame has two parts, bytes that the task has once and rows of a word for every lane (warp scope), so a struct is two structs, laid
out side by side. Fields are never packed below a byte, or below a word in rows: none of the published layouts does.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from xdsl.ir import SSAValue

from asyncir.dialects.sm import Section, Shape, SlotAttr
from asyncir.passes.layout.request import Request
from asyncir.passes.layout.sizes import WORD, alignment_of, round_up, rows_of, size_of


@dataclass(frozen=True)
class Extent:
    """How far a struct reaches: in the task's part in bytes, and in rows."""

    task_bytes: int = 0
    rows: int = 0

    def joined(self, other: Extent) -> Extent:
        """The smallest extent that holds both."""
        return Extent(max(self.task_bytes, other.task_bytes), max(self.rows, other.rows))

    def whole_words(self) -> Extent:
        """The extent a frame has."""
        return Extent(round_up(self.task_bytes, WORD), self.rows)

    def beyond(self, payload: Extent) -> Shape:
        """The hand-over that reaches so far, if that is more than the payload."""
        fits = self.task_bytes <= payload.task_bytes and self.rows <= payload.rows
        return (0, 0) if fits else (self.task_bytes, self.rows)


EMPTY = Extent()


@dataclass(frozen=True)
class Field:
    """A value as a field: its part of the frame, its size and alignment there (bytes or rows)."""

    in_rows: bool
    size: int
    alignment: int


class Structs:
    """Lays out structs for one machine."""

    def __init__(self, request: Request) -> None:
        self._request = request
        self._fields: dict[SSAValue, Field] = {}
        self._slots: dict[tuple[bool, int], SlotAttr] = {}

    def struct(self, values: Sequence[SSAValue], start: Extent = EMPTY, *, small_first: bool = False) -> tuple[list[SlotAttr], Extent]:
        """
        The slots of the values, in their order, as fields of a struct that begins at `start`; and its end. Fields of large alignment
        come first, so that nothing is lost between fields; with `small_first`, for a struct behind another, those of small one.
        """
        ends = {False: start.task_bytes, True: start.rows}
        fields = [self._field(value) for value in values]
        slots: dict[int, SlotAttr] = {}
        for place in sorted(range(len(fields)), key=lambda place: fields[place].alignment * (1 if small_first else -1)):
            field = fields[place]
            offset = round_up(ends[field.in_rows], field.alignment)
            ends[field.in_rows] = offset + field.size
            slots[place] = self._slot(field, offset)
        return [slots[place] for place in range(len(fields))], Extent(ends[False], ends[True])

    def hand_over(self, kept: Mapping[SSAValue, SlotAttr]) -> tuple[tuple[SlotAttr, ...], Extent]:
        """
        Where a starter puts each argument: in its own slot if it is `kept` there for good, else in the first place that no argument
        has. The task takes them from there before it saves anything, so other values may have the same places later.
        """
        taken: dict[bool, list[tuple[int, int]]] = {False: [], True: []}
        for value, slot in kept.items():
            taken[slot.in_rows].append((slot.offset.value.data, slot.offset.value.data + self._field(value).size))
        slots = dict(kept)
        for argument in self._request.machine.entry.args:
            if argument not in kept:
                field = self._field(argument)
                offset = _first_fit(field, taken[field.in_rows])
                taken[field.in_rows].append((offset, offset + field.size))
                slots[argument] = self._slot(field, offset)
        ends = {part: max((end for _, end in ranges), default=0) for part, ranges in taken.items()}
        return tuple(slots[argument] for argument in self._request.machine.entry.args), Extent(ends[False], ends[True])

    def _field(self, value: SSAValue) -> Field:
        """A value of two words or more begins at an even row, so that its words stay aligned to 8 bytes for any width."""
        found = self._fields.get(value)
        if found is None:
            size = size_of(value.type)
            assert size is not None, "layout-frames checked the types"
            rows = rows_of(size)
            in_rows = self._request.in_rows(value)
            found = Field(True, rows, min(rows, 2)) if in_rows else Field(False, size, alignment_of(size))
            self._fields[value] = found
        return found

    def _slot(self, field: Field, offset: int) -> SlotAttr:
        key = field.in_rows, offset
        if key not in self._slots:
            self._slots[key] = SlotAttr.get(Section.ROWS if field.in_rows else Section.TASK, offset)
        return self._slots[key]


def _first_fit(field: Field, taken: list[tuple[int, int]]) -> int:
    """The first aligned offset at which the field touches none of the ranges."""
    offset = 0
    for start, end in sorted(taken):
        if offset + field.size <= start:
            break
        offset = max(offset, round_up(end, field.alignment))
    return offset
