"""Words that hold several values, as arithmetic: written before a save, taken apart behind a reload."""

from __future__ import annotations

from collections.abc import Callable

from xdsl.dialects import arith
from xdsl.dialects.builtin import IntegerType, LocationAttr, i1, i32
from xdsl.ir import Attribute, Block, Operation, SSAValue

from asyncir.dialects import gpu_lanes, task
from asyncir.passes.layout.request import Word
from asyncir.passes.layout.sizes import bits_of
from asyncir.passes.rewriting import append


class Words:
    """Appends the arithmetic to a block."""

    def __init__(self, block: Block, location: LocationAttr) -> None:
        self._block = block
        self._location = location
        self._constants: dict[int, SSAValue] = {}
        self._lane: SSAValue | None = None

    def compose(self, word: Word, name: Callable[[SSAValue], SSAValue]) -> SSAValue:
        """The word's bits: an i32. `name` gives what stands for each of its values."""
        if word.ballot:
            return self._add(task.BallotOp(name(word.parts[0][0])))
        bits: SSAValue | None = None
        for value, bit in word.parts:
            part = self._shifted(self._widened(name(value)), bit)
            bits = part if bits is None else self._add(arith.OrIOp(bits, part))
        assert bits is not None
        return bits

    def take(self, bits: SSAValue, word: Word) -> dict[SSAValue, SSAValue]:
        """What stands for each of the word's values, from the word's bits."""
        if word.ballot:
            return {word.parts[0][0]: self._add(arith.TruncIOp(self._add(arith.ShRUIOp(bits, self._own_lane())), i1))}
        return {value: self._narrowed(bits, value.type, bit) for value, bit in word.parts}

    def _widened(self, value: SSAValue) -> SSAValue:
        integer = IntegerType(bits_of(value.type))
        if value.type != integer:
            value = self._add(arith.BitcastOp(value, integer))
        return self._add(arith.ExtUIOp(value, i32))

    def _narrowed(self, bits: SSAValue, type_: Attribute, bit: int) -> SSAValue:
        integer = IntegerType(bits_of(type_))
        if bit:
            bits = self._add(arith.ShRUIOp(bits, self._constant(bit)))
        value = self._add(arith.TruncIOp(bits, integer))
        return value if type_ == integer else self._add(arith.BitcastOp(value, type_))

    def _shifted(self, value: SSAValue, bit: int) -> SSAValue:
        return self._add(arith.ShLIOp(value, self._constant(bit))) if bit else value

    def _constant(self, number: int) -> SSAValue:
        if number not in self._constants:
            self._constants[number] = self._add(arith.ConstantOp.from_int_and_width(number, 32))
        return self._constants[number]

    def _own_lane(self) -> SSAValue:
        if self._lane is None:
            self._lane = self._add(arith.IndexCastOp(self._add(gpu_lanes.LaneIdOp()), i32))
        return self._lane

    def _add(self, op: Operation) -> SSAValue:
        return append(self._block, op, self._location).results[0]
