"""
`gather`: lanes wait in front of long states until nearly all are there.

A state is long if it has a loop without a known end, such as a search by one task: lanes that are not in it wait until the last lane's
search is over. So the quick states run as long as more than an eighth of the lanes that have something to run are in one of them, and
then all that is occupied. In a program without long states it is `sweep`, and emits nothing.
"""

from __future__ import annotations

from xdsl.dialects import arith

from asyncir.lowering.dispatch.request import ALL, QUICK, Choice, Request

QUICK_SHIFT = 3
"""Log of the share of the lanes that does not wait for the others: an eighth."""


def gather(request: Request) -> Choice:
    """Quick states while they have enough lanes, or all."""
    if not request.long:
        return None
    emit = request.emit
    busy = request.count(request.busy())
    waiting = request.count(request.is_long())
    quick = emit.value(arith.SubiOp(busy, waiting))
    few = emit.value(arith.ShRUIOp(busy, emit.i32(QUICK_SHIFT)))
    enough = emit.value(arith.CmpiOp(quick, few, "ugt"))
    return emit.value(arith.SelectOp(enough, emit.i32(QUICK), emit.i32(ALL)))
