"""
form-roles{executor= blocks= memory=}: a kernel of roles becomes one function that the warps of a block run, a role each.

Requires: scf-to-cf, with async calls not elided. Ensures: if the kernel is one of roles (passes/role_bodies.py) and static is asked for, it
has the attributes `task.warps` and `task.block_bytes`, no task is started, nothing suspends, and waits are loops at barriers in block
memory (pipeline_phases.py, role_code.py). Otherwise the module stays as it is, and the kernel's `task.no_roles` says why.

`executor` is "static", which makes what stands in the way an error, or "auto": static only where the kernel asks for it with
task.executor = "static". `memory` is the block memory that there is, in bytes. `blocks`, if it is given, says why the target has no blocks
that could run roles: "tasks" where tasks that park and wake take their place whatever is asked for.

    func.func @k(%a: memref<?xf32>) attributes {task.kernel} {
      %ch = task.tile_channel {depth = 2 : i32} : !tiles
      %0 = async.call @load(%a, %ch) : (memref<?xf32>, !tiles) -> !async.token
      %1 = async.call @compute(%ch) : (!tiles) -> !async.token
      async.await %0 : !async.token
      async.await %1 : !async.token
      return
    }

becomes

    func.func @k(%a: memref<?xf32>) attributes {task.kernel, task.scope = "warp", task.warps = 2 : i32, task.block_bytes = 1152 : i64} {
      %w = rt.warp_in_block : i32
      …                                  warp 0 makes the barriers
      rt.block_sync
      cf.switch %w : i32 [default: ^load, 1: ^compute]
    ^load:
      …
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NoReturn

from xdsl.context import Context
from xdsl.dialects import arith, cf, func
from xdsl.dialects.builtin import DenseIntElementsAttr, IntegerAttr, ModuleOp, StringAttr, VectorType, i32, i64
from xdsl.ir import Block, Operation
from xdsl.passes import ModulePass

from asyncir.analysis.role_safety import check_roles
from asyncir.analysis.roles import Roles
from asyncir.analysis.scopes import Scopes
from asyncir.dialects import async_, rt_block, task
from asyncir.dialects.locations import location_of
from asyncir.dialects.task_tiles import NO_BLOCKS, NO_ROLES, ReceiveSlotOp, TileChannelOp
from asyncir.errors import InputError
from asyncir.passes.emitting import Emitter
from asyncir.passes.lane_functions import inline_lane_functions
from asyncir.passes.pipeline_phases import is_first_lane, lay_out
from asyncir.passes.require import require_cfg
from asyncir.passes.rewriting import append, erase
from asyncir.passes.role_bodies import find_roles, has_tile_channels
from asyncir.passes.role_code import RoleCode
from asyncir.passes.scf_to_cf import flatten
from asyncir.passes.scope_rules import check_scopes
from asyncir.passes.select_entry import drop_unreachable

AS_TASKS = "roles as tasks: the CPU parks and wakes them"

NOT_ASKED = "the roles of tile channels take the static executor only where it is asked for: no gain is estimated yet"


@dataclass(frozen=True)
class FormRolesPass(ModulePass):
    """A kernel of roles becomes one function for the warps of a block."""

    name = "form-roles"
    executor: str = "auto"
    blocks: str = ""
    memory: int = 227 * 1024

    def apply(self, ctx: Context, op: ModuleOp) -> None:
        kernel = next((f for f in op.ops if isinstance(f, func.FuncOp) and task.KERNEL in f.attributes), None)
        if kernel is None or kernel.is_declaration or rt_block.WARPS in kernel.attributes:
            return
        written = kernel.attributes.get(task.EXECUTOR)
        asked = self.executor == "static" or (self.executor == "auto" and written == StringAttr("static"))
        if not has_tile_channels(kernel):
            if asked and self.blocks != NO_BLOCKS:
                self._refuse(kernel, InputError("it has no tile channels", location_of(kernel)))
            return
        require_cfg(op)
        if self.blocks == NO_BLOCKS:
            if asked:
                kernel.attributes.pop(task.EXECUTOR, None)
            kernel.attributes[NO_ROLES] = StringAttr(AS_TASKS)
            return
        if self.executor not in ("static", "auto"):
            return
        if not asked:
            kernel.attributes[NO_ROLES] = StringAttr(NOT_ASKED)
            return
        try:
            roles = self._find(op, kernel)
        except InputError as obstacle:
            self._refuse(kernel, obstacle)
        _form(op, roles)

    def _find(self, module: ModuleOp, kernel: func.FuncOp) -> Roles:
        """The roles of the kernel, of which it is known that they end. Raises InputError."""
        if self.blocks:
            raise InputError(self.blocks, location_of(kernel))
        inline_lane_functions(module)
        scopes = Scopes(module)
        check_scopes(scopes)
        roles = find_roles(module, kernel, scopes)
        check_roles(roles)
        _check_size(roles, self.memory)
        return roles

    def _refuse(self, kernel: func.FuncOp, obstacle: InputError) -> NoReturn:
        name = kernel.sym_name.data
        raise InputError(
            f"@{name} cannot run with the static executor: {obstacle.message}",
            obstacle.location,
            notes=obstacle.notes,
            help=obstacle.help or "use executor dynamic (or auto)",
        ) from obstacle


def _marked(roles: Roles) -> list[TileChannelOp]:
    """The channels of which a reader asks whether it got a slot."""
    takes = (take for role in roles.roles for take in role.takes())
    asking = {end.channel for op, end in takes if isinstance(op, ReceiveSlotOp) and op.ok.first_use is not None}
    return [channel for channel in roles.channels if channel in asking]


def _check_size(roles: Roles, memory: int) -> None:
    rings, size = lay_out(roles.channels, _marked(roles))
    if len(roles.roles) > rt_block.MAX_WARPS:
        message = f"{len(roles.roles)} roles are more than the {rt_block.MAX_WARPS} warps of a block"
        raise InputError(message, location_of(roles.roles[rt_block.MAX_WARPS].call))
    if size > memory:
        parts = [
            (f"{ring.depth} slots of {ring.tile_bytes} bytes: {ring.depth * ring.tile_bytes} bytes", location_of(ring.channel))
            for ring in rings.values()
        ]
        message = f"its tile channels take {size} bytes of block memory, and a block has {memory}"
        raise InputError(message, location_of(roles.channels[0]), notes=parts, help="make tiles smaller, or channels less deep")


def _form(module: ModuleOp, roles: Roles) -> None:
    kernel = roles.kernel
    rings, size = lay_out(roles.channels, _marked(roles))
    for role in roles.roles:
        RoleCode(role, rings).write()
    setup = roles.roles[0].call.parent
    assert setup is not None
    _drop_ends(setup)
    first = kernel.body.blocks[0].first_op
    assert first is not None
    emit = Emitter(first, roles.channels[0].location)
    warp = emit.value(rt_block.WarpInBlockOp())
    warp.name_hint = "warp"
    makes = emit.value(arith.AndIOp(emit.equal(warp, emit.integer(0, i32)), is_first_lane(emit)))

    def make(inner: Emitter) -> None:
        for ring in rings.values():
            ring.make(inner)
        inner.add(rt_block.ProxyFenceOp())

    emit.when(makes, make)
    emit.add(rt_block.BlockSyncOp())
    entries = [role.body.blocks[0] for role in roles.roles]
    _append_switch(setup, warp.owner, entries)
    for role in roles.roles:
        role.body.move_blocks(kernel.body)
    for channel in roles.channels:
        erase(channel)
    flatten(kernel.body)
    kernel.attributes |= {
        task.SCOPE: StringAttr("warp"),
        rt_block.WARPS: IntegerAttr(len(roles.roles), i32),
        rt_block.BLOCK_BYTES: IntegerAttr(size, i64),
    }
    drop_unreachable(module, kernel.sym_name.data)


def _drop_ends(setup: Block) -> None:
    """Erases starts, awaits and the return."""
    for op in reversed(list(setup.ops)):
        if isinstance(op, async_.CallOp | async_.AwaitOp | async_.AwaitAllOp | async_.AddToGroupOp | async_.CreateGroupOp | func.ReturnOp):
            erase(op)


def _append_switch(setup: Block, warp: Operation | Block, entries: list[Block]) -> None:
    assert isinstance(warp, Operation)
    location = warp.location
    if len(entries) == 1:
        append(setup, cf.BranchOp(entries[0]), location)
        return
    first, *others = entries
    numbers = DenseIntElementsAttr.from_list(VectorType(i32, [len(others)]), list(range(1, len(entries))))
    append(setup, cf.SwitchOp(warp.results[0], first, [], numbers, others, [[] for _ in others]), location)
