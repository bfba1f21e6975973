"""Which loops only start tasks that are then awaited as a group, so that divide-loops may halve their range."""

from __future__ import annotations

from dataclasses import dataclass

from xdsl.dialects import func, memref, scf
from xdsl.dialects.builtin import IndexType, IntegerType, MemRefType
from xdsl.ir import Attribute, Block, Operation, SSAValue

from asyncir.analysis.callgraph import FunctionLike
from asyncir.analysis.effects import is_bounded_for, is_lane_op, is_pure, is_rematerialisable
from asyncir.analysis.written_elements import WrittenElements
from asyncir.dialects import async_, task
from asyncir.dialects.remarks import remark
from asyncir.dialects.task_cancel import CATCHES
from asyncir.passes.layout.sizes import size_of


@dataclass(frozen=True)
class DivisibleLoop:
    """A group, the loop that fills it with one task a turn, and the await."""

    group: async_.CreateGroupOp
    loop: scf.ForOp
    call: async_.CallOp
    add: async_.AddToGroupOp
    wait: async_.AwaitAllOp
    captured: tuple[SSAValue, ...]
    """What the body uses from around it, in the order of first uses, but for what is computed again from nothing."""
    again: tuple[SSAValue, ...]
    """What is computed again from nothing."""


def divisible_loop(function: FunctionLike, group: async_.CreateGroupOp, written: WrittenElements) -> DivisibleLoop | None:
    """The loop that fills a group, if it is divisible; a remark says why it is not."""
    users = [use.operation for use in group.result.uses]
    add = next((user for user in users if isinstance(user, async_.AddToGroupOp)), None)
    wait = next((user for user in users if isinstance(user, async_.AwaitAllOp)), None)
    loop = add.parent_op() if add is not None else None
    if len(users) != 2 or add is None or wait is None or not isinstance(loop, scf.ForOp):
        return None
    call = add.operand.owner
    if not isinstance(call, async_.CallOp) or call.parent is not add.parent:
        return None
    captured, again = _outside_values(loop)
    why = _obstacle(function, DivisibleLoop(group, loop, call, add, wait, captured, again), written)
    if why is not None:
        remark(loop, "divide-loops", "kept", f"the loop is not divided: {why}")
        return None
    return DivisibleLoop(group, loop, call, add, wait, captured, again)


def _obstacle(function: FunctionLike, found: DivisibleLoop, written: WrittenElements) -> str | None:
    """Why the loop must stay, or None."""
    loop, call = found.loop, found.call
    if CATCHES in found.wait.attributes:
        return "its await catches a cancellation, which is not to end the tasks that it waits for"
    if not (_follows(found.group, loop) and _follows(loop, found.wait)):
        return "something happens between the group, the loop and the await"
    if loop.iter_args or loop.get_attr_or_prop("unsignedCmp") is not None or not is_bounded_for(loop) or not _is_counter(loop.lb.type):
        return "its turns cannot be counted"
    if found.add.rank.first_use is not None or sum(1 for handle in call.handles for _ in handle.uses) != 1:
        return "its handles are used for more than the group"
    for op in loop.body.block.ops:
        if op in (call, found.add, loop.body.block.last_op):
            continue
        if (why := _cannot_move(function, op, written)) is not None:
            return why
    unpassed = next((value for value in found.captured if size_of(value.type) is None or _may_be_on_stack(function, value)), None)
    return None if unpassed is None else f"no task can be given a value of type {unpassed.type} that it uses"


def _follows(first: Operation, last: Operation) -> bool:
    """Whether the second operation comes behind the first with nothing but pure ones between."""
    following = first.next_op
    while following is not None and following is not last and is_pure(following):
        following = following.next_op
    return following is last


def _is_counter(type_: Attribute) -> bool:
    return isinstance(type_, IndexType) or (isinstance(type_, IntegerType) and 8 <= type_.width.data <= 64)


def _cannot_move(function: FunctionLike, op: Operation, written: WrittenElements) -> str | None:
    """Why an operation of the body cannot happen in another task, and later."""
    if any(is_lane_op(inner) for inner in op.walk()):
        return f"'{op.name}' belongs to the lanes of this task"
    if isinstance(op, memref.LoadOp):
        type_ = op.memref.type
        assert isinstance(type_, MemRefType)
        # A kernel's own writes are before or behind the loop; those of a task may be made by other tasks of its kind.
        if isinstance(function, func.FuncOp) and task.KERNEL in function.attributes and written.only_in(function, type_.element_type):
            return None
        return None if written.nowhere(type_.element_type) else f"other tasks may write what 'memref.load' reads ({type_.element_type})"
    return None if is_pure(op) else f"'{op.name}' does more than compute"


def _outside_values(loop: scf.ForOp) -> tuple[tuple[SSAValue, ...], tuple[SSAValue, ...]]:
    """What the body uses from around it: what has to be passed, and what can be computed again from nothing."""
    inside: set[SSAValue] = set(loop.body.block.args)
    passed: dict[SSAValue, None] = {}
    again: dict[SSAValue, None] = {}
    used: dict[SSAValue, None] = {}
    for op in loop.body.walk():
        inside.update(op.results)
        inside.update(argument for region in op.regions for block in region.blocks for argument in block.args)
        operands = op.operands[:1] if isinstance(op, async_.AddToGroupOp) else op.operands
        used.update(dict.fromkeys(operands))
    for value in used:
        if value not in inside:
            free = is_rematerialisable(value) and not (isinstance(value.owner, Operation) and is_lane_op(value.owner))
            (again if free else passed)[value] = None
    return tuple(passed), tuple(again)


def _may_be_on_stack(function: FunctionLike, value: SSAValue) -> bool:
    """Whether the value may refer to an array of `memref.alloca`, which another task cannot be given."""
    while isinstance(value.type, MemRefType):
        owner = value.owner
        if isinstance(owner, Block):
            return owner is not function.body.blocks.first
        arrays = [operand for operand in owner.operands if isinstance(operand.type, MemRefType)]
        if isinstance(owner, memref.AllocaOp) or owner.regions or len(arrays) > 1:
            return True
        if not arrays:
            return False
        value = arrays[0]
    return False
