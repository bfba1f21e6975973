// Orders and scopes: a GPU has three scopes, on the CPU all threads are in one.
// RUN: asyncir-opt %s -p 'rt-to-llvm{target=cuda}' | filecheck %s --check-prefixes=CHECK,CUDA
// RUN: asyncir-opt %s -p 'rt-to-llvm{target=cpu}' | filecheck %s --check-prefixes=CHECK,CPU

// CHECK-LABEL: llvm.func internal @words
func.func private @words(%p: !rt.ptr, %v: i64, %w: i32) -> i64 {
  // CUDA: "llvm.load"(%{{.*}}) <{alignment = 8 : i64, ordering = 4 : i64, syncscope = "device"}>
  // CPU:  "llvm.load"(%{{.*}}) <{alignment = 8 : i64, ordering = 4 : i64}>
  %a = rt.atomic_load acquire device %p[16 : i64] pairs "the release store below" : i64
  // CHECK: "llvm.store"(%{{.*}}) <{alignment = 4 : i64, ordering = 5 : i64}>
  rt.atomic_store release system %w, %p[0 : i64] pairs "the host's acquire load" : i32
  // CUDA: "llvm.atomicrmw"(%{{.*}}) <{bin_op = 1 : i64, ordering = 6 : i64, syncscope = "block", alignment = 8 : i64}>
  // CPU:  "llvm.atomicrmw"(%{{.*}}) <{bin_op = 1 : i64, ordering = 6 : i64, alignment = 8 : i64}>
  %b = rt.atomic_rmw add acq_rel workgroup %v, %p[8 : i64] pairs "the other adds" : i64 -> i64
  // CHECK: "llvm.cmpxchg"({{.*}}success_ordering = 5 : i64, failure_ordering = 2 : i64
  // CHECK: llvm.extractvalue %{{.*}}[0]
  // CHECK: llvm.extractvalue %{{.*}}[1]
  %old, %ok = rt.cmpxchg release device %a, %b, %p[16 : i64] pairs "the load above" : i64
  // CUDA: "llvm.fence"() <{ordering = 7 : i64, syncscope = "device"}>
  // CPU:  "llvm.fence"() <{ordering = 7 : i64}>
  rt.fence seq_cst device pairs "the same fence of another thread"
  return %old : i64
}

// A host-visible element: a release store of all of its bits that the whole system sees.
// CHECK-LABEL: llvm.func internal @publish
func.func private @publish(%a: memref<4xf32>, %i: index, %x: f32) {
  // CHECK: [[BITS:%.*]] = llvm.bitcast %{{.*}} : f32 to i32
  // CHECK: "llvm.store"([[BITS]], %{{.*}}) <{alignment = 4 : i64, ordering = 5 : i64}>
  rt.publish %x, %a[%i] : f32, memref<4xf32>
  return
}
