"""
The rings of tile channels in block memory, and all that has to do with their phases: what the rings are, and where each end is.

A slot is two barriers, and a tile elsewhere. *Full* takes an arrival of each writer, and the bytes of copies; *empty* takes an arrival of
each reader. Writers and readers go round the ring; in the round k

    a writer waits until empty has ended its phase k - 1    parity (k & 1) ^ 1: in round 0 there is nothing to wait for
    a reader waits until full has ended its phase k         parity k & 1

so nobody is ever two phases behind, which is all that a parity can tell. Where an end is in its ring, its *cursor*, are two values of the
role that has it, the place of the next slot and the parity of the round; they go from block to block as block arguments.

Closing: a writer takes one slot more and commits it with a mark. A reader that finds the mark has no slot, and stays where it is. Channels
of which no reader asks whether it got a slot have no marks.

    +----------------------------------------------+- - - -+--------------------------------+- - - -+
    | slot 0: full, empty, (mark)                  |       | tile 0, at a multiple of 128   |       |
    | 8 + 8 (+ 16) bytes                           | slot… |                                | tile… |
    +----------------------------------------------+- - - -+--------------------------------+- - - -+
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from xdsl.dialects import arith
from xdsl.dialects.builtin import BoolAttr, IntegerType, MemRefType, i32, i64
from xdsl.ir import Attribute, SSAValue

from asyncir.dialects import gpu_lanes, rt, rt_block, task
from asyncir.dialects.sizes import byte_size
from asyncir.dialects.task_tile_types import TileChannelType
from asyncir.dialects.task_tiles import TileChannelOp
from asyncir.passes.emitting import Emitter

FULL = 0
EMPTY = rt_block.BARRIER_BYTES
MARK = 2 * rt_block.BARRIER_BYTES
"""Where a slot has its barriers and its mark."""

SLOT_BYTES = 2 * rt_block.BARRIER_BYTES
MARKED_SLOT_BYTES = 2 * SLOT_BYTES
TILE_ALIGNMENT = 128


@dataclass(frozen=True)
class Ring:
    """A tile channel in block memory; places are offsets there, in bytes."""

    channel: TileChannelOp
    tile: MemRefType[Attribute]
    is_marked: bool
    slots_at: int
    tiles_at: int

    @property
    def depth(self) -> int:
        """How many slots it has."""
        return self.channel.slots

    @property
    def slot_bytes(self) -> int:
        """From one slot to the next."""
        return MARKED_SLOT_BYTES if self.is_marked else SLOT_BYTES

    @property
    def tile_bytes(self) -> int:
        """From one tile to the next."""
        return _aligned(tile_size(self.tile))

    @property
    def end(self) -> int:
        """The first byte behind its tiles."""
        return self.tiles_at + self.depth * self.tile_bytes

    def slot(self, emit: Emitter, index: SSAValue | None) -> SSAValue:
        """The address of a slot; None: of the only one."""
        return _place(emit, self.slots_at, index, self.slot_bytes)

    def tile_at(self, emit: Emitter, index: SSAValue | None) -> SSAValue:
        """The tile of a slot."""
        return emit.value(rt.MemrefOp(_place(emit, self.tiles_at, index, self.tile_bytes), [], self.tile))

    def make(self, emit: Emitter) -> None:
        """Makes the barriers; by one lane, before the warps meet."""

        def one(inner: Emitter, slot: SSAValue) -> None:
            inner.add(rt_block.BarrierInitOp(barrier(inner, slot, FULL), self.channel.writer_count))
            inner.add(rt_block.BarrierInitOp(barrier(inner, slot, EMPTY), self.channel.reader_count))
            if self.is_marked:
                inner.add(rt.StoreOp(inner.integer(0, i32), slot, MARK))

        if self.depth == 1:
            one(emit, self.slot(emit, None))
        else:
            emit.count(emit.index(self.depth), lambda inner, index: one(inner, self.slot(inner, _narrow(inner, index))))


def lay_out(channels: Sequence[TileChannelOp], marked: Sequence[TileChannelOp]) -> tuple[dict[TileChannelOp, Ring], int]:
    """The rings of a kernel's channels, and the bytes of block memory that they take: slots first, then tiles."""
    slots_at = 0
    starts: list[int] = []
    for channel in channels:
        starts.append(slots_at)
        slots_at += channel.slots * (MARKED_SLOT_BYTES if channel in marked else SLOT_BYTES)
    tiles_at = _aligned(slots_at)
    rings: dict[TileChannelOp, Ring] = {}
    for channel, start in zip(channels, starts, strict=True):
        type_ = channel.result.type
        assert isinstance(type_, TileChannelType) and isinstance(type_.tile_type, MemRefType)
        ring = rings[channel] = Ring(channel, type_.tile_type, channel in marked, start, tiles_at)
        tiles_at = ring.end
    return rings, tiles_at


def tile_size(tile: MemRefType[Attribute]) -> int:
    """The bytes of a tile's elements."""
    size = byte_size(tile.element_type)
    assert size is not None
    for extent in tile.get_shape():
        size *= extent
    return size


def _aligned(size: int) -> int:
    return -(-size // TILE_ALIGNMENT) * TILE_ALIGNMENT


def _place(emit: Emitter, first: int, index: SSAValue | None, stride: int) -> SSAValue:
    base = emit.value(rt_block.BlockMemoryOp(first))
    if index is None:
        return base
    distance = emit.times(emit.value(arith.ExtUIOp(index, i64)), emit.integer(stride, i64))
    return emit.value(rt.PtrAddOp(base, distance))


def _narrow(emit: Emitter, index: SSAValue) -> SSAValue:
    return emit.value(arith.IndexCastOp(index, i32))


def barrier(emit: Emitter, slot: SSAValue, which: int) -> SSAValue:
    """The address of one of a slot's barriers."""
    return slot if which == 0 else emit.value(rt.PtrAddOp(slot, emit.integer(which, i64)))


# ------------------------------------------------------------------------------------------------------------------ cursors


@dataclass(frozen=True)
class Cursor:
    """
    Where an end is in its ring: the values that stand for that at the role's start. What stands for them later is put in their place when
    all is written (passes/ssa_repair.py).
    """

    ring: Ring
    index: SSAValue | None
    """The place of the next slot (i32); None in a ring of one."""
    parity: SSAValue
    """That of the round (i1)."""

    @classmethod
    def start(cls, emit: Emitter, ring: Ring) -> Cursor:
        """A cursor at the first slot, in round 0."""
        return cls(ring, None if ring.depth == 1 else emit.integer(0, i32), truth(emit, False))

    def slot(self, emit: Emitter) -> SSAValue:
        """The address of the next slot."""
        return self.ring.slot(emit, self.index)

    def advance(self, emit: Emitter, ok: SSAValue | None) -> dict[SSAValue, SSAValue]:
        """What stands for the cursor a slot further; only if `ok`, where that is given."""
        wraps: SSAValue | None = None
        then: dict[SSAValue, SSAValue] = {}
        if self.index is not None:
            following = emit.plus(self.index, emit.integer(1, i32))
            wraps = emit.equal(following, emit.integer(self.ring.depth, i32))
            then[self.index] = emit.value(arith.SelectOp(wraps, emit.integer(0, i32), following))
        then[self.parity] = emit.value(arith.XOrIOp(self.parity, truth(emit, True) if wraps is None else wraps))
        if ok is None:
            return then
        return {old: emit.value(arith.SelectOp(ok, new, old)) for old, new in then.items()}

    def waited_for(self, emit: Emitter, *, writes: bool) -> tuple[SSAValue, SSAValue]:
        """The barrier and the parity that this end waits for before it takes its next slot."""
        slot = self.slot(emit)
        if not writes:
            return barrier(emit, slot, FULL), self.parity
        return barrier(emit, slot, EMPTY), emit.value(arith.XOrIOp(self.parity, truth(emit, True)))

    def last_round(self, emit: Emitter, place: SSAValue) -> SSAValue:
        """The parity of the last phase of full at a place that comes before this cursor; phase -1 if there is none."""
        before = truth(emit, False) if self.index is None else emit.value(arith.CmpiOp(place, self.index, "ult"))
        # Places before the cursor are of this round, the others of the round before.
        behind = emit.value(arith.XOrIOp(self.parity, truth(emit, True)))
        return emit.value(arith.SelectOp(before, self.parity, behind))


def truth(emit: Emitter, value: bool) -> SSAValue:
    """A constant of type i1."""
    return emit.value(arith.ConstantOp(BoolAttr.from_bool(value)))


# -------------------------------------------------------------------------------------------------------- what lanes do together


def all_lanes(emit: Emitter, fine: SSAValue) -> SSAValue:
    """Whether it holds in all lanes of the warp; the same in all of them."""
    wrong = emit.value(arith.XOrIOp(fine, truth(emit, True)))
    return emit.equal(emit.value(task.BallotOp(wrong, _MASK)), emit.integer(0, _MASK))


def any_lane(emit: Emitter, found: SSAValue) -> SSAValue:
    """Whether it holds in a lane of the warp."""
    return emit.value(arith.CmpiOp(emit.value(task.BallotOp(found, _MASK)), emit.integer(0, _MASK), "ne"))


_MASK = IntegerType(32)


def is_first_lane(emit: Emitter) -> SSAValue:
    """Whether this is lane 0."""
    return emit.equal(emit.value(gpu_lanes.LaneIdOp()), emit.index(0))


def arrive(emit: Emitter, slot: SSAValue, which: int, *, fence: bool = False) -> None:
    """
    The warp's arrival: what its lanes did before, their stores (full) and loads (empty), comes before what a wait for it is followed by.
    `fence`: what they stored comes before bulk copies as well.
    """
    if fence:
        emit.add(rt_block.ProxyFenceOp())
    emit.add(task.LaneSyncOp())
    emit.when(is_first_lane(emit), lambda inner: arrive_alone(inner, slot, which))


def arrive_alone(emit: Emitter, slot: SSAValue, which: int) -> None:
    """An arrival of this lane."""
    emit.add(rt_block.BarrierArriveOp(barrier(emit, slot, which)))
