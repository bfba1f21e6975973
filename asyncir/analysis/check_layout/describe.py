"""Values, terms and slots as messages name them."""

from __future__ import annotations

from xdsl.ir import BlockArgument, Operation, SSAValue

from asyncir.analysis.check_layout.terms import Piece, Term, whole
from asyncir.dialects import sm

_DEPTH = 3
"""Expressions are shown so deep."""


def value_name(value: SSAValue) -> str:
    """How a message calls a value."""
    if value.name_hint:
        return f"%{value.name_hint}"
    if isinstance(value, BlockArgument):
        return f"a block's argument #{value.index}"
    return f"a result of '{value.owner.name}'" if isinstance(value.owner, Operation) else "a value"


def term_name(term: Term, depth: int = _DEPTH) -> str:
    """A term by the name of the value it was made for, or as an expression if that has none."""
    if term.origin.name_hint or term.applied is None or not isinstance(term.origin.owner, Operation):
        return value_name(term.origin)
    inner = ", ".join(term_name(operand, depth - 1) for operand in term.operands) if depth else "…"
    return f"{term.origin.owner.name}({inner})"


def piece_name(piece: Piece) -> str:
    """A piece: a value, or some of its bits."""
    if piece.term is None:
        return "a value" if piece.low < 0 else f"the constant {piece.low}" if piece.low else "zero"
    name = term_name(piece.term)
    return name if piece == whole(piece.term) else f"bits {piece.low} to {piece.low + piece.width - 1} of {name}"


def slot_name(slot: sm.SlotAttr) -> str:
    """A slot as the text writes it."""
    return f"slot <{slot.section.data} {slot.offset.value.data}>"
