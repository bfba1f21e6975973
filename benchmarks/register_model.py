"""
The model of registers (asyncir/analysis/registers.py) against ptxas: shares of programs within 8 registers.

Prints for each program its executor, what is predicted, what ptxas gives and the difference. The model was made with the layout
corpus and examples/, each as users compile it and with all its machinery (dynamic, not elided), and the synthetic families of
tests/unit/register_programs.py in view. Held out are other members of the families, and random programs (seeds from 200 on): once
constants are changed with their figures in view, they are held out no longer, and others must take their place.

Kernels whose lanes have stacks are another kernel of the dynamic executor, with constants of its own, and stand in groups of their own:
those of the committed programs and of tests/unit/register_stack_programs.py. The mean difference tells whether the kernel has grown or
shrunk since it was fitted. ptxas takes 5 to 20 s for each, so `--stacks` measures these alone.

    PYTHONPATH=. python benchmarks/register_model.py [--stacks] [--record]
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

from report import ROOT, Table, run

from asyncir.analysis.fork_join import has_stacks
from asyncir.analysis.registers import predicted_registers
from asyncir.compiler import LLVM_DIALECT, Lowering, Options
from asyncir.dialects import rt, sm
from asyncir.dialects.context import make_context
from asyncir.dialects.parsing import parse_module
from asyncir.levels import RT, SM
from asyncir.lowering.codegen import compile_ptx
from asyncir.lowering.ptxas import assemble

# The programs are the tests'.
sys.path[:0] = [str(ROOT / "tests" / "unit"), str(ROOT / "tests" / "e2e")]

import random_programs  # noqa: E402
import register_programs  # noqa: E402
import register_stack_programs  # noqa: E402
from register_programs import Program  # noqa: E402

ARCH = "sm_90a"
RANDOM = range(200, 216)
"""Seeds."""
WITHIN = 8
STACKS = ", with stacks"
"""Behind the name of a group."""


@dataclass(frozen=True)
class Row:
    """One program's figures."""

    group: str
    name: str
    executor: str
    predicted: int
    actual: int

    @property
    def difference(self) -> int:
        return self.predicted - self.actual


def measure_program(group: str, program: Program, *, stacks_alone: bool) -> Row | None:
    """Predict from the laid-out machines, then compile and ask ptxas. None: a kernel without stacks, which was not asked for."""
    module = parse_module(program.text, program.name, make_context())
    lowering = Lowering(module, program.entry, "cuda", Options(executor=program.executor, elide=program.elide, arch=ARCH))
    lowering.run_to(SM)
    machines = lowering.module.clone()
    stacks = has_stacks(op for op in machines.body.ops if isinstance(op, sm.MachineOp))
    if stacks_alone and not stacks:
        return None
    lowering.run_to(RT)
    kernel = next(op for op in lowering.module.body.ops if isinstance(op, rt.KernelOp))
    predicted = predicted_registers(machines, kernel.executor.data, ARCH).kernel
    lowering.run_to(LLVM_DIALECT)
    used = assemble(compile_ptx(lowering.llvm_text(), ARCH), ARCH).kernels[kernel.sym_name.data]
    group = f"{group}{STACKS}" if stacks else group
    return Row(group, program.name, kernel.executor.data, predicted, used.registers)


def programs() -> Iterator[tuple[str, Program]]:
    """All programs with their groups."""
    yield from (("layout corpus", one) for one in register_programs.committed(ROOT / "tests" / "layout_corpus"))
    yield from (("examples", one) for one in register_programs.committed(ROOT / "examples"))
    yield from (("synthetic", one) for one in register_programs.synthetic())
    yield from (("synthetic, held out", one) for one in register_programs.held_out())
    yield from (("synthetic", one) for one in register_stack_programs.synthetic())
    yield from (("synthetic, held out", one) for one in register_stack_programs.held_out())
    for seed in RANDOM:
        text = random_programs.batch([seed]).text
        yield "random, held out", Program(f"random {seed}", text)
        yield "random, held out", Program(f"random {seed}, dynamic", text, "dynamic", False)


def table_of(rows: list[Row]) -> Table:
    """The shares within WITHIN registers, by group and of all."""
    columns = ("programs", "number", "within 8", "share", "mean |difference|", "mean difference")
    table = Table(f"Register model against ptxas, {ARCH}", columns)
    for group in (*dict.fromkeys(row.group for row in rows), "all"):
        some = [row for row in rows if group in (row.group, "all")]
        good = sum(abs(row.difference) <= WITHIN for row in some)
        far, mean = (sum(figures) / len(some) for figures in zip(*((abs(row.difference), row.difference) for row in some), strict=True))
        table.add(group, len(some), good, f"{good / len(some):.0%}", f"{far:.1f}", f"{mean:+.1f}")
    return table


def measure(*, stacks_alone: bool = False) -> Table:
    """Measures all programs, or kernels with stacks alone; those that are further off than WITHIN are marked."""
    print(f"{'program':40s} executor predicted ptxas difference")
    rows: list[Row] = []
    for group, program in programs():
        row = measure_program(group, program, stacks_alone=stacks_alone)
        if row is None:
            continue
        rows.append(row)
        far = "  *" if abs(row.difference) > WITHIN else ""
        print(f"{row.name:40s} {row.executor:8s} {row.predicted:9d} {row.actual:5d} {row.difference:+10d}{far}", flush=True)
    return table_of(rows)


if __name__ == "__main__":
    alone = "--stacks" in sys.argv
    sys.argv = [argument for argument in sys.argv if argument != "--stacks"]
    run(partial(measure, stacks_alone=alone), __doc__ or "")
