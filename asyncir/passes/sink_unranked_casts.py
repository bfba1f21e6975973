"""
sink-unranked-casts: an array of unknown rank is made, from a ranked one, where it is used.

Requires: nothing. Ensures: every `memref.cast` from a ranked to an unranked type stands before its only user, in the user's block.

Programs from MLIR make one such cast and use it in several places, behind awaits and in tasks as well. No frame holds an array
of unknown rank, and none has to: the ranked array crosses the suspension instead, and the cast costs nothing.

    %u = memref.cast %a : memref<4xf32> to memref<*xf32>
    async.await %t : !async.token
    func.call @printMemrefF32(%u) : (memref<*xf32>) -> ()

becomes

    async.await %t : !async.token
    %u = memref.cast %a : memref<4xf32> to memref<*xf32>
    func.call @printMemrefF32(%u) : (memref<*xf32>) -> ()
"""

from __future__ import annotations

from dataclasses import dataclass

from xdsl.context import Context
from xdsl.dialects import memref
from xdsl.dialects.builtin import MemRefType, ModuleOp, UnrankedMemRefType
from xdsl.passes import ModulePass

from asyncir.passes.rewriting import erase


@dataclass(frozen=True)
class SinkUnrankedCastsPass(ModulePass):
    """An array of unknown rank is made where it is used."""

    name = "sink-unranked-casts"

    def apply(self, ctx: Context, op: ModuleOp) -> None:
        for cast in [inner for inner in op.walk() if isinstance(inner, memref.CastOp)]:
            if isinstance(cast.source.type, MemRefType) and isinstance(cast.dest.type, UnrankedMemRefType):
                _sink(cast)


def _sink(cast: memref.CastOp) -> None:
    for use in list(cast.dest.uses):
        user = use.operation
        assert user.parent is not None
        copy = cast.clone()
        user.parent.insert_op_before(copy, user)
        user.operands[use.index] = copy.dest
    erase(cast)
