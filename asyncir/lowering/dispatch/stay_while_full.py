"""
`stay-while-full`: a state runs again as long as at least half of the lanes that have something to run are in it; else the fullest one.

Loops that stay in one state, such as a recursion's descent, pay for two ballots a round instead of one a state.
"""

from __future__ import annotations

from xdsl.dialects import arith
from xdsl.dialects.builtin import i32
from xdsl.ir import SSAValue

from asyncir.lowering.dispatch.request import Request


def stay_while_full(request: Request) -> SSAValue:
    """The state chosen before, or the fullest."""
    emit = request.emit
    busy = request.busy()
    here = request.count(emit.value(arith.AndIOp(busy, request.is_in(request.last))))
    twice = emit.value(arith.ShLIOp(here, emit.i32(1)))
    stays = emit.value(arith.CmpiOp(twice, request.count(busy), "uge"))
    stay, change, join = emit.new_block(), emit.new_block(), emit.new_block([i32])
    emit.fork(stays, stay, change)
    emit.enter(stay)
    emit.jump(join, request.last)
    emit.enter(change)
    emit.jump(join, request.fullest())
    emit.enter(join)
    return join.args[0]
