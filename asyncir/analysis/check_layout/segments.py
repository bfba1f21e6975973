"""
No SSA value crosses a park: what a resumed segment uses, it was produced for, reloaded or computed in it.

In the graph without the edges from `sm.park`, in which every resume block is an entry beside the machine's own, each definition must
dominate its uses.
"""

from __future__ import annotations

from xdsl.ir import Block, Operation, SSAValue

from asyncir.analysis.check_layout.describe import value_name
from asyncir.analysis.check_layout.error import LayoutError
from asyncir.analysis.dominance import defining_block
from asyncir.analysis.dominator_tree import immediate_dominators, intervals
from asyncir.dialects import sm
from asyncir.dialects.locations import location_of


def check_segments(machine: sm.MachineOp) -> None:
    """Raises LayoutError if a value is used behind a park without having been made there."""
    graph = _Segments(machine)
    for block in graph.number:
        before: set[SSAValue] = set(block.args)
        for op in block.ops:
            for nested in op.walk() if op.regions else (op,):
                for operand in nested.operands:
                    home = defining_block(operand)
                    if (home is block and operand not in before) or (home is not None and not graph.dominates(home, block)):
                        _fail(machine, graph, operand, block, nested)
            before.update(op.results)


class _Segments:
    """The blocks with node 0 above the entries."""

    def __init__(self, machine: sm.MachineOp) -> None:
        self._region = machine.body
        parks = [op for block in machine.body.blocks if isinstance(op := block.last_op, sm.ParkOp)]
        self.number: dict[Block, int] = {}
        self.resumes = {park.resume: park.number for park in parks}
        entries = list(dict.fromkeys([machine.entry, *self.resumes]))
        parent = [0]
        pending = [(block, 0) for block in reversed(entries)]
        while pending:
            block, above = pending.pop()
            if block not in self.number:
                self.number[block] = len(parent)
                pending += [(follower, len(parent)) for follower in reversed(_following(block))]
                parent.append(above)
        self.preds: list[list[int]] = [[] for _ in parent]
        for block, number in self.number.items():
            if block in entries[:1] or block in self.resumes:
                self.preds[number].append(0)
            for follower in _following(block):
                self.preds[self.number[follower]].append(number)
        self._enter, self._leave = intervals(immediate_dominators(parent, self.preds))

    def dominates(self, a: Block, b: Block) -> bool:
        if a.parent is not self._region:
            return True
        if a not in self.number:
            return False
        first, second = self.number[a], self.number[b]
        return self._enter[first] <= self._enter[second] and self._leave[second] <= self._leave[first]

    def resumed_from(self, home: Block | None, block: Block) -> int | None:
        """A state that comes to `block` without passing `home`."""
        blocks = list(self.number)
        seen = {block}
        pending = [block]
        while pending:
            current = pending.pop()
            if current in self.resumes:
                return self.resumes[current]
            above = [blocks[number - 1] for number in self.preds[self.number[current]] if number]
            found = [pred for pred in above if pred is not home and pred not in seen]
            seen.update(found)
            pending += found
        return None


def _following(block: Block) -> list[Block]:
    last = block.last_op
    return [] if last is None or isinstance(last, sm.ParkOp) else list(last.successors)


def _fail(machine: sm.MachineOp, graph: _Segments, value: SSAValue, block: Block, op: Operation) -> None:
    state = graph.resumed_from(defining_block(value), block)
    what = f"{value_name(value)}, which '{op.name}' uses, does not reach it"
    if state is not None:
        what = f"state {state}: {value_name(value)}, which '{op.name}' uses, was defined before the park and not reloaded"
    notes = [(f"{value_name(value)} is defined here", location_of(value))]
    raise LayoutError(f"@{machine.sym_name.data}: {what}", location_of(op), notes=notes)
