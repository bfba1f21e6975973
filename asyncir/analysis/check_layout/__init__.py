"""
check_layout: translation validation of frame layouts. It takes a machine before and after layout and proves that every path, ready and
resumed, does the same: the same effects on equal operands in the same order, the same suspensions, the same results.

It trusts nothing that the layout says: not names, not which slot is whose, not the frame's size; and imports nothing from it.

The lattice. For each value after layout, and for each slot at the entry of each block:

                 any                  not asked for: may be anything
        term_1  term_2  term_3 …      is that expression over the machine before layout (terms.py), with its newest values
                 none                 cannot be shown to be what is asked for: rejected

It is walked on demand, from the operands of effects, suspensions, branches and returns back to definitions (prove.py): what is never
asked for may be dead. Steps:

1. structure.py   walks both graphs in step: which place before layout each block after it stands for, which effect each effect is
2. segments.py    no SSA value crosses from `sm.park` to its resume block
3. slots.py       slots lie in the frame, are aligned, and the slots of arguments do not overlap
4. prove.py       each operand is the term that the operand before layout is

A layout may then hoist, clone and recompute pure operations, move values between slots, pack them into words and ballots. It may not move
or copy effects (a load is one), compute what may be undefined where the program does not, or split a block in two.

Near-linear: facts are about as many as definitions, slots at block entries, and operands of merges.
Source: Necula, "Translation validation for an optimizing compiler" (PLDI 2000); the idea of a checker that trusts no annotation is from
the register allocation checkers of regalloc2.
"""

from __future__ import annotations

from collections.abc import Iterator

from xdsl.dialects.builtin import ModuleOp
from xdsl.ir import Operation

from asyncir.analysis.check_layout.bits import Descriptions
from asyncir.analysis.check_layout.error import LayoutError
from asyncir.analysis.check_layout.operations import is_effect, may_fail, signature
from asyncir.analysis.check_layout.prove import Machines, Proof
from asyncir.analysis.check_layout.segments import check_segments
from asyncir.analysis.check_layout.slots import Frame
from asyncir.analysis.check_layout.structure import Structure, Use
from asyncir.analysis.check_layout.terms import Terms
from asyncir.analysis.scopes import Scopes
from asyncir.analysis.uniformity import Uniformity
from asyncir.dialects import sm
from asyncir.dialects.locations import location_of

__all__ = ["LayoutError", "check_layout", "check_layouts"]


def check_layouts(before: ModuleOp, after: ModuleOp) -> None:
    """
    Check each machine of `before` that is split and laid out in `after`. Raises LayoutError for the first that is wrong.
    """
    split = {op.sym_name.data: op for op in before.ops if isinstance(op, sm.MachineOp) and not op.laid_out}
    found = {op.sym_name.data: op for op in after.ops if isinstance(op, sm.MachineOp)}
    scopes = Scopes(before) if any(machine.scope.data != "lane" for machine in split.values()) else None
    for name, machine in split.items():
        if name not in found:
            raise LayoutError(f"@{name} is gone", location_of(machine))
        if found[name].laid_out:
            _check(machine, found[name], _uniformity(machine, scopes))


def check_layout(before: sm.MachineOp, after: sm.MachineOp) -> None:
    """Raises LayoutError unless the laid-out machine `after` does what the split machine `before`, in its module, does."""
    module = before.parent_op()
    _check(before, after, _uniformity(before, Scopes(module) if before.scope.data != "lane" and isinstance(module, ModuleOp) else None))


def _uniformity(machine: sm.MachineOp, scopes: Scopes | None) -> Uniformity | None:
    """What is the same in all lanes; None in lane scope, where there is one. Unknown callers may pass what differs."""
    if machine.scope.data == "lane":
        return None
    known = None if scopes is None else scopes.uniformity.get(machine.sym_name.data)
    return known or Uniformity(machine.body, range(len(machine.entry.args)))


def _check(before: sm.MachineOp, after: sm.MachineOp, uniformity: Uniformity | None) -> None:
    _check_interface(before, after)
    terms = Terms(before, uniformity)
    structure = Structure(before, after, terms)
    check_segments(after)
    machines = Machines(before, after, terms, structure, Frame(after), Descriptions(list(structure.places)))
    proof = Proof(machines)
    proof.run(structure.uses)
    proof.run_unused()
    shown = proof.values()
    for op in _may_fail(structure):
        if not any(result in shown for result in op.results) and not _is_program_s_own(op, machines):
            message = f"@{after.sym_name.data}: '{op.name}', which is undefined for some operands, is computed where the program does not"
            raise LayoutError(message, location_of(op))


def _check_interface(before: sm.MachineOp, after: sm.MachineOp) -> None:
    name = before.sym_name.data
    if before.laid_out or not after.laid_out:
        raise LayoutError(f"@{name}: expected a split machine and a laid-out one", location_of(after))
    ours = {key: value for key, value in after.properties.items() if key not in ("frame", "arg_slots", "largest")}
    for key in {**ours, **before.properties}:
        if ours.get(key) != before.properties.get(key):
            message = f"@{name}: {key} is {ours.get(key)}, expected {before.properties.get(key)}"
            raise LayoutError(message, location_of(after), notes=[("the program has this", location_of(before))])
    if before.attributes != after.attributes:
        raise LayoutError(f"@{name} has other attributes", location_of(after))


def _may_fail(structure: Structure) -> Iterator[Operation]:
    """The reachable operations after layout that are undefined for some operands."""
    for block in structure.places:
        for op in block.ops:
            if op.results and not is_effect(op) and may_fail(op):
                yield op


def _is_program_s_own(op: Operation, machines: Machines) -> bool:
    """Whether an operation whose result does not matter is one that the program does in that place, too."""
    assert op.parent is not None
    kind = signature(op)
    block = machines.structure.places[op.parent].block
    for original in block.ops:
        if original.name == op.name and signature(original) == kind and original.results:
            if not machines.terms.is_computed(machines.terms.of[original.results[0]], block, machines.structure.passed[op]):
                continue
            try:
                Proof(machines).run([Use(op, index, operand) for index, operand in enumerate(original.operands)])
            except LayoutError:
                continue
            return True
    return False
