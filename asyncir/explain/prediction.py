"""What is predicted of a kernel without ptxas: registers of all states and of each, occupancy, and where frames stand."""

from __future__ import annotations

from xdsl.dialects.builtin import ModuleOp

from asyncir import abi
from asyncir.analysis.fork_join import why_on_heap
from asyncir.analysis.registers import predicted_registers
from asyncir.analysis.storage import DYNAMIC, INLINE, Stacks, Storage, choose_storage, separate
from asyncir.dialects import sm
from asyncir.explain.grid import Blocks
from asyncir.explain.records import State


class Prediction:
    """The static model's figures for a laid-out module, launched in such blocks."""

    def __init__(self, module: ModuleOp, executor: str, arch: str, blocks: Blocks) -> None:
        self._arch = arch
        self._blocks = blocks
        self._offered = INLINE if executor in ("inline", "static") else DYNAMIC
        self._machines = [op for op in module.body.ops if isinstance(op, sm.MachineOp)]
        found = predicted_registers(module, executor, arch)
        self.registers = found.kernel
        self.separation = separate(found.states, found.kernel, arch, blocks.threads, shared_bytes=blocks.shared_bytes)
        self._states = {(state.machine, state.number): state for state in self.separation.states}

    def state(self, machine: str, number: int, place: str | None) -> State:
        """A state, by its machine and number; 0 is the entry."""
        found = self._states.get((machine, number))
        return State(place) if found is None else State(place, found.registers, found.warps_per_sm, found.heavy)

    def storage(self, machine: sm.MachineOp) -> Storage:
        """Where the machine's frame stands, and why."""
        blocks = self._blocks
        alone = machine.kernel is not None and blocks.alone
        stacks = None if alone else Stacks(blocks.shared_bytes, blocks.most, why_on_heap(machine, self._machines))
        return choose_storage(
            machine,
            self.registers,
            self._arch,
            self._offered,
            header_bytes=abi.HEADER_BYTES,
            alone=alone,
            threads_per_block=blocks.threads,
            stacks=stacks,
        )
