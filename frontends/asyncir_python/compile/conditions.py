"""
`asyncio.Condition`: a lock and a list of those who wait (waitlists.py). The list changes only under the lock, which wait and notify need
anyway: so who is notified has waited longest, and nobody wakes up without being notified.

A wait that is cancelled takes the lock again all the same before the error goes on, as in asyncio. A task that was notified at that time
passes the notification on; another leaves the list.
"""

from __future__ import annotations

import ast
import asyncio
from collections.abc import Sequence

from xdsl.dialects import arith, cf, scf
from xdsl.dialects.builtin import UnitAttr, i1
from xdsl.ir import Operation, SSAValue

from asyncir.abi import ErrorKind
from asyncir.dialects.task import AcquireOp, IsSetOp, SetOp, WaitOp
from asyncir.dialects.task_cancel import CATCHES, CancelledOp, RethrowOp
from asyncir_python.compile import conversion, locks
from asyncir_python.compile.awaiting import lazily
from asyncir_python.compile.calls import Call, builtin, call_function, function_of, methods
from asyncir_python.compile.contexts import ASYNC_CONTEXTS
from asyncir_python.compile.conversion import constant
from asyncir_python.compile.emitter import Emitter, static_of
from asyncir_python.compile.failing import fail_if
from asyncir_python.compile.functions import Function, NestedFunction
from asyncir_python.compile.nested import captures_of
from asyncir_python.compile.pieces import repeat, when
from asyncir_python.compile.signature import ANNOTATIONS
from asyncir_python.compile.sync_types import Condition
from asyncir_python.compile.types import INTEGER, NONE, Awaitable, Lock, Scalar, Type
from asyncir_python.compile.values import NOTHING, Value
from asyncir_python.compile.waitlists import MOST, WaitList, new_waitlist


@builtin(asyncio.Condition)
def new_condition(f: Emitter, call: Call) -> Value:
    (lock,) = call.take(f, "lock", optional=1)
    if lock is None or lock.type == NONE:
        return make_condition(f)
    if not isinstance(lock.type, Lock):
        f.fail(call.node, f"Condition() takes a lock, got {lock.type}")
    return make_condition(f, lock)


def make_condition(f: Emitter, lock: Value | None = None) -> Value:
    """A condition for which nobody waits, with this lock or one of its own."""
    parts = f.parts(lock if lock is not None else locks.make_lock(f))
    return Value(Condition(), (*parts, *new_waitlist(f)))


def lock_of(condition: Value) -> Value:
    return Value(Lock(), condition.parts[:2])


def _list_of(f: Emitter, condition: Value) -> WaitList:
    return WaitList(f, *condition.parts[2:])


def _expect_held(f: Emitter, condition: Value, what: str, node: ast.AST) -> None:
    free = f.opposite(locks.locked(f, lock_of(condition)).only)
    fail_if(f, free, RuntimeError, f"cannot {what} on un-acquired lock", node)


# ---------------------------------------------------------------------------------------------------------------------- wait


def wait(f: Emitter, condition: Value, node: ast.AST) -> None:
    """Gives the lock away, waits to be notified, and takes the lock again."""
    _expect_held(f, condition, "wait", node)
    waiting, lock = _list_of(f, condition), lock_of(condition)
    event = waiting.event()
    fail_if(f, f.opposite(waiting.enter(event)), RuntimeError, f"more than {MOST} tasks wait for a condition", node)
    locks.hand_over(f, lock)
    f.spec.may_suspend = True
    if not f.module.cancels:
        f.add(WaitOp(event))
        f.add(AcquireOp(lock.parts[0]))
        f.add(SetOp(lock.parts[1]))
        waiting.done(event)
        return
    cancelled = f.value(arith.OrIOp(_caught(f, WaitOp(event)), _acquire_again(f, lock)))
    when(f, cancelled, lambda: _give_up(f, waiting, event))
    waiting.done(event)
    _end_if(f, cancelled)


def _caught(f: Emitter, op: Operation) -> SSAValue:
    """A suspension, and whether it was cancelled: then the task goes on behind it."""
    op.attributes[CATCHES] = UnitAttr()
    f.add(op)
    return f.value(CancelledOp())


def _acquire_again(f: Emitter, lock: Value) -> SSAValue:
    """Takes the lock however often the task is cancelled meanwhile; whether it was."""
    head, body = f.new_block([i1]), f.new_block([i1])
    with f.inside(head):
        cancelled = _caught(f, AcquireOp(lock.parts[0]))
        f.add(scf.ConditionOp(cancelled, f.value(arith.OrIOp(head.args[0], cancelled))))
    with f.inside(body):
        f.add(scf.YieldOp(body.args[0]))
    loop = f.add(scf.WhileOp([f.boolean(False)], [i1], [head], [body]))
    f.add(SetOp(lock.parts[1]))
    return loop.results[0]


def _give_up(f: Emitter, waiting: WaitList, event: SSAValue) -> None:
    """Under the lock: passes a notification on, or leaves the list."""
    notified = f.value(IsSetOp(event))
    when(f, notified, lambda: waiting.wake(f.int64(1)))
    when(f, f.opposite(notified), lambda: waiting.remove(event))


def _end_if(f: Emitter, cancelled: SSAValue) -> None:
    """CancelledError, if a condition holds."""
    kind, code = f.int32(ErrorKind.CANCELLED), f.int32(0)
    if not f.handlers:
        when(f, cancelled, lambda: _end(f, kind, code))
        return
    bad, good = f.new_block(), f.new_block()
    f.add(cf.ConditionalBranchOp(cancelled, bad, [], good, []))
    f.enter(bad)
    f.handlers[-1].jump(f, kind, code)
    f.enter(good)


def _end(f: Emitter, kind: SSAValue, code: SSAValue) -> None:
    f.add(RethrowOp(kind, code))


def resume_wait(f: Emitter, node: ast.AST, condition: Value) -> Value:
    wait(f, condition, node)
    return constant(True)


def _wait(f: Emitter, condition: Value, call: Call) -> Value:
    call.exactly(f)
    return Value(Awaitable("Condition.wait()", (condition.type,), resume_wait), condition.parts)


def _wait_for(f: Emitter, condition: Value, call: Call) -> Value:
    (predicate,) = call.exactly(f, "predicate")
    function = function_of(static_of(predicate))
    if function is None:
        message = f"wait_for() takes a function without parameters, got {predicate.type}"
        f.fail(call.node, message, help="a lambda, or a function defined here")

    captured = captures_of(f, function) if isinstance(function, NestedFunction) else {}

    def resume(f: Emitter, node: ast.AST, condition: Value, *values: Value) -> Value:
        before = f.scope
        f.scope = before.copy()
        f.scope.values |= {f"{function.name}:{name}": value for name, value in zip(captured, values, strict=True)}
        result = _wait_until(f, call, condition, function)
        f.scope = before
        return result

    return lazily(f, "Condition.wait_for(…)", [condition, *captured.values()], resume)


def _wait_until(f: Emitter, call: Call, condition: Value, function: Function) -> Value:
    """Waits until the predicate holds: what it gave then."""
    type_: Type = NONE

    def test() -> tuple[SSAValue, Sequence[SSAValue]]:
        nonlocal type_
        with f.at(call.node):
            result = f.whole(call_function(f, function, Call(call.node, [], {})))
        type_ = result.type
        if isinstance(type_, Awaitable):
            f.fail(call.node, "the predicate of wait_for() is a plain function, not an async one")
        return f.opposite(f.parts(conversion.condition(f, result, call.node))[0]), result.parts

    parts = repeat(f, test, lambda: wait(f, condition, call.node))
    return Value(type_, tuple(parts))


# -------------------------------------------------------------------------------------------------------------------- notify


def _notify(f: Emitter, condition: Value, call: Call) -> Value:
    (number,) = call.take(f, "n", optional=1)
    number = number or constant(1)
    if not isinstance(number.type, Scalar) or number.type.scalar.is_float:
        f.fail(call.node, f"notify() takes a number of tasks, got {number.type}")
    _expect_held(f, condition, "notify", call.node)
    _list_of(f, condition).wake(f.parts(conversion.cast(f, number, INTEGER.scalar))[0])
    return NOTHING


def _notify_all(f: Emitter, condition: Value, call: Call) -> Value:
    call.exactly(f)
    _expect_held(f, condition, "notify", call.node)
    _list_of(f, condition).wake_all()
    return NOTHING


# ------------------------------------------------------------------------------------------------------------------ the lock


def _acquire(f: Emitter, condition: Value, call: Call) -> Value:
    call.exactly(f)
    lock = lock_of(condition)
    return Value(Awaitable("Condition.acquire()", (lock.type,), locks.resume_acquire, may_fail=False), lock.parts)


def _release(f: Emitter, condition: Value, call: Call) -> Value:
    call.exactly(f)
    locks.release(f, lock_of(condition), call.node)
    return NOTHING


def _locked(f: Emitter, condition: Value, call: Call) -> Value:
    call.exactly(f)
    return locks.locked(f, lock_of(condition))


_METHODS = {
    "acquire": _acquire, "release": _release, "locked": _locked, "wait": _wait, "wait_for": _wait_for, "notify": _notify,
    "notify_all": _notify_all,
}  # fmt: skip
methods(Condition, _METHODS)


def _enter(f: Emitter, node: ast.AST, condition: Value) -> Value:
    locks.acquire(f, lock_of(condition))
    return NOTHING


def _leave(f: Emitter, node: ast.AST, condition: Value) -> None:
    locks.release(f, lock_of(condition), node)


ASYNC_CONTEXTS[Condition] = (_enter, _leave)


def _annotated(args: Sequence[object]) -> Type:
    return Condition()


ANNOTATIONS[asyncio.Condition] = _annotated
