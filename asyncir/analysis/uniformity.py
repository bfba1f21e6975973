"""
Which values are the same in all lanes of the warp that runs a task, provably, and which blocks all lanes run together.

A value is divergent if

- it comes from the lane itself: `gpu.lane_id`, `gpu.shuffle`, an atomic, a look at a barrier, an array of the lane's own (`memref.alloca`),
  a slot in rows;
- it is computed from a divergent value. Ballots and reductions are uniform whatever they are given, and so is
  `gpu.shuffle idx` of a uniform offset (which must name a lane of the warp);
- it is a block argument that gets different values over edges that lanes may take apart;
- it is defined in a loop that lanes leave apart, and used outside (they leave with values of different rounds).

A block is divergent if it lies between a divergent branch and the block where the branch's paths meet again (its immediate
post-dominator). Results of awaits are uniform, because the results of tasks must be.

The cost is linear in the region, and for each divergent branch in the blocks it makes divergent.
Source: the sync dependence of Rosemann, Moll and Hack, "An abstract interpretation for SPMD divergence" (POPL 2021), simplified.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from xdsl.dialects import cf, memref
from xdsl.ir import Block, BlockArgument, Operation, Region, SSAValue

from asyncir.analysis.cfg import predecessor_edges, successors
from asyncir.analysis.dominance import defining_block
from asyncir.analysis.effects import is_rematerialisable
from asyncir.analysis.postdominance import immediate_postdominators
from asyncir.dialects import async_, gpu_lanes, rt_block, sm, task, task_copy, task_scopes, task_tiles
from asyncir.dialects.interfaces import produced_block_arg_types, successor_operands

_SOURCES = (gpu_lanes.LaneIdOp, memref.AllocaOp, memref.AtomicRMWOp, *rt_block.EACH_LANE)
_ALWAYS_UNIFORM = (
    task.BallotOp,
    gpu_lanes.SubgroupReduceOp,
    async_.CallOp,
    sm.StartOp,
    async_.AwaitOp,
    task.TryAwaitOp,
    task.RecvOp,
    task.ReadyOp,
    task.ChannelOp,
    task.EventOp,
    task.LockOp,
    task.IsSetOp,
    task.SelectOp,
    task.CancelledOp,
    *task_scopes.OWN_SCOPE_OPS,
    task.TrySendOp,
    task.LengthOp,
    task_tiles.TileChannelOp,
    *task_tiles.SUSPENDING,
    task_copy.CopyOp,
    async_.CreateGroupOp,
    async_.AddToGroupOp,
    async_.RuntimeIsErrorOp,
    memref.AllocOp,
)


class Uniformity:
    """The divergent values and blocks of one region in the form of a CFG."""

    def __init__(self, region: Region, divergent_arguments: Iterable[int] = ()) -> None:
        """`divergent_arguments` are the positions of the entry's arguments that differ between lanes."""
        self.divergent: set[SSAValue] = set()
        self.divergent_blocks: dict[Block, Operation] = {}
        """Each divergent block and a branch that makes it so."""
        self._edges = predecessor_edges(region)
        self._postdominator = immediate_postdominators(region)
        self._pending: list[SSAValue] = []
        self._targets: dict[Operation, dict[SSAValue, list[BlockArgument]]] = {}
        self._branches: set[Operation] = set()
        if (entry := region.first_block) is None:
            return
        for index in divergent_arguments:
            self._mark(entry.args[index])
        for block in region.blocks:
            for op in block.ops:
                self._visit(op)
        while self._pending:
            for use in list(self._pending.pop().uses):
                self._visit(use.operation)

    def is_uniform(self, value: SSAValue) -> bool:
        """Whether all lanes that are together have the same value."""
        return value not in self.divergent

    def _mark(self, value: SSAValue) -> None:
        if value not in self.divergent:
            self.divergent.add(value)
            self._pending.append(value)

    def _visit(self, op: Operation) -> None:
        for result in _divergent_results(op, self.divergent):
            self._mark(result)
        if op.successors and op.parent in self._postdominator:
            self._visit_branch(op)

    def _visit_branch(self, branch: Operation) -> None:
        targets = self._targets.get(branch)
        if targets is None:
            targets = self._targets[branch] = _forwarded(branch)
        for value in [value for value in targets if value in self.divergent]:
            for argument in targets.pop(value):
                self._mark(argument)
        condition = _condition(branch)
        if condition in self.divergent and branch not in self._branches:
            self._branches.add(branch)
            self._diverge(branch)

    def _diverge(self, branch: Operation) -> None:
        """Lanes may part at this branch."""
        block = branch.parent
        assert block is not None
        meet = self._postdominator[block]
        between = _between(block, meet)
        for inside in between:
            self.divergent_blocks.setdefault(inside, branch)
        sources = between | {block}
        for join in between if meet is None else [*between, meet]:
            self._mark_join(join, sources)
        if block in between:
            for value in _leaving(between):
                self._mark(value)

    def _mark_join(self, join: Block, sources: set[Block]) -> None:
        """Mark the arguments that get different values over the edges from `sources`."""
        edges = [(op, index) for op, index in self._edges[join] if op.parent in sources]
        if len(edges) < 2:
            return
        for position, argument in enumerate(join.args):
            if len({_passed(op, index, position) for op, index in edges}) > 1:
                self._mark(argument)


def _divergent_results(op: Operation, divergent: set[SSAValue]) -> Iterator[SSAValue]:
    """The results of an operation that are divergent, given the divergent operands."""
    if isinstance(op, _SOURCES) or (isinstance(op, sm.ReloadOp) and op.slot.in_rows):
        yield from op.results
    elif isinstance(op, gpu_lanes.ShuffleOp):
        if op.mode.data is not gpu_lanes.ShuffleMode.IDX or op.offset in divergent:
            yield from op.results
    elif not isinstance(op, _ALWAYS_UNIFORM) and any(operand in divergent for operand in op.operands):
        yield from op.results


def _condition(branch: Operation) -> SSAValue | None:
    """What decides where the branch goes."""
    if isinstance(branch, cf.ConditionalBranchOp):
        return branch.cond
    return branch.flag if isinstance(branch, cf.SwitchOp) else None


def _forwarded(branch: Operation) -> dict[SSAValue, list[BlockArgument]]:
    """The block arguments that get each operand of a branch."""
    found: dict[SSAValue, list[BlockArgument]] = {}
    for index, successor in enumerate(branch.successors):
        operands = successor_operands(branch, index) or ()
        produced = len(produced_block_arg_types(branch, index))
        for operand, argument in zip(operands, successor.args[produced:], strict=True):
            found.setdefault(operand, []).append(argument)
    return found


def _passed(branch: Operation, index: int, position: int) -> SSAValue | tuple[Operation, int]:
    """What an edge gives to a block argument; a value that the branch itself makes has no name but its place."""
    produced = len(produced_block_arg_types(branch, index))
    operands = successor_operands(branch, index) or ()
    return operands[position - produced] if position >= produced else (branch, position)


def _between(start: Block, meet: Block | None) -> set[Block]:
    """The blocks that lanes may be in between the branch at the end of `start` and the block where they meet."""
    seen: set[Block] = set()
    pending = [successor for successor in successors(start) if successor is not meet]
    while pending:
        block = pending.pop()
        if block not in seen:
            seen.add(block)
            pending += [successor for successor in successors(block) if successor is not meet]
    return seen


def _leaving(blocks: set[Block]) -> Iterator[SSAValue]:
    """
    What lanes take out of a loop in different rounds: values defined in its blocks and used outside, and the arguments outside
    that get such values. Values that are the same wherever computed are left out.
    """
    for block in blocks:
        for value in (*block.args, *(result for op in block.ops for result in op.results)):
            if any(use.operation.parent not in blocks for use in value.uses) and not is_rematerialisable(value):
                yield value
        last = block.last_op
        if last is None or all(successor in blocks for successor in last.successors):
            continue
        for value, arguments in _forwarded(last).items():
            if defining_block(value) in blocks and not is_rematerialisable(value):
                yield from (argument for argument in arguments if argument.block not in blocks)
