"""The table of all decoders, and the names of the operations at which a task may wait."""

from __future__ import annotations

from asyncir.reference import (
    machines,
    ops_arith,
    ops_async,
    ops_atomic,
    ops_cf,
    ops_func,
    ops_lanes,
    ops_math,
    ops_memref,
    ops_scf,
    ops_task,
    ops_tiles,
    ops_views,
    prints,
    rt_block,
    rt_ops,
)
from asyncir.reference.decode import OpDecoder

TABLE: dict[str, OpDecoder] = {
    **ops_arith.DECODERS,
    **ops_math.DECODERS,
    **ops_cf.DECODERS,
    **ops_scf.DECODERS,
    **ops_func.DECODERS,
    **ops_memref.DECODERS,
    **ops_views.DECODERS,
    **ops_atomic.DECODERS,
    **ops_async.DECODERS,
    **ops_task.DECODERS,
    **ops_tiles.DECODERS,
    **ops_lanes.DECODERS,
    **prints.DECODERS,
    **machines.DECODERS,
}

RT_TABLE: dict[str, OpDecoder] = {**TABLE, **rt_ops.DECODERS, **rt_block.DECODERS}

_NEVER_WAIT = {"task.cancelled", "task.instance", "task.num_instances", "gpu.lane_id", "gpu.subgroup_size"}

_ASKING = (ops_async.DECODERS, ops_task.DECODERS, ops_tiles.DECODERS, ops_lanes.DECODERS, ("memref.alloc", "memref.dealloc"))

SUSPENDING = frozenset(name for names in _ASKING for name in names) - _NEVER_WAIT
"""Operations that yield to whoever drives the lane."""

RT_SUSPENDING = SUSPENDING | {"rt.ballot", *rt_ops.WAITING, *rt_block.WAITING}
"""The same at the rt level, where atomics let others run."""
