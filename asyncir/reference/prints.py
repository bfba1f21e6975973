"""
Printing: `vector.print` of scalars, and the print functions of MLIR's runner that programs declare as external functions.

The text is what those print, but for the address of an array, which is 0x0.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from xdsl.dialects import func
from xdsl.dialects.builtin import IndexType
from xdsl.ir import Attribute, Operation

from asyncir.dialects.vector_print import PrintOp, Punctuation
from asyncir.reference.decode import Decoded, Decoder, OpDecoder, Plain, Registers
from asyncir.reference.faults import broken, unsupported
from asyncir.reference.memory import MemRef, NoValue
from asyncir.reference.values import Value, integer_width, is_float, unsigned_of


def format_float(value: float) -> str:
    """C's %g."""
    if math.isfinite(value):
        return f"{value:g}"
    return "nan" if value != value else ("inf" if value > 0 else "-inf")


def _unsigned(value: int) -> str:
    return str(unsigned_of(64)(value))


def _format_array(array: MemRef, cell: Callable[[int], str]) -> str:
    """The elements as the runner prints them: rows on lines of their own, wider gaps in arrays of more dimensions."""
    rank = len(array.sizes)

    def part(dimension: int, offset: int) -> str:
        if dimension == rank:
            return cell(offset)
        positions = [offset + index * array.strides[dimension] for index in range(array.sizes[dimension])]
        innermost = dimension == rank - 1
        gap = "," + " " * (rank + 1) if innermost else ", \n" + " " * (dimension + 1)
        return "[" + gap.join(part(dimension + 1, position) for position in positions) + "]"

    return part(0, array.offset) if rank else f"[{cell(array.offset)}]"


def _format_memref(op: Operation, array: MemRef) -> str:
    number = format_float if is_float(array.buffer.element) else str

    def cell(position: int) -> str:
        value = array.buffer.cells[position]
        if isinstance(value, NoValue):
            raise broken("uninitialised-read", op, f"an array is printed whose cell {position} was never written")
        return number(value)

    def shape(values: tuple[int, ...]) -> str:
        return "[" + ", ".join(map(str, values)) + "]"

    head = f"rank = {len(array.sizes)} offset = {array.offset} sizes = {shape(array.sizes)} strides = {shape(array.strides)}"
    return f"Unranked Memref base@ = 0x0 {head} data = \n{_format_array(array, cell)}\n"


_SCALARS: dict[str, Callable[[Any], str]] = {
    "printI64": str,
    "printU64": _unsigned,
    "printF32": format_float,
    "printF64": format_float,
}
_TEXTS = {"printOpen": "( ", "printClose": " )", "printComma": ", ", "printNewline": "\n", "mlirAsyncRuntimePrintCurrentThreadId": ""}
_ARRAYS = frozenset(f"printMemref{element}" for element in ("I8", "I16", "I32", "I64", "Ind", "F32", "F64"))


def external(op: func.CallOp, symbol: str, d: Decoder) -> Decoded:
    """A call of a function without a body: one of the runner's."""
    if symbol in _TEXTS and not op.arguments:
        text = _TEXTS[symbol]
        return Plain(lambda r: r[0].launch.output(text))
    if (symbol in _SCALARS or symbol in _ARRAYS) and len(op.arguments) == 1:
        source = d.register(op.arguments[0])
        if symbol in _ARRAYS:
            return Plain(lambda r: r[0].launch.output(_format_memref(op, r[source])))
        form = _SCALARS[symbol]
        return Plain(lambda r: r[0].launch.output(form(r[source])))
    raise unsupported(op, f"@{symbol} has no body and is none of the print functions of MLIR's runner")


def scalar_format(op: Operation, type_: Attribute) -> Callable[[Value], str]:
    """How `vector.print` prints a scalar: `index` without a sign."""
    if is_float(type_):
        return format_float
    if integer_width(type_) is None:
        raise unsupported(op, f"of {type_}")
    return _unsigned if isinstance(type_, IndexType) else str


_PUNCTUATION = {
    Punctuation.NO_PUNCTUATION: "",
    Punctuation.NEWLINE: "\n",
    Punctuation.COMMA: ", ",
    Punctuation.OPEN: "( ",
    Punctuation.CLOSE: " )",
}


def _vector_print(op: PrintOp, d: Decoder) -> Decoded:
    end = _PUNCTUATION[op.punctuation.data]
    if op.source is None:
        text = end if op.string is None else op.string.data
        return Plain(lambda r: r[0].launch.output(text))
    form, source = scalar_format(op, op.source.type), d.register(op.source)

    def step(r: Registers) -> None:
        r[0].launch.output(form(r[source]) + end)

    return Plain(step)


DECODERS: dict[str, OpDecoder] = {"vector.print": _vector_print}
