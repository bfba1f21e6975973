"""
layout-frames{policy=bound remat=cost}: what must be there behind a suspension gets a place in the frame, or is computed again; saves,
reloads and merges become explicit.

Requires: split-suspensions. Ensures: the laid-out form of `sm`.

`remat` (layout/remat.py) decides what the frame holds across each suspension, `policy` (layout/__init__.py) where. At each suspension
the ready edge goes on at once, and the park edge saves, parks and reloads. A value that is needed behind has then two definitions that
meet behind the suspension: SSA form is repaired with block arguments. Constants and the like are computed again in each block that
uses them instead.

    sm.machine @f(%h: !async.value<i32>, %x: i32) -> i32 attributes {scope = "lane"} {
      %y = arith.muli %x, %x : i32
      sm.suspend await(%h) 1 : (!async.value<i32>) -> i32 [^next]
    ^next(%v: i32):
      %r = arith.addi %v, %y : i32
      sm.return %r : i32
    }

becomes, with {policy=bound remat=off},

    sm.machine @f(%h: !async.value<i32>, %x: i32) -> i32 attributes {scope = "lane",
        frame = #sm.frame<task 4 rows 0 arguments 8 rows 0 policy "bound">, arg_slots = [#sm.slot<task 0>, #sm.slot<task 4>]} {
      %y = arith.muli %x, %x : i32
      sm.suspend await(%h) 1 : (!async.value<i32>) -> i32 [^ready, ^park]
    ^park:
      sm.save %y at <task 0> : i32
      sm.park await(%h) 1 : (!async.value<i32>) -> i32 [^resume]
    ^resume(%v1: i32):
      %y1 = sm.reload at <task 0> : i32
      cf.br ^next(%v1, %y1 : i32, i32)
    ^ready(%v0: i32):
      cf.br ^next(%v0, %y : i32, i32)
    ^next(%v: i32, %y2: i32):
      %r = arith.addi %v, %y2 : i32
      sm.return %r : i32
    }
"""

from __future__ import annotations

from dataclasses import dataclass

from xdsl.context import Context
from xdsl.dialects.builtin import ArrayAttr, ModuleOp
from xdsl.ir import Block, Operation, SSAValue
from xdsl.passes import ModulePass

from asyncir.analysis.cfg import erase_unreachable_blocks
from asyncir.analysis.effects import is_rematerialisable
from asyncir.analysis.scopes import Scopes
from asyncir.dialects import sm
from asyncir.passes.collector import collector_paused
from asyncir.passes.layout import Layout, Request, find_policy
from asyncir.passes.layout.checks import check_crossing, check_interface, check_sizes
from asyncir.passes.layout.edges import Edges
from asyncir.passes.layout.largest import note_largest
from asyncir.passes.layout.remat import crossing
from asyncir.passes.layout.settling import Crossing
from asyncir.passes.rematerialise import compute_where_used
from asyncir.passes.rewriting import set_blocks
from asyncir.passes.ssa_repair import Names, Write, repair_named


@dataclass(frozen=True)
class LayoutFramesPass(ModulePass):
    """Frames: slots, saves, reloads."""

    name = "layout-frames"
    policy: str = "bound"
    remat: str | None = None
    """None: cost for the policy bound, off for the others, which are there to be compared with."""

    def apply(self, ctx: Context, op: ModuleOp) -> None:
        find_policy(self.policy)
        machines = [machine for machine in op.ops if isinstance(machine, sm.MachineOp) and not machine.laid_out]
        scopes = Scopes(op) if machines else None
        for machine in machines:
            assert scopes is not None
            known = scopes.uniformity.get(machine.sym_name.data)
            with collector_paused():
                _lay_out(machine, self, set[SSAValue]() if known is None else known.divergent)


def _lay_out(machine: sm.MachineOp, options: LayoutFramesPass, divergent: set[SSAValue]) -> None:
    """Lay out one machine."""
    erase_unreachable_blocks(machine.body)
    check_interface(machine)
    remat = options.remat or ("cost" if options.policy == "bound" else "off")
    crosses = crossing(machine, remat, divergent.__contains__)
    check_crossing(machine, crosses.held)
    check_sizes(machine, crosses.held, divergent)
    layout = find_policy(options.policy)(Request(machine, crosses.held, divergent.__contains__))
    frame = sm.FrameAttr.get(layout.task_bytes, layout.rows, options.policy, layout.handover, layout.shared)
    note_largest(machine, frame, crosses.held, divergent)
    free = _free_across(crosses)
    names, saves = _write_edges(machine, layout, crosses)
    compute_where_used(free)
    repair_named(machine.body, names, crosses.liveness.live_in, saves)
    machine.properties["frame"] = frame
    machine.properties["arg_slots"] = ArrayAttr(layout.arguments)


def _free_across(crosses: Crossing) -> dict[SSAValue, None]:
    """The constants and the like that are used behind a suspension."""
    live = crosses.liveness.live_into_any(suspension.successors[0] for suspension in crosses.held)
    again = (value.owner for way in (crosses.again, crosses.ready) for values in way.values() for value in values)
    operands = (operand for op in again if isinstance(op, Operation) for operand in op.operands)
    return dict.fromkeys(value for value in (*live, *operands) if is_rematerialisable(value))


def _write_edges(machine: sm.MachineOp, layout: Layout, crosses: Crossing) -> tuple[dict[Block, Names], dict[Block, Write]]:
    """
    Give each suspension its ready, park and resume blocks; returns what else stands, in which block, for each value that crosses one, and
    what writes the saves of each park block.
    """
    names: dict[Block, Names] = {}
    saves: dict[Block, Write] = {}
    order: list[Block] = []
    for block in list(machine.body.blocks):
        order.append(block)
        if isinstance(suspension := block.last_op, sm.SuspendOp):
            edges = Edges(suspension, layout)
            reloaded = edges.reload()
            names[edges.resume] = reloaded + edges.compute(edges.resume, crosses.again[suspension], reloaded)
            names[edges.ready] = edges.compute(edges.ready, crosses.ready[suspension], [])
            saves[edges.park] = edges.save
            edges.connect()
            order += (edges.park, edges.resume, edges.ready)
    set_blocks(machine.body, order)
    return names, saves
