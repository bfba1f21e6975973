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
from collections.abc import Iterable, Mapping, Sequence

from xdsl.ir import Block, Region, SSAValue

from asyncir.analysis.cfg import predecessors, reverse_postorder
from asyncir.analysis.dominance import defining_block
from asyncir.analysis.liveness import bit_set, selected
from asyncir.dialects import sm
from asyncir.passes.layout.packing import Item

Placed = tuple[Item, int]
"""An item and its offset."""
Places = Mapping[sm.SuspendOp, Mapping[Item, int]]


def always_parks(suspension: sm.SuspendOp) -> bool:
    """Whether the suspension has no ready way."""
    return suspension.kind.data in sm.NEVER_READY


def kept_slots(region: Region, places: Places, arguments: Iterable[Placed], shared: sm.FrameAttr) -> dict[sm.SuspendOp, list[Item]]:
    """For each suspension the items whose slots hold them when it is reached. `shared` tells which slots of two sections overlap."""
    facts = _Facts(places, shared)
    order = reverse_postorder(region)
    before = predecessors(region)
    anew = facts.ended_by_definitions()
    everything = (1 << len(facts.placed)) - 1
    at_entry = facts.known(arguments)
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
                parked = held & ~facts.ends[last] | facts.begins[last]
                held = parked if always_parks(last) else held & parked
            if out[block] != held:
                out[block], changed = held, True
    suspensions = ((suspension, block) for suspension in places if (block := suspension.parent) is not None)
    return {suspension: facts.items(found[block] & facts.begins[suspension]) for suspension, block in suspensions}


class _Facts:
    """The facts that some suspension makes, and what each suspension makes of them."""

    def __init__(self, places: Places, frame: sm.FrameAttr) -> None:
        self.placed: list[Placed] = []
        self._number: dict[Placed, int] = {}
        numbers = {suspension: self._numbers(at.items()) for suspension, at in places.items()}
        self._borders = {in_rows: _borders(self.placed, in_rows) for in_rows in (False, True)}
        covering: dict[tuple[bool, int], int] = {}
        """For each piece between two borders of slots the facts about it."""
        pieces = [self._pieces(item, offset) for item, offset in self.placed]
        for number, those in enumerate(pieces):
            for piece in those:
                covering[piece] = covering.get(piece, 0) | 1 << number
        self.begins = {suspension: bit_set(those, len(self.placed)) for suspension, those in numbers.items()}
        """The facts that a suspension's saves begin."""
        self.ends = {suspension: _all(covering[piece] for piece in _pieces_of(those, pieces)) for suspension, those in numbers.items()}
        """Those that they end."""
        if len(frame.shared.data) > 0:
            for suspension, at in places.items():
                self.ends[suspension] |= self._ended_across(at, frame)

    def _numbers(self, placed: Iterable[Placed]) -> list[int]:
        """The numbers of facts; what is new gets one."""
        found: list[int] = []
        for one in placed:
            number = self._number.get(one)
            if number is None:
                number = self._number[one] = len(self.placed)
                self.placed.append(one)
            found.append(number)
        return found

    def _pieces(self, item: Item, offset: int) -> list[tuple[bool, int]]:
        borders = self._borders[item.in_rows]
        return [(item.in_rows, piece) for piece in range(bisect_left(borders, offset), bisect_left(borders, offset + item.size))]

    def known(self, placed: Iterable[Placed]) -> int:
        """Those of these facts that some suspension makes."""
        return bit_set((self._number[one] for one in placed if one in self._number), len(self.placed))

    def items(self, bits: int) -> list[Item]:
        """What the facts in the set are about."""
        return [item for item, _ in selected(self.placed, bits)]

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


def _pieces_of(numbers: Iterable[int], pieces: Sequence[Sequence[tuple[bool, int]]]) -> set[tuple[bool, int]]:
    return {piece for number in numbers for piece in pieces[number]}


def _all(sets: Iterable[int]) -> int:
    """What is in any of these bit sets."""
    found = 0
    for bits in sets:
        found |= bits
    return found


def _end(placed: Iterable[Placed], in_rows: bool) -> int:
    return max((offset + item.size for item, offset in placed if item.in_rows is in_rows), default=0)


def _borders(placed: Iterable[Placed], in_rows: bool) -> list[int]:
    """Where slots of a section begin and end."""
    return sorted({border for item, offset in placed if item.in_rows is in_rows for border in (offset, offset + item.size)})
