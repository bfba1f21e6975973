"""
The inline executor: the kernel's machine has no suspension and starts nothing, so it is straight code, an instance a thread (lane
scope) or a warp (warp scope). No frame, no queue, no memory access that the program does not ask for.

    index = thread number (or warp number);  index < instances ? body : end
"""

from __future__ import annotations

from xdsl.dialects import arith
from xdsl.dialects.builtin import FunctionType, IndexType, i32, i64
from xdsl.ir import Attribute, Block, Region, SSAValue

from asyncir.analysis.cfg import erase_unreachable_blocks
from asyncir.dialects import gpu_lanes, rt, sm
from asyncir.dialects.locations import location_of
from asyncir.errors import InputError
from asyncir.lowering.bodies import Body
from asyncir.lowering.emit import Expansion
from asyncir.lowering.worker import name_parameters, store_result


class InlineBody(Body):
    """A kernel's machine as straight code."""

    executor = "inline"

    def __init__(self, expansion: Expansion, machine: sm.MachineOp):
        results = machine.function_type.outputs.data
        inputs = [*machine.function_type.inputs.data, *[rt.PtrType()] * (len(results) + 1), IndexType()]
        self.type = FunctionType.from_lists(inputs, [])
        self.results = results
        self.entry_block = Block(arg_types=inputs)
        super().__init__(expansion, machine, Region(self.entry_block), self.entry_block.args[-2])

    def kernel(self, why: str) -> rt.KernelOp:
        """Expands the machine into a kernel; the machine is empty afterwards."""
        emit = self.emit
        machine = self.machine
        emit.at = machine
        emit.enter(self.entry_block)
        name_parameters(self.entry_block, machine)
        self.index = self._index()
        in_range = emit.value(arith.CmpiOp(self.index, self.entry_block.args[-1], "ult"))
        run = emit.new_block()
        self.leaving = emit.new_block()
        emit.fork(in_range, run, self.leaving)
        emit.enter(self.leaving)
        self._leave()
        self._make_failing()
        emit.enter(run)
        emit.jump(self.blocks[0], *self.entry_block.args[: len(self.blocks[0].args)])
        self.expand()
        erase_unreachable_blocks(self.region)
        op = rt.KernelOp(
            machine.sym_name.data,
            self.type,
            self.region,
            executor=self.executor,
            why=why,
            scope=machine.scope.data,
            results=self.results,
            statistics=emit.expansion.statistics,
            arg_attrs=machine.arg_attrs,
        )
        op.location = machine.location
        return op

    def _index(self) -> SSAValue:
        """The instance that this thread runs."""
        emit = self.emit
        thread = emit.value(rt.ThreadIdOp())
        if not self.warp:
            return thread
        return emit.value(arith.DivUIOp(thread, emit.value(gpu_lanes.SubgroupSizeOp())))

    def _leave(self) -> None:
        self.emit.add(rt.ReturnOp())

    def _make_failing(self) -> None:
        emit = self.emit
        self.failing = emit.new_block([i32, i32, i32])
        emit.enter(self.failing)
        emit.call("rt.fail_inline", *self.failing.args, self.instance())
        emit.jump(self.leaving)

    def instance(self) -> SSAValue:
        return self.emit.value(arith.IndexCastOp(self.index, i32))

    def num_instances(self) -> SSAValue:
        return self.entry_block.args[-1]

    def kernel_argument(self, index: int, type_: Attribute) -> SSAValue:
        return self.entry_block.args[index]

    def safepoint(self, site: SSAValue) -> SSAValue:
        return self.emit.call("rt.safepoint_inline", self.instance(), site)[0]

    def returns(self, op: sm.ReturnOp) -> None:
        self._store_results(op)
        self.emit.add(rt.ReturnOp())
        op.erase()

    def _store_results(self, op: sm.ReturnOp) -> None:
        emit = self.emit
        instance = emit.value(arith.IndexCastOp(self.index, i64))
        addresses = self.entry_block.args[len(self.entry_block.args) - 2 - len(self.results) : -2]
        for value, address in zip(op.arguments, addresses, strict=True):
            store_result(emit, value, address, instance)

    def _refuse(self, op: sm.StartOp | sm.SuspendOp | sm.ParkOp | sm.SaveOp | sm.ReloadOp) -> InputError:
        return InputError(
            f"'{op.name}' op needs a scheduler: @{self.machine.sym_name.data} cannot run with the inline executor",
            location_of(op),
            help="use executor dynamic (or auto)",
        )

    def start(self, op: sm.StartOp) -> None:
        raise self._refuse(op)

    def suspend(self, op: sm.SuspendOp) -> None:
        raise self._refuse(op)

    def park(self, op: sm.ParkOp) -> None:
        raise self._refuse(op)

    def save(self, op: sm.SaveOp) -> None:
        raise self._refuse(op)

    def reload(self, op: sm.ReloadOp) -> None:
        raise self._refuse(op)
