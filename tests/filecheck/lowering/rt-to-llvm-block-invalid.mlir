// What rt-to-llvm rejects of blocks.
// RUN: asyncir-opt %s --split-input-file --verify-diagnostics -p 'rt-to-llvm{target=cuda arch=sm_80}'

rt.kernel @inline(%control: !rt.ptr, %instances: index) attributes {executor = "inline", why = "", scope = "warp", results = []} {
  // expected-error @+1 {{'rt.block_sync' op stands in kernels of the static executor only}}
  rt.block_sync
  rt.return
}

// -----

rt.kernel @old(%control: !rt.ptr, %instances: index) attributes {executor = "static", why = "", scope = "warp", results = [], task.warps = 2 : i32, task.block_bytes = 0 : i64} {
  // expected-error @+1 {{'rt.block_sync' op: sm_80 has no bulk copies that complete on a barrier}}
  rt.block_sync
  rt.return
}

// -----

rt.kernel @source(%control: !rt.ptr, %instances: index) attributes {executor = "static", why = "", scope = "warp", results = [], task.warps = 2 : i32, task.block_bytes = 0 : i64} {
  // expected-error @+1 {{'rt.block_leaves' op has no form in machine code}}
  %leave = rt.block_leaves
  rt.return
}

// -----

// expected-error @+1 {{a block of @large takes 200016 bytes of shared memory, sm_80 has 166912}}
rt.kernel @large(%control: !rt.ptr, %instances: index) attributes {executor = "static", why = "", scope = "warp", results = [], task.warps = 2 : i32, task.block_bytes = 200000 : i64} {
  rt.return
}
