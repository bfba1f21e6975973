"""
What a task costs, as far as its text says it: operations and bytes by the depth of loops, and the words that are live at once.

A loop's trips are not known here, so the numbers are those of one round at each depth: depth 0 is done once, depth 1 in each round of a
loop, and so on. What plain functions do counts where they are called. A copy whose length is no constant counts as one without bytes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass

from xdsl.dialects import arith, func, memref
from xdsl.dialects.builtin import IntegerAttr, MemRefType
from xdsl.ir import Operation, Region, SSAValue

from asyncir.analysis.callgraph import FunctionLike, callee_name
from asyncir.analysis.loop_depth import loop_depths
from asyncir.analysis.pressure import Pressure
from asyncir.dialects.sizes import byte_size
from asyncir.dialects.task_copy import CopyOp


@dataclass(frozen=True)
class Round:
    """What is done at one depth of loops; bytes are of one lane, but those of copies of the whole copy."""

    operations: int = 0
    loaded: int = 0
    stored: int = 0
    copies: int = 0
    copied: int = 0

    def plus(self, other: Round) -> Round:
        """Both."""
        return Round(**{name: number + asdict(other)[name] for name, number in asdict(self).items()})


@dataclass(frozen=True)
class Cost:
    """What a task costs."""

    rounds: tuple[Round, ...]
    """By the depth of loops."""
    live_words: int
    """The most 32-bit words that a lane has live at once."""

    @property
    def operations(self) -> int:
        """Of all depths, a round of each."""
        return sum(one.operations for one in self.rounds)


def cost_of(region: Region, known: Mapping[str, FunctionLike]) -> Cost:
    """The cost of a body in the form of a CFG; `known` are the functions that it may call, which do not call themselves."""
    return Cost(_rounds(region, known), Pressure(region).peak)


def _rounds(region: Region, known: Mapping[str, FunctionLike]) -> tuple[Round, ...]:
    found: dict[int, Round] = {0: Round()}
    for block, depth in loop_depths(region).items():
        for op in block.ops:
            found[depth] = found.get(depth, Round()).plus(_one(op))
            callee = known.get(callee_name(op)) if isinstance(op, func.CallOp) else None
            for inner, one in enumerate(_rounds(callee.body, known)) if callee is not None and callee.body.blocks else ():
                found[depth + inner] = found.get(depth + inner, Round()).plus(one)
    return tuple(found.get(depth, Round()) for depth in range(max(found) + 1))


def _one(op: Operation) -> Round:
    match op:
        case memref.LoadOp():
            return Round(1, loaded=_size(op.memref))
        case memref.StoreOp():
            return Round(1, stored=_size(op.memref))
        case memref.AtomicRMWOp():
            return Round(1, loaded=_size(op.memref), stored=_size(op.memref))
        case CopyOp():
            owner = op.count.owner
            length = owner.value.value.data if isinstance(owner, arith.ConstantOp) and isinstance(owner.value, IntegerAttr) else 0
            return Round(1, copies=1, copied=length * _size(op.source))
        case arith.ConstantOp():
            return Round()
        case _:
            return Round(0 if op.successors else 1)


def _size(array: SSAValue) -> int:
    type_ = array.type
    return (byte_size(type_.element_type) or 0) if isinstance(type_, MemRefType) else 0
