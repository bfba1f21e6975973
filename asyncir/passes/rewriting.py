"""
What several passes do to blocks, in time linear in what they touch.

xDSL's `Block.split_before` looks up the block's index in its region, which makes a pass that splits at every suspension
quadratic. The passes here walk a block once and move what stands behind a split to the end of a new block instead.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TypeVar

from xdsl.dialects import cf
from xdsl.dialects.builtin import DenseArrayBase, LocationAttr, i32
from xdsl.ir import Attribute, Block, Operation, Region, SSAValue

OpT = TypeVar("OpT", bound=Operation)


def located(op: OpT, location: LocationAttr) -> OpT:
    """The same operation, with that location."""
    op.location = location
    return op


def append(block: Block, op: OpT, location: LocationAttr) -> OpT:
    """Put a new operation at the end of a block."""
    block.add_op(located(op, location))
    return op


def insert_before(anchor: Operation, op: OpT) -> OpT:
    """Put a new operation, with the anchor's location, before the anchor."""
    assert anchor.parent is not None
    anchor.parent.insert_op_before(located(op, anchor.location), anchor)
    return op


def move_to_end(op: Operation, block: Block) -> None:
    """Take an operation from its block to the end of another."""
    if op.parent is not None:
        op.parent.detach_op(op)
    block.add_op(op)


def move_all(source: Block, target: Block) -> None:
    """Take all operations of a block to the end of another."""
    for op in list(source.ops):
        move_to_end(op, target)


def replace_op(op: Operation, values: Sequence[SSAValue]) -> None:
    """Erase an operation whose results become `values`."""
    for old, new in zip(op.results, values, strict=True):
        old.replace_all_uses_with(new)
    erase(op)


def erase(op: Operation) -> None:
    """Erase an operation without uses."""
    if op.parent is not None:
        op.parent.detach_op(op)
    op.erase()


def new_block(types: Iterable[Attribute], location: LocationAttr, hints: Sequence[str | None] = ()) -> Block:
    """An unattached block whose arguments have that location, and name hints if they are given."""
    block = Block(arg_types=types)
    for index, argument in enumerate(block.args):
        argument.location = location
        if index < len(hints):
            argument.name_hint = hints[index]
    return block


def set_blocks(region: Region, blocks: Sequence[Block]) -> None:
    """Make `blocks`, some of which may be in the region already, all of its blocks, in this order."""
    for block in list(region.blocks):
        region.detach_block(block)
    for block in blocks:
        if block.parent is not None:
            block.parent.detach_block(block)
    region.add_block(blocks)


def append_successor_operands(terminator: Operation, added: Sequence[Sequence[SSAValue]]) -> None:
    """Let a branch pass more operands: `added[i]` behind those of successor i."""
    match terminator:
        case cf.BranchOp():
            terminator.operands = (*terminator.operands, *added[0])
        case cf.ConditionalBranchOp():
            then, other = (*terminator.then_arguments, *added[0]), (*terminator.else_arguments, *added[1])
            terminator.operands = (terminator.cond, *then, *other)
            terminator.properties["operandSegmentSizes"] = DenseArrayBase.from_list(i32, [1, len(then), len(other)])
        case cf.SwitchOp():
            default = (*terminator.default_operands, *added[0])
            cases = [(*old, *more) for old, more in zip(terminator.case_operand, added[1:], strict=True)]
            passed = [operand for case in cases for operand in case]
            terminator.operands = (terminator.flag, *default, *passed)
            terminator.properties["operandSegmentSizes"] = DenseArrayBase.from_list(i32, [1, len(default), len(passed)])
            terminator.properties["case_operand_segments"] = DenseArrayBase.from_list(i32, [len(case) for case in cases])
        case _:
            raise AssertionError(f"'{terminator.name}' passes no operands to its successors")
