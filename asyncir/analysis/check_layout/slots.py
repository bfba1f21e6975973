"""Slots: how large they are, that they lie in the frame, and which save was the last to touch one in a block."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from itertools import pairwise, permutations
from typing import NamedTuple

from xdsl.dialects.builtin import IndexType, IntegerType, MemRefType, VectorType
from xdsl.ir import Attribute, Block, SSAValue

from asyncir.analysis.check_layout.describe import slot_name, value_name
from asyncir.analysis.check_layout.error import LayoutError
from asyncir.dialects import sm
from asyncir.dialects.locations import location_of
from asyncir.dialects.task_types import is_reference

_WORD = 4
_MAX_ALIGNMENT = 8


class Slot(NamedTuple):
    """A place in the frame and the type of what is there; the unit is a byte, or a row."""

    in_rows: bool
    start: int
    end: int
    attribute: sm.SlotAttr
    type: Attribute

    def overlaps(self, other: Slot) -> bool:
        return self.in_rows == other.in_rows and self.start < other.end and other.start < self.end


def slot_of(attribute: sm.SlotAttr, type_: Attribute) -> Slot | None:
    """The slot of a value of this type; None if such values have no size."""
    size = bytes_of(type_)
    if size is None:
        return None
    start = attribute.offset.value.data
    return Slot(attribute.in_rows, start, start + (-(-size // _WORD) if attribute.in_rows else size), attribute, type_)


def bytes_of(type_: Attribute) -> int | None:
    """The bytes of a value in a frame."""
    if isinstance(type_, IntegerType):
        return max(1, type_.width.data // 8) if type_.width.data in (1, 8, 16, 32, 64) else None
    if isinstance(type_, IndexType):
        return 8
    if isinstance(type_, MemRefType):
        return 8 * (3 + 2 * type_.get_num_dims())
    if isinstance(type_, VectorType):
        element = bytes_of(type_.element_type)
        return None if element is None else element * type_.element_count()
    if is_reference(type_):
        return _WORD
    bits = int(getattr(type_, "bitwidth", 0))
    return bits // 8 if bits else None


def _alignment(type_: Attribute) -> int:
    """What loads and stores of the type rely on."""
    inner = type_.element_type if isinstance(type_, VectorType) else type_
    size = bytes_of(inner)
    assert size is not None
    return min(_MAX_ALIGNMENT, size & -size)


class Room:
    """
    How much of the payload may be in use: task bytes are counted from its start and rows from its end, so a slot of one section may
    overlap one of the other unless a shape of the frame has room for both.
    """

    def __init__(self, shapes: Sequence[sm.Shape], shared: bool) -> None:
        self._shapes = shapes
        self._shared = shared
        self._limits = tuple(max(shape[in_rows] for shape in shapes) for in_rows in (False, True))

    def limit(self, in_rows: bool) -> int:
        """The most bytes, or rows, that one section may use."""
        return self._limits[in_rows]

    def reach(self, slot: Slot) -> int:
        """Up to where the other section may be used beside this slot."""
        if not self._shared:
            return self.limit(not slot.in_rows)
        return max((shape[not slot.in_rows] for shape in self._shapes if slot.end <= shape[slot.in_rows]), default=0)

    def clash(self, one: Slot, other: Slot) -> bool:
        """Whether two slots share memory, or may for some width of the warp."""
        return one.overlaps(other) if one.in_rows == other.in_rows else other.end > self.reach(one)


def _problem(slot: Slot | None, room: Room, lane_scope: bool) -> str | None:
    """What is wrong with the place of a slot."""
    if slot is None:
        return ": no frame can hold such values"
    if slot.in_rows and lane_scope:
        return ": a machine of lane scope has no rows"
    if slot.end > room.limit(slot.in_rows):
        return f" ends behind the frame, which has {room.limit(slot.in_rows)} {'rows' if slot.in_rows else 'bytes'}"
    if not slot.in_rows and slot.start % _alignment(slot.type):
        return f" is not aligned to {_alignment(slot.type)} bytes"
    return None


class _BlockSaves:
    """The saves of a block."""

    def __init__(self, saves: Sequence[tuple[sm.SaveOp, Slot]]) -> None:
        self._saves = saves
        self._at: dict[tuple[bool, int], int] = {}
        """The last save of each byte and row."""
        for number, (_, slot) in enumerate(saves):
            self._at.update(((slot.in_rows, unit), number) for unit in range(slot.start, slot.end))
        self._by_end: dict[bool, list[tuple[int, int]]] = {}
        """In each section, from the farthest end down: ends, and the last save that ends there or farther."""
        for in_rows in (False, True):
            last = -1
            reached: list[tuple[int, int]] = []
            ends = sorted(((slot.end, number) for number, (_, slot) in enumerate(saves) if slot.in_rows is in_rows), reverse=True)
            for end, number in ends:
                last = max(last, number)
                reached.append((-end, last))
            self._by_end[in_rows] = reached

    def last(self, slot: Slot, reach: int) -> list[sm.SaveOp]:
        """The last save of each of the slot's bytes or rows; and one in the other section beyond `reach` that came later than all these."""
        found = dict.fromkeys(number for unit in range(slot.start, slot.end) if (number := self._at.get((slot.in_rows, unit))) is not None)
        others = self._by_end[not slot.in_rows]
        beyond = bisect_left(others, (-reach,))
        if beyond and others[beyond - 1][1] > max(found, default=-1):
            found[others[beyond - 1][1]] = None
        return [self._saves[number][0] for number in found]


class Frame:
    """The frame of a laid-out machine. Raises LayoutError for a slot that is not in it."""

    def __init__(self, machine: sm.MachineOp) -> None:
        frame = machine.frame
        assert frame is not None and machine.arg_slots is not None
        self._machine = machine
        shared = len(frame.shared.data) > 0
        self.room = Room(frame.shapes, shared)
        self._handover = handover = Room([*frame.shapes, frame.arguments], shared)
        arguments = zip(machine.arg_slots.data, machine.entry.args, strict=True)
        self.arguments = [self._require(handover, slot, argument.type, argument) for slot, argument in arguments]
        self._require_apart(handover)
        self._saves = {block: self._enter(block) for block in machine.body.blocks}

    def _require_apart(self, room: Room) -> None:
        """The slots of arguments do not overlap."""
        in_order = sorted(self.arguments, key=lambda slot: (slot.in_rows, slot.start))
        farthest = {slot.in_rows: slot for slot in sorted(self.arguments, key=lambda slot: slot.end)}
        for one, other in (*pairwise(in_order), *permutations(farthest.values(), 2)):
            if room.clash(one, other):
                message = f"the argument in {slot_name(other.attribute)} overlaps that in {slot_name(one.attribute)}"
                raise LayoutError(f"@{self._machine.sym_name.data}: {message}", location_of(self._machine))

    def _enter(self, block: Block) -> _BlockSaves | None:
        saves: list[tuple[sm.SaveOp, Slot]] = []
        for op in block.ops:
            if isinstance(op, sm.ReloadOp):
                self._require(self.room, op.slot, op.result.type, op.result)
            elif isinstance(op, sm.SaveOp):
                saves.append((op, self._require(self.room, op.slot, op.value.type, op.value)))
        return _BlockSaves(saves) if saves else None

    def _require(self, room: Room, attribute: sm.SlotAttr, type_: Attribute, value: SSAValue) -> Slot:
        slot = slot_of(attribute, type_)
        problem = _problem(slot, room, self._machine.scope.data == "lane")
        if slot is None or problem is not None:
            what = f"{slot_name(attribute)} for {value_name(value)} of type {type_}"
            raise LayoutError(f"@{self._machine.sym_name.data}: {what}{problem}", location_of(value))
        return slot

    def last_saves(self, block: Block, slot: Slot) -> Sequence[sm.SaveOp]:
        """The saves of a block that were the last to touch the slot."""
        saves = self._saves[block]
        return () if saves is None else saves.last(slot, self.room.reach(slot))

    def saves_before(self, reload: sm.ReloadOp, slot: Slot) -> Sequence[sm.SaveOp]:
        """The same in the reload's block in front of it."""
        block = reload.parent
        assert block is not None
        if self._saves[block] is None:
            return ()
        saves: list[tuple[sm.SaveOp, Slot]] = []
        for op in block.ops:
            if op is reload:
                break
            if isinstance(op, sm.SaveOp) and (other := slot_of(op.slot, op.value.type)) is not None:
                saves.append((op, other))
        return _BlockSaves(saves).last(slot, self.room.reach(slot))

    def held_argument(self, slot: Slot) -> tuple[int | None, Slot | None]:
        """At the entry: the argument that the slot holds exactly, or else the slot of one that overlaps it."""
        if slot in self.arguments:
            return self.arguments.index(slot), slot
        return None, next((argument for argument in self.arguments if self._handover.clash(argument, slot)), None)
