"""
Inlining into a function in the form of a CFG, at any number of calls in one walk: linear in the function and in what is inlined.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from xdsl.dialects import cf, func
from xdsl.ir import Attribute, Block, Operation, Region, SSAValue

from asyncir.dialects import async_
from asyncir.passes.rewriting import append, erase, move_to_end, new_block, set_blocks

BodyOf = Callable[[Operation], Region | None]
"""
The body to put in place of an operation, whose operands are its arguments; None to leave the operation. The body is used up: give a
copy of what is still needed.
"""

Finish = Callable[[Operation, Sequence[SSAValue]], None]
"""Replaces the operation, given what the body that stands before it returned."""


def inline_calls(region: Region, body_of: BodyOf, finish: Finish) -> None:
    """Put bodies in place of operations. What is put there is not looked at again, and keeps its locations."""
    blocks: list[Block] = []
    for block in list(region.blocks):
        current = block
        blocks.append(block)
        for op in list(block.ops):
            if current is not op.parent:
                move_to_end(op, current)
            body = body_of(op)
            if body is None:
                continue
            inlined = _inline(op, body)
            finish(op, inlined.returned)
            blocks += inlined.blocks
            current = inlined.end
    set_blocks(region, blocks)


@dataclass(frozen=True)
class _Inlined:
    blocks: Sequence[Block]
    """The new blocks."""
    end: Block
    """The block that takes what stands behind the call."""
    returned: Sequence[SSAValue]


def _inline(call: Operation, body: Region) -> _Inlined:
    """Put the body before the call."""
    before = call.parent
    assert before is not None
    entry, *others = body.blocks
    for argument, operand in zip(entry.args, call.operands, strict=True):
        argument.replace_all_uses_with(operand)
    terminator = entry.last_op
    for op in list(entry.ops):
        entry.detach_op(op)
        if op is terminator:
            before.add_op(op)
        else:
            before.insert_op_before(op, call)
    ends = [op for block in (before, *others) if isinstance(op := block.last_op, func.ReturnOp | async_.ReturnOp)]
    if len(ends) != 1:
        return _join(call, others, ends)
    end, returned = ends[0].parent, list(ends[0].arguments)
    assert end is not None
    erase(ends[0])
    if end is not before:
        move_to_end(call, end)
    return _Inlined(others, end, returned)


def _join(call: Operation, blocks: Sequence[Block], ends: Sequence[func.ReturnOp | async_.ReturnOp]) -> _Inlined:
    """Let the returns of an inlined body, several or none, go to a new block."""
    # A body that never returns leaves the rest unreachable; it needs values of the right types all the same.
    join = new_block(_returned_types(call), call.location)
    for end in ends:
        assert end.parent is not None
        append(end.parent, cf.BranchOp(join, *end.arguments), end.location)
        erase(end)
    move_to_end(call, join)
    return _Inlined([*blocks, join], join, join.args)


def _returned_types(call: Operation) -> list[Attribute]:
    """What the callee returns: for a task the values, of which the caller sees handles."""
    if isinstance(call, async_.CallOp):
        return [unwrapped for handle in call.handles if (unwrapped := async_.unwrap(handle.type)) is not None]
    return list(call.result_types)
