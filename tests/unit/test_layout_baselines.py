"""
The policies that re-implement published layouts give what the originals give, within their headers.

The sizes of rustc 1.95 and LLVM 22.1 are literals. Where rustc 1.95 is installed they are measured again, and so are LLVM's by the
LLVM that generates our code.
"""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import layout_shapes as shapes
import llvmlite.binding as llvm
import pytest
from layout_shapes import Body, CoroutineBody, MachineBody
from xdsl.dialects.builtin import ModuleOp

from asyncir.analysis.verify import verify_module
from asyncir.dialects import sm
from asyncir.dialects.context import make_context
from asyncir.dialects.parsing import parse_module
from asyncir.passes.check_layout import LayoutFramesCheckedPass
from asyncir.passes.layout.sizes import round_up

RUST = Path(__file__).resolve().parent / "rustc_shapes.rs"
RUSTC_STATE = 1
LLVM_RESUME_DESTROY_PROMISE = 24
LLVM_INDEX = 1
VECTOR = "vector<2048xf32>"


@dataclass(frozen=True)
class Case:
    """A shape, the payload we lay out, and what the original's whole frame takes; `kept` are bytes that only the original keeps."""

    name: str
    shape: Callable[[Body], str]
    payload: int
    original: int
    kept: int = 0


RUSTC = [
    # The awaited future of the chains takes 8 bytes, the vector argument's 1, all others none.
    Case("chain 4", partial(shapes.chain, stages=4), 192, 204, kept=8),
    Case("chain 8", partial(shapes.chain, stages=8), 448, 460, kept=8),
    Case("chain 16", partial(shapes.chain, stages=16), 960, 972, kept=8),
    Case("argument vector used first", partial(shapes.argument_used_first, type_=VECTOR), 16384, 16386, kept=1),
    Case("argument used first", partial(shapes.argument_used_first, type_="f32"), 4, 8),
    Case("argument used last", partial(shapes.argument_used_last, type_="f32"), 8, 12),
    Case("four across one", partial(shapes.across, types=["f32"] * 4), 16, 20),
    Case("8 predicates", partial(shapes.across, types=["i1"] * 8), 8, 9),
    Case("i8 i64 i16", partial(shapes.across, types=["i8", "i64", "i16"]), 12, 16),
    Case("i8 i64 i16 across two", partial(shapes.across, types=["i8", "i64", "i16"], suspensions=2), 12, 16),
    Case("f32, then f32", lambda body: shapes.in_turn(body, ["f32"], ["f32"]), 4, 8),
    Case("i8 i64, then i8 i16", lambda body: shapes.in_turn(body, ["i8", "i64"], ["i8", "i16"]), 16, 16),
    Case("branches", shapes.branches, 20, 24),
    Case("overlapping", shapes.overlapping, 8, 12),
]

LLVM = [
    # Published figures have 8 bytes more for the chains: a pointer that is live throughout.
    Case("chain 4", partial(shapes.chain, stages=4), 192, 232 - 8),
    Case("chain 8", partial(shapes.chain, stages=8), 448, 488 - 8),
    Case("chain 16", partial(shapes.chain, stages=16), 960, 1000 - 8),
    Case("16 across one", partial(shapes.across, types=["f32"] * 16), 64, 96),
    Case("32 predicates", partial(shapes.across, types=["i1"] * 32), 32, 64),
    # LLVM merges the suspensions of the branches, and keeps what chooses the branch.
    Case("branches", shapes.branches, 20, 56, kept=4),
    Case("i8 i64 i16 across two", partial(shapes.across, types=["i8", "i64", "i16"], suspensions=2), 12, 40),
    Case("f32, then f32", lambda body: shapes.in_turn(body, ["f32"], ["f32"]), 8, 40),
    Case("i8 i64, then i8 i16", lambda body: shapes.in_turn(body, ["i8", "i64"], ["i8", "i16"]), 12, 40),
    Case("overlapping", shapes.overlapping, 8, 40),
    Case("argument used first", partial(shapes.argument_used_first, type_="f32"), 0, 32),
    Case("argument used last", partial(shapes.argument_used_last, type_="f32"), 4, 32),
]


def laid_out(text: str, policy: str) -> ModuleOp:
    """The module of that text with frames of that policy; it verifies."""
    context = make_context()
    module = parse_module(text, "shape.mlir", context)
    verify_module(module)
    LayoutFramesCheckedPass(policy=policy).apply(context, module)
    verify_module(module)
    return module


def frame_of(case: Case, policy: str) -> int:
    """The payload of the case's machine in bytes."""
    machine = next(op for op in laid_out(case.shape(MachineBody()), policy).ops if isinstance(op, sm.MachineOp))
    assert machine.frame is not None
    assert machine.frame.rows.value.data == 0
    return machine.frame.task_bytes.value.data


@pytest.mark.parametrize("case", RUSTC, ids=lambda case: case.name)
def test_rustc_payload_and_header(case: Case) -> None:
    assert frame_of(case, "rustc") == case.payload
    assert 0 <= case.original - case.payload <= round_up(RUSTC_STATE + case.kept, 4), "the rest is the header: state and awaited future"


@pytest.mark.parametrize("case", LLVM, ids=lambda case: case.name)
def test_llvm_payload_and_header(case: Case) -> None:
    assert frame_of(case, "llvm") == case.payload
    fields = case.payload + case.kept + LLVM_INDEX
    assert case.original == round_up(LLVM_RESUME_DESTROY_PROMISE + fields, 8)


def test_the_frames_of_rustc_are_what_rustc_makes(tmp_path: Path) -> None:
    rustc = shutil.which("rustc")
    if rustc is None or "1.95" not in subprocess.run([rustc, "--version"], capture_output=True, text=True, check=True).stdout:
        pytest.skip("needs rustc 1.95")
    program = tmp_path / "shapes"
    subprocess.run([rustc, "--edition", "2021", "-o", str(program), str(RUST)], check=True, timeout=120)
    printed = subprocess.run([str(program)], capture_output=True, text=True, check=True, timeout=20).stdout
    sizes = {name: int(size) for name, size in (line.split(": ") for line in printed.splitlines())}
    assert sizes == {case.name: case.original for case in RUSTC}


@pytest.mark.parametrize("case", LLVM, ids=lambda case: case.name)
def test_the_frames_of_llvm_are_what_llvm_makes(case: Case) -> None:
    assert coroutine_frame(case.shape(CoroutineBody())) == case.original


def coroutine_frame(text: str) -> int:
    """The bytes of the frame that LLVM allocates for a coroutine at O2."""
    llvm.initialize_native_target()
    module = llvm.parse_assembly(text)
    machine = llvm.Target.from_default_triple().create_target_machine()
    module.triple, module.data_layout = machine.triple, str(machine.target_data)
    passes = llvm.create_pass_builder(machine, llvm.create_pipeline_tuning_options(2))
    passes.getModulePassManager().run(module, passes)
    found = re.findall(r"@malloc\(i64 (?:noundef )?(\d+)\)", str(module))
    assert len(found) == 1
    return int(found[0])
