"""From the caller's arguments to values, and from results to what the caller gets."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from xdsl.dialects.builtin import MemRefType
from xdsl.ir import Attribute

from asyncir.errors import InputError, Location
from asyncir.reference.memory import MemRef, from_numpy
from asyncir.reference.ops_views import mismatch
from asyncir.reference.values import Value, float_from_exact, integer_width, is_float, numpy_type, rounding, wrap_to


class Arguments:
    """The arguments of a run, as values; the same array twice is one buffer."""

    def __init__(self, entry: str, types: Sequence[Attribute], given: Sequence[object], location: Location | None) -> None:
        if len(types) != len(given):
            raise InputError(f"@{entry} takes {len(types)} argument{'' if len(types) == 1 else 's'}, got {len(given)}", location)
        self._entry = entry
        self._location = location
        self._arrays: dict[tuple[int, Any], MemRef] = {}
        self.values = tuple([self._convert(index, type_, value) for index, (type_, value) in enumerate(zip(types, given, strict=True))])

    def arrays(self) -> list[MemRef]:
        """The arrays among them, each once."""
        return list(self._arrays.values())

    def copy_back(self) -> None:
        """Writes what the program wrote into the caller's arrays."""
        for array in self._arrays.values():
            array.buffer.copy_back()

    def _convert(self, index: int, type_: Attribute, value: object) -> Value:
        if isinstance(type_, MemRefType):
            return self._array(index, type_, value)
        if isinstance(value, np.generic):
            value = value.item()
        width = integer_width(type_)
        if width is not None and isinstance(value, int):
            if -(1 << (width - 1)) <= value < (1 << width):
                return wrap_to(width)(value)
            raise self._wrong(index, f"{value} does not fit {type_}")
        if is_float(type_) and isinstance(value, int | float):
            return rounding(type_)(value) if isinstance(value, float) else float_from_exact(value, type_)
        raise self._wrong(index, f"expected {type_}, got {_describe(value)}")

    def _array(self, index: int, type_: MemRefType, value: object) -> MemRef:
        if not isinstance(value, np.ndarray):
            raise self._wrong(index, f"expected an array for {type_}, got {_describe(value)}")
        array: NDArray[Any] = value
        wanted = numpy_type(type_.element_type)
        if wanted is None or not _holds(array.dtype, wanted):
            raise self._wrong(index, f"expected an array of {wanted or type_.element_type} for {type_}, got {array.dtype}")
        if not array.flags.c_contiguous:
            raise self._wrong(index, "the array is not contiguous in row-major order")
        key = (array.__array_interface__["data"][0], (array.shape, array.dtype.str))
        view = self._arrays.get(key)
        if view is None:
            self._refuse_overlap(index, array)
            view = self._arrays[key] = from_numpy(array, type_.element_type)
        problem = mismatch(view, type_)
        if problem is not None:
            raise self._wrong(index, f"expected {type_}, got {problem}")
        return view

    def _refuse_overlap(self, index: int, array: NDArray[Any]) -> None:
        for other in self._arrays.values():
            if other.buffer.array is not None and np.shares_memory(array, other.buffer.array):
                raise self._wrong(index, "the array overlaps another argument without being the same")

    def _wrong(self, index: int, what: str) -> InputError:
        return InputError(f"argument {index} of @{self._entry}: {what}", self._location)


def _describe(value: object) -> str:
    if isinstance(value, np.ndarray):
        return f"an array of {value.dtype} with shape {list(value.shape)}"
    return f"{type(value).__name__} {value!r}"


def _holds(given: np.dtype[Any], wanted: np.dtype[Any]) -> bool:
    """The same type, or the unsigned one of the same size."""
    return given == wanted or (given.kind == "u" and wanted.kind == "i" and given.itemsize == wanted.itemsize and given.isnative)


def result_value(value: Value, type_: Attribute) -> bool | int | float:
    """A result as the caller gets it: i1 as a bool."""
    return bool(value) if integer_width(type_) == 1 else value


def same_result(left: object, right: object, *, tolerance: float = 0.0) -> bool:
    """Whether two results agree; floats within a relative tolerance, NaN with NaN."""
    if isinstance(left, float) and isinstance(right, float):
        return left == right or (left != left and right != right) or math.isclose(left, right, rel_tol=tolerance)
    return left == right
