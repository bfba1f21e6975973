"""`asyncio.Barrier`: its methods are the functions of asyncir_python.barriers."""

from __future__ import annotations

import ast
import asyncio
from collections.abc import Sequence
from typing import Any

from xdsl.dialects import arith, memref
from xdsl.ir import SSAValue

from asyncir_python import barriers
from asyncir_python.compile import conversion
from asyncir_python.compile.asyncio_tasks import from_library
from asyncir_python.compile.awaiting import await_value
from asyncir_python.compile.calls import Call, builtin, method
from asyncir_python.compile.conditions import make_condition
from asyncir_python.compile.contexts import ASYNC_CONTEXTS
from asyncir_python.compile.emitter import Emitter
from asyncir_python.compile.expressions import attribute
from asyncir_python.compile.failing import fail_if
from asyncir_python.compile.pieces import store
from asyncir_python.compile.signature import ANNOTATIONS
from asyncir_python.compile.sync_types import BARRIER_STATE, Barrier, Condition
from asyncir_python.compile.types import BOOLEAN, INTEGER, Scalar, Type
from asyncir_python.compile.values import Value, cut
from asyncir_python.marks import Marked


@builtin(asyncio.Barrier)
def new_barrier(f: Emitter, call: Call) -> Value:
    (parties,) = call.exactly(f, "parties")
    if not isinstance(parties.type, Scalar) or parties.type.scalar.is_float:
        f.fail(call.node, f"Barrier() takes a number of tasks, got {parties.type}")
    number = f.parts(conversion.cast(f, parties, INTEGER.scalar))[0]
    if parties.constant is None or parties.constant < 1:
        fail_if(f, f.compare("slt", number, f.int64(1)), ValueError, "parties must be > 0", call.node)
    state = f.value(memref.AllocOp([f.index(3)], [], BARRIER_STATE.parts[0]))
    values = {barriers.PHASE: f.int64(barriers.FILLING), barriers.HERE: f.int64(0), barriers.PARTIES: number}
    store(f, [(value, state, f.index(place)) for place, value in values.items()])
    return Value(Barrier(), (*make_condition(f).parts, state))


def _parts(barrier: Value) -> list[Value]:
    """The condition and the array."""
    return cut([Condition(), BARRIER_STATE], barrier.parts)


def _number(f: Emitter, barrier: Value, place: int) -> SSAValue:
    return f.value(memref.LoadOp.get(barrier.parts[-1], [f.index(place)]))


def _by(function: Marked[..., Any], name: str) -> None:
    def call_of(f: Emitter, barrier: Value, call: Call) -> Value:
        call.exactly(f)
        return from_library(f, function, *_parts(barrier))

    def get(f: Emitter, barrier: Value, node: ast.AST) -> Value:
        return method(f, barrier, call_of)

    attribute(Barrier, name)(get)


_by(barriers.wait, "wait")
_by(barriers.reset, "reset")
_by(barriers.abort, "abort")


@attribute(Barrier, "parties")
def parties(f: Emitter, barrier: Value, node: ast.AST) -> Value:
    return Value(INTEGER, (_number(f, barrier, barriers.PARTIES),))


@attribute(Barrier, "n_waiting")
def waiting(f: Emitter, barrier: Value, node: ast.AST) -> Value:
    """How many are at it while it fills."""
    filling = f.compare("eq", _number(f, barrier, barriers.PHASE), f.int64(barriers.FILLING))
    return Value(INTEGER, (f.value(arith.SelectOp(filling, _number(f, barrier, barriers.HERE), f.int64(0))),))


@attribute(Barrier, "broken")
def broken(f: Emitter, barrier: Value, node: ast.AST) -> Value:
    return Value(BOOLEAN, (f.compare("eq", _number(f, barrier, barriers.PHASE), f.int64(barriers.BROKEN)),))


def _enter(f: Emitter, node: ast.AST, barrier: Value) -> Value:
    return await_value(f, from_library(f, barriers.wait, *_parts(barrier)), node)


def _leave(f: Emitter, node: ast.AST, barrier: Value) -> None:
    """Nothing is done at the end."""


ASYNC_CONTEXTS[Barrier] = (_enter, _leave)


def _annotated(args: Sequence[object]) -> Type:
    return Barrier()


ANNOTATIONS[asyncio.Barrier] = _annotated
