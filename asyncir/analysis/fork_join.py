"""
Which machines the dynamic executor runs on lanes' stacks, and of the others why not.

Pass work-first marks machines *fork-join*: of lane scope, few words handed over, and waiting for their own fork-join children alone.
The marks count where such a machine calls a child; without any call a program has no stacks.
"""

from __future__ import annotations

from collections.abc import Iterable

from xdsl.dialects.builtin import MemRefType, VectorType

from asyncir.analysis.liveness import Liveness, used_values
from asyncir.dialects import async_, sm
from asyncir.dialects.locations import location_of

_CHILDREN = (sm.Kind.AWAIT, sm.Kind.AWAIT_RAW, sm.Kind.TRY_AWAIT, sm.Kind.AWAIT_ALL, sm.Kind.CALL)
"""What may be the await of a child; everything else leaves the stack."""


def suspensions_of(machine: sm.MachineOp) -> list[sm.SuspendOp]:
    """In the order of the text."""
    return [block.last_op for block in machine.body.blocks if isinstance(block.last_op, sm.SuspendOp)]


def is_fork_join(machine: sm.MachineOp) -> bool:
    """Whether the machine begins on a stack, in a program with stacks."""
    return sm.FORK_JOIN in machine.attributes


def has_stacks(machines: Iterable[sm.MachineOp]) -> bool:
    """Whether lanes have stacks: a fork-join machine calls a child, or leaves its stack."""
    lasts = (block.last_op for machine in machines if is_fork_join(machine) for block in machine.body.blocks)
    return any(isinstance(last, sm.SuspendOp | sm.ParkOp) and _leaves(last) for last in lasts)


def why_on_heap(machine: sm.MachineOp, machines: Iterable[sm.MachineOp]) -> str | None:
    """What keeps a machine that suspends off stacks; None if nothing does. `machines` are the program's, itself among them."""
    known = {one.sym_name.data: one for one in machines}
    if is_fork_join(machine):
        return None if has_stacks(known.values()) else "no task of this program runs on a stack"
    if machine.scope.data != "lane":
        return f"a task of {machine.scope.data} scope has no stack"
    suspensions = suspensions_of(machine)
    # A child that never waits may be off stacks only because no task on a stack calls it: that is the last reason to name.
    quick = {name for name, one in known.items() if not suspensions_of(one)}
    own = {machine.sym_name.data}
    return _awaits_other(suspensions, known, quick | own) or _no_room(machine) or _awaits_other(suspensions, known, own) or _ELSE


_ELSE = "it waits for a handle that another task made or has too, or its arguments or results are more than are handed over in registers"


def _awaits_other(suspensions: Iterable[sm.SuspendOp], known: dict[str, sm.MachineOp], passed_over: set[str]) -> str | None:
    """The first suspension that does not wait for a child on the stack; children that are passed over count as such."""
    for one in suspensions:
        if (reason := _not_a_child(one, known, passed_over)) is not None:
            return f"{reason}, at {location_of(one) or 'an unknown place'}"
    return None


def _leaves(one: sm.Suspension) -> bool:
    return one.callee is not None or sm.TO_HEAP in one.attributes


def _not_a_child(one: sm.SuspendOp, known: dict[str, sm.MachineOp], passed_over: set[str]) -> str | None:
    """Why a suspension does not wait for a child on the stack, or for a group of such."""
    kind = one.kind.data
    if kind not in _CHILDREN:
        return f"'{kind}' waits for something other than a child"
    if one.catches:
        return f"'{kind}' catches a cancellation"
    if not one.arguments:
        return None
    owner = one.arguments[0].owner
    if isinstance(owner, async_.CreateGroupOp):
        added = [op for use in owner.result.uses if isinstance(op := use.operation, async_.AddToGroupOp)]
        starts = [op.operand.owner for op in added]
    else:
        starts = [owner]
    for start in starts:
        if not isinstance(start, sm.StartOp):
            continue  # Of another task, or kept across a suspension: nothing can be said of it.
        callee = start.callee.root_reference.data
        if callee not in passed_over and (callee not in known or not is_fork_join(known[callee])):
            return f"'{kind}' waits for @{callee}, which does not run on a stack"
    return None


def _no_room(machine: sm.MachineOp) -> str | None:
    """What the machine has that stacks and registers have no room for."""
    types = machine.function_type
    if any(isinstance(type_, MemRefType | VectorType) for side in (types.inputs, types.outputs) for type_ in side.data):
        return "an array or a vector among its arguments or results is not handed over in registers"
    if _keeps_array(machine):
        return "it keeps an array or a vector across a suspension"
    return None


def _keeps_array(machine: sm.MachineOp) -> bool:
    liveness = Liveness(machine.body)
    for one in suspensions_of(machine):
        values = [value for target in one.targets for value in liveness.live_in(target)]
        if any(isinstance(value.type, MemRefType | VectorType) for value in (*values, *used_values(one))):
            return True
    return False
