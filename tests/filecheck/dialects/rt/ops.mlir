// RUN: asyncir-opt %s | filecheck %s
// RUN: asyncir-opt %s | asyncir-opt | filecheck %s
// RUN: asyncir-opt --print-op-generic %s | filecheck %s --check-prefix=GENERIC
// RUN: asyncir-opt --print-op-generic %s | asyncir-opt | filecheck %s

// Every op of `rt` in both forms.

// A kernel: the user's arguments, a pointer for each result, the control block, the number of instances.
rt.kernel @inline(%x: i32, %result: !rt.ptr, %control: !rt.ptr, %instances: index) attributes {executor = "inline", why = "it starts no task", scope = "lane", results = [i32]} {
  %0 = rt.thread_id : index
  %1 = rt.processor_id : i32
  %2 = rt.shard : i32
  rt.return
}
// CHECK:        rt.kernel @inline(%x: i32, %result: !rt.ptr, %control: !rt.ptr, %instances: index) attributes {executor = "inline", why = "it starts no task", scope = "lane", results = [i32]} {
// CHECK-NEXT:     %0 = rt.thread_id : index
// CHECK-NEXT:     %1 = rt.processor_id : i32
// CHECK-NEXT:     %2 = rt.shard : i32
// CHECK-NEXT:     rt.return
// CHECK-NEXT:   }

// Statistics, argument attributes, no results.
rt.kernel @dynamic(%a: memref<?xf32> {task.host_visible}, %control: !rt.ptr, %instances: index) attributes {executor = "dynamic", why = "forced", scope = "warp", results = [], statistics} {
  rt.return
}
// CHECK:        rt.kernel @dynamic(%a: memref<?xf32> {task.host_visible}, %control: !rt.ptr, %instances: index) attributes {executor = "dynamic", why = "forced", scope = "warp", results = [], statistics} {
// CHECK-NEXT:     rt.return
// CHECK-NEXT:   }

// The tables for reports.
"rt.machine"() <{number = 1 : i64, machine = "fib", scope = "lane", frame_bytes = 96 : i64, site = 1 : i64, states = [2 : i64, 3 : i64]}> : () -> ()
"rt.site"() <{number = 3 : i64, what = "await", file = "fib.mlir", line = 7 : i64, column = 10 : i64, text = ""}> : () -> ()
// CHECK:        "rt.machine"() <{number = 1 : i64, machine = "fib", scope = "lane", frame_bytes = 96 : i64, site = 1 : i64, states = [2 : i64, 3 : i64]}> : () -> ()
// CHECK-NEXT:   "rt.site"() <{number = 3 : i64, what = "await", file = "fib.mlir", line = 7 : i64, column = 10 : i64, text = ""}> : () -> ()

// Plain memory.
func.func @memory(%p: !rt.ptr, %v: i32, %n: i64, %size: index) {
  %0 = rt.load %p[8 : i64] : i32
  rt.store %v, %p[8 : i64] : i32
  rt.store %p, %p[16 : i64] {note} : !rt.ptr
  %1 = rt.ptr_add %p, %n
  %2 = rt.memref %p, %size : memref<?xf32>
  %3 = rt.memref %p : memref<4xf32>
  %4 = rt.memref_ptr %2 : memref<?xf32>
  %5 = rt.memref %p, %size : memref<?xi32>
  rt.publish %v, %5[%size] : i32, memref<?xi32>
  rt.lifetime_end %p[8 : i64], %n
  rt.lifetime_start %p[8 : i64], %n
  func.return
}
// CHECK:        func.func @memory(%p: !rt.ptr, %v: i32, %n: i64, %size: index) {
// CHECK-NEXT:     %0 = rt.load %p[8 : i64] : i32
// CHECK-NEXT:     rt.store %v, %p[8 : i64] : i32
// CHECK-NEXT:     rt.store %p, %p[16 : i64] {note} : !rt.ptr
// CHECK-NEXT:     %1 = rt.ptr_add %p, %n
// CHECK-NEXT:     %2 = rt.memref %p, %size : memref<?xf32>
// CHECK-NEXT:     %3 = rt.memref %p : memref<4xf32>
// CHECK-NEXT:     %4 = rt.memref_ptr %2 : memref<?xf32>
// CHECK-NEXT:     %5 = rt.memref %p, %size : memref<?xi32>
// CHECK-NEXT:     rt.publish %v, %5[%size] : i32, memref<?xi32>
// CHECK-NEXT:     rt.lifetime_end %p[8 : i64], %n
// CHECK-NEXT:     rt.lifetime_start %p[8 : i64], %n
// CHECK-NEXT:     func.return
// CHECK-NEXT:   }

// Atomics: order, scope, partner.
func.func @atomics(%p: !rt.ptr, %v: i32, %w: i64) {
  %0 = rt.atomic_load relaxed workgroup %p[0 : i64] pairs "nothing: a hint" : i32
  %1 = rt.atomic_load acquire device %p[16 : i64] pairs "complete's exchange" : i64
  %2 = rt.atomic_load seq_cst system %p[16 : i64] pairs "the host" : i64
  rt.atomic_store release device %v, %p[0 : i64] pairs "pop's acquire load" : i32
  %3 = rt.atomic_rmw add acq_rel device %w, %p[80 : i64] pairs "the other arrivals" : i64 -> i64
  %old, %ok = rt.cmpxchg acq_rel device %v, %v, %p[16 : i64] pairs "complete's exchange" : i32
  rt.fence acquire device pairs "the store in push"
  rt.fence seq_cst system pairs "the host" {note}
  func.return
}
// CHECK:        func.func @atomics(%p: !rt.ptr, %v: i32, %w: i64) {
// CHECK-NEXT:     %0 = rt.atomic_load relaxed workgroup %p[0 : i64] pairs "nothing: a hint" : i32
// CHECK-NEXT:     %1 = rt.atomic_load acquire device %p[16 : i64] pairs "complete's exchange" : i64
// CHECK-NEXT:     %2 = rt.atomic_load seq_cst system %p[16 : i64] pairs "the host" : i64
// CHECK-NEXT:     rt.atomic_store release device %v, %p[0 : i64] pairs "pop's acquire load" : i32
// CHECK-NEXT:     %3 = rt.atomic_rmw add acq_rel device %w, %p[80 : i64] pairs "the other arrivals" : i64 -> i64
// CHECK-NEXT:     %old, %ok = rt.cmpxchg acq_rel device %v, %v, %p[16 : i64] pairs "complete's exchange" : i32
// CHECK-NEXT:     rt.fence acquire device pairs "the store in push"
// CHECK-NEXT:     rt.fence seq_cst system pairs "the host" {note}
// CHECK-NEXT:     func.return
// CHECK-NEXT:   }

// All read-modify-writes.
func.func @rmw(%p: !rt.ptr, %v: i32) {
  %0 = rt.atomic_rmw add relaxed device %v, %p[0 : i64] pairs "a counter" : i32 -> i32
  %1 = rt.atomic_rmw sub acquire device %v, %p[0 : i64] pairs "a counter" : i32 -> i32
  %2 = rt.atomic_rmw and release device %v, %p[0 : i64] pairs "a counter" : i32 -> i32
  %3 = rt.atomic_rmw or acq_rel device %v, %p[0 : i64] pairs "a counter" : i32 -> i32
  %4 = rt.atomic_rmw xor seq_cst device %v, %p[0 : i64] pairs "a counter" : i32 -> i32
  %5 = rt.atomic_rmw xchg relaxed device %v, %p[0 : i64] pairs "a counter" : i32 -> i32
  %6 = rt.atomic_rmw mins relaxed device %v, %p[0 : i64] pairs "a counter" : i32 -> i32
  %7 = rt.atomic_rmw maxs relaxed device %v, %p[0 : i64] pairs "a counter" : i32 -> i32
  %8 = rt.atomic_rmw minu relaxed device %v, %p[0 : i64] pairs "a counter" : i32 -> i32
  %9 = rt.atomic_rmw maxu relaxed device %v, %p[0 : i64] pairs "a counter" : i32 -> i32
  func.return
}
// CHECK:        func.func @rmw(%p: !rt.ptr, %v: i32) {
// CHECK-NEXT:     %0 = rt.atomic_rmw add relaxed device %v, %p[0 : i64] pairs "a counter" : i32 -> i32
// CHECK-NEXT:     %1 = rt.atomic_rmw sub acquire device %v, %p[0 : i64] pairs "a counter" : i32 -> i32
// CHECK-NEXT:     %2 = rt.atomic_rmw and release device %v, %p[0 : i64] pairs "a counter" : i32 -> i32
// CHECK-NEXT:     %3 = rt.atomic_rmw or acq_rel device %v, %p[0 : i64] pairs "a counter" : i32 -> i32
// CHECK-NEXT:     %4 = rt.atomic_rmw xor seq_cst device %v, %p[0 : i64] pairs "a counter" : i32 -> i32
// CHECK-NEXT:     %5 = rt.atomic_rmw xchg relaxed device %v, %p[0 : i64] pairs "a counter" : i32 -> i32
// CHECK-NEXT:     %6 = rt.atomic_rmw mins relaxed device %v, %p[0 : i64] pairs "a counter" : i32 -> i32
// CHECK-NEXT:     %7 = rt.atomic_rmw maxs relaxed device %v, %p[0 : i64] pairs "a counter" : i32 -> i32
// CHECK-NEXT:     %8 = rt.atomic_rmw minu relaxed device %v, %p[0 : i64] pairs "a counter" : i32 -> i32
// CHECK-NEXT:     %9 = rt.atomic_rmw maxu relaxed device %v, %p[0 : i64] pairs "a counter" : i32 -> i32
// CHECK-NEXT:     func.return
// CHECK-NEXT:   }

// The machine.
func.func @hardware(%p: i1) {
  %0 = rt.clock : i64
  rt.pause 200 : i64
  %1 = rt.poll_due : i1
  %2 = rt.ballot %p : i32
  func.return
}
// CHECK:        func.func @hardware(%p: i1) {
// CHECK-NEXT:     %0 = rt.clock : i64
// CHECK-NEXT:     rt.pause 200 : i64
// CHECK-NEXT:     %1 = rt.poll_due : i1
// CHECK-NEXT:     %2 = rt.ballot %p : i32
// CHECK-NEXT:     func.return
// CHECK-NEXT:   }

// GENERIC:        "rt.kernel"() <{sym_name = "inline", function_type = (i32, !rt.ptr, !rt.ptr, index) -> (), executor = "inline", why = "it starts no task", scope = "lane", results = [i32]}> ({
// GENERIC-NEXT:   ^bb0(%x: i32, %result: !rt.ptr, %control: !rt.ptr, %instances: index):
// GENERIC-NEXT:     %0 = "rt.thread_id"() : () -> index
// GENERIC-NEXT:     %1 = "rt.processor_id"() : () -> i32
// GENERIC-NEXT:     %2 = "rt.shard"() : () -> i32
// GENERIC-NEXT:     "rt.return"() : () -> ()
// GENERIC-NEXT:   }) : () -> ()
// GENERIC-NEXT:   "rt.kernel"() <{sym_name = "dynamic", function_type = (memref<?xf32>, !rt.ptr, index) -> (), executor = "dynamic", why = "forced", scope = "warp", results = [], statistics, arg_attrs = [{task.host_visible}, {}, {}]}> ({
// GENERIC-NEXT:   ^bb0(%a: memref<?xf32>, %control: !rt.ptr, %instances: index):
// GENERIC-NEXT:     "rt.return"() : () -> ()
// GENERIC-NEXT:   }) : () -> ()
// GENERIC-NEXT:   "rt.machine"() <{number = 1 : i64, machine = "fib", scope = "lane", frame_bytes = 96 : i64, site = 1 : i64, states = [2 : i64, 3 : i64]}> : () -> ()
// GENERIC-NEXT:   "rt.site"() <{number = 3 : i64, what = "await", file = "fib.mlir", line = 7 : i64, column = 10 : i64, text = ""}> : () -> ()
// GENERIC-NEXT:   "func.func"() <{sym_name = "memory", function_type = (!rt.ptr, i32, i64, index) -> ()}> ({
// GENERIC-NEXT:   ^bb0(%p: !rt.ptr, %v: i32, %n: i64, %size: index):
// GENERIC-NEXT:     %0 = "rt.load"(%p) <{offset = 8 : i64}> : (!rt.ptr) -> i32
// GENERIC-NEXT:     "rt.store"(%v, %p) <{offset = 8 : i64}> : (i32, !rt.ptr) -> ()
// GENERIC-NEXT:     "rt.store"(%p, %p) <{offset = 16 : i64}> {note} : (!rt.ptr, !rt.ptr) -> ()
// GENERIC-NEXT:     %1 = "rt.ptr_add"(%p, %n) : (!rt.ptr, i64) -> !rt.ptr
// GENERIC-NEXT:     %2 = "rt.memref"(%p, %size) : (!rt.ptr, index) -> memref<?xf32>
// GENERIC-NEXT:     %3 = "rt.memref"(%p) : (!rt.ptr) -> memref<4xf32>
// GENERIC-NEXT:     %4 = "rt.memref_ptr"(%2) : (memref<?xf32>) -> !rt.ptr
// GENERIC-NEXT:     %5 = "rt.memref"(%p, %size) : (!rt.ptr, index) -> memref<?xi32>
// GENERIC-NEXT:     "rt.publish"(%v, %5, %size) : (i32, memref<?xi32>, index) -> ()
// GENERIC-NEXT:     "rt.lifetime_end"(%p, %n) <{offset = 8 : i64}> : (!rt.ptr, i64) -> ()
// GENERIC-NEXT:     "rt.lifetime_start"(%p, %n) <{offset = 8 : i64}> : (!rt.ptr, i64) -> ()
// GENERIC-NEXT:     "func.return"() : () -> ()
// GENERIC-NEXT:   }) : () -> ()
// GENERIC-NEXT:   "func.func"() <{sym_name = "atomics", function_type = (!rt.ptr, i32, i64) -> ()}> ({
// GENERIC-NEXT:   ^bb0(%p: !rt.ptr, %v: i32, %w: i64):
// GENERIC-NEXT:     %0 = "rt.atomic_load"(%p) <{order = #rt<order relaxed>, scope = #rt<sync workgroup>, offset = 0 : i64, pairs = "nothing: a hint"}> : (!rt.ptr) -> i32
// GENERIC-NEXT:     %1 = "rt.atomic_load"(%p) <{order = #rt<order acquire>, scope = #rt<sync device>, offset = 16 : i64, pairs = "complete's exchange"}> : (!rt.ptr) -> i64
// GENERIC-NEXT:     %2 = "rt.atomic_load"(%p) <{order = #rt<order seq_cst>, scope = #rt<sync system>, offset = 16 : i64, pairs = "the host"}> : (!rt.ptr) -> i64
// GENERIC-NEXT:     "rt.atomic_store"(%v, %p) <{order = #rt<order release>, scope = #rt<sync device>, offset = 0 : i64, pairs = "pop's acquire load"}> : (i32, !rt.ptr) -> ()
// GENERIC-NEXT:     %3 = "rt.atomic_rmw"(%w, %p) <{kind = #rt<rmw add>, order = #rt<order acq_rel>, scope = #rt<sync device>, offset = 80 : i64, pairs = "the other arrivals"}> : (i64, !rt.ptr) -> i64
// GENERIC-NEXT:     %old, %ok = "rt.cmpxchg"(%v, %v, %p) <{order = #rt<order acq_rel>, scope = #rt<sync device>, offset = 16 : i64, pairs = "complete's exchange"}> : (i32, i32, !rt.ptr) -> (i32, i1)
// GENERIC-NEXT:     "rt.fence"() <{order = #rt<order acquire>, scope = #rt<sync device>, pairs = "the store in push"}> : () -> ()
// GENERIC-NEXT:     "rt.fence"() <{order = #rt<order seq_cst>, scope = #rt<sync system>, pairs = "the host"}> {note} : () -> ()
// GENERIC-NEXT:     "func.return"() : () -> ()
// GENERIC-NEXT:   }) : () -> ()
// GENERIC-NEXT:   "func.func"() <{sym_name = "rmw", function_type = (!rt.ptr, i32) -> ()}> ({
// GENERIC-NEXT:   ^bb0(%p: !rt.ptr, %v: i32):
// GENERIC-NEXT:     %0 = "rt.atomic_rmw"(%v, %p) <{kind = #rt<rmw add>, order = #rt<order relaxed>, scope = #rt<sync device>, offset = 0 : i64, pairs = "a counter"}> : (i32, !rt.ptr) -> i32
// GENERIC-NEXT:     %1 = "rt.atomic_rmw"(%v, %p) <{kind = #rt<rmw sub>, order = #rt<order acquire>, scope = #rt<sync device>, offset = 0 : i64, pairs = "a counter"}> : (i32, !rt.ptr) -> i32
// GENERIC-NEXT:     %2 = "rt.atomic_rmw"(%v, %p) <{kind = #rt<rmw and>, order = #rt<order release>, scope = #rt<sync device>, offset = 0 : i64, pairs = "a counter"}> : (i32, !rt.ptr) -> i32
// GENERIC-NEXT:     %3 = "rt.atomic_rmw"(%v, %p) <{kind = #rt<rmw or>, order = #rt<order acq_rel>, scope = #rt<sync device>, offset = 0 : i64, pairs = "a counter"}> : (i32, !rt.ptr) -> i32
// GENERIC-NEXT:     %4 = "rt.atomic_rmw"(%v, %p) <{kind = #rt<rmw xor>, order = #rt<order seq_cst>, scope = #rt<sync device>, offset = 0 : i64, pairs = "a counter"}> : (i32, !rt.ptr) -> i32
// GENERIC-NEXT:     %5 = "rt.atomic_rmw"(%v, %p) <{kind = #rt<rmw xchg>, order = #rt<order relaxed>, scope = #rt<sync device>, offset = 0 : i64, pairs = "a counter"}> : (i32, !rt.ptr) -> i32
// GENERIC-NEXT:     %6 = "rt.atomic_rmw"(%v, %p) <{kind = #rt<rmw mins>, order = #rt<order relaxed>, scope = #rt<sync device>, offset = 0 : i64, pairs = "a counter"}> : (i32, !rt.ptr) -> i32
// GENERIC-NEXT:     %7 = "rt.atomic_rmw"(%v, %p) <{kind = #rt<rmw maxs>, order = #rt<order relaxed>, scope = #rt<sync device>, offset = 0 : i64, pairs = "a counter"}> : (i32, !rt.ptr) -> i32
// GENERIC-NEXT:     %8 = "rt.atomic_rmw"(%v, %p) <{kind = #rt<rmw minu>, order = #rt<order relaxed>, scope = #rt<sync device>, offset = 0 : i64, pairs = "a counter"}> : (i32, !rt.ptr) -> i32
// GENERIC-NEXT:     %9 = "rt.atomic_rmw"(%v, %p) <{kind = #rt<rmw maxu>, order = #rt<order relaxed>, scope = #rt<sync device>, offset = 0 : i64, pairs = "a counter"}> : (i32, !rt.ptr) -> i32
// GENERIC-NEXT:     "func.return"() : () -> ()
// GENERIC-NEXT:   }) : () -> ()
// GENERIC-NEXT:   "func.func"() <{sym_name = "hardware", function_type = (i1) -> ()}> ({
// GENERIC-NEXT:   ^bb0(%p: i1):
// GENERIC-NEXT:     %0 = "rt.clock"() : () -> i64
// GENERIC-NEXT:     "rt.pause"() <{nanoseconds = 200 : i64}> : () -> ()
// GENERIC-NEXT:     %1 = "rt.poll_due"() : () -> i1
// GENERIC-NEXT:     %2 = "rt.ballot"(%p) : (i1) -> i32
// GENERIC-NEXT:     "func.return"() : () -> ()
// GENERIC-NEXT:   }) : () -> ()
