"""
Which handles machines own: those of which can be said, on every path, where the object is named for the last time.

A *unit* is what names one object: the handles of a start (its token and values name the same frame), a group, a ready handle, the handles
that a `call` yields, an argument of a block. It is owned if all that is done with it is

  - awaiting it, adding it to a group or members to it, asking whether it is an error;
  - *moving* it, where it is not used any more: to an argument of a block or, by a start, to one of a machine.

Units that are moved into each other form a *web*, which is owned if nothing else is done with any of them. All else lets a handle
escape: results, select, a choice between handles, two uses at once. Escaped too are frames that others may name without a handle: those
of machines that select.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from xdsl.dialects import cf
from xdsl.dialects.builtin import ModuleOp
from xdsl.ir import Attribute, Block, Operation, SSAValue

from asyncir.analysis.cfg import predecessor_edges, reverse_postorder
from asyncir.analysis.liveness import Liveness, used_values
from asyncir.dialects import async_, sm, task
from asyncir.dialects.async_ import GroupType, is_handle
from asyncir.dialects.interfaces import produced_block_arg_types, successor_operands

AWAITS = (sm.Kind.AWAIT, sm.Kind.AWAIT_RAW, sm.Kind.TRY_AWAIT, sm.Kind.AWAIT_ALL)
_MAKERS = (sm.StartOp, sm.PartGroupOp, async_.CreateGroupOp, task.ReadyOp)
_LOOKERS = (async_.AddToGroupOp, async_.RuntimeIsErrorOp)
_BRANCHES = (cf.BranchOp, cf.ConditionalBranchOp, cf.SwitchOp)
_NAMED_BY_OTHERS = (sm.Kind.SELECT,)


@dataclass(eq=False)
class Unit:
    """The handles that name one object."""

    values: Sequence[SSAValue]
    null_if_not: SSAValue | None = None
    """Where this is false there is no object: `pending` of the call that yields the handles."""
    web: Unit | None = None
    """Towards the unit that stands for the web; None for that one."""
    escapes: bool = False
    """Of the web, at the unit that stands for it."""

    def root(self) -> Unit:
        """The unit that stands for the web."""
        unit = self
        while unit.web is not None:
            unit = unit.web
        if unit is not self:
            self.web = unit
        return unit

    def join(self, other: Unit) -> None:
        """Makes one web of two."""
        mine, theirs = self.root(), other.root()
        if mine is not theirs:
            theirs.web = mine
            mine.escapes |= theirs.escapes

    def escape(self) -> None:
        """Somebody else may name the object."""
        self.root().escapes = True

    @property
    def owned(self) -> bool:
        """Whether it can be said where the object is named for the last time."""
        return not self.root().escapes


def is_waitable(type_: Attribute) -> bool:
    """Tokens, values and groups."""
    return is_handle(type_) or isinstance(type_, GroupType)


class MachineHandles:
    """The units of one split machine, where they are live, and their last uses in each block."""

    def __init__(self, machine: sm.MachineOp) -> None:
        self.machine = machine
        self.blocks = reverse_postorder(machine.body)
        self.edges = predecessor_edges(machine.body)
        self.units: dict[SSAValue, Unit] = {}
        for block in self.blocks:
            self._add_arguments(block)
            for op in block.ops:
                if isinstance(op, _MAKERS):
                    self._add(op.results)
        self._liveness = Liveness(machine.body, ignore=lambda value: value not in self.units)
        self.last_uses = {block: self._last_uses(block) for block in self.blocks}

    def _add(self, values: Sequence[SSAValue], null_if_not: SSAValue | None = None) -> None:
        if values:
            unit = Unit(values, null_if_not)
            self.units.update((value, unit) for value in values)

    def _add_arguments(self, block: Block) -> None:
        call = self._call_into(block)
        yielded = block.args[1 : 1 + len(call.handles.data)] if call is not None and call.handles is not None else ()
        self._add(yielded, block.args[0] if yielded else None)
        for argument in block.args:
            if is_waitable(argument.type) and argument not in yielded:
                self._add([argument])

    def _call_into(self, block: Block) -> sm.SuspendOp | None:
        """The call that is the only way into a block."""
        edges = self.edges[block]
        last = edges[0][0] if len(edges) == 1 else None
        return last if isinstance(last, sm.SuspendOp) and last.kind.data is sm.Kind.CALL else None

    def _last_uses(self, block: Block) -> dict[Unit, Operation]:
        found: dict[Unit, Operation] = {}
        for op in block.ops:
            for value in used_values(op):
                if (unit := self.units.get(value)) is not None:
                    found[unit] = op
        return found

    def defined_in(self, block: Block) -> list[Unit]:
        """The units that a block's arguments and operations are."""
        values = (*block.args, *(result for op in block.ops for result in op.results))
        return list(dict.fromkeys(unit for value in values if (unit := self.units.get(value)) is not None))

    def live_out(self, block: Block) -> list[Unit]:
        """The units used behind a block."""
        return list(dict.fromkeys(self.units[value] for value in self._liveness.live_out(block)))

    def is_live_out(self, unit: Unit, block: Block) -> bool:
        """Whether a unit is used behind a block."""
        return any(self._liveness.is_live_out(value, block) for value in unit.values)

    def is_live_in(self, unit: Unit, block: Block) -> bool:
        """Whether a unit that comes from elsewhere is used in a block or behind it."""
        return any(self._liveness.is_live_in(value, block) for value in unit.values)

    def passes(self, terminator: Operation, index: int, unit: Unit) -> bool:
        """Whether a branch moves a unit to its successor of that index."""
        return any(self.units.get(value) is unit for value in successor_operands(terminator, index) or ())

    # ------------------------------------------------------------------------------------------------- what is done with them

    def judge(self, machines: Mapping[str, MachineHandles]) -> None:
        """Joins webs, and says of each unit that escapes that it does."""
        if self.machine.kernel is not None or self.edges[self.machine.entry]:
            self.escape_arguments()
        for block in self.blocks:
            for op in block.ops:
                self._judge_uses(op, block, machines)
            if block is not self.machine.entry:
                for terminator, index in self.edges[block]:
                    self._judge_edge(terminator, index, block)

    def escape_arguments(self) -> None:
        """Nobody says what becomes of the machine's arguments."""
        self._all_escape(self.machine.entry.args)

    def _all_escape(self, values: Sequence[SSAValue]) -> None:
        for value in values:
            if (unit := self.units.get(value)) is not None:
                unit.escape()

    def _judge_uses(self, op: Operation, block: Block, machines: Mapping[str, MachineHandles]) -> None:
        called = op.callee if isinstance(op, sm.StartOp | sm.SuspendOp) else None
        if called is not None:
            callee = machines.get(called.root_reference.data)
            self._judge_passing(op, block, callee)
            if callee is None or callee.is_named_by_others:
                self._all_escape([*op.results, *(value for successor in op.successors for value in successor.args)])
        elif isinstance(op, _BRANCHES) or _only_looks(op):
            return
        else:
            self._all_escape(list(used_values(op)))

    def _judge_passing(self, op: Operation, block: Block, callee: MachineHandles | None) -> None:
        """A start or call moves handles to the callee's arguments where it is their last use."""
        for operand, argument in zip(op.operands, callee.machine.entry.args if callee is not None else (), strict=False):
            unit = self.units.get(operand)
            if unit is None:
                if callee is not None:
                    callee._all_escape([argument])
                continue
            assert callee is not None
            last = self.last_uses[block].get(unit) is op and not self.is_live_out(unit, block)
            if not last or len(unit.values) > 1 or list(op.operands).count(operand) > 1:
                unit.escape()
            unit.join(callee.units[argument])
        if callee is None:
            self._all_escape(op.operands)

    def _judge_edge(self, terminator: Operation, index: int, block: Block) -> None:
        """What a block's arguments get on an edge."""
        produced = len(produced_block_arg_types(terminator, index))
        if self._call_into(block) is None:
            single = isinstance(terminator, sm.SuspendOp) and terminator.handles is not None and len(terminator.handles.data) == 1
            self._all_escape([argument for argument in block.args[:produced] if not (single and is_waitable(argument.type))])
        operands = successor_operands(terminator, index) or ()
        for argument, operand in zip(block.args[produced:], operands, strict=True):
            target = self.units.get(argument)
            if target is None:
                continue
            unit = self.units.get(operand)
            if unit is None:
                target.escape()
                continue
            if len(unit.values) > 1 or self.is_live_in(unit, block) or list(operands).count(operand) > 1:
                unit.escape()
            unit.join(target)

    @property
    def is_named_by_others(self) -> bool:
        """Whether its frame may be named by somebody who has no handle to it."""
        return any(one.kind.data in _NAMED_BY_OTHERS for one in _suspensions(self.machine))


def _only_looks(op: Operation) -> bool:
    return isinstance(op, _LOOKERS) or (isinstance(op, sm.SuspendOp) and op.kind.data in AWAITS)


def _suspensions(machine: sm.MachineOp) -> Iterator[sm.SuspendOp]:
    return (block.last_op for block in machine.body.blocks if isinstance(block.last_op, sm.SuspendOp))


def machine_handles(module: ModuleOp) -> list[MachineHandles]:
    """The split machines of a module with their units, judged."""
    found = [MachineHandles(op) for op in module.body.ops if isinstance(op, sm.MachineOp) and not op.laid_out]
    machines = {handles.machine.sym_name.data: handles for handles in found}
    for handles in found:
        handles.judge(machines)
    started = {op.callee.root_reference.data for op in module.walk() if isinstance(op, sm.StartOp | sm.SuspendOp) and op.callee is not None}
    for name, handles in machines.items():
        if name not in started:
            handles.escape_arguments()
    return found
