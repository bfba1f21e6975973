"""`asyncio.Event` and `asyncio.Lock`."""

from __future__ import annotations

import ast
import asyncio

from asyncir.dialects.task import AcquireOp, ClearOp, EventOp, IsSetOp, LockOp, ReleaseOp, SetOp, WaitOp
from asyncir_python.compile.calls import Call, builtin, methods
from asyncir_python.compile.contexts import ASYNC_CONTEXTS
from asyncir_python.compile.conversion import constant
from asyncir_python.compile.emitter import Emitter
from asyncir_python.compile.failing import fail_if, suspend
from asyncir_python.compile.types import BOOLEAN, Awaitable, Event, Lock
from asyncir_python.compile.values import NOTHING, Value

# -------------------------------------------------------------------------------------------------------------------- events


@builtin(asyncio.Event)
def new_event(f: Emitter, call: Call) -> Value:
    call.exactly(f)
    return Value(Event(), (f.value(EventOp()),))


def _set(f: Emitter, event: Value, call: Call) -> Value:
    call.exactly(f)
    f.add(SetOp(event.only))
    return NOTHING


def _clear(f: Emitter, event: Value, call: Call) -> Value:
    call.exactly(f)
    f.add(ClearOp(event.only))
    return NOTHING


def _is_set(f: Emitter, event: Value, call: Call) -> Value:
    call.exactly(f)
    return Value(BOOLEAN, (f.value(IsSetOp(event.only)),))


def _wait(f: Emitter, event: Value, call: Call) -> Value:
    call.exactly(f)
    return Value(Awaitable("Event.wait()", (event.type,), resume_wait, may_fail=False), event.parts)


def resume_wait(f: Emitter, node: ast.AST, event: Value) -> Value:
    suspend(f, WaitOp(event.only))
    return constant(True)


# --------------------------------------------------------------------------------------------------------------------- locks


@builtin(asyncio.Lock)
def new_lock(f: Emitter, call: Call) -> Value:
    call.exactly(f)
    return make_lock(f)


def make_lock(f: Emitter) -> Value:
    """A lock that is free."""
    return Value(Lock(), (f.value(LockOp()), f.value(EventOp())))


def locked(f: Emitter, lock: Value) -> Value:
    """Whether it is held. As in asyncio, it is not while it goes from one task to the next."""
    return Value(BOOLEAN, (f.value(IsSetOp(lock.parts[1])),))


def acquire(f: Emitter, lock: Value) -> None:
    """Takes it; suspends while it is held."""
    suspend(f, AcquireOp(lock.parts[0]))
    f.add(SetOp(lock.parts[1]))


def release(f: Emitter, lock: Value, node: ast.AST) -> None:
    """Gives it to the next, or frees it. RuntimeError if it is not held. The mark goes first: the next task sets it again."""
    fail_if(f, f.opposite(locked(f, lock).only), RuntimeError, "Lock is not acquired.", node)
    hand_over(f, lock)


def hand_over(f: Emitter, lock: Value) -> None:
    """`release` of a lock that is known to be held."""
    f.add(ClearOp(lock.parts[1]))
    f.add(ReleaseOp(lock.parts[0]))


def resume_acquire(f: Emitter, node: ast.AST, lock: Value) -> Value:
    acquire(f, lock)
    return constant(True)


def _acquire(f: Emitter, lock: Value, call: Call) -> Value:
    call.exactly(f)
    return Value(Awaitable("Lock.acquire()", (lock.type,), resume_acquire, may_fail=False), lock.parts)


def _release(f: Emitter, lock: Value, call: Call) -> Value:
    call.exactly(f)
    release(f, lock, call.node)
    return NOTHING


def _locked(f: Emitter, lock: Value, call: Call) -> Value:
    call.exactly(f)
    return locked(f, lock)


methods(Event, {"set": _set, "clear": _clear, "is_set": _is_set, "wait": _wait})
methods(Lock, {"acquire": _acquire, "release": _release, "locked": _locked})


def _enter(f: Emitter, node: ast.AST, lock: Value) -> Value:
    acquire(f, lock)
    return NOTHING


def _leave(f: Emitter, node: ast.AST, lock: Value) -> None:
    release(f, lock, node)


ASYNC_CONTEXTS[Lock] = (_enter, _leave)
