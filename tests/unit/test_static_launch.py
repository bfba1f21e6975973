"""How a kernel of the static executor is launched: what the host is told of it, and the blocks that it makes of that."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from types import SimpleNamespace
from typing import Any, cast

import pytest
from rt_programs import parse
from runtime_kernels import entry

from asyncir.abi import BLOCK_WARPS
from asyncir.errors import InputError
from asyncir.lowering.entry import entry_of
from asyncir.runtime import cuda
from asyncir.runtime.capacity import Asked, Device, capacities
from asyncir.runtime.cuda import CudaKernel, Grid, grid_of
from asyncir.runtime.launch import Options

STATIC = replace(entry((), (), executor="static"), scope="warp", block_warps=5, block_bytes=70_000)


@dataclass
class Kernel:
    """Says how many blocks fit, and keeps what it was asked."""

    fitting: int = 2
    asked: list[tuple[int, int]] = field(default_factory=list[tuple[int, int]])

    def resident_blocks(self, threads: int, shared: int) -> int:
        self.asked.append((threads, shared))
        return self.fitting


@pytest.fixture(autouse=True)
def gpu(monkeypatch: pytest.MonkeyPatch) -> None:
    """A device whose blocks may have 227 KiB of shared memory."""
    properties = SimpleNamespace(max_shared_memory_per_block_optin=227 << 10, multiprocessor_count=132)
    monkeypatch.setattr(cuda, "make_current", lambda: SimpleNamespace(properties=properties))


def grid(kernel: Kernel, described: Any = STATIC, **options: Any) -> Grid:
    sizes = capacities(described, Asked(), Device(32, 1 << 20, 1 << 30), 7)
    return grid_of(cast(CudaKernel, kernel), described, Options(instances=7, **options), sizes)


def test_an_instance_is_a_block() -> None:
    kernel = Kernel()
    assert grid(kernel) == Grid(blocks=7, warps=5, shared=70_000)
    # Asking is what makes more than 48 KiB of shared memory possible.
    assert kernel.asked == [(160, 70_000)]


def test_blocks_that_no_multiprocessor_holds() -> None:
    with pytest.raises(InputError, match="needs more registers than a multiprocessor has for a block of 5 warps"):
        grid(Kernel(fitting=0))
    with pytest.raises(InputError, match="a block of @k takes 300000 bytes of shared memory, the GPU has 232448"):
        grid(Kernel(), replace(STATIC, block_bytes=300_000))


def test_what_the_host_is_told() -> None:
    text = """rt.kernel @k(%control: !rt.ptr, %instances: index)
    attributes {executor = "EXECUTOR", why = "", scope = "warp", results = [] MORE} {
  rt.return
}"""
    own = ", task.warps = 3 : i32, task.block_bytes = 100 : i64"
    static = entry_of(parse(text.replace("EXECUTOR", "static").replace("MORE", own)), "k")
    # The failure word stands behind the kernel's bytes, in 16 of its own.
    assert (static.block_warps, static.block_bytes) == (3, 128)
    inline = entry_of(parse(text.replace("EXECUTOR", "inline").replace("MORE", "")), "k")
    assert (inline.block_warps, inline.block_bytes) == (BLOCK_WARPS, 0)
