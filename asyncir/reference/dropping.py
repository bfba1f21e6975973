"""
Dropped handles: `sm.drop`, as an operation or on an await, says that no handle to a task or group is used any more. That is checked
here: whoever uses one after all ends the run with an error, as targets have freed the object by then.
"""

from __future__ import annotations

from collections.abc import Iterable

from xdsl.ir import Operation

from asyncir.dialects.locations import location_of
from asyncir.errors import Note
from asyncir.reference.faults import broken
from asyncir.reference.task import Handle, Task
from asyncir.reference.values import Value
from asyncir.reference.waiting import Group


def _named(source: Value) -> Task | Group | None:
    return source.task if isinstance(source, Handle) else source if isinstance(source, Group) else None


def require_kept(op: Operation, sources: Iterable[Value]) -> None:
    """Error if one of these handles was dropped."""
    for source in sources:
        named = _named(source)
        if named is not None and named.dropped is not None:
            notes: list[Note] = [("it was dropped here", location_of(named.dropped))]
            raise broken("use-after-drop", op, f"'{op.name}' uses a handle that was dropped", notes)


def drop(op: Operation, source: Value) -> None:
    """No handle to this is used any more; nothing happens where there is none."""
    named = _named(source)
    if named is not None:
        require_kept(op, [source])
        named.dropped = op
