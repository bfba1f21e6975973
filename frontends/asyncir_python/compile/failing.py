"""
Errors at run time. An error is a (kind, code) pair: kinds are the runtime's, code names a row of the module's table of errors, which says
the exception's class, its message and where it was raised.

Inside a try statement of the same function an error is a jump to the handler; else it ends the task.
"""

from __future__ import annotations

import ast
from typing import TypeVar

from xdsl.dialects import cf, scf
from xdsl.dialects.builtin import UnitAttr
from xdsl.ir import Operation, SSAValue

from asyncir.abi import ErrorKind
from asyncir.dialects.task import FailOp
from asyncir.dialects.task_cancel import CATCHES, CancelledOp, RethrowOp
from asyncir_python.compile.emitter import Emitter
from asyncir_python.compile.lane_effects import before_failing
from asyncir_python.compile.values import Value

OpT = TypeVar("OpT", bound=Operation)


def fail_now(f: Emitter, error: type[BaseException], message: str, node: ast.AST) -> None:
    """Raises an error here: control does not go on."""
    before_failing(f)
    code = f.module.error_code(error, message, f.source.location(node))
    if f.handlers:
        f.handlers[-1].jump(f, f.int32(ErrorKind.FAILED), f.int32(code))
        f.alive = False
        return
    f.spec.may_fail = True
    f.add(FailOp(f.int32(code), message or error.__name__))
    end_dead(f)


def rethrow(f: Emitter, error: Value) -> None:
    """Raises an error again: control does not go on."""
    before_failing(f)
    kind, code = error.parts
    if f.handlers:
        f.handlers[-1].jump(f, kind, code)
        return
    f.spec.may_fail = True
    f.add(RethrowOp(kind, code))
    end_dead(f)


def take(f: Emitter, kind: SSAValue, code: SSAValue) -> None:
    """Goes to the innermost handler if kind is not 0, and goes on in a new block otherwise."""
    bad, good = f.new_block(), f.new_block()
    f.add(cf.ConditionalBranchOp(f.compare("ne", kind, f.int32(0)), bad, [], good, []))
    f.enter(bad)
    f.handlers[-1].jump(f, kind, code)
    f.enter(good)


def suspend(f: Emitter, op: OpT) -> OpT:
    """
    Adds an operation at which the task suspends. Inside a try statement of a program that cancels tasks, cancelling ends the suspension and
    is an error for the handler; else it ends the task.
    """
    f.spec.may_suspend = True
    f.add(op)
    if f.handlers and f.module.cancels:
        op.attributes[CATCHES] = UnitAttr()
        cancelled = f.value(CancelledOp())
        bad, good = f.new_block(), f.new_block()
        f.add(cf.ConditionalBranchOp(cancelled, bad, [], good, []))
        f.enter(bad)
        f.handlers[-1].jump(f, f.int32(ErrorKind.CANCELLED), f.int32(0))
        f.enter(good)
    return op


def end_dead(f: Emitter) -> None:
    """Ends a block behind an operation that does not return; in a region, whoever ends it yields something."""
    f.alive = False
    if not f.structured:
        f.module.finish(f, None)


def fail_if(f: Emitter, wrong: SSAValue, error: type[BaseException], message: str, node: ast.AST) -> None:
    """Raises an error if a condition holds."""
    before_failing(f, wrong)
    if f.handlers:
        bad, good = f.new_block(), f.new_block()
        f.add(cf.ConditionalBranchOp(wrong, bad, [], good, []))
        f.enter(bad)
        fail_now(f, error, message, node)
        f.enter(good)
        return
    f.spec.may_fail = True
    block = f.new_block()
    alive = f.alive
    f.add(scf.IfOp(wrong, [], [block]))
    with f.inside(block):
        f.add(FailOp(f.int32(f.module.error_code(error, message, f.source.location(node))), message or error.__name__))
        f.add(scf.YieldOp())
    f.alive = alive
