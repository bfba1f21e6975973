"""
The two machines in step: which place before layout each block after layout stands for.

A layout changes the graph at suspensions only. What it may add there are the blocks on their edges:

    before      suspend ────────────────────────────► next
    after       suspend ──► ready ──────────────────► next        (the ready or the resume block may be missing)
                   └─────► park ──► resume ─────────► next

All else goes in step: a block stands for one block, each effect for the next effect, a branch for the same branch. So what is left to
prove is that operands are equal (prove.py).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple, NoReturn

from xdsl.dialects import cf
from xdsl.ir import Block, Operation, SSAValue

from asyncir.analysis.check_layout.describe import value_name
from asyncir.analysis.check_layout.error import LayoutError
from asyncir.analysis.check_layout.operations import branch_signature, is_effect, signature
from asyncir.analysis.check_layout.terms import Term, Terms
from asyncir.dialects import sm, task
from asyncir.dialects.interfaces import produced_block_arg_types, successor_operands
from asyncir.dialects.locations import location_of


@dataclass(frozen=True)
class Place:
    """
    What a block after layout stands for: a stretch of a block before layout, from behind its first `start` effects to behind `end`.

    What a suspension produces counts as one more effect: ready and resume blocks stand behind it, the park block in front of it.
    """

    block: Block
    start: int
    end: int
    edge_of: sm.SuspendOp | None = None
    """The suspension (before layout) on whose edges the block stands; None for the image of a block."""


class Edge(NamedTuple):
    """A way into a block after layout, and what happens before layout on that way."""

    source: Block
    passed: Sequence[SSAValue | Term]
    """What the block's arguments get; terms are what the suspension produces."""
    into: Block | None
    """The block that the machine before layout enters on this edge; None if it stays where it is."""
    given: Mapping[SSAValue, Term]
    """What the arguments of `into` get."""
    known: dict[Term, Term]
    """Terms behind the edge, and the same in front of it."""


class Use(NamedTuple):
    """An operand that must be equal in both machines."""

    op: Operation
    position: int
    expected: SSAValue


class Structure:
    """The walk, and what it finds. Raises LayoutError where the machines go different ways."""

    def __init__(self, before: sm.MachineOp, after: sm.MachineOp, terms: Terms) -> None:
        self._terms = terms
        self._name = after.sym_name.data
        self._image: dict[Block, Block] = {}
        self._indegree: dict[Block, int] = {}
        self.places: dict[Block, Place] = {}
        """Of the reachable blocks after layout."""
        self.edges: dict[Block, list[Edge]] = {}
        """The ways into each of them."""
        self.passed: dict[Operation, int] = {}
        """How many effects of the place's block come before each operation after layout."""
        self.results: dict[SSAValue, Term] = {}
        """Results of effects, after layout, and the variables they are."""
        self.uses: list[Use] = []
        self._count_edges(after)
        self._pending: list[Block] = []
        self._enter(after.entry, before.entry)
        while self._pending:
            self._walk(self._pending.pop())

    def _count_edges(self, after: sm.MachineOp) -> None:
        for block in after.body.blocks:
            for successor in () if block.last_op is None else block.last_op.successors:
                self._indegree[successor] = self._indegree.get(successor, 0) + 1

    def _enter(self, block: Block, stands_for: Block) -> None:
        """A block after layout is entered where the program enters a block before layout."""
        if self._image.setdefault(stands_for, block) is not block:
            self._fail("one block of the program became two", block.first_op)
        place = Place(stands_for, 0, len(self._terms.effects[stands_for]))
        if block not in self.places:
            self.places[block] = place
            self.edges[block] = []
            self._pending.append(block)
        elif self.places[block] != place:
            self._fail("a block is entered in different states of the program", block.first_op)

    def _enter_edge(self, block: Block, suspension: sm.SuspendOp, passed: int) -> None:
        """A block on the edge of a suspension, behind `passed` effects."""
        if block in self.places or self._indegree[block] != 1:
            self._fail(f"state {suspension.number}: a block of its edges is entered from elsewhere", block.first_op)
        assert suspension.parent is not None
        self.places[block] = Place(suspension.parent, passed, passed, suspension)
        self.edges[block] = []
        self._pending.append(block)

    # ----------------------------------------------------------------------------------------------------- inside of a block

    def _walk(self, block: Block) -> None:
        place = self.places[block]
        effects = self._terms.effects[place.block]
        passed = place.start
        for op in block.ops:
            self.passed[op] = passed
            if not is_effect(op) or (isinstance(op, task.BallotOp) and isinstance(block.last_op, sm.ParkOp)):
                continue
            if place.edge_of is not None:
                self._fail(f"state {place.edge_of.number}: '{op.name}' was put on an edge of the suspension", op)
            if passed == len(effects):
                self._fail(f"'{op.name}' is done where the program goes on to '{_name(place.block.last_op)}'", op)
            self._match(op, effects[passed])
            passed += 1
        last = block.last_op
        if last is None:
            self._fail("a block does not end", None)
        if place.edge_of is not None:
            self._leave_edge(last, place)
        elif passed < len(effects):
            self._fail(f"'{effects[passed].name}' is not done before '{last.name}'", last, effects[passed])
        else:
            self._leave(last, place.block.last_op)

    def _match(self, op: Operation, expected: Operation) -> None:
        """One effect for the other."""
        if signature(op) != signature(expected):
            self._fail(f"'{op.name}' is done where the program does '{expected.name}'{_difference(op, expected)}", op, expected)
        if op.regions or expected.regions:
            self._match_regions(op, expected)
        for index, operand in enumerate(expected.operands):
            self.uses.append(Use(op, index, operand))
        for result, original in zip(op.results, expected.results, strict=True):
            self.results[result] = self._terms.of[original]

    def _match_regions(self, op: Operation, expected: Operation) -> None:
        """Nested operations are the same, and use the same from outside."""
        same: dict[SSAValue, SSAValue] = {}
        ours, theirs = list(op.walk())[1:], list(expected.walk())[1:]
        for region, original in zip(op.regions, expected.regions, strict=True):
            for block, copied in zip(region.blocks, original.blocks, strict=False):
                same.update(zip(copied.args, block.args, strict=False))
        if len(ours) != len(theirs) or any(nested.regions for nested in theirs):
            self._fail(f"'{op.name}' has another body", op, expected)
        for nested, original in zip(ours, theirs, strict=True):
            if signature(nested) != signature(original):
                self._fail(f"'{op.name}' has another body: '{nested.name}' for '{original.name}'", nested, original)
            same.update(zip(original.results, nested.results, strict=True))
            for index, operand in enumerate(original.operands):
                if operand not in same:
                    self.uses.append(Use(nested, index, operand))
                elif same[operand] is not nested.operands[index]:
                    self._fail(f"'{op.name}' has another body: '{nested.name}' uses {value_name(nested.operands[index])}", nested)

    # ------------------------------------------------------------------------------------------------------- between blocks

    def _leave(self, last: Operation, expected: Operation | None) -> None:
        """A terminator for the other."""
        if isinstance(last, sm.SuspendOp) and isinstance(expected, sm.SuspendOp):
            self._suspend(last, expected)
            return
        if expected is None or branch_signature(last) != branch_signature(expected):
            self._fail(f"'{last.name}' where the program has '{_name(expected)}'{_difference(last, expected)}", last, expected)
        if not last.successors:
            self._require_same_count(last, expected)
            self.uses += [Use(last, index, operand) for index, operand in enumerate(expected.operands)]
        elif not isinstance(last, cf.BranchOp):
            self.uses.append(Use(last, 0, expected.operands[0]))
        for index, (target, original) in enumerate(zip(last.successors, expected.successors, strict=True)):
            given = successor_operands(expected, index) or ()
            self._go(last, index, target, original, [self._terms.of[value] for value in given])

    def _go(self, last: Operation, index: int, target: Block, original: Block, given: Sequence[Term]) -> None:
        """The edge from a terminator to its successor number `index`, on which the program enters `original`."""
        self._enter(target, original)
        self._add_edge(last, index, target, original, given)

    def _add_edge(self, last: Operation, index: int, target: Block, into: Block | None, given: Sequence[Term]) -> None:
        assert last.parent is not None
        count = len(produced_block_arg_types(last, index))
        suspension = self._suspension_of(last) if count else None
        produced: list[SSAValue | Term] = list(self._terms.produced[suspension]) if suspension is not None else []
        passed = [*produced, *(successor_operands(last, index) or ())]
        taken: dict[SSAValue, Term] = dict(zip(() if into is None else into.args, given, strict=True))
        self.edges[target].append(Edge(last.parent, passed, into, taken, {}))

    def _suspension_of(self, last: Operation) -> sm.SuspendOp:
        assert last.parent is not None
        place = self.places[last.parent]
        found = place.edge_of or place.block.last_op
        assert isinstance(found, sm.SuspendOp)
        return found

    def _suspend(self, last: sm.SuspendOp, expected: sm.SuspendOp) -> None:
        self._match_suspension(last, expected)
        if len(last.successors) != 2:
            self._fail(f"state {expected.number} has {len(last.successors)} successors, expected ready and park", last)
        ready, park = last.successors
        count = len(self._terms.effects[self.places[_block(last)].block])
        if not isinstance(park.last_op, sm.ParkOp):
            self._fail(f"state {expected.number}: the park path ends in '{_name(park.last_op)}', expected 'sm.park'", park.last_op)
        self._enter_edge(park, expected, count)
        self._add_edge(last, 1, park, None, [])
        if expected.kind.data not in sm.NEVER_READY:
            self._go_on(last, ready, expected, count)

    def _go_on(self, last: Operation, target: Block, suspension: sm.SuspendOp, count: int) -> None:
        """The ready or the resume edge; a block that is entered from nowhere else stands on the edge."""
        if self._indegree[target] == 1:
            self._enter_edge(target, suspension, count + 1)
            self._add_edge(last, 0, target, None, [])
        else:
            self._go(last, 0, target, suspension.successors[0], self._terms.produced[suspension])

    def _leave_edge(self, last: Operation, place: Place) -> None:
        """The end of a block on an edge of a suspension."""
        suspension = place.edge_of
        assert suspension is not None
        if isinstance(last, sm.ParkOp):
            self._match_suspension(last, suspension)
            self._go_on(last, last.resume, suspension, place.start)
        elif isinstance(last, cf.BranchOp) and place.start > len(self._terms.effects[place.block]):
            self._go(last, 0, last.successors[0], suspension.successors[0], self._terms.produced[suspension])
        else:
            self._fail(f"state {suspension.number}: '{last.name}' where the program goes on", last, suspension)

    def _match_suspension(self, op: sm.Suspension, expected: sm.SuspendOp) -> None:
        if op.number != expected.number:
            self._fail(f"'{op.name}' has state {op.number}, expected {expected.number}", op, expected)
        if op.kind != expected.kind:
            self._fail(f"state {op.number}: '{op.name}' is {op.kind.data}, expected {expected.kind.data}", op, expected)
        if op.attributes != expected.attributes or op.produced != expected.produced:
            self._fail(f"state {op.number}: '{op.name}' has other attributes or types", op, expected)
        self._require_same_count(op, expected)
        self.uses += [Use(op, index, operand) for index, operand in enumerate(expected.arguments)]

    def _require_same_count(self, op: Operation, expected: Operation) -> None:
        if len(op.operands) != len(expected.operands):
            self._fail(f"'{op.name}' has {len(op.operands)} operands, expected {len(expected.operands)}", op, expected)

    def _fail(self, what: str, op: Operation | None, expected: Operation | None = None) -> NoReturn:
        notes = [] if expected is None else [("the program has this", location_of(expected))]
        raise LayoutError(f"@{self._name}: {what}", None if op is None else location_of(op), notes=notes)


def _name(op: Operation | None) -> str:
    return "nothing" if op is None else op.name


def _difference(op: Operation, expected: Operation | None) -> str:
    """Why two operations of one name are not the same."""
    if expected is None or op.name != expected.name:
        return ""
    for name in {**op.properties, **expected.properties}:
        if op.properties.get(name) != expected.properties.get(name):
            return f": {name} is {op.properties.get(name)}, expected {expected.properties.get(name)}"
    return " of other attributes or types"


def _block(op: Operation) -> Block:
    assert op.parent is not None
    return op.parent
