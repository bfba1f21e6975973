"""The triples and data layouts of LLVM's two targets, and their address spaces: data, without loading LLVM."""

from __future__ import annotations

from dataclasses import dataclass

from asyncir.errors import InternalError

GENERIC, GLOBAL, SHARED, CONSTANT, LOCAL = 0, 1, 3, 4, 5
"""Address spaces of NVPTX. On the host everything is 0."""


@dataclass(frozen=True)
class LLVMTarget:
    """What LLVM IR text depends on."""

    triple: str
    datalayout: str
    is_gpu: bool


NVPTX = LLVMTarget("nvptx64-nvidia-cuda", "e-p6:32:32-i64:64-i128:128-i256:256-v16:16-v32:32-n16:32:64", True)
"""The GPU; the layout is what LLVM 22's NVPTX target machine reports (a test compares)."""

HOST = LLVMTarget("", "", False)
"""This machine: with neither triple nor layout in the text, the JIT's own are taken."""


def target_of(triple: str, datalayout: str | None = None) -> LLVMTarget:
    """The target of a triple; an empty triple is the host."""
    if not triple:
        return HOST
    if triple.startswith("nvptx64"):
        return LLVMTarget(triple, NVPTX.datalayout if datalayout is None else datalayout, True)
    if triple.startswith(("nvptx-", "amdgcn", "spirv")):
        raise InternalError(f"no code generation for triple '{triple}'")
    return LLVMTarget(triple, datalayout or "", False)
