"""Random machines before and after layout: checked, run by the reference, run by the CPU, and compared."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from random_machines import ENTRY, INPUTS, Batch
from xdsl.dialects.builtin import ModuleOp

from asyncir import reference
from asyncir.analysis.check_layout import check_layouts
from asyncir.analysis.verify import verify_module
from asyncir.dialects import sm
from asyncir.dialects.context import make_context
from asyncir.dialects.parsing import parse_module
from asyncir.explain.machines import WARP_WIDTH, bounds_of_machines
from asyncir.passes.layout_frames import LayoutFramesPass
from asyncir.program import compile as compile_program

X, Y = 5, np.float32(0.75)
DEADLINE = 60.0


@dataclass(frozen=True)
class Memory:
    """What the machines of a batch return and store."""

    mem: np.ndarray
    floats: np.ndarray
    results: np.ndarray

    @staticmethod
    def of(batch: Batch) -> Memory:
        ints, floats = np.arange(batch.cells, dtype=np.int64) * 7919 - 3000, np.arange(batch.cells, dtype=np.float32) / 8 - 2
        return Memory(ints, floats, np.zeros(len(batch.seeds), np.int64))

    @property
    def arguments(self) -> list[object]:
        return [X, float(Y), self.mem, self.floats, np.arange(INPUTS, dtype=np.int64) * 1000003 - 77, self.results]

    def differing(self, other: Memory, seeds: tuple[int, ...]) -> list[int]:
        """The seeds of machines that leave something else."""
        each = len(self.mem) // len(seeds)
        wrong: list[int] = []
        for k, seed in enumerate(seeds):
            part = slice(k * each, (k + 1) * each)
            same = np.array_equal(self.mem[part], other.mem[part]) and np.array_equal(self.floats[part], other.floats[part], equal_nan=True)
            if not same or self.results[k] != other.results[k]:
                wrong.append(seed)
        return wrong


def split(batch: Batch) -> ModuleOp:
    """The verified module of a batch."""
    module = parse_module(batch.text, "machines.mlir", make_context())
    verify_module(module)
    return module


def laid_out(module: ModuleOp, policy: str, remat: str) -> ModuleOp:
    """The module after layout, verified and checked."""
    after = module.clone()
    LayoutFramesPass(policy=policy, remat=remat).apply(make_context(), after)
    verify_module(after)
    check_layouts(module, after)
    return after


@dataclass(frozen=True)
class Frame:
    """The payload of a machine, and the least that any layout without and with rematerialisation has; a warp's of WARP_WIDTH lanes."""

    machine: str
    payload: int
    lb0: int
    lb1: int


def frames(before: ModuleOp, after: ModuleOp) -> list[Frame]:
    """Of the machines of a module before and after layout."""
    bounds = bounds_of_machines(before)
    found: list[Frame] = []
    for machine in after.ops:
        if isinstance(machine, sm.MachineOp) and machine.frame is not None:
            least = bounds[machine.sym_name.data]
            payload = machine.frame.payload_bytes(WARP_WIDTH if machine.scope.data == "warp" else 1)
            found.append(Frame(least.name, payload, least.lb0_bytes, least.lb1_bytes))
    return found


def off_bounds(before: ModuleOp, after: ModuleOp, policy: str, remat: str) -> list[str]:
    """Machines whose frames are not what the bounds say, a line each: at them with `bound`, not below them with any layout."""
    wrong: list[str] = []
    for frame in frames(before, after):
        low = frame.lb0 if remat == "off" else frame.lb1
        high = frame.lb1 if remat == "free" else frame.lb0
        if frame.payload < low or (policy == "bound" and frame.payload > high):
            wrong.append(f"@{frame.machine}: {frame.payload} bytes, LB0 {frame.lb0}, LB1 {frame.lb1}")
    return wrong


def run_reference(module: ModuleOp, batch: Batch, seed: int, width: int) -> Memory:
    """What the reference leaves in memory."""
    memory = Memory.of(batch)
    reference.run(module, ENTRY, memory.arguments, seed=seed, width=width, deadline=DEADLINE)
    return memory


def run_cpu(module: ModuleOp, batch: Batch) -> Memory:
    """What the CPU leaves in memory, from a module at any level."""
    memory = Memory.of(batch)
    compile_program(module).run(ENTRY, *memory.arguments, target="cpu", deadline=DEADLINE)
    return memory
