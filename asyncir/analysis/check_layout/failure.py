"""Facts of the proof, and what is said when one of them does not hold."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TypeAlias

from xdsl.ir import Block, SSAValue

from asyncir.analysis.check_layout.describe import piece_name, slot_name, term_name, value_name
from asyncir.analysis.check_layout.error import LayoutError
from asyncir.analysis.check_layout.slots import Slot
from asyncir.analysis.check_layout.structure import Structure, Use
from asyncir.analysis.check_layout.terms import Piece
from asyncir.dialects import sm
from asyncir.dialects.locations import location_of
from asyncir.errors import Note

LANE = -1
"""As the lowest bit of a fact: the bit that has the number of the lane."""

SOMETHING = Piece(None, -1, 0)
"""What a reload must give whose value is not needed: whatever was saved there, as long as it is a value of that type."""

ValueFact: TypeAlias = tuple[SSAValue, int, Piece]
SlotFact: TypeAlias = tuple[Block, Slot, int, Piece]
Fact: TypeAlias = ValueFact | SlotFact


def failure(machine: sm.MachineOp, structure: Structure, chain: Sequence[Fact], use: Use, why: str, save: sm.SaveOp | None) -> LayoutError:
    """Why the first fact of the chain does not hold; each other stands on that in front of it, and the use on the last."""
    value, *_, piece = chain[0]
    wanted = piece_name(piece)
    where = f"@{machine.sym_name.data}"
    message = f"'{use.op.name}' needs {wanted}"
    notes: list[Note] = []
    if (found := _reload_in(chain)) is not None:
        reload, held = found
        here = "" if held == wanted else f" (here {wanted})"
        message = f"{slot_name(reload.slot)} must hold {held} for '{use.op.name}'{here}"
        where += _state_of(reload, structure)
        why = why.replace("is given", "holds", 1)
        notes.append((f"{slot_name(reload.slot)} is reloaded here", location_of(reload)))
    if save is not None:
        notes.append(("this is the save", location_of(save)))
    elif isinstance(value, SSAValue):
        notes.append((f"{value_name(value)} is defined here", location_of(value)))
    if piece.term is not None:
        notes.append((f"the program's {term_name(piece.term)} is defined here", location_of(piece.term.origin)))
    return LayoutError(f"{where}: {message}, but {why}", location_of(use.op), notes=notes)


def save_text(save: sm.SaveOp) -> str:
    """What a save does."""
    return f"{value_name(save.value)} of type {save.value.type} is saved in {slot_name(save.slot)}"


def _reload_in(chain: Iterable[Fact]) -> tuple[sm.ReloadOp, str] | None:
    """The first reload that a fact of the chain speaks of, and what it must give."""
    for value, *_, piece in chain:
        if isinstance(value, SSAValue) and isinstance(value.owner, sm.ReloadOp):
            return value.owner, piece_name(piece)
    return None


def _state_of(op: sm.ReloadOp, structure: Structure) -> str:
    assert op.parent is not None
    place = structure.places[op.parent]
    return "" if place.edge_of is None else f", state {place.edge_of.number}"
