"""
Which values are live where, over the blocks of one region.

Only values used outside the block that defines them can be live between blocks; those alone are numbered, in the order of
the text, and a block's set of them is an int used as a bit set. Sets are propagated backwards in postorder until nothing
changes: for reducible graphs that takes a pass for each level of loop nesting, each linear in blocks times words a set.

Source: Cooper and Torczon, Engineering a Compiler, section 8.6.1 (live variables by data flow).
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Iterator, Mapping

from xdsl.ir import Block, Operation, Region, SSAValue

from asyncir.analysis.cfg import predecessors, reverse_postorder
from asyncir.analysis.dominance import defining_block


def used_values(op: Operation) -> Iterator[SSAValue]:
    """The operands of an operation and of all operations nested in it."""
    if not op.regions:
        yield from op.operands
        return
    for nested in op.walk():
        yield from nested.operands


def members(bits: int) -> Iterator[int]:
    """The numbers in a bit set, rising, in time linear in its size."""
    text = bin(bits)[:1:-1]
    found = text.find("1")
    while found >= 0:
        yield found
        found = text.find("1", found + 1)


def propagated(
    order: list[Block],
    before: Mapping[Block, list[Block]],
    used: Mapping[Block, int],
    defined: Mapping[Block, int],
    stops: Container[Block] = (),
) -> tuple[dict[Block, int], dict[Block, int]]:
    """
    What is live into and out of each block, as bit sets, from what each uses that it does not define, and what it defines. `order` is
    the reverse postorder, `before` gives predecessors. Nothing is live out of `stops`.
    """
    live_in, live_out = dict.fromkeys(order, 0), dict.fromkeys(order, 0)
    changed = set(order)
    while changed:
        # Each sweep sees a block's successors first, but for back edges.
        for block in reversed(order):
            if block not in changed:
                continue
            changed.remove(block)
            live = used[block] | (live_out[block] & ~defined[block])
            if live == live_in[block]:
                continue
            live_in[block] = live
            for pred in before[block]:
                if pred in live_out and live_out[pred] | live != live_out[pred] and pred not in stops:
                    live_out[pred] |= live
                    changed.add(pred)
    return live_in, live_out


class Liveness:
    """
    Liveness in the reachable blocks of a region. A value is live into a block if it is defined elsewhere and some path
    from the block's start uses it; block arguments are defined by their block.
    """

    def __init__(
        self,
        region: Region,
        ignore: Callable[[SSAValue], bool] = lambda value: False,
        also: Mapping[Block, Iterable[SSAValue]] | None = None,
        *,
        stops: bool = False,
    ) -> None:
        """
        `ignore` tells the values to leave out; `also` gives values that blocks use at their ends, besides those of their operations; if
        it `stops` there, nothing else lives on over the ends of these blocks.
        """
        order = reverse_postorder(region)
        self._also = also or {}
        self.values: list[SSAValue] = _used_elsewhere(region, order, ignore, self._also)
        self._number = {value: number for number, value in enumerate(self.values)}
        used = {block: self._upward_exposed(block) for block in order}
        self._in, self._out = propagated(order, predecessors(region), used, self._defined(order), self._also if stops else ())

    def _upward_exposed(self, block: Block) -> int:
        """What the block uses and does not define."""
        bits = 0
        for op in block.ops:
            for value in used_values(op):
                number = self._number.get(value)
                if number is not None and defining_block(value) is not block:
                    bits |= 1 << number
        for value in self._also.get(block, ()):
            if (number := self._number.get(value)) is not None and defining_block(value) is not block:
                bits |= 1 << number
        return bits

    def _defined(self, order: list[Block]) -> dict[Block, int]:
        defined = dict.fromkeys(order, 0)
        for number, value in enumerate(self.values):
            block = defining_block(value)
            assert block is not None
            defined[block] |= 1 << number
        return defined

    def live_in(self, block: Block) -> list[SSAValue]:
        """The values live into a block, in the order of their definitions in the text."""
        return [self.values[number] for number in members(self._in[block])]

    def live_into_any(self, blocks: Iterable[Block]) -> list[SSAValue]:
        """The values live into at least one of the blocks."""
        bits = 0
        for block in blocks:
            bits |= self._in[block]
        return [self.values[number] for number in members(bits)]

    def live_out(self, block: Block) -> list[SSAValue]:
        """The values live out of a block."""
        return [self.values[number] for number in members(self._out[block])]

    def out_bits(self, block: Block) -> int:
        """The values live out of a block, as a set of positions in `values`."""
        return self._out[block]

    def is_live_out(self, value: SSAValue, block: Block) -> bool:
        """Whether a value is live out of a block."""
        number = self._number.get(value)
        return number is not None and self._out[block] >> number & 1 == 1

    def is_live_in(self, value: SSAValue, block: Block) -> bool:
        """Whether a value is live into a block."""
        number = self._number.get(value)
        return number is not None and self._in[block] >> number & 1 == 1


def _used_elsewhere(
    region: Region, order: list[Block], ignore: Callable[[SSAValue], bool], also: Mapping[Block, Iterable[SSAValue]]
) -> list[SSAValue]:
    """The values defined in the region that reachable blocks other than their own use."""
    crossing: set[SSAValue] = set()
    for block in order:
        for op in block.ops:
            for value in used_values(op):
                home = defining_block(value)
                if home is not block and home is not None and home.parent is region:
                    crossing.add(value)
        crossing.update(value for value in also.get(block, ()) if defining_block(value) is not block)
    found: list[SSAValue] = []
    for block in order:
        defined = [*block.args, *(result for op in block.ops for result in op.results)]
        found += [value for value in defined if value in crossing and not ignore(value)]
    return found
