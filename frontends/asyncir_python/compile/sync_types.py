"""
The types of asyncio's objects for several tasks, and the SSA values that each is made of.

| object | made of |
|---|---|
| Event | an event |
| Lock | a lock, and an event that is set while it is held |
| Semaphore | a lock, held while there is no permit, and the number of permits (semaphores.py) |
| BoundedSemaphore | a channel with an item for each permit that is taken, and their highest number |
| Condition | its lock, and a list of events of those who wait (waitlists.py) |
| Barrier | a condition, and three numbers in an array (asyncir_python/barriers.py) |
| Queue | a channel of its items, and its size; more for items of several parts and where the program counts them (queues.py) |

All of them are references: copies of the values name the same object. Between two awaits asyncio runs a task alone; here others run at the
same time. Each operation of these objects is one step for others, but two of them in a row are not: what tasks share needs a lock, or a
protocol of awaits, for a program to mean the same on a device.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass, field

from xdsl.dialects.builtin import DYNAMIC_INDEX, MemRefType, i32, i64
from xdsl.ir import Attribute

from asyncir.dialects.task_types import ChannelType, EventType, LockType
from asyncir_python.compile.functions import Specialisation
from asyncir_python.compile.types import Array, Lock, NoneType, Scalar, Tuple, Type
from asyncir_python.promotion import TYPES

WAITERS: tuple[Attribute, ...] = (ChannelType(EventType()), ChannelType(EventType()))
"""A list of those who wait: see waitlists.py."""
COUNT = MemRefType(i64, [1])
COUNTS = MemRefType(i64, [2])
SLOTS = ChannelType(i32)


@dataclass(frozen=True)
class Semaphore(Type):
    """`asyncio.Semaphore`."""

    @property
    def parts(self) -> tuple[Attribute, ...]:
        return (LockType(), COUNT)

    def __str__(self) -> str:
        return "asyncio.Semaphore"


@dataclass(frozen=True)
class BoundedSemaphore(Type):
    """`asyncio.BoundedSemaphore`."""

    @property
    def parts(self) -> tuple[Attribute, ...]:
        return (SLOTS, i64)

    def __str__(self) -> str:
        return "asyncio.BoundedSemaphore"


@dataclass(frozen=True)
class Condition(Type):
    """`asyncio.Condition`."""

    @property
    def parts(self) -> tuple[Attribute, ...]:
        return (*Lock().parts, *WAITERS)

    def __str__(self) -> str:
        return "asyncio.Condition"


BARRIER_STATE = Array(TYPES["i64"], 1)


@dataclass(frozen=True)
class Barrier(Type):
    """`asyncio.Barrier`."""

    @property
    def parts(self) -> tuple[Attribute, ...]:
        return (*Condition().parts, *BARRIER_STATE.parts)

    def __str__(self) -> str:
        return "asyncio.Barrier"


@dataclass(frozen=True, eq=False)
class Site:
    """Where a queue is made whose items have no type yet: the first item put in says it, and the function is emitted again."""

    spec: Specialisation
    node: ast.AST


@dataclass(frozen=True)
class Queue(Type):
    """`asyncio.Queue` of items of a type. In an annotation without one, `element` and `site` are None."""

    element: Type | None
    site: Site | None = None
    counted: bool = field(default=False, compare=False)
    """Whether it knows how many items are not done; all queues of a module do, or none."""

    @property
    def leaves(self) -> tuple[Attribute, ...]:
        """The types of the scalars that an item is made of."""
        return () if self.element is None else self.element.parts

    @property
    def slotted(self) -> bool:
        """Whether items stand in arrays, and the channel has the numbers of their places."""
        return self.counted or not isinstance(self.element, Scalar)

    @property
    def parts(self) -> tuple[Attribute, ...]:
        if not self.slotted:
            return (i64, ChannelType(self.leaves[0]))
        arrays = tuple(MemRefType(leaf, [DYNAMIC_INDEX]) for leaf in self.leaves)
        return (i64, SLOTS, SLOTS, *arrays, *((COUNTS, *WAITERS) if self.counted else ()))

    def __str__(self) -> str:
        return "asyncio.Queue" if self.element is None else f"asyncio.Queue[{self.element}]"


def can_be_item(type_: Type) -> bool:
    """Whether a queue may hold it."""
    match type_:
        case Tuple():
            return all(can_be_item(item) for item in type_.items)
        case _:
            return isinstance(type_, Scalar | NoneType)
