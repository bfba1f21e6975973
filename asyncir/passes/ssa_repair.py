"""
SSA form for values that got further definitions: block arguments where definitions meet, and each use renamed to the definition
that reaches it.

Linear in the region, the block arguments made and the operands passed to them. Source: Cytron et al. 1991 (see
analysis/dominance_frontier.py), pruned by liveness.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TypeAlias, cast

from xdsl.dialects.builtin import LocationAttr
from xdsl.ir import Attribute, Block, BlockArgument, Operation, Region, SSAValue

from asyncir.analysis.dominance import DominanceInfo, defining_block
from asyncir.analysis.dominance_frontier import DominanceFrontiers
from asyncir.analysis.liveness import bit_set, selected
from asyncir.passes.rewriting import append_successor_operands

Names: TypeAlias = list[tuple[SSAValue, SSAValue]]
"""Values, each with what stands for it: a result from its operation on, a block argument from its block on."""
Write: TypeAlias = Callable[[Callable[[SSAValue], SSAValue]], None]
"""Writes operations to a block, told what stands for each value there."""


def repair_ssa(region: Region, redefinitions: Mapping[SSAValue, Sequence[SSAValue]], is_live_in: Callable[[SSAValue, Block], bool]) -> None:
    """
    Make the region SSA again. `redefinitions` gives for a value what else stands for it; `is_live_in` tells whether a value, under any of
    its names, is live into a block.
    """
    names: dict[Block, Names] = {}
    for value, others in redefinitions.items():
        for other in others:
            block = defining_block(other)
            assert block is not None
            names.setdefault(block, []).append((value, other))
    _repair(region, _Values(redefinitions), names, lambda block: [value for value in redefinitions if is_live_in(value, block)], {})


def repair_named(
    region: Region, names: Mapping[Block, Names], live_in: Callable[[Block], Iterable[SSAValue]], late: Mapping[Block, Write]
) -> None:
    """
    The same for many names, which are given for the blocks that define them. `live_in` gives the values that are live into a block. What
    is `late` is written to its block when it is known what stands for values there, which is less work than to rename its operands.
    """
    values: dict[int, SSAValue] = {}
    for here in names.values():
        values |= {id(value): value for value, _ in here}
    _repair(region, _Values(values.values()), names, live_in, late)


class _Values:
    """The values that got further definitions, numbered. By identity: SSA values hash themselves in Python."""

    def __init__(self, values: Iterable[SSAValue]) -> None:
        self.all = list(values)
        self.number = {id(value): number for number, value in enumerate(self.all)}
        self.numbered = list(enumerate(self.all))
        self.alike = [(value.type, _location(value), SSAValue.extract_valid_name(value.name_hint)) for value in self.all]
        """What block arguments that stand for each value have of it: its type, its location, its name hint."""


def _location(value: SSAValue) -> LocationAttr:
    return value.location if isinstance(value, BlockArgument) else cast(Operation, value.owner).location


def _repair(
    region: Region,
    values: _Values,
    names: Mapping[Block, Names],
    live_in: Callable[[Block], Iterable[SSAValue]],
    late: Mapping[Block, Write],
) -> None:
    """Make block arguments where names meet, and rename."""
    # A value stands for itself too: another name may dominate its definition (in a loop entered in its middle), but ends there.
    every = {block: list(here) for block, here in names.items()}
    for value in values.all:
        home = defining_block(value)
        assert home is not None
        every.setdefault(home, []).append((value, value))
    dominance = DominanceInfo(region)
    merges = _place(DominanceFrontiers(region, dominance), values, every, live_in)
    _Renaming(dominance, values, merges, every, late).run()


_Merges = dict[Block, tuple[list[int], list[SSAValue]]]
"""For each block the numbers of the values that it merges, and the block arguments that stand for them."""


def _place(
    frontiers: DominanceFrontiers, values: _Values, names: Mapping[Block, Names], live_in: Callable[[Block], Iterable[SSAValue]]
) -> _Merges:
    """Make the block arguments: where definitions meet, of which a merge is one; for all values at once, as bit sets."""
    count = len(values.all)
    defined = {block: bit_set((values.number[id(value)] for value, _ in here), count) for block, here in names.items()}
    merged: dict[Block, int] = {}
    pending = list(defined)
    while pending:
        block = pending.pop()
        for join in frontiers.frontier[block]:
            if more := defined[block] & ~merged.get(join, 0):
                merged[join] = merged.get(join, 0) | more
                defined[join] = defined.get(join, 0) | more
                pending.append(join)
    merges: _Merges = {}
    for block, bits in merged.items():
        live = set(map(id, live_in(block)))
        wanted = [number for number, value in selected(values.numbered, bits) if id(value) in live]
        if wanted:
            merges[block] = wanted, _add_arguments(block, [values.alike[number] for number in wanted])
    return merges


def _add_arguments(block: Block, alike: Sequence[tuple[Attribute, LocationAttr, str | None]]) -> list[SSAValue]:
    """Block arguments of these types, at these locations, with these hints."""
    arguments: list[SSAValue] = []
    for index, (type_, location, hint) in enumerate(alike, len(block.args)):
        argument = BlockArgument(type_, block, index, location)
        argument._name = hint  # pyright: ignore[reportPrivateUsage]
        arguments.append(argument)
    # All at once: Block.insert_arg copies the arguments that are there.
    block._args = (*block.args, *cast(list[BlockArgument], arguments))  # pyright: ignore[reportPrivateUsage]
    return arguments


class _Renaming:
    """A walk down the dominator tree with the name that each value has at that point."""

    def __init__(
        self, dominance: DominanceInfo, values: _Values, merges: _Merges, names: Mapping[Block, Names], late: Mapping[Block, Write]
    ) -> None:
        self._dominance = dominance
        self._values = values
        self._merges = merges
        self._names = names
        self._late = late
        self._name = list(values.all)
        """What stands for the value of each number."""

    def run(self) -> None:
        children: dict[Block, list[Block]] = {block: [] for block in self._dominance.blocks}
        for block in self._dominance.blocks:
            if (above := self._dominance.immediate_dominator(block)) is not None:
                children[above].append(block)
        # A block, or what to undo when all below a block is done.
        pending: list[Block | _Undo] = [*self._dominance.blocks[:1]]
        while pending:
            step = pending.pop()
            if isinstance(step, _Undo):
                step.undo(self._name)
                continue
            undo = _Undo()
            pending.append(undo)
            pending += reversed(children[step])
            self._rename_in(step, undo)

    def _rename_in(self, block: Block, undo: _Undo) -> None:
        stands_for = {id(name): self._values.number[id(value)] for value, name in self._names.get(block, ())}
        for argument in block.args if stands_for else ():
            if (number := stands_for.get(id(argument))) is not None:
                undo.set(self._name, number, argument)
        if block in self._merges:
            for number, argument in zip(*self._merges[block], strict=True):
                undo.set(self._name, number, argument)
        for op in list(block.ops):
            if op.regions:
                for nested in op.walk():
                    self._rename_operands(nested)
            elif op._operands:  # Most have none: reloads.  # pyright: ignore[reportPrivateUsage]
                self._rename_operands(op)
            for result in op.results if stands_for else ():
                if (number := stands_for.get(id(result))) is not None:
                    undo.set(self._name, number, result)
        if block in self._late:
            self._late[block](self._name_of)
        last = block.last_op
        if last is not None and any(successor in self._merges for successor in last.successors):
            name = self._name
            added = [[name[number] for number in self._merges[target][0]] if target in self._merges else [] for target in last.successors]
            append_successor_operands(last, added)

    def _name_of(self, value: SSAValue) -> SSAValue:
        number = self._values.number.get(id(value))
        return value if number is None else self._name[number]

    def _rename_operands(self, op: Operation) -> None:
        operands = tuple(op.operands)
        number, name = self._values.number, self._name
        found = [number.get(id(operand)) for operand in operands]
        renamed = [(index, name[at]) for index, at in enumerate(found) if at is not None and name[at] is not operands[index]]
        if len(renamed) == 1:
            op.operands[renamed[0][0]] = renamed[0][1]
        elif renamed:
            op.operands = [operand if at is None else name[at] for operand, at in zip(operands, found, strict=True)]


class _Undo:
    """What stood for values before a block."""

    def __init__(self) -> None:
        self._numbers: list[int] = []
        self._names: list[SSAValue] = []

    def set(self, names: list[SSAValue], number: int, name: SSAValue) -> None:
        """From now on this stands for the value of that number."""
        self._numbers.append(number)
        self._names.append(names[number])
        names[number] = name

    def undo(self, names: list[SSAValue]) -> None:
        for number, name in zip(reversed(self._numbers), reversed(self._names), strict=True):
            names[number] = name
