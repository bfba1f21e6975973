"""Decoders of tile channels and of `task.copy`."""

from __future__ import annotations

from typing import Any

from xdsl.dialects.builtin import MemRefType
from xdsl.ir import Operation

from asyncir.dialects.task_copy import CopyOp
from asyncir.dialects.task_tile_types import TileChannelType
from asyncir.dialects.task_tiles import AcquireSlotOp, ReceiveSlotOp, TileChannelOp
from asyncir.reference.copies import Copy, place_of
from asyncir.reference.decode import Decoded, Decoder, OpDecoder, Registers, Running, Suspends, store_values
from asyncir.reference.faults import broken
from asyncir.reference.ops_async import asks
from asyncir.reference.suspensions import Suspension, TileKind
from asyncir.reference.task import Answers, Handle, Meeting, Task, require_uniform, shared
from asyncir.reference.tiles import MISUSE, Slot, TileChannel, User


def _tile_channel(op: TileChannelOp, d: Decoder) -> Decoded:
    type_ = op.result.type
    assert isinstance(type_, TileChannelType) and isinstance(type_.tile_type, MemRefType)
    element, sizes = type_.tile_type.element_type, tuple(type_.tile_type.get_shape())
    depth, writers, readers = op.shape

    def make(task: Task) -> TileChannel:
        return TileChannel(op, depth, element, sizes, [User() for _ in range(writers)], [User() for _ in range(readers)])

    return asks(op, shared(op, make, publishes=False), d)


def _takes(op: AcquireSlotOp | ReceiveSlotOp, d: Decoder) -> Decoded:
    """The suspension waits for the user, a writer or reader of the channel; who that is is found first."""
    kind = TileKind.ACQUIRE_SLOT if isinstance(op, AcquireSlotOp) else TileKind.RECEIVE_SLOT
    suspension = Suspension(op, kind, ())
    inner = suspension.meeting()
    role, number = op.ROLE, op.number

    def perform(task: Task, brought: list[Any]) -> Answers:
        require_uniform(op, brought)
        channel: TileChannel = brought[0][0]
        user = channel.use(task, op, role, number)
        return inner.perform(task, [(channel, user)] * len(brought))

    meeting, (source,), store = Meeting(op, perform), d.registers(op.operands), store_values(d.registers(op.results))

    def run(r: Registers) -> Running:
        store(r, (yield meeting, (r[source],)))

    return Suspends(run)


def _gives(done: str) -> OpDecoder:
    """Of operations by which a slot is given back."""

    def decode(op: Operation, d: Decoder) -> Decoded:
        def give(task: Task, slot: Slot | None) -> None:
            if slot is None:
                raise broken(MISUSE, op, f"'{op.name}' on no slot: the tile channel was closed and empty")
            slot.give_back(op, done)

        return asks(op, shared(op, give), d)

    return decode


def _copy(op: CopyOp, d: Decoder) -> Decoded:
    of_source, of_target = len(op.source_indices), len(op.target_indices)

    def begin(task: Task, *operands: Any) -> Handle | None:
        source = place_of(op, operands[0], operands[1 : 1 + of_source])
        rest = operands[1 + of_source :]
        target = place_of(op, rest[0], rest[1 : 1 + of_target])
        count, slot = rest[1 + of_target], rest[-1] if op.slot is not None else None
        copy = Copy(op, source, target, count, slot)
        if slot is None and op.slot is not None:
            raise broken(MISUSE, op, f"'{op.name}' into no slot: the tile channel was closed and empty")
        return copy.begin(task)

    return asks(op, shared(op, begin), d)


DECODERS: dict[str, OpDecoder] = {
    "task.tile_channel": _tile_channel,
    "task.acquire_slot": _takes,
    "task.receive_slot": _takes,
    "task.commit_slot": _gives("committed"),
    "task.release_slot": _gives("released"),
    "task.copy": _copy,
}
