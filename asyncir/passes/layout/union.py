"""
The policy `union`: what a programmer writes by hand. Each suspension has a struct of the values live across it; the frame is the union of
these structs, so its size is the largest of them.

Each (value, suspension) has a slot of its own: a value that lives over two suspensions is saved at both. Fields have their natural
alignment and are not packed: an i1 takes a byte, and a word in rows. Arguments are taken from where they are handed over, and are
saved like other values; a frame holds whichever is larger, the arguments or the largest struct.

Of the five policies this one has the smallest frame without packing, and the most saves.
"""

from __future__ import annotations

from xdsl.ir import SSAValue

from asyncir.dialects.sm import SlotAttr, SuspendOp
from asyncir.passes.layout.request import Layout, Request
from asyncir.passes.layout.structs import EMPTY, Structs


def union(request: Request) -> Layout:
    """A struct a suspension, all at the same place."""
    structs, extent = Structs(request), EMPTY
    slots: dict[SuspendOp, dict[SSAValue, SlotAttr]] = {}
    for suspension, values in request.live.items():
        places, end = structs.struct(values)
        slots[suspension] = dict(zip(values, places, strict=True))
        extent = extent.joined(end)
    extent = extent.whole_words()
    arguments, end = structs.hand_over({})
    return Layout(arguments, slots, frozenset(), extent.task_bytes, extent.rows, handover=end.beyond(extent))
