"""
Which tile channels meet: the values of tile channels and slots that may be the same one, over branches and calls, and how these are made.

Values are put together whose channels may be one: what a branch or call passes and the argument that gets it, and a slot and its channel.
Channels of one such set must be made alike: then what a set is made of, and what each operation on it does, is known where it stands.
The cost is about linear in the module.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import cast

from xdsl.dialects import func
from xdsl.dialects.builtin import ModuleOp
from xdsl.ir import Attribute, Operation, SSAValue

from asyncir.analysis.callgraph import FunctionLike, callee_name, functions
from asyncir.dialects import async_
from asyncir.dialects.interfaces import produced_block_arg_types, successor_operands
from asyncir.dialects.locations import location_of
from asyncir.dialects.task_tile_types import SlotType, TileChannelType
from asyncir.dialects.task_tiles import AcquireSlotOp, ReceiveSlotOp, TileChannelOp, number_problem
from asyncir.errors import InputError


def is_tile_value(type_: Attribute) -> bool:
    """Whether values of this type are tile channels or slots."""
    return isinstance(type_, TileChannelType | SlotType)


class TileChannels:
    """The sets of values of a module in the form of CFGs that may stand for one tile channel."""

    def __init__(self, module: ModuleOp) -> None:
        """Raises InputError where channels meet that are not made alike, or an operation names a writer or reader that there is not."""
        self._parent: dict[SSAValue, SSAValue] = {}
        self._makers: dict[SSAValue, TileChannelOp] = {}
        self._functions = functions(module)
        makers: list[TileChannelOp] = []
        takers: list[AcquireSlotOp | ReceiveSlotOp] = []
        for function in self._functions.values():
            for block in function.body.blocks:
                for op in block.ops:
                    self._visit(op)
                    if isinstance(op, TileChannelOp):
                        makers.append(op)
                    elif isinstance(op, AcquireSlotOp | ReceiveSlotOp):
                        takers.append(op)
        self.is_empty = not makers and not self._parent
        for maker in makers:
            self._add_maker(maker)
        for taker in takers:
            self._check_number(taker)

    def maker(self, value: SSAValue, user: Operation) -> TileChannelOp:
        """An operation that makes what `value` is or comes from; others make it alike. Raises InputError at `user` if there is none."""
        maker = self._makers.get(self._find(value))
        if maker is None:
            raise InputError(f"'{user.name}' op on a tile channel that nobody makes: its task is never started", location_of(user))
        return maker

    def _visit(self, op: Operation) -> None:
        if isinstance(op, AcquireSlotOp | ReceiveSlotOp):
            self._union(op.slot, op.channel)
        elif isinstance(op, async_.CallOp | func.CallOp):
            self._visit_call(op)
        for index, successor in enumerate(op.successors):
            produced = len(produced_block_arg_types(op, index))
            for operand, argument in zip(successor_operands(op, index) or (), successor.args[produced:], strict=True):
                if is_tile_value(operand.type):
                    self._union(operand, argument)

    def _visit_call(self, call: async_.CallOp | func.CallOp) -> None:
        callee = self._functions.get(callee_name(call))
        entry = callee.body.first_block if callee is not None else None
        if entry is None:
            return
        for operand, argument in zip(call.arguments, entry.args, strict=True):
            if is_tile_value(operand.type):
                self._union(operand, argument)

    def _find(self, value: SSAValue) -> SSAValue:
        root = value
        while (parent := self._parent.get(root, root)) is not root:
            root = parent
        while (parent := self._parent.get(value, root)) is not root:
            self._parent[value], value = root, parent
        return root

    def _union(self, left: SSAValue, right: SSAValue) -> None:
        self._parent[self._find(left)] = self._find(right)

    def _add_maker(self, maker: TileChannelOp) -> None:
        first = self._makers.setdefault(self._find(maker.result), maker)
        if first.shape != maker.shape:
            shown = ["{} slots, {} writers and {} readers".format(*op.shape) for op in (maker, first)]
            raise InputError(
                f"'task.tile_channel' op with {shown[0]} comes together with one that has {shown[1]}",
                location_of(maker),
                notes=[("this one", location_of(first))],
                help="tile channels that reach the same operation are made alike",
            )

    def _check_number(self, taker: AcquireSlotOp | ReceiveSlotOp) -> None:
        maker = self._makers.get(self._find(taker.channel))
        if maker is not None and (problem := number_problem(taker, maker)) is not None:
            notes = [("the tile channel is made here", location_of(maker))]
            raise InputError(f"'{taker.name}' op {problem}", location_of(taker), notes=notes)


def tile_values(function: FunctionLike) -> Iterator[SSAValue]:
    """All values of a function that are tile channels or slots."""
    for block in function.body.blocks:
        yield from (argument for argument in block.args if is_tile_value(argument.type))
        for op in block.ops:
            yield from (cast(SSAValue, result) for result in op.results if is_tile_value(result.type))
