"""Workspaces of the dynamic executor's workers: where code finds them, how large they are, and how many blocks the GPU then has."""

from __future__ import annotations

from dataclasses import replace

import pytest
from runtime_kernels import control_slot, entry, kernel

from asyncir.abi import Control, Entry
from asyncir.errors import InputError
from asyncir.runtime.capacity import Asked
from asyncir.runtime.host_launch import launch_on_host
from asyncir.runtime.launch import Options

STACKS = replace(entry((), ("i64",) * 4, executor="dynamic"), workspace_bytes=40, stack_words=100, least_stack_words=10)
"""Its results: a workspace's bytes and what there is beside; each of its kernels ends its one root."""

WRITES = f"""
define void @k(ptr %slots, i64 %first, i64 %last, i64 %worker) {{
{control_slot(4)}
  %at.base = getelementptr i8, ptr %control, i64 {Control.WORKSPACE}
  %base = load ptr, ptr %at.base
  %at.bytes = getelementptr i8, ptr %control, i64 {Control.WORKSPACE_BYTES}
  %bytes = load i64, ptr %at.bytes
  %start = mul i64 %worker, %bytes
  %mine = getelementptr i8, ptr %base, i64 %start
  %old = load i64, ptr %mine
  %new = add i64 %old, 7
  store i64 %new, ptr %mine
  %last.word = sub i64 %bytes, 8
  %at.end = getelementptr i8, ptr %mine, i64 %last.word
  store i64 %worker, ptr %at.end
  %is.first = icmp eq i64 %worker, 0
  br i1 %is.first, label %tell, label %end
tell:
  %to.0 = load ptr, ptr %slots
  store i64 %bytes, ptr %to.0
  %slot.1 = getelementptr i8, ptr %slots, i64 8
  %to.1 = load ptr, ptr %slot.1
  store i64 %new, ptr %to.1
  %at.stack = getelementptr i8, ptr %control, i64 {Control.STACK_WORDS}
  %stack = load i64, ptr %at.stack
  %slot.2 = getelementptr i8, ptr %slots, i64 16
  %to.2 = load ptr, ptr %slot.2
  store i64 %stack, ptr %to.2
  %at.lanes = getelementptr i8, ptr %control, i64 {Control.LANES}
  %lanes = load i64, ptr %at.lanes
  %slot.3 = getelementptr i8, ptr %slots, i64 24
  %to.3 = load ptr, ptr %slot.3
  store i64 %lanes, ptr %to.3
  %at.live = getelementptr i8, ptr %control, i64 {Control.LIVE}
  store i64 0, ptr %at.live
  %at.ended = getelementptr i8, ptr %control, i64 {Control.ENDED_ROOTS}
  store i64 1, ptr %at.ended
  br label %end
end:
  ret void
}}
"""
"""Results: a workspace's bytes, 7 if it was zeroed, the stack's words, the lanes."""


@pytest.mark.parametrize(("stack", "size"), [(None, 448), (10, 80), (1000, 4048)])
def test_each_worker_of_the_cpu_has_a_zeroed_workspace(stack: int | None, size: int) -> None:
    code = kernel(WRITES)
    for _ in range(2):
        launch = launch_on_host(code, STACKS, (), Options(capacity=Asked(stack=stack), workers=3))
        assert launch.wait() == (size, 7, stack or 100, 1)


PTX = f"""
.version 7.0
.target sm_70
.address_size 64
.visible .entry k(.param .u64 r0, .param .u64 r1, .param .u64 r2, .param .u64 r3, .param .u64 c, .param .u64 n)
{{
  .reg .pred %p<3>;
  .reg .b32 %a<8>;
  .reg .b64 %d<16>;
  mov.u32 %a0, %tid.x;
  mov.u32 %a1, %ctaid.x;
  or.b32 %a2, %a0, %a1;
  setp.ne.u32 %p0, %a2, 0;
  @%p0 bra END;
  ld.param.u64 %d0, [r0];
  ld.param.u64 %d1, [r1];
  ld.param.u64 %d2, [r2];
  ld.param.u64 %d3, [r3];
  ld.param.u64 %d4, [c];
  ld.u64 %d5, [%d4+{Control.WORKSPACE_BYTES}];
  st.u64 [%d0], %d5;
  mov.u32 %a3, %dynamic_smem_size;
  cvt.u64.u32 %d6, %a3;
  st.u64 [%d1], %d6;
  mov.u32 %a4, %ntid.x;
  mov.u32 %a5, %nctaid.x;
  cvt.u64.u32 %d7, %a4;
  st.u64 [%d2], %d7;
  ld.u64 %d8, [%d4+{Control.LANES}];
  st.u64 [%d3], %d8;
  mov.u64 %d9, 0;
  st.u64 [%d4+{Control.LIVE}], %d9;
  mov.u64 %d9, 1;
  st.u64 [%d4+{Control.ENDED_ROOTS}], %d9;
END:
  ret;
}}
"""
"""Results: a workspace's bytes, the block's dynamic shared memory, its threads, the lanes."""


def run_on_cuda(described: Entry, options: Options) -> tuple[tuple[object, ...], int]:
    """The results, and the number of warps."""
    from asyncir.runtime.cuda import CudaKernel, launch_on_cuda

    launch = launch_on_cuda(CudaKernel(PTX, "k"), described, (), options)
    return launch.wait(), launch.workers


@pytest.mark.gpu
def test_blocks_of_the_gpu_have_the_workspaces_of_their_warps() -> None:
    from asyncir.runtime.cuda_driver import make_current

    processors = make_current().properties.multiprocessor_count
    size = 40 + 4 * 32 * 100 + 8
    results, warps = run_on_cuda(STACKS, Options())
    assert results == (size, 4 * size, 128, 32)
    assert warps == 2 * 4 * processors
    results, warps = run_on_cuda(replace(STACKS, block_warps=8, blocks_per_processor=8), Options())
    assert results == (size, 8 * size, 256, 32)
    assert warps == 8 * processors * (228 * 1024 // (8 * size + 1024)), "as many blocks as shared memory allows"
    results, warps = run_on_cuda(STACKS, Options(deterministic=True, seed=3))
    assert (results, warps) == ((size, size, 32, 1), 1)


@pytest.mark.gpu
def test_stacks_larger_than_shared_memory_are_told_of_before_the_launch() -> None:
    with pytest.raises(InputError, match="stack is 10000 words: the stacks of a block of @k take 5120192 bytes of shared memory") as caught:
        run_on_cuda(STACKS, Options(capacity=Asked(stack=10_000)))
    assert caught.value.help == "launch with a smaller stack"
