"""
The policy `llvm`: the frame of LLVM's coroutines (CoroFrame, LLVM 22), re-implemented for comparison.

Every SSA value that is live across some suspension, arguments too, is a field of one struct, for the whole life of the coroutine; fields
share no space, even if their values are never live together. (Only stack arrays may share, by stack colouring; no frame of ours
holds one.) Fields are ordered by alignment; an i1 takes a byte.

    struct { ptr resume, ptr destroy, promise, spilled values …, suspension index }

Sizes measured with LLVM 22.1 on x86-64, of coroutines with a promise of 8 bytes, are round_up(24 + payload + 1, 8), where 24 are the two
functions and the promise, and 1 is the index:

| coroutine | LLVM | payload |
|---|---|---|
| rolling chain of 16 f32, 4, 8, 16 stages; the pointer the results go to is live throughout | 232, 488, 1000 | 192, 448, 960, + 8 |
| 16 loads that are summed after the suspension | 96 | 64 |
| 32 i1 | 64 | 32 |
| five branches with 2 of 5 f32 each; LLVM merges their suspensions and keeps the i32 that chooses | 56 | 20, + 4 |

What is left out: CoroFrame also computes casts, address computations, comparisons and binary operations again behind the suspension
and spills their operands instead. Rematerialisation is an option of layout-frames here, the same for every policy. And CoroFrame saves a
value where it is defined, also if the coroutine then does not suspend; here saves stand on the park path.

Source: llvm/lib/Transforms/Coroutines/CoroFrame.cpp and llvm/Support/OptimizedStructLayout.h, whose result for sizes that are
multiples of their alignments is the order by alignment.
"""

from __future__ import annotations

from xdsl.ir import SSAValue

from asyncir.dialects.sm import SlotAttr
from asyncir.passes.layout.request import Layout, Request
from asyncir.passes.layout.structs import Structs


def llvm(request: Request) -> Layout:
    """A field for each value that is live across a suspension."""
    spilled = dict.fromkeys(value for values in request.live.values() for value in values)
    structs = Structs(request)
    places, extent = structs.struct(list(spilled))
    slots = dict(zip(spilled, places, strict=True))
    arguments: dict[SSAValue, SlotAttr] = {argument: slots[argument] for argument in request.machine.entry.args if argument in slots}
    handed_over, end = structs.hand_over(arguments)
    extent = extent.whole_words()
    return Layout(
        arguments=handed_over,
        slots={suspension: {value: slots[value] for value in values} for suspension, values in request.live.items()},
        permanent=frozenset(arguments if request.arguments_in_place else ()),
        task_bytes=extent.task_bytes,
        rows=extent.rows,
        handover=end.beyond(extent),
    )
