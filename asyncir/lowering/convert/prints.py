"""Printing: MLIR's runner functions and `vector.print`. Other external functions are unknown."""

from __future__ import annotations

from collections.abc import Mapping

from xdsl.dialects.builtin import Float64Type, IndexType, IntegerType, Signedness, VectorType, f32, i64
from xdsl.ir import Attribute, Operation, SSAValue

from asyncir.dialects import llvm_ext as llvm
from asyncir.dialects.locations import location_of
from asyncir.dialects.vector_print import PrintOp, Punctuation
from asyncir.errors import InputError
from asyncir.lowering.convert.lowering import Handler, Lowering
from asyncir.lowering.convert.types import PTR, is_float, is_truth
from asyncir.lowering.target import PrintCode

_SCALARS = {"printI64": "i64", "printU64": "u64", "printF32": "f32", "printF64": "f64"}
_TEXTS = {
    "printOpen": PrintCode.OPEN,
    "printClose": PrintCode.CLOSE,
    "printComma": PrintCode.COMMA,
    "printNewline": PrintCode.NEWLINE,
}
_ARRAYS = {
    "printMemrefI8": 0,
    "printMemrefI16": 1,
    "printMemrefI32": 2,
    "printMemrefI64": 3,
    "printMemrefF32": 4,
    "printMemrefF64": 5,
    "printMemrefInd": 6,
}
_SCALAR_TYPES: dict[str, Attribute] = {"i64": i64, "u64": i64, "f32": f32, "f64": Float64Type()}
_NOTHING = {"mlirAsyncRuntimePrintCurrentThreadId"}

_MAX_BITS = 64


def call_external(lw: Lowering, op: Operation, name: str) -> None:
    """A call of a function that the program only declares."""
    arguments = lw.operands(op)
    if name in _NOTHING:
        return
    if name in _SCALARS and [argument.type for argument in arguments] == [_SCALAR_TYPES[_SCALARS[name]]]:
        lw.target.print_scalar(lw.b, arguments[0], _SCALARS[name], op)
    elif name in _TEXTS and not arguments:
        lw.target.print_text(lw.b, _TEXTS[name], op)
    elif name in _ARRAYS and len(arguments) == 1:
        rank = lw.b.extract(arguments[0], i64, 0)
        lw.target.print_array(lw.b, rank, lw.b.extract(arguments[0], PTR, 1), _ARRAYS[name], op)
    else:
        known = ", ".join(sorted([*_SCALARS, *_TEXTS, *_ARRAYS]))
        raise InputError(f"unknown external function '@{name}'", location_of(op), help=f"known are {known}")


_PUNCTUATION = {
    Punctuation.NEWLINE: PrintCode.NEWLINE,
    Punctuation.COMMA: PrintCode.COMMA,
    Punctuation.OPEN: PrintCode.OPEN,
    Punctuation.CLOSE: PrintCode.CLOSE,
}


def _print(lw: Lowering, op: Operation) -> None:
    assert isinstance(op, PrintOp)
    if op.string is not None:
        lw.target.print_string(lw.b, op.string.data, op)
        return
    if op.source is not None:
        _print_value(lw, op, lw.value(op.source), op.source.type)
    if (code := _PUNCTUATION.get(op.punctuation.data)) is not None:
        lw.target.print_text(lw.b, code, op)


def _print_value(lw: Lowering, op: Operation, value: SSAValue, type_: Attribute) -> None:
    if isinstance(type_, VectorType):
        _print_vector(lw, op, value, type_)
    else:
        _print_scalar(lw, op, value, type_)


def _print_vector(lw: Lowering, op: Operation, value: SSAValue, type_: VectorType[Attribute]) -> None:
    lw.target.print_text(lw.b, PrintCode.OPEN, op)
    for place in range(type_.get_shape()[0]):
        if place:
            lw.target.print_text(lw.b, PrintCode.COMMA, op)
        element = lw.b.add(llvm.ExtractElementOp(value, lw.b.integer(place))).res
        _print_scalar(lw, op, element, type_.element_type)
    lw.target.print_text(lw.b, PrintCode.CLOSE, op)


def _print_scalar(lw: Lowering, op: Operation, value: SSAValue, type_: Attribute) -> None:
    if is_float(type_):
        wide = isinstance(type_, Float64Type)
        if not wide and type_ != f32:
            value = lw.b.cast(llvm.FPExtOp, value, f32)
        lw.target.print_scalar(lw.b, value, "f64" if wide else "f32", op)
        return
    if not isinstance(type_, IndexType) and not (isinstance(type_, IntegerType) and type_.width.data <= _MAX_BITS):
        raise InputError(f"'vector.print' op: no way to print a value of type '{type_}'", location_of(op))
    unsigned = isinstance(type_, IndexType) or is_truth(type_) or type_.signedness.data is Signedness.UNSIGNED
    lw.target.print_scalar(lw.b, lw.b.resize(value, i64, signed=not unsigned), "u64" if unsigned else "i64", op)


HANDLERS: Mapping[str, Handler] = {"vector.print": _print}
