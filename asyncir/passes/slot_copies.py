"""
What `task.copy` into a slot becomes where the hardware copies: one bulk load by one lane, and what it cannot take by all lanes.

Bulk loads take addresses and sizes that are multiples of 16 bytes. Where source and target are as far from one, the bytes up to there are
the head, and what is left at the end the tail; else everything is head.

    source    …|..hhhh|bbbbbbbbbbbbbbbb|bbbbbbbbbbbbbbbb|tttt....|…      h: head, b: by the bulk load, t: tail

The slot's full barrier is told of the bytes before the warp arrives there, so the slot is full when they have come. What lanes store is
there when the warp arrives; bulk loads of later rounds come behind a fence.
"""

from __future__ import annotations

from collections.abc import Sequence

from xdsl.dialects import arith, memref
from xdsl.dialects.builtin import MemRefType, i32, i64
from xdsl.ir import SSAValue

from asyncir.dialects import gpu_lanes, rt, rt_block
from asyncir.dialects.sizes import byte_size
from asyncir.dialects.task_copy import CopyOp
from asyncir.passes.emitting import INDEX, Emitter
from asyncir.passes.pipeline_phases import FULL, barrier, is_first_lane
from asyncir.passes.rewriting import erase
from asyncir.passes.tile_copies import flat_place

UNIT = rt_block.COPY_UNIT


def copy_in_bulk(op: CopyOp) -> None:
    """Replaces a copy into a slot, whose value is the slot's address or will be."""
    assert op.slot is not None
    emit = Emitter(op, op.location)
    slot = op.slot
    places = [flat_place(emit, op.source, op.source_indices), flat_place(emit, op.target, op.target_indices)]
    size = _element_bytes(op)
    source, target = (_address(emit, array, first, size) for array, first in places)
    every = emit.times(emit.value(arith.IndexCastOp(op.count, i64)), emit.integer(size, i64))
    head, bulk = _parts(emit, source, target, every)

    def load(inner: Emitter) -> None:
        full = barrier(inner, slot, FULL)
        narrow = inner.value(arith.TruncIOp(bulk, i32))
        inner.add(rt_block.BarrierExpectOp(full, narrow))
        start = [inner.value(rt.PtrAddOp(address, head)) for address in (target, source)]
        inner.add(rt_block.BulkLoadOp(start[0], start[1], narrow, full))

    def rest(inner: Emitter) -> None:
        unit = inner.integer(size, i64)
        parts = [inner.value(arith.IndexCastOp(inner.value(arith.DivUIOp(part, unit)), INDEX)) for part in (head, inner.plus(head, bulk))]
        _by_lanes(inner, places, inner.index(0), parts[0])
        _by_lanes(inner, places, parts[1], op.count)
        inner.add(rt_block.ProxyFenceOp())

    some = emit.value(arith.CmpiOp(bulk, emit.integer(0, i64), "ne"))
    emit.when(emit.value(arith.AndIOp(some, is_first_lane(emit))), load)
    emit.when(emit.value(arith.CmpiOp(bulk, every, "ne")), rest)
    erase(op)


def _element_bytes(op: CopyOp) -> int:
    type_ = op.source.type
    assert isinstance(type_, MemRefType)
    size = byte_size(type_.element_type)
    assert size is not None
    return size


def _address(emit: Emitter, array: SSAValue, first: SSAValue, size: int) -> SSAValue:
    """The address of an array's element."""
    distance = emit.times(emit.value(arith.IndexCastOp(first, i64)), emit.integer(size, i64))
    return emit.value(rt.PtrAddOp(emit.value(rt.MemrefPtrOp(array)), distance))


def _parts(emit: Emitter, source: SSAValue, target: SSAValue, every: SSAValue) -> tuple[SSAValue, SSAValue]:
    """How many bytes the head and the bulk load have; the tail has the rest."""
    last = emit.integer(UNIT - 1, i64)
    off, other = (emit.value(arith.AndIOp(emit.value(rt.AddressOp(address)), last)) for address in (source, target))
    unit = emit.integer(UNIT, i64)
    up = emit.value(arith.AndIOp(emit.value(arith.SubiOp(unit, off)), last))
    is_alike = emit.equal(off, other)
    head = emit.value(arith.SelectOp(is_alike, emit.value(arith.MinUIOp(up, every)), every))
    bulk = emit.value(arith.AndIOp(emit.value(arith.SubiOp(every, head)), emit.integer(-UNIT, i64)))
    return head, bulk


def _by_lanes(emit: Emitter, places: Sequence[tuple[SSAValue, SSAValue]], begin: SSAValue, end: SSAValue) -> None:
    """Lane l of w copies the elements begin + l, begin + l + w, … before the end."""
    lane, width = emit.value(gpu_lanes.LaneIdOp()), emit.value(gpu_lanes.SubgroupSizeOp())
    above = emit.plus(emit.value(arith.SubiOp(end, begin)), emit.value(arith.SubiOp(emit.value(arith.SubiOp(width, lane)), emit.index(1))))
    rounds = emit.value(arith.DivUIOp(above, width))

    def move(inner: Emitter, number: SSAValue) -> None:
        index = inner.plus(inner.plus(begin, lane), inner.times(number, width))
        (source, source_first), (target, target_first) = places
        value = inner.value(memref.LoadOp.get(source, [inner.plus(source_first, index)]))
        inner.add(memref.StoreOp.get(value, target, [inner.plus(target_first, index)]))

    emit.count(rounds, move)
