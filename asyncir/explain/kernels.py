"""What an explanation says of the kernel: its executor, and registers and occupancy, predicted and as ptxas says."""

from __future__ import annotations

from dataclasses import replace

from asyncir.chips import chip, occupancy
from asyncir.compiler import LLVM_DIALECT, Lowering
from asyncir.dialects import rt
from asyncir.errors import InputError
from asyncir.explain.prediction import Prediction
from asyncir.explain.records import Kernel
from asyncir.lowering.ptxas import KernelResources, assemble
from asyncir.lowering.toolkit import ptxas as find_ptxas

THREADS_PER_BLOCK = 128
"""As the runtime launches kernels."""


def explain_kernel(lowering: Lowering, kernel: rt.KernelOp, predicted: Prediction | None) -> tuple[Kernel, tuple[str, ...]]:
    """What is said of the kernel of a program at the level rt, and notes on what is not; lowers the program further."""
    target = chip(lowering.job.arch)
    known = _predicted(kernel, predicted)
    try:
        used = _assembled(lowering, known.name)
    except InputError as error:
        note = f"no registers, spills and stack for {target.arch}: {error.message}"
        if predicted is None:
            return known, (note,)
        fits = occupancy(target, predicted.registers, 0, THREADS_PER_BLOCK)
        known = replace(known, warps_per_sm=fits.warps_per_sm, limited_by=fits.limited_by)
        return known, (note, "the occupancy is that of the predicted registers")
    fits = occupancy(target, used.registers, used.shared, THREADS_PER_BLOCK)
    known = replace(
        known,
        registers=used.registers,
        spill_bytes=used.spill_stores + used.spill_loads,
        stack_bytes=used.stack,
        shared_bytes=used.shared,
        warps_per_sm=fits.warps_per_sm,
        limited_by=fits.limited_by,
    )
    return known, ()


def _predicted(kernel: rt.KernelOp, predicted: Prediction | None) -> Kernel:
    known = Kernel(kernel.sym_name.data, kernel.executor.data, kernel.why.data)
    if predicted is None:
        return known
    known = replace(known, predicted_registers=predicted.registers)
    apart = predicted.separation
    return replace(known, light_registers=apart.light_registers, light_warps_per_sm=apart.light_warps) if apart.heavy else known


def _assembled(lowering: Lowering, name: str) -> KernelResources:
    """What ptxas says. Raises InputError if there is none."""
    from asyncir.lowering.codegen import compile_ptx

    find_ptxas()  # LLVM's work is in vain without it.
    lowering.run_to(LLVM_DIALECT)
    return assemble(compile_ptx(lowering.llvm_text(), lowering.job.arch), lowering.job.arch).kernels[name]
