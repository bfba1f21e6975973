"""
convert-awaiting-funcs: a `func.func` that may suspend or fail its caller becomes a task of its own, awaited where it was called.

Requires: outline-execute. Ensures: functions that are no tasks only compute: they do not suspend, fail, start tasks, recurse or
loop without a known end.

A function is converted if it has an operation of `async` or `task`, an assertion, an allocation, an `scf.while`, a cycle of blocks or a
loop whose step is not known; if it is recursive; or if it calls such a function. It returns a value for each of its results, or a
token if it has none. A failure in it fails whoever awaits it, which is the caller: as a call does.

    func.func private @checked(%x: i32, %ok: i1) -> i32 {
      cf.assert %ok, "not ok"
      return %x : i32
    }
    func.func @main(%x: i32, %ok: i1) -> i32 attributes {task.kernel} {
      %r = func.call @checked(%x, %ok) : (i32, i1) -> i32
      return %r : i32
    }

becomes

    async.func private @checked(%x: i32, %ok: i1) -> !async.value<i32> {
      cf.assert %ok, "not ok"
      async.return %x : i32
    }
    func.func @main(%x: i32, %ok: i1) -> i32 attributes {task.kernel} {
      %0 = async.call @checked(%x, %ok) : (i32, i1) -> !async.value<i32>
      %r = async.await %0 : !async.value<i32>
      return %r : i32
    }
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from xdsl.context import Context
from xdsl.dialects import cf, func, memref, scf
from xdsl.dialects.builtin import FunctionType, ModuleOp
from xdsl.ir import Attribute, Operation, SSAValue
from xdsl.passes import ModulePass

from asyncir.analysis.callgraph import CallGraph, callee_name
from asyncir.analysis.effects import has_unbounded_cycle, is_bounded_for
from asyncir.dialects import async_, task, task_scopes
from asyncir.dialects.locations import location_of
from asyncir.dialects.remarks import remark
from asyncir.errors import InputError
from asyncir.passes.kernel_calls import separate_from_calls
from asyncir.passes.rewriting import erase, insert_before, replace_op


@dataclass(frozen=True)
class ConvertAwaitingFuncsPass(ModulePass):
    """A function that may suspend or fail its caller becomes a task."""

    name = "convert-awaiting-funcs"

    def apply(self, ctx: Context, op: ModuleOp) -> None:
        for function in list(op.ops):
            if isinstance(function, func.FuncOp) and task.KERNEL in function.attributes:
                separate_from_calls(op, function)
        graph = CallGraph(op)
        converted = _to_convert(graph)
        for name in graph.functions:
            for call in graph.calls[name]:
                if isinstance(call, func.CallOp) and callee_name(call) in converted:
                    _convert_call(call)
        for name in converted:
            function = graph.functions[name]
            assert isinstance(function, func.FuncOp)
            _convert(function)


def _to_convert(graph: CallGraph) -> dict[str, None]:
    """The names of the functions to convert. Callees come first in the components."""
    converted: dict[str, None] = {}
    for component in graph.components:
        for name in component:
            function = graph.functions[name]
            if not isinstance(function, func.FuncOp) or task.KERNEL in function.attributes or not function.body.blocks:
                continue
            reason = _reason(function)
            if reason is None and name not in graph.recursive and not any(called in converted for called in graph.callees(name)):
                continue
            converted[name] = None
            _refuse_scopes(function)
            what = f"'{reason.name}'" if reason is not None else "recursion" if name in graph.recursive else "a call of such a function"
            remark(reason or function, "convert-awaiting-funcs", "converted", f"@{name} becomes a task because of {what}")
    return converted


def _refuse_scopes(function: func.FuncOp) -> None:
    """A scope is its task's, and what was the caller's would be the function's."""
    found = next((op for op in function.walk() if isinstance(op, task_scopes.OWN_SCOPE_OPS)), None)
    if found is not None:
        message = f"'{found.name}' op in a function that is called, and becomes a task of its own: the scope would not be its caller's"
        raise InputError(message, location_of(found), help="make it an async.func, or write the operation where it is called")


def _reason(function: func.FuncOp) -> Operation | None:
    """The first operation in a function that it needs to be a task for."""
    if has_unbounded_cycle(function.body):
        return function
    return next((op for op in function.walk() if _needs_task(op)), None)


def _needs_task(op: Operation) -> bool:
    if isinstance(op, scf.ForOp | scf.ParallelOp):
        return not is_bounded_for(op)
    if isinstance(op, scf.ExecuteRegionOp):
        return has_unbounded_cycle(op.region)
    return isinstance(op, cf.AssertOp | memref.AllocOp | scf.WhileOp) or op.name.startswith(("async.", "task."))


def _handle_types(results: Sequence[Attribute]) -> list[Attribute]:
    """What starting a task with these results gives: a value for each, or a token."""
    return [async_.ValueType(type_) for type_ in results] or [async_.TokenType()]


def _convert_call(call: func.CallOp) -> None:
    """Start the task and await all that it gives; the first await waits, the others find it done."""
    start = insert_before(call, async_.CallOp(callee_name(call), call.arguments, _handle_types(call.result_types)))
    start.attributes.update(call.attributes)
    values: list[SSAValue] = []
    for handle in start.handles:
        awaited = insert_before(call, async_.AwaitOp(handle))
        if awaited.result is not None:
            values.append(awaited.result)
    for old, new in zip(call.results, values, strict=True):
        new.name_hint = old.name_hint
    replace_op(call, values)


def _convert(function: func.FuncOp) -> None:
    """Replace a function by a task."""
    for block in function.body.blocks:
        if isinstance(last := block.last_op, func.ReturnOp):
            insert_before(last, async_.ReturnOp(last.arguments))
            erase(last)
    region = function.detach_region(function.body)
    types = FunctionType.from_lists(function.function_type.inputs.data, _handle_types(function.function_type.outputs.data))
    converted = async_.FuncOp(function.sym_name.data, types, region, function.sym_visibility, function.arg_attrs, function.res_attrs)
    converted.attributes = dict(function.attributes)
    insert_before(function, converted)
    erase(function)
