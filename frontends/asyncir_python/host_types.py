"""
What crosses the border of a kernel: the types of its parameters and of its result, as the host has to know them. The compiler's own types,
compile/types.py, say how values are held on the device. Nothing here needs the compiler: kernels of the cache are started without it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, cast

from asyncir_python.promotion import BOOL, FLOAT, INT, TYPES, ScalarType
from asyncir_python.scalars import CLASSES, type_of
from asyncir_python.twin.arrays import Array, ArrayType
from asyncir_python.twin.elements import element_of_dtype


@dataclass(frozen=True)
class Number:
    """A number or a bool."""

    scalar: ScalarType


@dataclass(frozen=True)
class Elements:
    """An array of the host."""

    element: ScalarType
    rank: int
    visible: bool = False
    """Whether the host looks into it while the kernel runs."""


@dataclass(frozen=True)
class Nothing:
    """None."""


@dataclass(frozen=True)
class Several:
    """A tuple, or a list of a length that is known when compiling: a tuple on the host."""

    items: tuple[HostType, ...]


HostType = Number | Elements | Nothing | Several

_OF_CLASS: dict[object, ScalarType] = {bool: BOOL, int: INT, float: FLOAT, **{class_: class_.scalar_type for class_ in CLASSES.values()}}


def scalar_of(annotation: object) -> ScalarType | None:
    """The scalar type that a class stands for."""
    return _OF_CLASS.get(annotation) if isinstance(annotation, type) else None


def of_annotation(annotation: object) -> HostType | None:
    """The type of a parameter that an annotation names; None if no argument of a kernel is of that type."""
    if isinstance(annotation, ArrayType):
        element = scalar_of(annotation.element)
        return None if element is None else Elements(element, annotation.rank, annotation.visible)
    scalar = scalar_of(annotation)
    return None if scalar is None else Number(scalar)


def of_value(value: Any) -> HostType | None:
    """The type of a parameter without an annotation, for an argument; None if it is none for kernels. Raises TypeError for odd dtypes."""
    scalar = type_of(value)
    if scalar is not None:
        return Number(scalar)
    data = value.numpy() if isinstance(value, Array) else value
    if not hasattr(data, "dtype") or not hasattr(data, "ndim"):
        return None
    element = scalar_of(element_of_dtype(data.dtype))
    return None if element is None else Elements(element, data.ndim, isinstance(value, Array) and value.visible)


def to_json(type_: HostType) -> Any:
    """A type as what JSON can hold."""
    match type_:
        case Number(scalar):
            return scalar.name
        case Elements(element, rank, visible):
            return {"element": element.name, "rank": rank} | ({"visible": True} if visible else {})
        case Nothing():
            return None
        case Several(items):
            return [to_json(item) for item in items]


def from_json(said: Any) -> HostType:
    """The type that `to_json` made this of. Raises ValueError, KeyError or TypeError for anything else."""
    if said is None:
        return Nothing()
    if isinstance(said, str):
        return Number(TYPES[said])
    if isinstance(said, dict):
        named = cast(dict[str, Any], said)
        return Elements(TYPES[named["element"]], int(named["rank"]), bool(named.get("visible")))
    if isinstance(said, list):
        return Several(tuple(from_json(item) for item in cast(list[Any], said)))
    raise ValueError(f"no type: {said!r}")
