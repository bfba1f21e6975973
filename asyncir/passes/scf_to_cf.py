"""
scf-to-cf: structured control flow becomes blocks and branches; `linalg.fill` becomes loops.

Requires: no `async.execute` around structured control flow (outline-execute). Ensures: no op of `scf` is left in a function.

The blocks of regions are reused and laid out in the order of the text; each operation moves at most once, so the cost is
linear. The branch that closes an `scf.for` carries `task.bounded` where the loop provably ends: what comes later need not
guard it against running for ever.

    func.func @sum(%n: index, %x: f32) -> f32 {
      %c0 = arith.constant 0 : index
      %c1 = arith.constant 1 : index
      %r = scf.for %i = %c0 to %n step %c1 iter_args(%a = %x) -> (f32) {
        %s = arith.addf %a, %x : f32
        scf.yield %s : f32
      }
      return %r : f32
    }

becomes

    func.func @sum(%n: index, %x: f32) -> f32 {
      %c0 = arith.constant 0 : index
      %c1 = arith.constant 1 : index
      cf.br ^header(%c0, %x : index, f32)
    ^header(%i: index, %a: f32):
      %more = arith.cmpi slt, %i, %n : index
      cf.cond_br %more, ^body, ^exit
    ^body:
      %s = arith.addf %a, %x : f32
      %next = arith.addi %i, %c1 : index
      cf.br ^header(%next, %s : index, f32) {task.bounded}
    ^exit:
      return %a : f32
    }
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from xdsl.context import Context
from xdsl.dialects import arith, cf, func, scf
from xdsl.dialects.builtin import DenseIntElementsAttr, ModuleOp, VectorType, i64
from xdsl.ir import Block, Operation, Region, SSAValue
from xdsl.passes import ModulePass

from asyncir.analysis.effects import BOUNDED_ATTRIBUTE, is_bounded_for
from asyncir.dialects import async_
from asyncir.dialects.linalg_fill import FillOp
from asyncir.dialects.locations import location_of
from asyncir.dialects.task import BOUNDED
from asyncir.errors import InputError
from asyncir.passes.fill_loops import expand_fill, expand_parallel
from asyncir.passes.rewriting import append, erase, move_to_end, new_block, replace_op, set_blocks


@dataclass(frozen=True)
class ScfToCfPass(ModulePass):
    """Structured control flow becomes blocks and branches."""

    name = "scf-to-cf"

    def apply(self, ctx: Context, op: ModuleOp) -> None:
        for function in op.ops:
            if isinstance(function, func.FuncOp | async_.FuncOp):
                flatten(function.body)


def flatten(region: Region) -> None:
    """Flatten the structured control flow in a function's body."""
    if not any(op.regions for block in region.blocks for op in block.ops):
        return
    flattener = _Flattener()
    for block in list(region.blocks):
        flattener.walk(block)
    set_blocks(region, flattener.blocks)


_TERMINATORS = (scf.YieldOp, scf.ConditionOp, scf.ReduceOp)


class _Flattener:
    """The blocks of one function in their new order; `current` is the one that operations go to."""

    def __init__(self) -> None:
        self.blocks: list[Block] = []
        self.current = Block()

    def walk(self, block: Block) -> None:
        """Lay out a block, flattened; afterwards `current` ends in its terminator."""
        self.start(block)
        for op in list(block.ops):
            if self.current is not op.parent:
                move_to_end(op, self.current)
            handler = _HANDLERS.get(op.name)
            if handler is not None:
                handler(self, op)
            else:
                _check(op)

    def start(self, block: Block) -> None:
        """The block comes next in the order, and takes the operations that follow."""
        self.blocks.append(block)
        self.current = block

    def walk_and_branch(self, block: Block, target: Block) -> None:
        """Lay out a block that yields to a target."""
        self.walk(block)
        end = self.current.last_op
        assert isinstance(end, scf.YieldOp | scf.ReduceOp)
        _end_with_branch(self.current, end, target, end.operands)


def _check(op: Operation) -> None:
    """Reject what would be left structured."""
    if op.name.startswith("scf.") and not isinstance(op, _TERMINATORS):
        raise InputError(f"'{op.name}' is not supported in a task", location_of(op), help="write it with scf.for, scf.if or scf.while")
    if isinstance(op, async_.ExecuteOp):
        inner = next((nested for nested in op.walk() if nested.name.startswith("scf.")), None)
        if inner is not None:
            raise InputError(f"'{inner.name}' in an 'async.execute': run outline-execute first", location_of(inner))


def _take(region: Region) -> Block:
    """The only block of a region, taken out of it."""
    return region.detach_block(region.block)


def _end_with_branch(block: Block, end: Operation, target: Block, operands: Sequence[SSAValue]) -> Operation:
    branch = append(block, cf.BranchOp(target, *operands), end.location)
    erase(end)
    return branch


def _flatten_if(flattener: _Flattener, op: scf.IfOp) -> None:
    join = new_block(op.result_types, op.location, [result.name_hint for result in op.results])
    then = _take(op.true_region)
    other = _take(op.false_region) if op.false_region.blocks else join
    append(flattener.current, cf.ConditionalBranchOp(op.cond, then, (), other, ()), op.location)
    flattener.walk_and_branch(then, join)
    if other is not join:
        flattener.walk_and_branch(other, join)
    flattener.start(join)
    replace_op(op, join.args)


def _flatten_for(flattener: _Flattener, op: scf.ForOp) -> None:
    """
    before ──► header(i, carried) ──► body ──► header, with i + step
                       └────────────► exit
    """
    location, body = op.location, _take(op.body)
    header = new_block([arg.type for arg in body.args], location, [arg.name_hint for arg in body.args])
    exit_block = Block()
    for old, new in zip(reversed(body.args), reversed(header.args), strict=True):
        new.location = old.location
        old.replace_all_uses_with(new)
        body.erase_arg(old)
    append(flattener.current, cf.BranchOp(header, op.lb, *op.iter_args), location)
    flattener.start(header)
    unsigned = op.get_attr_or_prop("unsignedCmp") is not None
    more = append(header, arith.CmpiOp(header.args[0], op.ub, "ult" if unsigned else "slt"), location)
    append(header, cf.ConditionalBranchOp(more.result, body, (), exit_block, ()), location)
    flattener.walk(body)
    end = flattener.current.last_op
    assert isinstance(end, scf.YieldOp)
    following = arith.AddiOp(header.args[0], op.step)
    flattener.current.insert_op_before(following, end)
    following.location = location
    back = _end_with_branch(flattener.current, end, header, [following.result, *end.arguments])
    if is_bounded_for(op):
        back.attributes[BOUNDED] = BOUNDED_ATTRIBUTE
    flattener.start(exit_block)
    replace_op(op, header.args[1:])


def _flatten_while(flattener: _Flattener, op: scf.WhileOp) -> None:
    """
    start ──► before(args) ──► after(values) ──► before
                   └─────────► exit(values)
    """
    before, after = _take(op.before_region), _take(op.after_region)
    exit_block = new_block(op.result_types, op.location, [result.name_hint for result in op.results])
    append(flattener.current, cf.BranchOp(before, *op.arguments), op.location)
    flattener.walk(before)
    condition = flattener.current.last_op
    assert isinstance(condition, scf.ConditionOp)
    branch = cf.ConditionalBranchOp(condition.condition, after, condition.args, exit_block, condition.args)
    append(flattener.current, branch, condition.location)
    erase(condition)
    flattener.walk_and_branch(after, before)
    flattener.start(exit_block)
    replace_op(op, exit_block.args)


def _flatten_switch(flattener: _Flattener, op: scf.IndexSwitchOp) -> None:
    join = new_block(op.result_types, op.location, [result.name_hint for result in op.results])
    default, cases = _take(op.default_region), [_take(region) for region in op.case_regions]
    flag = append(flattener.current, arith.IndexCastOp(op.arg, i64), op.location).result
    values = op.cases.get_values()
    case_values = DenseIntElementsAttr.from_list(VectorType(i64, (len(cases),)), [int(value) for value in values]) if cases else None
    append(flattener.current, cf.SwitchOp(flag, default, (), case_values, cases, [()] * len(cases)), op.location)
    for case in (*cases, default):
        flattener.walk_and_branch(case, join)
    flattener.start(join)
    replace_op(op, join.args)


def _flatten_execute_region(flattener: _Flattener, op: scf.ExecuteRegionOp) -> None:
    join = new_block(op.result_types, op.location, [result.name_hint for result in op.results])
    blocks = list(op.region.blocks)
    for block in blocks:
        op.region.detach_block(block)
    append(flattener.current, cf.BranchOp(blocks[0]), op.location)
    for block in blocks:
        flattener.walk(block)
        end = flattener.current.last_op
        if isinstance(end, scf.YieldOp):
            _end_with_branch(flattener.current, end, join, end.arguments)
    flattener.start(join)
    replace_op(op, join.args)


def _flatten_parallel(flattener: _Flattener, op: scf.ParallelOp) -> None:
    if op.results:
        raise InputError(
            "'scf.parallel' with reductions is not supported in a task",
            location_of(op),
            help="carry the value through an scf.for instead, or start tasks and reduce their results",
        )
    _flatten_nest(flattener, expand_parallel(op))


def _flatten_fill(flattener: _Flattener, op: FillOp) -> None:
    _flatten_nest(flattener, expand_fill(op))


def _flatten_nest(flattener: _Flattener, loop: scf.ForOp | None) -> None:
    if loop is not None:
        _flatten_for(flattener, loop)


_HANDLERS: dict[str, Callable[[_Flattener, Any], None]] = {
    scf.IfOp.name: _flatten_if,
    scf.ForOp.name: _flatten_for,
    scf.WhileOp.name: _flatten_while,
    scf.IndexSwitchOp.name: _flatten_switch,
    scf.ExecuteRegionOp.name: _flatten_execute_region,
    scf.ParallelOp.name: _flatten_parallel,
    FillOp.name: _flatten_fill,
}
