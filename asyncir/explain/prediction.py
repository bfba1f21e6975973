"""What is predicted of a kernel without ptxas: registers of all states and of each, occupancy, and where frames stand."""

from __future__ import annotations

from xdsl.dialects.builtin import ModuleOp

from asyncir import abi
from asyncir.analysis.registers import predicted_registers
from asyncir.analysis.storage import FIRST_DYNAMIC, INLINE, choose_storage, separate
from asyncir.dialects import sm
from asyncir.explain.records import State


class Prediction:
    """The static model's figures for a laid-out module."""

    def __init__(self, module: ModuleOp, executor: str, arch: str) -> None:
        self._arch = arch
        self._offered = INLINE if executor == "inline" else FIRST_DYNAMIC
        found = predicted_registers(module, executor, arch)
        self.registers = found.kernel
        self.separation = separate(found.states, found.kernel, arch)
        self._states = {(state.machine, state.number): state for state in self.separation.states}

    def state(self, machine: str, number: int, place: str | None) -> State:
        """A state, by its machine and number; 0 is the entry."""
        found = self._states.get((machine, number))
        return State(place) if found is None else State(place, found.registers, found.warps_per_sm, found.heavy)

    def storage(self, machine: sm.MachineOp) -> str:
        """Where the machine's frame stands."""
        return choose_storage(machine, self.registers, self._arch, self._offered, header_bytes=abi.HEADER_BYTES).name
