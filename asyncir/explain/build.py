"""Lowers a program and collects on the way what there is to say of it."""

from __future__ import annotations

from xdsl.dialects.builtin import ModuleOp

from asyncir.analysis.bounds import MachineBounds
from asyncir.compiler import Lowering, Options
from asyncir.dialects import rt, sm
from asyncir.dialects.locations import location_of
from asyncir.errors import InputError
from asyncir.explain.explanation import Explanation
from asyncir.explain.grid import blocks_of
from asyncir.explain.kernels import explain_kernel
from asyncir.explain.machines import bounds_of_machines, explain_machine, machine_of_table
from asyncir.explain.prediction import Prediction
from asyncir.levels import RT, SM, SOURCE, SPLIT
from asyncir.lowering.entry import entry_of


def explain(module: ModuleOp, entry: str | None, options: Options) -> Explanation:
    """How the module's entry will be run on a GPU; the executor and the machines are the same on every target."""
    lowering = Lowering(module, entry, "cuda", options)
    bounds: dict[str, MachineBounds] = {}
    if lowering.level in (SOURCE, SPLIT):
        lowering.run_to(SPLIT)
        bounds = bounds_of_machines(lowering.module)
    laid_out: ModuleOp | None = None
    if lowering.level in (SPLIT, SM):
        lowering.run_to(SM)
        laid_out = lowering.module.clone()
        lowering.run_to(RT)
    kernel = next((op for op in lowering.module.body.ops if isinstance(op, rt.KernelOp)), None)
    if kernel is None:
        raise InputError("there is no kernel to explain", location_of(lowering.module))
    launched = entry_of(lowering.module, kernel.sym_name.data)
    if laid_out is None:
        machines = tuple(machine_of_table(op) for op in lowering.module.body.ops if isinstance(op, rt.MachineOp))
        explained, notes = explain_kernel(lowering, kernel, launched, None)
        return Explanation((explained,), machines, notes)
    prediction = Prediction(laid_out, kernel.executor.data, lowering.job.arch, blocks_of(launched))
    machines = tuple(
        explain_machine(op, bounds.get(op.sym_name.data), prediction.state, prediction.storage)
        for op in laid_out.body.ops
        if isinstance(op, sm.MachineOp)
    )
    explained, notes = explain_kernel(lowering, kernel, launched, prediction)
    return Explanation((explained,), machines, notes)
