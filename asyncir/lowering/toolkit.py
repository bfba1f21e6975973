"""Where the parts of a CUDA toolkit are on this machine: ptxas and libdevice. Both are optional, so they are looked for when needed."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

from asyncir.errors import InputError

INSTALL = "`pip install nvidia-cuda-nvcc` brings it, so does a CUDA toolkit"


def _wheel_folders() -> Iterator[Path]:
    """Folders of the nvidia-cuda-nvcc wheel: `nvidia/cuda_nvcc` up to CUDA 12, `nvidia/cu13` from CUDA 13 on."""
    try:
        nvidia = find_spec("nvidia")
    except ValueError:
        return
    for root in (nvidia.submodule_search_locations or ()) if nvidia else ():
        yield from (Path(root) / name for name in ("cu13", "cuda_nvcc"))


def _toolkits() -> Iterator[Path]:
    """Roots of CUDA toolkits, the most deliberate choice first."""
    for variable in ("CUDA_HOME", "CUDA_PATH"):
        if value := os.environ.get(variable):
            yield Path(value)
    yield from _wheel_folders()
    yield Path("/usr/local/cuda")
    yield from sorted(Path("/usr/local").glob("cuda-*"), reverse=True)
    if found := shutil.which("ptxas"):
        yield Path(found).resolve().parent.parent


def find_ptxas() -> Path | None:
    """ptxas: ASYNCIR_PTXAS, then PATH, then the toolkits."""
    if named := os.environ.get("ASYNCIR_PTXAS"):
        return Path(named)
    if found := shutil.which("ptxas"):
        return Path(found)
    return next((path for root in _toolkits() if (path := root / "bin" / "ptxas").is_file()), None)


def find_libdevice() -> Path | None:
    """libdevice's bitcode: ASYNCIR_LIBDEVICE, then the toolkits."""
    if named := os.environ.get("ASYNCIR_LIBDEVICE"):
        return Path(named)
    return next((path for root in _toolkits() for path in sorted((root / "nvvm" / "libdevice").glob("libdevice*.bc"))), None)


def ptxas() -> Path:
    """ptxas, or an InputError that says how to get it."""
    return _existing(find_ptxas(), "ptxas", "ASYNCIR_PTXAS", "it turns PTX into machine code and reports registers and spills")


def libdevice() -> Path:
    """libdevice, or an InputError that says how to get it."""
    return _existing(find_libdevice(), "libdevice", "ASYNCIR_LIBDEVICE", "it holds the GPU's sin, exp, pow and the like")


def _existing(path: Path | None, what: str, variable: str, purpose: str) -> Path:
    if path is None:
        raise InputError(f"{what} is not found; {purpose}", help=f"{INSTALL}; or set {variable} to its path")
    if not path.is_file():
        raise InputError(f"{variable} names {path}, which is no file", help=INSTALL)
    return path
