"""Structure of blocks and regions: terminators, successors, entries. The first of the verifier's steps."""

from __future__ import annotations

from collections.abc import Iterator

from xdsl.dialects.builtin import UnregisteredOp
from xdsl.ir import Block, Operation, Region
from xdsl.traits import IsTerminator, NoTerminator

from asyncir.dialects.locations import location_of
from asyncir.errors import InputError


def regions_inside(root: Operation) -> Iterator[Region]:
    """All regions in an operation, each before those nested in it, in the order of the text. No recursion."""
    pending = list(reversed(root.regions))
    while pending:
        region = pending.pop()
        yield region
        inner = [nested for block in region.blocks for operation in block.ops for nested in operation.regions]
        pending += reversed(inner)


def check_region(region: Region) -> None:
    """The region's blocks end in terminators, branch inside the region, and never to the entry."""
    entry = region.first_block
    for block in region.blocks:
        _check_block(block)
        for operation in block.ops:
            _check_successors(operation, block, entry)


def _check_block(block: Block) -> None:
    last = block.last_op
    if last is None:
        if not _may_lack_terminator(block):
            owner = block.parent_op()
            where = "a block" if owner is None else f"a block of '{owner.name}'"
            raise InputError(f"{where} is empty: at least a terminator is expected", None if owner is None else location_of(owner))
    elif not last.has_trait(IsTerminator, value_if_unregistered=True) and not _may_lack_terminator(block):
        raise InputError(f"'{last.name}' ends a block, but is not a terminator", location_of(last))


def _may_lack_terminator(block: Block) -> bool:
    """As in MLIR: the only block of a region whose operation has no terminators, or is not known."""
    if block.prev_block is not None or block.next_block is not None:
        return False
    owner = block.parent_op()
    return owner is None or owner.has_trait(NoTerminator, value_if_unregistered=True)


def _check_successors(operation: Operation, block: Block, entry: Block | None) -> None:
    is_last = block.last_op is operation
    if not is_last and operation.has_trait(IsTerminator, value_if_unregistered=False):
        raise InputError(f"'{operation.name}' is a terminator, but not the last operation of its block", location_of(operation))
    if not operation.successors:
        return
    if not is_last:
        raise InputError(f"'{operation.name}' has successors, but is not the last operation of its block", location_of(operation))
    for successor in operation.successors:
        if successor.parent is not block.parent:
            raise InputError(f"'{operation.name}' branches to a block of another region", location_of(operation))
        if successor is entry:
            raise InputError(f"'{operation.name}' branches to the entry block of its region", location_of(operation))


def display_name(operation: Operation) -> str:
    """The name a user wrote: an unregistered operation's own."""
    return operation.op_name.data if isinstance(operation, UnregisteredOp) else operation.name
