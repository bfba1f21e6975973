"""The lane ops of the gpu dialect."""

from __future__ import annotations

from collections.abc import Mapping

from xdsl.ir import Operation

from asyncir.dialects import gpu_lanes
from asyncir.lowering.convert.lowering import Handler, Lowering, static_integer


def _lane_id(lw: Lowering, op: Operation) -> None:
    lw.set(op.results[0], lw.target.lane_id(lw.b))


def _subgroup_size(lw: Lowering, op: Operation) -> None:
    lw.set(op.results[0], lw.b.integer(lw.target.width))


def _shuffle(lw: Lowering, op: Operation) -> None:
    assert isinstance(op, gpu_lanes.ShuffleOp)
    known = static_integer(op.offset)
    result, valid = lw.target.shuffle(lw.b, op.mode.data, lw.value(op.value), lw.value(op.offset), known)
    lw.set(op.shuffle_result, result)
    lw.set(op.valid, valid)


def _reduce(lw: Lowering, op: Operation) -> None:
    assert isinstance(op, gpu_lanes.SubgroupReduceOp)
    lw.set(op.result, lw.target.reduce(lw.b, op.op.data, lw.value(op.value)))


HANDLERS: Mapping[str, Handler] = {
    "gpu.lane_id": _lane_id,
    "gpu.subgroup_size": _subgroup_size,
    "gpu.shuffle": _shuffle,
    "gpu.subgroup_reduce": _reduce,
}
