"""
Which slots hold, at a suspension, already what they are to hold there: it need not be saved again.

A forward analysis over facts "this slot holds these values". A fact
- begins where a task goes on after a suspension that held it, and at the entry for an argument in its slot;
- ends where bytes of its slot are saved to for something else, and where one of its values is defined anew (in a loop);
- holds behind a suspension only if it holds on both ways: the ready one saves nothing. `yield` and `sleep` have no ready way;
- holds at a join if it holds on all ways to it.

Facts are numbered, and sets of them are ints used as bit sets.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Mapping

from xdsl.ir import Block, Region, SSAValue

from asyncir.analysis.cfg import predecessors, reverse_postorder
from asyncir.analysis.dominance import defining_block
from asyncir.dialects import sm
from asyncir.passes.layout.packing import Item

Placed = tuple[Item, int]
"""An item and its offset."""
Places = Mapping[sm.SuspendOp, Mapping[Item, int]]


def always_parks(suspension: sm.SuspendOp) -> bool:
    """Whether the suspension has no ready way."""
    return suspension.kind.data in sm.NEVER_READY


def kept_slots(region: Region, places: Places, arguments: Iterable[Placed], shared: sm.FrameAttr) -> dict[sm.SuspendOp, frozenset[Placed]]:
    """For each suspension the items whose slots hold them when it is reached. `shared` tells which slots of two sections overlap."""
    facts = _Facts(places)
    order = reverse_postorder(region)
    before = predecessors(region)
    anew = facts.ended_by_definitions()
    everything = (1 << len(facts.placed)) - 1
    at_entry = facts.bits(arguments)
    step = {suspension: facts.effect(at, shared) for suspension, at in places.items()}
    out = dict.fromkeys(order, everything)
    found: dict[Block, int] = {}
    changed = True
    while changed:
        changed = False
        for block in order:
            held = at_entry if block is order[0] else everything
            for earlier in before[block]:
                held &= out.get(earlier, everything)
            found[block] = held = held & ~anew.get(block, 0) if block is not order[0] else held
            last = block.last_op
            if isinstance(last, sm.SuspendOp):
                ends, begins = step[last]
                parked = held & ~ends | begins
                held = parked if always_parks(last) else held & parked
            if out[block] != held:
                out[block], changed = held, True
    return {
        suspension: frozenset(facts.members(found[block], at))
        for suspension, at in places.items()
        if (block := suspension.parent) is not None
    }


class _Facts:
    """The facts that some suspension makes."""

    def __init__(self, places: Places) -> None:
        self.placed: list[Placed] = list(dict.fromkeys((item, offset) for at in places.values() for item, offset in at.items()))
        self._number = {placed: number for number, placed in enumerate(self.placed)}
        self._borders = {in_rows: _borders(self.placed, in_rows) for in_rows in (False, True)}
        self._covering: dict[tuple[bool, int], int] = {}
        """For each piece between two borders of slots the facts about it."""
        for number, (item, offset) in enumerate(self.placed):
            for piece in self._pieces(item, offset):
                self._covering[piece] = self._covering.get(piece, 0) | 1 << number

    def _pieces(self, item: Item, offset: int) -> Iterable[tuple[bool, int]]:
        borders = self._borders[item.in_rows]
        return ((item.in_rows, piece) for piece in range(bisect_left(borders, offset), bisect_left(borders, offset + item.size)))

    def bits(self, placed: Iterable[Placed]) -> int:
        return sum(1 << self._number[one] for one in set(placed) if one in self._number)

    def members(self, bits: int, at: Mapping[Item, int]) -> list[Placed]:
        """Those of a suspension's items whose facts are in the set."""
        return [placed for placed in at.items() if bits >> self._number[placed] & 1]

    def effect(self, at: Mapping[Item, int], frame: sm.FrameAttr) -> tuple[int, int]:
        """The facts that saving these items ends, and those that it begins."""
        ends = 0
        for item, offset in at.items():
            for piece in self._pieces(item, offset):
                ends |= self._covering[piece]
        if len(frame.shared.data) > 0:
            ends |= self._ended_across(at, frame)
        return ends, self.bits(at.items())

    def _ended_across(self, at: Mapping[Item, int], frame: sm.FrameAttr) -> int:
        """The facts about slots of the other section that overlap what is saved."""
        task, rows = _end(at.items(), False), _end(at.items(), True)
        ends = 0
        for number, (item, offset) in enumerate(self.placed):
            end = offset + item.size
            if not (frame.coexist(task, end) if item.in_rows else frame.coexist(end, rows)):
                ends |= 1 << number
        return ends

    def ended_by_definitions(self) -> dict[Block, int]:
        """For each block the facts about values that it defines."""
        about: dict[SSAValue, int] = {}
        for number, (item, _) in enumerate(self.placed):
            for value, _ in item.parts:
                about[value] = about.get(value, 0) | 1 << number
        found: dict[Block, int] = {}
        for value, bits in about.items():
            block = defining_block(value)
            assert block is not None
            found[block] = found.get(block, 0) | bits
        return found


def _end(placed: Iterable[Placed], in_rows: bool) -> int:
    return max((offset + item.size for item, offset in placed if item.in_rows is in_rows), default=0)


def _borders(placed: Iterable[Placed], in_rows: bool) -> list[int]:
    """Where slots of a section begin and end."""
    return sorted({border for item, offset in placed if item.in_rows is in_rows for border in (offset, offset + item.size)})
