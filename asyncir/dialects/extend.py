"""A dialect of xDSL's with operations of ours added, or in the place of those of the same name."""

from __future__ import annotations

from collections.abc import Iterable

from xdsl.dialect_interfaces import DialectInterface
from xdsl.ir import Dialect, Operation


def extended(base: Dialect, operations: Iterable[type[Operation]], interfaces: Iterable[DialectInterface] = ()) -> Dialect:
    """
    `base` with these operations. One that replaces another is its subclass, so that whoever asks for the one finds the other.
    xDSL hides the interfaces of a dialect: `base`'s are named again.
    """
    ours = {operation.name: operation for operation in operations}
    kept = [ours.pop(operation.name, operation) for operation in base.operations]
    return Dialect(base.name, [*kept, *ours.values()], list(base.attributes), list(interfaces))
