"""`math.ipowi`: a helper function of the new module for each width, since a power is a loop."""

from __future__ import annotations

from xdsl.dialects.builtin import IntegerType
from xdsl.ir import Block, SSAValue

from asyncir.dialects import llvm_ext as llvm
from asyncir.lowering.convert.builder import Builder


def integer_power(b: Builder, width: int) -> str:
    """The name of the function that raises an integer of `width` bits to an integer power; it is built when first asked for."""
    name = f"asyncir.ipowi.i{width}"
    if b.symbols.need(name):
        type_ = IntegerType(width)
        _Power(Builder(b.symbols, b.types, [type_, type_], b.location), type_).build(name)
    return name


class _Power:
    """
    entry:                        power < 0 ? negative : loop(base, power, 1)
    loop(square, left, result):   left = 0 ? leave(result) : step
    step:                         loop(square * square, left / 2, left odd ? result * square : result)
    negative:                     1 / base ** -power: 1 for 1, +1 or -1 for -1, else 0 (for 0 too, where the power is undefined)
    """

    def __init__(self, b: Builder, type_: IntegerType) -> None:
        self.b = b
        self.type = type_
        self.base, self.power = b.entry.args

    def constant(self, number: int) -> SSAValue:
        return self.b.integer(number, self.type)

    def build(self, name: str) -> None:
        b = self.b
        loop, step, negative, leave = Block(arg_types=[self.type] * 3), Block(), Block(), Block(arg_types=[self.type])
        below = b.compare("slt", self.power, self.constant(0))
        b.branch_if(below, negative, loop, else_values=[self.base, self.power, self.constant(1)])
        b.start(loop)
        square, left, result = loop.args
        b.branch_if(b.compare("eq", left, self.constant(0)), leave, step, then_values=[result])
        b.start(step)
        odd = b.compare("ne", b.binary(llvm.AndOp, left, self.constant(1)), self.constant(0))
        longer = b.select(odd, b.binary(llvm.MulOp, result, square), result)
        b.branch(loop, b.binary(llvm.MulOp, square, square), b.binary(llvm.LShrOp, left, self.constant(1)), longer)
        b.start(negative)
        b.branch(leave, self._inverse())
        b.start(leave)
        b.add(llvm.ReturnOp(leave.args[0]))
        b.function(name, self.type, linkage="internal")

    def _inverse(self) -> SSAValue:
        b = self.b
        odd = b.compare("ne", b.binary(llvm.AndOp, self.power, self.constant(1)), self.constant(0))
        sign = b.select(odd, self.constant(-1), self.constant(1))
        one = b.compare("eq", self.base, self.constant(1))
        minus_one = b.compare("eq", self.base, self.constant(-1))
        return b.select(one, self.constant(1), b.select(minus_one, sign, self.constant(0)))
