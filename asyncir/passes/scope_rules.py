"""
The rules of scopes, for source in the form of a CFG. A warp runs its task as one: it suspends, starts, fails and ends once for all
its lanes. So these stand under uniform control and get uniform operands, and what leaves the task is uniform.
"""

from __future__ import annotations

from typing import NoReturn

from xdsl.dialects import cf, func, memref
from xdsl.ir import Block, Operation, SSAValue

from asyncir.analysis.callgraph import FunctionLike, callee_name
from asyncir.analysis.effects import fails, is_collective, is_lane_op, suspends
from asyncir.analysis.scopes import Scopes, written_scope
from asyncir.analysis.uniformity import Uniformity
from asyncir.dialects import async_, task
from asyncir.dialects.locations import location_of
from asyncir.dialects.task_types import is_reference
from asyncir.errors import InputError, Note

_ONCE = (
    async_.CallOp,
    async_.RuntimeIsErrorOp,
    task.ReadyOp,
    task.CloseOp,
    task.SetOp,
    task.ClearOp,
    task.IsSetOp,
    task.LengthOp,
)


def check_scopes(scopes: Scopes) -> None:
    """Raises InputError at the first operation that breaks a rule."""
    for name, function in scopes.tasks.items():
        _check_written(name, function)
        known = scopes.uniformity.get(name)
        if known is None:
            continue
        for block in function.body.blocks:
            for op in block.ops:
                _check_op(op, name, known, scopes)


def _check_written(name: str, function: FunctionLike) -> None:
    """The scope that the text gives must be one of ours, and one that its ops allow."""
    written = written_scope(function)
    if written is None:
        return
    if written not in task.SCOPES:
        raise InputError(f"@{name} has task.scope = \"{written}\"", location_of(function), help=f"scopes are: {', '.join(task.SCOPES)}")
    if written not in ("lane", "warp"):
        raise InputError(
            f"@{name} has task.scope = \"{written}\": only the static executor runs tasks wider than a warp",
            location_of(function),
            help='use task.scope = "warp"',
        )
    lane_op = next((op for op in function.walk() if is_lane_op(op)), None) if written == "lane" else None
    if lane_op is not None:
        raise InputError(
            f"'{lane_op.name}' in @{name}, which one lane runs alone",
            location_of(lane_op),
            notes=[(f'@{name} has task.scope = "lane"', location_of(function))],
            help='a task with lane ops has task.scope = "warp", or leaves it to inference',
        )


def _check_op(op: Operation, name: str, known: Uniformity, scopes: Scopes) -> None:
    """One operation of a task that a warp runs."""
    is_end = isinstance(op, async_.ReturnOp | func.ReturnOp)
    once = suspends(op) or fails(op) or isinstance(op, _ONCE) or is_end
    if once or is_collective(op):
        _check_control(op, known)
    if not once:
        return
    for index, operand in enumerate(op.operands):
        if known.is_uniform(operand) or _may_diverge(op, operand, scopes):
            continue
        _reject_operand(op, index, operand, name)


def _check_control(op: Operation, known: Uniformity) -> None:
    block = op.parent
    assert isinstance(block, Block)
    branch = known.divergent_blocks.get(block)
    if branch is None:
        return
    condition = _shown(branch.operands[0])
    what = "the end of the task" if isinstance(op, async_.ReturnOp | func.ReturnOp) else f"'{op.name}'"
    raise InputError(
        f"{what} stands under divergent control: lanes of the warp may part on the way to it",
        location_of(op),
        notes=[(f"here lanes part: {condition} may differ between them", location_of(branch))],
        help="branch on a uniform condition, for instance on task.ballot of it",
    )


def _may_diverge(op: Operation, operand: SSAValue, scopes: Scopes) -> bool:
    """Whether a divergent operand is allowed: a value for a task that a warp runs too."""
    if not isinstance(op, async_.CallOp) or scopes.scope.get(callee_name(op)) != "warp":
        return False
    return not is_reference(operand.type)


def _reject_operand(op: Operation, index: int, operand: SSAValue, name: str) -> NoReturn:
    value = _shown(operand)
    match op:
        case func.ReturnOp():
            message = f"result #{index} of the kernel @{name}, {value}, may differ between the lanes of the warp"
        case async_.ReturnOp():
            message = f"result #{index} of the task @{name}, {value}, may differ between the lanes of the warp"
        case async_.CallOp():
            message = f"argument #{index} of @{callee_name(op)}, {value}, may differ between the lanes of the warp"
            if not async_.is_handle(operand.type):
                message += f", but one lane runs @{callee_name(op)}"
        case cf.AssertOp():
            message = f"the condition of 'cf.assert', {value}, may differ between the lanes of the warp"
        case memref.AllocOp():
            message = f"a size of 'memref.alloc', {value}, may differ between the lanes of the warp"
        case _:
            message = f"operand #{index} of '{op.name}', {value}, may differ between the lanes of the warp"
    note: Note = (f"{value} is defined here", location_of(operand))
    raise InputError(message, location_of(op), notes=[note], help="make it uniform: gpu.subgroup_reduce, task.ballot, or gpu.shuffle idx")


def _shown(value: SSAValue) -> str:
    return f"%{value.name_hint}" if value.name_hint else f"a value of type {value.type}"
