"""
What a value is, as an expression over the machine before layout: the lattice of the checker, less its top and bottom.

    term     ::= variable | operation(term, ...)                    equal terms are one object
    variable ::= argument of a block | result of an effect | what a suspension produced

A variable means its newest value: that of the last time its definition was passed. Terms are made for values of the machine before
layout, where SSA form makes a value mean the same wherever it can be used.

The bits of a term are pieces: runs of bits of terms that do not just move bits, and constants. Two terms with the same pieces are
equal; packing a value and unpacking it gives its pieces again.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from typing import NamedTuple

from xdsl.ir import Block, Operation, SSAValue

from asyncir.analysis.check_layout.bits import CONSTANT, Masks, Part, any_bit, describe, sound_masks, stands_on_zeros
from asyncir.analysis.check_layout.operations import is_effect, may_fail, signature, width_of
from asyncir.analysis.dominance import DominanceInfo
from asyncir.analysis.uniformity import Uniformity
from asyncir.dialects import gpu_lanes, sm


class Applied(NamedTuple):
    """What a term applies: equal for operations that do the same and are known to move the same bits."""

    signature: Hashable
    parts: tuple[Part, ...] | None
    plain: bool
    """Whether the parts are known from the operation alone."""


class Term:
    """A variable (`applied` is None) or a pure operation on terms."""

    __slots__ = ("applied", "block", "depth", "index", "number", "operands", "origin", "pieces", "plain", "rounds", "uniform")

    def __init__(self, origin: SSAValue, applied: Applied | None, operands: tuple[Term, ...], index: int) -> None:
        self.origin = origin
        """A value of the machine before layout that is this; for what a suspension produced, the successor's argument."""
        self.applied = applied
        self.operands = operands
        self.index = index
        """Which result of the operation."""
        self.uniform = True
        """Whether all lanes have the same."""
        self.block: Block | None = None
        """Where the newest of its variables is defined; None if it has none."""
        self.depth = -1
        """That block's depth in the tree of dominators: all variables of a term are on one path in it."""
        self.number = -1
        """How many effects of that block come before that definition; -1 for a block argument."""
        self.pieces: tuple[Piece, ...] = ()
        self.plain: tuple[Piece, ...] = ()
        """The pieces as far as they are known from operations alone."""
        self.rounds = 0
        """How many edges it was carried over that made it another."""


class Piece(NamedTuple):
    """`width` bits from bit `low` of a term, or, if that is None, the constant `low`."""

    term: Term | None
    low: int
    width: int


class Terms:
    """The terms of a machine before layout."""

    def __init__(self, machine: sm.MachineOp, uniformity: Uniformity | None) -> None:
        self._uniformity = uniformity
        self._dominance = DominanceInfo(machine.body)
        self._made: dict[Hashable, Term] = {}
        self.of: dict[SSAValue, Term] = {}
        """The term of each value that a reachable block defines."""
        self.effects: dict[Block, list[Operation]] = {}
        """The effects of each block, in order; without its terminator."""
        self.produced: dict[sm.SuspendOp, list[Term]] = {}
        """What each suspension produces."""
        self.computed: dict[Term, list[tuple[Block, int]]] = {}
        """For operations that may fail: where they are, as a block and how many of its effects come before."""
        masks = sound_masks(self._dominance.blocks)
        self._depth: dict[Block, int] = {}
        for block in self._dominance.blocks:
            above = self._dominance.immediate_dominator(block)
            self._depth[block] = 0 if above is None else self._depth[above] + 1
            self._enter(block, masks)

    def _enter(self, block: Block, masks: Masks) -> None:
        for argument in block.args:
            self.of[argument] = self._variable(argument, block, -1)
        effects = self.effects[block] = []
        for op in block.ops:
            if is_effect(op):
                for result in op.results:
                    self.of[result] = self._variable(result, block, len(effects))
                effects.append(op)
            elif op.results:
                self._compute(op, block, len(effects), masks)
        if isinstance(last := block.last_op, sm.SuspendOp):
            values = last.successors[0].args[: len(last.produced)]
            self.produced[last] = [self._variable(value, block, len(effects)) for value in values]

    def _variable(self, origin: SSAValue, block: Block, number: int) -> Term:
        term = Term(origin, None, (), 0)
        term.block, term.depth, term.number = block, self._depth[block], number
        term.uniform = self._uniformity is None or self._uniformity.is_uniform(origin)
        term.pieces = term.plain = (Piece(term, 0, width_of(origin.type)),)
        return term

    def _compute(self, op: Operation, block: Block, number: int, masks: Masks) -> None:
        applied = Applied(signature(op), describe(op, lambda value: any_bit(value, masks)), not stands_on_zeros(op))
        operands = tuple(self.of[operand] for operand in op.operands)
        for index, result in enumerate(op.results):
            term = self.of[result] = self._apply(result, applied, operands, index)
            if isinstance(op, gpu_lanes.LaneIdOp) or (self._uniformity is not None and not self._uniformity.is_uniform(result)):
                term.uniform = False
            if may_fail(op):
                self.computed.setdefault(term, []).append((block, number))

    def _apply(self, origin: SSAValue, applied: Applied, operands: tuple[Term, ...], index: int) -> Term:
        key = (applied, operands, index)
        term = self._made.get(key)
        if term is None:
            term = self._made[key] = Term(origin, applied, operands, index)
            for operand in operands:
                term.uniform = term.uniform and operand.uniform
                if (operand.depth, operand.number) > (term.depth, term.number):
                    term.block, term.depth, term.number = operand.block, operand.depth, operand.number
            width = width_of(origin.type)
            term.pieces = _pieces(term, applied.parts, width, [operand.pieces for operand in operands])
            term.plain = _pieces(term, applied.parts if applied.plain else None, width, [operand.plain for operand in operands])
        return term

    def is_available(self, term: Term, block: Block, passed: int) -> bool:
        """Whether all variables of a term are defined on each path to the place in `block` behind that many of its effects."""
        if term.block is None:
            return True
        return term.number < passed if term.block is block else self._dominance.dominates(term.block, block)

    def is_computed(self, term: Term, block: Block, passed: int) -> bool:
        """Whether the program computed this term, which may fail, before it comes to that place."""
        return any(
            number <= passed if where is block else self._dominance.dominates(where, block) for where, number in self.computed.get(term, ())
        )

    def is_converged(self, block: Block) -> bool:
        """Whether all lanes run the block together."""
        return self._uniformity is None or block not in self._uniformity.divergent_blocks

    def substitute(self, term: Term, block: Block, given: Mapping[SSAValue, Term], known: dict[Term, Term]) -> Term:
        """The term in front of an edge to `block` that gives these terms to its arguments. `known` keeps answers for the edge."""
        pending = [term]
        while pending:
            current = pending[-1]
            if current in known:
                pending.pop()
            elif current.block is not block or current.number >= 0:
                known[pending.pop()] = current
            elif current.applied is None:
                known[pending.pop()] = given[current.origin]
            elif missing := [operand for operand in current.operands if operand not in known]:
                pending += missing
            else:
                operands = tuple(known[operand] for operand in current.operands)
                made = known[pending.pop()] = self._apply(current.origin, current.applied, operands, current.index)
                made.rounds = made.rounds or current.rounds + 1
        return known[term]


def _pieces(term: Term, parts: Sequence[Part] | None, width: int, operands: Sequence[Sequence[Piece]]) -> tuple[Piece, ...]:
    """The pieces of a term, given those of its operands; the term itself is one if it does not just move bits."""
    if parts is None:
        return (Piece(term, 0, width),)
    found: list[Piece] = []
    for operand, low, size in parts:
        for piece in [Piece(None, low, size)] if operand == CONSTANT else cut(operands[operand], low, size):
            _append(found, piece)
    return tuple(found)


def _append(pieces: list[Piece], piece: Piece) -> None:
    """Add a piece above the others, as one with the last if it goes on where that ends."""
    if pieces:
        term, low, width = pieces[-1]
        if term is piece.term:
            if term is None:
                pieces[-1] = Piece(None, low | piece.low << width, width + piece.width)
                return
            if low + width == piece.low:
                pieces[-1] = Piece(term, low, width + piece.width)
                return
    pieces.append(piece)


def whole(term: Term) -> Piece:
    """All bits of a term."""
    return Piece(term, 0, width_of(term.origin.type))


def simplified(piece: Piece) -> tuple[Piece, ...]:
    """The same bits as pieces of terms that do not just move bits."""
    return (piece,) if piece.term is None else tuple(cut(piece.term.pieces, piece.low, piece.width))


def resolved(piece: Piece) -> tuple[Piece, ...]:
    """The same, but for operations of which it stands on zeros what they move."""
    return (piece,) if piece.term is None else tuple(cut(piece.term.plain, piece.low, piece.width))


def cut(pieces: Iterable[Piece], low: int, width: int) -> list[Piece]:
    """Bits `low` … `low + width` of what these pieces make up."""
    found: list[Piece] = []
    at = 0
    for piece in pieces:
        start, end = max(low, at), min(low + width, at + piece.width)
        if start < end or piece.width == width == 0:
            found.append(slice_of(piece, start - at, end - start))
        at += piece.width
    return found


def slice_of(piece: Piece, low: int, width: int) -> Piece:
    """Some bits of a piece."""
    if piece.term is None:
        return Piece(None, piece.low >> low & ((1 << width) - 1), width)
    return Piece(piece.term, piece.low + low, width)
