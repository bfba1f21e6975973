"""
lower-tiles: tile channels become channels of places, and copies loops, for executors that have tasks: a kernel of form-roles is left alone.

Requires: scf-to-cf, infer-scope. Ensures: no op or type of tile channels, and no `task.copy`, is left; no type has the workgroup space.

The tiles of a channel are one array in the arena, of which a slot names a place. Empty places go to each writer by a channel of its own,
full ones to each reader, so tasks wait as for any channel; passes/tile_protocol.py says how. A value that was a tile channel or slot is
several (passes/tile_values.py), wherever it goes: over branches and calls. Tiles become views of the array: their types have an offset.

    !tile = memref<4xi32, #gpu.address_space<workgroup>>

    async.func @write(%ch: !task.tile_channel<!tile>) -> !async.token attributes {task.scope = "lane"} {
      %slot, %tile = task.acquire_slot %ch writer 0 : !task.tile_channel<!tile>
      task.commit_slot %slot : !task.slot<!tile>
      task.close %ch : !task.tile_channel<!tile>
      async.return
    }

becomes, for a channel with a depth of 2 and one writer and reader,

    async.func @write(%ch: memref<2x4xi32>, %ch_empty0: !task.channel<index>, %ch_full0: !task.channel<index>) -> !async.token
        attributes {task.scope = "lane"} {
      %slot, %0 = task.recv %ch_empty0 : !task.channel<index>
      %tile = memref.subview %ch[%slot, 0] [1, 4] [1, 1] : memref<2x4xi32> to memref<4xi32, strided<[1], offset: ?>>
      %1 = task.try_send %slot, %ch_full0 : !task.channel<index>
      task.close %ch_full0 : !task.channel<index>
      async.return
    }
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from xdsl.context import Context
from xdsl.dialects import cf, func, memref
from xdsl.dialects.builtin import DenseArrayBase, FunctionType, ModuleOp, StringAttr, i32
from xdsl.ir import Block, Operation, SSAValue
from xdsl.passes import ModulePass
from xdsl.rewriter import Rewriter

from asyncir.analysis.callgraph import FunctionLike
from asyncir.analysis.cfg import erase_unreachable_blocks, reverse_postorder
from asyncir.analysis.tile_channels import TileChannels, is_tile_value
from asyncir.dialects import async_, task
from asyncir.dialects.locations import location_of
from asyncir.dialects.rt_block import WARPS
from asyncir.dialects.task_copy import CopyOp
from asyncir.dialects.task_tile_types import is_in_workgroup
from asyncir.dialects.task_tiles import AcquireSlotOp, CommitSlotOp, ReceiveSlotOp, ReleaseSlotOp, TileChannelOp
from asyncir.errors import InputError
from asyncir.passes import tile_protocol
from asyncir.passes.elide_awaited_calls import fold_ready
from asyncir.passes.emitting import Emitter
from asyncir.passes.require import require_cfg
from asyncir.passes.rewriting import erase
from asyncir.passes.scf_to_cf import flatten
from asyncir.passes.tile_copies import expand_copy
from asyncir.passes.tile_values import Parts, Shape, plain_type


@dataclass(frozen=True)
class LowerTilesPass(ModulePass):
    """Tile channels become channels of places, and copies loops."""

    name = "lower-tiles"

    def apply(self, ctx: Context, op: ModuleOp) -> None:
        changed = [f for f in op.ops if isinstance(f, func.FuncOp | async_.FuncOp) and WARPS not in f.attributes and _has_tiles(f)]
        if not changed:
            return
        require_cfg(op)
        for function in changed:
            erase_unreachable_blocks(function.body)
        channels = TileChannels(op)
        for function in changed:
            _Function(function, channels).lower()


def _has_tiles(function: FunctionLike) -> bool:
    """Whether there is anything to do in a function: operations or values of tile channels, copies, arrays in the workgroup space."""
    arguments: list[SSAValue] = [argument for block in function.body.blocks for argument in block.args]
    operations = [op for block in function.body.blocks for op in block.ops]
    values = [*arguments, *(result for op in operations for result in op.results)]
    types = function.function_type
    found = any(is_tile_value(value.type) or plain_type(value.type) is not value.type for value in values)
    return found or plain_type(types) != types or any(isinstance(op, CopyOp) for op in operations)


class _Function:
    """One function, in the order of its control flow: what an operation uses has been replaced before."""

    def __init__(self, function: func.FuncOp | async_.FuncOp, channels: TileChannels) -> None:
        self._function = function
        self._channels = channels
        self._parts: dict[SSAValue, Parts] = {}
        self._dead: list[Operation] = []
        """Replaced, but their results may have users that are not."""
        scope = function.attributes.get(task.SCOPE)
        self._scope = scope.data if isinstance(scope, StringAttr) else None

    def lower(self) -> None:
        body = self._function.body
        _check_spaces(self._function)
        for block in body.blocks:
            self._split_arguments(block)
        for block in reverse_postorder(body):
            for op in list(block.ops):
                self._lower(op)
        for op in reversed(self._dead):
            erase(op)
        for block in body.blocks:
            for argument in [argument for argument in block.args if is_tile_value(argument.type)]:
                block.erase_arg(argument)
        self._drop_space()
        flatten(body)
        fold_ready(body)
        self._set_type()

    def _is_warp(self, op: Operation) -> bool:
        if self._scope is None:
            raise InputError(f"'{op.name}' in @{self._function.sym_name.data}, which has no scope: run infer-scope first", location_of(op))
        return self._scope == "warp"

    # ------------------------------------------------------------------------------------------------ several values for one

    def _split_arguments(self, block: Block) -> None:
        """The values that an argument becomes stand behind it; it goes when nothing uses it any more."""
        for argument in list(block.args):
            if not is_tile_value(argument.type):
                continue
            shape = Shape.of(self._channels.maker(argument, self._function))
            added: list[SSAValue] = []
            for type_, name in zip(shape.types(argument.type), shape.names(argument), strict=True):
                part = block.insert_arg(type_, argument.index + 1 + len(added))
                part.location, part.name_hint = argument.location, name
                added.append(part)
            self._parts[argument] = Parts(shape, tuple(added))

    def _split(self, operands: Iterable[SSAValue]) -> list[SSAValue]:
        return [value for operand in operands for value in (self._parts[operand].values if operand in self._parts else (operand,))]

    def _lower(self, op: Operation) -> None:
        emit = Emitter(op, op.location)
        match op:
            case TileChannelOp():
                self._replace(op, tile_protocol.make(emit, Shape.of(op), warp=self._is_warp(op)))
            case AcquireSlotOp():
                channel = self._parts[op.channel]
                self._take(op, emit, channel, channel.empty[op.number])
            case ReceiveSlotOp():
                channel = self._parts[op.channel]
                self._take(op, emit, channel, channel.full[op.number])
            case CommitSlotOp():
                tile_protocol.commit(emit, self._parts[op.slot], warp=self._is_warp(op))
                erase(op)
            case ReleaseSlotOp():
                tile_protocol.release(emit, self._parts[op.slot], warp=self._is_warp(op))
                erase(op)
            case task.CloseOp() if op.channel in self._parts:
                tile_protocol.close(emit, self._parts[op.channel], warp=self._is_warp(op))
                erase(op)
            case CopyOp():
                expand_copy(op, warp=self._is_warp(op))
            case _:
                self._pass_on(op)

    def _replace(self, op: TileChannelOp, made: Parts) -> None:
        for value, name in zip(made.values, made.shape.names(op.result), strict=True):
            value.name_hint = name
        self._parts[op.result] = made
        self._dead.append(op)

    def _take(self, op: AcquireSlotOp | ReceiveSlotOp, emit: Emitter, channel: Parts, source: SSAValue) -> None:
        slot, tile, ok = tile_protocol.take(emit, channel, source)
        slot.first.name_hint, tile.name_hint = op.slot.name_hint, op.tile.name_hint
        op.tile.replace_all_uses_with(tile)
        if isinstance(op, ReceiveSlotOp):
            ok.name_hint = op.ok.name_hint
            op.ok.replace_all_uses_with(ok)
        self._parts[op.slot] = slot
        self._dead.append(op)

    def _pass_on(self, op: Operation) -> None:
        """Operations that pass channels and slots on as operands."""
        given = [operand for operand in op.operands if is_tile_value(operand.type)]
        if any(is_tile_value(result.type) for result in op.results) or (given and not isinstance(op, _PASSING)):
            raise _cannot_take(op)
        if not given:
            return
        match op:
            case cf.ConditionalBranchOp():
                then, other = self._split(op.then_arguments), self._split(op.else_arguments)
                op.operands = (op.cond, *then, *other)
                op.properties["operandSegmentSizes"] = DenseArrayBase.from_list(i32, [1, len(then), len(other)])
            case cf.SwitchOp():
                default, cases = self._split(op.default_operands), [self._split(case) for case in op.case_operand]
                passed = [operand for case in cases for operand in case]
                op.operands = (op.flag, *default, *passed)
                op.properties["operandSegmentSizes"] = DenseArrayBase.from_list(i32, [1, len(default), len(passed)])
                op.properties["case_operand_segments"] = DenseArrayBase.from_list(i32, [len(case) for case in cases])
            case _:
                op.operands = self._split(op.operands)

    # ------------------------------------------------------------------------------------------------ types

    def _drop_space(self) -> None:
        """No value's type has the workgroup space any more."""
        for block in self._function.body.blocks:
            for value in (*block.args, *(result for op in block.ops for result in op.results)):
                if (type_ := plain_type(value.type)) is not value.type:
                    Rewriter.replace_value_with_new_type(value, type_)

    def _set_type(self) -> None:
        """The function's type follows from its arguments; results lose the workgroup space."""
        entry = self._function.body.first_block
        old = self._function.function_type
        inputs = [argument.type for argument in entry.args] if entry is not None else list(map(plain_type, old.inputs))
        self._function.properties["function_type"] = FunctionType.from_lists(inputs, list(map(plain_type, old.outputs)))


_PASSING = (cf.BranchOp, cf.ConditionalBranchOp, cf.SwitchOp, async_.CallOp, func.CallOp)
"""What may have tile channels and slots as operands beside the operations on them."""


def _cannot_take(op: Operation) -> InputError:
    return InputError(
        f"'{op.name}' op cannot take or give a tile channel or a slot",
        location_of(op),
        help="tile channels and slots go to tasks and functions as arguments, and over branches; they are not returned",
    )


def _check_spaces(function: FunctionLike) -> None:
    """Raises InputError where an array gets into the workgroup space, or out of it, but by tile channels."""
    for op in (op for block in function.body.blocks for op in block.ops):
        if isinstance(op, memref.AllocOp | memref.AllocaOp) and is_in_workgroup(op.memref.type):
            raise InputError(
                f"'{op.name}' op makes an array in the workgroup space: only the static executor has one",
                location_of(op),
                help="tiles of a task.tile_channel may be in it",
            )
        if op.name == "memref.memory_space_cast" and any(is_in_workgroup(value.type) for value in (*op.operands, *op.results)):
            raise InputError(f"'{op.name}' op: a tile stays in the workgroup space", location_of(op))
