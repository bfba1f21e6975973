"""
Tiles that are used outside of their time, where the text of one block shows it: behind the operation that gives the slot back.

What stands in other blocks may run before or after, so it is left to the reference, which sees every access.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from xdsl.ir import Block, Operation, SSAValue
from xdsl.traits import IsTerminator

from asyncir.dialects.locations import location_of
from asyncir.dialects.task_copy import VIEWS
from asyncir.dialects.task_tiles import GIVING, CommitSlotOp, ReleaseSlotOp, tile_of
from asyncir.errors import InputError


def check_tiles(operations: Sequence[Operation]) -> None:
    """Raises InputError at the first use of a tile or slot that stands behind its commit or release."""
    places: dict[Block, dict[Operation, int]] = {}
    for op in operations:
        if isinstance(op, CommitSlotOp | ReleaseSlotOp) and op.parent is not None:
            if op.parent not in places:
                places[op.parent] = {other: place for place, other in enumerate(op.parent.ops)}
            _check(op, places[op.parent])


def _check(given: CommitSlotOp | ReleaseSlotOp, places: dict[Operation, int]) -> None:
    here = places[given]
    for user in (*_users(given.slot), *_tile_users(given)):
        place = _place(user, places)
        if place is not None and place > here and not user.has_trait(IsTerminator):
            raise _too_late(user, given)


def _users(value: SSAValue) -> Iterator[Operation]:
    return (use.operation for use in value.uses)


def _tile_users(given: CommitSlotOp | ReleaseSlotOp) -> Iterator[Operation]:
    """What uses the slot's tile, or a view of it."""
    tile = tile_of(given.slot)
    pending: list[SSAValue] = [] if tile is None else [tile]
    while pending:
        for user in _users(pending.pop()):
            yield user
            if user.name in VIEWS:
                pending += user.results


def _place(op: Operation, places: dict[Operation, int]) -> int | None:
    """Where in the block the operation is, or the one in which it stands; None if it is in none of the block's."""
    inner: Operation | None = op
    while inner is not None and inner not in places:
        inner = inner.parent_op()
    return None if inner is None else places[inner]


def _too_late(user: Operation, given: CommitSlotOp | ReleaseSlotOp) -> InputError:
    done = "committed" if isinstance(given, CommitSlotOp) else "released"
    what = "gives a slot back" if isinstance(user, GIVING) else "uses a slot or its tile"
    return InputError(
        f"'{user.name}' op {what} that is {done} before",
        location_of(user),
        notes=[(f"it is {done} here", location_of(given))],
        help="a tile is written between acquire and commit, and read between receive and release",
    )
