"""
SSA form for values that got further definitions: block arguments where definitions meet, and each use renamed to the definition
that reaches it.

Linear in the region, the block arguments made and the operands passed to them. Source: Cytron et al. 1991 (see
analysis/dominance_frontier.py), pruned by liveness.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import cast

from xdsl.ir import Block, BlockArgument, Operation, Region, SSAValue

from asyncir.analysis.dominance import DominanceInfo, defining_block
from asyncir.analysis.dominance_frontier import DominanceFrontiers
from asyncir.passes.rewriting import append_successor_operands


def repair_ssa(region: Region, redefinitions: Mapping[SSAValue, Sequence[SSAValue]], is_live_in: Callable[[SSAValue, Block], bool]) -> None:
    """
    Make the region SSA again. `redefinitions` gives for a value the results that stand for it from their operation on, and the block
    arguments that stand for it from their block on;
    `is_live_in` tells whether a value, under any of its names, is live into a block.
    """
    dominance = DominanceInfo(region)
    merges = _place(region, dominance, redefinitions, is_live_in)
    # A value stands for itself too: another name may dominate its definition (in a loop entered in its middle), but ends there.
    stands_for = {new: old for old, found in redefinitions.items() for new in (old, *found)}
    _Renaming(dominance, merges, stands_for).run()


_Merges = dict[Block, dict[SSAValue, SSAValue]]
"""For each block the values that it merges, and the block arguments that stand for them."""


def _place(
    region: Region,
    dominance: DominanceInfo,
    redefinitions: Mapping[SSAValue, Sequence[SSAValue]],
    is_live_in: Callable[[SSAValue, Block], bool],
) -> _Merges:
    """Make the block arguments."""
    frontiers = DominanceFrontiers(region, dominance)
    wanted: dict[Block, list[SSAValue]] = {}
    for value, others in redefinitions.items():
        homes = [block for definition in (value, *others) if (block := defining_block(definition)) is not None]
        for block in frontiers.iterated(homes):
            if is_live_in(value, block):
                wanted.setdefault(block, []).append(value)
    return {block: dict(zip(values, _add_arguments(block, values), strict=True)) for block, values in wanted.items()}


def _add_arguments(block: Block, values: Sequence[SSAValue]) -> list[BlockArgument]:
    arguments: list[BlockArgument] = []
    for index, value in enumerate(values, len(block.args)):
        location = value.location if isinstance(value, BlockArgument) else cast(Operation, value.owner).location
        argument = BlockArgument(value.type, block, index, location)
        argument.name_hint = value.name_hint
        arguments.append(argument)
    # All at once: Block.insert_arg copies the arguments that are there.
    block._args = (*block.args, *arguments)  # pyright: ignore[reportPrivateUsage]
    return arguments


class _Renaming:
    """A walk down the dominator tree with the name that each value has at that point."""

    def __init__(self, dominance: DominanceInfo, merges: _Merges, stands_for: Mapping[SSAValue, SSAValue]) -> None:
        self._dominance = dominance
        self._merges = merges
        self._stands_for = stands_for
        self._name: dict[SSAValue, SSAValue] = {}
        self._undo: list[tuple[SSAValue, SSAValue | None]] = []

    def run(self) -> None:
        children: dict[Block, list[Block]] = {block: [] for block in self._dominance.blocks}
        for block in self._dominance.blocks:
            if (above := self._dominance.immediate_dominator(block)) is not None:
                children[above].append(block)
        # A block, or the height of the undo log to go back to when all below a block is done.
        pending: list[Block | int] = [*self._dominance.blocks[:1]]
        while pending:
            step = pending.pop()
            if isinstance(step, int):
                self._go_back(step)
                continue
            pending.append(len(self._undo))
            pending += reversed(children[step])
            self._rename_in(step)

    def _rename_in(self, block: Block) -> None:
        for argument in block.args:
            if (value := self._stands_for.get(argument)) is not None:
                self._set(value, argument)
        for value, argument in self._merges.get(block, {}).items():
            self._set(value, argument)
        stands_for = self._stands_for
        for op in list(block.ops):
            for nested in op.walk() if op.regions else (op,):
                self._rename_operands(nested)
            for result in op.results:
                if (value := stands_for.get(result)) is not None:
                    self._set(value, result)
        last = block.last_op
        if last is not None and any(successor in self._merges for successor in last.successors):
            added = [[self._name.get(value, value) for value in self._merges.get(target, ())] for target in last.successors]
            append_successor_operands(last, added)

    def _rename_operands(self, op: Operation) -> None:
        operands, name = op.operands, self._name
        renamed = [(index, new) for index, operand in enumerate(operands) if (new := name.get(operand)) is not None]
        if len(renamed) == 1:
            operands[renamed[0][0]] = renamed[0][1]
        elif renamed:
            op.operands = [name.get(operand, operand) for operand in operands]

    def _set(self, value: SSAValue, name: SSAValue) -> None:
        self._undo.append((value, self._name.get(value)))
        self._name[value] = name

    def _go_back(self, height: int) -> None:
        while len(self._undo) > height:
            value, name = self._undo.pop()
            if name is None:
                del self._name[value]
            else:
                self._name[value] = name
