"""
Plain functions in which lanes meet or are told apart become part of the tasks that call them: whether a value or a branch in them is
uniform depends on the caller, and so does what they return.
"""

from __future__ import annotations

from xdsl.dialects import func
from xdsl.dialects.builtin import ModuleOp
from xdsl.ir import Operation, Region

from asyncir.analysis.callgraph import CallGraph, callee_name
from asyncir.analysis.effects import is_collective, is_lane_op
from asyncir.analysis.scopes import is_task
from asyncir.passes.inlining import inline_calls
from asyncir.passes.rewriting import erase, replace_op


def inline_lane_functions(module: ModuleOp) -> None:
    """Inline the plain functions that have lane ops, or call such functions, where they are called; then drop them."""
    graph = CallGraph(module)
    lane: dict[str, func.FuncOp] = {}
    # Callees come first, so that what is inlined has nothing left to inline.
    for name in (name for component in graph.components for name in component):
        function = graph.functions[name]
        called = [callee for callee in graph.callees(name) if callee in lane]
        if called:
            inline_calls(function.body, lambda op: _body(op, lane), replace_op)
        if not isinstance(function, func.FuncOp) or is_task(function) or name in graph.recursive:
            continue
        if called or any(is_lane_op(op) or is_collective(op) for op in function.walk()):
            lane[name] = function
    for function in lane.values():
        erase(function)


def _body(op: Operation, lane: dict[str, func.FuncOp]) -> Region | None:
    if not isinstance(op, func.CallOp):
        return None
    function = lane.get(callee_name(op))
    return None if function is None else function.body.clone()
