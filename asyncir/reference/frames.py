"""
Frames of laid-out machines: slots with the values that were saved in them, and nothing else.

A reload must name a slot as it was saved: same section, offset and type. A save spoils whatever it overlaps.
"""

from __future__ import annotations

from dataclasses import dataclass

from xdsl.ir import Attribute, Operation

from asyncir.dialects.sm import FrameAttr, SlotAttr
from asyncir.reference.faults import broken
from asyncir.reference.values import Value, same_value, value_bytes

WORD = 4


@dataclass(slots=True)
class _Slot:
    size: int
    type: Attribute
    value: Value
    turn: int


class Frame:
    """The payload of one task: a part that it has once, and rows with a copy for each lane."""

    def __init__(self, layout: FrameAttr, width: int) -> None:
        handover = layout.arguments
        self._layout = layout
        self._limits = {False: max(layout.task_bytes.value.data, handover[0]), True: max(layout.rows.value.data, handover[1])}
        self._task: dict[int, _Slot] = {}
        self._rows: list[dict[int, _Slot]] = [{} for _ in range(width)]
        self.turn = 0
        """Counts the parkings; all lanes must save the same in a task slot in one turn."""

    def save(self, op: Operation, slot: SlotAttr, lane: int, value: Value, type_: Attribute) -> None:
        """Puts a lane's value into a slot."""
        offset, size = slot.offset.value.data, _size(slot, type_)
        if offset + size > self._limits[slot.in_rows]:
            raise broken("frame", op, f"{_name(slot)} for a value of type {type_} ends behind the frame")
        slots = self._rows[lane] if slot.in_rows else self._task
        known = slots.get(offset)
        if known is not None and not slot.in_rows and lane > 0 and known.turn == self.turn and not same_value(known.value, value):
            raise broken("divergence", op, f"{_name(slot)} takes {known.value} from one lane and {value} from lane {lane}")
        for other in [at for at, held in slots.items() if at < offset + size and offset < at + held.size]:
            del slots[other]
        self._spoil_other_section(slot.in_rows, offset + size)
        slots[offset] = _Slot(size, type_, value, self.turn)

    def _spoil_other_section(self, in_rows: bool, end: int) -> None:
        """Where task bytes and rows share the payload, a save spoils what it reaches in the other section."""
        if len(self._layout.shared.data) == 0:
            return
        for others in [self._task] if in_rows else self._rows:
            for at, held in list(others.items()):
                ends = (at + held.size, end) if in_rows else (end, at + held.size)
                if not self._layout.coexist(*ends):
                    del others[at]

    def reload(self, op: Operation, slot: SlotAttr, lane: int, type_: Attribute) -> Value:
        """A lane's value in a slot."""
        held = (self._rows[lane] if slot.in_rows else self._task).get(slot.offset.value.data)
        if held is None:
            raise broken("lost-value", op, f"{_name(slot)} is reloaded, but nothing is saved there")
        if held.type != type_:
            raise broken("lost-value", op, f"{_name(slot)} is reloaded as {type_}, but holds a value of type {held.type}")
        return held.value


def _size(slot: SlotAttr, type_: Attribute) -> int:
    size = value_bytes(type_)
    return max(1, -(-size // WORD)) if slot.in_rows else size


def _name(slot: SlotAttr) -> str:
    return f"slot <{slot.section.data} {slot.offset.value.data}>"
