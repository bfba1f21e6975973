"""Which operations may be done where the program does not do them, and what that costs."""

from __future__ import annotations

from xdsl.dialects import arith
from xdsl.dialects.builtin import Float64Type, IntegerAttr, IntegerType
from xdsl.ir import Operation, SSAValue
from xdsl.traits import IsTerminator

from asyncir.analysis.effects import is_collective, is_pure

# By name, as dialects may define an operation anew.
_UNSIGNED_DIVISIONS = ("arith.divui", "arith.remui", "arith.ceildivui")
_SIGNED_DIVISIONS = ("arith.divsi", "arith.remsi", "arith.floordivsi", "arith.ceildivsi")
_SHIFTS = ("arith.shli", "arith.shrui", "arith.shrsi")
_UNDEFINED_FOR_SOME = ("arith.fptosi", "arith.fptoui", "math.ipowi")
_SLOW = ("arith.divf", "arith.remf", *_UNSIGNED_DIVISIONS, *_SIGNED_DIVISIONS)
_CHEAP_FUNCTIONS = ("math.absf", "math.absi", "math.fma", "math.copysign")

SIMPLE, WIDE, SLOW, FUNCTION = 1, 2, 12, 24
"""Costs, in simple operations: of one, of one on 64 bits of float, of a division, of a function such as a sine."""


def is_speculatable(op: Operation) -> bool:
    """
    Whether the operation may be done early, or again: it only computes, and no operand makes it undefined. Of the operations on arrays
    only the size in a known dimension: views may be wrong for what their operands are on other paths.
    """
    if not op.results or op.regions or op.has_trait(IsTerminator) or not is_pure(op) or is_collective(op):
        return False
    if op.name in _UNSIGNED_DIVISIONS or op.name in _SIGNED_DIVISIONS:
        return constant(op.operands[1]) not in ((None, 0) if op.name in _UNSIGNED_DIVISIONS else (None, 0, -1))
    if op.name in _SHIFTS:
        amount, type_ = constant(op.operands[1]), op.results[0].type
        width = type_.width.data if isinstance(type_, IntegerType) else 64
        return amount is not None and 0 <= amount < width
    if op.name.startswith("memref."):
        return op.name == "memref.dim" and constant(op.operands[1]) is not None
    return op.name not in _UNDEFINED_FOR_SOME


def constant(value: SSAValue) -> int | None:
    """The integer that a value is known to be."""
    owner = value.owner
    if isinstance(owner, arith.ConstantOp) and isinstance(owner.value, IntegerAttr):
        return owner.value.value.data
    return None


def cost_of(op: Operation) -> int:
    """What doing the operation once more costs."""
    if op.name in _SLOW:
        return SLOW
    if op.name.startswith("math."):
        return SIMPLE if op.name in _CHEAP_FUNCTIONS else FUNCTION
    return WIDE if isinstance(op.results[0].type, Float64Type) else SIMPLE
