"""Values at the border of a kernel: arguments as a launch takes them, and its results as Python's."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from asyncir.errors import InputError
from asyncir_python.host_types import HostType, Number, Several
from asyncir_python.promotion import ScalarType
from asyncir_python.rounding import wrap
from asyncir_python.scalars import CLASSES, make, type_of
from asyncir_python.twin.arrays import Array
from asyncir_python.twin.elements import element_of, stored_as


def to_device(value: Any, type_: HostType) -> Any:
    """
    An argument as the launch takes it: integers signed, since the device's have no sign of their own. Raises InputError for what the type
    does not hold.
    """
    if isinstance(value, Array):
        return value.numpy()
    if not isinstance(type_, Number):
        return value
    scalar = type_.scalar
    given = type_of(value)
    if given is None:
        raise InputError(f"expected {scalar.name}, got {value!r} ({type(value).__name__})")
    if scalar.kind == "bool":
        return bool(value)
    if scalar.is_float:
        return float(value)
    if given.is_float:
        raise InputError(f"expected {scalar.name}, got {value!r} ({given.name})")
    number = int(value)
    if wrap(number, scalar) != number:
        raise InputError(f"{number} is out of range for {scalar.name}")
    return number - (1 << scalar.bits) if scalar.kind == "uint" and number >> scalar.bits - 1 else number


def from_device(type_: HostType, parts: Sequence[Any], several: bool) -> Any:
    """The launch's results as the kernel's result: numbers, or arrays over the instances if there are several."""
    return _taken(type_, list(parts), several)


def _taken(type_: HostType, parts: list[Any], several: bool) -> Any:
    """Takes the first parts out of the list."""
    match type_:
        case Several(items):
            return tuple([_taken(item, parts, several) for item in items])
        case Number(scalar):
            part = parts.pop(0)
            if several:
                return _over_instances(part, scalar)
            return make(wrap(int(part), scalar) if scalar.kind == "uint" else part, scalar)
        case _:
            return None


def _over_instances(part: Any, scalar: ScalarType) -> Any:
    """A result over instances, as the run under asyncio gives it; that of one instance is a number here."""
    import numpy

    dtype = stored_as(element_of(CLASSES.get(scalar.name, {"int": int, "float": float, "bool": bool}.get(scalar.name)), "a result"))
    if isinstance(part, numpy.ndarray):
        return part.view(dtype) if scalar.kind == "uint" else part.astype(dtype, copy=False)
    return numpy.array([wrap(int(part), scalar) if scalar.kind == "uint" else part], dtype)
