"""
Which values are live where, over the blocks of one region.

Only values used outside the block that defines them can be live between blocks; those alone are numbered, in the order of
the text, and a block's set of them is an int used as a bit set. Sets are propagated backwards in postorder until nothing
changes: for reducible graphs that takes a pass for each level of loop nesting, each linear in blocks times words a set.

Source: Cooper and Torczon, Engineering a Compiler, section 8.6.1 (live variables by data flow).
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from itertools import chain, compress
from typing import TypeVar

from xdsl.ir import Block, Operation, Region, SSAValue

from asyncir.analysis.cfg import predecessors, reverse_postorder
from asyncir.analysis.dominance import defining_block

MemberT = TypeVar("MemberT")

_DIGITS = bytes.maketrans(b"01", b"\0\1")
_FEW = 32
"""A set of less than one in so many is made member by member; else all its digits are written, and read once."""


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


def selected(values: Sequence[MemberT], bits: int) -> list[MemberT]:
    """The values whose positions are in a bit set, in their order: what `members` gives, many times faster."""
    return list(compress(values, bin(bits)[:1:-1].encode().translate(_DIGITS)))


def bit_set(numbers: Iterable[int], count: int) -> int:
    """These numbers, all less than `count`, as a bit set."""
    numbers = list(numbers)
    if _FEW * len(numbers) < count:
        bits = 0
        for number in numbers:
            bits |= 1 << number
        return bits
    digits = bytearray(b"0") * (count + 1)
    for number in numbers:
        digits[~number] = 49
    return int(digits, 2)


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
        also = also or {}
        self.values: list[SSAValue] = _used_elsewhere(region, order, ignore, also)
        # By identity: an SSA value hashes itself in Python, and this is asked for each value at each suspension.
        self._number = {id(value): number for number, value in enumerate(self.values)}
        defined = self._defined(order)
        used = {block: self._exposed(block, also.get(block, ())) & ~defined[block] for block in order}
        self._in, self._out = propagated(order, predecessors(region), used, defined, also if stops else ())

    def _exposed(self, block: Block, also: Iterable[SSAValue]) -> int:
        """What the block uses at all, and is live between blocks."""
        number = self._number
        operands = (number.get(id(value)) for op in block.ops for value in used_values(op))
        ends = map(number.get, map(id, also))
        return bit_set((found for found in chain(operands, ends) if found is not None), len(self.values))

    def _defined(self, order: list[Block]) -> dict[Block, int]:
        defined = dict.fromkeys(order, 0)
        for number, value in enumerate(self.values):
            block = defining_block(value)
            assert block is not None
            defined[block] |= 1 << number
        return defined

    def live_in(self, block: Block) -> list[SSAValue]:
        """The values live into a block, in the order of their definitions in the text."""
        return selected(self.values, self._in[block])

    def live_into_any(self, blocks: Iterable[Block]) -> list[SSAValue]:
        """The values live into at least one of the blocks."""
        bits = 0
        for block in blocks:
            bits |= self._in[block]
        return selected(self.values, bits)

    def live_out(self, block: Block) -> list[SSAValue]:
        """The values live out of a block."""
        return selected(self.values, self._out[block])

    def in_bits(self, block: Block) -> int:
        """The values live into a block, as a set of positions in `values`."""
        return self._in[block]

    def out_bits(self, block: Block) -> int:
        """The values live out of a block, as a set of positions in `values`."""
        return self._out[block]

    def is_live_out(self, value: SSAValue, block: Block) -> bool:
        """Whether a value is live out of a block."""
        number = self._number.get(id(value))
        return number is not None and self._out[block] >> number & 1 == 1

    def is_live_in(self, value: SSAValue, block: Block) -> bool:
        """Whether a value is live into a block."""
        number = self._number.get(id(value))
        return number is not None and self._in[block] >> number & 1 == 1


def _used_elsewhere(
    region: Region, order: list[Block], ignore: Callable[[SSAValue], bool], also: Mapping[Block, Iterable[SSAValue]]
) -> list[SSAValue]:
    """The values defined in the region that reachable blocks other than their own use."""
    crossing: set[int] = set()
    for block in order:
        for op in block.ops:
            for value in used_values(op):
                home = defining_block(value)
                if home is not block and home is not None and home.parent is region:
                    crossing.add(id(value))
        crossing.update(id(value) for value in also.get(block, ()) if id(value) not in crossing and defining_block(value) is not block)
    found: list[SSAValue] = []
    for block in order:
        defined = [*block.args, *(result for op in block.ops for result in op.results)]
        found += [value for value in defined if id(value) in crossing and not ignore(value)]
    return found
