"""What operations do beyond computing their results: suspend, fail, start, touch memory, loop without a known end."""

from __future__ import annotations

from functools import cache

from xdsl.dialects import arith, cf, memref, scf
from xdsl.dialects.builtin import IndexType, IntegerAttr, UnitAttr
from xdsl.ir import Operation, Region, SSAValue
from xdsl.traits import is_side_effect_free

from asyncir.analysis.callgraph import strongly_connected
from asyncir.analysis.cfg import successors
from asyncir.dialects import async_, gpu_lanes, task, task_copy, task_scopes, task_tiles
from asyncir.dialects.task import BOUNDED

BOUNDED_ATTRIBUTE = UnitAttr()

_SUSPENDING = (
    async_.AwaitOp,
    async_.AwaitAllOp,
    async_.RuntimeAwaitOp,
    task.TryAwaitOp,
    task.SendOp,
    task.RecvOp,
    task.YieldNowOp,
    task.SleepOp,
    task.WaitOp,
    task.AcquireOp,
    task.SelectOp,
    *task_tiles.SUSPENDING,
)
_FAILING = (
    cf.AssertOp,
    task.FailOp,
    memref.AllocOp,
    task.ChannelOp,
    task.EventOp,
    task.LockOp,
    task.ReleaseOp,
    task.CancelOp,
    *task_scopes.SCOPE_OPS,
    task.RethrowOp,
    task.TrySendOp,
    task_tiles.TileChannelOp,
    *task_tiles.GIVING,
    task_copy.CopyOp,
    async_.CreateGroupOp,
    async_.AddToGroupOp,
)
_LANE_OPS = (gpu_lanes.LaneIdOp, gpu_lanes.ShuffleOp, gpu_lanes.SubgroupReduceOp, task.BallotOp)
_COLLECTIVES = (gpu_lanes.ShuffleOp, gpu_lanes.SubgroupReduceOp, task.BallotOp, task.LaneSyncOp)
_PURE = (arith.ExtSIOp, arith.RemUIOp)
"""Only compute their results, though xDSL does not say so."""
_SAME_EVERYWHERE = (
    arith.ConstantOp,
    memref.GetGlobalOp,
    gpu_lanes.LaneIdOp,
    gpu_lanes.SubgroupSizeOp,
    task.InstanceOp,
    task.NumInstancesOp,
    task.KernelArgumentOp,
)


def suspends(op: Operation) -> bool:
    """Whether the task may be suspended at this operation itself."""
    return isinstance(op, _SUSPENDING)


def fails(op: Operation) -> bool:
    """Whether the operation itself may end the task with an error of its own making."""
    return isinstance(op, _FAILING)


def is_lane_op(op: Operation) -> bool:
    """Whether the operation has a meaning only where the lanes of a warp run a task together."""
    return isinstance(op, _LANE_OPS)


def is_collective(op: Operation) -> bool:
    """Whether all lanes of the task must come to the operation together."""
    return isinstance(op, _COLLECTIVES)


def is_rematerialisable(value: SSAValue) -> bool:
    """Whether the value is the same wherever in its task it is computed again, from nothing: no frame needs to hold it."""
    return _is_same_everywhere(type(value.owner))


@cache
def _is_same_everywhere(owner: type) -> bool:
    return issubclass(owner, _SAME_EVERYWHERE)


def is_pure(op: Operation) -> bool:
    """Whether the operation only computes its results."""
    return isinstance(op, _PURE) or is_side_effect_free(op)


def is_bounded_for(loop: scf.ForOp | scf.ParallelOp) -> bool:
    """
    Whether the loop's counter provably passes the upper bound: the steps are known to be positive, and the counter cannot
    wrap around before (a step of 1 never skips the bound; a 64-bit counter does not get to its end). The lanes of a warp and the
    instances of a launch are 1 or more, and fewer than 2^32.
    """
    steps = [loop.step] if isinstance(loop, scf.ForOp) else list(loop.step)
    return all(_is_safe_step(step) for step in steps)


def _is_safe_step(step: SSAValue) -> bool:
    owner = step.owner
    if isinstance(owner, gpu_lanes.SubgroupSizeOp | task.NumInstancesOp):
        return True
    if not isinstance(owner, arith.ConstantOp) or not isinstance(owner.value, IntegerAttr):
        return False
    value = owner.value.value.data
    return value == 1 or (isinstance(step.type, IndexType) and 0 < value < 1 << 32)


def has_unbounded_cycle(region: Region) -> bool:
    """Whether the region's blocks form a cycle without a back edge that is known to be bounded."""
    blocks = list(region.blocks)
    if len(blocks) < 2:
        return False
    bounded = [block for block in blocks if block.last_op is not None and BOUNDED in block.last_op.attributes]
    cut = set(bounded)
    parts = strongly_connected(dict.fromkeys(blocks), lambda block: () if block in cut else successors(block))
    return any(len(part) > 1 or (part[0] not in cut and part[0] in successors(part[0])) for part in parts)

