"""
The policy `per-value`: one slot for each value that is live across some suspension, and for each argument, for the whole life of
the task. Simple, right, and larger than needed: values that are never live together do not share.

Slots are in the order of definitions, aligned as the values are. In warp scope divergent values take rows; a value of two words or
more begins at an even row, so that its words stay aligned to 8 bytes for any width.
"""

from __future__ import annotations

from xdsl.ir import SSAValue

from asyncir.dialects.sm import Section, SlotAttr
from asyncir.passes.layout.request import Layout, Request
from asyncir.passes.layout.sizes import MAX_ALIGNMENT, alignment_of, round_up, rows_of, size_of


def per_value(request: Request) -> Layout:
    """One slot for each argument and each value live across a suspension."""
    arguments = request.machine.entry.args
    allocator = _Allocator(request)
    slots: dict[SSAValue, SlotAttr] = {value: allocator.place(value) for value in arguments}
    for values in request.live.values():
        for value in values:
            if value not in slots:
                slots[value] = allocator.place(value)
    return Layout(
        arguments=tuple(slots[argument] for argument in arguments),
        slots={suspension: {value: slots[value] for value in values} for suspension, values in request.live.items()},
        permanent=frozenset(arguments if request.arguments_in_place else ()),
        task_bytes=round_up(allocator.task_bytes, MAX_ALIGNMENT),
        rows=allocator.rows,
    )


class _Allocator:
    """Hands out slots one behind the other."""

    def __init__(self, request: Request) -> None:
        self._in_rows = request.in_rows
        self.task_bytes = 0
        self.rows = 0

    def place(self, value: SSAValue) -> SlotAttr:
        size = size_of(value.type)
        assert size is not None, "layout-frames checked the types"
        if not self._in_rows(value):
            offset = round_up(self.task_bytes, alignment_of(size))
            self.task_bytes = offset + size
            return SlotAttr.get(Section.TASK, offset)
        rows = rows_of(size)
        offset = round_up(self.rows, min(rows, 2))
        self.rows = offset + rows
        return SlotAttr.get(Section.ROWS, offset)
