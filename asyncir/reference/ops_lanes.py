"""Decoders of the lane ops: what a lane is, and what the lanes of a warp do together."""

from __future__ import annotations

from collections.abc import Callable
from functools import reduce
from typing import Any

from xdsl.ir import Operation

from asyncir.dialects import gpu_lanes
from asyncir.dialects.gpu_lanes import Reduction, ShuffleMode
from asyncir.reference import arithmetic as on
from asyncir.reference.decode import Decoded, Decoder, OpDecoder, Plain, Registers
from asyncir.reference.faults import broken, unsupported
from asyncir.reference.ops_arith import width_of
from asyncir.reference.ops_async import asks
from asyncir.reference.task import Meeting
from asyncir.reference.values import Value, integer_width, rounding, wrap_to


def _lane_id(op: gpu_lanes.LaneIdOp, d: Decoder) -> Decoded:
    target = d.register(op.result)

    def step(r: Registers) -> None:
        r[target] = r[0].index

    return Plain(step)


def _subgroup_size(op: gpu_lanes.SubgroupSizeOp, d: Decoder) -> Decoded:
    target = d.register(op.result)

    def step(r: Registers) -> None:
        r[target] = r[0].launch.width

    return Plain(step)


_SOURCE: dict[ShuffleMode, Callable[[int, int], int]] = {
    ShuffleMode.XOR: lambda lane, offset: lane ^ offset,
    ShuffleMode.UP: lambda lane, offset: lane - offset,
    ShuffleMode.DOWN: lambda lane, offset: lane + offset,
    ShuffleMode.IDX: lambda lane, offset: offset,
}


def _shuffle(op: gpu_lanes.ShuffleOp, d: Decoder) -> Decoded:
    source_of = _SOURCE[op.mode.data]

    def perform(task: Any, brought: list[Any]) -> list[Value]:
        answers: list[Value] = []
        for lane, (value, offset, width) in enumerate(brought):
            if width != len(brought):
                raise broken("undefined", op, f"'gpu.shuffle' with width {width} in a warp of {len(brought)} lanes")
            source = source_of(lane, offset)
            answers.append((brought[source][0], 1) if 0 <= source < width else (value, 0))
        return answers

    return asks(op, Meeting(op, perform, publishes=False), d)


_INTEGER = {
    Reduction.ADD: "arith.addi",
    Reduction.MUL: "arith.muli",
    Reduction.MINUI: "arith.minui",
    Reduction.MINSI: "arith.minsi",
    Reduction.MAXUI: "arith.maxui",
    Reduction.MAXSI: "arith.maxsi",
    Reduction.AND: "arith.andi",
    Reduction.OR: "arith.ori",
    Reduction.XOR: "arith.xori",
}
_FLOAT = {
    Reduction.ADD: "arith.addf",
    Reduction.MUL: "arith.mulf",
    Reduction.MINNUMF: "arith.minnumf",
    Reduction.MAXNUMF: "arith.maxnumf",
    Reduction.MINIMUMF: "arith.minimumf",
    Reduction.MAXIMUMF: "arith.maximumf",
}


def _combiner(op: gpu_lanes.SubgroupReduceOp) -> Callable[[Value, Value], Value]:
    width, kind = integer_width(op.value.type), op.op.data
    if width is not None:
        return on.INTEGER_BINARY[_INTEGER[kind]](width)
    if kind not in _FLOAT:
        raise unsupported(op, f"reduction {kind}")
    function, to_type = on.FLOAT_BINARY[_FLOAT[kind]], rounding(op.value.type)
    return lambda a, b: to_type(function(a, b))


def _reduce(op: gpu_lanes.SubgroupReduceOp, d: Decoder) -> Decoded:
    combine = _combiner(op)

    def perform(task: Any, brought: list[Any]) -> list[Value]:
        return [reduce(combine, [values[0] for values in brought])] * len(brought)

    return asks(op, Meeting(op, perform, publishes=False), d)


def _ballot(op: Operation, d: Decoder) -> Decoded:
    bits, wrap = width_of(op, op.results[0]), wrap_to(width_of(op, op.results[0]))

    def perform(task: Any, brought: list[Any]) -> list[Value]:
        if len(brought) > bits:
            raise broken("undefined", op, f"'{op.name}' of {len(brought)} lanes in {bits} bits")
        return [wrap(sum(1 << lane for lane, values in enumerate(brought) if values[0]))] * len(brought)

    return asks(op, Meeting(op, perform, publishes=False), d)


def _sync(op: Operation, d: Decoder) -> Decoded:
    """All lanes meet. Each runs up to the next meeting by itself, so all stores are done then, and there is nothing to make visible."""
    return asks(op, Meeting(op, lambda task, brought: [()] * len(brought), publishes=False), d)


DECODERS: dict[str, OpDecoder] = {
    "gpu.lane_id": _lane_id,
    "gpu.subgroup_size": _subgroup_size,
    "gpu.shuffle": _shuffle,
    "gpu.subgroup_reduce": _reduce,
    "task.ballot": _ballot,
    "task.lane_sync": _sync,
    "rt.ballot": _ballot,
}
