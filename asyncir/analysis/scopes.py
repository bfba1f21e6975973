"""
Who runs each task together: one lane, or the lanes of a warp. Interprocedural: a call that passes a divergent operand makes
the callee a warp's task, with a divergent argument.
"""

from __future__ import annotations

from collections.abc import Iterator

from xdsl.dialects import func
from xdsl.dialects.builtin import ModuleOp, StringAttr
from xdsl.ir import Operation

from asyncir.analysis.callgraph import CallGraph, FunctionLike, callee_name
from asyncir.analysis.effects import is_lane_op
from asyncir.analysis.uniformity import Uniformity
from asyncir.dialects import async_, sm, task


def is_task(op: Operation) -> bool:
    """Whether the function is run as a task: a kernel, an `async.func` or a machine."""
    return isinstance(op, async_.FuncOp | sm.MachineOp) or (isinstance(op, func.FuncOp) and task.KERNEL in op.attributes)


def written_scope(op: FunctionLike) -> str | None:
    """The scope that the text gives to a task."""
    scope = op.scope if isinstance(op, sm.MachineOp) else op.attributes.get(task.SCOPE)
    return scope.data if isinstance(scope, StringAttr) else None


class Scopes:
    """The scopes of a module's tasks, and the uniformity of those that a warp runs. What is written wins; it is not checked."""

    def __init__(self, module: ModuleOp) -> None:
        self.graph = CallGraph(module)
        self.tasks: dict[str, FunctionLike] = {name: op for name, op in self.graph.functions.items() if is_task(op)}
        self.scope: dict[str, str] = {}
        self.why: dict[str, Operation] = {}
        """For a task found to be a warp's: the lane op or the call that makes it so."""
        self.divergent_arguments: dict[str, set[int]] = {name: set() for name in self.tasks}
        self.uniformity: dict[str, Uniformity] = {}
        for name, function in self.tasks.items():
            self._start(name, function)
        self._propagate()

    def _start(self, name: str, function: FunctionLike) -> None:
        lane_op = next(self._lane_ops(name), None)
        if lane_op is not None:
            self.why[name] = lane_op
        self.scope[name] = written_scope(function) or ("lane" if lane_op is None else "warp")

    def _lane_ops(self, name: str) -> Iterator[Operation]:
        """The lane ops in a task and in the plain functions that it calls."""
        plain = {name}
        pending = [name]
        while pending:
            current = pending.pop()
            for op in self.graph.functions[current].walk():
                if is_lane_op(op):
                    yield op
            called = [other for other in self.graph.callees(current) if other not in self.tasks and other not in plain]
            plain.update(called)
            pending += called

    def _propagate(self) -> None:
        pending = {name: None for name, scope in self.scope.items() if scope == "warp"}
        while pending:
            name, _ = pending.popitem()
            known = self.uniformity[name] = Uniformity(self.tasks[name].body, self.divergent_arguments[name])
            for call in self.graph.calls[name]:
                callee = callee_name(call)
                if callee not in self.tasks:
                    continue
                passed = {index for index, operand in enumerate(call.arguments) if not known.is_uniform(operand)}
                if not passed <= self.divergent_arguments[callee]:
                    self.divergent_arguments[callee] |= passed
                    self._receive(callee, call, pending)

    def _receive(self, callee: str, call: Operation, pending: dict[str, None]) -> None:
        """A task gets divergent arguments: a warp runs it unless its text says otherwise."""
        if written_scope(self.tasks[callee]) is None:
            self.scope[callee] = "warp"
            self.why.setdefault(callee, call)
        if self.scope[callee] == "warp":
            pending[callee] = None
