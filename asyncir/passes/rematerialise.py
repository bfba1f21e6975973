"""Computing a value again in each block that uses it, so that no frame holds it."""

from __future__ import annotations

from collections.abc import Iterable

from xdsl.ir import Block, Operation, SSAValue

from asyncir.analysis.dominance import defining_block


def compute_where_used(values: Iterable[SSAValue]) -> None:
    """
    Give each block that uses one of these values, but does not define it, a copy of the operation. The operations are such as
    analysis.effects.is_rematerialisable accepts: of one result and without operands.
    """
    for value in values:
        home = defining_block(value)
        copies: dict[Block, SSAValue] = {}
        for use in list(value.uses):
            block = _block_of(use.operation, home)
            if block is not home:
                if block not in copies:
                    copies[block] = _copy(value, block)
                use.operation.operands[use.index] = copies[block]


def _block_of(op: Operation, home: Block | None) -> Block:
    """The block in the region of `home` that the operation is in, maybe nested."""
    block = op.parent
    while block is not None and home is not None and block.parent is not home.parent:
        block = block.parent_block()
    assert block is not None
    return block


def _copy(value: SSAValue, block: Block) -> SSAValue:
    assert isinstance(value.owner, Operation) and block.first_op is not None
    copy = value.owner.clone()
    block.insert_op_before(copy, block.first_op)
    return copy.results[0]
