"""
work-first: a task that only waits for children it started itself runs them on its own stack.

Requires: split machines. Ensures: machines that are *fork-join* carry the attribute `fork_join`, and start their fork-join children by
`sm.suspend call`; nothing else changes.

A machine is fork-join if it is of lane scope, its arguments and results are few words, and each of its suspensions awaits a handle of
a local start, or a group of local starts, of this machine (the greatest set of machines of which that is true). A start is *local* if
its callee is fork-join and its handles are only awaited or put in local groups; a group is local if it is made here, gets only local
starts and is only awaited.

Of each machine with local starts there are two halves afterwards. In the first, a local start runs the child at once and yields its
values, so awaits are gone, and a group is a number: how many were added. The second is the machine as it was; it is entered only behind
a call whose child did not end on the stack (somebody took the rest of this task, or the child failed), or where a group is filled over or
under, with handles: the child's own, ready ones for those that ended, and groups that count these.

    sm.machine @f(%n: i32) -> i32 attributes {scope = "lane"} {
      %h = sm.start @g(%n) : (i32) -> !async.value<i32>
      sm.suspend await(%h) 1 : (!async.value<i32>) -> i32 [^next]
    ^next(%v: i32):
      sm.return %v : i32
    }

becomes

    sm.machine @f(%n: i32) -> i32 attributes {scope = "lane", fork_join} {
      sm.suspend call @g(%n) 2 {tail} : (i32) -> (i1, !async.value<i32>, i32) [^called]
    ^called(%pending: i1, %h: !async.value<i32>, %v: i32):
      cf.cond_br %pending, ^slow, ^fast
    ^fast:
      cf.br ^next
    ^next:
      sm.return %v : i32
    ^slow:
      cf.br ^wait
    ^wait:
      sm.suspend await(%h) 1 : (!async.value<i32>) -> i32 [^slow_next]
    ^slow_next(%v2: i32):
      sm.return %v2 : i32
    }

A merge of the halves that one value comes through on all ways is none (trivial_arguments.py): frames hold what a value is computed
from, where that is less, in both halves.

The two halves are those of Cilk-5 (Frigo, Leiserson, Randall 1998: fast and slow clones).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from xdsl.context import Context
from xdsl.dialects import arith, cf
from xdsl.dialects.builtin import ArrayAttr, IndexType, IntegerAttr, MemRefType, ModuleOp, UnitAttr, VectorType, i32
from xdsl.ir import Attribute, Block, Operation, SSAValue
from xdsl.passes import ModulePass

from asyncir.analysis.cfg import erase_unreachable_blocks, reverse_postorder
from asyncir.analysis.dominance import defining_block
from asyncir.analysis.effects import is_pure, is_rematerialisable
from asyncir.analysis.liveness import Liveness, used_values
from asyncir.dialects import async_, sm, task, task_scopes
from asyncir.dialects.async_ import unwrap
from asyncir.passes.layout.sizes import size_of
from asyncir.passes.rematerialise import compute_where_used
from asyncir.passes.rewriting import append, erase, insert_before, move_to_end, new_block, replace_op, set_blocks
from asyncir.passes.ssa_repair import repair_ssa
from asyncir.passes.trivial_arguments import replace_trivial_arguments

TRANSFER_BYTES = 64
"""What arguments, or results, may take at most: they are handed over in registers."""

_BIG = (MemRefType, VectorType)
"""Types that are not handed over in registers or kept on stacks."""

_AWAITS = (sm.Kind.AWAIT, sm.Kind.AWAIT_RAW, sm.Kind.TRY_AWAIT)
_GROUP_AWAITS = (sm.Kind.AWAIT_ALL, sm.Kind.AWAIT_RAW)


@dataclass(frozen=True)
class WorkFirstPass(ModulePass):
    """Children of fork-join machines run on their parent's stack."""

    name = "work-first"

    def apply(self, ctx: Context, op: ModuleOp) -> None:
        machines = {machine.sym_name.data: machine for machine in op.ops if isinstance(machine, sm.MachineOp) and not machine.laid_out}
        chosen = _fork_join(machines)
        local = {name: found for name, found in chosen.items() if found.starts}
        called = {start.callee.root_reference.data for found in local.values() for start in found.starts.values()}
        for name in chosen:
            if name in local or name in called:
                machines[name].attributes[sm.FORK_JOIN] = UnitAttr()
        for name, found in local.items():
            _Halves(machines[name], found).make()


# ------------------------------------------------------------------------------------------------------ which machines, which starts


@dataclass
class _Local:
    """The local starts and groups of a machine."""

    starts: dict[Operation, sm.StartOp]
    groups: dict[Operation, async_.CreateGroupOp]

    def has(self, value: SSAValue) -> bool:
        """Whether it is a handle of a local start, or a local group."""
        return value.owner in self.starts or value.owner in self.groups


def _fork_join(machines: dict[str, sm.MachineOp]) -> dict[str, _Local]:
    """The fork-join machines: all that could be, less those that wait for something that is not local, until nothing changes."""
    chosen = {name for name, machine in machines.items() if _could_be(machine)}
    while True:
        local = {name: _local(machine, chosen) for name, machine in machines.items() if name in chosen}
        kept = {name for name, found in local.items() if _waits_only_for(machines[name], found)}
        if kept == chosen:
            return local
        chosen = kept


def _waits_only_for(machine: sm.MachineOp, local: _Local) -> bool:
    """A machine that starts nothing and awaits, say, an empty group gets no halves, so it must not wait at all."""
    awaited = _awaited(machine)
    return all(map(local.has, awaited)) and (bool(local.starts) or not awaited)


def _could_be(machine: sm.MachineOp) -> bool:
    types = machine.function_type
    suspensions = _suspensions(machine)
    return (
        machine.scope.data == "lane"
        and all(one.kind.data in (*_AWAITS, *_GROUP_AWAITS) and not one.catches for one in suspensions)
        and all(_few_words(each.data) for each in (types.inputs, types.outputs))
        and not _holds_arrays(machine)
        and not any(isinstance(op, task_scopes.OWN_SCOPE_OPS) for op in machine.walk())
    )


def _holds_arrays(machine: sm.MachineOp) -> bool:
    """Whether an array or a vector, other than one that is named again where it is used, is live behind a start."""
    starts = dict.fromkeys(op.parent for op in machine.body.walk() if isinstance(op, sm.StartOp) and op.parent is not None)
    if not starts:
        return False
    liveness = Liveness(machine.body)
    return any(_array_behind_start(block, liveness) for block in starts)


def _array_behind_start(block: Block, liveness: Liveness) -> bool:
    """Backwards through a block, with the arrays that are used further on."""
    last = block.last_op
    following = last.successors if last is not None else ()
    live = {value for block in following for value in liveness.live_in(block) if _is_kept_array(value)}
    for op in reversed(list(block.ops)):
        live.difference_update(op.results)
        if isinstance(op, sm.StartOp) and live:
            return True
        live.update(value for value in used_values(op) if _is_kept_array(value))
    return False


def _is_kept_array(value: SSAValue) -> bool:
    return isinstance(value.type, _BIG) and not is_rematerialisable(value)


def _few_words(types: Sequence[Attribute]) -> bool:
    sizes = [size_of(type_) for type_ in types]
    if None in sizes or any(isinstance(type_, _BIG) for type_ in types):
        return False
    return sum(-(-size // 4) * 4 for size in sizes if size is not None) <= TRANSFER_BYTES


def _suspensions(machine: sm.MachineOp) -> list[sm.SuspendOp]:
    return [block.last_op for block in machine.body.blocks if isinstance(block.last_op, sm.SuspendOp)]


def _awaited(machine: sm.MachineOp) -> list[SSAValue]:
    return [one.arguments[0] for one in _suspensions(machine)]


def _local(machine: sm.MachineOp, chosen: set[str]) -> _Local:
    """The greatest set of starts and groups each use of which is an await or within the set."""
    ops = [op for block in machine.body.blocks for op in block.ops]
    local = _Local({}, {})
    for op in ops:
        if isinstance(op, sm.StartOp) and op.callee.root_reference.data in chosen:
            local.starts[op] = op
        elif isinstance(op, async_.CreateGroupOp):
            local.groups[op] = op
    while escaped := [op for op in (*local.starts, *local.groups) if not _uses_are_local(op, local)]:
        for op in escaped:
            local.starts.pop(op, None)
            local.groups.pop(op, None)
    return local


def _uses_are_local(op: Operation, local: _Local) -> bool:
    for result in op.results:
        for use in result.uses:
            user = use.operation
            if isinstance(user, async_.AddToGroupOp):
                if not (local.has(user.operand) and local.has(user.group)):
                    return False
            elif not (isinstance(user, sm.SuspendOp) and user.kind.data in (_GROUP_AWAITS if op in local.groups else _AWAITS)):
                return False
    return True


# ------------------------------------------------------------------------------------------------------------------ the two halves


@dataclass(eq=False)
class _Point:
    """Where the first half may go on in the second: behind a local start, or in front of what is done to a local group."""

    op: Operation
    branch: Operation
    behind: Block
    """The block that begins there, in the first half, and the branch to it."""
    leave: Block = field(default_factory=Block)
    left: list[Block] = field(default_factory=list[Block])
    """The blocks by which a task that is not at a call leaves its stack first."""
    slow: Block = field(default_factory=Block)
    live: list[SSAValue] = field(default_factory=list[SSAValue])


class _Halves:
    """Doubles a machine's blocks and turns the first copy's local starts into calls."""

    def __init__(self, machine: sm.MachineOp, local: _Local) -> None:
        self._machine = machine
        self._local = local
        self._state = max((one.number for one in _suspensions(machine)), default=0)
        self._yielded: dict[SSAValue, SSAValue] = {}
        """Of each handle with a value: what the call yields in its place."""
        self._own: dict[SSAValue, SSAValue] = {}
        """Of each handle: what the call gives if the child is pending."""
        self._count: dict[Operation, SSAValue] = {}
        """Of each group: how many were added to it before anything was."""
        self._names: dict[SSAValue, list[SSAValue]] = {}
        """What else stands for a value, for `repair_ssa`."""

    def make(self) -> None:
        region = self._machine.body
        points = self._split()
        first = list(region.blocks)
        self._tails = {point.op for point in points if isinstance(point.op, sm.StartOp) and self._only_waits(point)}
        second, twins, copies = _double(first)
        awaits = [one for one in _suspensions(self._machine) if self._local.has(one.arguments[0])]
        added = [op for block in first for op in block.ops if isinstance(op, async_.AddToGroupOp) and self._local.has(op.group)]
        for group in self._local.groups:
            self._count[group] = insert_before(group, arith.ConstantOp(IntegerAttr(0, i32))).result
        called = {start.parent: self._call(start) for start in self._local.starts.values() if start.parent is not None}
        for point in points:
            self._leave_for_second(point, twins, copies)
        for one in awaits:
            self._go_on(one)
        for op in added:
            self._count_one(op)
        order = [part for block in first for part in (block, called.get(block)) if part is not None]
        set_blocks(region, [*order, *(block for point in points for block in (*point.left, point.slow)), *second])
        for op in (*self._local.starts, *self._local.groups):
            erase(op)
        self._repair()
        erase_unreachable_blocks(region)
        replace_trivial_arguments(region)

    # ------------------------------------------------------------------------------------------------------------- splitting

    def _split(self) -> list[_Point]:
        """Ends a block behind each local start, and in front of each operation on a local group."""
        points: list[_Point] = []
        blocks: list[Block] = []
        for block in list(self._machine.body.blocks):
            blocks.append(block)
            for op in list(block.ops):
                if self._is_group_op(op):
                    points.append(_end_block(op, blocks))
                if op.parent is not blocks[-1]:
                    move_to_end(op, blocks[-1])
                if op in self._local.starts:
                    points.append(_end_block(op, blocks))
        set_blocks(self._machine.body, blocks)
        results = (result for block in blocks for op in block.ops for result in op.results)
        compute_where_used([result for result in results if is_rematerialisable(result)])
        liveness = Liveness(self._machine.body)
        for point in points:
            point.live = list(liveness.live_in(point.behind))
        return points

    def _is_group_op(self, op: Operation) -> bool:
        if op in self._local.groups:
            return True
        if isinstance(op, async_.AddToGroupOp):
            return op.group.owner in self._local.groups
        return isinstance(op, sm.SuspendOp) and bool(op.arguments) and op.arguments[0].owner in self._local.groups

    def _only_waits(self, point: _Point) -> bool:
        """Whether nothing is done behind a start before its child, or a group with it, is awaited. Others awaited before have ended."""
        own = set[SSAValue](point.op.results)
        block, seen = point.behind, set[Block]()
        while block not in seen:
            seen.add(block)
            for op in block.ops:
                if isinstance(op, async_.AddToGroupOp) and op.operand in own:
                    own.add(op.group)
                elif isinstance(op, sm.SuspendOp):
                    if op.arguments[0] in own:
                        return True
                elif not (isinstance(op, cf.BranchOp) or is_pure(op)):
                    return False
            last = block.last_op
            if last is None or len(last.successors) != 1:
                return False
            block = last.successors[0]
        return False

    # ------------------------------------------------------------------------------------------------------------- the first

    def _call(self, start: sm.StartOp) -> Block:
        """Runs the child instead of starting it; the block behind the call, which still ends as the start's block did."""
        block = start.parent
        assert block is not None and block.last_op is not None
        handles = [handle.type for handle in start.handles]
        hints = ["pending", *(handle.name_hint for handle in start.handles)]
        called = new_block(sm.called_types(handles), start.location, hints)
        move_to_end(block.last_op, called)
        self._state += 1
        suspension = sm.SuspendOp(sm.Kind.CALL, start.arguments, self._state, [called], (start.callee, ArrayAttr(handles)))
        append(block, suspension, start.location).attributes.update(start.attributes)
        if start in self._tails:
            suspension.attributes[sm.TAIL] = UnitAttr()
        results = iter(called.args[1 + len(handles) :])
        for handle, now in zip(start.handles, called.args[1:], strict=False):
            self._own[handle] = now
            if unwrap(handle.type) is not None:
                self._yielded[handle] = next(results)
        return called

    def _leave_for_second(self, point: _Point, twins: dict[Block, Block], copies: dict[SSAValue, SSAValue]) -> None:
        """Replaces the branch in front of `behind` by one that may go to the second half instead."""
        op, block = point.op, point.branch.parent
        assert block is not None
        erase(point.branch)
        leaves = self._own_pending(op) if isinstance(op, sm.StartOp) else self._group_is_wrong(op, block)
        passed: list[SSAValue] = []
        for value in point.live:
            passed += self._enter(point, value, copies[value])
        append(point.slow, cf.BranchOp(twins[point.behind]), op.location)
        if isinstance(op, sm.StartOp):
            append(block, cf.ConditionalBranchOp(leaves, point.slow, passed, point.behind, []), op.location)
        else:
            # The task may stand on a stack here: to have handles it must be on the heap.
            self._state += 1
            append(block, cf.ConditionalBranchOp(leaves, point.leave, [], point.behind, []), op.location)
            gone = Block()
            append(point.leave, sm.SuspendOp(sm.Kind.YIELD, [], self._state, [gone]), op.location).attributes[sm.TO_HEAP] = UnitAttr()
            append(gone, cf.BranchOp(point.slow, *passed), op.location)
            point.left = [point.leave, gone]

    def _own_pending(self, start: sm.StartOp) -> SSAValue:
        called = self._own[start.handles[0]].owner
        assert isinstance(called, Block)
        return called.args[0]

    def _group_is_wrong(self, op: Operation, block: Block) -> SSAValue:
        """A negative size, one more than fit, or an await with too few in it: the second half knows what that means."""
        if isinstance(op, async_.CreateGroupOp):
            zero = append(block, arith.ConstantOp(IntegerAttr(0, IndexType())), op.location).result
            size, owner = op.size, op.size.owner
            if is_rematerialisable(size) and isinstance(owner, Operation):
                # It was computed again where it is used, which is behind here.
                size = append(block, owner.clone(), op.location).results[0]
            return append(block, arith.CmpiOp(size, zero, "slt"), op.location).result
        group = op.group.owner if isinstance(op, async_.AddToGroupOp) else op.operands[0].owner
        assert isinstance(group, async_.CreateGroupOp)
        count = append(block, arith.IndexCastOp(self._count[group], IndexType()), op.location).result
        predicate = "sge" if isinstance(op, async_.AddToGroupOp) else "ne"
        return append(block, arith.CmpiOp(count, group.size, predicate), op.location).result

    def _enter(self, point: _Point, value: SSAValue, copy: SSAValue) -> list[SSAValue]:
        """Gives a value that the second half needs its name there; what the branch must pass for that."""
        op, slow = point.op, point.slow
        if isinstance(group := value.owner, async_.CreateGroupOp) and group in self._local.groups:
            part = append(slow, sm.PartGroupOp(group.size, self._count[group]), group.location)
            self._names.setdefault(copy, []).append(part.group)
            return []
        if value.owner in self._local.starts and value not in self._own_of(op):
            ready = append(slow, task.ReadyOp(self._yielded.get(value), value.type), op.location)
            self._names.setdefault(copy, []).append(ready.result)
            return []
        argument = slow.insert_arg(value.type, len(slow.args), op.location)
        argument.name_hint = value.name_hint
        self._names.setdefault(copy, []).append(argument)
        return [self._own.get(value, value)]

    def _own_of(self, op: Operation) -> Sequence[SSAValue]:
        return op.results if isinstance(op, sm.StartOp) else ()

    def _go_on(self, one: sm.SuspendOp) -> None:
        """An await of what has ended."""
        block, following = one.parent, one.successors[0]
        assert block is not None
        values = [] if one.kind.data is sm.Kind.AWAIT_RAW else [self._yielded[v] for v in one.arguments if v in self._yielded]
        if one.kind.data is sm.Kind.TRY_AWAIT:
            values += [append(block, arith.ConstantOp(IntegerAttr(0, i32)), one.location).result for _ in range(2)]
        append(block, cf.BranchOp(following, *values), one.location)
        erase(one)

    def _count_one(self, op: async_.AddToGroupOp) -> None:
        """One more is in the group; its rank is the number before."""
        group = op.group.owner
        assert isinstance(group, async_.CreateGroupOp)
        count = self._count[group]
        rank = insert_before(op, arith.IndexCastOp(count, IndexType())).result
        one = insert_before(op, arith.ConstantOp(IntegerAttr(1, i32))).result
        more = insert_before(op, arith.AddiOp(count, one)).result
        self._names.setdefault(count, []).append(more)
        replace_op(op, [rank])

    # --------------------------------------------------------------------------------------------------------------- joining

    def _repair(self) -> None:
        """A value of the second half has another name behind each way in; where its own definition is never reached, only those."""
        region = self._machine.body
        reachable = set(reverse_postorder(region))
        names: dict[SSAValue, list[SSAValue]] = {}
        for value, others in self._names.items():
            others = [other for other in others if defining_block(other) in reachable]
            if defining_block(value) not in reachable and others:
                value.replace_all_uses_with(others[0])
                value, *others = others
            if others:
                names[value] = others
        liveness = Liveness(region)
        repair_ssa(region, names, liveness.is_live_in)


def _end_block(op: Operation, blocks: list[Block]) -> _Point:
    """Begins a new block."""
    behind = Block()
    branch = append(blocks[-1], cf.BranchOp(behind), op.location)
    blocks.append(behind)
    return _Point(op, branch, behind)


def _double(first: list[Block]) -> tuple[list[Block], dict[Block, Block], dict[SSAValue, SSAValue]]:
    """A copy of the blocks, and what of it stands for each block and value."""
    twins: dict[Block, Block] = {}
    values: dict[SSAValue, SSAValue] = {}
    for block in first:
        twin = twins[block] = Block(arg_types=[argument.type for argument in block.args])
        for old, new in zip(block.args, twin.args, strict=True):
            new.location, new.name_hint = old.location, old.name_hint
            values[old] = new
    copies: list[tuple[Operation, Operation]] = []
    for block in first:
        for op in block.ops:
            copy = append(twins[block], op.clone(values, twins), op.location)
            copies.append((op, copy))
            for old, new in zip(op.results, copy.results, strict=True):
                new.name_hint = old.name_hint
    for op, copy in copies:  # A value's definition may stand behind its use in the text.
        copy.operands = [values.get(operand, operand) for operand in op.operands]
    return list(twins.values()), twins, values
