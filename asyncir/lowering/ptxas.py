"""PTX to machine code by ptxas, with what it says about each kernel's resources."""

from __future__ import annotations

import re
import subprocess
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path

from asyncir.chips import chip
from asyncir.errors import InputError, InternalError
from asyncir.lowering.toolkit import ptxas

TIME_LIMIT = 600
"""Seconds after which ptxas is ended."""


@dataclass(frozen=True)
class KernelResources:
    """What one kernel needs: registers a thread, bytes of spills and stack a thread, of shared memory a block, of constant memory."""

    registers: int = 0
    spill_stores: int = 0
    spill_loads: int = 0
    stack: int = 0
    shared: int = 0
    constant: int = 0


@dataclass(frozen=True)
class Cubin:
    """Machine code for one architecture."""

    arch: str
    data: bytes
    kernels: dict[str, KernelResources]
    log: str


def assemble(ptx: str, arch: str, *, line_info: bool = True) -> Cubin:
    """Assemble PTX. InputError if ptxas is missing or does not know `arch`, InternalError if it refuses our PTX."""
    chip(arch)
    program = ptxas()
    with tempfile.TemporaryDirectory(prefix="asyncir-") as folder:
        source, target = Path(folder) / "program.ptx", Path(folder) / "program.cubin"
        source.write_text(ptx)
        command = [str(program), "-v", f"-arch={arch}", *(["-lineinfo"] if line_info else []), str(source), "-o", str(target)]
        try:
            done = subprocess.run(command, capture_output=True, text=True, timeout=TIME_LIMIT, check=False)
        except subprocess.TimeoutExpired as error:
            raise InternalError(f"ptxas took more than {TIME_LIMIT} s") from error
        except OSError as error:
            raise InputError(f"{program} cannot be run: {error.strerror}") from error
        if done.returncode:
            raise _refusal(ptx, arch, done.stderr)
        return Cubin(arch, target.read_bytes(), kernel_resources(done.stderr), done.stderr)


def _refusal(ptx: str, arch: str, log: str) -> InputError | InternalError:
    if f"'{arch}' is not defined" in log:
        return InputError(f"this ptxas does not know {arch}", help="an older or newer CUDA toolkit may; PTX alone can still be emitted")
    first = next((line for line in log.splitlines() if "error" in line or "fatal" in line), log.strip())
    if (place := re.search(r"line (\d+)", first)) is not None:
        lines = ptx.splitlines()
        number = int(place.group(1))
        first += f"\n  {lines[number - 1].strip()}" if 0 < number <= len(lines) else ""
    return InternalError(f"ptxas refused the program: {first}")


_ENTRY = re.compile(r"Compiling entry function '([^']+)'")
_PROPERTIES = re.compile(r"Function properties for (\S+)")
_STACK = re.compile(r"(\d+) bytes stack frame, (\d+) bytes spill stores, (\d+) bytes spill loads")
_USED = re.compile(r"Used (\d+) registers")
_SHARED = re.compile(r"(\d+) bytes smem")
_CONSTANT = re.compile(r"(\d+) bytes cmem")


def kernel_resources(log: str) -> dict[str, KernelResources]:
    """The resources of each entry function from ptxas's `-v` output.

    A kernel's lines follow "Compiling entry function"; the properties of functions it calls stand among them under their own name.
    """
    kernels: dict[str, KernelResources] = {}
    entry, function = "", ""
    for line in log.splitlines():
        if (found := _ENTRY.search(line)) is not None:
            entry = function = found.group(1)
            kernels[entry] = KernelResources()
        elif (found := _PROPERTIES.search(line)) is not None:
            function = found.group(1)
        elif entry and (found := _STACK.search(line)) is not None and function == entry:
            stack, stores, loads = (int(number) for number in found.groups())
            kernels[entry] = replace(kernels[entry], stack=stack, spill_stores=stores, spill_loads=loads)
        elif entry and (found := _USED.search(line)) is not None:
            kernels[entry] = replace(
                kernels[entry],
                registers=int(found.group(1)),
                shared=sum(int(number) for number in _SHARED.findall(line)),
                constant=sum(int(number) for number in _CONSTANT.findall(line)),
            )
            entry = ""
    return kernels
