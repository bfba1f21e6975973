"""
Saves and reloads, made fast.

A large machine has hundreds of thousands of them, all alike: one operand or one result, a slot, a place. xDSL makes an operation in
about 10 µs, most of which goes into looking at what these do not have: successors, regions, default properties, a block that is in
the operation. Here their fields are written as `Operation.__init__` and `Block.add_op` leave them, in about 1.5 µs. The test in
tests/unit/test_layout_copies.py compares field by field.
"""

# pyright: reportPrivateUsage=false

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from xdsl.dialects.builtin import LocationAttr
from xdsl.ir import Attribute, Block, Operation, OpResult, SSAValue, Use
from xdsl.ir.core import SSAValues

from asyncir.dialects import sm

_NO_OPERANDS: SSAValues[SSAValue] = SSAValues()
_NO_RESULTS: SSAValues[OpResult] = SSAValues()

_valid_hint = lru_cache(1 << 16)(SSAValue.extract_valid_name)
"""A hint as `SSAValue.name_hint` keeps it."""


def save(value: SSAValue, slot: sm.SlotAttr, location: LocationAttr) -> sm.SaveOp:
    """A save, not yet in a block."""
    op = sm.SaveOp.__new__(sm.SaveOp)
    use = Use(op, 0)
    value.add_use(use)
    op._operands, op._operand_uses = SSAValues((value,)), (use,)
    op.results = _NO_RESULTS
    op.properties, op.attributes, op.location = {"slot": slot}, {}, location
    op._successors = op._successor_uses = op.regions = ()
    return op


def reload(slot: sm.SlotAttr, type_: Attribute, hint: str | None, location: LocationAttr) -> sm.ReloadOp:
    """A reload, not yet in a block, whose result has that type and name hint."""
    op = sm.ReloadOp.__new__(sm.ReloadOp)
    op._operands, op._operand_uses = _NO_OPERANDS, ()
    result = OpResult(type_, op, 0)
    if hint is not None:
        result._name = _valid_hint(hint)
    op.results = SSAValues((result,))
    op.properties, op.attributes, op.location = {"slot": slot}, {}, location
    op._successors = op._successor_uses = op.regions = ()
    return op


def append_new(block: Block, ops: Sequence[Operation]) -> None:
    """Put operations that no block holds yet, and that have no regions, at the end of a block."""
    last = block._last_op
    for op in ops:
        op.parent = block
        if last is None:
            block._first_op = op
        else:
            op._prev_op, last._next_op = last, op
        last = op
    block._last_op = last
