"""Each use of a value is dominated by its definition, and none crosses an operation isolated from above."""

from __future__ import annotations

from typing import NoReturn

from xdsl.ir import Operation, Region, SSAValue

from asyncir.analysis.dominance import Dominance, defining_block, is_isolated
from asyncir.analysis.verify_structure import display_name
from asyncir.dialects.locations import location_of
from asyncir.errors import InputError, Note


def check_uses(region: Region, dominance: Dominance) -> None:
    """
    The operands of the region's operations; regions nested in them are checked on their own. As in MLIR, what an
    unreachable block does is not asked, but that it stays inside of its isolated operation is.
    """
    for block in region.blocks:
        reachable = block is region.first_block or dominance.info(region).is_reachable(block)
        for operation in block.ops:
            for index, operand in enumerate(operation.operands):
                # Most uses are in the block of the definition; the general question covers the rest.
                if dominance.properly_dominates_op(operand, operation):
                    continue
                _check_isolation(operation, operand)
                if reachable:
                    _raise_not_dominated(operation, index, operand)


def _check_isolation(operation: Operation, operand: SSAValue) -> None:
    block = defining_block(operand)
    home = None if block is None else block.parent
    if home is None:
        raise InputError(f"'{display_name(operation)}' uses a value of no block", location_of(operation))
    around: Operation | None = operation
    while around is not None and around.parent_region() is not home:
        around = around.parent_op()
        if around is not None and is_isolated(around):
            raise InputError(
                f"'{display_name(operation)}' uses a value ({_shown(operand)}) defined outside of '{around.name}'",
                location_of(operation),
                notes=[("defined here", location_of(operand)), ("isolated from above by this operation", location_of(around))],
            )


def _raise_not_dominated(operation: Operation, index: int, operand: SSAValue) -> NoReturn:
    note: Note = ("defined here" + _relation(operation, operand), location_of(operand))
    raise InputError(
        f"operand #{index} of '{display_name(operation)}' ({_shown(operand)}) does not dominate this use",
        location_of(operation),
        notes=[note],
    )


def _relation(use: Operation, value: SSAValue) -> str:
    """Why the definition is not seen, where that is plain."""
    block = defining_block(value)
    if block is None or block is use.parent:
        return ", after the use" if block is not None else ""
    if block.parent is use.parent_region():
        return ", in a block that does not lead to every such use"
    return ", in another region"


def _shown(value: SSAValue) -> str:
    return f"%{value.name_hint}" if value.name_hint else f"of type {value.type}"
