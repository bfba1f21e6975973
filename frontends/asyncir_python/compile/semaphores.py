"""
`asyncio.Semaphore` and `asyncio.BoundedSemaphore`.

A semaphore is a lock, the gate, and a count of permits. Invariant: the gate is held by nobody in particular while the count is 0, and by
who takes a permit.

    acquire   take the gate; count - 1; open the gate if permits are left
    release   count + 1; open the gate if there were none

A task that has the gate finds a permit, since only such tasks take some; so the count never goes below 0, and it is 0 only while the gate
is held: the release that makes it 1 opens the gate of nobody else. The gate hands permits out in the order of asking.
Source: H. W. Barz, "Implementing semaphores by binary semaphores", SIGPLAN Notices 18(2), 1983.

A bounded one must refuse a release too many, in one step: it is a channel that holds an item for each permit that is taken. A channel has
room for one item at least: where there are no permits at all, it is full from the start.
"""

from __future__ import annotations

import ast
import asyncio
from collections.abc import Sequence

from xdsl.dialects import arith
from xdsl.ir import SSAValue

from asyncir.dialects.task import AcquireOp, LockOp, ReleaseOp, SendOp, TrySendOp
from asyncir_python.compile import conversion
from asyncir_python.compile.calls import Call, builtin, methods
from asyncir_python.compile.contexts import ASYNC_CONTEXTS
from asyncir_python.compile.conversion import constant
from asyncir_python.compile.emitter import Emitter
from asyncir_python.compile.failing import fail_if, suspend
from asyncir_python.compile.pieces import atomic, new_counts, when
from asyncir_python.compile.signature import ANNOTATIONS
from asyncir_python.compile.sync_types import COUNT, SLOTS, BoundedSemaphore, Semaphore
from asyncir_python.compile.types import BOOLEAN, INTEGER, Awaitable, Scalar, Type
from asyncir_python.compile.values import NOTHING, Value
from asyncir_python.compile.waitlists import length, new_channel, poll


def _permits(f: Emitter, call: Call) -> SSAValue:
    """The number of permits at the start, i64. ValueError for less than none."""
    (value,) = call.take(f, "value", optional=1)
    value = value or constant(1)
    if not isinstance(value.type, Scalar) or value.type.scalar.kind not in ("int", "uint", "bool"):
        f.fail(call.node, f"{call.name}() takes a number of permits, got {value.type}")
    number = f.parts(conversion.cast(f, value, INTEGER.scalar))[0]
    if value.constant is None or value.constant < 0:
        fail_if(f, f.compare("slt", number, f.int64(0)), ValueError, "Semaphore initial value must be >= 0", call.node)
    return number


@builtin(asyncio.Semaphore)
def new_semaphore(f: Emitter, call: Call) -> Value:
    permits = _permits(f, call)
    gate = f.value(LockOp())
    f.spec.may_suspend = True
    when(f, f.compare("eq", permits, f.int64(0)), lambda: _hold(f, gate))
    return Value(Semaphore(), (gate, new_counts(f, COUNT, permits)))


def _hold(f: Emitter, gate: SSAValue) -> None:
    f.add(AcquireOp(gate))


def _open(f: Emitter, gate: SSAValue) -> None:
    f.add(ReleaseOp(gate))


@builtin(asyncio.BoundedSemaphore)
def new_bounded(f: Emitter, call: Call) -> Value:
    permits = _permits(f, call)
    taken = new_channel(f, f.index(f.value(arith.MaxSIOp(permits, f.int64(1)))), SLOTS)
    when(f, f.compare("eq", permits, f.int64(0)), lambda: _fill(f, taken))
    return Value(BoundedSemaphore(), (taken, permits))


def _fill(f: Emitter, taken: SSAValue) -> None:
    f.value(TrySendOp(f.int32(0), taken))


# ------------------------------------------------------------------------------------------------------------------- methods


def acquire(f: Emitter, semaphore: Value) -> None:
    """Takes a permit; suspends until there is one."""
    if isinstance(semaphore.type, BoundedSemaphore):
        suspend(f, SendOp(f.int32(0), semaphore.parts[0]))
        return
    gate, count = semaphore.parts
    suspend(f, AcquireOp(gate))
    before = atomic(f, "addi", count, 0, -1)
    when(f, f.compare("sgt", before, f.int64(1)), lambda: _open(f, gate))


def release(f: Emitter, semaphore: Value, node: ast.AST) -> None:
    """Gives a permit back. ValueError for one too many, of a bounded one."""
    if isinstance(semaphore.type, BoundedSemaphore):
        _release_bounded(f, semaphore, node)
        return
    gate, count = semaphore.parts
    before = atomic(f, "addi", count, 0, 1)
    when(f, f.compare("eq", before, f.int64(0)), lambda: _open(f, gate))


def _release_bounded(f: Emitter, semaphore: Value, node: ast.AST) -> None:
    taken, most = semaphore.parts
    message = "BoundedSemaphore released too many times"
    fail_if(f, f.compare("eq", most, f.int64(0)), ValueError, message, node)
    _, there = poll(f, taken)
    fail_if(f, f.opposite(there), ValueError, message, node)


def locked(f: Emitter, semaphore: Value) -> SSAValue:
    """Whether an acquire would wait."""
    if isinstance(semaphore.type, BoundedSemaphore):
        taken, most = semaphore.parts
        return f.compare("sge", length(f, taken), most)
    return f.compare("sle", atomic(f, "addi", semaphore.parts[1], 0, 0), f.int64(0))


def _semaphore(args: Sequence[object]) -> Type:
    return Semaphore()


def _bounded(args: Sequence[object]) -> Type:
    return BoundedSemaphore()


ANNOTATIONS[asyncio.Semaphore] = _semaphore
ANNOTATIONS[asyncio.BoundedSemaphore] = _bounded


def resume_acquire(f: Emitter, node: ast.AST, semaphore: Value) -> Value:
    acquire(f, semaphore)
    return constant(True)


def _acquire(f: Emitter, semaphore: Value, call: Call) -> Value:
    call.exactly(f)
    return Value(Awaitable("Semaphore.acquire()", (semaphore.type,), resume_acquire, may_fail=False), semaphore.parts)


def _release(f: Emitter, semaphore: Value, call: Call) -> Value:
    call.exactly(f)
    release(f, semaphore, call.node)
    return NOTHING


def _locked(f: Emitter, semaphore: Value, call: Call) -> Value:
    call.exactly(f)
    return Value(BOOLEAN, (locked(f, semaphore),))


def _enter(f: Emitter, node: ast.AST, semaphore: Value) -> Value:
    acquire(f, semaphore)
    return NOTHING


def _leave(f: Emitter, node: ast.AST, semaphore: Value) -> None:
    release(f, semaphore, node)


for _type in (Semaphore, BoundedSemaphore):
    ASYNC_CONTEXTS[_type] = (_enter, _leave)
    methods(_type, {"acquire": _acquire, "release": _release, "locked": _locked})
