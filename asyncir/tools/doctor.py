"""`asyncir doctor`: what this machine has of what asyncir can use; what is missing, what it is for, and how to get it."""

from __future__ import annotations

import argparse
import platform
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Literal, cast

import asyncir
from asyncir import program
from asyncir.cache.settings import CACHE, SIZE
from asyncir.cache.store import open_store
from asyncir.errors import AsyncirError, InputError
from asyncir.lowering.toolkit import INSTALL, find_libdevice, find_ptxas
from asyncir.runtime.cuda_driver import device
from asyncir.tools.common import Session
from asyncir.tools.files import STDIO, write_output

TRIAL = """
async.func @twice(%x: i32) -> !async.value<i32> {
  %0 = arith.addi %x, %x : i32
  return %0 : i32
}
func.func @trial(%x: i32) -> i32 attributes {task.kernel} {
  %0 = async.call @twice(%x) : (i32) -> !async.value<i32>
  %1 = async.await %0 : !async.value<i32>
  return %1 : i32
}
"""
"""What is run to see whether a target works."""

PACKAGES = ("xdsl", "llvmlite", "numpy", "networkx", "platformdirs")
MIB = 1 << 20
ORACLES = ("mlir-opt-22", "mlir-translate-22", "mlir-runner-22")


@dataclass(frozen=True)
class Finding:
    """One line: a thing, what was found of it, and if that is nothing, what it is for and how to get it."""

    name: str
    found: str | None
    remedy: str = ""
    needed: bool = False
    """Whether asyncir does nothing useful without it."""

    def line(self) -> str:
        if self.found is not None:
            return f"  {self.name:<20}{self.found}"
        return f"  {self.name:<20}{'MISSING' if self.needed else 'not found'}: {self.remedy}"


def configure(parser: argparse.ArgumentParser) -> None:
    """The command has no options of its own."""
    parser.epilog = "The exit status is 0 if programs run on the CPU."


def execute(session: Session, options: argparse.Namespace) -> int:
    """Looks at everything, and says it section by section."""
    lines = [f"asyncir {asyncir.__version__}"]
    broken = False
    sections = {"needed": needed(), "GPU": gpu(), "compiled kernels": cache(), "only for asyncir's own tests": oracles()}
    for title, findings in sections.items():
        lines.append(f"{title}:")
        for finding in findings:
            lines.append(finding.line())
            broken |= finding.needed and finding.found is None
    write_output(STDIO, "".join(f"{line}\n" for line in lines))
    return int(broken)


def needed() -> Iterator[Finding]:
    """What every use of asyncir needs."""
    yield Finding("Python", f"{platform.python_version()} ({sys.executable})")
    for name in PACKAGES:
        found = _package(name)
        yield Finding(name, found, f"pip install {name}", needed=True)
    failure = _trial_failure("cpu")
    works = f"works ({platform.machine()}, {_llvm_version()})" if failure is None else None
    yield Finding("CPU", works, f"a small program does not run: {failure}", needed=True)


def gpu() -> Iterator[Finding]:
    """What running on a GPU, and looking at code for it, can use."""
    problem = gpu_problem()
    yield Finding("cuda-core", _package("cuda-core"), "runs programs on a GPU; pip install 'asyncir[gpu]'")
    yield Finding("device", _device() if problem is None else None, f"runs programs; {problem}")
    if problem is None:
        failure = _trial_failure("cuda")
        yield Finding("run", "works" if failure is None else None, f"a small program does not run: {failure}")
    found = find_ptxas()
    yield Finding("ptxas", f"{found} ({_ptxas_version(found)})" if found else None, f"makes cubin, tells registers and spills; {INSTALL}")
    library = find_libdevice()
    yield Finding("libdevice", str(library) if library else None, f"holds the GPU's sin, exp, pow and the like; {INSTALL}")


def cache() -> Iterator[Finding]:
    """Where kernels that were compiled are kept for later processes, or why they are not."""
    try:
        store = open_store()
    except InputError as error:
        yield Finding("cache", None, f"{error.message}: {error.help}")
        return
    if store is None:
        yield Finding("cache", f"off: {CACHE} or {SIZE} is 0, or there is no home directory", "")
        return
    if (problem := store.problem()) is not None:
        yield Finding("cache", f"not used: {problem}; {CACHE} names another directory", "")
        return
    used = store.usage()
    yield Finding("cache", f"{store.directory} ({used.entries} entries, {used.bytes / MIB:.1f} of {store.limit / MIB:.0f} MiB)", "")


def oracles() -> Iterator[Finding]:
    """What only tests compare with; programs never go through it."""
    for name in ORACLES:
        yield Finding(name, shutil.which(name), "apt-get install mlir-22-tools (Debian); the tests that compare with MLIR are skipped")


def gpu_problem() -> str | None:
    """Why no GPU can be used; None if one can."""
    try:
        device()
    except AsyncirError as error:
        return f"{error.message} ({error.help})" if error.help else error.message
    return None


def _device() -> str:
    found = device()
    major, minor = found.compute_capability
    return f"{found.name} (sm_{major}{minor})"


def _package(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None


def _llvm_version() -> str:
    import llvmlite.binding  # pyright: ignore[reportMissingTypeStubs]

    found = cast(tuple[int, ...], llvmlite.binding.llvm_version_info)  # pyright: ignore[reportUnknownMemberType]
    return f"LLVM {'.'.join(map(str, found))}"


def _trial_failure(target: Literal["cpu", "cuda"]) -> str | None:
    """Why a small program does not give the right result on a target; None if it does."""
    try:
        value = program.compile(TRIAL, filename="<trial>", cache=False).run("trial", 21, target=target, deadline=60.0).value
    except Exception as error:
        # Whatever is wrong with an installation is to be told, not to end the telling.
        return " ".join(str(error).split()) or type(error).__name__
    return None if value == 42 else f"42 expected, got {value}"


def _ptxas_version(path: Path) -> str:
    try:
        said = subprocess.run([str(path), "--version"], capture_output=True, text=True, timeout=20, check=False).stdout
    except (OSError, subprocess.TimeoutExpired) as error:
        return f"it does not run: {error}"
    return next((line.split("release ")[1].split(",")[0] for line in said.splitlines() if "release " in line), "unknown version")
