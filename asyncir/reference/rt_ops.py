"""Decoders of the `rt` dialect: memory, atomics, fences, the machine."""

from __future__ import annotations

from collections.abc import Callable

from xdsl.dialects.builtin import MemRefType
from xdsl.ir import Operation

from asyncir.dialects import rt
from asyncir.dialects.locations import location_of
from asyncir.dialects.rt import Rmw
from asyncir.dialects.rt_stack import MAYBE_UNWRITTEN
from asyncir.reference.arithmetic import INTEGER_BINARY
from asyncir.reference.decode import Decoded, Decoder, Ends, OpDecoder, Plain, Registers, Running, Suspends
from asyncir.reference.faults import broken, unsupported
from asyncir.reference.flat import FlatCells, Reader, Writer, reader, writer
from asyncir.reference.memory import Buffer, MemoryFault, MemRef, row_major
from asyncir.reference.ops_arith import width_of
from asyncir.reference.ops_async import asks
from asyncir.reference.task import Meeting
from asyncir.reference.values import signed_of, wrap_to

SWITCH = "switch"
"""The request of a thread that lets others run."""


def _located(op: Operation, fault: MemoryFault) -> Exception:
    return broken(fault.kind, op, f"'{op.name}': {fault}")


def _reader(op: Operation, index: int) -> Reader:
    read = reader(op.results[index].type)
    if read is None:
        raise unsupported(op, f"of type {op.results[index].type}")
    return read


def _writer(op: Operation, index: int) -> Writer:
    write = writer(op.operands[index].type)
    if write is None:
        raise unsupported(op, f"of type {op.operands[index].type}")
    return write


def _load(op: rt.LoadOp, d: Decoder) -> Decoded:
    address, target, offset, read = d.register(op.address), d.register(op.result), op.bytes, _reader(op, 0)

    def step(r: Registers) -> None:
        try:
            r[target] = read(r[0].launch.memory, r[address] + offset)
        except MemoryFault as fault:
            raise _located(op, fault) from None

    return Plain(step)


def _store(op: rt.StoreOp, d: Decoder) -> Decoded:
    source, address, offset, write = d.register(op.value), d.register(op.address), op.bytes, _writer(op, 0)

    def step(r: Registers) -> None:
        try:
            write(r[0].launch.memory, r[address] + offset, r[source])
        except MemoryFault as fault:
            raise _located(op, fault) from None

    return Plain(step)


def _lifetime_start(op: rt.LifetimeStartOp, d: Decoder) -> Decoded:
    address, size, offset = d.register(op.address), d.register(op.size), op.offset.value.data
    return Plain(lambda r: r[0].launch.memory.begin_life(r[address] + offset, r[size]))


def _lifetime_end(op: rt.LifetimeEndOp, d: Decoder) -> Decoded:
    address, size, offset = d.register(op.address), d.register(op.size), op.offset.value.data

    def step(r: Registers) -> None:
        try:
            r[0].launch.memory.end_life(r[address] + offset, r[size])
        except MemoryFault as fault:
            raise _located(op, fault) from None

    return Plain(step)


# ---------------------------------------------------------------------------------------------------------------- atomics


def at_once(op: Operation, act: Callable[[Registers], None]) -> Suspends:
    """A place where threads may change, then `act` in one step."""

    def run(r: Registers) -> Running:
        if r[0].launch.switches():
            yield SWITCH
        try:
            act(r)
        except MemoryFault as fault:
            raise _located(op, fault) from None

    return Suspends(run)


def _atomic_load(op: rt.AtomicLoadOp, d: Decoder) -> Decoded:
    address, target, offset, read = d.register(op.address), d.register(op.result), op.bytes, _reader(op, 0)

    def act(r: Registers) -> None:
        r[target] = read(r[0].launch.memory, r[address] + offset)

    return at_once(op, act)


def _atomic_store(op: rt.AtomicStoreOp, d: Decoder) -> Decoded:
    source, address, offset, write = d.register(op.value), d.register(op.address), op.bytes, _writer(op, 0)

    def act(r: Registers) -> None:
        write(r[0].launch.memory, r[address] + offset, r[source])

    return at_once(op, act)


RMW_NAMES: dict[Rmw, str] = {
    Rmw.ADD: "arith.addi",
    Rmw.SUB: "arith.subi",
    Rmw.AND: "arith.andi",
    Rmw.OR: "arith.ori",
    Rmw.XOR: "arith.xori",
    Rmw.MINS: "arith.minsi",
    Rmw.MAXS: "arith.maxsi",
    Rmw.MINU: "arith.minui",
    Rmw.MAXU: "arith.maxui",
}


def _atomic_rmw(op: rt.AtomicRmwOp, d: Decoder) -> Decoded:
    source, address, target, offset = d.register(op.value), d.register(op.address), d.register(op.result), op.bytes
    kind, read, write = op.kind.data, _reader(op, 0), _writer(op, 0)
    exchanges = kind is Rmw.XCHG
    combine: Callable[[int, int], int] = (lambda old, new: new) if exchanges else INTEGER_BINARY[RMW_NAMES[kind]](width_of(op, op.value))

    def act(r: Registers) -> None:
        memory, place = r[0].launch.memory, r[address] + offset
        old = read(memory, place)
        write(memory, place, combine(old, r[source]))
        r[target] = old

    return at_once(op, act)


def _cmpxchg(op: rt.CmpxchgOp, d: Decoder) -> Decoded:
    expected, replacement, address = d.registers((op.expected, op.replacement, op.address))
    old, ok, offset = d.register(op.old), d.register(op.ok), op.bytes
    read, write = _reader(op, 0), _writer(op, 1)

    def act(r: Registers) -> None:
        memory, place = r[0].launch.memory, r[address] + offset
        found = read(memory, place)
        equal = found == r[expected]
        if equal:
            write(memory, place, r[replacement])
        r[old], r[ok] = found, int(equal)

    return at_once(op, act)


def _fence(op: rt.FenceOp, d: Decoder) -> Decoded:
    """Threads change at atomics, in one order for all: a fence adds nothing to that."""
    return Plain(lambda r: None)


# ---------------------------------------------------------------------------------------------------------------- addresses


def _ptr_add(op: rt.PtrAddOp, d: Decoder) -> Decoded:
    address, distance, target = d.register(op.address), d.register(op.distance), d.register(op.result)
    wrap = wrap_to(64)

    def step(r: Registers) -> None:
        r[target] = wrap(r[address] + r[distance])

    return Plain(step)


def _address(op: rt.AddressOp, d: Decoder) -> Decoded:
    address, target = d.register(op.address), d.register(op.result)

    def step(r: Registers) -> None:
        r[target] = r[address]

    return Plain(step)


def _memref(op: rt.MemrefOp, d: Decoder) -> Decoded:
    address, dynamic, target, type_ = d.register(op.address), d.registers(op.sizes), d.register(op.result), op.result.type
    assert isinstance(type_, MemRefType)
    shape, element, location = type_.get_shape(), type_.element_type, location_of(op)

    def step(r: Registers) -> None:
        pending = iter(dynamic)
        sizes = tuple([r[next(pending)] if size < 0 else size for size in shape])
        try:
            cells = FlatCells(r[0].launch.memory, r[address], element)
            view = MemRef(Buffer(cells, element, location), 0, sizes, row_major(sizes))
            fits = view.fits()
        except MemoryFault as fault:
            raise _located(op, fault) from None
        if not fits:
            raise broken("out-of-bounds", op, f"an array of sizes {list(sizes)} ends behind the memory that it is in")
        r[target] = view

    return Plain(step)


def _memref_ptr(op: rt.MemrefPtrOp, d: Decoder) -> Decoded:
    source, target = d.register(op.memref), d.register(op.result)

    def step(r: Registers) -> None:
        view = r[source]
        cells = view.buffer.cells
        if not isinstance(cells, FlatCells):
            raise unsupported(op, "of an array that has no address")
        r[target] = cells.address + view.offset * cells.size

    return Plain(step)


# ------------------------------------------------------------------------------------------------------------- the machine


def _warp_sync(op: rt.WarpSyncOp, d: Decoder) -> Decoded:
    """All lanes meet; threads change at atomics only, so there is nothing to make visible."""
    return asks(op, Meeting(op, lambda warp, brought: [()] * len(brought), publishes=False), d)


def _thread_id(op: rt.ThreadIdOp, d: Decoder) -> Decoded:
    target = d.register(op.result)

    def step(r: Registers) -> None:
        r[target] = r[0].owner.number * r[0].launch.width + r[0].index

    return Plain(step)


def _shard(op: rt.ShardOp, d: Decoder) -> Decoded:
    target = d.register(op.result)

    def step(r: Registers) -> None:
        r[target] = r[0].owner.number * r[0].launch.width + r[0].index

    return Plain(step)


def _processor_id(op: rt.ProcessorIdOp, d: Decoder) -> Decoded:
    target = d.register(op.result)

    def step(r: Registers) -> None:
        r[target] = r[0].owner.number

    return Plain(step)


def _clock(op: rt.ClockOp, d: Decoder) -> Decoded:
    target = d.register(op.result)

    def step(r: Registers) -> None:
        r[target] = r[0].launch.clock

    return Plain(step)


def _pause(op: rt.PauseOp, d: Decoder) -> Decoded:
    nanoseconds = op.nanoseconds.value.data

    def run(r: Registers) -> Running:
        r[0].launch.clock += nanoseconds
        yield SWITCH

    return Suspends(run)


def _poll_due(op: rt.PollDueOp, d: Decoder) -> Decoded:
    target = d.register(op.result)

    def step(r: Registers) -> None:
        r[target] = 1

    return Plain(step)


# -------------------------------------------------------------------------------------------- stacks: places are numbers of words


_UNWRITTEN = -0x5A5A5A5B
"""What a load that may read it finds where nothing was written."""


def _stack_base(op: rt.StackBaseOp, d: Decoder) -> Decoded:
    target = d.register(op.result)

    def step(r: Registers) -> None:
        r[target] = 0

    return Plain(step)


def _stack_add(op: rt.StackAddOp, d: Decoder) -> Decoded:
    place, words, target = d.register(op.place), d.register(op.words), d.register(op.result)
    signed = signed_of(32)

    def step(r: Registers) -> None:
        r[target] = r[place] + signed(r[words])

    return Plain(step)


def _stack_load(op: rt.StackLoadOp, d: Decoder) -> Decoded:
    place, target, offset = d.register(op.place), d.register(op.result), op.offset.value.data
    default = _UNWRITTEN if MAYBE_UNWRITTEN in op.attributes else None

    def step(r: Registers) -> None:
        word = r[0].words.get(r[place] + offset, default)
        if word is None:
            raise broken("uninitialised", op, f"word {r[place] + offset} of a lane's stack is read before it is written")
        r[target] = word

    return Plain(step)


def _stack_store(op: rt.StackStoreOp, d: Decoder) -> Decoded:
    source, place, offset = d.register(op.value), d.register(op.place), op.offset.value.data

    def step(r: Registers) -> None:
        word = r[place] + offset
        if not 0 <= word < r[0].launch.memory.stack_words:
            raise broken("out-of-bounds", op, f"word {word} of a lane's stack of {r[0].launch.memory.stack_words} is written")
        r[0].words[word] = r[source]

    return Plain(step)


def _stack_above(op: rt.StackAboveOp, d: Decoder) -> Decoded:
    place, other, target = d.register(op.place), d.register(op.other), d.register(op.result)

    def step(r: Registers) -> None:
        r[target] = int(r[place] > r[other])

    return Plain(step)


def _return(op: rt.ReturnOp, d: Decoder) -> Decoded:
    return Ends(lambda r: ())


WAITING: dict[str, OpDecoder] = {
    "rt.atomic_load": _atomic_load,
    "rt.atomic_store": _atomic_store,
    "rt.atomic_rmw": _atomic_rmw,
    "rt.cmpxchg": _cmpxchg,
    "rt.pause": _pause,
    "rt.warp_sync": _warp_sync,
}

DECODERS: dict[str, OpDecoder] = {
    **WAITING,
    "rt.load": _load,
    "rt.store": _store,
    "rt.lifetime_start": _lifetime_start,
    "rt.lifetime_end": _lifetime_end,
    "rt.fence": _fence,
    "rt.ptr_add": _ptr_add,
    "rt.address": _address,
    "rt.memref": _memref,
    "rt.memref_ptr": _memref_ptr,
    "rt.thread_id": _thread_id,
    "rt.shard": _shard,
    "rt.processor_id": _processor_id,
    "rt.clock": _clock,
    "rt.poll_due": _poll_due,
    "rt.stack_base": _stack_base,
    "rt.stack_add": _stack_add,
    "rt.stack_load": _stack_load,
    "rt.stack_store": _stack_store,
    "rt.stack_above": _stack_above,
    "rt.return": _return,
}
