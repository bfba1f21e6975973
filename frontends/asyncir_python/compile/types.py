"""Compile-time types, and the MLIR types of the values that hold one."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from xdsl.dialects.builtin import (
    DYNAMIC_INDEX,
    BFloat16Type,
    Float16Type,
    Float32Type,
    Float64Type,
    IntegerType,
    MemRefType,
    StridedLayoutAttr,
    i32,
)
from xdsl.ir import Attribute

from asyncir.dialects.async_ import TokenType, ValueType
from asyncir.dialects.task_types import ChannelType, EventType, LockType
from asyncir_python.promotion import BOOL, FLOAT, INT, ScalarType, common_type
from asyncir_python.twin.arrays import array_text


class Type(ABC):
    """What the compiler knows of a value."""

    @property
    @abstractmethod
    def parts(self) -> tuple[Attribute, ...]:
        """The MLIR types of the SSA values that hold it."""

    @abstractmethod
    def __str__(self) -> str:
        """As a user would write it."""


@dataclass(frozen=True)
class Scalar(Type):
    """A number or a bool; `scalar.weak` for Python's own int and float."""

    scalar: ScalarType

    @property
    def parts(self) -> tuple[Attribute, ...]:
        return (element_attribute(self.scalar),)

    def __str__(self) -> str:
        return self.scalar.name


def element_attribute(scalar: ScalarType) -> Attribute:
    """The MLIR type of a scalar: integers are signless."""
    if scalar.kind != "float":
        return IntegerType(scalar.bits)
    if scalar.name == "bf16":
        return BFloat16Type()
    return {16: Float16Type(), 32: Float32Type(), 64: Float64Type()}[scalar.bits]


BOOLEAN = Scalar(BOOL)
INTEGER = Scalar(INT)
REAL = Scalar(FLOAT)


@dataclass(frozen=True)
class NoneType(Type):
    """None: what a function without a value returns."""

    @property
    def parts(self) -> tuple[Attribute, ...]:
        return ()

    def __str__(self) -> str:
        return "None"


NONE = NoneType()


@dataclass(frozen=True)
class Tuple(Type):
    """Several values in one; a list of fixed length too."""

    items: tuple[Type, ...]
    is_list: bool = False

    @property
    def parts(self) -> tuple[Attribute, ...]:
        return tuple(part for item in self.items for part in item.parts)

    def __str__(self) -> str:
        return f"{'list' if self.is_list else 'tuple'}[{', '.join(map(str, self.items))}]"


@dataclass(frozen=True)
class Array(Type):
    """An array in memory; a view (a slice of another) has strides of its own."""

    element: ScalarType
    rank: int
    view: bool = False
    shape: tuple[int, ...] | None = None
    """Static sizes, of arrays made in a task with constant sizes."""
    visible: bool = False
    """Whether the host sees it while the kernel runs: a parameter of the kernel that says so, or a part of one."""

    @property
    def parts(self) -> tuple[Attribute, ...]:
        sizes = list(self.shape or (DYNAMIC_INDEX,) * self.rank)
        layout = StridedLayoutAttr([None] * (self.rank - 1) + [1], None) if self.view else None
        return (MemRefType(element_attribute(self.element), sizes, *([layout] if layout else [])),)

    def __str__(self) -> str:
        return array_text(self.element.name, self.rank, self.visible)


@dataclass(frozen=True)
class Task(Type):
    """A task that was started: its handle has a value for each part of the result, or is a token."""

    result: Type
    may_fail: bool = field(default=True, compare=False)
    """Whether awaiting it may raise an error other than that it was cancelled."""

    @property
    def parts(self) -> tuple[Attribute, ...]:
        return tuple(ValueType(part) for part in self.result.parts) or (TokenType(),)

    def __str__(self) -> str:
        return f"asyncio.Task[{self.result}]"


@dataclass(frozen=True)
class Channel(Type):
    """`asyncir_python.Channel[T]`."""

    element: ScalarType

    @property
    def parts(self) -> tuple[Attribute, ...]:
        return (ChannelType(element_attribute(self.element)),)

    def __str__(self) -> str:
        return f"Channel[{self.element.name}]"


@dataclass(frozen=True)
class Event(Type):
    """`asyncio.Event`."""

    @property
    def parts(self) -> tuple[Attribute, ...]:
        return (EventType(),)

    def __str__(self) -> str:
        return "asyncio.Event"


@dataclass(frozen=True)
class Lock(Type):
    """`asyncio.Lock`. IR has no question whether a lock is held: an event beside it is set while it is."""

    @property
    def parts(self) -> tuple[Attribute, ...]:
        return (LockType(), EventType())

    def __str__(self) -> str:
        return "asyncio.Lock"


@dataclass(frozen=True)
class Static(Type):
    """Something known when compiling: a module, a function, a class, a string. Has no value at run time."""

    value: Any

    @property
    def parts(self) -> tuple[Attribute, ...]:
        return ()

    def __str__(self) -> str:
        if isinstance(self.value, str):
            return f"the text {self.value!r}"
        return f"'{getattr(self.value, '__qualname__', None) or getattr(self.value, '__name__', None) or repr(self.value)}'"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Static) and (other.value is self.value or _same_text(self.value, other.value))

    def __hash__(self) -> int:
        return id(self.value) if not isinstance(self.value, str) else hash(self.value)


def _same_text(a: object, b: object) -> bool:
    return isinstance(a, str) and isinstance(b, str) and a == b


@dataclass(frozen=True)
class Awaitable(Type):
    """
    What can be awaited and has not been started: a coroutine (`double(x)`, `queue.get()`), a future of gather, a sleep.

    `inputs` are the types of what it was made with, held by its parts; `resume` emits what awaiting it does: it takes the emitter, the
    node to speak of, and the inputs, and gives the result. `start`, if there is one, starts it as a task without a body of its own.
    """

    what: str
    inputs: tuple[Type, ...]
    resume: Callable[..., Any]
    start: Callable[..., Any] | None = None
    may_fail: bool = field(default=True, compare=False)
    key: Any = None
    """Two awaitables of one type do the same: what tells them apart beside their inputs."""

    @property
    def parts(self) -> tuple[Attribute, ...]:
        return tuple(part for item in self.inputs for part in item.parts)

    def __str__(self) -> str:
        return f"coroutine {self.what}"


@dataclass(frozen=True)
class Error(Type):
    """An error that an except clause has caught: its kind and its code, see failing.py."""

    @property
    def parts(self) -> tuple[Attribute, ...]:
        return (i32, i32)

    def __str__(self) -> str:
        return "an exception"


class Mixed(TypeError):
    """Two types that one variable cannot have."""


def join(a: Type, b: Type) -> Type:
    """The type of a variable that has type `a` on one path and `b` on another. Raises Mixed."""
    if a == b:
        return a
    match a, b:
        case Scalar(), Scalar():
            try:
                return Scalar(common_type(a.scalar, b.scalar))
            except TypeError as error:
                raise Mixed(str(error)) from error
        case Tuple(), Tuple() if len(a.items) == len(b.items) and a.is_list == b.is_list:
            return Tuple(tuple(join(x, y) for x, y in zip(a.items, b.items, strict=True)), a.is_list)
        case Array(), Array() if (a.element, a.rank) == (b.element, b.rank):
            return Array(a.element, a.rank, a.view or b.view, a.shape if a.shape == b.shape else None, a.visible and b.visible)
        case Task(), Task() if a.result.parts == b.result.parts:
            return Task(join(a.result, b.result), a.may_fail or b.may_fail)
        case _:
            raise Mixed(f"{a} and {b}")
