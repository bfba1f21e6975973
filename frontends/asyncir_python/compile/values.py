"""A type and the SSA values that hold it, or a constant."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from xdsl.ir import SSAValue

from asyncir_python.compile.types import NONE, Static, Tuple, Type


@dataclass(frozen=True)
class Value:
    """A value of the program that is compiled. Constants (bool, int or float) and tuples of them have no parts until they are used."""

    type: Type
    parts: tuple[SSAValue, ...] = ()
    constant: Any = None
    """The value of a scalar constant, else None."""
    items: tuple[Value, ...] | None = None
    """The items of a tuple as they were written: `Emitter.whole` makes parts of them."""

    @property
    def only(self) -> SSAValue:
        """The SSA value of a type that has one."""
        (part,) = self.parts
        return part


NOTHING = Value(NONE)


def static(value: object) -> Value:
    """Something known when compiling."""
    return Value(Static(value))


def pack(items: Sequence[Value], is_list: bool = False) -> Value:
    """A tuple, or a list, of these items."""
    return Value(Tuple(tuple(item.type for item in items), is_list), items=tuple(items))


def split(value: Value) -> list[Value]:
    """The items of a tuple."""
    assert isinstance(value.type, Tuple)
    if value.items is not None:
        return list(value.items)
    return cut(value.type.items, value.parts)


def cut(types: Sequence[Type], parts: Sequence[SSAValue]) -> list[Value]:
    """Values of these types, whose parts follow one another."""
    values: list[Value] = []
    start = 0
    for type_ in types:
        end = start + len(type_.parts)
        values.append(Value(type_, tuple(parts[start:end])))
        start = end
    assert start == len(parts)
    return values


@dataclass
class Scope:
    """The variables at a point of a function: name to value, and why a name that was assigned somewhere has none."""

    values: dict[str, Value] = field(default_factory=dict[str, Value])
    missing: dict[str, str] = field(default_factory=dict[str, str])

    def copy(self) -> Scope:
        return Scope(dict(self.values), dict(self.missing))
