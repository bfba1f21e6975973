"""
The two halves of a fork-join machine (pass work-first), laid out: what its states do on a stack, and what it does on the heap.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from xdsl.dialects import cf
from xdsl.ir import Attribute, Block, Operation

from asyncir.dialects import sm


def calls(machine: sm.MachineOp) -> list[sm.ParkOp]:
    """Where children are called."""
    return [park for park in leaves(machine) if park.callee is not None]


def leaves(machine: sm.MachineOp) -> list[sm.ParkOp]:
    """Where a segment on a stack ends other than by the task's end: at calls, and where it goes to the heap."""
    lasts = [block.last_op for block in machine.body.blocks]
    return [last for last in lasts if isinstance(last, sm.ParkOp) and _leaves(last)]


def _leaves(op: sm.Suspension) -> bool:
    return op.callee is not None or sm.TO_HEAP in op.attributes


@dataclass(frozen=True)
class Pending:
    """Where a task goes on, on the heap, behind a call whose child is pending."""

    number: int
    resume: Block
    callee: str | None
    """None: there is no child."""
    handles: tuple[Attribute, ...]


def stack_half(machine: sm.MachineOp, state: int) -> tuple[sm.MachineOp, Block]:
    """A copy with what is reached from a state when each call's child has ended, up to the next call, and where it begins."""
    copy = machine.clone()
    _decide(copy, pending=False)
    start = copy.entry if state == 0 else next(park.resume for park in calls(copy) if park.number == state)
    _keep(copy, [start])
    return copy, start


def heap_half(machine: sm.MachineOp) -> tuple[sm.MachineOp, list[Pending]]:
    """A copy with what is reached from behind calls whose child is pending, and where each begins."""
    copy = machine.clone()
    _decide(copy, pending=True)
    states = [Pending(park.number, park.resume, *_called(park)) for park in leaves(copy)]
    _keep(copy, [state.resume for state in states])
    return copy, states


def _called(park: sm.ParkOp) -> tuple[str | None, tuple[Attribute, ...]]:
    if park.callee is None or park.handles is None:
        return None, ()
    return park.callee.root_reference.data, park.handles.data


def _decide(machine: sm.MachineOp, *, pending: bool) -> None:
    """Calls always park; behind them, the child has ended or has not."""
    for block in machine.body.blocks:
        last = block.last_op
        if isinstance(last, sm.SuspendOp) and _leaves(last):
            _replace_last(block, cf.BranchOp(last.targets[1]))
    for park in calls(machine):
        branch = park.resume.last_op
        assert isinstance(branch, cf.BranchOp)
        called = branch.successor
        last = called.last_op
        if isinstance(last, cf.ConditionalBranchOp):
            target, passed = (last.then_block, last.then_arguments) if pending else (last.else_block, last.else_arguments)
            _replace_last(called, cf.BranchOp(target, *passed))


def _replace_last(block: Block, new: Operation) -> None:
    last = block.last_op
    assert last is not None
    new.location = last.location
    last.detach()
    last.erase()
    block.add_op(new)


def _keep(machine: sm.MachineOp, roots: Sequence[Block]) -> None:
    """Erases the blocks that the roots do not reach. A call ends its segment: what is behind it is reached as a root only."""
    seen = dict.fromkeys(roots)
    pending = list(seen)
    while pending:
        last = pending.pop().last_op
        if last is None or (isinstance(last, sm.ParkOp) and _leaves(last)):
            continue
        for target in last.successors:
            if target not in seen:
                seen[target] = None
                pending.append(target)
    for block in seen:
        if isinstance(last := block.last_op, sm.ParkOp) and _leaves(last):
            last.successors = [block]  # Where it goes on is another copy's affair.
    dead = [block for block in machine.body.blocks if block not in seen]
    for block in dead:
        for op in block.ops:
            op.drop_all_references()
    for block in dead:
        machine.body.detach_block(block)
        block.erase(safe_erase=False)
