"""
split-suspensions: kernels and tasks become `sm.machine`s in which every suspension ends a block.

Requires: scf-to-cf, infer-scope. Ensures: the `split` form of `sm`: no `async.func`, `async.call` or `async.await` is left, and the kernel
is a machine. Functions that only compute stay functions.

What stands behind a suspension moves to a block of its own, whose arguments are what the suspension produces; other values
cross by dominance. States are numbered from 1 in the order of the text. `task.cancelled` becomes the i1 that the suspension
which it asks about, a catching one, produces.

    async.func @f(%h: !async.value<i32>) -> !async.value<i32> attributes {task.scope = "lane"} {
      %v = async.await %h : !async.value<i32>
      async.return %v : i32
    }

becomes

    sm.machine @f(%h: !async.value<i32>) -> i32 attributes {scope = "lane"} {
      sm.suspend await(%h) 1 : (!async.value<i32>) -> (i32) [^next]
    ^next(%v: i32):
      sm.return %v : i32
    }
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from xdsl.context import Context
from xdsl.dialects import func
from xdsl.dialects.builtin import FunctionType, ModuleOp, StringAttr, i1
from xdsl.ir import Block, Operation, SSAValue
from xdsl.passes import ModulePass

from asyncir.analysis.cfg import erase_unreachable_blocks
from asyncir.dialects import async_, sm, task
from asyncir.dialects.locations import location_of
from asyncir.dialects.task_cancel import CATCHES
from asyncir.errors import InputError
from asyncir.passes.rewriting import append, erase, insert_before, move_to_end, new_block, replace_op, set_blocks


@dataclass(frozen=True)
class SplitSuspensionsPass(ModulePass):
    """Kernels and tasks become machines in which every suspension ends a block."""

    name = "split-suspensions"

    def apply(self, ctx: Context, op: ModuleOp) -> None:
        for function in list(op.ops):
            if isinstance(function, async_.FuncOp) or (isinstance(function, func.FuncOp) and task.KERNEL in function.attributes):
                _to_machine(function)
            elif isinstance(function, func.FuncOp):
                _check_plain(function)


def _to_machine(function: func.FuncOp | async_.FuncOp) -> None:
    """Replace a kernel or task by its machine."""
    if not function.body.blocks:
        raise InputError(f"@{function.sym_name.data} is started, but only declared", location_of(function))
    scope = function.attributes.get(task.SCOPE)
    if not isinstance(scope, StringAttr):
        raise InputError(f"@{function.sym_name.data} has no scope: run infer-scope first", location_of(function))
    erase_unreachable_blocks(function.body)
    _split(function)
    region = function.detach_region(function.body)
    outputs = function.value_types if isinstance(function, async_.FuncOp) else function.function_type.outputs.data
    machine = sm.MachineOp(
        function.sym_name.data,
        FunctionType.from_lists(function.function_type.inputs.data, outputs),
        scope.data,
        region,
        kernel=isinstance(function, func.FuncOp),
        arg_attrs=function.arg_attrs,
    )
    machine.attributes = {key: value for key, value in function.attributes.items() if key not in (task.SCOPE, task.KERNEL)}
    insert_before(function, machine)
    erase(function)


def _split(function: func.FuncOp | async_.FuncOp) -> None:
    """Turn suspensions into terminators, and starts and returns into those of `sm`."""
    blocks: list[Block] = []
    state = 0
    for block in list(function.body.blocks):
        current = block
        caught: SSAValue | None = None
        blocks.append(block)
        for op in list(block.ops):
            if current is not op.parent:
                move_to_end(op, current)
            suspension = _suspension(op)
            if isinstance(op, task.CancelledOp) and caught is not None:
                caught.name_hint = op.result.name_hint
                replace_op(op, [caught])
                continue
            if suspension is None:
                _convert(op)
                continue
            state += 1
            following = new_block([result.type for result in op.results], op.location, [result.name_hint for result in op.results])
            append(current, sm.SuspendOp(suspension[0], suspension[1], state, [following]), op.location).attributes.update(op.attributes)
            replace_op(op, following.args)
            caught = following.insert_arg(i1, len(following.args)) if CATCHES in op.attributes else None
            current = following
            blocks.append(current)
    set_blocks(function.body, blocks)


def _suspension(op: Operation) -> tuple[sm.Kind, Sequence[SSAValue]] | None:
    """The kind and operands of the suspension that an operation is; None for other operations."""
    match op:
        case async_.AwaitOp():
            return sm.Kind.AWAIT, [op.operand]
        case async_.RuntimeAwaitOp():
            return sm.Kind.AWAIT_RAW, [op.operand]
        case async_.AwaitAllOp():
            return sm.Kind.AWAIT_ALL, [op.operand]
        case task.TryAwaitOp():
            return sm.Kind.TRY_AWAIT, [op.operand]
        case task.SendOp():
            return sm.Kind.SEND, [op.item, op.channel]
        case task.RecvOp():
            return sm.Kind.RECV, [op.channel]
        case task.YieldNowOp():
            return sm.Kind.YIELD, []
        case task.SleepOp():
            return sm.Kind.SLEEP, [op.nanoseconds]
        case task.WaitOp():
            return sm.Kind.WAIT, [op.event]
        case task.AcquireOp():
            return sm.Kind.ACQUIRE, [op.lock]
        case task.SelectOp():
            return sm.Kind.SELECT, op.cases
        case _:
            return None


def _convert(op: Operation) -> None:
    """Replace an operation that neither suspends nor may stay."""
    match op:
        case async_.CallOp():
            start = insert_before(op, sm.StartOp(op.callee.string_value(), op.arguments, [handle.type for handle in op.handles]))
            start.attributes.update(op.attributes)
            for old, new in zip(op.handles, start.handles, strict=True):
                new.name_hint = old.name_hint
            replace_op(op, start.handles)
        case async_.ReturnOp() | func.ReturnOp():
            insert_before(op, sm.ReturnOp(op.arguments))
            erase(op)
        case async_.ExecuteOp():
            raise InputError("'async.execute' is left: run outline-execute first", location_of(op))
        case _:
            if op.name.startswith("scf."):
                raise InputError(f"'{op.name}' is left: run scf-to-cf first", location_of(op))


def _check_plain(function: func.FuncOp) -> None:
    """A function that stays one does not suspend, start or use structured control flow."""
    for block in function.body.blocks:
        for op in block.ops:
            if op.name.startswith("scf."):
                raise InputError(f"'{op.name}' is left: run scf-to-cf first", location_of(op))
            if isinstance(op, async_.CallOp | async_.ExecuteOp) or _suspension(op) is not None:
                name = function.sym_name.data
                raise InputError(
                    f"'{op.name}' in @{name}, which is no task: run convert-awaiting-funcs first",
                    location_of(op),
                    notes=[(f"@{name} is defined here", location_of(function))],
                    help=f"if @{name} is the program's entry, run select-entry first",
                )
