"""Which values refer to arrays that `memref.alloca` made: they live on a stack, which a suspended task does not have."""

from __future__ import annotations

from collections.abc import Iterator

from xdsl.dialects import memref
from xdsl.dialects.builtin import MemRefType, UnrankedMemRefType
from xdsl.ir import BlockArgument, Operation, Region, SSAValue

from asyncir.dialects.interfaces import produced_block_arg_types, successor_operands


def stack_arrays(region: Region) -> dict[SSAValue, memref.AllocaOp]:
    """The values in a region that may refer to a stack array, each with an allocation that it may refer to."""
    found: dict[SSAValue, memref.AllocaOp] = {}
    for block in region.blocks:
        for op in block.ops:
            if isinstance(op, memref.AllocaOp):
                found[op.memref] = op
    pending = list(found)
    while pending:
        value = pending.pop()
        for use in value.uses:
            for derived in _derived(use.operation, value):
                if derived not in found:
                    found[derived] = found[value]
                    pending.append(derived)
    return found


def _derived(op: Operation, value: SSAValue) -> Iterator[SSAValue | BlockArgument]:
    """The values that may refer to the same array as `value`, by way of one of its users."""
    yield from (result for result in op.results if isinstance(result.type, MemRefType | UnrankedMemRefType))
    for index, successor in enumerate(op.successors):
        produced = len(produced_block_arg_types(op, index))
        passed = successor_operands(op, index) or ()
        yield from (argument for operand, argument in zip(passed, successor.args[produced:], strict=True) if operand is value)
