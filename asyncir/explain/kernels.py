"""What an explanation says of the kernel: its executor, and registers and occupancy, predicted and as ptxas says."""

from __future__ import annotations

from dataclasses import replace

from xdsl.dialects.builtin import StringAttr

from asyncir.abi import Entry
from asyncir.chips import chip
from asyncir.compiler import LLVM_DIALECT, Lowering
from asyncir.dialects import rt
from asyncir.errors import InputError
from asyncir.explain.grid import blocks_of, fitting
from asyncir.explain.prediction import Prediction
from asyncir.explain.records import Kernel
from asyncir.lowering.ptxas import KernelResources, assemble
from asyncir.lowering.toolkit import ptxas as find_ptxas


def explain_kernel(lowering: Lowering, kernel: rt.KernelOp, entry: Entry, predicted: Prediction | None) -> tuple[Kernel, tuple[str, ...]]:
    """What is said of the kernel of a program at the level rt, and notes on what is not; lowers the program further."""
    target = chip(lowering.job.arch)
    blocks = blocks_of(entry)
    known = replace(
        _predicted(kernel, predicted),
        shared_bytes=blocks.shared_bytes,
        block_warps=blocks.warps,
        blocks_asked=blocks.most or None,
        lane_stack_words=entry.stack_words or None,
    )
    try:
        used = _assembled(lowering, known.name)
    except InputError as error:
        note = f"no registers, spills and stack for {target.arch}: {error.message}"
        if predicted is None:
            return known, (note,)
        fits, limits = fitting(target, predicted.registers, blocks.shared_bytes, blocks)
        known = replace(known, warps_per_sm=fits.warps_per_sm, limited_by=fits.limited_by, limits=limits)
        return known, (note, "the occupancy is that of the predicted registers")
    shared = used.shared + blocks.shared_bytes
    fits, limits = fitting(target, used.registers, shared, blocks)
    known = replace(
        known,
        registers=used.registers,
        spill_bytes=used.spill_stores + used.spill_loads,
        stack_bytes=used.stack,
        shared_bytes=shared,
        warps_per_sm=fits.warps_per_sm,
        limited_by=fits.limited_by,
        limits=limits,
    )
    return known, ()


def _predicted(kernel: rt.KernelOp, predicted: Prediction | None) -> Kernel:
    written = kernel.attributes.get(rt.DISPATCH)
    dispatch = written.data if isinstance(written, StringAttr) else None
    known = Kernel(kernel.sym_name.data, kernel.executor.data, kernel.why.data, dispatch=dispatch)
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
