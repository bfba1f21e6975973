"""The register model: its parts by hand, and how near it comes to ptxas on programs that are committed here."""

from __future__ import annotations

from collections.abc import Iterable

import pytest
import register_programs
import register_stack_programs
from register_programs import ROOT, Program
from xdsl.dialects.builtin import ModuleOp

from asyncir.analysis.registers import EXECUTORS, STACKS, predicted_registers
from asyncir.compiler import Lowering, Options
from asyncir.dialects import rt
from asyncir.dialects.context import make_context
from asyncir.dialects.parsing import parse_module
from asyncir.lowering.codegen import compile_ptx
from asyncir.lowering.ptxas import assemble
from asyncir.lowering.toolkit import find_ptxas

ARCH = "sm_90a"
needs_ptxas = pytest.mark.skipif(find_ptxas() is None, reason="ptxas is not found")


def machines(text: str) -> ModuleOp:
    return parse_module(text, "test.mlir", make_context())


def one_machine(body: str, arguments: str = "%x: f32") -> ModuleOp:
    return machines(f'sm.machine @f({arguments}) attributes {{scope = "lane", kernel}} {{ {body} }}')


def test_a_task_that_does_nothing_needs_what_its_executor_needs() -> None:
    module = one_machine("sm.return", "")
    assert predicted_registers(module, "dynamic", ARCH).kernel == EXECUTORS["dynamic"].least == 32
    assert predicted_registers(module, "inline", ARCH).kernel == EXECUTORS["inline"].least == 8


def _live(count: int) -> str:
    """A machine's body that keeps `count` f32 at a time, made of its argument, and writes each."""
    made = " ".join(f"%v{i} = arith.mulf %x, %x : f32" for i in range(count))
    used = " ".join(f"memref.store %v{i}, %a[] : memref<f32>" for i in range(count))
    return f"{made} sm.suspend yield() 1 : () -> () [^next] ^next: {used} sm.return"


def test_a_program_with_stacks_has_the_larger_kernel() -> None:
    """The marks count only where a child is called: that brings the stacks, and all that serves them, into the kernel."""
    machine = """sm.machine @g(%x: i32) -> i32 attributes {{scope = "lane"{mark}}} {{ {body} }}"""
    call = """sm.suspend call @g(%x) 1 : (i32) -> (i1, !async.value<i32>, i32) [^next]
      ^next(%pending: i1, %h: !async.value<i32>, %y: i32): sm.return %y : i32"""
    kernel = 'sm.machine @k() attributes {scope = "lane", kernel} { sm.return }'
    plain = machines(kernel + machine.format(mark=", fork_join", body="sm.return %x : i32"))
    calling = machines(kernel + machine.format(mark=", fork_join", body=call))
    assert predicted_registers(plain, "dynamic", ARCH).kernel < EXECUTORS["dynamic"].least + 8
    least = EXECUTORS[STACKS].least
    found = predicted_registers(calling, "dynamic", ARCH)
    # @k does nothing, so it needs what the kernel needs anyway.
    assert found.kernel >= least and found.states[("k", 0)] == least


def test_live_values_come_on_top_of_the_executors() -> None:
    # Behind the suspension 100 values and the array's address, 102; before it no more. 8 + 1.1 * 102 = 120.2.
    module = one_machine(_live(100), "%x: f32, %a: memref<f32>")
    found = predicted_registers(module, "dynamic", ARCH)
    assert found.kernel == 120 and found.states[("f", 1)] == 120 and found.spilled == 0


def test_in_the_middle_all_that_costs_no_occupancy_is_taken() -> None:
    # 8 + 1.1 * 34 = 45.4, so 48 is allocated; 40 warps fit with 48 registers and 36 with 56.
    module = one_machine(_live(32), "%x: f32, %a: memref<f32>")
    assert predicted_registers(module, "dynamic", ARCH).kernel == 48


def test_what_a_thread_cannot_have_is_spilled() -> None:
    # 8 + 1.1 * 302 = 340.2
    module = one_machine(_live(300), "%x: f32, %a: memref<f32>")
    found = predicted_registers(module, "dynamic", ARCH)
    assert (found.kernel, found.spilled) == (255, 85)


def test_a_kernel_needs_what_its_heaviest_state_needs() -> None:
    text = f"""
      sm.machine @light(%x: f32) attributes {{scope = "lane", kernel}} {{
        sm.suspend yield() 1 : () -> () [^next]
      ^next:
        sm.return
      }}
      sm.machine @heavy(%x: f32, %a: memref<f32>) attributes {{scope = "lane"}} {{ {_live(60)} }}"""
    found = predicted_registers(machines(text), "dynamic", ARCH)
    assert found.kernel == max(found.states.values()) == found.states[("heavy", 1)]
    assert found.states[("light", 0)] == found.states[("light", 1)] == 32
    assert set(found.states) == {("light", 0), ("light", 1), ("heavy", 0), ("heavy", 1)}
    # The inline executor runs the kernel's machine alone.
    assert set(predicted_registers(machines(text), "inline", ARCH).states) == {("light", 0), ("light", 1)}


def test_a_called_functions_registers_come_on_top() -> None:
    inside = """
      func.func @g(%x: f32) -> f32 {
        %u = arith.extf %x : f32 to f64
        %v = arith.mulf %u, %u : f64
        %w = arith.addf %u, %v : f64
        %r = arith.truncf %w : f64 to f32
        return %r : f32
      }"""
    call = "%y = func.call @g(%x) : (f32) -> f32 memref.store %y, %a[] : memref<f32> sm.return"
    module = machines(f'{inside} sm.machine @f(%x: f32, %a: memref<f32>) attributes {{scope = "lane", kernel}} {{ {call} }}')
    # The callee's 4 with %x, 1, and the address, 2; and 5 of the executor's.
    assert predicted_registers(module, "inline", ARCH).kernel == 12


def test_nothing_merges_behind_a_yield() -> None:
    """The ready edge of a yield is never taken, so each reloaded value has one register behind it, as without the edge."""
    values = range(100)
    names, types = ", ".join(f"%w{i}" for i in values), ", ".join("f32" for _ in values)
    text = f"""
      sm.machine @f(%x: f32, %a: memref<f32>) attributes {{scope = "lane", kernel,
          frame = #sm.frame<task 440 rows 0 policy "p">, arg_slots = [#sm.slot<task 0>, #sm.slot<task 8>]}} {{
        sm.suspend yield() 1 : () -> () [^ready, ^park]
      ^park:
        sm.park yield() 1 : () -> () [^resume]
      ^resume:
        {" ".join(f"%w{i} = sm.reload at <task {32 + 4 * i}> : f32" for i in values)}
        %b = sm.reload at <task 8> : memref<f32>
        cf.br ^next({names}, %b : {types}, memref<f32>)
      ^ready:
        cf.br ^next({", ".join("%x" for _ in values)}, %a : {types}, memref<f32>)
      ^next({", ".join(f"%v{i}: f32" for i in values)}, %m: memref<f32>):
        {" ".join(f"memref.store %v{i}, %m[] : memref<f32>" for i in values)}
        sm.return
      }}"""
    before = machines(text)
    # 100 values and the aligned address: 8 + 1.1 * 102 = 120.2. The module given is not changed.
    assert predicted_registers(before, "dynamic", ARCH).kernel == 120
    assert before.is_structurally_equivalent(machines(text))


# ---------------------------------------------------------------------------------------------------------- against ptxas

WITHIN = 8


def _difference(program: Program) -> int:
    """Predicted less real registers, from one way down the pipeline."""
    options = Options(executor=program.executor, elide=program.elide, arch=ARCH)
    lowering = Lowering(parse_module(program.text, program.name, make_context()), program.entry, "cuda", options)
    lowering.run_to("sm")
    laid_out = lowering.module.clone()
    lowering.run_to("rt")
    kernel = next(op for op in lowering.module.body.ops if isinstance(op, rt.KernelOp))
    lowering.run_to("llvm-dialect")
    real = assemble(compile_ptx(lowering.llvm_text(), ARCH), ARCH).kernels[kernel.sym_name.data].registers
    return predicted_registers(laid_out, kernel.executor.data, ARCH).kernel - real


def _share(programs: Iterable[Program]) -> tuple[float, dict[str, int]]:
    """The share of programs within 8 registers, and the others."""
    differences = {program.name: _difference(program) for program in programs}
    far = {name: difference for name, difference in differences.items() if abs(difference) > WITHIN}
    return 1 - len(far) / len(differences), far


# ptxas takes up to ten seconds for a program: some each time, all with --exhaustive.
SAMPLE = pytest.param(True, id="sample")
ALL = pytest.param(False, id="all", marks=pytest.mark.exhaustive)


@needs_ptxas
@pytest.mark.parametrize("sample", [SAMPLE, ALL])
def test_nine_of_ten_programs_of_the_corpus_are_within_8_registers(sample: bool) -> None:
    """As users compile them, and fewer with all their machinery: the model was made with them in view."""
    programs = register_programs.committed(ROOT / "tests" / "layout_corpus")
    assert len(programs) >= 80
    share, far = _share([*programs[::14], *programs[1::40]] if sample else programs)
    assert share >= 0.9, far


@needs_ptxas
@pytest.mark.parametrize("name", ["fib", pytest.param("nqueens", marks=pytest.mark.exhaustive)])
def test_kernels_with_stacks_are_within_8_registers(name: str) -> None:
    """Of those that the constants for stacks were made with; benchmarks/register_model.py has all."""
    share, far = _share(one for one in register_programs.committed(ROOT / "examples") if one.name == name)
    assert share == 1.0, far


@needs_ptxas
@pytest.mark.exhaustive
def test_most_generated_kernels_with_stacks_are_within_8_registers() -> None:
    """Fitted and held out; the kernel around them changes with the scheduler, benchmarks/register_model.py says by how much."""
    share, far = _share([*register_stack_programs.synthetic(), *register_stack_programs.held_out()])
    assert share >= 0.6, far


def test_functions_that_only_compute_are_reordered() -> None:
    """Eighty values are made by calls and added up one by one; calls that write keep their order, so all are live then."""
    loaded = " ".join(f"%c{i} = arith.constant {i} : index %x{i} = memref.load %a[%c{i}] : memref<80xf32>" for i in range(80))
    made = " ".join(f"%v{i} = func.call @g(%x{i}) : (f32) -> f32" for i in range(80))
    added = " ".join(f"%s{i} = arith.addf %{f's{i - 1}' if i > 1 else 'v0'}, %v{i} : f32" for i in range(1, 80))
    call = "sm.suspend call @h(%x) 1 : (i32) -> (i1, !async.value<i32>, i32) [^n] ^n(%p: i1, %q: !async.value<i32>, %y: i32):"

    def state(inside: str) -> int:
        text = f"""
          func.func @g(%x: f32) -> f32 {{ %y = arith.mulf %x, %x : f32 {inside} return %y : f32 }}
          sm.machine @k() attributes {{scope = "lane", kernel}} {{ sm.return }}
          sm.machine @h(%x: i32) -> i32 attributes {{scope = "lane", fork_join}} {{ {call} sm.return %y : i32 }}
          sm.machine @f(%a: memref<80xf32>) -> f32 attributes {{scope = "lane", fork_join}} {{
            {loaded} {made} {added} sm.return %s79 : f32 }}"""
        return predicted_registers(machines(text), "dynamic", ARCH).states["f", 0]

    # In the order of the text 80 values come on top of 52; in the other the kernel's own code needs more.
    assert state("") == EXECUTORS[STACKS].least
    assert state("%m = memref.alloc() : memref<f32> memref.store %y, %m[] : memref<f32>") > EXECUTORS[STACKS].least


@needs_ptxas
@pytest.mark.parametrize("sample", [SAMPLE, ALL])
def test_most_held_out_programs_are_within_8_registers(sample: bool) -> None:
    """Of those that the model was not fitted on; 56 of all 66 were within 8 when it was made."""
    share, far = _share(list(register_programs.held_out())[:: 8 if sample else 1])
    assert share >= 0.75, far
