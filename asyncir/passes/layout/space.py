"""Room in a frame while it is given out: which bytes of the task's part, and which rows, are taken."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from asyncir.dialects.sm import Shape
from asyncir.passes.layout.packing import Item


class Space:
    """
    A shape's units, free or taken. A unit is 4 bytes of the task's part, or a row; for what is smaller than 4 bytes (`fine`) it is a
    byte.
    """

    def __init__(self, shape: Shape, *, fine: bool = False) -> None:
        self._unit = {False: 1 if fine else 4, True: 1}
        self._taken = {in_rows: bytearray(size // self._unit[in_rows]) for in_rows, size in ((False, shape[0]), (True, shape[1]))}
        self._limit: dict[tuple[bool, int, int], int] = {}
        """Where the search for that size and alignment goes on: on the other side there is no place."""

    def take(self, item: Item, offset: int) -> bool:
        """Take the place at that offset, if it is free."""
        taken, unit = self._taken[item.in_rows], self._unit[item.in_rows]
        start, size = offset // unit, item.size // unit
        end = start + size
        if end > len(taken) or taken.find(1, start, end) >= 0:
            return False
        if size == 1:
            taken[start] = 1
        else:
            taken[start:end] = b"\1" * size
        return True

    def take_homes(self, items: Sequence[Item], homes: Mapping[Item, int]) -> dict[Item, int]:
        """Take the places of those that have a home that is free."""
        taken: dict[Item, int] = {}
        for item in items:
            if (offset := homes.get(item)) is not None and self.take(item, offset):
                taken[item] = offset
        return taken

    def find(self, item: Item) -> int | None:
        """
        Take a place; its offset. What is aligned to more than a unit takes the first there is, the rest the last, so that what comes
        later and must be aligned finds room.
        """
        taken, unit = self._taken[item.in_rows], self._unit[item.in_rows]
        size, step = item.size // unit, max(1, item.alignment // unit)
        key = (item.in_rows, size, step)
        if step == 1:
            at = taken.rfind(bytes(size), 0, self._limit.get(key, len(taken)))
        else:
            at = taken.find(bytes(size), self._limit.get(key, 0))
            while at >= 0 and at % step:
                at = taken.find(bytes(size), at + step - at % step)
        if at < 0:
            return None
        self._limit[key] = at if step > 1 else at + size
        taken[at : at + size] = b"\1" * size
        return at * unit


def place(items: Sequence[Item], homes: Mapping[Item, int], shape: Shape) -> dict[Item, int] | None:
    """
    Offsets for items, which come in order of falling alignment: those with a home stay there if it is free, the others take places that
    are. None if some find none.
    """
    space = Space(shape)
    placed = space.take_homes(items, homes)
    for item in items:
        if item not in placed:
            offset = space.find(item)
            if offset is None:
                return None
            placed[item] = offset
    return placed
