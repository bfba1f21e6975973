"""
Whether a role can end, or wait, while copies into a slot are under way that it has not committed yet.

Where it cannot, a role that ends early has only copies that belong to committed slots: those complete with a phase of a barrier that
nothing but the copies holds up. For a slot that is not committed nobody could wait: to commit it would give the readers what is no tile.
"""

from __future__ import annotations

from dataclasses import dataclass

from xdsl.dialects import cf
from xdsl.ir import Block, Operation

from asyncir.analysis.cfg import successors
from asyncir.analysis.roles import End, Role
from asyncir.dialects import task
from asyncir.dialects.task_copy import CopyOp
from asyncir.dialects.task_tiles import AcquireSlotOp, CommitSlotOp, ReceiveSlotOp

_MANY = 4
"""Slots that a writer has: so many, or more."""


@dataclass(frozen=True)
class _State:
    """How many slots of an end a role has, at most, and whether copies may be under way into one."""

    held: int = 0
    is_open: bool = False

    def joined(self, other: _State) -> _State:
        return _State(max(self.held, other.held), self.is_open or other.is_open)


def ends_with_copies(role: Role, end: End) -> Operation | None:
    """An operation at which the role may wait or end while copies into an uncommitted slot of that end are under way, if there is one."""
    start = role.body.blocks[0]
    states: dict[Block, _State] = {start: _State()}
    pending = [start]
    while pending:
        block = pending.pop()
        state = states[block]
        for op in block.ops:
            if state.is_open and isinstance(op, AcquireSlotOp | ReceiveSlotOp | task.CloseOp | task.FailOp | cf.AssertOp):
                return op
            state = _after(op, state, role, end)
        for successor in successors(block):
            known = states.get(successor)
            joined = state if known is None else known.joined(state)
            if joined != known:
                states[successor] = joined
                pending.append(successor)
    return None


def _after(op: Operation, state: _State, role: Role, end: End) -> _State:
    match op:
        case AcquireSlotOp() if role.slots[op.slot] == end:
            return _State(min(state.held + 1, _MANY), state.is_open)
        case CommitSlotOp() if role.slots[op.slot] == end:
            left = max(state.held - 1, 0)
            return _State(left, state.is_open and left > 0)
        case CopyOp() if op.slot is not None and role.slots[op.slot] == end:
            return _State(state.held, True)
        case _:
            return state
