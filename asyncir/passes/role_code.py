"""
The code of one role of the static executor: its operations on tile channels become waits for barriers, arrivals and bulk copies.

A wait is a loop which looks at whether the block has to leave, where it finds the barrier's phase not over (dialects/rt_block.py):

    ^wait:  %done = rt.barrier_try_wait …           ^look:  %leave = rt.block_leaves
            all lanes: done ? ^go : ^look                   a lane: leave ? ^leave : ^wait

A role that starts bulk copies waits for them before it ends, as nothing may be copied into the memory of a block that has left: at ^leave,
to which returns go too, and before an operation that fails.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from xdsl.dialects import arith, cf, func, memref
from xdsl.dialects.builtin import LocationAttr, StringAttr, i32
from xdsl.ir import Attribute, Block, Operation, SSAValue
from xdsl.rewriter import Rewriter

from asyncir.analysis.cfg import predecessors, successors
from asyncir.analysis.dominance import DominanceInfo
from asyncir.analysis.effects import BOUNDED_ATTRIBUTE
from asyncir.analysis.open_copies import ends_with_copies
from asyncir.analysis.roles import End, Role, end_of, is_slot
from asyncir.dialects import async_, rt, rt_block, task
from asyncir.dialects.remarks import remark
from asyncir.dialects.rt_types import PtrType
from asyncir.dialects.task import BOUNDED
from asyncir.dialects.task_copy import CopyOp
from asyncir.dialects.task_tile_types import is_in_workgroup
from asyncir.dialects.task_tiles import (
    EMPTY_SLOT,
    FULL_SLOT,
    WORDS,
    AcquireSlotOp,
    CommitSlotOp,
    ReceiveSlotOp,
    ReleaseSlotOp,
    TileChannelOp,
)
from asyncir.passes.elide_awaited_calls import fold_ready
from asyncir.passes.emitting import Emitter
from asyncir.passes.pipeline_phases import (
    EMPTY,
    FULL,
    MARK,
    Cursor,
    Ring,
    all_lanes,
    any_lane,
    arrive,
    arrive_alone,
    barrier,
    is_first_lane,
    truth,
)
from asyncir.passes.rewriting import append, erase, move_to_end, new_block, set_blocks
from asyncir.passes.scf_to_cf import flatten
from asyncir.passes.slot_copies import copy_in_bulk
from asyncir.passes.ssa_repair import repair_ssa
from asyncir.passes.tile_copies import expand_copy


class RoleCode:
    """Rewrites the body of a role; afterwards it has nothing of tile channels, and returns as a kernel does."""

    def __init__(self, role: Role, rings: Mapping[TileChannelOp, Ring]) -> None:
        self._role = role
        self._rings = rings
        self._body = role.body
        self._ends = role.ends()
        self._copying = [end for end in self._ends if end.writes and self._in_bulk(end)]
        """The ends whose slots this role fills by bulk copies."""
        self._cursors: dict[End, Cursor] = {}
        self._commits: dict[Operation, End] = {}
        self._committed: dict[End, Cursor] = {}
        """Behind what was committed of such an end."""
        self._names: dict[SSAValue, list[SSAValue]] = {}
        """For each value of a cursor what stands for it later."""
        self._blocks: list[Block] = []
        self._current = Block()
        self._location: LocationAttr = role.call.location
        self._leave = new_block([], self._location)

    def write(self) -> None:
        """Does it all."""
        self._replace_simple()
        self._start_cursors()
        self._walk()
        self._write_leave()
        set_blocks(self._body, self._blocks)
        self._look_in_loops()
        self._make_ssa()

    def _in_bulk(self, end: End) -> bool:
        """Copies for whose end nobody could wait if the role ends early go by lanes."""
        copies = [op for op in self._role.operations() if isinstance(op, CopyOp) and op.slot is not None]
        copies = [op for op in copies if op.slot is not None and self._role.slots[op.slot] == end]
        if not copies:
            return False
        obstacle = ends_with_copies(self._role, end)
        if obstacle is not None:
            remark(copies[0], "form-roles", "by-lanes", f"copied by lanes: '{obstacle.name}' stands between the copy and the commit")
        elif end.channel.writer_count > 1:
            remark(copies[0], "form-roles", "by-lanes", "copied by lanes: the slot has several writers")
        return obstacle is None and end.channel.writer_count == 1

    # ------------------------------------------------------------------------------------------- what needs no blocks of its own

    def _replace_simple(self) -> None:
        """Commits, releases and copies. A commit stays where it was, for the count of slots that the role has."""
        stores = any(isinstance(op, memref.StoreOp) and is_in_workgroup(op.memref.type) for op in self._role.operations())
        for op in list(self._role.operations()):
            match op:
                case CommitSlotOp():
                    end = self._commits[op] = self._role.slots[op.slot]
                    arrive(Emitter(op, op.location), op.slot, FULL, fence=stores and end in self._copying)
                case ReleaseSlotOp():
                    arrive(Emitter(op, op.location), op.slot, EMPTY)
                    erase(op)
                case CopyOp() if op.slot is not None and self._role.slots[op.slot] in self._copying:
                    copy_in_bulk(op)
                case CopyOp():
                    expand_copy(op, warp=True)
                case _:
                    continue
        flatten(self._body)
        fold_ready(self._body)
        for block in self._body.blocks:
            for argument in [argument for argument in block.args if is_slot(argument)]:
                Rewriter.replace_value_with_new_type(argument, PtrType())

    def _start_cursors(self) -> None:
        first = self._body.blocks[0].first_op
        assert first is not None
        emit = Emitter(first, self._location)
        for end in self._ends:
            self._cursors[end] = self._start(emit, end)
            if end in self._copying:
                self._committed[end] = self._start(emit, end)

    def _start(self, emit: Emitter, end: End) -> Cursor:
        cursor = Cursor.start(emit, self._rings[end.channel])
        self._names[cursor.parity] = []
        if cursor.index is not None:
            self._names[cursor.index] = []
        return cursor

    # ------------------------------------------------------------------------------------------------------------------ blocks

    def _walk(self) -> None:
        """Rewrites what waits, fails or returns, which takes blocks of its own."""
        for block in list(self._body.blocks):
            self._enter(block)
            operations = list(block.ops)
            for op in operations:
                op.detach()
            for op in operations:
                self._rewrite(op)

    def _rewrite(self, op: Operation) -> None:
        self._location = op.location
        match op:
            case AcquireSlotOp() | ReceiveSlotOp():
                self._take(op)
            case CommitSlotOp():
                self._count(op)
            case task.CloseOp():
                self._close(op)
            case cf.AssertOp() if self._copying:
                self._assert(op)
            case async_.ReturnOp():
                self._go(self._leave)
                erase(op)
            case _:
                if isinstance(op, task.FailOp):
                    self._wait_for_copies()
                self._current.add_op(op)

    def _enter(self, block: Block) -> None:
        """Goes on in a block, which comes behind those before it."""
        self._blocks.append(block)
        self._current = block

    def _emit(self) -> Emitter:
        return Emitter(self._current, self._location)

    def _new(self, *types: Attribute) -> Block:
        return new_block(types, self._location)

    def _go(self, block: Block, *values: SSAValue) -> None:
        append(self._current, cf.BranchOp(block, *values), self._location)

    def _fork(self, condition: SSAValue, then: Block, other: Block) -> Operation:
        return append(self._current, cf.ConditionalBranchOp(condition, then, [], other, []), self._location)

    def _when_first_lane(self, body: Callable[[Emitter], None]) -> None:
        """What lane 0 does alone."""
        alone, behind = self._new(), self._new()
        self._fork(is_first_lane(self._emit()), alone, behind)
        self._enter(alone)
        body(self._emit())
        self._go(behind)
        self._enter(behind)

    def _advance(self, cursor: Cursor, ok: SSAValue | None = None) -> None:
        for value, name in cursor.advance(self._emit(), ok).items():
            self._names[value].append(name)

    # ------------------------------------------------------------------------------------------------------------------- waits

    def _wait_for_slot(self, cursor: Cursor, *, writes: bool) -> None:
        """Waits for the next slot of an end."""
        where, parity = cursor.waited_for(self._emit(), writes=writes)
        self._wait(where, parity, EMPTY_SLOT if writes else FULL_SLOT, self._leave)

    def _wait(self, where: SSAValue, parity: SSAValue, words: str, leave: Block | None) -> None:
        """Waits until the barrier's phase of that parity is over; without `leave` it is known to end. `words` are for reports."""
        wait, go = self._new(), self._new()
        look = wait if leave is None else self._new()
        self._go(wait)
        self._enter(wait)
        emit = self._emit()
        asked = emit.add(rt_block.BarrierTryWaitOp(where, parity))
        asked.attributes[WORDS] = StringAttr(words)
        last = self._fork(all_lanes(emit, asked.result), go, look)
        if leave is not None:
            self._enter(look)
            emit = self._emit()
            last = self._fork(any_lane(emit, emit.value(rt_block.BlockLeavesOp())), leave, wait)
        last.attributes[BOUNDED] = BOUNDED_ATTRIBUTE
        self._enter(go)

    def _take(self, op: AcquireSlotOp | ReceiveSlotOp) -> None:
        end = end_of(op)
        cursor = self._cursors[end]
        self._wait_for_slot(cursor, writes=end.writes)
        emit = self._emit()
        slot, tile = cursor.slot(emit), cursor.ring.tile_at(emit, cursor.index)
        slot.name_hint, tile.name_hint = op.slot.name_hint, op.tile.name_hint
        ok: SSAValue | None = None
        if isinstance(op, ReceiveSlotOp) and op.ok.first_use is not None:
            ok = self._is_open(emit, cursor, slot)
            op.ok.replace_all_uses_with(ok)
        self._advance(cursor, ok if cursor.ring.is_marked else None)
        op.slot.replace_all_uses_with(slot)
        op.tile.replace_all_uses_with(tile)
        erase(op)

    def _is_open(self, emit: Emitter, cursor: Cursor, slot: SSAValue) -> SSAValue:
        if not cursor.ring.is_marked:
            return truth(emit, True)
        mark = emit.value(rt.LoadOp(slot, MARK, i32))
        return all_lanes(emit, emit.equal(mark, emit.integer(0, i32)))

    def _count(self, op: CommitSlotOp) -> None:
        """Slots are committed in the order in which they were acquired."""
        if (end := self._commits[op]) in self._copying:
            self._advance(self._committed[end])
        erase(op)

    def _close(self, op: task.CloseOp) -> None:
        """Commits a slot with a mark, if a reader looks for one."""
        end = next(end for end in self._ends if end.writes and end.channel.result is op.channel)
        cursor = self._cursors[end]
        if cursor.ring.is_marked:
            self._wait_for_slot(cursor, writes=True)
            slot = cursor.slot(self._emit())

            def mark(emit: Emitter) -> None:
                emit.add(rt.StoreOp(emit.integer(1, i32), slot, MARK))
                arrive_alone(emit, slot, FULL)

            self._when_first_lane(mark)
            self._advance(cursor)
        erase(op)

    # ------------------------------------------------------------------------------------------------------------------- ends

    def _assert(self, op: cf.AssertOp) -> None:
        """Where it fails, copies end first."""
        wrong, fine = self._new(), self._new()
        self._fork(all_lanes(self._emit(), op.arg), fine, wrong)
        self._enter(wrong)
        self._wait_for_copies()
        move_to_end(op, self._current)
        self._go(fine)
        self._enter(fine)

    def _write_leave(self) -> None:
        self._location = self._role.call.location
        self._enter(self._leave)
        self._wait_for_copies()
        append(self._current, func.ReturnOp(), self._location)

    def _wait_for_copies(self) -> None:
        """All bulk copies that the role started have ended: they belong to slots that it has committed (analysis/open_copies.py)."""
        for end in self._copying:
            cursor = self._committed[end]
            if cursor.index is None:
                self._wait_for_copy(cursor, None)
                continue
            emit = self._emit()
            one, behind = self._new(i32), self._new()
            self._go(one, emit.integer(0, i32))
            self._enter(one)
            place = one.args[0]
            self._wait_for_copy(cursor, place)
            emit = self._emit()
            following = emit.plus(place, emit.integer(1, i32))
            more = emit.value(arith.CmpiOp(following, emit.integer(cursor.ring.depth, i32), "ult"))
            last = append(self._current, cf.ConditionalBranchOp(more, one, [following], behind, []), self._location)
            last.attributes[BOUNDED] = BOUNDED_ATTRIBUTE
            self._enter(behind)

    def _wait_for_copy(self, cursor: Cursor, place: SSAValue | None) -> None:
        emit = self._emit()
        parity = cursor.last_round(emit, emit.integer(0, i32) if place is None else place)
        self._wait(barrier(emit, cursor.ring.slot(emit, place), FULL), parity, "copies into block memory", None)

    # ------------------------------------------------------------------------------------------------------------------- loops

    def _look_in_loops(self) -> None:
        """Where nothing bounds a loop, and it does not wait each time, it looks whether the block has to leave."""
        dominance = DominanceInfo(self._body)
        waiting = [block for block in self._body.blocks if any(isinstance(op, rt_block.BarrierTryWaitOp) for op in block.ops)]
        for block in list(self._body.blocks):
            last = block.last_op
            headers = [header for header in successors(block) if dominance.dominates(header, block)]
            if last is None or not headers or BOUNDED in last.attributes:
                continue
            last.attributes[BOUNDED] = BOUNDED_ATTRIBUTE
            if any(dominance.dominates(headers[0], wait) and dominance.dominates(wait, block) for wait in waiting):
                continue
            self._blocks, rest = list(self._body.blocks), self._new()
            move_to_end(last, rest)
            self._current = block
            emit = self._emit()
            self._fork(any_lane(emit, emit.value(rt_block.BlockLeavesOp())), self._leave, rest)
            self._blocks.insert(self._blocks.index(block) + 1, rest)
            set_blocks(self._body, self._blocks)

    def _make_ssa(self) -> None:
        """Puts what stands for the cursors at each place there."""
        before = predecessors(self._body)
        live: dict[SSAValue, set[Block]] = {}
        for value in self._names:
            pending = [block for use in value.uses if (block := use.operation.parent) is not None]
            found = live[value] = set[Block]()
            while pending:
                if (block := pending.pop()) not in found:
                    found.add(block)
                    pending += before[block]
        redefined = {value: names for value, names in self._names.items() if names}
        repair_ssa(self._body, redefined, lambda value, block: block in live[value])
