// RUN: asyncir-opt %s | filecheck %s
// RUN: asyncir-opt %s | asyncir-opt | filecheck %s
// RUN: asyncir-opt --print-op-generic %s | filecheck %s --check-prefix=GENERIC
// RUN: asyncir-opt --print-op-generic %s | asyncir-opt | filecheck %s

// Every op on blocks in both forms.

func.func @block(%from: !rt.ptr, %bytes: i32, %parity: i1) {
  %w = rt.warp_in_block : i32
  %b = rt.block_id : index
  %tile = rt.block_memory {offset = 256 : i64} : !rt.ptr
  %full = rt.block_memory {offset = 0 : i64} : !rt.ptr
  rt.barrier_init %full {count = 2 : i32}
  rt.block_sync
  rt.barrier_expect %full, %bytes
  rt.bulk_load %tile, %from, %bytes, %full
  rt.barrier_arrive %full
  %done = rt.barrier_try_wait %full, %parity
  %leave = rt.block_leaves
  rt.proxy_fence
  rt.bulk_store %from, %tile, %bytes
  rt.bulk_commit
  rt.bulk_wait {pending = 1 : i32, read}
  rt.bulk_wait {pending = 0 : i32}
  %failed = rt.block_failed
  rt.fail_block
  return
}
// CHECK:        func.func @block(%from: !rt.ptr, %bytes: i32, %parity: i1) {
// CHECK-NEXT:     %w = rt.warp_in_block : i32
// CHECK-NEXT:     %b = rt.block_id : index
// CHECK-NEXT:     %tile = rt.block_memory {offset = 256 : i64} : !rt.ptr
// CHECK-NEXT:     %full = rt.block_memory {offset = 0 : i64} : !rt.ptr
// CHECK-NEXT:     rt.barrier_init %full {count = 2 : i32}
// CHECK-NEXT:     rt.block_sync
// CHECK-NEXT:     rt.barrier_expect %full, %bytes
// CHECK-NEXT:     rt.bulk_load %tile, %from, %bytes, %full
// CHECK-NEXT:     rt.barrier_arrive %full
// CHECK-NEXT:     %done = rt.barrier_try_wait %full, %parity
// CHECK-NEXT:     %leave = rt.block_leaves
// CHECK-NEXT:     rt.proxy_fence
// CHECK-NEXT:     rt.bulk_store %from, %tile, %bytes
// CHECK-NEXT:     rt.bulk_commit
// CHECK-NEXT:     rt.bulk_wait {pending = 1 : i32, read}
// CHECK-NEXT:     rt.bulk_wait {pending = 0 : i32}
// CHECK-NEXT:     %failed = rt.block_failed
// CHECK-NEXT:     rt.fail_block
// CHECK-NEXT:     return
// GENERIC:          %w = "rt.warp_in_block"() : () -> i32
// GENERIC-NEXT:     %b = "rt.block_id"() : () -> index
// GENERIC-NEXT:     %tile = "rt.block_memory"() <{offset = 256 : i64}> : () -> !rt.ptr
// GENERIC:          "rt.barrier_init"(%full) <{count = 2 : i32}> : (!rt.ptr) -> ()
// GENERIC-NEXT:     "rt.block_sync"() : () -> ()
// GENERIC-NEXT:     "rt.barrier_expect"(%full, %bytes) : (!rt.ptr, i32) -> ()
// GENERIC-NEXT:     "rt.bulk_load"(%tile, %from, %bytes, %full) : (!rt.ptr, !rt.ptr, i32, !rt.ptr) -> ()
// GENERIC-NEXT:     "rt.barrier_arrive"(%full) : (!rt.ptr) -> ()
// GENERIC-NEXT:     %done = "rt.barrier_try_wait"(%full, %parity) : (!rt.ptr, i1) -> i1
// GENERIC-NEXT:     %leave = "rt.block_leaves"() : () -> i1
// GENERIC-NEXT:     "rt.proxy_fence"() : () -> ()
// GENERIC-NEXT:     "rt.bulk_store"(%from, %tile, %bytes) : (!rt.ptr, !rt.ptr, i32) -> ()
// GENERIC-NEXT:     "rt.bulk_commit"() : () -> ()
// GENERIC-NEXT:     "rt.bulk_wait"() <{pending = 1 : i32, read}> : () -> ()
// GENERIC-NEXT:     "rt.bulk_wait"() <{pending = 0 : i32}> : () -> ()
// GENERIC-NEXT:     %failed = "rt.block_failed"() : () -> i1
// GENERIC-NEXT:     "rt.fail_block"() : () -> ()
