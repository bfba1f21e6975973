"""
What is held across one suspension, as items that each take whole words: values of words, words of narrow values, ballot words.

Narrow values have 1, 8 or 16 bits. These are powers of two: taken widest first they fill words without a gap, so what is held takes
no more words than its bits do, rounded up. Divergent narrow values are packed lane by lane, into rows; a divergent predicate becomes
one word for all lanes. (Vectors of other sizes are not taken apart: they are rounded up to words.)
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from operator import attrgetter

from xdsl.ir import SSAValue

from asyncir.dialects.sm import Section, SlotAttr
from asyncir.passes.layout.request import Word
from asyncir.passes.layout.sizes import WORD, alignment_of, bits_of, is_narrow, round_up, rows_of, size_of

WORD_BITS = 8 * WORD


@dataclass(frozen=True, eq=False)
class Item:
    """
    What stands in one slot. `size` and `alignment` are in bytes or, if `in_rows`, in rows. `Items` gives one for the same values at the
    same bits, so items are compared by identity.
    """

    parts: tuple[tuple[SSAValue, int], ...]
    in_rows: bool
    size: int
    alignment: int
    ballot: bool = False

    @cached_property
    def whole(self) -> bool:
        """Whether this is one value as it is."""
        return len(self.parts) == 1 and not self.ballot

    @cached_property
    def first(self) -> SSAValue:
        """Its value, or the first one of several."""
        return self.parts[0][0]

    def slot(self, offset: int) -> SlotAttr:
        return _slot(self.in_rows, offset)

    def word(self, offset: int) -> Word:
        return Word(self.slot(offset), self.parts, self.ballot)


@lru_cache(4096)
def _slot(in_rows: bool, offset: int) -> SlotAttr:
    return SlotAttr.get(Section.ROWS if in_rows else Section.TASK, offset)


class Items:
    """The items of one machine: asked again for the same values at the same bits, it gives the same item."""

    def __init__(self, in_rows: Callable[[SSAValue], bool]) -> None:
        self.in_rows = in_rows
        """Whether lanes have their own of a value."""
        self._whole: dict[SSAValue, Item] = {}
        self._others: dict[tuple[tuple[tuple[SSAValue, int], ...], bool], Item] = {}

    def whole(self, value: SSAValue) -> Item:
        """A value in a slot of its own, of whole words."""
        found = self._whole.get(value)
        if found is None:
            size = size_of(value.type)
            assert size is not None, "layout-frames checked the types"
            if self.in_rows(value):
                rows = rows_of(size)
                found = Item(((value, 0),), True, rows, 2 - rows % 2)
            else:
                size = round_up(size, WORD)
                found = Item(((value, 0),), False, size, alignment_of(size))
            self._whole[value] = found
        return found

    def ballot(self, value: SSAValue) -> Item:
        """A predicate that each lane has its own of, as a word that all have."""
        key = ((value, 0),), True
        return self._others.setdefault(key, Item(key[0], False, WORD, WORD, ballot=True))

    def word(self, parts: tuple[tuple[SSAValue, int], ...], in_rows: bool) -> Item:
        """A word of narrow values."""
        if len(parts) == 1:
            return self.whole(parts[0][0])
        unit = 1 if in_rows else WORD
        return self._others.setdefault((parts, in_rows), Item(parts, in_rows, unit, unit))


class Packer:
    """
    Makes items of what is held at one suspension after the other. A word that was made before is made again where all its values are
    held again, unless that would take more words: then it may still be in its slot.
    """

    def __init__(self, items: Items) -> None:
        self._items = items
        self._apart: dict[int, Item] = {}
        """By the identity of a value that shares no word: it is looked up for each value at each suspension."""
        self._known: dict[SSAValue, Item] = {}
        """The word that a narrow value was last packed in."""

    def pack(self, values: Iterable[SSAValue], apart: Container[SSAValue] = ()) -> list[Item]:
        """The items that hold these values: those of the strictest alignment first. Narrow values that are `apart` share no word."""
        items: list[Item] = []
        narrow: dict[bool, list[SSAValue]] = {False: [], True: []}
        known = self._apart
        for value in values:
            if (item := known.get(id(value)) or self._alone(value)) is not None:
                items.append(item)
            elif value in apart:
                items.append(self._items.whole(value))
            else:
                narrow[self._items.in_rows(value)].append(value)
        for in_rows, those in narrow.items():
            items += self._words(those, in_rows)
        return sorted(items, key=attrgetter("alignment"), reverse=True)

    def _alone(self, value: SSAValue) -> Item | None:
        """The item of a value that is not packed with others; None if it is narrow."""
        if not is_narrow(value.type):
            item = self._items.whole(value)
        elif self._items.in_rows(value) and bits_of(value.type) == 1:
            item = self._items.ballot(value)
        else:
            return None
        self._apart[id(value)] = item
        return item

    def _words(self, values: Sequence[SSAValue], in_rows: bool) -> list[Item]:
        if not values:
            return []
        held = set(values)
        reused = [item for item in dict.fromkeys(self._known[value] for value in values if value in self._known) if _values(item) <= held]
        covered = {value for item in reused for value in _values(item)}
        words = [item.parts for item in reused]
        words += _fill(value for value in values if value not in covered) if reused else []
        least = -(-sum(bits_of(value.type) for value in values) // WORD_BITS)
        if not reused or len(words) > least:
            words = _fill(values)
        found = [self._items.word(parts, in_rows) for parts in words]
        for item in found:
            self._known |= dict.fromkeys(_values(item), item)
        return found


def _values(item: Item) -> set[SSAValue]:
    return {value for value, _ in item.parts}


def _fill(values: Iterable[SSAValue]) -> list[tuple[tuple[SSAValue, int], ...]]:
    """The parts of words for narrow values, the widest first."""
    words: list[tuple[tuple[SSAValue, int], ...]] = []
    parts: list[tuple[SSAValue, int]] = []
    bit = 0
    for value in sorted(values, key=lambda value: -bits_of(value.type)):
        if bit == WORD_BITS:
            words.append(tuple(parts))
            parts, bit = [], 0
        parts.append((value, bit))
        bit += bits_of(value.type)
    return [*words, tuple(parts)] if parts else words
