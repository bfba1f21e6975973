"""ptxas: machine code, what it says of kernels, and what a user is told when it is missing or refuses."""

from __future__ import annotations

from pathlib import Path

import pytest
from llvm_programs import gpu_ir

from asyncir.errors import InputError, InternalError
from asyncir.lowering.codegen import compile_ptx
from asyncir.lowering.ptxas import KernelResources, assemble, kernel_resources
from asyncir.lowering.toolkit import find_ptxas

needs_ptxas = pytest.mark.skipif(find_ptxas() is None, reason="ptxas is not found")

TWO_KERNELS = """
"llvm.mlir.global"() <{addr_space = 3 : i32, alignment = 16 : i64, global_type = !llvm.array<256 x i32>,
  linkage = #llvm.linkage<internal>, sym_name = "shared"}> ({}) : () -> ()
llvm.func @light(%p: !llvm.ptr<1>, %i: i32) attributes {nvvm.kernel} {
  "llvm.store"(%i, %p) <{ordering = 0 : i64}> : (i32, !llvm.ptr<1>) -> ()
  llvm.return
}
llvm.func @tile(%p: !llvm.ptr<1>, %i: i32) attributes {nvvm.kernel} {
  %s = llvm.mlir.addressof @shared : !llvm.ptr<3>
  %a = llvm.getelementptr %s[%i] : (!llvm.ptr<3>, i32) -> !llvm.ptr<3>, i32
  "llvm.store"(%i, %a) <{ordering = 0 : i64}> : (i32, !llvm.ptr<3>) -> ()
  nvvm.barrier0
  %v = "llvm.load"(%s) <{ordering = 0 : i64}> : (!llvm.ptr<3>) -> i32
  "llvm.store"(%v, %p) <{ordering = 0 : i64}> : (i32, !llvm.ptr<1>) -> ()
  llvm.return
}
"""

LOG = """\
ptxas info    : 37 bytes gmem, 8 bytes cmem[4]
ptxas info    : Compiling entry function 'heavy' for 'sm_90'
ptxas info    : Function properties for heavy
    176 bytes stack frame, 120 bytes spill stores, 140 bytes spill loads
ptxas info    : Function properties for helper
    8 bytes stack frame, 4 bytes spill stores, 2 bytes spill loads
ptxas info    : Used 255 registers, used 1 barriers, 176 bytes cumulative stack size, 1024 bytes smem, 536 bytes cmem[0], 8 bytes cmem[2]
ptxas info    : Compile time = 1.0 ms
ptxas info    : Compiling entry function 'light' for 'sm_90'
ptxas info    : Function properties for light
    0 bytes stack frame, 0 bytes spill stores, 0 bytes spill loads
ptxas info    : Used 8 registers, used 0 barriers
"""


def test_resources_are_read_from_the_log() -> None:
    assert kernel_resources(LOG) == {
        "heavy": KernelResources(registers=255, spill_stores=120, spill_loads=140, stack=176, shared=1024, constant=544),
        "light": KernelResources(registers=8),
    }


@needs_ptxas
@pytest.mark.parametrize("arch", ["sm_80", "sm_90", "sm_90a", "sm_100", "sm_120"])
def test_assembles(arch: str) -> None:
    cubin = assemble(compile_ptx(gpu_ir(TWO_KERNELS, debug=True), arch), arch)
    assert cubin.data.startswith(b"\x7fELF") and cubin.arch == arch
    assert cubin.kernels.keys() == {"light", "tile"}
    # From compute capability 10.0 on, ptxas counts the 1 KiB that the system keeps with every block's shared memory.
    assert cubin.kernels["tile"].shared in (1024, 2048)
    assert 0 < cubin.kernels["light"].registers <= 16


@needs_ptxas
def test_an_arch_that_ptxas_does_not_know_is_the_users_matter(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="unsupported arch 'sm_60'"):
        assemble(compile_ptx(gpu_ir(TWO_KERNELS), "sm_80"), "sm_60")


@needs_ptxas
def test_ptx_that_ptxas_refuses_is_an_internal_error_with_its_line() -> None:
    ptx = compile_ptx(gpu_ir(TWO_KERNELS), "sm_90").replace("bar.sync", "bar.nonsense")
    with pytest.raises(
        InternalError, match=r"ptxas refused the program: .*\n  barrier?\.nonsense|ptxas refused the program: .*\n  bar\.nonsense"
    ):
        assemble(ptx, "sm_90")


def test_missing_ptxas_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("asyncir.lowering.toolkit.find_ptxas", lambda: None)
    with pytest.raises(InputError, match="ptxas is not found") as raised:
        assemble("", "sm_90")
    assert raised.value.help is not None and "nvidia-cuda-nvcc" in raised.value.help


def test_a_wrong_path_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ASYNCIR_PTXAS", "nowhere/ptxas")
    with pytest.raises(InputError, match="ASYNCIR_PTXAS names nowhere/ptxas, which is no file"):
        assemble("", "sm_90")
