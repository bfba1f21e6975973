"""A kernel that the program also calls: the calls get a copy of their own, so that a kernel is a root and nothing else."""

from __future__ import annotations

from xdsl.dialects import func
from xdsl.dialects.builtin import ModuleOp, StringAttr, SymbolRefAttr

from asyncir.analysis.callgraph import CallLike, callee_name, calls_in
from asyncir.analysis.symbols import Names
from asyncir.dialects import async_, task


def separate_from_calls(module: ModuleOp, function: func.FuncOp | async_.FuncOp) -> None:
    """If the function is called, make all calls, its own among them, go to a copy."""
    name = function.sym_name.data
    calls = [call for op in module.ops for call in calls_in(op) if callee_name(call) == name]
    if not calls:
        return
    copy = function.clone()
    copy_name = Names(module).take(f"{name}_task")
    copy.properties["sym_name"] = StringAttr(copy_name)
    copy.attributes.pop(task.KERNEL, None)
    block = function.parent
    assert block is not None
    block.insert_op_after(copy, function)
    for call in [*calls, *(call for call in calls_in(copy) if callee_name(call) == name)]:
        _redirect(call, copy_name)


def _redirect(call: CallLike, name: str) -> None:
    call.properties["callee"] = SymbolRefAttr(name)
