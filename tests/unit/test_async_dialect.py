"""
MLIR is the judge of the dialects that are MLIR's: what we print, mlir-opt reads, and prints as it prints the original; what
mlir-opt prints, in every form it has, we read.
"""

from __future__ import annotations

import functools
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from xdsl.dialects.builtin import ModuleOp

from asyncir.analysis.verify import verify_module
from asyncir.dialects.context import make_context
from asyncir.dialects.locations import location_of
from asyncir.dialects.parsing import parse_module
from asyncir.dialects.printing import print_module
from asyncir.errors import InputError, Location

TESTS = Path(__file__).resolve().parents[1]
DIALECTS = TESTS / "filecheck" / "dialects"
MLIRS = ("async", "gpu", "linalg", "memref", "vector")
TEXTS = [*(DIALECTS / name / "ops.mlir" for name in MLIRS), *sorted((TESTS / "unit" / "mlir_texts").glob("*.mlir"))]
PROGRAMS = sorted((TESTS / "e2e" / "mlir_programs").glob("*.mlir"))

FORMS = {
    "custom": [],
    "generic": ["--mlir-print-op-generic"],
    "locations": ["--mlir-print-debuginfo"],
    "local locations": ["--mlir-print-debuginfo", "--mlir-print-local-scope"],
    "generic with locations": ["--mlir-print-op-generic", "--mlir-print-debuginfo"],
}


@functools.cache
def mlir_opt(text: str, *options: str) -> str:
    """What mlir-opt makes of a text; skips the test where it is not installed."""
    done = _mlir_opt(text, *options)
    assert done.returncode == 0, done.stderr
    return done.stdout


@functools.cache
def _mlir_opt(text: str, *options: str) -> subprocess.CompletedProcess[str]:
    tool = shutil.which("mlir-opt-22")
    if tool is None:
        pytest.skip("mlir-opt-22 is not on PATH (Debian: mlir-22-tools)")
    # Attributes named `task.…` belong to a dialect that MLIR does not know.
    return subprocess.run([tool, "--allow-unregistered-dialect", *options], input=text, capture_output=True, text=True)


def reprinted(text: str, *, generic: bool = False, debuginfo: bool = False) -> str:
    module = parse_module(text, "input.mlir", make_context())
    verify_module(module)
    return print_module(module, generic=generic, debuginfo=debuginfo)


def _name(path: Path) -> str:
    return f"{path.parent.name}-{path.stem}"


@pytest.mark.parametrize("generic", [False, True], ids=["custom", "generic"])
@pytest.mark.parametrize("path", [*TEXTS, *PROGRAMS], ids=_name)
def test_mlir_reads_what_we_print(path: Path, generic: bool) -> None:
    text = path.read_text()
    assert mlir_opt(reprinted(text, generic=generic)) == mlir_opt(text)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("path", TEXTS, ids=_name)
def test_we_read_what_mlir_prints(path: Path, form: str) -> None:
    text = path.read_text()
    printed = mlir_opt(text, *FORMS[form])
    assert mlir_opt(reprinted(printed)) == mlir_opt(text)


@pytest.mark.parametrize("path", TEXTS, ids=_name)
def test_locations_go_to_mlir_and_back(path: Path) -> None:
    ours = reprinted(path.read_text(), debuginfo=True)
    theirs = mlir_opt(ours, "--mlir-print-debuginfo")
    module = parse_module(path.read_text(), "input.mlir", make_context())
    again = parse_module(theirs, "again.mlir", make_context())
    assert _places(again) == _places(module)


def _places(module: ModuleOp) -> list[tuple[str, Location | None]]:
    """Where the operations are that a text shows: not the module, nor the ends of regions that nobody writes."""
    hidden = ("builtin.module", "linalg.yield", "scf.yield")
    return [(op.name, location_of(op)) for op in module.walk() if op.name not in hidden]


# What mlir-opt accepts and we reject: forms without a meaning in a task, and ops of dialects that we have a part of.
STRICTER = {
    "'gpu.shuffle' op value must be an integer or float of at most 64 bits, got 'vector<4xf32>'",
    "'gpu.subgroup_reduce' op: reductions over clusters of lanes are not supported",
    "unknown operation 'gpu.barrier'",
}

CASES = [
    pytest.param(chunk, id=f"{name}-{index}")
    for name in MLIRS
    for index, chunk in enumerate((DIALECTS / name / "invalid.mlir").read_text().split("// -----\n"))
]


@pytest.mark.parametrize("text", CASES)
def test_mlir_rejects_what_we_reject(text: str) -> None:
    with pytest.raises(InputError) as raised:
        reprinted(text)
    done = _mlir_opt(text)
    assert (done.returncode == 0) == (raised.value.message in STRICTER), done.stderr


# How MLIR words a fault of an async op, and how our message begins.
SAME = (
    "'async.func' op result is expected to be at least of size 1, but got 0",
    "'async.func' op result type must be async value type or async token type, but got",
    "'async.func' op results' (optional) async token type is expected to appear as the 1st return value, but got",
    "'async.return' op operand types do not match the types returned from the parent FuncOp",
    "'async.await' op operand #0 must be async value type or async token type, but got",
    "'async.await' op result type",
    "'async.await' op awaiting on a token must have empty result",
    "'async.add_to_group' op operand #0 must be async value type or async token type, but got",
    "'async.runtime.await' op operand #0 must be async value type or async token type or async group type, but got",
    "'async.runtime.is_error' op operand #0 must be async value type or async token type or async group type, but got",
    "'async.yield' op expects parent op 'async.execute'",
)


@pytest.mark.parametrize("text", [case for case in CASES if any(words in str(case.values[0]) for words in SAME)])
def test_messages_are_mlirs(text: str) -> None:
    with pytest.raises(InputError) as raised:
        reprinted(text)
    found = re.search(r"error: (.*)", _mlir_opt(text).stderr)
    assert found is not None
    # One of MLIR's messages has two blanks where ours has one.
    assert re.sub(" +", " ", raised.value.message).startswith(re.sub(" +", " ", found.group(1)))
