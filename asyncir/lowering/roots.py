"""
The dynamic executor where nothing needs its scheduler: the kernel neither suspends nor starts a task, so its roots are straight code, as
with the inline executor, dealt to the workers a warp at a time.

    next(first):  none left, or stopped? -> end
                  each lane (lane scope) or the warp (warp scope) runs its root; its results go to the host's arrays
                  -> next(first + what all workers run at once)
    end:          ended roots are counted
"""

from __future__ import annotations

from xdsl.dialects import arith
from xdsl.dialects.builtin import IndexType, UnitAttr, i1, i64
from xdsl.ir import Block, SSAValue

from asyncir import abi
from asyncir.analysis.cfg import erase_unreachable_blocks
from asyncir.dialects import gpu_lanes, rt, sm
from asyncir.lowering.emit import Emitter
from asyncir.lowering.inline import InlineBody
from asyncir.lowering.library import COUNT, counter_offset
from asyncir.lowering.worker import name_parameters


class RootsBody(InlineBody):
    """A kernel's machine as a loop over roots."""

    def kernel(self, why: str) -> rt.KernelOp:
        emit, machine = self.emit, self.machine
        emit.at = machine
        emit.enter(self.entry_block)
        name_parameters(self.entry_block, machine)
        # The loop is run by all lanes together, whatever the roots' scope.
        self.together = Emitter(emit.expansion, emit.control, True, self.region.add_block)
        self.together.at = machine
        loop, self.end, self.meet = Block(arg_types=[i64, i64]), Block(arg_types=[i64]), Block(arg_types=[i1])
        for block in (loop, self.end, self.meet):
            self.region.add_block(block)
        lanes = emit.i64(1) if self.warp else emit.load(emit.control, abi.Control.LANES, i64)
        thread = emit.value(arith.IndexCastOp(emit.value(rt.ThreadIdOp()), i64))
        width = emit.value(arith.IndexCastOp(emit.value(gpu_lanes.SubgroupSizeOp()), i64))
        worker = emit.value(arith.DivUIOp(thread, width))
        self.stride = emit.value(arith.MuliOp(emit.load(emit.control, abi.Control.WORKERS, i64), lanes))
        emit.jump(loop, emit.i64(0), emit.value(arith.MuliOp(worker, lanes)))
        self._deal(loop, lanes)
        self._leave()
        self.expand()
        erase_unreachable_blocks(self.region)
        op = rt.KernelOp(
            machine.sym_name.data,
            self.type,
            self.region,
            executor="dynamic",
            why=why,
            scope=machine.scope.data,
            results=self.results,
            statistics=emit.expansion.statistics,
            arg_attrs=machine.arg_attrs,
        )
        op.location = machine.location
        op.attributes[rt.NO_WAITS] = UnitAttr()
        return op

    def _deal(self, loop: Block, lanes: SSAValue) -> None:
        """Lane l runs root first + l; in warp scope all lanes run the same."""
        emit, together = self.emit, self.together
        together.enter(loop)
        instances = together.value(arith.IndexCastOp(self.entry_block.args[-1], i64))
        done, first = loop.args
        (stopped,) = together.call("rt.stopped")
        ended = together.value(arith.OrIOp(stopped, together.value(arith.CmpiOp(first, instances, "sge"))))
        out, go = together.new_block(), together.new_block()
        together.fork(ended, out, go)
        together.enter(out)
        together.jump(self.end, done)
        together.enter(go)
        lane = together.value(arith.IndexCastOp(together.value(gpu_lanes.LaneIdOp()), i64))
        own = first if self.warp else together.value(arith.AddiOp(first, lane))
        self.index = together.value(arith.IndexCastOp(own, IndexType()))
        mine = together.value(arith.CmpiOp(own, instances, "slt"))
        if not self.warp:
            mine = together.value(arith.AndIOp(mine, together.value(arith.CmpiOp(lane, lanes, "slt"))))
        run, self.leaving, none = together.new_block(), together.new_block(), together.new_block()
        together.fork(mine, run, none)
        together.enter(none)
        together.jump(self.meet, together.zero(i1))
        together.enter(self.leaving)
        together.jump(self.meet, together.zero(i1))
        emit.enter(run)
        emit.jump(self.blocks[0], *self.entry_block.args[: len(self.blocks[0].args)])
        self._make_failing()
        together.enter(self.meet)
        ran = together.value(arith.ExtUIOp(self.meet.args[0], i64))
        number = ran if self.warp else together.value(gpu_lanes.SubgroupReduceOp(gpu_lanes.Reduction.ADD, ran))
        together.jump(loop, together.value(arith.AddiOp(done, number)), together.value(arith.AddiOp(first, self.stride)))

    def _make_failing(self) -> None:
        super()._make_failing()
        last = self.failing.last_op
        # A root that failed has ended too.
        assert last is not None
        last.detach()
        last.erase()
        self.emit.enter(self.failing)
        self.emit.jump(self.meet, self.emit.true())

    def _leave(self) -> None:
        """What this worker has done is counted once."""
        together = self.together
        together.enter(self.end)
        (ended,) = self.end.args
        together.call("rt.end_roots", ended)
        if together.expansion.statistics:
            for name in ("tasks", "entries"):
                together.call(COUNT, together.i64(counter_offset(name)), ended)
        together.add(rt.ReturnOp())

    def returns(self, op: sm.ReturnOp) -> None:
        self._store_results(op)
        self.emit.jump(self.meet, self.emit.true())
        op.erase()
