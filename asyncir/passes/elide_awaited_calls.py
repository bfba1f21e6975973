"""
elide-awaited-calls: a call that is only awaited becomes the callee's body.

Requires: scf-to-cf, convert-awaiting-funcs. Ensures: passes/elision.py says which calls are gone; no task is left that the kernel
cannot reach.

Callees come first, so that a callee is as small as it gets when it is inlined. A recursive task stays a task. What runs together
stays what it was: a lane's task goes into a warp's only if it touches no memory, as all lanes would then do it. When
100,000 operations were copied, the rest stays calls.

The handle of an elided call is a `task.ready`; awaits of it fold, and it goes away if nothing else uses it.

    async.func @double(%x: i32) -> !async.value<i32> {
      %0 = arith.addi %x, %x : i32
      async.return %0 : i32
    }
    func.func @main(%x: i32) -> i32 attributes {task.kernel} {
      %h = async.call @double(%x) : (i32) -> !async.value<i32>
      %r = async.await %h : !async.value<i32>
      return %r : i32
    }

becomes

    func.func @main(%x: i32) -> i32 attributes {task.kernel} {
      %0 = arith.addi %x, %x : i32
      return %0 : i32
    }
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from xdsl.context import Context
from xdsl.dialects import arith, func
from xdsl.dialects.builtin import IntegerAttr, IntegerType, ModuleOp, i1, i32
from xdsl.ir import Operation, Region, SSAValue
from xdsl.passes import ModulePass

from asyncir.analysis.callgraph import CallGraph, callee_name
from asyncir.analysis.scopes import Scopes
from asyncir.dialects import async_, task, task_scopes
from asyncir.dialects.remarks import remark
from asyncir.dialects.task_cancel import CATCHES
from asyncir.passes.elision import Elision, Summary, summarize
from asyncir.passes.inlining import inline_calls
from asyncir.passes.lane_functions import inline_lane_functions
from asyncir.passes.require import require_cfg
from asyncir.passes.rewriting import erase, insert_before, replace_op
from asyncir.passes.scope_rules import check_scopes

MAX_COPIED = 100_000
"""How many operations the pass may copy in a module."""


@dataclass(frozen=True)
class ElideAwaitedCallsPass(ModulePass):
    """A call that is only awaited becomes the callee's body."""

    name = "elide-awaited-calls"

    def apply(self, ctx: Context, op: ModuleOp) -> None:
        require_cfg(op)
        inline_lane_functions(op)
        scopes = Scopes(op)
        # A program must not become right by elision: where a lane's task or a task's result has a divergent value, say so now.
        check_scopes(scopes)
        _Elider(op, scopes).run()
        _drop_unreachable_tasks(op)


class _Elider:
    """Elides in all tasks of a module, callees first."""

    def __init__(self, module: ModuleOp, scopes: Scopes) -> None:
        self._graph = scopes.graph
        self._scopes = scopes
        self._summaries: dict[str, Summary] = {}
        self._copied = 0
        self._calls = Counter(callee_name(call) for calls in scopes.graph.calls.values() for call in calls)
        self._has_kernel = bool(_kernels(scopes.graph))

    def run(self) -> None:
        for name in (name for component in self._graph.components for name in component):
            function = self._graph.functions[name]
            if name not in self._scopes.tasks or not function.body.blocks:
                continue
            self._elide_in(name, function.body)
            if isinstance(function, async_.FuncOp) and name not in self._graph.recursive and not _has_scopes(function):
                self._summaries[name] = summarize(function)

    def _elide_in(self, caller: str, region: Region) -> None:
        callees = [name for name in self._graph.callees(caller) if name in self._summaries]
        usable = {name: self._summary(name) for name in callees if self._same_scope(caller, name)}
        chosen = Elision(region, usable, MAX_COPIED - self._copied).choose() if usable else []
        if not chosen:
            return
        self._copied += sum(usable[callee_name(call)].operations for call in chosen)
        for call in chosen:
            remark(call, "elide-awaited-calls", "elided", f"the call of @{callee_name(call)} is elided")
        elided = set[Operation](chosen)
        inline_calls(region, lambda op: self._body(op) if op in elided else None, _finish)
        fold_ready(region)

    def _body(self, call: Operation) -> Region:
        """The callee's body: itself if nobody else calls it, for the callee is then dropped."""
        assert isinstance(call, async_.CallOp)
        body = self._graph.functions[callee_name(call)].body
        return body if self._is_last(callee_name(call)) else body.clone()

    def _is_last(self, name: str) -> bool:
        return self._has_kernel and self._calls[name] == 1

    def _summary(self, name: str) -> Summary:
        """Moving a body copies nothing."""
        summary = self._summaries[name]
        return replace(summary, operations=0) if self._is_last(name) else summary

    def _same_scope(self, caller: str, callee: str) -> bool:
        scope = self._scopes.scope
        return scope[caller] == scope[callee] or (scope[callee] == "lane" and self._summaries[callee].pure)


def _has_scopes(function: async_.FuncOp) -> bool:
    """Whether it enters or leaves cancel scopes: these are its own task's."""
    return any(isinstance(op, task_scopes.OWN_SCOPE_OPS) for op in function.walk())


def _finish(call: Operation, returned: Sequence[SSAValue]) -> None:
    """Handles of an elided call are ready ones."""
    assert isinstance(call, async_.CallOp)
    values = iter(returned)
    ready: list[SSAValue] = []
    for handle in call.handles:
        value = next(values) if async_.unwrap(handle.type) is not None else None
        if value is not None and value.name_hint is None:
            value.name_hint = handle.name_hint
        ready.append(insert_before(call, task.ReadyOp(value, handle.type)).result)
    replace_op(call, ready)


def fold_ready(region: Region) -> None:
    """Fold what looks at ready handles, and drop those that nothing uses then."""
    for op in [op for block in region.blocks for op in block.ops if isinstance(op, task.ReadyOp)]:
        for user in [use.operation for use in op.result.uses if CATCHES not in use.operation.attributes]:
            _fold(user, list(op.value))
        if op.result.first_use is None:
            erase(op)


def _fold(user: Operation, value: list[SSAValue]) -> None:
    match user:
        case async_.AwaitOp():
            replace_op(user, value)
        case async_.RuntimeAwaitOp() | task.CancelOp():
            erase(user)
        case async_.RuntimeIsErrorOp():
            replace_op(user, [_constant(user, 0, i1)])
        case task.TryAwaitOp():
            zero = _constant(user, 0, i32)
            replace_op(user, [*value, zero, zero])
        case _:
            return


def _constant(anchor: Operation, value: int, type_: IntegerType) -> SSAValue:
    return insert_before(anchor, arith.ConstantOp(IntegerAttr(value, type_))).result


def _kernels(graph: CallGraph) -> list[str]:
    return [name for name, op in graph.functions.items() if isinstance(op, func.FuncOp) and task.KERNEL in op.attributes]


def _drop_unreachable_tasks(module: ModuleOp) -> None:
    """Erase the tasks that no kernel calls any more; without a kernel all stay."""
    graph = CallGraph(module)
    kernels = _kernels(graph)
    if not kernels:
        return
    reachable = graph.reachable(kernels)
    for name, function in graph.functions.items():
        if isinstance(function, async_.FuncOp) and name not in reachable:
            erase(function)
