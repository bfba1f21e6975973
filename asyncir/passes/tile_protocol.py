"""
What the operations on tile channels become (lower_tiles.py): receives and sends of places, and counts where several must have been there.

    acquire %ch writer w   place = recv empty_w                     the tile is a view of the array of tiles at that place
    receive %ch reader r   place, ok = recv full_r
    commit %slot           the last of the writers: send place to each reader's full slots
    release %slot          the last of the readers: send place to each writer's empty slots
    close %ch              the last of the writers: close each reader's full slots

Each writer commits in order, so whoever is the last to commit a slot has sent the slot before; with releases it is the same. So all see the
places in one order. The counts are atomic: who is last has seen what the others stored before. It sets the count to zero for the next time;
that is ordered before it by the channels.

A warp does each of these once: its lanes meet before a commit or release, so that what all of them stored or read comes before it, and its
first lane counts for all.
"""

from __future__ import annotations

from collections.abc import Sequence

from xdsl.dialects import memref
from xdsl.dialects.builtin import IntegerAttr, MemRefType, StringAttr, i32, i64
from xdsl.ir import Attribute, SSAValue

from asyncir.dialects import gpu_lanes, task
from asyncir.dialects.gpu_lanes import Reduction
from asyncir.dialects.memref_ext import RMW_KINDS, AtomicRMWOp
from asyncir.dialects.task_tiles import EMPTY_SLOT, FULL_SLOT, WORDS
from asyncir.passes.emitting import Emitter
from asyncir.passes.tile_values import PLACES, Parts, Shape, plain_type

CLOSES = 0
"""Where the count of closes is among the counts; behind it stand those of commits and of releases of each place."""


def make(emit: Emitter, shape: Shape, *, warp: bool) -> Parts:
    """A channel: all places are empty."""
    values = [emit.value(_alloc(shape.tiles))]
    if shape.is_counted:
        values.append(emit.value(_alloc(shape.counts)))
        _clear(emit, values[1], 1 + 2 * shape.depth, warp=warp)
    capacity = emit.index(shape.depth)
    values += [_places(emit, capacity, EMPTY_SLOT) for _ in range(shape.writers)]
    values += [_places(emit, capacity, FULL_SLOT) for _ in range(shape.readers)]
    made = Parts(shape, tuple(values))

    def fill(inner: Emitter, place: SSAValue) -> None:
        _send(inner, place, made.empty)

    emit.count(capacity, fill)
    return made


def take(emit: Emitter, channel: Parts, source: SSAValue) -> tuple[Parts, SSAValue, SSAValue]:
    """Slot, tile and whether there is one, from a writer's empty or a reader's full slots."""
    received = emit.add(task.RecvOp(source))
    return channel.slot(received.value), _tile(emit, channel, received.value), received.ok


def commit(emit: Emitter, slot: Parts, *, warp: bool) -> None:
    """Gives a writer's slot to the readers."""
    _give(emit, slot, slot.shape.writers, 1, slot.full, warp=warp)


def release(emit: Emitter, slot: Parts, *, warp: bool) -> None:
    """Gives a reader's slot back to the writers."""
    _give(emit, slot, slot.shape.readers, 2, slot.empty, warp=warp)


def close(emit: Emitter, channel: Parts, *, warp: bool) -> None:
    """One writer more has closed the channel."""

    def end(inner: Emitter) -> None:
        for full in channel.full:
            inner.add(task.CloseOp(full))

    if channel.shape.writers == 1:
        end(emit)
    else:
        emit.when(_is_last(emit, channel.counts, emit.index(CLOSES), channel.shape.writers, warp=warp), end)


def _give(emit: Emitter, slot: Parts, parties: int, distance: int, targets: Sequence[SSAValue], *, warp: bool) -> None:
    """The last of the parties sends the place on; `distance`: where their counts begin."""
    if warp:
        _meet(emit)
    if parties == 1:
        _send(emit, slot.first, targets)
        return
    count = emit.plus(emit.times(slot.first, emit.index(2)), emit.index(distance))
    emit.when(_is_last(emit, slot.counts, count, parties, warp=warp), lambda inner: _send(inner, slot.first, targets))


def _send(emit: Emitter, place: SSAValue, targets: Sequence[SSAValue]) -> None:
    """There is room for all places, so nobody waits."""
    for target in targets:
        emit.add(task.TrySendOp(place, target))


def _is_last(emit: Emitter, counts: SSAValue, at: SSAValue, parties: int, *, warp: bool) -> SSAValue:
    """Counts this party; whether it was the last of them. Then the count is zero again."""

    def arrive(inner: Emitter) -> Sequence[SSAValue]:
        one, last = inner.integer(1, i32), inner.integer(parties - 1, i32)
        before = inner.value(_add(one, counts, at))
        inner.when(inner.equal(before, last), lambda again: _store(again, again.integer(0, i32), counts, at))
        return [before]

    last = emit.integer(parties - 1, i32)
    if not warp:
        return emit.equal(arrive(emit)[0], last)
    (before,) = emit.choose(_is_first_lane(emit), arrive, [emit.integer(0, i32)])
    return emit.equal(emit.value(gpu_lanes.SubgroupReduceOp(Reduction.ADD, before)), last)


def _add(value: SSAValue, array: SSAValue, index: SSAValue) -> AtomicRMWOp:
    kind = IntegerAttr(RMW_KINDS.index("addi"), i64)
    return AtomicRMWOp.create(operands=[value, array, index], result_types=[value.type], properties={"kind": kind})


def _store(emit: Emitter, value: SSAValue, array: SSAValue, index: SSAValue) -> None:
    emit.add(memref.StoreOp.get(value, array, [index]))


def _meet(emit: Emitter) -> None:
    """What the lanes of a warp did before is done for whoever hears of what the first lane does behind this."""
    emit.add(task.LaneSyncOp())


def _is_first_lane(emit: Emitter) -> SSAValue:
    return emit.equal(emit.value(gpu_lanes.LaneIdOp()), emit.index(0))


def _clear(emit: Emitter, counts: SSAValue, length: int, *, warp: bool) -> None:
    """Sets all counts to zero, once."""

    def clear(inner: Emitter) -> None:
        zero = inner.integer(0, i32)
        inner.count(inner.index(length), lambda loop, index: _store(loop, zero, counts, index))

    if warp:
        emit.when(_is_first_lane(emit), clear)
        _meet(emit)
    else:
        clear(emit)


def _alloc(type_: MemRefType[Attribute]) -> memref.AllocOp:
    return memref.AllocOp.get(type_.element_type, None, type_.get_shape())


def _places(emit: Emitter, capacity: SSAValue, words: str) -> SSAValue:
    """A channel of places; `words` is what reports call waiting for it."""
    channel = emit.add(task.ChannelOp(capacity, PLACES))
    channel.attributes[WORDS] = StringAttr(words)
    return channel.result


def _tile(emit: Emitter, channel: Parts, place: SSAValue) -> SSAValue:
    """The tile at that place: a view of the array of all of them."""
    shape = channel.shape.tile.get_shape()
    offsets: list[SSAValue | int] = [place, *[0] * len(shape)]
    strides = [1] * (1 + len(shape))
    return emit.value(memref.SubviewOp.get(channel.first, offsets, [1, *shape], strides, plain_type(channel.shape.tile)))
