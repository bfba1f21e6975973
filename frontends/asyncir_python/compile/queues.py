"""
`asyncio.Queue`: bounded, first in first out.

A queue of scalars is a channel. Where an item has several parts, or none, or the program asks which items are done, an item stands in
arrays, and channels hold the numbers of places in them:

    put    take a free place; store the item; count it; send the place to `ready`
    get    take a place from `ready`; load the item; give the place back to `free`

Only the first step waits. Who has a place is alone with it; the channels order what is stored and loaded.
"""

from __future__ import annotations

import ast
import asyncio
from collections.abc import Sequence
from typing import Any

from xdsl.dialects import arith, memref, scf
from xdsl.dialects.builtin import i32
from xdsl.ir import SSAValue

from asyncir.dialects.task import RecvOp, SendOp, TrySendOp
from asyncir_python.compile import conversion
from asyncir_python.compile.calls import Call, builtin, methods
from asyncir_python.compile.emitter import SETTLED, Again, Emitter, Unknown
from asyncir_python.compile.expressions import attribute
from asyncir_python.compile.failing import fail_if, suspend
from asyncir_python.compile.pieces import store
from asyncir_python.compile.queue_counts import count_in, join, new_unfinished, one_done
from asyncir_python.compile.signature import ANNOTATIONS, type_of_annotation
from asyncir_python.compile.source import CompileError
from asyncir_python.compile.sync_types import Queue, Site, can_be_item
from asyncir_python.compile.types import BOOLEAN, INTEGER, Awaitable, Scalar, Type
from asyncir_python.compile.values import NOTHING, Value, cut
from asyncir_python.compile.waitlists import length, new_channel, poll

ITEMS = "numbers, bools, None and tuples of them"


class Parts:
    """The parts of a queue, by name."""

    def __init__(self, queue: Value) -> None:
        assert isinstance(queue.type, Queue)
        self.type = queue.type
        self.maxsize = queue.parts[0]
        self.ready = queue.parts[1]
        """The items, or the numbers of their places."""
        self.free = queue.parts[2] if self.type.slotted else None
        self.arrays = queue.parts[3 : 3 + len(self.type.leaves)] if self.type.slotted else ()
        self.unfinished = queue.parts[3 + len(self.type.leaves) :] if self.type.counted else ()


# ---------------------------------------------------------------------------------------------------------------------- made


@builtin(asyncio.Queue)
def new_queue(f: Emitter, call: Call) -> Value:
    (given,) = call.take(f, "maxsize", optional=1)
    unbounded = "a queue without a maxsize has no bound, which a device cannot have"
    if given is None or (given.constant is not None and given.constant <= 0):
        f.fail(call.node, unbounded, help="give it a size: asyncio.Queue(64)")
    if not isinstance(given.type, Scalar) or given.type.scalar.is_float:
        f.fail(call.node, f"maxsize is a number of items, got {given.type}")
    maxsize = f.parts(conversion.cast(f, given, INTEGER.scalar))[0]
    if given.constant is None:
        fail_if(f, f.compare("slt", maxsize, f.int64(1)), RuntimeError, unbounded, call.node)
    element = f.spec.settled.get(call.node)
    type_ = Queue(element, Site(f.spec, call.node) if element is None else None, f.module.counts)
    return Value(type_, (maxsize, *_storage(f, type_, maxsize)))


def _storage(f: Emitter, type_: Queue, maxsize: SSAValue) -> Sequence[SSAValue]:
    size = f.index(maxsize)
    if not type_.slotted:
        return [new_channel(f, size, type_.parts[1])]
    ready, free = (new_channel(f, size, part) for part in type_.parts[1:3])
    body = f.new_block(INTEGER.parts)
    with f.inside(body):
        f.value(TrySendOp(f.value(arith.TruncIOp(body.args[0], i32)), free))
        f.add(scf.YieldOp())
    f.add(scf.ForOp(f.int64(0), maxsize, f.int64(1), [], [body]))
    arrays = [f.value(memref.AllocOp([size], [], part)) for part in type_.parts[3 : 3 + len(type_.leaves)]]
    return [ready, free, *arrays, *(new_unfinished(f) if type_.counted else ())]


# ------------------------------------------------------------------------------------------------------------ types of items


def _item(f: Emitter, queue: Value, item: Value, node: ast.AST) -> Value:
    """What is put in, which says of what type the items are if nothing has before."""
    type_ = queue.type
    assert isinstance(type_, Queue)
    if not can_be_item(item.type):
        f.fail(node, f"a queue holds {ITEMS}, not {item.type}")
    if type_.element is None:
        _settle(type_, item.type)
    if item.type != type_.element:
        f.fail(
            node,
            f"the items of this queue are {type_.element}, this one is {item.type}: nothing converts it when the function runs as Python",
            help="convert the item",
        )
    return f.whole(item)


def _settle(type_: Queue, element: Type) -> None:
    assert type_.site is not None
    type_.site.spec.settled[type_.site.node] = element
    raise Again(type_.site.spec)


def _known(f: Emitter, queue: Value, node: ast.AST) -> None:
    assert isinstance(queue.type, Queue)
    if queue.type.element is None:
        assert queue.type.site is not None
        help = "annotate the queue: q: asyncio.Queue[i32] = asyncio.Queue(64)"
        error = CompileError("the type of the queue's items is not known here", f.source.location(node), help=help)
        raise Unknown(queue.type.site.spec, error)


def settled(f: Emitter, value: Value, wanted: Type, node: ast.AST) -> Value:
    """A queue that is annotated has the items that the annotation says."""
    if isinstance(value.type, Queue) and isinstance(wanted, Queue) and value.type.element is None and wanted.element is not None:
        _settle(value.type, wanted.element)
    return value


SETTLED[Queue] = settled


def _annotated(args: Sequence[Any]) -> Type | None:
    if not args:
        return Queue(None)
    element = type_of_annotation(args[0])
    return Queue(element) if element is not None and can_be_item(element) else None


ANNOTATIONS[asyncio.Queue] = _annotated

# --------------------------------------------------------------------------------------------------------------- put and get


def resume_put(f: Emitter, node: ast.AST, queue: Value, item: Value) -> Value:
    parts = Parts(queue)
    if parts.free is None:
        suspend(f, SendOp(item.only, parts.ready))
        return NOTHING
    _store(f, parts, suspend(f, RecvOp(parts.free)).value, item, node)
    return NOTHING


def _store(f: Emitter, parts: Parts, slot: SSAValue, item: Value, node: ast.AST) -> None:
    place = f.index(slot)
    store(f, [(part, array, place) for part, array in zip(item.parts, parts.arrays, strict=True)])
    if parts.unfinished:
        count_in(f, parts.unfinished, node)
    f.value(TrySendOp(slot, parts.ready))


def resume_get(f: Emitter, node: ast.AST, queue: Value) -> Value:
    parts = Parts(queue)
    received = suspend(f, RecvOp(parts.ready)).value
    return _loaded(f, parts, received)


def _loaded(f: Emitter, parts: Parts, received: SSAValue) -> Value:
    element = parts.type.element
    assert element is not None
    if parts.free is None:
        return Value(element, (received,))
    place = f.index(received)
    loaded = tuple(f.value(memref.LoadOp.get(array, [place])) for array in parts.arrays)
    f.value(TrySendOp(received, parts.free))
    return cut([element], loaded)[0]


def _put(f: Emitter, queue: Value, call: Call) -> Value:
    (item,) = call.exactly(f, "item")
    item = _item(f, queue, item, call.node)
    return Value(Awaitable("Queue.put(…)", (queue.type, item.type), resume_put, may_fail=f.module.counts), (*queue.parts, *item.parts))


def _get(f: Emitter, queue: Value, call: Call) -> Value:
    call.exactly(f)
    _known(f, queue, call.node)
    return Value(Awaitable("Queue.get()", (queue.type,), resume_get, may_fail=False), queue.parts)


def _put_nowait(f: Emitter, queue: Value, call: Call) -> Value:
    (item,) = call.exactly(f, "item")
    item = _item(f, queue, item, call.node)
    parts = Parts(queue)
    if parts.free is None:
        sent = f.value(TrySendOp(item.only, parts.ready))
        fail_if(f, f.opposite(sent), asyncio.QueueFull, "", call.node)
        return NOTHING
    slot, there = poll(f, parts.free)
    fail_if(f, f.opposite(there), asyncio.QueueFull, "", call.node)
    _store(f, parts, slot, item, call.node)
    return NOTHING


def _get_nowait(f: Emitter, queue: Value, call: Call) -> Value:
    call.exactly(f)
    _known(f, queue, call.node)
    parts = Parts(queue)
    received, there = poll(f, parts.ready)
    fail_if(f, f.opposite(there), asyncio.QueueEmpty, "", call.node)
    return _loaded(f, parts, received)


# ----------------------------------------------------------------------------------------------------------------- questions


def _qsize(f: Emitter, queue: Value, call: Call) -> Value:
    call.exactly(f)
    return Value(INTEGER, (length(f, Parts(queue).ready),))


def _empty(f: Emitter, queue: Value, call: Call) -> Value:
    call.exactly(f)
    return Value(BOOLEAN, (f.compare("eq", length(f, Parts(queue).ready), f.int64(0)),))


def _full(f: Emitter, queue: Value, call: Call) -> Value:
    call.exactly(f)
    parts = Parts(queue)
    return Value(BOOLEAN, (f.compare("sge", length(f, parts.ready), parts.maxsize),))


@attribute(Queue, "maxsize")
def queue_maxsize(f: Emitter, queue: Value, node: ast.AST) -> Value:
    return Value(INTEGER, (Parts(queue).maxsize,))


# ------------------------------------------------------------------------------------------------------------- what is done


def _task_done(f: Emitter, queue: Value, call: Call) -> Value:
    call.exactly(f)
    f.module.note_counting()
    one_done(f, Parts(queue).unfinished, call.node)
    return NOTHING


def _join(f: Emitter, queue: Value, call: Call) -> Value:
    call.exactly(f)
    f.module.note_counting()
    return Value(Awaitable("Queue.join()", (queue.type,), resume_join, may_fail=False), queue.parts)


def resume_join(f: Emitter, node: ast.AST, queue: Value) -> Value:
    join(f, Parts(queue).unfinished)
    return NOTHING


_METHODS = {
    "put": _put, "get": _get, "put_nowait": _put_nowait, "get_nowait": _get_nowait, "qsize": _qsize, "empty": _empty, "full": _full,
    "task_done": _task_done, "join": _join,
}  # fmt: skip
methods(Queue, _METHODS)
