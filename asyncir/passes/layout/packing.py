"""
What is held across one suspension, as items that each take whole words: values of words, words of narrow values, ballot words.

Narrow values have 1, 8 or 16 bits. These are powers of two: taken widest first they fill words without a gap, so what is held takes
no more words than its bits do, rounded up. Divergent narrow values are packed lane by lane, into rows; a divergent predicate becomes
one word for all lanes. (Vectors of other sizes are not taken apart: they are rounded up to words.)
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from xdsl.ir import SSAValue

from asyncir.dialects.sm import Section, SlotAttr
from asyncir.passes.layout.request import Word
from asyncir.passes.layout.sizes import WORD, alignment_of, bits_of, is_narrow, round_up, rows_of, size_of

WORD_BITS = 8 * WORD


@dataclass(frozen=True)
class Item:
    """
    What stands in one slot. `size` and `alignment` are in bytes or, if `in_rows`, in rows. Two items are the same if they hold the same
    values at the same bits.
    """

    parts: tuple[tuple[SSAValue, int], ...]
    in_rows: bool
    size: int
    alignment: int
    ballot: bool = False

    @property
    def whole(self) -> bool:
        """Whether this is one value as it is."""
        return len(self.parts) == 1 and not self.ballot

    def slot(self, offset: int) -> SlotAttr:
        return _slot(self.in_rows, offset)

    def word(self, offset: int) -> Word:
        return Word(self.slot(offset), self.parts, self.ballot)


@lru_cache(1024)
def _slot(in_rows: bool, offset: int) -> SlotAttr:
    return SlotAttr.get(Section.ROWS if in_rows else Section.TASK, offset)


def whole_item(value: SSAValue, in_rows: bool) -> Item:
    """A value in a slot of its own, of whole words."""
    size = size_of(value.type)
    assert size is not None, "layout-frames checked the types"
    if in_rows:
        rows = rows_of(size)
        return Item(((value, 0),), True, rows, 2 - rows % 2)
    size = round_up(size, WORD)
    return Item(((value, 0),), False, size, alignment_of(size))


class Packer:
    """
    Makes items of what is held at one suspension after the other. A word that was made before is made again where all its values are
    held again, unless that would take more words: then it may still be in its slot.
    """

    def __init__(self, in_rows: Callable[[SSAValue], bool]) -> None:
        self._in_rows = in_rows
        self._whole: dict[SSAValue, Item] = {}
        self._known: dict[SSAValue, Item] = {}
        """The word that a narrow value was last packed in."""

    def pack(self, values: Iterable[SSAValue], apart: Container[SSAValue] = ()) -> list[Item]:
        """The items that hold these values: those of the strictest alignment first. Narrow values that are `apart` share no word."""
        items: list[Item] = []
        narrow: dict[bool, list[SSAValue]] = {False: [], True: []}
        for value in values:
            in_rows = self._in_rows(value)
            if not is_narrow(value.type) or value in apart:
                items.append(self._whole_item(value, in_rows))
            elif in_rows and bits_of(value.type) == 1:
                items.append(Item(((value, 0),), False, WORD, WORD, ballot=True))
            else:
                narrow[in_rows].append(value)
        for in_rows, those in narrow.items():
            items += self._words(those, in_rows)
        return sorted(items, key=lambda item: -item.alignment)

    def _whole_item(self, value: SSAValue, in_rows: bool) -> Item:
        found = self._whole.get(value)
        if found is None:
            found = self._whole[value] = whole_item(value, in_rows)
        return found

    def _words(self, values: Sequence[SSAValue], in_rows: bool) -> list[Item]:
        held = set(values)
        reused = [item for item in dict.fromkeys(self._known[value] for value in values if value in self._known) if _values(item) <= held]
        covered = {value for item in reused for value in _values(item)}
        items = reused + _fill(value for value in values if value not in covered) if reused else []
        least = -(-sum(bits_of(value.type) for value in values) // WORD_BITS)
        if not reused or len(items) > least:
            items = _fill(values)
        found = [Item(item.parts, in_rows, 1 if in_rows else WORD, 1 if in_rows else WORD) for item in items]
        for item in found:
            self._known |= dict.fromkeys(_values(item), item)
        return found


def _values(item: Item) -> set[SSAValue]:
    return {value for value, _ in item.parts}


def _fill(values: Iterable[SSAValue]) -> list[Item]:
    """Words for narrow values, the widest first."""
    words: list[Item] = []
    parts: list[tuple[SSAValue, int]] = []
    bit = 0
    for value in sorted(values, key=lambda value: -bits_of(value.type)):
        if bit == WORD_BITS:
            words.append(Item(tuple(parts), False, WORD, WORD))
            parts, bit = [], 0
        parts.append((value, bit))
        bit += bits_of(value.type)
    return [*words, Item(tuple(parts), False, WORD, WORD)] if parts else words
