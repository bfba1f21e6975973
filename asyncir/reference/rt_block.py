"""Decoders of the `rt` dialect's ops on blocks; what they do stands in rt_blocks.py."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from xdsl.dialects.builtin import StringAttr
from xdsl.ir import Operation

from asyncir.dialects import rt_block
from asyncir.dialects.task_tiles import WORDS
from asyncir.reference.decode import Decoded, Decoder, OpDecoder, Plain, Registers, Running, Suspends
from asyncir.reference.faults import broken
from asyncir.reference.rt_blocks import READ, Barrier, Block, Copy, Sync, Wait
from asyncir.reference.rt_ops import SWITCH, at_once
from asyncir.reference.values import unsigned_of

_WORD = 4


def _block(r: Registers) -> Block:
    return r[0].owner.block


def _result(op: Operation, d: Decoder, compute: Callable[[Registers], Any]) -> Decoded:
    target = d.register(op.results[0])

    def step(r: Registers) -> None:
        r[target] = compute(r)

    return Plain(step)


def _warp_in_block(op: rt_block.WarpInBlockOp, d: Decoder) -> Decoded:
    return _result(op, d, lambda r: _block(r).warps.index(r[0].owner))


def _block_id(op: rt_block.BlockIdOp, d: Decoder) -> Decoded:
    return _result(op, d, lambda r: _block(r).number)


def _block_memory(op: rt_block.BlockMemoryOp, d: Decoder) -> Decoded:
    offset = op.bytes
    return _result(op, d, lambda r: _block(r).memory + offset)


def _block_sync(op: rt_block.BlockSyncOp, d: Decoder) -> Decoded:
    request = Sync(op)

    def run(r: Registers) -> Running:
        yield request

    return Suspends(run)


# --------------------------------------------------------------------------------------------------------------- barriers


def _barrier(r: Registers, address: int, op: Operation) -> Barrier:
    found = _block(r).barriers.get(address)
    if found is None:
        raise broken("undefined", op, f"'{op.name}': there is no barrier at byte {address - _block(r).memory} of block memory")
    return found


def _barrier_init(op: rt_block.BarrierInitOp, d: Decoder) -> Decoded:
    address, count = d.register(op.barrier), op.count.value.data

    def act(r: Registers) -> None:
        block, place = _block(r), r[address]
        if not block.holds(place) or not block.holds(place + rt_block.BARRIER_BYTES - 1):
            raise broken("out-of-bounds", op, f"'{op.name}': a barrier must be in block memory")
        _check_alignment(op, block, place, rt_block.BARRIER_BYTES)
        block.barriers[place] = Barrier(op, count)

    return at_once(op, act)


def _barrier_arrive(op: rt_block.BarrierArriveOp, d: Decoder) -> Decoded:
    address = d.register(op.barrier)
    return at_once(op, lambda r: _barrier(r, r[address], op).arrive(op))


def _barrier_expect(op: rt_block.BarrierExpectOp, d: Decoder) -> Decoded:
    address, size = d.register(op.barrier), d.register(op.size)
    return at_once(op, lambda r: _barrier(r, r[address], op).expect(r[size]))


def _try_wait(op: rt_block.BarrierTryWaitOp, d: Decoder) -> Decoded:
    address, parity, target = d.register(op.barrier), d.register(op.parity), d.register(op.result)
    words = op.attributes.get(WORDS)
    said = f"{words.data}: " if isinstance(words, StringAttr) else ""

    def run(r: Registers) -> Running:
        if r[0].launch.switches():
            yield SWITCH
        barrier, wanted = _barrier(r, r[address], op), r[parity] & 1
        if not barrier.over(wanted):
            yield Wait(op, lambda: barrier.over(wanted), lambda: said + barrier.describe())
        r[target] = int(barrier.over(wanted))

    return Suspends(run)


# ------------------------------------------------------------------------------------------------------------- bulk copies


def _check_alignment(op: Operation, block: Block, address: int, unit: int) -> None:
    if address % unit:
        raise broken("undefined", op, f"'{op.name}': an address is no multiple of {unit}")


def _copy(op: rt_block.BulkLoadOp | rt_block.BulkStoreOp, r: Registers, to: int, source: int, size: int, inner: int) -> Copy:
    """A copy, checked; `inner` is the address that must be in block memory, the other one must not."""
    block, outer = _block(r), source if inner == to else to
    if not block.holds(inner) or not block.holds(inner + size - 1) or block.holds(outer):
        raise broken("out-of-bounds", op, f"'{op.name}': {size} bytes are not between block memory and that of the device")
    for number in (to, source):
        _check_alignment(op, block, number, rt_block.COPY_UNIT)
    if size <= 0 or size % rt_block.COPY_UNIT:
        raise broken("undefined", op, f"'{op.name}': {size} bytes are not a multiple of {rt_block.COPY_UNIT}, or none")
    return Copy(op, to, source, block.flat.read(source, size), None)


def _bulk_load(op: rt_block.BulkLoadOp, d: Decoder) -> Decoded:
    to, source, size, address = d.registers((op.destination, op.source, op.size, op.barrier))
    unsigned = unsigned_of(32)

    def act(r: Registers) -> None:
        copy = _copy(op, r, r[to], r[source], unsigned(r[size]), r[to])
        copy.barrier = _barrier(r, r[address], op)
        _block(r).start(copy)

    return at_once(op, act)


def _groups(r: Registers) -> list[list[Copy]]:
    """The lane's groups of stores, the last one open."""
    return r[0].groups


def _bulk_store(op: rt_block.BulkStoreOp, d: Decoder) -> Decoded:
    to, source, size = d.registers((op.destination, op.source, op.size))
    unsigned = unsigned_of(32)

    def act(r: Registers) -> None:
        copy = _copy(op, r, r[to], r[source], unsigned(r[size]), r[source])
        if not _block(r).is_fenced(copy.source, len(copy.data)):
            raise broken("tile-misuse", op, "a bulk store of what was stored with no 'rt.proxy_fence' behind it")
        _block(r).start(copy)
        _groups(r)[-1].append(copy)

    return at_once(op, act)


def _bulk_commit(op: rt_block.BulkCommitOp, d: Decoder) -> Decoded:
    return at_once(op, lambda r: _groups(r).append([]))


def _bulk_wait(op: rt_block.BulkWaitOp, d: Decoder) -> Decoded:
    pending, read = op.pending.value.data, op.read is not None

    def run(r: Registers) -> Running:
        closed, block = _groups(r)[:-1], _block(r)
        waited = [copy for group in closed[: len(closed) - pending] for copy in group]

        def over() -> bool:
            return not any(copy in block.copies and not (read and copy.step == READ) for copy in waited)

        if not over():
            yield Wait(op, over, lambda: "bulk stores", patient=True)

    return Suspends(run)


def _proxy_fence(op: rt_block.ProxyFenceOp, d: Decoder) -> Decoded:
    return Plain(lambda r: _block(r).fence())


# --------------------------------------------------------------------------------------------------------------- failures


def _failure_word(r: Registers) -> int:
    """The last 16 bytes of the block's memory are the executor's own."""
    block = _block(r)
    return block.memory + block.size - rt_block.COPY_UNIT


def _block_failed(op: rt_block.BlockFailedOp, d: Decoder) -> Decoded:
    target = d.register(op.result)

    def act(r: Registers) -> None:
        r[target] = int(any(_block(r).flat.read(_failure_word(r), _WORD)))

    return at_once(op, act)


def _fail_block(op: rt_block.FailBlockOp, d: Decoder) -> Decoded:
    return at_once(op, lambda r: _block(r).flat.write(_failure_word(r), (1).to_bytes(_WORD, "little")))


WAITING: dict[str, OpDecoder] = {
    "rt.barrier_arrive": _barrier_arrive,
    "rt.barrier_expect": _barrier_expect,
    "rt.barrier_init": _barrier_init,
    "rt.barrier_try_wait": _try_wait,
    "rt.block_failed": _block_failed,
    "rt.block_sync": _block_sync,
    "rt.bulk_commit": _bulk_commit,
    "rt.bulk_load": _bulk_load,
    "rt.bulk_store": _bulk_store,
    "rt.bulk_wait": _bulk_wait,
    "rt.fail_block": _fail_block,
}

DECODERS: dict[str, OpDecoder] = {
    **WAITING,
    "rt.block_id": _block_id,
    "rt.block_memory": _block_memory,
    "rt.proxy_fence": _proxy_fence,
    "rt.warp_in_block": _warp_in_block,
}
