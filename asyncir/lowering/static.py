"""
The static executor: the kernel's machine is straight code for the warps of a block, which runs one instance. What a warp does depends on
its number (`rt.warp_in_block`); warps meet by barriers in block memory (dialects/rt_block.py). No frame, no queue.

    the failure word = 0; block_sync
    index = number of the block;  index < instances ? body : end
    end:  block_sync                                    whoever leaves waits for the others: block memory stays until all are done

Requires `task.warps` and `task.block_bytes` on the kernel, and scope warp. A warp that fails sets the failure word, so that those that wait
for it leave their loops (`rt.block_leaves`, which also looks at the stop word); the first one's error is the instance's. Loops that wait at
barriers get no safepoint: they leave by their own way, having waited for their copies.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from xdsl.dialects import arith, cf
from xdsl.dialects.builtin import IndexType, IntegerAttr, i1, i32
from xdsl.ir import Block, Operation, SSAValue

from asyncir.analysis.cfg import predecessors, successors
from asyncir.dialects import gpu_lanes, rt, rt_block, sm
from asyncir.dialects.locations import location_of
from asyncir.errors import InputError
from asyncir.lowering.emit import Expansion
from asyncir.lowering.inline import InlineBody

_WAITS = (rt_block.BlockLeavesOp, rt_block.BarrierTryWaitOp)
_OWN = (rt_block.WARPS, rt_block.BLOCK_BYTES, rt_block.BLOCKS_PER_PROCESSOR)


def check_static(machine: sm.MachineOp) -> None:
    """Raises InputError for a kernel that no block can run."""
    name = machine.sym_name.data
    warps, size = rt_block.number_of(machine, rt_block.WARPS), rt_block.number_of(machine, rt_block.BLOCK_BYTES)
    if warps is None:
        raise InputError(
            f"@{name} cannot run with the static executor: it is not divided into roles of warps",
            location_of(machine),
            help="use executor dynamic (or auto)",
        )
    if machine.scope.data != "warp":
        raise InputError(f"@{name} has roles of warps, but scope '{machine.scope.data}'", location_of(machine))
    if size is None:
        raise InputError(f"@{name} has '{rt_block.WARPS}', but not '{rt_block.BLOCK_BYTES}'", location_of(machine))


class StaticBody(InlineBody):
    """A kernel's machine as the code of a block."""

    executor = rt_block.STATIC

    def __init__(self, expansion: Expansion, machine: sm.MachineOp):
        check_static(machine)
        super().__init__(expansion, machine)
        before = predecessors(machine.body)
        self.quiet = {op for op in self.back_edges if any(map(_waits, _loop(op, before)))}

    def kernel(self, why: str) -> rt.KernelOp:
        kernel = super().kernel(why)
        kernel.attributes |= {name: self.machine.attributes[name] for name in _OWN if name in self.machine.attributes}
        return kernel

    def _index(self) -> SSAValue:
        """The instance that this block runs; before it, the failure word is made."""
        emit = self.emit
        warp, lane = emit.value(rt_block.WarpInBlockOp()), emit.value(gpu_lanes.LaneIdOp())
        zero = emit.value(arith.ConstantOp(IntegerAttr(0, IndexType())))
        first = emit.value(arith.AndIOp(emit.equal(warp, 0), emit.value(arith.CmpiOp(lane, zero, "eq"))))
        reset, meet = emit.new_block(), emit.new_block()
        emit.fork(first, reset, meet)
        emit.enter(reset)
        emit.store(emit.i32(0), self._failure_word(), 0)
        emit.jump(meet)
        emit.enter(meet)
        emit.add(rt_block.BlockSyncOp())
        return emit.value(rt_block.BlockIdOp())

    def _failure_word(self) -> SSAValue:
        return self.emit.value(rt_block.BlockMemoryOp(rt_block.failure_word(self.machine)))

    def _leave(self) -> None:
        self.emit.add(rt_block.BlockSyncOp())
        self.emit.add(rt.ReturnOp())

    def _make_failing(self) -> None:
        """The block's first failure is recorded; the others are its consequences, or lost."""
        emit = self.emit
        self.failing = emit.new_block([i32, i32, i32])
        emit.enter(self.failing)
        emit.once(self._record, ())
        emit.jump(self.leaving)

    def _record(self) -> Sequence[SSAValue]:
        emit = self.emit
        order, pairs = (rt.Order.RELAXED, rt.Scope.WORKGROUP), "itself, and rt.block_failed, which reads nothing else"
        exchange = rt.AtomicRmwOp(rt.Rmw.XCHG, *order, emit.i32(1), self._failure_word(), 0, pairs)
        first = emit.equal(emit.value(exchange), 0)
        tell, told = emit.new_block(), emit.new_block()
        emit.fork(first, tell, told)
        emit.enter(tell)
        emit.call_each("rt.fail_inline", *self.failing.args, self.instance())
        emit.jump(told)
        emit.enter(told)
        return ()

    def returns(self, op: sm.ReturnOp) -> None:
        self._store_results(op)
        self.emit.jump(self.leaving)
        op.erase()

    # ------------------------------------------------------------------------------------------------------------- leaving

    def _branch(self, op: Operation, uniform: bool) -> None:
        if op in self.quiet:
            self.emit.block.add_op(op)
        else:
            super()._branch(op, uniform)

    def _expand_op(self, op: Operation, uniform: bool) -> None:
        if isinstance(op, rt_block.BlockLeavesOp):
            self.emit.at = op
            self._leaves(op)
        else:
            super()._expand_op(op, uniform)

    def _leaves(self, op: rt_block.BlockLeavesOp) -> None:
        """
        Each lane for itself:   failed: -> join(true);  look:  safepoint? -> tell: fail_block -> join(true); -> join(false)
        """
        emit = self.emit
        look, tell, join = emit.new_block(), emit.new_block(), emit.new_block([i1])
        failed = emit.value(rt_block.BlockFailedOp())
        emit.add(cf.ConditionalBranchOp(failed, join, [failed], look, []))
        emit.enter(look)
        (stopped,) = emit.call_each("rt.safepoint_inline", self.instance(), emit.site(op, "wait"))
        emit.add(cf.ConditionalBranchOp(stopped, tell, [], join, [stopped]))
        emit.enter(tell)
        emit.add(rt_block.FailBlockOp())
        emit.jump(join, stopped)
        emit.enter(join)
        self.replace(op, [join.args[0]])


def _waits(block: Block) -> bool:
    return any(isinstance(op, _WAITS) for op in block.ops)


def _loop(branch: Operation, before: Mapping[Block, list[Block]]) -> set[Block]:
    """The blocks of the loops that a branch closes: between where it goes back to and itself."""
    latch = branch.parent_block()
    assert latch is not None
    loop: set[Block] = set()
    for header in successors(latch):
        behind = _reached(header, latch, successors)
        if latch in behind:
            loop |= behind & _reached(latch, header, lambda block: before[block])
    return loop


def _reached(start: Block, end: Block, following: Callable[[Block], Sequence[Block]]) -> set[Block]:
    """The blocks on the way from one block, as far as another."""
    seen, pending = {start}, [start]
    while pending:
        block = pending.pop()
        new = [] if block is end else [other for other in following(block) if other not in seen]
        seen.update(new)
        pending += new
    return seen
