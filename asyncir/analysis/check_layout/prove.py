"""
The proof that operands are equal: facts, each of which stands on others, down to definitions.

    fact ::= bits of a value after layout = bits of a term          whenever the value was just defined
           | bits of a slot = bits of a term                        whenever a block is entered

A fact about a block's argument stands on one for each way into the block, about what is passed there; one about a slot at a block's
entry on the last save in each block in front of it, or else on the slot at that block's entry; one about a reload on its slot. On an
edge on which the program enters a block, the block's arguments in the term become what the program passes. One about an operation
that moves bits stands on its operands, one about any other pure operation on the term being the same operation, of operands that
are equal. Results of effects, arguments and what suspensions produce are variables: they are what they are, or the proof fails.

Facts may stand on each other around a loop: each speaks of an earlier time, so it is an induction over the run. A slot that was saved
before a variable of the term got its newest value holds an older one: no fact passes the definition of a variable of its term.
Values need no such care: where a definition dominates a use and the term's variables are there at the definition, none of them
is defined again in between without the value being defined again.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Sequence
from typing import NamedTuple, NoReturn

from xdsl.dialects import arith
from xdsl.ir import Block, BlockArgument, Operation, SSAValue

from asyncir.analysis.check_layout.bits import CONSTANT, Descriptions, Part, stands_on_zeros, zeros
from asyncir.analysis.check_layout.describe import piece_name, slot_name, term_name, value_name
from asyncir.analysis.check_layout.failure import LANE, SOMETHING, Fact, SlotFact, ValueFact, failure, save_text
from asyncir.analysis.check_layout.operations import lane_bit, may_fail, signature
from asyncir.analysis.check_layout.slots import Frame, Slot, slot_of
from asyncir.analysis.check_layout.structure import Edge, Structure, Use
from asyncir.analysis.check_layout.terms import Piece, Term, Terms, resolved, simplified, slice_of, whole
from asyncir.dialects import sm, task

_MOST_ROUNDS = 1000
"""A fact that needs another one for each round of a loop, and so on for ever, is given up."""


class Machines(NamedTuple):
    """A machine before and after layout, and what is known of them."""

    before: sm.MachineOp
    after: sm.MachineOp
    terms: Terms
    structure: Structure
    frame: Frame
    descriptions: Descriptions


class Proof:
    """Facts that are to be shown; raises LayoutError for the first that is not so."""

    def __init__(self, machines: Machines) -> None:
        self._before, self._after = machines.before, machines.after
        self._terms, self._structure, self._frame = machines.terms, machines.structure, machines.frame
        self._descriptions = machines.descriptions
        self._because: dict[Fact, Fact | Use] = {}
        self._pending: deque[Fact] = deque()
        self._signatures: dict[Operation, object] = {}

    def run(self, uses: Iterable[Use]) -> None:
        """Prove that these operands are what they should be."""
        for use in uses:
            self._require(use.op.operands[use.position], 0, whole(self._terms.of[use.expected]), use)
        self._finish()

    def run_unused(self) -> None:
        """Prove of the reloads that were not needed that there is something to reload."""
        shown = self.values()
        for block in self._structure.places:
            for op in block.ops:
                if isinstance(op, sm.ReloadOp) and op.result not in shown:
                    self._add((op.result, 0, SOMETHING), Use(op, 0, op.result))
        self._finish()

    def _finish(self) -> None:
        while self._pending:
            fact = self._pending.popleft()
            if len(fact) == 3:
                self._show_value(fact)
            else:
                self._show_slot(fact)

    def values(self) -> set[SSAValue]:
        """The values that facts speak of."""
        return {fact[0] for fact in self._because if isinstance(fact[0], SSAValue)}

    # ------------------------------------------------------------------------------------------------------------- new facts

    def _require(self, value: SSAValue, low: int, piece: Piece, because: Fact | Use) -> None:
        """From bit `low` on the value must have these bits."""
        for part in resolved(piece):
            self._add((value, low, part), because)
            if low != LANE:
                low += part.width

    def _add(self, fact: Fact, because: Fact | Use) -> None:
        if fact not in self._because:
            self._because[fact] = because
            self._pending.append(fact)

    def _in_front(self, fact: Fact, piece: Piece, edge: Edge) -> Piece:
        """The same bits in front of an edge."""
        if piece.term is None or edge.into is None:
            return piece
        term = self._terms.substitute(piece.term, edge.into, edge.given, edge.known)
        if term.rounds > _MOST_ROUNDS:
            self._fail(fact, "is something else in each round of a loop")
        return piece._replace(term=term)

    # ---------------------------------------------------------------------------------------------------------------- values

    def _show_value(self, fact: ValueFact) -> None:
        value, low, _ = fact
        if isinstance(value, BlockArgument):
            self._show_argument(fact, value)
        elif (found := self._structure.results.get(value)) is not None:
            self._require_same(fact, found)
        elif isinstance(value.owner, sm.ReloadOp):
            self._show_reload(fact, value.owner)
        elif isinstance(value.owner, task.BallotOp) and low == LANE:
            self._show_ballot(fact, value.owner)
        elif isinstance(value.owner, Operation):
            self._show_operation(fact, value.owner)

    def _require_same(self, fact: ValueFact, found: Term) -> None:
        """The value is a variable."""
        _, low, piece = fact
        if simplified(piece) != (Piece(found, low, piece.width),):
            self._fail(fact, f"is given {term_name(found)}")

    def _show_argument(self, fact: ValueFact, value: BlockArgument) -> None:
        block = value.block
        if block is self._after.entry:
            self._require_same(fact, self._terms.of[self._before.entry.args[value.index]])
            return
        _, low, piece = fact
        if low == LANE:
            self._fail(fact, "may be given several ballots")
        place = self._structure.places[block]
        if piece.term is not None and not self._terms.is_available(piece.term, place.block, place.start):
            self._fail(fact, f"is given {value_name(value)}, which is older than {term_name(piece.term)}")
        for edge in self._structure.edges[block]:
            passed = edge.passed[value.index]
            wanted = self._in_front(fact, piece, edge)
            if isinstance(passed, SSAValue):
                self._require(passed, low, wanted, fact)
            elif simplified(wanted) != (Piece(passed, low, piece.width),):
                self._fail(fact, f"is given {term_name(passed)}, which {_producer(edge)} produced")

    def _show_ballot(self, fact: ValueFact, op: task.BallotOp) -> None:
        """The lane's own bit of a ballot that the layout put into a park block."""
        assert op.parent is not None
        if self._after.scope.data == "lane" or not self._terms.is_converged(self._structure.places[op.parent].block):
            self._fail(fact, "not all lanes of the warp come to the ballot together")
        self._add((op.predicate, 0, fact[-1]), fact)

    def _show_operation(self, fact: ValueFact, op: Operation) -> None:
        value, low, piece = fact
        if low == LANE:
            self._fail(fact, f"is given {value_name(value)} where a ballot is needed")
        parts = self._descriptions.of(op)
        if (parts is None or not self._packs(op)) and (term := self._same(op, value, low, piece, parts)) is not None:
            self._show_same_operation(fact, op, term)
        elif parts is not None:
            self._show_moved(fact, op, parts)
        elif (word := lane_bit(op)) is not None and low == 0 and piece.width == 1:
            self._add((word, LANE, piece), fact)
        elif (pieces := simplified(piece)) != (piece,):
            for part in pieces:
                self._add((value, low, part), fact)
                low += part.width
        else:
            self._fail(fact, f"is given {value_name(value)}")

    def _packs(self, op: Operation) -> bool:
        """
        Whether an operation that moves bits is followed as such, not compared with one of the program's. Either way is sound. Most say by
        themselves what they move, and terms are simplified by them; but what an `or` or a comparison moves stands on zeros that may not be
        known of the program, so that they are followed only where layouts pack.
        """
        assert op.parent is not None
        return not stands_on_zeros(op) or isinstance(op.parent.last_op, sm.ParkOp)

    def _same(self, op: Operation, value: SSAValue, low: int, piece: Piece, parts: Sequence[Part] | None) -> Term | None:
        """The term of which these are the bits, if the operation is the one that it applies; rather one that moves the same bits."""
        found: Term | None = None
        for term, start, _ in dict.fromkeys((piece, *simplified(piece)[:1])):
            if term is not None and term.applied is not None and start == low and self._does(op, value, term):
                if term.applied.parts == parts:
                    return term
                found = found or term
        return found

    def _does(self, op: Operation, value: SSAValue, term: Term) -> bool:
        """Whether the operation is the one that the term applies."""
        found = self._signatures.get(op)
        if found is None:
            found = self._signatures[op] = signature(op)
        return term.applied is not None and term.applied.signature == found and op.results[term.index] is value

    def _show_same_operation(self, fact: ValueFact, op: Operation, term: Term) -> None:
        if may_fail(op):
            assert op.parent is not None
            place = self._structure.places[op.parent]
            if not self._terms.is_computed(term, place.block, self._structure.passed[op]):
                self._fail(fact, f"is computed where the program may not come to '{op.name}', which is undefined for some operands")
        for operand, expected in zip(op.operands, term.operands, strict=True):
            self._require(operand, 0, whole(expected), fact)

    def _show_moved(self, fact: ValueFact, op: Operation, parts: Sequence[Part]) -> None:
        """The operation moves bits: each must come from where it should."""
        value, low, piece = fact
        at = 0
        for operand, source, width in parts:
            start, end = max(at, low), min(at + width, low + piece.width)
            if start < end:
                wanted = slice_of(piece, start - low, end - start)
                if operand != CONSTANT:
                    self._add((op.operands[operand], source + start - at, wanted), fact)
                elif simplified(wanted) != (Piece(None, source >> (start - at) & ((1 << (end - start)) - 1), end - start),):
                    self._fail(fact, f"is given a constant in bits {start} to {end - 1} of {value_name(value)}")
            at += width
        for operand, source, width in zeros(op, parts):
            start, end = source, source + width
            if isinstance(op, arith.OrIOp):
                start, end = max(start, low), min(end, low + piece.width)
            if start < end:
                self._add((op.operands[operand], start, Piece(None, 0, end - start)), fact)

    # ----------------------------------------------------------------------------------------------------------------- slots

    def _show_reload(self, fact: ValueFact, op: sm.ReloadOp) -> None:
        slot = slot_of(op.slot, op.result.type)
        assert slot is not None and op.parent is not None
        _, low, piece = fact
        place, passed = self._structure.places[op.parent], self._structure.passed[op]
        if piece.term is not None and not self._terms.is_available(piece.term, place.block, passed):
            self._fail(fact, f"{slot_name(op.slot)} cannot hold {term_name(piece.term)} before it is computed")
        if saves := self._frame.saves_before(op, slot):
            self._show_saved(fact, saves, slot, low, piece, op.parent, passed)
        elif piece.term is not None and piece.term.block is place.block and place.start <= piece.term.number:
            self._fail(fact, f"{slot_name(op.slot)} was saved before {term_name(piece.term)} got its value")
        else:
            self._add((op.parent, slot, low, piece), fact)

    def _show_slot(self, fact: SlotFact) -> None:
        """A slot at the entry of a block."""
        block, slot, _, piece = fact
        if block is self._after.entry:
            self._show_argument_slot(fact)
            return
        for edge in self._structure.edges[block]:
            low = fact[2]
            for part in resolved(self._in_front(fact, piece, edge)):
                self._show_slot_behind(fact, edge.source, slot, low, part)
                if low != LANE:
                    low += part.width

    def _show_slot_behind(self, fact: SlotFact, block: Block, slot: Slot, low: int, piece: Piece) -> None:
        """A slot at the end of a block."""
        place = self._structure.places[block]
        if piece.term is not None and not self._terms.is_available(piece.term, place.block, place.end):
            self._fail(fact, f"{slot_name(slot.attribute)} cannot hold {term_name(piece.term)} before it is computed")
        saves = self._frame.last_saves(block, slot)
        if saves:
            self._show_saved(fact, saves, slot, low, piece, block, place.end)
        elif piece.term is not None and piece.term.block is place.block and place.start <= piece.term.number:
            self._fail(fact, f"{slot_name(slot.attribute)} is not saved behind {term_name(piece.term)}")
        else:
            self._add((block, slot, low, piece), fact)

    def _show_saved(self, fact: Fact, saves: Iterable[sm.SaveOp], slot: Slot, low: int, piece: Piece, block: Block, end: int) -> None:
        """What these saves left in the slot, seen behind `end` effects of what the block stands for."""
        for save in saves:
            name = slot_name(slot.attribute)
            if slot_of(save.slot, save.value.type) != slot:
                self._fail(fact, f"{name} as {slot.type} was overwritten: {save_text(save)}", save)
            place, passed = self._structure.places[block], self._structure.passed[save]
            if piece.term is not None and piece.term.block is place.block and passed <= piece.term.number < end:
                self._fail(fact, f"{name} was saved before {term_name(piece.term)} got its value", save)
            if not slot.in_rows and low != LANE and piece.term is not None and not piece.term.uniform:
                self._fail(fact, f"{name}, which all lanes share, holds {piece_name(piece)}, of which each lane has its own", save)
            if piece != SOMETHING:
                self._add((save.value, low, piece), fact)

    def _show_argument_slot(self, fact: SlotFact) -> None:
        """What a starter left in the slot."""
        _, slot, low, piece = fact
        index, other = self._frame.held_argument(slot)
        if index is None and other is None:
            self._fail(fact, f"{slot_name(slot.attribute)} is not saved on every way there")
        if index is None:
            assert other is not None
            what = f"{slot_name(other.attribute)} for an argument of type {other.type}"
            self._fail(fact, f"{slot_name(slot.attribute)} as {slot.type} is {what}")
        if piece == SOMETHING:
            return
        held = self._terms.of[self._before.entry.args[index]]
        if not slot.in_rows and not held.uniform:
            self._fail(fact, f"{slot_name(slot.attribute)}, which all lanes share, holds {term_name(held)}, of which each lane has its own")
        if simplified(piece) != (Piece(held, low, piece.width),):
            self._fail(fact, f"{slot_name(slot.attribute)} holds the argument {term_name(held)}")

    # --------------------------------------------------------------------------------------------------------------- failing

    def _fail(self, fact: Fact, why: str, save: sm.SaveOp | None = None) -> NoReturn:
        chain = [fact]
        while not isinstance(because := self._because[chain[-1]], Use):
            chain.append(because)
        raise failure(self._after, self._structure, chain, because, why, save)


def _producer(edge: Edge) -> str:
    last = edge.source.last_op
    return f"state {last.number}" if isinstance(last, sm.SuspendOp | sm.ParkOp) else "a suspension"
