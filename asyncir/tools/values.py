"""Arguments and results as the command line writes them."""

from __future__ import annotations

import io
import json
import math
import re
import struct
from typing import TYPE_CHECKING, Any

from asyncir.errors import InputError
from asyncir.tools.files import read_input

if TYPE_CHECKING:
    import numpy

    AnyArray = numpy.ndarray[Any, numpy.dtype[Any]]
    Value = bool | int | float | AnyArray

DTYPES = {
    "i1": "bool", "i8": "int8", "i16": "int16", "i32": "int32", "i64": "int64", "index": "int64",
    "f16": "float16", "f32": "float32", "f64": "float64",
}  # fmt: skip
"""NumPy's names of the types an array may be asked for by."""

ACCEPTED = "numbers (5, -1, 0x10, 1.5, inf), true, false, @file.npy, zeros:f32:1024, iota:i32:16x16"

_FLOAT = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?|[+-]?(?:inf|nan)")
_FILLED = re.compile(r"(zeros|iota):(\w+)(?::(\d+(?:x\d+)*))?")


def parse_argument(text: str) -> Value:
    """The value of one word after `--args`. Raises InputError for what is none."""
    if text in ("true", "false"):
        return text == "true"
    if re.fullmatch(r"[+-]?(?:\d+|0x[0-9a-fA-F]+)", text):
        return int(text, 16 if "x" in text else 10)
    if _FLOAT.fullmatch(text):
        return float(text)
    if text.startswith("@"):
        return _load_array(text[1:])
    if match := _FILLED.fullmatch(text):
        return _filled(text, *match.groups())
    raise InputError(f"malformed argument '{text}'", help=f"arguments are {ACCEPTED}")


def _load_array(path: str) -> AnyArray:

    import numpy

    data = read_input(path)
    try:
        return numpy.load(io.BytesIO(data), allow_pickle=False)
    except (ValueError, EOFError, OSError) as error:
        raise InputError(f"'{path}' is no array in NumPy's format: {error}", help="numpy.save(path, array) writes one") from error


def _filled(text: str, how: str, type_: str, sizes: str | None) -> AnyArray:
    import numpy

    if type_ not in DTYPES:
        raise InputError(f"unknown element type '{type_}' in '{text}'", help=f"element types are {', '.join(DTYPES)}")
    shape = tuple(int(size) for size in sizes.split("x")) if sizes is not None else ()
    dtype = numpy.dtype(DTYPES[type_])
    try:
        if how == "zeros":
            return numpy.zeros(shape, dtype)
        return numpy.arange(math.prod(shape)).astype(dtype).reshape(shape)
    except (MemoryError, ValueError, OverflowError) as error:
        raise InputError(f"'{text}' does not fit into memory") from error


def format_value(value: Value, type_: str | None) -> str:
    """
    A result for people to read: `true`, `5`, `0.1`; `[1 2 3]` over the instances.

    A float is written with the fewest digits that its type tells from its neighbours: 0.1 as f32, not 0.10000000149011612.
    """
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return _format_float(value, type_)
    if isinstance(value, int):
        return str(value)
    return f"[{' '.join(format_value(item, type_) for item in _items(value))}]"


_FLOAT_CODES = {"f16": "e", "f32": "f"}
_MAX_DIGITS = {"f16": 5, "f32": 9}


def _format_float(value: float, type_: str | None) -> str:
    code = _FLOAT_CODES.get(type_ or "")
    if code is None or type_ is None or not math.isfinite(value):
        return repr(value)
    for digits in range(1, _MAX_DIGITS[type_]):
        text = f"{value:.{digits}g}"
        try:
            if struct.unpack(code, struct.pack(code, float(text)))[0] == value:
                return repr(float(text))
        except OverflowError:  # rounded beyond the largest number
            continue
    return repr(value)


def to_json(value: Value) -> object:
    """A result as JSON has it: arrays as lists; inf and nan, which JSON does not know, as strings."""
    if isinstance(value, float) and not math.isfinite(value):
        return repr(value)
    if isinstance(value, bool | int | float):
        return value
    return [to_json(item) for item in _items(value)]


def _items(array: AnyArray) -> list[Any]:
    """The items of an array as Python's numbers; rows of several dimensions stay arrays."""
    return array.tolist() if array.ndim == 1 else list(array)


def json_text(fields: dict[str, object]) -> str:
    """One line of JSON."""
    return json.dumps(fields, allow_nan=False)
