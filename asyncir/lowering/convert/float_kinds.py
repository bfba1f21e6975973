"""The questions of the math dialect what a float is, as comparisons of its magnitude: a NaN is below and above nothing."""

from __future__ import annotations

import math
from collections.abc import Mapping

from xdsl.ir import Operation, SSAValue

from asyncir.dialects import llvm_ext as llvm
from asyncir.dialects import llvm_intrinsics as intr
from asyncir.lowering.convert.lowering import Handler, Lowering

_SMALLEST_NORMAL = {"f64": 2.0**-1022, "f32": 2.0**-126, "f16": 2.0**-14, "bf16": 2.0**-126}


def _magnitude(lw: Lowering, op: Operation) -> SSAValue:
    return lw.b.add(intr.FAbsOp(lw.value(op.operands[0]), intr.NO_FAST_MATH)).res


def _compare(lw: Lowering, predicate: str, lhs: SSAValue, number: float) -> SSAValue:
    return lw.b.add(llvm.FCmpOp(predicate, lhs, lw.b.real(number, lhs.type))).res


def _isnan(lw: Lowering, op: Operation) -> None:
    value = lw.value(op.operands[0])
    lw.set(op.results[0], lw.b.add(llvm.FCmpOp("uno", value, value)).res)


def _isinf(lw: Lowering, op: Operation) -> None:
    lw.set(op.results[0], _compare(lw, "oeq", _magnitude(lw, op), math.inf))


def _isfinite(lw: Lowering, op: Operation) -> None:
    lw.set(op.results[0], _compare(lw, "olt", _magnitude(lw, op), math.inf))


def _isnormal(lw: Lowering, op: Operation) -> None:
    magnitude = _magnitude(lw, op)
    large = _compare(lw, "oge", magnitude, _SMALLEST_NORMAL[str(magnitude.type)])
    finite = _compare(lw, "olt", magnitude, math.inf)
    lw.set(op.results[0], lw.b.binary(llvm.AndOp, large, finite))


HANDLERS: Mapping[str, Handler] = {
    "math.isfinite": _isfinite,
    "math.isinf": _isinf,
    "math.isnan": _isnan,
    "math.isnormal": _isnormal,
}
