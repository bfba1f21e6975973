"""
How the explorer decodes `rt`: what other threads can notice is an *action* at which a thread stops, the rest are plain steps.

The decoder's generators cannot be copied, so nothing here is one: a thread is a stack of registers and positions (see
explore_threads.py), and an action is performed from them in one step.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias, cast

from xdsl.dialects import func, memref
from xdsl.dialects.builtin import IndexType, IntegerType
from xdsl.ir import Operation

from asyncir.dialects import rt
from asyncir.dialects.rt import Order, Rmw
from asyncir.reference.arithmetic import INTEGER_BINARY
from asyncir.reference.decode import Decoded, Decoder, OpDecoder, Plain, Registers, Step, Suspends, store_values
from asyncir.reference.explore_memory import ExploreMemory
from asyncir.reference.faults import broken
from asyncir.reference.memory import MemoryFault
from asyncir.reference.ops_arith import width_of
from asyncir.reference.ops_atomic import combiner
from asyncir.reference.ops_func import DECODERS as FUNCTIONS
from asyncir.reference.ops_memref import position_of
from asyncir.reference.program import Code
from asyncir.reference.rt_ops import RMW_NAMES
from asyncir.reference.table import RT_SUSPENDING, RT_TABLE

Perform: TypeAlias = Callable[[Registers, ExploreMemory, int], None]


class Action:
    """
    Something that other threads can notice. `perform(registers, memory, age)` does it; `age` 0 means on the newest value.
    `place(registers)` is the word it is about, None for a fence; `reads` if its result is used; `may_age` if it may read an
    older value.
    """

    __slots__ = ("may_age", "op", "perform", "place", "reads")

    def __init__(self, op: Operation, perform: Perform, place: Callable[[Registers], int] | None) -> None:
        self.op = op
        self.perform = perform
        self.place = place
        self.reads = any(result.first_use is not None for result in op.results)
        self.may_age: Callable[[Registers, ExploreMemory], int] = _never


class Pause:
    """A thread lets others run."""

    __slots__ = ("nanoseconds", "op")

    def __init__(self, op: Operation, nanoseconds: int) -> None:
        self.op = op
        self.nanoseconds = nanoseconds


class Call:
    """A call of a function in which there are actions."""

    __slots__ = ("code", "op", "sources", "store")

    def __init__(self, op: Operation, code: Code, sources: tuple[int, ...], store: Callable[[Registers, Any], None]) -> None:
        self.op = op
        self.code = code
        self.sources = sources
        self.store = store


def _never(r: Registers, memory: ExploreMemory) -> int:
    return 1


def _suspends(action: Action | Pause | Call) -> Decoded:
    return Suspends(cast(Any, action))


def _located(op: Operation, perform: Perform) -> Perform:
    def run(r: Registers, memory: ExploreMemory, age: int) -> None:
        memory.op = op
        try:
            perform(r, memory, age)
        except MemoryFault as fault:
            raise broken(fault.kind, op, f"'{op.name}': {fault}") from None

    return run


def _size(type_: Any) -> int:
    assert isinstance(type_, IntegerType)
    return type_.width.data // 8


def _atomic_load(op: rt.AtomicLoadOp, d: Decoder) -> Decoded:
    address, target, offset, size = d.register(op.address), d.register(op.result), op.bytes, _size(op.result.type)
    order, scope = op.order.data, op.scope.data

    def perform(r: Registers, memory: ExploreMemory, age: int) -> None:
        r[target] = memory.load(r[address] + offset, size, order, scope, age)

    action = Action(op, _located(op, perform), lambda r: r[address] + offset)
    action.may_age = lambda r, memory: memory.candidates(r[address] + offset, size, order)
    return _suspends(action)


def _atomic_store(op: rt.AtomicStoreOp, d: Decoder) -> Decoded:
    source, address, offset, size = d.register(op.value), d.register(op.address), op.bytes, _size(op.value.type)
    order, scope = op.order.data, op.scope.data

    def perform(r: Registers, memory: ExploreMemory, age: int) -> None:
        memory.store(r[address] + offset, size, r[source], order, scope)

    return _suspends(Action(op, _located(op, perform), lambda r: r[address] + offset))


def _atomic_rmw(op: rt.AtomicRmwOp, d: Decoder) -> Decoded:
    source, address, target, offset = d.register(op.value), d.register(op.address), d.register(op.result), op.bytes
    kind, size, order, scope = op.kind.data, _size(op.value.type), op.order.data, op.scope.data
    combine: Callable[[int, int], int]
    combine = (lambda old, new: new) if kind is Rmw.XCHG else INTEGER_BINARY[RMW_NAMES[kind]](width_of(op, op.value))

    def perform(r: Registers, memory: ExploreMemory, age: int) -> None:
        given = r[source]
        r[target] = memory.replace(r[address] + offset, size, order, scope, lambda old: combine(old, given))

    return _suspends(Action(op, _located(op, perform), lambda r: r[address] + offset))


def _memref_atomic_rmw(op: memref.AtomicRMWOp, d: Decoder) -> Decoded:
    """One that acquires and releases at device scope. Of floats it is not modelled: there it counts as a read and a write."""
    type_ = op.value.type
    if not (isinstance(type_, IndexType) or (isinstance(type_, IntegerType) and type_.width.data in (32, 64))):
        return _noted(RT_TABLE[op.name])(op, d)
    find, source, target = position_of(op, op.memref, op.indices, d), d.register(op.value), d.register(op.result)
    combine = combiner(op)

    def place(r: Registers) -> int:
        cells, position = find(r)
        return cells.address + position * cells.size

    def perform(r: Registers, memory: ExploreMemory, age: int) -> None:
        given, size = r[source], find(r)[0].size
        r[target] = memory.replace(place(r), size, Order.ACQ_REL, rt.Scope.DEVICE, lambda old: combine(old, given))

    return _suspends(Action(op, _located(op, perform), place))


_FAILED = {Order.RELEASE: Order.RELAXED, Order.ACQ_REL: Order.ACQUIRE}
"""The order of a compare-and-exchange that fails, where it is another."""


def _cmpxchg(op: rt.CmpxchgOp, d: Decoder) -> Decoded:
    expected, replacement, address = d.registers((op.expected, op.replacement, op.address))
    old, ok, offset, size = d.register(op.old), d.register(op.ok), op.bytes, _size(op.expected.type)
    order, scope = op.order.data, op.scope.data
    failed = _FAILED.get(order, order)

    def perform(r: Registers, memory: ExploreMemory, age: int) -> None:
        place = r[address] + offset
        if age == 0 and memory.older(place, size, 0) == r[expected]:
            new = r[replacement]
            r[old], r[ok] = memory.replace(place, size, order, scope, lambda found: new), 1
        else:
            r[old], r[ok] = memory.load(place, size, failed, scope, age), 0

    def ages(r: Registers, memory: ExploreMemory) -> int:
        """An older value can make it fail where the newest would not."""
        place = r[address] + offset
        count = memory.candidates(place, size, failed)
        return count if all(memory.older(place, size, age) != r[expected] for age in range(1, count)) else 1

    action = Action(op, _located(op, perform), lambda r: r[address] + offset)
    action.may_age = ages
    return _suspends(action)


def _fence(op: rt.FenceOp, d: Decoder) -> Decoded:
    order, scope = op.order.data, op.scope.data
    if order is Order.SEQ_CST:
        return _suspends(Action(op, lambda r, memory, age: memory.fence(order, scope), None))
    return Plain(lambda r: r[0].launch.memory.fence(order, scope))


def _pause(op: rt.PauseOp, d: Decoder) -> Decoded:
    return _suspends(Pause(op, op.nanoseconds.value.data))


def _call(op: func.CallOp, d: Decoder) -> Decoded:
    symbol = op.callee.string_value()
    callee = d.symbols.lookup(op, symbol)
    if (isinstance(callee, func.FuncOp) and callee.is_declaration) or d.symbols.is_plain(symbol):
        return FUNCTIONS["func.call"](op, d)
    code: Code = d.symbols.function(op, symbol)
    return _suspends(Call(op, code, d.registers(op.arguments), store_values(d.registers(op.res))))


def _noted(decode: OpDecoder) -> OpDecoder:
    """The same, and memory knows for whom."""

    def decode_noted(op: Operation, d: Decoder) -> Decoded:
        decoded = decode(op, d)
        if not isinstance(decoded, Plain):
            return decoded
        inner: Step = decoded.run

        def step(r: Registers) -> None:
            r[0].launch.memory.op = op
            inner(r)

        return Plain(step)

    return decode_noted


_OWN: dict[str, OpDecoder] = {
    "rt.atomic_load": _atomic_load,
    "rt.atomic_store": _atomic_store,
    "rt.atomic_rmw": _atomic_rmw,
    "rt.cmpxchg": _cmpxchg,
    "memref.atomic_rmw": _memref_atomic_rmw,
    "rt.fence": _fence,
    "rt.pause": _pause,
    "func.call": _call,
}
_TOUCH = ("memref.", "linalg.", "rt.load", "rt.store", "rt.publish", "rt.lifetime", "vector.print")

EXPLORE_TABLE: dict[str, OpDecoder] = {
    **{name: _noted(decode) if name.startswith(_TOUCH) else decode for name, decode in RT_TABLE.items()},
    **_OWN,
}
EXPLORE_SUSPENDING = RT_SUSPENDING | {"rt.fence", "memref.atomic_rmw"}
