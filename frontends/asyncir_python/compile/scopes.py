"""Parts of a task's run that other tasks may cancel: what timeouts and task groups do with the block that they stand around."""

from __future__ import annotations

from dataclasses import dataclass

from xdsl.ir import Attribute, SSAValue

from asyncir.dialects.task import CancelScopeOp, EnterScopeOp, LeaveScopeOp
from asyncir.dialects.task_types import CancelScopeType
from asyncir_python import library
from asyncir_python.compile.calls import Call, builtin
from asyncir_python.compile.emitter import Emitter
from asyncir_python.compile.types import Type
from asyncir_python.compile.values import NOTHING, Value


@dataclass(frozen=True)
class Scope(Type):
    """A cancel scope."""

    @property
    def parts(self) -> tuple[Attribute, ...]:
        return (CancelScopeType(),)

    def __str__(self) -> str:
        return "a block that can be cancelled"


def enter(f: Emitter) -> Value:
    """A scope of this task."""
    f.module.note_cancelling()
    return Value(Scope(), (f.value(EnterScopeOp()),))


def cancel(f: Emitter, scope: SSAValue) -> None:
    """Asks the task in that scope to end, if it is in it still."""
    f.add(CancelScopeOp(scope))


def leave(f: Emitter, scope: SSAValue) -> SSAValue:
    """What came of it, as `task.leave_scope` says."""
    return f.value(LeaveScopeOp(scope))


@builtin(library.cancel_block)
def cancel_block(f: Emitter, call: Call) -> Value:
    """Nothing where there is no scope."""
    (scope,) = call.exactly(f, "block")
    if isinstance(scope.type, Scope):
        cancel(f, scope.only)
    return NOTHING
