"""Which registers of a kernel only count rounds. States that differ in nothing else are one state to the explorer."""

from __future__ import annotations

from xdsl.dialects import arith
from xdsl.dialects.builtin import IntegerAttr
from xdsl.ir import Block, Operation, SSAValue

from asyncir.reference.decode import Decoder, RegionCode
from asyncir.reference.program import Code


class KernelCode(Code):
    """The kernel's code, and which of its registers only count the rounds of a loop: they do not tell states apart."""

    counters: frozenset[int] = frozenset()

    def decode(self) -> tuple[RegionCode, int]:
        decoder: Decoder = self.program.decoder(self.name)
        region = decoder.region(self.op.regions[0])
        counting = [value for block in self.op.regions[0].blocks for value in block.args if _counts(value, set())]
        steps = [use.operation.results[0] for value in counting for use in value.uses if isinstance(use.operation, arith.AddiOp)]
        self.counters = frozenset(decoder.registers([*counting, *steps]))
        return region, decoder.size


def _counts(value: SSAValue, seen: set[SSAValue]) -> bool:
    """Whether it is nothing but a constant, or such a value plus one, on every way to it."""
    if value in seen:
        return True
    seen.add(value)
    owner = value.owner
    if isinstance(owner, arith.ConstantOp):
        return True
    if isinstance(owner, arith.AddiOp):
        return _is_one(owner.rhs) and _counts(owner.lhs, seen)
    if isinstance(owner, Operation) or value not in owner.args or not (incoming := _incoming(owner, owner.args.index(value))):
        return False
    return all(_counts(given, seen) for given in incoming)


def _is_one(value: SSAValue) -> bool:
    owner = value.owner
    return isinstance(owner, arith.ConstantOp) and isinstance(owner.value, IntegerAttr) and owner.value.value.data == 1


def _incoming(block: Block, index: int) -> list[SSAValue]:
    """What the branches to a block pass for an argument; none if that cannot be told."""
    found: list[SSAValue] = []
    for before in block.predecessors():
        last = before.last_op
        if last is None or last.name != "cf.br":
            return []
        found.append(last.operands[index])
    return found
