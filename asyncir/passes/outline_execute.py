"""
outline-execute: the body of an `async.execute` becomes an `async.func` of its own, started by `async.call`.

Requires: nothing. Ensures: no `async.execute` is left.

Values that the body uses from outside become arguments; constants and references to globals are copied into the body instead.
The dependencies, then the operands, are passed as handles and awaited first, in the order of the text: that is what "the body
runs when they are available" means, and an error in one of them ends the task as MLIR has it.

    func.func @f(%x: f32, %t: !async.token, %v: !async.value<f32>) {
      %token, %r = async.execute [%t] (%v as %u: !async.value<f32>) -> !async.value<f32> {
        %0 = arith.addf %u, %x : f32
        async.yield %0 : f32
      }
      return
    }

becomes

    func.func @f(%x: f32, %t: !async.token, %v: !async.value<f32>) {
      %token, %r = async.call @f_execute_0(%t, %v, %x) : (!async.token, !async.value<f32>, f32) -> (!async.token, !async.value<f32>)
      return
    }
    async.func @f_execute_0(%t: !async.token, %v: !async.value<f32>, %x: f32) -> (!async.token, !async.value<f32>) {
      async.await %t : !async.token
      %u = async.await %v : !async.value<f32>
      %0 = arith.addf %u, %x : f32
      async.return %0 : f32
    }
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from xdsl.context import Context
from xdsl.dialects import func, memref
from xdsl.dialects.arith import ConstantOp
from xdsl.dialects.builtin import FunctionType, ModuleOp
from xdsl.ir import Operation, Region, SSAValue
from xdsl.passes import ModulePass

from asyncir.analysis.symbols import Names
from asyncir.dialects import async_, task
from asyncir.passes.rewriting import append, erase, insert_before, move_all, new_block, replace_op


@dataclass(frozen=True)
class OutlineExecutePass(ModulePass):
    """The body of an `async.execute` becomes an `async.func`."""

    name = "outline-execute"

    def apply(self, ctx: Context, op: ModuleOp) -> None:
        names = Names(op)
        for function in list(op.ops):
            if isinstance(function, func.FuncOp | async_.FuncOp):
                _outline_in(function, names)


def _outline_in(function: func.FuncOp | async_.FuncOp, names: Names) -> None:
    """Outline all of a function's executes; the new functions stand behind it in the order of the text."""
    executes = [op for op in function.walk() if isinstance(op, async_.ExecuteOp)]
    named = [(op, names.fresh(f"{function.sym_name.data}_execute_")) for op in executes]
    block = function.parent
    assert block is not None
    # An inner execute comes behind the one around it: backwards, what an inner one captures is an operand of its call when
    # the outer one is looked at, and each body is walked once.
    for execute, name in reversed(named):
        block.insert_op_after(_outline(execute, name), function)


_Uses: TypeAlias = dict[SSAValue, list[tuple[Operation, int]]]
"""Values and who uses them: the operation and the operand's index. (A value's own uses are those of the whole function.)"""


def _outline(execute: async_.ExecuteOp, name: str) -> async_.FuncOp:
    """Make the function, and put a call of it in place of the execute."""
    captured = _captures(execute)
    for value in [value for value in captured if isinstance(value.owner, ConstantOp | memref.GetGlobalOp)]:
        _copy_into(execute, value, captured.pop(value))
    outlined = _function(execute, name, captured)
    arguments = [*execute.dependencies, *execute.body_operands, *captured]
    call = insert_before(execute, async_.CallOp(name, arguments, outlined.function_type.outputs.data))
    for old, new in zip(execute.results, call.results, strict=True):
        new.name_hint = old.name_hint
    replace_op(execute, call.results)
    return outlined


def _captures(execute: async_.ExecuteOp) -> _Uses:
    """The values from outside that the body uses, in the order of their first uses."""
    inside: set[SSAValue] = set(execute.body.block.args)
    used: _Uses = {}
    for op in execute.body.walk():
        inside.update(op.results)
        for region in op.regions:
            inside.update(argument for block in region.blocks for argument in block.args)
        for index, value in enumerate(op.operands):
            used.setdefault(value, []).append((op, index))
    return {value: uses for value, uses in used.items() if value not in inside}


def _replace(uses: list[tuple[Operation, int]], value: SSAValue) -> None:
    for op, index in uses:
        op.operands[index] = value


def _copy_into(execute: async_.ExecuteOp, value: SSAValue, uses: list[tuple[Operation, int]]) -> None:
    """Use a copy of a value that is the same wherever it is computed."""
    assert isinstance(value.owner, Operation)
    copy = value.owner.clone()
    body = execute.body.block
    assert body.first_op is not None
    body.insert_op_before(copy, body.first_op)
    _replace(uses, copy.results[0])


def _function(execute: async_.ExecuteOp, name: str, captured: _Uses) -> async_.FuncOp:
    """The function with the execute's body, which is left empty. Its arguments: dependencies, operands, captured values."""
    handles = [*execute.dependencies, *execute.body_operands]
    arguments = [*handles, *captured]
    entry = new_block([value.type for value in arguments], execute.location, [value.name_hint for value in arguments])
    unwrapped = iter(execute.body.block.args)
    for handle in entry.args[: len(handles)]:
        awaited = append(entry, async_.AwaitOp(handle), execute.location)
        if awaited.result is not None:
            argument = next(unwrapped)
            awaited.result.name_hint = argument.name_hint
            argument.replace_all_uses_with(awaited.result)
    for uses, argument in zip(captured.values(), entry.args[len(handles) :], strict=True):
        _replace(uses, argument)
    move_all(execute.body.block, entry)
    _return(entry.last_op)
    types = FunctionType.from_lists([value.type for value in arguments], execute.result_types)
    outlined = async_.FuncOp(name, types, Region(entry))
    outlined.location = execute.location
    outlined.attributes = {key: value for key, value in execute.attributes.items() if key != task.KERNEL}
    return outlined


def _return(last: Operation | None) -> None:
    assert isinstance(last, async_.YieldOp)
    insert_before(last, async_.ReturnOp(last.arguments))
    erase(last)
