"""The arith dialect's conversions between types."""

from __future__ import annotations

from collections.abc import Mapping

from xdsl.ir import Operation

from asyncir.dialects import llvm_ext as llvm
from asyncir.lowering.convert.arith import width_of
from asyncir.lowering.convert.lowering import Handler, Lowering

_CAST: dict[str, type[Operation]] = {
    "arith.extsi": llvm.SExtOp,
    "arith.extui": llvm.ZExtOp,
    "arith.trunci": llvm.TruncOp,
    "arith.extf": llvm.FPExtOp,
    "arith.truncf": llvm.FPTruncOp,
    "arith.fptosi": llvm.FPToSIOp,
    "arith.fptoui": llvm.FPToUIOp,
    "arith.sitofp": llvm.SIToFPOp,
    "arith.uitofp": llvm.UIToFPOp,
}


def _cast(lw: Lowering, op: Operation) -> None:
    value, type_ = lw.value(op.operands[0]), lw.type(op.results[0], op)
    lw.set(op.results[0], lw.b.cast(_CAST[op.name], value, type_))


def _bitcast(lw: Lowering, op: Operation) -> None:
    value, type_ = lw.value(op.operands[0]), lw.type(op.results[0], op)
    lw.set(op.results[0], value if value.type == type_ else lw.b.cast(llvm.BitcastOp, value, type_))


def _index_cast(lw: Lowering, op: Operation) -> None:
    value, type_ = lw.value(op.operands[0]), lw.type(op.results[0], op)
    source, target = width_of(op.operands[0].type), width_of(op.results[0].type)
    if source == target:
        lw.set(op.results[0], value)
        return
    widen = llvm.ZExtOp if op.name == "arith.index_castui" else llvm.SExtOp
    lw.set(op.results[0], lw.b.cast(widen if source < target else llvm.TruncOp, value, type_))


HANDLERS: Mapping[str, Handler] = {
    **dict.fromkeys(_CAST, _cast),
    "arith.bitcast": _bitcast,
    "arith.index_cast": _index_cast,
    "arith.index_castui": _index_cast,
}
