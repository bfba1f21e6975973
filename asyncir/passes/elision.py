"""
Which calls may be elided: the callee's body runs where the call stands, and the handles are ready from the start.

Nobody can tell the difference if

- the caller awaits the call at once, with nothing but pure computation between: it would wait anyway, and fail as the callee fails;
- or the callee is *quiet*: it computes, reads and writes memory, and ends, whatever others do. Running at once is then one of the
  orders in which a task may run. It neither suspends nor fails, starts nothing, and its loops are known to end. It may await
  handles it is given if they are ready, as those of elided calls are. Its own handles must only be awaited: one that goes
  somewhere else (a group, a task, a block argument) has to be a real one, and then a real task is as cheap.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from xdsl.dialects import memref
from xdsl.ir import Block, BlockArgument, Operation, Region, SSAValue

from asyncir.analysis.callgraph import callee_name, strongly_connected
from asyncir.analysis.cfg import successors
from asyncir.analysis.effects import fails, has_unbounded_cycle, is_pure, suspends
from asyncir.dialects import async_, task
from asyncir.dialects.task_cancel import CATCHES

_WAITS = (async_.AwaitOp, async_.RuntimeAwaitOp, task.TryAwaitOp)
_LOOKS = (*_WAITS, async_.RuntimeIsErrorOp, task.CancelOp)
"""What may be done with the handle of an elided call: each folds when the handle is ready."""


@dataclass(frozen=True)
class Summary:
    """What a caller needs to know of a task."""

    operations: int
    quiet: bool
    """But for awaits of its own arguments."""
    pure: bool
    """It computes and awaits its arguments, and touches no memory."""
    has_stack: bool
    awaited: frozenset[int] = frozenset()
    """The arguments that it awaits."""
    escaping: frozenset[int] = frozenset()
    """The handle arguments with which it does something else."""


def summarize(function: async_.FuncOp) -> Summary:
    """The summary of a task as it is now."""
    operations = [op for block in function.body.blocks for op in block.ops]
    entry = function.body.blocks.first
    arguments = entry.args if entry is not None else ()
    own = set[SSAValue](arguments)
    effects = [op for op in operations if not is_pure(op) and not _looks_at(op, own) and not op.successors]
    disturbing = any(_is_disturbing(op) for op in effects) or has_unbounded_cycle(function.body)
    awaited = {arg.index for arg in arguments if any(isinstance(use.operation, _WAITS) for use in arg.uses)}
    escaping = {arg.index for arg in arguments if async_.is_handle(arg.type) and not _only_looked_at(arg)}
    return Summary(
        operations=len(operations),
        quiet=not disturbing,
        pure=not effects,
        has_stack=any(isinstance(op, memref.AllocaOp) for op in operations),
        awaited=frozenset(awaited),
        escaping=frozenset(escaping),
    )


def _looks(op: Operation) -> bool:
    """Whether it folds when its handle is ready. One that catches a cancellation stays: the flag behind it belongs to it."""
    return isinstance(op, _LOOKS) and CATCHES not in op.attributes


def _looks_at(op: Operation, values: set[SSAValue]) -> bool:
    return _looks(op) and op.operands[0] in values


def _only_looked_at(value: SSAValue) -> bool:
    return all(_looks(use.operation) for use in value.uses)


def _is_disturbing(op: Operation) -> bool:
    """Whether a task with this operation may not run before it is awaited."""
    return suspends(op) or fails(op) or op.name.startswith(("async.", "task."))


@dataclass
class Elision:
    """The choice among the calls of one caller."""

    region: Region
    summaries: Mapping[str, Summary]
    """Of the tasks that may be elided here at all."""
    budget: int
    """How many operations may be copied."""
    chosen: set[Operation] = field(default_factory=set[Operation])

    def choose(self) -> list[async_.CallOp]:
        """The calls to elide, in the order of the text, as far as the budget goes."""
        operations = (op for block in self.region.blocks for op in block.ops)
        calls = [op for op in operations if isinstance(op, async_.CallOp) and callee_name(op) in self.summaries]
        looping = _cyclic_blocks(self.region) if any(self._summary(call).has_stack for call in calls) else set[Block]()
        calls = [call for call in calls if not (self._summary(call).has_stack and call.parent in looping)]
        at_once = _awaited_at_once(self.region).intersection(calls)
        self._choose_quiet(calls, at_once)
        if sum(self._summary(call).operations for call in calls if call in self.chosen) > self.budget:
            # Quiet calls may need each other; those that are awaited at once do not.
            self.chosen = self._affordable([call for call in calls if call in at_once])
        return [call for call in calls if call in self.chosen]

    def _choose_quiet(self, calls: list[async_.CallOp], at_once: set[Operation]) -> None:
        """Optimistic: quiet calls that depend on each other are dropped only when one of them cannot be elided."""
        self.chosen = at_once | {call for call in calls if self._summary(call).quiet}
        pending = [call for call in calls if call in self.chosen and call not in at_once]
        while pending:
            call = pending.pop()
            if call in self.chosen and not self._fits(call):
                self.chosen.remove(call)
                pending += [other for other in self._neighbours(call) if other in self.chosen and other not in at_once]

    def _affordable(self, calls: list[async_.CallOp]) -> set[Operation]:
        """The first calls that the budget allows for."""
        found: set[Operation] = set()
        total = 0
        for call in calls:
            total += self._summary(call).operations
            if total > self.budget:
                break
            found.add(call)
        return found

    def _summary(self, call: async_.CallOp) -> Summary:
        return self.summaries[callee_name(call)]

    def _fits(self, call: async_.CallOp) -> bool:
        """Whether a quiet call may be elided, given the others."""
        awaited = (call.arguments[index] for index in self._summary(call).awaited)
        return all(self._is_ready(handle) for handle in awaited) and all(self._is_harmless(handle) for handle in call.handles)

    def _is_ready(self, handle: SSAValue) -> bool:
        return handle.owner in self.chosen or isinstance(handle.owner, task.ReadyOp)

    def _is_harmless(self, handle: SSAValue) -> bool:
        """Whether all users of a handle fold, or are elided calls in which all users fold."""
        for use in handle.uses:
            if _looks(use.operation):
                continue
            if not isinstance(use.operation, async_.CallOp) or use.operation not in self.chosen:
                return False
            if use.index in self._summary(use.operation).escaping:
                return False
        return True

    def _neighbours(self, call: async_.CallOp) -> list[async_.CallOp]:
        """The calls that take this one's handles, and those whose handles it takes."""
        takers = [use.operation for handle in call.handles for use in handle.uses]
        givers = [argument.owner for argument in call.arguments if not isinstance(argument, BlockArgument)]
        return [op for op in (*takers, *givers) if isinstance(op, async_.CallOp)]


def _awaited_at_once(region: Region) -> set[Operation]:
    """The calls after which, but for pure operations, the next thing is to await them."""
    found: set[Operation] = set()
    for block in region.blocks:
        following: Operation | None = None
        for op in reversed(block.ops):
            if isinstance(op, async_.CallOp) and isinstance(following, async_.AwaitOp) and _looks_at(following, set(op.results)):
                found.add(op)
            if not is_pure(op):
                following = op
    return found


def _cyclic_blocks(region: Region) -> set[Block]:
    blocks = dict.fromkeys(region.blocks)
    parts = strongly_connected(blocks, successors)
    return {block for part in parts for block in part if len(part) > 1 or block in successors(block)}
