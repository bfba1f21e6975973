"""
Finds the roles of a kernel (analysis/roles.py), and makes the bodies of which they become: with all plain functions inlined, and the
kernel's values in the place of arguments.

What is no such kernel is an InputError that says what stands in the way, and where.
"""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping, Sequence
from typing import NoReturn

from xdsl.dialects import cf, func, memref
from xdsl.dialects.builtin import ModuleOp
from xdsl.ir import Operation, Region, SSAValue

from asyncir.analysis.callgraph import FunctionLike, callee_name, functions
from asyncir.analysis.cfg import erase_unreachable_blocks
from asyncir.analysis.effects import is_collective, is_lane_op, is_pure
from asyncir.analysis.roles import Role, Roles, trace_slots
from asyncir.analysis.scopes import Scopes
from asyncir.dialects import async_, gpu_lanes, task
from asyncir.dialects.locations import location_of
from asyncir.dialects.task_copy import CopyOp
from asyncir.dialects.task_tiles import GIVING, SUSPENDING, TileChannelOp
from asyncir.dialects.vector_print import PrintOp
from asyncir.errors import InputError, Note
from asyncir.passes.elide_awaited_calls import fold_ready
from asyncir.passes.inlining import inline_calls
from asyncir.passes.rewriting import insert_before, replace_op

_SETUP = (memref.DimOp, memref.LoadOp, cf.AssertOp, TileChannelOp, task.InstanceOp, task.NumInstancesOp, gpu_lanes.SubgroupSizeOp)
_MEETING = (async_.AwaitOp, async_.AwaitAllOp, async_.CreateGroupOp, async_.AddToGroupOp)
_IN_ROLES = (
    *SUSPENDING,
    *GIVING,
    CopyOp,
    task.CloseOp,
    task.LaneSyncOp,
    task.BallotOp,
    task.InstanceOp,
    task.NumInstancesOp,
    task.PublishOp,
    task.FailOp,
    cf.AssertOp,
    cf.BranchOp,
    cf.ConditionalBranchOp,
    cf.SwitchOp,
    memref.LoadOp,
    memref.StoreOp,
    memref.AllocaOp,
    memref.AtomicRMWOp,
    gpu_lanes.ShuffleOp,
    gpu_lanes.SubgroupReduceOp,
    PrintOp,
)
_STORES = (memref.StoreOp, memref.AtomicRMWOp, task.PublishOp, PrintOp)


def refuse(op: Operation, message: str, *notes: Note, help: str | None = None) -> NoReturn:
    """Says why a kernel cannot be one of roles."""
    raise InputError(message, location_of(op), notes=notes, help=help)


def has_tile_channels(kernel: func.FuncOp) -> bool:
    """Whether a kernel makes tile channels: then it may be one of roles."""
    return any(isinstance(op, TileChannelOp) for op in kernel.walk())


def find_roles(module: ModuleOp, kernel: func.FuncOp, scopes: Scopes) -> Roles:
    """The roles of a kernel in the form of a CFG, with bodies of their own; the module stays as it is. Raises InputError if it has none."""
    if kernel.function_type.outputs.data:
        refuse(kernel, f"@{kernel.sym_name.data} has results, and roles have none to give", help="write to an array that is a parameter")
    calls = _calls(kernel)
    known = functions(module)
    roles = [_role(call, known, scopes) for call in calls]
    channels = [op for op in kernel.walk() if isinstance(op, TileChannelOp)]
    return Roles(kernel, channels, roles)


def _calls(kernel: func.FuncOp) -> list[async_.CallOp]:
    """The starts of roles; all else is a setup before them and awaits behind."""
    calls = [op for block in kernel.body.blocks for op in block.ops if isinstance(op, async_.CallOp)]
    if not calls:
        refuse(kernel, f"@{kernel.sym_name.data} starts no task")
    last = calls[0].parent
    for block in kernel.body.blocks:
        for op in block.ops:
            if block is not last and isinstance(op, async_.CallOp):
                refuse(op, f"@{callee_name(op)} is started under a condition or in a loop: a role is started once")
            _check_setup(op)
    assert last is not None
    if not isinstance(last.last_op, func.ReturnOp):
        refuse(calls[0], f"@{callee_name(calls[0])} is started under a condition or in a loop: a role is started once")
    for call in calls:
        _check_awaited(call)
    return calls


def _check_setup(op: Operation) -> None:
    if isinstance(op, (*_SETUP, *_MEETING, async_.CallOp, func.CallOp, func.ReturnOp)) or is_pure(op):
        return
    if isinstance(op, cf.BranchOp | cf.ConditionalBranchOp | cf.SwitchOp):
        return
    refuse(op, f"'{op.name}' op in the kernel: beside its roles it may compute, read, assert and make tile channels")


def _check_awaited(call: async_.CallOp) -> None:
    """Each handle of a role is awaited, by itself or in a group, and nothing else is done with it."""
    if len(call.handles) != 1 or async_.unwrap(call.handles[0].type) is not None:
        refuse(call, f"@{callee_name(call)} gives values: a role gives none", help="write to an array that is a parameter")
    users = [use.operation for use in call.handles[0].uses]
    for user in users:
        if not isinstance(user, async_.AwaitOp | async_.AddToGroupOp):
            refuse(user, f"'{user.name}' op looks at the handle of @{callee_name(call)}: of a role it is only awaited")
    if not any(isinstance(user, async_.AwaitOp) or _is_awaited_group(user) for user in users):
        refuse(call, f"@{callee_name(call)} is not awaited")


def _is_awaited_group(op: Operation) -> bool:
    return isinstance(op, async_.AddToGroupOp) and any(isinstance(use.operation, async_.AwaitAllOp) for use in op.group.uses)


def _role(call: async_.CallOp, known: Mapping[str, FunctionLike], scopes: Scopes) -> Role:
    name = callee_name(call)
    function = known[name]
    assert isinstance(function, async_.FuncOp)
    if not function.body.blocks:
        refuse(call, f"@{name} is started, but only declared")
    body = function.body.clone()
    entry = body.blocks[0]
    for argument, operand in zip(list(entry.args), call.arguments, strict=True):
        argument.replace_all_uses_with(operand)
        entry.erase_arg(argument)
    _inline_all(body, known, scopes.graph.recursive)
    erase_unreachable_blocks(body)
    role = Role(call, function, body)
    for op in role.operations():
        _check_operation(op, name)
    _check_scope(role, scopes)
    if (branch := trace_slots(role)) is not None:
        refuse(branch, f"slots of different tile channels, or ends of one, come together in the role @{name}")
    return role


def _inline_all(body: Region, known: Mapping[str, FunctionLike], recursive: Container[str]) -> None:
    """
    Inlines plain functions, and tasks that are awaited at once: to start such a task and wait is to do what it does. None of them calls
    itself, so this ends.
    """

    def is_inlined(op: Operation) -> bool:
        if not isinstance(op, func.CallOp | async_.CallOp) or callee_name(op) in recursive:
            return False
        callee = known.get(callee_name(op))
        return callee is not None and bool(callee.body.blocks) and (isinstance(op, func.CallOp) or _is_awaited_at_once(op))

    while calls := {op: known[callee_name(op)] for op in _calls_in(body) if is_inlined(op)}:
        bodies = {id(op): callee.body.clone() for op, callee in calls.items()}
        inline_calls(body, lambda op, bodies=bodies: bodies.get(id(op)), _finish)
        fold_ready(body)


def _calls_in(body: Region) -> Iterator[func.CallOp | async_.CallOp]:
    return (op for block in body.blocks for op in block.ops if isinstance(op, func.CallOp | async_.CallOp))


def _is_awaited_at_once(call: async_.CallOp) -> bool:
    """Whether nothing happens between the start of a task and waits for all that it gives."""
    left = {use.operation for handle in call.handles for use in handle.uses}
    if any(handle.first_use is None for handle in call.handles):
        return False
    op = call.next_op
    while op is not None and left:
        if op in left and isinstance(op, async_.AwaitOp):
            left.discard(op)
        elif not is_pure(op):
            return False
        op = op.next_op
    return not left


def _finish(call: Operation, returned: Sequence[SSAValue]) -> None:
    """Puts what an inlined body returned in the place of a call's results; handles are ready ones."""
    if isinstance(call, async_.CallOp):
        values = iter(returned)
        given = [next(values) if async_.unwrap(handle.type) is not None else None for handle in call.handles]
        handles = zip(given, call.handles, strict=True)
        replace_op(call, [insert_before(call, task.ReadyOp(value, handle.type)).result for value, handle in handles])
    else:
        replace_op(call, returned)


def _check_operation(op: Operation, role: str) -> None:
    if isinstance(op, SUSPENDING) and not isinstance(op.channel.owner, TileChannelOp):
        refuse(op, f"'{op.name}' op in the role @{role}: which tile channel it is depends on a branch")
    if isinstance(op, task.CloseOp) and not isinstance(op.channel.owner, TileChannelOp):
        refuse(op, f"'{op.name}' op in the role @{role}: which tile channel it is, if one, is not known")
    if isinstance(op, async_.AwaitOp):
        if not isinstance(op.operand.owner, CopyOp):
            refuse(op, f"'{op.name}' op in the role @{role}: a role waits for its tile channels and copies alone")
        return
    if isinstance(op, async_.CallOp):
        refuse(op, f"the role @{role} starts @{callee_name(op)}: a role starts no task")
    if not (isinstance(op, (*_IN_ROLES, async_.ReturnOp)) or is_pure(op) or _is_lane_op(op)):
        refuse(op, f"'{op.name}' op in the role @{role} needs a scheduler, or memory from the arena")


def _is_lane_op(op: Operation) -> bool:
    return is_lane_op(op) or is_collective(op)


def _check_scope(role: Role, scopes: Scopes) -> None:
    """A warp runs a role. A lane's task is one that does nothing which would be done by every lane."""
    if scopes.scope[role.name] == "warp":
        return
    stores = next((op for op in role.operations() if isinstance(op, _STORES)), None)
    if stores is not None:
        message = f"the role @{role.name} is of scope lane, and all lanes of its warp would do '{stores.name}'"
        refuse(stores, message, help='let its lanes share the work by gpu.lane_id, or write task.scope = "warp"')
