"""
LB0 and LB1: how many bytes a suspended task must keep at least, from the liveness of the split machine.

At a suspension the values live across it are counted, less those that are the same wherever they are computed (constants, lane id):

    V  words of the values that each lane has its own of, but for predicates: their bits together, rounded up
    U  words of the values that are the same in all lanes, predicates too: their bits together, rounded up
    P  predicates (i1) that each lane has its own of: a ballot of ceil(width / 32) words each

    warp scope:  rows  = V + ceil((U + P * ceil(width / 32)) / width),   bytes = 4 * width * rows
    lane scope:  bytes = 4 * ceil(bits of all values / 32)

LB0 is the maximum over the suspensions. LB1 is the same of what must be kept if values may be evaluated before a suspension and
computed again behind it (asyncir/analysis/bounds_remat.py): at each suspension the cut that is cheapest in bytes before they are
rounded up, so that a uniform word weighs 1/width of a divergent one; among these the one with the fewest divergent bits.

This shares no code with asyncir/passes/layout and asyncir/analysis/liveness.py, whose results it is there to judge.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from xdsl.dialects.builtin import FixedBitwidthType, IndexType, IntegerType, MemRefType, VectorType
from xdsl.ir import Attribute, Block, Region, SSAValue

from asyncir.analysis.bounds_cut import UNCUTTABLE
from asyncir.analysis.bounds_liveness import live_into, lives_in
from asyncir.analysis.bounds_remat import Recomputation
from asyncir.analysis.dominance import DominanceInfo
from asyncir.analysis.effects import is_rematerialisable
from asyncir.dialects import sm
from asyncir.dialects.locations import location_of
from asyncir.dialects.task_types import is_reference
from asyncir.errors import InputError, Location

WORD_BITS = 32
_TIES = 1 << 30
"""More than the divergent bits of any frame: weights order cuts by bytes first, then by these bits."""


@dataclass(frozen=True)
class SuspensionBound:
    """What must be kept at a suspension, in words: of each lane (divergent), else of the task."""

    location: Location | None
    number: int
    """The state's."""
    divergent_words: int
    uniform_words: int
    """In lane scope, of all values but predicates."""
    predicate_words: int
    """In warp scope ballots of divergent predicates, in lane scope the words of all predicates."""
    rows: int
    """Words a lane; in lane scope, where all narrow values share words, at most the sum of the words above."""
    bytes: int
    remat_bytes: int
    """The same if values may be computed before and again."""


@dataclass(frozen=True)
class MachineBounds:
    """The bounds of a machine's payload; `width` counts in warp scope alone."""

    name: str
    scope: str
    width: int
    suspensions: tuple[SuspensionBound, ...]
    """In the order of their numbers."""

    @property
    def lb0_bytes(self) -> int:
        """The least payload without rematerialisation."""
        return max((suspension.bytes for suspension in self.suspensions), default=0)

    @property
    def lb1_bytes(self) -> int:
        """The least payload with rematerialisation and early evaluation."""
        return max((suspension.remat_bytes for suspension in self.suspensions), default=0)


def bounds_of(machine: sm.MachineOp, divergent: Callable[[SSAValue], bool], width: int = 32) -> MachineBounds:
    """
    The bounds of a split machine. `divergent` tells which values of a warp's task lanes have their own of; it is not asked in lane
    scope. Raises InputError if a value that no frame can hold is live across a suspension.
    """
    assert not machine.laid_out, "bounds are those of the split machine"
    sizes = _Sizes(machine.scope.data == "lane", width, divergent)
    dominance = DominanceInfo(machine.body)
    suspends = [op for block in dominance.blocks if isinstance(op := block.last_op, sm.SuspendOp)]
    suspends.sort(key=lambda op: op.number)
    continuations = dict.fromkeys(op.successors[0] for op in suspends)
    live = live_into(machine.body, continuations, dominance.blocks, lives_in(_in_text(machine.body, dominance)))
    recomputation = Recomputation(dominance, continuations, sizes.weight)

    def bound(op: sm.SuspendOp) -> SuspensionBound:
        across = [value for value in live[op.successors[0]] if not is_rematerialisable(value)]
        _check_sizes(op, across)
        kept = recomputation.cheapest(op.successors[0])
        return SuspensionBound(location_of(op), op.number, *sizes.payload(across), remat_bytes=sizes.payload(kept)[-1])

    return MachineBounds(machine.sym_name.data, machine.scope.data, width, tuple(bound(op) for op in suspends))


def _in_text(region: Region, dominance: DominanceInfo) -> Iterable[Block]:
    """The reachable blocks as they stand in the text."""
    return (block for block in region.blocks if dominance.is_reachable(block))


class _Sizes:
    """The formulas at the top, for one machine."""

    def __init__(self, in_lane: bool, width: int, divergent: Callable[[SSAValue], bool]) -> None:
        self._in_lane = in_lane
        self._width = width
        self._ballot = _round_up_words(width)
        self._divergent = divergent

    def payload(self, values: Iterable[SSAValue]) -> tuple[int, int, int, int, int]:
        """Divergent words, uniform words, predicate words, rows and bytes."""
        divergent, uniform, predicates, ballots = 0, 0, 0, 0
        for value in values:
            bits = bits_of(value.type)
            assert bits is not None
            if self._in_lane and bits == 1:
                predicates += 1
            elif self._in_lane or not self._divergent(value):
                uniform += bits
            elif bits == 1:
                ballots += self._ballot
            else:
                divergent += bits
        if self._in_lane:
            rows = _round_up_words(uniform + predicates)
            return 0, _round_up_words(uniform), _round_up_words(predicates), rows, 4 * rows
        v, u = _round_up_words(divergent), _round_up_words(uniform)
        rows = v + -(-(u + ballots) // self._width)
        return v, u, ballots, rows, 4 * self._width * rows

    def weight(self, value: SSAValue) -> int:
        """The bits of a value in the payload, not rounded; those of divergent values once more, lightly, to break ties."""
        bits = bits_of(value.type)
        if bits is None:
            return UNCUTTABLE
        if self._in_lane or not self._divergent(value):
            return bits * _TIES
        if bits == 1:
            return self._ballot * WORD_BITS * _TIES
        return bits * self._width * _TIES + bits


def _round_up_words(bits: int) -> int:
    return -(-bits // WORD_BITS)


def bits_of(type_: Attribute) -> int | None:
    """
    The bits that tell a value of this type from others; None if no frame can hold one.

    A memref is its descriptor: address, aligned address, offset, and size and stride of each dimension, of two words each.
    """
    if isinstance(type_, IntegerType):
        return type_.width.data
    if isinstance(type_, IndexType):
        return 2 * WORD_BITS
    if isinstance(type_, FixedBitwidthType):
        return type_.bitwidth
    if isinstance(type_, MemRefType):
        return 2 * WORD_BITS * (3 + 2 * type_.get_num_dims())
    if isinstance(type_, VectorType):
        element = bits_of(type_.element_type)
        return None if element is None or type_.get_num_scalable_dims() else element * type_.element_count()
    return WORD_BITS if is_reference(type_) else None


def _check_sizes(suspension: sm.SuspendOp, across: Sequence[SSAValue]) -> None:
    for value in across:
        if bits_of(value.type) is None:
            name = f"%{value.name_hint}" if value.name_hint else "a value"
            raise InputError(
                f"{name} of type {value.type}, which no frame can hold, is live across the suspension",
                location_of(suspension),
                notes=[("defined here", location_of(value))],
            )
