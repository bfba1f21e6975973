"""
The policy `bound`: the payload is exactly as large as what is held at the suspension that holds most, and what stays in its slot is
not saved again.

1. At each suspension what is held becomes items of whole words (packing.py). Placed without a gap, those of the strictest alignment
   first, they take no more than their bits: this gives the frame's size, whatever else is decided.
2. Where a warp's task holds rows at one suspension and words of the task at another, so many that both together would be more than
   the most held at any one, the two sections overlap (`shared`).
3. Arguments that are held take places of their own, those that are held most often first: where they are wider than a word from the
   payload's start, else from its end, so that what gives way is in between. Then the suspensions are visited in reverse postorder: an item
   stays where it was last, if that place is free and leaves room for all; what is new takes one that is. If fragments are too
   small for what is aligned to more than a word, all but that, and then all, are placed anew: without a gap, so they fit.
4. Slots that hold already what they are to hold are found by persistence.py, and not saved.
5. What arguments are not held at all, or found no place, are handed over in what remains: at most, the frame is made larger for that.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import chain

from xdsl.dialects.builtin import i1
from xdsl.ir import Region, SSAValue

from asyncir.analysis.cfg import reverse_postorder
from asyncir.analysis.loop_depth import loop_depths
from asyncir.dialects import sm
from asyncir.dialects.sm import Shape
from asyncir.passes.layout.packing import Item, Items, Packer
from asyncir.passes.layout.persistence import Placed, kept_slots
from asyncir.passes.layout.request import Layout, Request
from asyncir.passes.layout.sizes import WORD, is_narrow, round_up, rows_of, size_of
from asyncir.passes.layout.space import Space, place

REPORTED_ROW = 128
"""The bytes of a row on a warp of 32 lanes, for which sizes are compared."""

LOOP_WEIGHT = 10

_Items = dict[sm.SuspendOp, list[Item]]


def bound(request: Request) -> Layout:
    """Slots per value and suspension, in a frame of the least size."""
    factory = Items(request.in_rows)
    items = _items(request, factory)
    shapes = _shapes([_need(held) for held in items.values()])
    arguments = _Arguments(request, factory, shapes)
    homes = arguments.homes if request.arguments_in_place else {}
    items = _with_arguments_apart(request, factory, items, homes, shapes)
    places = _place_all(items, shapes, homes)
    task, rows = _extent(set(chain.from_iterable(at.items() for at in places.values())), shapes)
    shared = shapes if len(shapes) > 1 else []
    frame = sm.FrameAttr.get(task, rows, "", shared=shared)
    known = [(item, offset) for item, offset in homes.items() if item.whole]
    kept = kept_slots(request.machine.body, places, known, frame)
    handover = arguments.extent
    return Layout(
        arguments=tuple(arguments.slots),
        slots={
            suspension: {item.first: item.slot(offset) for item, offset in at.items() if item.whole} for suspension, at in places.items()
        },
        permanent=frozenset(),
        task_bytes=task,
        rows=rows,
        words={suspension: [item.word(offset) for item, offset in at.items() if not item.whole] for suspension, at in places.items()},
        kept={suspension: frozenset(value for item in those for value, _ in item.parts) for suspension, those in kept.items()},
        handover=handover if shared or handover[0] > task or handover[1] > rows else (0, 0),
        shared=shared,
    )


def _items(request: Request, items: Items) -> _Items:
    """What each suspension holds; suspensions in reverse postorder."""
    packer = Packer(items)
    return {suspension: packer.pack(request.live[suspension]) for suspension in _in_order(request.machine.body)}


def _with_arguments_apart(request: Request, items: Items, packed: _Items, homes: Mapping[Item, int], shapes: Sequence[Shape]) -> _Items:
    """Narrow arguments in slots of their own, where they need no save, if that is fewer words to copy than with them packed."""
    narrow = {id(item.first): item.first for item in homes if is_narrow(item.first.type)}
    if not narrow:
        return packed
    found: _Items = {}
    for suspension, held in packed.items():
        values = request.live[suspension]
        apart = {narrow[number] for number in narrow.keys() & set(map(id, values))}
        found[suspension] = _apart_if_fewer(values, apart, items, held, shapes) if apart else held
    return found


def _apart_if_fewer(
    values: Sequence[SSAValue], apart: set[SSAValue], items: Items, packed: list[Item], shapes: Sequence[Shape]
) -> list[Item]:
    found = Packer(items).pack(values, apart)
    words = sum(item.first not in apart for item in found)
    if 2 * words + len(apart) >= 2 * len(packed) or not any(_covers(shape, _need(found)) for shape in shapes):
        return packed
    return found


def _in_order(region: Region) -> list[sm.SuspendOp]:
    return [last for block in reverse_postorder(region) if isinstance(last := block.last_op, sm.SuspendOp)]


def _need(items: Iterable[Item]) -> Shape:
    """What items take without gaps: bytes and rows."""
    sizes = {False: 0, True: 0}
    for item in items:
        sizes[item.in_rows] += item.size
    return sizes[False], sizes[True]


def _shapes(needs: Sequence[Shape]) -> list[Shape]:
    """One shape that has room for each need or, where that is larger than the largest need, the needs that no other covers."""
    task, rows = max((need[0] for need in needs), default=0), max((need[1] for need in needs), default=0)
    least = max((_reported_rows(need) for need in needs), default=0)
    if rows == 0 or _reported_rows((task, rows)) <= least:
        return [(task, rows)]
    best: list[Shape] = []
    for need in sorted(set(needs), reverse=True):
        if not best or need[1] > best[-1][1]:
            best.append(need)
    return best


def _reported_rows(shape: Shape) -> int:
    return shape[1] - (-shape[0] // REPORTED_ROW)


def _covering(need: Shape, shapes: Sequence[Shape]) -> Shape:
    """The first shape that has room."""
    return next(shape for shape in shapes if _covers(shape, need))


def _covers(shape: Shape, need: Shape) -> bool:
    return need[0] <= shape[0] and need[1] <= shape[1]


def _place_all(items: _Items, shapes: Sequence[Shape], arguments: Mapping[Item, int]) -> dict[sm.SuspendOp, dict[Item, int]]:
    homes = dict(arguments)
    places: dict[sm.SuspendOp, dict[Item, int]] = {}
    for suspension, held in items.items():
        shape = _covering(_need(held), shapes)
        placed = place(held, homes, shape)
        if placed is None:
            aligned = {
                item: offset for item in held if item.alignment > (1 if item.in_rows else WORD) and (offset := homes.get(item)) is not None
            }
            placed = place(held, aligned, shape)
        if placed is None:
            placed = place(held, {}, shape)
        assert placed is not None, "items placed by falling alignment leave no gap"
        places[suspension] = placed
        homes |= placed
    return places


def _extent(placed: Iterable[Placed], shapes: Sequence[Shape]) -> Shape:
    """Up to where slots reach; with several shapes, as far as these do."""
    if len(shapes) > 1:
        return max(task for task, _ in shapes), max(rows for _, rows in shapes)
    ends = {False: 0, True: 0}
    for item, offset in placed:
        ends[item.in_rows] = max(ends[item.in_rows], offset + item.size)
    return ends[False], ends[True]


def _weights(request: Request) -> dict[SSAValue, int]:
    """How often each argument is held that is held; in a loop ten times as often as outside."""
    depths = loop_depths(request.machine.body)
    arguments = {id(argument): argument for argument in request.machine.entry.args}
    weights: dict[SSAValue, int] = {}
    for suspension, values in request.live.items():
        assert suspension.parent is not None
        for number in arguments.keys() & set(map(id, values)):
            argument = arguments[number]
            weights[argument] = weights.get(argument, 0) + LOOP_WEIGHT ** depths.get(suspension.parent, 0)
    return weights


class _Arguments:
    """Where arguments are handed over. `homes` are those held across some suspension that stand in the payload."""

    def __init__(self, request: Request, items: Items, shapes: Sequence[Shape]) -> None:
        self._items = items
        self._in_rows = request.in_rows
        weights = _weights(request)
        values = list(request.machine.entry.args)
        task, rows = 0, 0
        for value in values:
            size = size_of(value.type)
            assert size is not None, "layout-frames checked the types"
            task, rows = task + round_up(size, 8), rows + rows_of(size) + 1
        limit = shapes[0] if len(shapes) == 1 else (0, 0)
        self.homes: dict[Item, int] = {}
        self._offsets: dict[SSAValue, tuple[Item, int]] = {}
        # Room for all, wherever the first ones stand.
        self._space = Space((task + limit[0], rows + limit[1]), fine=True)
        first = Space(limit)
        fixed = [value for value in values if value in weights and not (self._in_rows(value) and value.type == i1)]
        for value in sorted(fixed, key=lambda value: -weights[value]):
            item = self._items.whole(value)
            offset = first.find(item)
            if offset is not None:
                self.homes[item] = offset
                self._space.take(item, offset)
                self._offsets[value] = item, offset
        for item in sorted((self._small_item(value) for value in values if value not in self._offsets), key=lambda item: -item.alignment):
            offset = self._space.find(item)
            assert offset is not None, "there is room for all arguments"
            self._offsets[item.first] = item, offset
        self.slots = [item.slot(offset) for item, offset in (self._offsets[value] for value in values)]
        self.extent = _extent(self._offsets.values(), [(0, 0)])

    def _small_item(self, value: SSAValue) -> Item:
        """A value in its own bytes."""
        size = size_of(value.type)
        assert size is not None
        if self._in_rows(value) or size % WORD == 0:
            return self._items.whole(value)
        return Item(((value, 0),), False, size, size & -size)
