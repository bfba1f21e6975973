"""
Values that need no register of their own in optimised code.

- *Known* values are constants, what is computed from them alone, and what is read from constant arrays at known places.
- *Displaced* values are others plus a constant: the sum is part of an address or an instruction's immediate, so where one is used
  the other is. `base` tells which: %j of `%j = arith.addi %i, %c8` has the base %i. Those that are saved, or merge with others on an
  edge, are computed all the same, and do not count as displaced.

- *Renamed* values are block arguments that only one edge gives a value to; their base is that value.

All follow definitions, so a value that has been saved and reloaded is none of these.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import TypeAlias, cast

from xdsl.dialects import arith, memref
from xdsl.dialects.builtin import FixedBitwidthType, IndexType, MemRefType, ModuleOp, UnitAttr
from xdsl.ir import Attribute, Block, Operation, SSAValue

from asyncir.analysis.cfg import successors
from asyncir.analysis.effects import is_pure
from asyncir.dialects import sm
from asyncir.dialects.interfaces import produced_block_arg_types, successor_operands

Edge: TypeAlias = tuple[Operation, int]
"""A terminator and the index of its successor."""

_SAME_BITS = ("arith.index_cast", "arith.index_castui", "arith.bitcast")


def constant_arrays(module: ModuleOp) -> set[str]:
    """The names of the module's arrays that never change."""
    found = (op for op in module.body.ops if isinstance(op, memref.GlobalOp))
    return {op.sym_name.data for op in found if isinstance(op.constant, UnitAttr)}


def _edges(order: list[Block]) -> dict[Block, list[Edge]]:
    """For each reachable block the edges to it from reachable ones."""
    edges: dict[Block, list[Edge]] = {}
    for block in order:
        for index, successor in enumerate(successors(block)):
            assert block.last_op is not None
            edges.setdefault(successor, []).append((block.last_op, index))
    return edges


def _bits(type_: Attribute) -> int | None:
    return type_.bitwidth if isinstance(type_, FixedBitwidthType) else 64 if isinstance(type_, IndexType) else None


class CheapValues:
    """The known, displaced and renamed values of a region's reachable blocks."""

    def __init__(self, order: list[Block], constants: Collection[str] = ()) -> None:
        """`order` is the blocks in reverse postorder; `constants` names the constant arrays."""
        self._known: set[SSAValue] = set()
        self._base: dict[SSAValue, SSAValue] = {}
        self._renaming: dict[Block, list[Edge]] = {block: edges for block, edges in _edges(order).items() if len(edges) == 1}
        for block in order:
            self._rename(block)
            for op in block.ops:
                if self._is_known(op, constants):
                    self._known.update(op.results)
                elif (source := self._displaced(op)) is not None and not self._is_merged(op.results[0]):
                    self._base[op.results[0]] = self.base(source)

    def _rename(self, block: Block) -> None:
        """The arguments of a block that is entered over one edge are what comes over it."""
        for terminator, index in self._renaming.get(block, ()):
            first = len(produced_block_arg_types(terminator, index))
            for argument, value in zip(block.args[first:], successor_operands(terminator, index) or (), strict=False):
                if value in self._known:
                    self._known.add(argument)
                elif not isinstance(value.type, MemRefType):  # The fields of arrays are followed by descriptors.py.
                    self._base[argument] = self.base(value)

    def _is_merged(self, value: SSAValue) -> bool:
        """Whether the value itself must be there: in a frame, or to meet others in a block argument."""
        return any(
            isinstance(use.operation, sm.SaveOp) or any(block not in self._renaming for block in use.operation.successors)
            for use in value.uses
        )

    def is_known(self, value: SSAValue) -> bool:
        """Whether the value is a constant after optimisation."""
        return value in self._known

    def base(self, value: SSAValue) -> SSAValue:
        """The value itself or, for one that is displaced, what it is displaced from."""
        return self._base.get(value, value)

    def _is_known(self, op: Operation, constants: Collection[str]) -> bool:
        if isinstance(op, arith.ConstantOp):
            return True
        if isinstance(op, memref.GetGlobalOp):
            return op.name_.string_value() in constants
        if op.regions or not op.operands or not (isinstance(op, memref.LoadOp) or is_pure(op)):
            return False
        return all(operand in self._known for operand in op.operands)

    def _displaced(self, op: Operation) -> SSAValue | None:
        """What the operation's only result is displaced from."""
        if op.name in _SAME_BITS and _bits(op.operands[0].type) == _bits(op.results[0].type):
            return op.operands[0]
        if isinstance(op, arith.AddiOp | arith.SubiOp):
            left, right = cast(tuple[SSAValue, SSAValue], tuple(op.operands))
            if right in self._known:
                return left
            if left in self._known and isinstance(op, arith.AddiOp):
                return right
        return None
