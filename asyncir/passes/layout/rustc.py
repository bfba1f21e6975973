"""
The policy `rustc`: the layout of Rust's coroutines (rustc 1.95), re-implemented for comparison.

    struct { arguments …, state, locals of more than one suspension …, union { locals of suspension 1 alone …, of 2 alone …, … } }

- A local is saved at the suspensions it is live across. One that is saved at several never shares its place: it goes to the prefix.
- A local that is saved at one suspension goes to that suspension's struct, and shares its place with those of others, unless both
  need storage at the same time somewhere (storage conflict): then the one with more conflicts goes to the prefix too. If no two
  suspensions are left with a struct, all go to the prefix.
- Arguments have a place of their own for good, which nobody reuses when they are dead. The body moves each into a local, which
  is laid out as any other: an argument live across a suspension stands in the frame twice. A vector is used by reference, so once
  the body has used it, it counts as borrowed, and its local is saved at each suspension from there on.
- Fields go by falling alignment in the prefix, by rising alignment behind it.

Sizes measured with rustc 1.95 are the payload and a header: one byte of state and the awaited future, aligned.

| async block or fn | rustc | payload | header |
|---|---|---|---|
| rolling chain of 16 f32, 4, 8, 16 stages | 204, 460, 972 | 192, 448, 960 | state 1, padded to 4, and a future of 8 |
| argument [u8; 8192], borrowed at the start, then a suspension | 16386 | 16384 | state 1, future 1 |

Rust's locals need storage up to the end of their scope, which SSA does not have: here a value needs it from its definition to its last
use, as if each stood in the tightest scope. Real frames are this size or larger.

Source: compiler/rustc_mir_transform/src/coroutine.rs (what is saved, conflicts) and compiler/rustc_abi/src/layout/coroutine.rs.
"""

from __future__ import annotations

from xdsl.dialects.builtin import VectorType
from xdsl.ir import Block, SSAValue

from asyncir.analysis.cfg import successors
from asyncir.analysis.liveness import members
from asyncir.dialects.sm import SlotAttr, SuspendOp
from asyncir.passes.layout.conflicts import storage_conflicts
from asyncir.passes.layout.request import Layout, Request
from asyncir.passes.layout.structs import Structs

Saved = dict[SuspendOp, list[SSAValue]]


def rustc(request: Request) -> Layout:
    """Arguments, a prefix, and a union of structs."""
    arguments = request.machine.entry.args
    saved = _saved(request)
    alone = _eligible(request, saved)
    prefix = list(dict.fromkeys(value for values in saved.values() for value in values if value not in alone))
    structs = Structs(request)
    outer, behind = structs.struct([*arguments, *prefix])
    fixed = dict(zip(prefix, outer[len(arguments) :], strict=True))
    extent = behind
    slots: dict[SuspendOp, dict[SSAValue, SlotAttr]] = {}
    for suspension, values in saved.items():
        variant = [value for value in values if value in alone]
        places, end = structs.struct(variant, behind, small_first=True)
        extent = extent.joined(end)
        own = dict(zip(variant, places, strict=True))
        # A borrowed argument has its place where it is dead, too, and nothing is saved there.
        slots[suspension] = {value: own[value] if value in own else fixed[value] for value in request.live[suspension]}
    extent = extent.whole_words()
    return Layout(tuple(outer[: len(arguments)]), slots, frozenset(), extent.task_bytes, extent.rows)


def _saved(request: Request) -> Saved:
    """The locals that have a place at each suspension: the live ones, and borrowed arguments."""
    saved: Saved = {suspension: list(values) for suspension, values in request.live.items()}
    for argument in request.machine.entry.args:
        if not isinstance(argument.type, VectorType):
            continue
        reached = _reachable({block for use in argument.uses if (block := use.operation.parent) is not None})
        for suspension, values in saved.items():
            if suspension.parent in reached and argument not in values:
                values.append(argument)
    return saved


def _reachable(blocks: set[Block]) -> set[Block]:
    """These blocks and those that can be reached from them."""
    pending = list(blocks)
    while pending:
        for successor in successors(pending.pop()):
            if successor not in blocks:
                blocks.add(successor)
                pending.append(successor)
    return blocks


def _eligible(request: Request, saved: Saved) -> dict[SSAValue, SuspendOp]:
    """The locals that may share their place, with the one suspension at which each is saved."""
    alone: dict[SSAValue, SuspendOp] = {}
    several: set[SSAValue] = set()
    for suspension, values in saved.items():
        for value in values:
            if value in alone:
                several.add(value)
            alone[value] = suspension
    order = list(alone)
    alone = {value: suspension for value, suspension in alone.items() if value not in several}
    _remove_conflicting(request, order, alone)
    return alone if len(set(alone.values())) > 1 else {}


def _remove_conflicting(request: Request, order: list[SSAValue], alone: dict[SSAValue, SuspendOp]) -> None:
    """Of two locals of different suspensions that need storage at the same time, the one with more conflicts may not share."""
    conflicts = storage_conflicts(request.machine.body, order)
    for number, value in enumerate(order):
        if value not in alone:
            continue
        for other_number in members(conflicts[number]):
            other = order[other_number]
            if other not in alone or alone.get(value) is alone[other]:
                continue
            more = conflicts[number].bit_count() > conflicts[other_number].bit_count()
            alone.pop(value if more else other, None)
