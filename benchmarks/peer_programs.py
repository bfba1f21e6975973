"""Programs of others, measured beside ours: CUDA prototypes in peers/, and MLIR's CPU runner with its async runtime."""

from __future__ import annotations

import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

from report import ROOT
from scheduler_programs import FIB_IN_MLIR

PEERS = Path(__file__).resolve().parent / "peers"
PASSES = (
    "convert-scf-to-cf",
    "async-func-to-async-runtime",
    "async-to-async-runtime",
    "async-runtime-ref-counting",
    "async-runtime-ref-counting-opt",
    "convert-async-to-llvm",
    "convert-vector-to-llvm",
    "convert-func-to-llvm",
    "convert-arith-to-llvm",
    "convert-cf-to-llvm",
    "reconcile-unrealized-casts",
)
LIBRARIES = ("mlir_c_runner_utils", "mlir_runner_utils", "mlir_async_runtime")


def _tool(name: str) -> str:
    path = shutil.which(name)
    if path is None:
        raise RuntimeError(f"{name} is not installed")
    return path


def _output(command: list[str], **options: object) -> str:
    """What a command prints; what it says when it fails is the error."""
    done = subprocess.run(command, capture_output=True, text=True, check=False, **options)  # type: ignore[call-overload]
    if done.returncode != 0:
        raise RuntimeError(f"{Path(command[0]).name} failed: {(done.stderr or done.stdout).strip()[-500:]}")
    return str(done.stdout)


def cuda_peer(name: str) -> str:
    """Compiles a program of peers/ for sm_90 and runs it: what it prints."""
    nvcc = _tool("nvcc")
    with tempfile.TemporaryDirectory() as folder:
        binary = str(Path(folder) / name)
        _output([nvcc, "-arch=sm_90", "-O3", "-std=c++17", str(PEERS / f"{name}.cu"), "-o", binary])
        return _output([binary])


def steal_prototype() -> Iterator[tuple[int, float]]:
    """The prototype's best time of each fib(n), in milliseconds."""
    best: dict[int, float] = {}
    for n, ms in re.findall(r"fib\((\d+)\)=.*?: ([\d.]+) ms tasks", cuda_peer("steal_prototype")):
        best[int(n)] = min(float(ms), best.get(int(n), float("inf")))
    yield from best.items()


def fib_floor() -> float:
    """The best time of fib(40) by private stacks without balancing, in milliseconds."""
    return min(float(ms) for ms in re.findall(r": ([\d.]+) ms sum", cuda_peer("fib_floor")))


def fib_by_mlir(n: int) -> tuple[int, float]:
    """The result of examples/fib.mlir by MLIR's runner, optimised, and the seconds that it took without compilation."""
    task = (ROOT / "examples" / "fib.mlir").read_text().split("func.func @fib(")[0]
    text = task + FIB_IN_MLIR.replace("NUMBER", str(n))
    runner = _tool("mlir-runner-22")
    lowered = _output([_tool("mlir-opt-22"), *(f"--{name}" for name in PASSES)], input=text)
    folder = Path(runner).resolve().parents[1] / "lib"
    libraries = [next(folder.glob(f"lib{name}.so*")) for name in LIBRARIES]
    command = [runner, "-e", "main", "-entry-point-result=void", "-O3", *(f"-shared-libs={library}" for library in libraries)]
    result, seconds = _output(command, input=lowered).split()
    return int(result), float(seconds)
