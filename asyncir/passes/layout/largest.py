"""
What a large frame is needed for: the suspension across which most is kept, or the arguments, and the largest values there.

A launch whose arena has no room for one such frame names them. The smallest arena that can be asked for holds any smaller frame, so
of those nothing is written down.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping, Sequence
from heapq import nlargest

from xdsl.ir import Operation, SSAValue

from asyncir.abi import ARENA_START, HEADER_BYTES, MIN_ARENA_BYTES
from asyncir.dialects import sm
from asyncir.dialects.locations import location_of
from asyncir.dialects.sm_largest import KeptAttr, LargestAttr
from asyncir.passes.layout.sizes import size_of

REPORTED_WIDTH = 32
"""The width of a warp for which bytes of rows are told."""
SHOWN_VALUES = 3
FROM_BYTES = MIN_ARENA_BYTES - ARENA_START - HEADER_BYTES
"""Payloads of more bytes are explained."""


def bytes_in_frame(divergent: Container[SSAValue]) -> Callable[[SSAValue], int]:
    """A function that gives the bytes a value takes in a frame of REPORTED_WIDTH lanes, each value looked at once."""
    known: dict[int, int] = {}

    def bytes_of(value: SSAValue) -> int:
        found = known.get(id(value))
        if found is None:
            found = known[id(value)] = (size_of(value.type) or 0) * (REPORTED_WIDTH if value in divergent else 1)
        return found

    return bytes_of


def note_largest(
    machine: sm.MachineOp, frame: sm.FrameAttr, live: Mapping[sm.SuspendOp, Sequence[SSAValue]], divergent: Container[SSAValue]
) -> None:
    """Writes down at a split machine, if its frame will have more than FROM_BYTES, what is kept where most is (sm_largest.py)."""
    if max(task + 4 * REPORTED_WIDTH * rows for task, rows in frame.room()) <= FROM_BYTES:
        return
    bytes_of = bytes_in_frame(divergent)
    kept: list[tuple[Operation, Sequence[SSAValue]]] = [(machine, machine.entry.args), *live.items()]
    totals = [sum(map(bytes_of, values)) for _, values in kept]
    where, values = kept[totals.index(max(totals))]
    what = f"the suspension '{where.kind.data}'" if isinstance(where, sm.SuspendOp) else "its arguments"
    shown = [KeptAttr.get(_named(value), _place(value), bytes_of(value)) for value in nlargest(SHOWN_VALUES, values, key=bytes_of)]
    machine.properties["largest"] = LargestAttr.get(what, _place(where), max(totals), len(values), shown)


def _named(value: SSAValue) -> str:
    return f"{f'%{value.name_hint}' if value.name_hint else 'a value'} of type {value.type}"


def _place(at: Operation | SSAValue) -> str:
    """file:line:column, or empty."""
    return str(location_of(at) or "")
