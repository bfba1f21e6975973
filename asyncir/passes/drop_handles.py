"""
drop-handles: where the last handle to an object is used for the last time, the program says so.

Requires: split machines, behind work-first. Ensures: of each owned unit (analysis/handles.py) exactly one of these stands on every
path from its definition to its machine's end, unless the path fails: `sm.drop` as an attribute of the await that is its last use, or of
the start whose handles nobody uses; the operation `sm.drop` behind another last use, or on the edge behind which there is none; a move to
somebody who drops it. What is not owned lives until the launch ends. A module that cancels tasks is left as it is: a canceller
follows handles that are not its own.

An await that drops names the object no longer than before, so no frame grows: the executor finds it where the task waited.

    sm.machine @f(%n: i32) -> i32 attributes {scope = "lane"} {
      %h = sm.start @g(%n) : (i32) -> !async.value<i32>
      %t = sm.start @g(%n) : (i32) -> !async.value<i32>
      %rank = async.add_to_group %t, %group : !async.value<i32>
      sm.suspend await(%h) 1 : (!async.value<i32>) -> i32 [^next]
      …

becomes

    sm.machine @f(%n: i32) -> i32 attributes {scope = "lane"} {
      %h = sm.start @g(%n) : (i32) -> !async.value<i32>
      %t = sm.start @g(%n) : (i32) -> !async.value<i32>
      %rank = async.add_to_group %t, %group : !async.value<i32>
      sm.drop %t : !async.value<i32>
      sm.suspend await(%h) 1 {sm.drop} : (!async.value<i32>) -> i32 [^next]
      …
"""

from __future__ import annotations

from dataclasses import dataclass

from xdsl.context import Context
from xdsl.dialects import cf
from xdsl.dialects.builtin import LocationAttr, ModuleOp, UnitAttr
from xdsl.ir import Block, Operation
from xdsl.passes import ModulePass

from asyncir.analysis.handles import MachineHandles, Unit, machine_handles
from asyncir.dialects import sm, task, task_scopes
from asyncir.passes.rewriting import append, located, new_block, set_blocks


@dataclass(frozen=True)
class DropHandlesPass(ModulePass):
    """See the file's header."""

    name = "drop-handles"

    def apply(self, ctx: Context, op: ModuleOp) -> None:
        if any(isinstance(each, (task.CancelOp, *task_scopes.SCOPE_OPS, sm.DropOp)) or sm.DROP in each.attributes for each in op.walk()):
            return
        for handles in machine_handles(op):
            _Drops(handles).write()


class _Drops:
    """Writes the drops of one machine."""

    def __init__(self, handles: MachineHandles) -> None:
        self._handles = handles
        self._edges: dict[Block, dict[Unit, list[tuple[Operation, int]]]] = {}
        """By the block entered: the edges on which units are dropped."""

    def write(self) -> None:
        handles = self._handles
        for block in handles.blocks:
            units = dict.fromkeys((*handles.defined_in(block), *handles.last_uses[block]))
            ends = [unit for unit in units if unit.owned and not handles.is_live_out(unit, block)]
            starts = [op for op in block.ops if isinstance(op, sm.StartOp) and not op.handles]
            for unit in ends:
                self._end(unit, block)
            for start in starts:
                start.attributes[sm.DROP] = UnitAttr()
            if len(block.last_op.successors if block.last_op is not None else ()) > 1:
                for unit in handles.live_out(block):
                    if unit.owned:
                        self._leave(unit, block)
        self._write_edges()

    def _end(self, unit: Unit, block: Block) -> None:
        """The unit is used in this block for the last time."""
        last = self._handles.last_uses[block].get(unit)
        if last is None:
            self._unused(unit, block)
        elif last is block.last_op:
            if isinstance(last, sm.SuspendOp):
                if last.kind.data is not sm.Kind.CALL:
                    last.attributes[sm.DROP] = UnitAttr()
            else:
                self._leave(unit, block)
        elif not isinstance(last, sm.StartOp):
            block.insert_op_after(_drop(unit, last.location), last)

    def _unused(self, unit: Unit, block: Block) -> None:
        """The unit is defined here, and nothing is done with it."""
        owner = unit.values[0].owner
        if isinstance(owner, sm.StartOp):
            owner.attributes[sm.DROP] = UnitAttr()
        elif isinstance(owner, Operation):
            block.insert_op_after(_drop(unit, owner.location), owner)
        else:
            _insert_first(block, _drop(unit, _location(block)))

    def _leave(self, unit: Unit, block: Block) -> None:
        """The unit is not used behind some edges, or moved on them."""
        terminator = block.last_op
        assert terminator is not None
        for index, successor in enumerate(terminator.successors):
            null = index == 1 and isinstance(terminator, cf.ConditionalBranchOp) and terminator.cond is unit.null_if_not
            if null or self._handles.is_live_in(unit, successor) or self._handles.passes(terminator, index, unit):
                continue
            self._edges.setdefault(successor, {}).setdefault(unit, []).append((terminator, index))

    def _write_edges(self) -> None:
        """Drops that belong on all edges to a block stand at its start; the others get blocks of their own."""
        order: list[Block] = []
        for block in list(self._handles.machine.body.blocks):
            split: dict[tuple[Operation, int], list[Unit]] = {}
            for unit, edges in self._edges.get(block, {}).items():
                if len(edges) == len(self._handles.edges[block]):
                    _insert_first(block, _drop(unit, _location(block)))
                else:
                    for edge in edges:
                        split.setdefault(edge, []).append(unit)
            order += [_split(edge, block, units) for edge, units in split.items()]
            order.append(block)
        if len(order) > len(self._handles.machine.body.blocks):
            set_blocks(self._handles.machine.body, order)


def _drop(unit: Unit, location: LocationAttr) -> sm.DropOp:
    return located(sm.DropOp(unit.values[0]), location)


def _location(block: Block) -> LocationAttr:
    """That of what the block begins with."""
    assert block.first_op is not None
    return block.first_op.location


def _insert_first(block: Block, op: Operation) -> None:
    first = block.first_op
    assert first is not None
    block.insert_op_before(op, first)


def _split(edge: tuple[Operation, int], target: Block, units: list[Unit]) -> Block:
    """A block on an edge that drops units."""
    terminator, index = edge
    between = new_block([argument.type for argument in target.args], terminator.location)
    for unit in units:
        append(between, _drop(unit, terminator.location), terminator.location)
    append(between, cf.BranchOp(target, *between.args), terminator.location)
    successors = list(terminator.successors)
    successors[index] = between
    terminator.successors = successors
    return between
