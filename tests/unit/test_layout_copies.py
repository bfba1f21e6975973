"""Saves and reloads that are made without xDSL's constructors are what these make."""

from __future__ import annotations

import pytest
from xdsl.dialects.builtin import FileLineColLoc, IntAttr, LocationAttr, StringAttr, i32
from xdsl.dialects.test import TestOp
from xdsl.ir import Block, Operation, SSAValue

from asyncir.dialects import sm
from asyncir.passes.layout.copies import append_new, reload, save

SLOT = sm.SlotAttr.get(sm.Section.TASK, 8)
PLACE = FileLineColLoc(StringAttr("m.mlir"), IntAttr(3), IntAttr(4))


def value() -> SSAValue:
    return TestOp(result_types=[i32]).results[0]


def slow_save(saved: SSAValue, location: LocationAttr) -> sm.SaveOp:
    return sm.SaveOp.create(operands=[saved], properties={"slot": SLOT}, location=location)


def slow_reload(hint: str | None, location: LocationAttr) -> sm.ReloadOp:
    op = sm.ReloadOp.create(result_types=[i32], properties={"slot": SLOT}, location=location)
    op.result.name_hint = hint
    return op


def fields(op: Operation) -> dict[str, object]:
    """All that an operation has, but for what is another object for each: uses and results, which are told apart below."""
    found = {name: getattr(op, name) for name in {*vars(op), *(name for name in dir(Operation) if name.startswith("_operand"))}}
    found["results"] = [(type(result), result.type, result.index, result.name_hint, result.op is op) for result in op.results]
    found["_operand_uses"] = [(use.operation is op, use.index) for use in op._operand_uses]  # pyright: ignore[reportPrivateUsage]
    return {name: (type(field), field) for name, field in found.items() if name not in ("_prev_op", "_next_op", "parent")}


def test_a_save_is_one() -> None:
    saved = value()
    op, other = save(saved, SLOT, PLACE), slow_save(saved, PLACE)
    assert fields(op) == fields(other)
    assert [use.operation for use in saved.uses] == [other, op]
    op.verify()


@pytest.mark.parametrize("hint", [None, "x", "x_1", "x_1_2"])
def test_a_reload_is_one(hint: str | None) -> None:
    op = reload(SLOT, i32, hint, PLACE)
    assert fields(op) == fields(slow_reload(hint, PLACE))
    op.verify()


def test_fields_tell_operations_apart() -> None:
    saved = value()
    op = save(saved, SLOT, PLACE)
    op.attributes["more"] = StringAttr("")
    assert fields(op) != fields(slow_save(saved, PLACE))
    assert fields(reload(SLOT, i32, "x", PLACE)) != fields(slow_reload("y", PLACE))


@pytest.mark.parametrize("before", [0, 1])
def test_they_stand_in_a_block_as_others_do(before: int) -> None:
    block, other = Block(), Block()
    ops = [reload(SLOT, i32, None, PLACE) for _ in range(3)]
    for one in (block, other):
        one.add_ops(TestOp() for _ in range(before))
    append_new(block, ops)
    other.add_ops(slow_reload(None, PLACE) for _ in range(3))
    block.add_op(end := TestOp())
    assert list(block.ops)[before:] == [*ops, end] and list(reversed(block.ops))[1:4] == ops[::-1]
    assert all(op.parent is block for op in block.ops)
    assert len(list(block.ops)) == len(list(other.ops)) + 1
    ops[1].detach()
    assert list(block.ops)[before:] == [ops[0], ops[2], end]


def test_nothing_to_append() -> None:
    block = Block()
    append_new(block, [])
    assert block.first_op is None and block.last_op is None
