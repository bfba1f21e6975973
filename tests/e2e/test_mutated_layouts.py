"""
Right layouts of random machines, each with one thing changed at random: what the checker still accepts must still mean the same.

This tests the checker, not the layouts: each case of tests/layout_broken is one that somebody thought of.
"""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest
import random_machines
from machine_runs import laid_out, run_reference, split
from random_machines import Batch
from targets import sampled
from xdsl.dialects import arith, cf
from xdsl.dialects.builtin import IntegerAttr, ModuleOp
from xdsl.ir import Operation

from asyncir.analysis.check_layout import LayoutError, check_layouts
from asyncir.analysis.verify import verify_module
from asyncir.dialects import sm
from asyncir.errors import AsyncirError

SEEDS = range(12)
OFTEN = 2
MUTANTS = 30

_Mutation = Callable[[random.Random, list[Operation]], bool]


def _pick(rng: random.Random, ops: list[Operation], *kinds: type[Operation]) -> Operation | None:
    found = [op for op in ops if isinstance(op, kinds)]
    return rng.choice(found) if found else None


def other_slot(rng: random.Random, ops: list[Operation]) -> bool:
    """A save or reload takes the slot of another."""
    op, other = _pick(rng, ops, sm.SaveOp, sm.ReloadOp), _pick(rng, ops, sm.SaveOp, sm.ReloadOp)
    if op is None or other is None or op.properties["slot"] == other.properties["slot"]:
        return False
    op.properties["slot"] = other.properties["slot"]
    return True


def no_save(rng: random.Random, ops: list[Operation]) -> bool:
    op = _pick(rng, ops, sm.SaveOp)
    if op is None:
        return False
    op.detach()
    op.erase()
    return True


def other_operand(rng: random.Random, ops: list[Operation]) -> bool:
    """An operand becomes another value of its type, of the same block or an argument of it."""
    op = rng.choice([op for op in ops if op.operands])
    index = rng.randrange(len(op.operands))
    assert op.parent is not None
    visible = list(op.parent.args)
    for earlier in op.parent.ops:
        if earlier is op:
            break
        visible += earlier.results
    same = [value for value in visible if value.type == op.operands[index].type and value is not op.operands[index]]
    if not same:
        return False
    op.operands[index] = rng.choice(same)
    return True


def other_constant(rng: random.Random, ops: list[Operation]) -> bool:
    op = _pick(rng, ops, arith.ConstantOp)
    if not isinstance(op, arith.ConstantOp) or not isinstance(op.value, IntegerAttr):
        return False
    number = op.value.value.data
    op.properties["value"] = IntegerAttr(1 + number if str(op.result.type) == "i1" else number ^ 1, op.result.type)
    return True


def swapped_targets(rng: random.Random, ops: list[Operation]) -> bool:
    op = _pick(rng, ops, cf.ConditionalBranchOp)
    if not isinstance(op, cf.ConditionalBranchOp) or op.then_arguments or op.else_arguments:
        return False
    op.successors = list(reversed(op.successors))
    return True


MUTATIONS: list[_Mutation] = [other_slot, no_save, other_operand, other_operand, other_operand, other_constant, swapped_targets]


def mutant(rng: random.Random, module: ModuleOp) -> ModuleOp | None:
    """The module with one change in one of its random machines; None if that is no valid module."""
    copy = module.clone()
    machines = [op for op in copy.ops if isinstance(op, sm.MachineOp) and op.sym_name.data.startswith("r")]
    ops = [op for block in rng.choice(machines).body.blocks for op in block.ops]
    try:
        if not rng.choice(MUTATIONS)(rng, ops):
            return None
        verify_module(copy)
    except AsyncirError:
        return None
    return copy


def accepted(before: ModuleOp, after: ModuleOp) -> bool:
    try:
        check_layouts(before, after)
    except LayoutError:
        return False
    return True


def require_same(before: ModuleOp, after: ModuleOp, batch: Batch) -> None:
    for width, seed in ((1, 1), (4, 2)):
        want = run_reference(before, batch, 0, width)
        assert not want.differing(run_reference(after, batch, seed, width), batch.seeds)


@pytest.mark.slow
@pytest.mark.parametrize("seed", [sampled(seed, id=str(seed), often=seed < OFTEN) for seed in SEEDS])
def test_what_is_accepted_means_the_same(seed: int) -> None:
    rng = random.Random(seed)
    batch = random_machines.batch([seed * 2, seed * 5 + 4])
    before = split(batch)
    after = laid_out(before, rng.choice(["bound", "per-value", "union"]), "off")
    rejected = 0
    for _ in range(MUTANTS):
        changed = mutant(rng, after)
        if changed is None:
            continue
        if accepted(before, changed):
            require_same(before, changed, batch)
        else:
            rejected += 1
    assert rejected > MUTANTS // 4, f"only {rejected} mutants were rejected"
