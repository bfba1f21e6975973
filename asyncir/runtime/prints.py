"""
What programs print, in the form of MLIR's runner utilities.

Compiled code calls these from worker threads. Each worker tells its thread where its output goes, so one compiled kernel can
serve launches with different outputs at once. Each piece is written as it comes: a line that one task writes in pieces stays
in order, lines of tasks that run at the same time may mix.
"""

from __future__ import annotations

import ctypes
import math
import sys
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

Output = Callable[[str], None]


def standard_output(text: str) -> None:
    """Where output goes by default. Looked up at each call: whoever redirects the standard output expects it to be redirected."""
    sys.stdout.write(text)


_TEXTS = ("( ", " )", ", ", "\n")

_Element = ctypes.c_int8 | ctypes.c_int16 | ctypes.c_int32 | ctypes.c_int64 | ctypes.c_float | ctypes.c_double

_ELEMENTS: dict[int, type[_Element]] = {
    0: ctypes.c_int8,
    1: ctypes.c_int16,
    2: ctypes.c_int32,
    3: ctypes.c_int64,
    4: ctypes.c_float,
    5: ctypes.c_double,
    6: ctypes.c_int64,
}


@dataclass
class Printer:
    """Where a launch's output goes. A failure to write is kept: it cannot pass through compiled code."""

    output: Output
    failure: BaseException | None = None
    lock: threading.Lock = field(default_factory=threading.Lock)

    def write(self, text: str) -> None:
        with self.lock:
            if self.failure is not None:
                return
            try:
                self.output(text)
            except BaseException as error:
                self.failure = error


class _Current(threading.local):
    printer: Printer | None = None


_current = _Current()


def print_to(printer: Printer | None) -> None:
    """What this thread's code prints goes to `printer` from now on; None: nowhere."""
    _current.printer = printer


def _write(text: str) -> None:
    if _current.printer is not None:
        _current.printer.write(text)


def float_text(value: float) -> str:
    """As C's `%g`: unlike Python's it shows the sign of a NaN."""
    if math.isnan(value):
        return "-nan" if math.copysign(1.0, value) < 0 else "nan"
    return f"{value:g}"


def _element_text(value: int | float, element: int) -> str:
    if isinstance(value, float):
        return float_text(value)
    # The runner utilities write an i8 as the character it is.
    return chr(value & 0xFF) if element == 0 else str(value)


def memref_text(rank: int, descriptor: int, element: int) -> str:
    """An unranked memref: what it is, and its elements. An array without elements is `[]`."""
    words = (ctypes.c_int64 * (3 + 2 * rank)).from_address(descriptor)
    base = words[1] & 0xFFFFFFFFFFFFFFFF
    offset, sizes, strides = words[2], list(words[3 : 3 + rank]), list(words[3 + rank :])
    head = f"Unranked Memref base@ = {base:#x} rank = {rank} offset = {offset} sizes = {sizes} strides = {strides} data = \n"
    type_ = _ELEMENTS[element]
    size = ctypes.sizeof(type_)

    def at(index: int) -> str:
        return _element_text(type_.from_address(base + index * size).value, element)

    body = f"[{at(offset)}]" if rank == 0 else _rows(sizes, strides, offset, 1, at)
    return f"{head}{body}\n"


def _rows(sizes: Sequence[int], strides: Sequence[int], offset: int, depth: int, at: Callable[[int], str]) -> str:
    """One dimension and those below it; `depth` counts from 1 at the outermost."""
    if not sizes:
        return at(offset)
    parts = [_rows(sizes[1:], strides[1:], offset + index * strides[0], depth + 1, at) for index in range(sizes[0])]
    separator = ", " + ("\n" if len(sizes) > 1 else "") + " " * depth
    return "[" + separator.join(parts) + "]"


def _print_integer(value: int) -> None:
    _write(str(value))


def _print_float(value: float) -> None:
    _write(float_text(value))


def _print_text(code: int) -> None:
    _write(_TEXTS[code])


def _print_string(address: int, size: int) -> None:
    _write(ctypes.string_at(address, size).decode())


def _print_memref(rank: int, descriptor: int, element: int) -> None:
    _write(memref_text(rank, descriptor, element))


CALLBACKS = {
    "asyncir_print_i64": ctypes.CFUNCTYPE(None, ctypes.c_int64)(_print_integer),
    "asyncir_print_u64": ctypes.CFUNCTYPE(None, ctypes.c_uint64)(_print_integer),
    "asyncir_print_f32": ctypes.CFUNCTYPE(None, ctypes.c_float)(_print_float),
    "asyncir_print_f64": ctypes.CFUNCTYPE(None, ctypes.c_double)(_print_float),
    "asyncir_print_text": ctypes.CFUNCTYPE(None, ctypes.c_int32)(_print_text),
    "asyncir_print_string": ctypes.CFUNCTYPE(None, ctypes.c_void_p, ctypes.c_int64)(_print_string),
    "asyncir_print_memref": ctypes.CFUNCTYPE(None, ctypes.c_int64, ctypes.c_void_p, ctypes.c_int32)(_print_memref),
}
"""The functions that compiled code calls, by name. They live as long as this module: code keeps their addresses."""


def addresses() -> dict[str, int]:
    """Where the functions are."""
    return {name: ctypes.cast(function, ctypes.c_void_p).value or 0 for name, function in CALLBACKS.items()}
