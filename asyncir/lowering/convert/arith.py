"""The arith dialect: arithmetic, comparisons, constants. Its conversions are in casts.py."""

from __future__ import annotations

from collections.abc import Mapping

from xdsl.dialects.arith import (
    CMPF_COMPARISON_OPERATIONS,
    CMPI_COMPARISON_OPERATIONS,
    FastMathFlagsAttr,
    IntegerOverflowAttr,
    IntegerOverflowFlag,
)
from xdsl.dialects.builtin import DenseIntOrFPElementsAttr, FloatAttr, IndexType, IntegerAttr, IntegerType, VectorType, i32
from xdsl.ir import Attribute, Operation, SSAValue

from asyncir.dialects import llvm_ext as llvm
from asyncir.dialects import llvm_intrinsics as intr
from asyncir.dialects.locations import location_of
from asyncir.errors import InputError
from asyncir.lowering.convert.builder import Builder
from asyncir.lowering.convert.constants import dense
from asyncir.lowering.convert.lowering import Handler, Lowering
from asyncir.lowering.convert.types import element_of, like

_OVERFLOWING: dict[str, type[llvm.AddOp | llvm.SubOp | llvm.MulOp | llvm.ShlOp]] = {
    "arith.addi": llvm.AddOp,
    "arith.subi": llvm.SubOp,
    "arith.muli": llvm.MulOp,
    "arith.shli": llvm.ShlOp,
}

_INTEGER: dict[str, type[Operation]] = {
    "arith.divui": llvm.UDivOp,
    "arith.divsi": llvm.SDivOp,
    "arith.remui": llvm.URemOp,
    "arith.remsi": llvm.SRemOp,
    "arith.andi": llvm.AndOp,
    "arith.ori": llvm.OrOp,
    "arith.xori": llvm.XOrOp,
    "arith.shrui": llvm.LShrOp,
    "arith.shrsi": llvm.AShrOp,
    "arith.minsi": intr.SMinOp,
    "arith.maxsi": intr.SMaxOp,
    "arith.minui": intr.UMinOp,
    "arith.maxui": intr.UMaxOp,
}

_FLOAT: dict[str, type[Operation]] = {
    "arith.addf": llvm.FAddOp,
    "arith.subf": llvm.FSubOp,
    "arith.mulf": llvm.FMulOp,
    "arith.divf": llvm.FDivOp,
    "arith.remf": llvm.FRemOp,
    "arith.minimumf": intr.MinimumOp,
    "arith.maximumf": intr.MaximumOp,
    "arith.minnumf": intr.MinNumOp,
    "arith.maxnumf": intr.MaxNumOp,
}

_NSW, _NUW = 1, 2


def fast_math(op: Operation) -> llvm.FastMathAttr:
    """The operation's fast-math flags, as the llvm level has them."""
    flags = op.properties.get("fastmath")
    return llvm.FastMathAttr(flags.data) if isinstance(flags, FastMathFlagsAttr) else intr.NO_FAST_MATH


def _overflow(op: Operation) -> IntegerAttr:
    flags = op.properties.get("overflowFlags")
    known = flags.data if isinstance(flags, IntegerOverflowAttr) else ()
    number = _NSW * (IntegerOverflowFlag.NSW in known) + _NUW * (IntegerOverflowFlag.NUW in known)
    return IntegerAttr(number, i32)


def _overflowing(lw: Lowering, op: Operation) -> None:
    lhs, rhs = lw.operands(op)
    lw.set(op.results[0], lw.b.add(_OVERFLOWING[op.name](lhs, rhs, overflow=_overflow(op))).res)


def _integer(lw: Lowering, op: Operation) -> None:
    lhs, rhs = lw.operands(op)
    lw.set(op.results[0], lw.b.binary(_INTEGER[op.name], lhs, rhs))


def _float(lw: Lowering, op: Operation) -> None:
    lhs, rhs = lw.operands(op)
    new = _FLOAT[op.name](lhs, rhs, fast_math(op))  # pyright: ignore[reportCallIssue, reportArgumentType]
    lw.set(op.results[0], lw.b.add(new).results[0])


def _negf(lw: Lowering, op: Operation) -> None:
    lw.set(op.results[0], lw.b.add(llvm.FNegOp(lw.value(op.operands[0]), fast_math(op))).res)


def _constant(lw: Lowering, op: Operation) -> None:
    value, result = op.properties["value"], op.results[0]
    type_ = lw.type(result, op)
    match value:
        case IntegerAttr():
            lw.set(result, lw.b.integer(value.value.data, type_))
        case FloatAttr():
            lw.set(result, lw.b.add(llvm.ConstantOp(value, type_)).result)
        case DenseIntOrFPElementsAttr() if isinstance(type_, VectorType):
            dense = retyped(value, type_)
            lw.set(result, lw.b.add(llvm.ConstantOp(dense, type_)).result)
        case _:
            raise InputError(f"'arith.constant' op: constant '{value}' has no form in machine code", location_of(op))


def retyped(value: DenseIntOrFPElementsAttr, type_: Attribute) -> DenseIntOrFPElementsAttr:
    """The same numbers with a converted type; one number for all places stays one."""
    numbers = [attribute.value.data for attribute in value.iter_attrs()]
    return dense(type_, numbers[:1] if value.is_splat() else numbers)


def _predicate(op: Operation) -> int:
    predicate = op.properties["predicate"]
    assert isinstance(predicate, IntegerAttr)
    return predicate.value.data


def _cmpi(lw: Lowering, op: Operation) -> None:
    lhs, rhs = lw.operands(op)
    lw.set(op.results[0], lw.b.compare(CMPI_COMPARISON_OPERATIONS[_predicate(op)], lhs, rhs))


def _cmpf(lw: Lowering, op: Operation) -> None:
    lhs, rhs = lw.operands(op)
    word = CMPF_COMPARISON_OPERATIONS[_predicate(op)]
    word = f"_{word}" if word in ("false", "true") else word
    lw.set(op.results[0], lw.b.add(llvm.FCmpOp(word, lhs, rhs, fast_math(op))).res)


def _select(lw: Lowering, op: Operation) -> None:
    lw.set(op.results[0], lw.b.select(*lw.operands(op)))


def _ceildivui(lw: Lowering, op: Operation) -> None:
    # lhs / rhs, and one more if there is a rest: (lhs + rhs - 1) / rhs would overflow.
    b, (lhs, rhs) = lw.b, lw.operands(op)
    rest = b.compare("ne", b.binary(llvm.URemOp, lhs, rhs), b.integer(0, lhs.type))
    more = b.add(llvm.ZExtOp(rest, lhs.type)).res
    lw.set(op.results[0], b.binary(llvm.AddOp, b.binary(llvm.UDivOp, lhs, rhs), more))


def _signed_division(lw: Lowering, op: Operation, *, up: bool) -> SSAValue:
    """The quotient towards zero, corrected by one where there is a rest and the exact quotient is beyond it on the wanted side."""
    b, (lhs, rhs) = lw.b, lw.operands(op)
    zero = b.integer(0, lhs.type)
    quotient, rest = b.binary(llvm.SDivOp, lhs, rhs), b.binary(llvm.SRemOp, lhs, rhs)
    inexact = b.compare("ne", rest, zero)
    # The rest has the sign of lhs: it differs from that of rhs where the exact quotient is negative.
    side = b.compare("sge" if up else "slt", b.binary(llvm.XOrOp, rest, rhs), zero)
    step = b.add(llvm.ZExtOp(b.binary(llvm.AndOp, inexact, side), lhs.type)).res
    return b.binary(llvm.AddOp if up else llvm.SubOp, quotient, step)


def _floordivsi(lw: Lowering, op: Operation) -> None:
    lw.set(op.results[0], _signed_division(lw, op, up=False))


def _ceildivsi(lw: Lowering, op: Operation) -> None:
    lw.set(op.results[0], _signed_division(lw, op, up=True))


def _addui_extended(lw: Lowering, op: Operation) -> None:
    b, (lhs, rhs) = lw.b, lw.operands(op)
    total = b.binary(llvm.AddOp, lhs, rhs)
    lw.set(op.results[0], total)
    lw.set(op.results[1], b.compare("ult", total, lhs))


def _mul_extended(lw: Lowering, op: Operation) -> None:
    lhs, rhs = lw.operands(op)
    signed = op.name == "arith.mulsi_extended"
    low, high = multiply_extended(lw.b, lhs, rhs, signed=signed)
    lw.set(op.results[0], low)
    lw.set(op.results[1], high)


def multiply_extended(b: Builder, lhs: SSAValue, rhs: SSAValue, *, signed: bool) -> tuple[SSAValue, SSAValue]:
    """Low and high half of a product, by an operation of twice the width."""
    element = element_of(lhs.type)
    assert isinstance(element, IntegerType)
    width = element.width.data
    wide = like(lhs.type, IntegerType(2 * width))
    extend = llvm.SExtOp if signed else llvm.ZExtOp
    product = b.binary(llvm.MulOp, b.cast(extend, lhs, wide), b.cast(extend, rhs, wide))
    high = b.binary(llvm.LShrOp, product, b.integer(width, wide))
    return b.cast(llvm.TruncOp, product, lhs.type), b.cast(llvm.TruncOp, high, lhs.type)


def width_of(type_: Attribute) -> int:
    """The bits of an integer or index of the source, or of a vector's element."""
    element = element_of(type_)
    if isinstance(element, IndexType):
        return 64
    assert isinstance(element, IntegerType)
    return element.width.data


HANDLERS: Mapping[str, Handler] = {
    **dict.fromkeys(_OVERFLOWING, _overflowing),
    **dict.fromkeys(_INTEGER, _integer),
    **dict.fromkeys(_FLOAT, _float),
    "arith.constant": _constant,
    "arith.negf": _negf,
    "arith.cmpi": _cmpi,
    "arith.cmpf": _cmpf,
    "arith.select": _select,
    "arith.ceildivui": _ceildivui,
    "arith.floordivsi": _floordivsi,
    "arith.ceildivsi": _ceildivsi,
    "arith.addui_extended": _addui_extended,
    "arith.mului_extended": _mul_extended,
    "arith.mulsi_extended": _mul_extended,
}
