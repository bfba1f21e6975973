"""
Programs for MLIR's CPU async runtime give the same output here.

`mlir_programs/NAME.out` is what MLIR's runner prints for `NAME.mlir`, with the addresses of arrays replaced. One test holds it
against the runner, where that is installed; the others hold it against our targets.
"""

from __future__ import annotations

import re
import subprocess
from functools import cache
from pathlib import Path

import pytest
from targets import DEADLINE, WAYS, Way, need, need_tool, sampled

from asyncir.program import Program
from asyncir.program import compile as compile_program

PROGRAMS = sorted((Path(__file__).parent / "mlir_programs").glob("*.mlir"))

ASYNC = ["async-func-to-async-runtime", "async-to-async-runtime", "async-runtime-ref-counting", "async-runtime-ref-counting-opt"]
TO_LLVM = [
    "convert-async-to-llvm",
    "convert-linalg-to-loops",
    "convert-scf-to-cf",
    "convert-vector-to-llvm",
    "finalize-memref-to-llvm",
    "convert-func-to-llvm",
    "convert-math-to-llvm",
    "convert-arith-to-llvm",
    "convert-cf-to-llvm",
    "reconcile-unrealized-casts",
]
# MLIR splits a task at its awaits into blocks, which the regions of scf cannot hold: those go first. But a loop in the one block
# that `async.execute` has must stay a loop until that is a function. So a program is lowered in one order or in the other.
ORDERS = [[*ASYNC, *TO_LLVM], ["convert-scf-to-cf", *ASYNC, *TO_LLVM]]

LIBRARIES = ("mlir_c_runner_utils", "mlir_runner_utils", "mlir_async_runtime")


def masked(text: str) -> str:
    """Without the addresses of arrays."""
    return re.sub(r"base@ = 0x[0-9a-f]+", "base@ = 0x0", text)


def expected(path: Path) -> str:
    return path.with_suffix(".out").read_text()


def run_with_mlir(path: Path) -> str:
    """What MLIR's runner prints for a program."""
    opt, runner = need_tool("mlir-opt-22"), need_tool("mlir-runner-22")
    folder = Path(runner).resolve().parents[1] / "lib"
    libraries = [next(folder.glob(f"lib{name}.so*"), None) for name in LIBRARIES]
    if None in libraries:
        pytest.skip(f"MLIR's runner has not all of {', '.join(LIBRARIES)} in {folder}")
    for order in ORDERS:
        lowered = subprocess.run([opt, str(path), *(f"--{name}" for name in order)], capture_output=True, text=True)
        if lowered.returncode == 0:
            break
    assert lowered.returncode == 0, lowered.stderr
    command = [runner, "-e", "main", "-entry-point-result=void", "-O0", *(f"-shared-libs={library}" for library in libraries)]
    done = subprocess.run(command, input=lowered.stdout, capture_output=True, text=True, timeout=DEADLINE)
    assert done.returncode == 0, done.stderr
    return masked(done.stdout)


@cache
def program(path: Path) -> Program:
    return compile_program(path)


@pytest.mark.parametrize("path", PROGRAMS, ids=lambda path: path.stem)
def test_expected_output_is_mlirs(path: Path) -> None:
    assert run_with_mlir(path) == expected(path)


# On the CPU half of the programs as users compile them, half with all the machinery.
CASES = [
    sampled(path, *way.values, id=f"{path.stem}-{way.id}", often=way.values[0].target == "reference" or turn == number % 2)
    for number, path in enumerate(PROGRAMS)
    for turn, way in enumerate(way for way in WAYS if "cuda" not in str(way.id))
]


@pytest.mark.parametrize(("path", "way"), CASES)
def test_output_is_the_same_here(path: Path, way: Way) -> None:
    need(way.target)
    written: list[str] = []
    outcome = program(path).run(
        "main", target=way.target, executor=way.executor, elide=way.elide, deadline=DEADLINE, output=written.append
    )
    assert outcome.results == ()
    assert masked("".join(written)) == expected(path)


@pytest.mark.parametrize("seed", [1, 2, 3])
@pytest.mark.parametrize("path", PROGRAMS, ids=lambda path: path.stem)
def test_output_is_the_same_in_every_order(path: Path, seed: int) -> None:
    written: list[str] = []
    program(path).run("main", target="reference", seed=seed, output=written.append)
    assert masked("".join(written)) == expected(path)
