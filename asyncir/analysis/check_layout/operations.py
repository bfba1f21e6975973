"""What the checker knows of operations: which only compute, which may fail at it, and when two of them do the same."""

from __future__ import annotations

from collections.abc import Hashable

from xdsl.dialects import arith, cf, math, memref
from xdsl.dialects.builtin import FloatAttr, IndexType, IntegerAttr, IntegerType, MemRefType
from xdsl.ir import Attribute, Operation, SSAValue
from xdsl.traits import IsTerminator, is_side_effect_free

from asyncir.dialects import gpu_lanes, sm
from asyncir.dialects.arith_ext import IndexCastUIOp

_PURE = (arith.ExtSIOp, arith.RemUIOp)
"""Pure, though xDSL does not say so."""

_UNSIGNED = (arith.DivUIOp, arith.RemUIOp, arith.CeilDivUIOp)
_SIGNED = (arith.DivSIOp, arith.RemSIOp, arith.FloorDivSIOp, arith.CeilDivSIOp)
_SHIFTS = (arith.ShLIOp, arith.ShRUIOp, arith.ShRSIOp)
_UNDEFINED_FOR_SOME = (
    arith.FPToSIOp,
    arith.FPToUIOp,
    math.IPowIOp,
    memref.CastOp,
    memref.CollapseShapeOp,
    memref.ExpandShapeOp,
    memref.ReinterpretCastOp,
    memref.SubviewOp,
)

_MAX_WIDTH = 32
"""Lanes of a warp, at most, on a target."""
_MIN_LANE_BITS = 7
"""An integer of so many bits holds every lane's number."""

_LAYOUT = ("operandSegmentSizes", "case_operand_segments")
"""Properties that tell how many values a branch passes: the layout may pass more."""


def is_effect(op: Operation) -> bool:
    """Whether the operation does more than compute its results; what reads memory or wants all lanes together does."""
    if isinstance(op, sm.SaveOp | sm.ReloadOp) or op.has_trait(IsTerminator) or isinstance(op, cf.SwitchOp):
        return False
    return not (isinstance(op, _PURE) or is_side_effect_free(op)) or bool(op.regions)


def may_fail(op: Operation) -> bool:
    """Whether a pure operation is undefined for some operands, so that it may not be computed where the program would not."""
    if isinstance(op, _UNDEFINED_FOR_SOME):
        return True
    if isinstance(op, _UNSIGNED):
        return not constant_bits(op.rhs)
    if isinstance(op, _SIGNED):
        divisor = constant_bits(op.rhs)
        return divisor is None or divisor in (0, (1 << width_of(op.rhs.type)) - 1)
    if isinstance(op, _SHIFTS):
        amount, width = constant_bits(op.rhs), width_of(op.rhs.type)
        return not (is_lane(op.rhs) and width >= _MAX_WIDTH) if amount is None else amount >= width
    return isinstance(op, memref.DimOp) and not _is_dimension(op)


def _is_dimension(op: memref.DimOp) -> bool:
    index = constant_bits(op.index)
    return index is not None and isinstance(op.source.type, MemRefType) and index < op.source.type.get_num_dims()


def is_lane(value: SSAValue) -> bool:
    """Whether the value is the lane's number."""
    while isinstance(value.owner, arith.IndexCastOp | IndexCastUIOp | arith.ExtUIOp | arith.TruncIOp):
        if width_of(value.type) < _MIN_LANE_BITS:
            return False
        value = value.owner.operands[0]
    return isinstance(value.owner, gpu_lanes.LaneIdOp)


def width_of(type_: Attribute) -> int:
    """The bits of a number; 64 for an index; 0 for what has no bits that an operation could take apart."""
    if isinstance(type_, IntegerType):
        return type_.width.data
    if isinstance(type_, IndexType):
        return 64
    return int(getattr(type_, "bitwidth", 0))


def constant_bits(value: SSAValue) -> int | None:
    """The bits of a constant integer; None for anything else."""
    op = value.owner
    if isinstance(op, arith.ConstantOp) and isinstance(op.value, IntegerAttr):
        return op.value.value.data & ((1 << width_of(value.type)) - 1)
    return None


def float_constant(op: Operation) -> FloatAttr | None:
    """The value of a constant that is a float."""
    return op.value if isinstance(op, arith.ConstantOp) and isinstance(op.value, FloatAttr) else None


def signature(op: Operation) -> Hashable:
    """Equal for operations that do the same to equal operands."""
    properties = tuple(sorted((name, value) for name, value in op.properties.items() if name not in _LAYOUT))
    attributes = tuple(sorted(op.attributes.items(), key=lambda item: item[0]))
    return op.name, properties, attributes, tuple(result.type for result in op.results), len(op.operands)


def branch_signature(op: Operation) -> Hashable:
    """Equal for terminators that choose the same way by equal operands, whatever they pass on."""
    properties = tuple(sorted((name, value) for name, value in op.properties.items() if name not in _LAYOUT))
    return op.name, properties, tuple(sorted(op.attributes.items(), key=lambda item: item[0])), len(op.successors)


def lane_bit(op: Operation) -> SSAValue | None:
    """The word of which the operation's lowest bit is the lane's own."""
    if isinstance(op, arith.ShRUIOp) and is_lane(op.rhs):
        return op.lhs
    if isinstance(op, arith.CmpiOp) and op.predicate.value.data == 1 and constant_bits(op.rhs) == 0:
        masked = op.lhs.owner
        if isinstance(masked, arith.AndIOp):
            for word, bit in ((masked.lhs, masked.rhs), (masked.rhs, masked.lhs)):
                shift = bit.owner
                if isinstance(shift, arith.ShLIOp) and constant_bits(shift.lhs) == 1 and is_lane(shift.rhs):
                    return word
    return None
