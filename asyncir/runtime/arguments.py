"""
The user's arguments against a kernel's parameters, and their bit patterns.

Whatever does not fit is an InputError that names the argument, what was expected and what was given; a value is never
truncated and an array never copied to make it fit.
"""

from __future__ import annotations

import struct
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeGuard

from asyncir.abi import Array, Entry
from asyncir.errors import InputError
from asyncir.runtime.scalars import DTYPES, to_bits
from asyncir.runtime.sites import location_of_entry

if TYPE_CHECKING:
    import numpy

    AnyArray = numpy.ndarray[Any, numpy.dtype[Any]]


@dataclass(frozen=True)
class ScalarArgument:
    """A scalar as its bit pattern."""

    type: str
    bits: int


@dataclass(frozen=True)
class ArrayArgument:
    """A C-contiguous array that fits its parameter."""

    parameter: Array
    array: AnyArray

    @property
    def address(self) -> int:
        return int(self.array.ctypes.data)

    @property
    def dynamic_sizes(self) -> tuple[int, ...]:
        """The sizes that the code takes: those its type leaves open."""
        return tuple(size for size, static in zip(self.array.shape, self.parameter.shape, strict=True) if static is None)


Argument = ScalarArgument | ArrayArgument


def check_arguments(entry: Entry, values: Sequence[object]) -> tuple[Argument, ...]:
    """The arguments of a launch of `entry`; raises InputError for a wrong number, type, range or shape."""
    if len(values) != len(entry.parameters):
        raise InputError(
            f"@{entry.name} takes {_count(len(entry.parameters))}, got {len(values)}",
            location_of_entry(entry),
            help=f"its parameters are ({', '.join(type_text(parameter) for parameter in entry.parameters)})",
        )
    return tuple(_check(entry, index, value) for index, value in enumerate(values))


def pack_slots(arguments: Sequence[Argument], pointers: Sequence[int]) -> bytes:
    """Consecutive 8-byte slots: the arguments (an array as address and dynamic sizes), then `pointers`."""
    slots: list[int] = []
    for argument in arguments:
        if isinstance(argument, ScalarArgument):
            slots.append(argument.bits)
        else:
            slots += [argument.address, *argument.dynamic_sizes]
    slots += pointers
    return struct.pack(f"<{len(slots)}Q", *slots)


def type_text(parameter: str | Array) -> str:
    """A parameter's type as the program writes it."""
    if isinstance(parameter, str):
        return parameter
    sizes = "".join(f"{'?' if size is None else size}x" for size in parameter.shape)
    return f"memref<{sizes}{parameter.element}>"


def _count(number: int) -> str:
    return "no arguments" if number == 0 else f"{number} argument{'s' if number > 1 else ''}"


def _check(entry: Entry, index: int, value: object) -> Argument:
    parameter = entry.parameters[index]
    if isinstance(parameter, str):
        return _check_scalar(entry, index, parameter, value)
    return _check_array(entry, index, parameter, value)


def _check_scalar(entry: Entry, index: int, type_: str, value: object) -> ScalarArgument:
    try:
        return ScalarArgument(type_, to_bits(type_, value))
    except TypeError:
        raise _mismatch(entry, index, type_, _describe(value)) from None
    except OverflowError as error:
        raise _mismatch(entry, index, type_, f"{_describe(value)}, {_range_text(error)}") from None


def _range_text(error: OverflowError) -> str:
    text = str(error)
    return text if text.startswith("out of range") else "out of range"


def _check_array(entry: Entry, index: int, parameter: Array, value: object) -> ArrayArgument:
    expected = f"{type_text(parameter)} (a C-contiguous {_dtype_names(parameter.element)} array of rank {len(parameter.shape)})"
    if not _is_array(value):
        raise _mismatch(entry, index, expected, _describe(value))
    given = f"{value.dtype.name} array of shape {value.shape}"
    if (fault := _array_fault(parameter, value)) is not None:
        raise _mismatch(entry, index, expected, f"{given}{fault}")
    return ArrayArgument(parameter, value)


def _is_array(value: object) -> TypeGuard[AnyArray]:
    """NumPy is not loaded for this: if it is not loaded, nobody can have made an array."""
    numpy = sys.modules.get("numpy")
    return numpy is not None and isinstance(value, numpy.ndarray)


def _array_fault(parameter: Array, array: AnyArray) -> str | None:
    """What is wrong with an array, as the end of a sentence; empty if type and shape tell it already, None if nothing is."""
    if array.dtype.name not in DTYPES[parameter.element] or array.ndim != len(parameter.shape):
        return ""
    if any(static is not None and static != size for static, size in zip(parameter.shape, array.shape, strict=True)):
        return ""
    if not array.dtype.isnative:
        return " in foreign byte order"
    if not array.flags.c_contiguous:
        return " that is not C-contiguous: pass numpy.ascontiguousarray(…)"
    if not array.flags.aligned:
        return " that is not aligned"
    if not array.flags.writeable:
        return " that is read-only: pass a copy"
    return None


def _dtype_names(element: str) -> str:
    return " or ".join(DTYPES[element])


def _mismatch(entry: Entry, index: int, expected: str, got: str) -> InputError:
    return InputError(f"argument {index} of @{entry.name}: expected {expected}, got {got}", location_of_entry(entry))


def _describe(value: object) -> str:
    text = repr(value)
    shown = text if len(text) <= 40 else text[:37] + "..."
    return f"{shown} ({type(value).__name__})"
