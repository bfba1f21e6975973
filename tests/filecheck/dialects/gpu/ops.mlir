// RUN: asyncir-opt %s | filecheck %s
// RUN: asyncir-opt %s | asyncir-opt | filecheck %s
// RUN: asyncir-opt --print-op-generic %s | filecheck %s --check-prefix=GENERIC
// RUN: asyncir-opt --print-op-generic %s | asyncir-opt | filecheck %s

// The lane ops, with MLIR's text.

// Who am I, and how many are we.
func.func @lanes() {
  %0 = gpu.lane_id
  %1 = gpu.lane_id upper_bound 32
  %2 = gpu.lane_id {note}
  %3 = gpu.subgroup_size : index
  %4 = gpu.subgroup_size upper_bound 64 : index
  func.return
}
// CHECK:        func.func @lanes() {
// CHECK-NEXT:     %0 = gpu.lane_id
// CHECK-NEXT:     %1 = gpu.lane_id upper_bound 32
// CHECK-NEXT:     %2 = gpu.lane_id {note}
// CHECK-NEXT:     %3 = gpu.subgroup_size : index
// CHECK-NEXT:     %4 = gpu.subgroup_size upper_bound 64 : index
// CHECK-NEXT:     func.return
// CHECK-NEXT:   }

// The four modes of a shuffle.
func.func @shuffle(%x: f32, %o: i32, %w: i32) {
  %r0, %v0 = gpu.shuffle xor %x, %o, %w : f32
  %r1, %v1 = gpu.shuffle up %x, %o, %w : f32
  %r2, %v2 = gpu.shuffle down %x, %o, %w : f32
  %r3, %v3 = gpu.shuffle idx %o, %o, %w {note} : i32
  func.return
}
// CHECK:        func.func @shuffle(%x: f32, %o: i32, %w: i32) {
// CHECK-NEXT:     %r0, %v0 = gpu.shuffle xor %x, %o, %w : f32
// CHECK-NEXT:     %r1, %v1 = gpu.shuffle up %x, %o, %w : f32
// CHECK-NEXT:     %r2, %v2 = gpu.shuffle down %x, %o, %w : f32
// CHECK-NEXT:     %r3, %v3 = gpu.shuffle idx %o, %o, %w {note} : i32
// CHECK-NEXT:     func.return
// CHECK-NEXT:   }

// All reductions.
func.func @reduce(%x: f32, %i: i32) {
  %0 = gpu.subgroup_reduce add %x : (f32) -> f32
  %1 = gpu.subgroup_reduce mul %i : (i32) -> i32
  %2 = gpu.subgroup_reduce minui %i : (i32) -> i32
  %3 = gpu.subgroup_reduce minsi %i uniform : (i32) -> i32
  %4 = gpu.subgroup_reduce minnumf %x : (f32) -> f32
  %5 = gpu.subgroup_reduce maxui %i : (i32) -> i32
  %6 = gpu.subgroup_reduce maxsi %i : (i32) -> i32
  %7 = gpu.subgroup_reduce maxnumf %x : (f32) -> f32
  %8 = gpu.subgroup_reduce and %i : (i32) -> i32
  %9 = gpu.subgroup_reduce or %i : (i32) -> i32
  %10 = gpu.subgroup_reduce xor %i : (i32) -> i32
  %11 = gpu.subgroup_reduce minimumf %x : (f32) -> f32
  %12 = gpu.subgroup_reduce maximumf %x {note} : (f32) -> f32
  func.return
}
// CHECK:        func.func @reduce(%x: f32, %i: i32) {
// CHECK-NEXT:     %0 = gpu.subgroup_reduce add %x : (f32) -> f32
// CHECK-NEXT:     %1 = gpu.subgroup_reduce mul %i : (i32) -> i32
// CHECK-NEXT:     %2 = gpu.subgroup_reduce minui %i : (i32) -> i32
// CHECK-NEXT:     %3 = gpu.subgroup_reduce minsi %i uniform : (i32) -> i32
// CHECK-NEXT:     %4 = gpu.subgroup_reduce minnumf %x : (f32) -> f32
// CHECK-NEXT:     %5 = gpu.subgroup_reduce maxui %i : (i32) -> i32
// CHECK-NEXT:     %6 = gpu.subgroup_reduce maxsi %i : (i32) -> i32
// CHECK-NEXT:     %7 = gpu.subgroup_reduce maxnumf %x : (f32) -> f32
// CHECK-NEXT:     %8 = gpu.subgroup_reduce and %i : (i32) -> i32
// CHECK-NEXT:     %9 = gpu.subgroup_reduce or %i : (i32) -> i32
// CHECK-NEXT:     %10 = gpu.subgroup_reduce xor %i : (i32) -> i32
// CHECK-NEXT:     %11 = gpu.subgroup_reduce minimumf %x : (f32) -> f32
// CHECK-NEXT:     %12 = gpu.subgroup_reduce maximumf %x {note} : (f32) -> f32
// CHECK-NEXT:     func.return
// CHECK-NEXT:   }

// GENERIC:        "func.func"() <{sym_name = "lanes", function_type = () -> ()}> ({
// GENERIC-NEXT:     %0 = "gpu.lane_id"() : () -> index
// GENERIC-NEXT:     %1 = "gpu.lane_id"() <{upper_bound = 32 : index}> : () -> index
// GENERIC-NEXT:     %2 = "gpu.lane_id"() {note} : () -> index
// GENERIC-NEXT:     %3 = "gpu.subgroup_size"() : () -> index
// GENERIC-NEXT:     %4 = "gpu.subgroup_size"() <{upper_bound = 64 : index}> : () -> index
// GENERIC-NEXT:     "func.return"() : () -> ()
// GENERIC-NEXT:   }) : () -> ()
// GENERIC-NEXT:   "func.func"() <{sym_name = "shuffle", function_type = (f32, i32, i32) -> ()}> ({
// GENERIC-NEXT:   ^bb0(%x: f32, %o: i32, %w: i32):
// GENERIC-NEXT:     %r0, %v0 = "gpu.shuffle"(%x, %o, %w) <{mode = #gpu<shuffle_mode xor>}> : (f32, i32, i32) -> (f32, i1)
// GENERIC-NEXT:     %r1, %v1 = "gpu.shuffle"(%x, %o, %w) <{mode = #gpu<shuffle_mode up>}> : (f32, i32, i32) -> (f32, i1)
// GENERIC-NEXT:     %r2, %v2 = "gpu.shuffle"(%x, %o, %w) <{mode = #gpu<shuffle_mode down>}> : (f32, i32, i32) -> (f32, i1)
// GENERIC-NEXT:     %r3, %v3 = "gpu.shuffle"(%o, %o, %w) <{mode = #gpu<shuffle_mode idx>}> {note} : (i32, i32, i32) -> (i32, i1)
// GENERIC-NEXT:     "func.return"() : () -> ()
// GENERIC-NEXT:   }) : () -> ()
// GENERIC-NEXT:   "func.func"() <{sym_name = "reduce", function_type = (f32, i32) -> ()}> ({
// GENERIC-NEXT:   ^bb0(%x: f32, %i: i32):
// GENERIC-NEXT:     %0 = "gpu.subgroup_reduce"(%x) <{op = #gpu<all_reduce_op add>, cluster_stride = 1 : i32}> : (f32) -> f32
// GENERIC-NEXT:     %1 = "gpu.subgroup_reduce"(%i) <{op = #gpu<all_reduce_op mul>, cluster_stride = 1 : i32}> : (i32) -> i32
// GENERIC-NEXT:     %2 = "gpu.subgroup_reduce"(%i) <{op = #gpu<all_reduce_op minui>, cluster_stride = 1 : i32}> : (i32) -> i32
// GENERIC-NEXT:     %3 = "gpu.subgroup_reduce"(%i) <{op = #gpu<all_reduce_op minsi>, cluster_stride = 1 : i32, uniform}> : (i32) -> i32
// GENERIC-NEXT:     %4 = "gpu.subgroup_reduce"(%x) <{op = #gpu<all_reduce_op minnumf>, cluster_stride = 1 : i32}> : (f32) -> f32
// GENERIC-NEXT:     %5 = "gpu.subgroup_reduce"(%i) <{op = #gpu<all_reduce_op maxui>, cluster_stride = 1 : i32}> : (i32) -> i32
// GENERIC-NEXT:     %6 = "gpu.subgroup_reduce"(%i) <{op = #gpu<all_reduce_op maxsi>, cluster_stride = 1 : i32}> : (i32) -> i32
// GENERIC-NEXT:     %7 = "gpu.subgroup_reduce"(%x) <{op = #gpu<all_reduce_op maxnumf>, cluster_stride = 1 : i32}> : (f32) -> f32
// GENERIC-NEXT:     %8 = "gpu.subgroup_reduce"(%i) <{op = #gpu<all_reduce_op and>, cluster_stride = 1 : i32}> : (i32) -> i32
// GENERIC-NEXT:     %9 = "gpu.subgroup_reduce"(%i) <{op = #gpu<all_reduce_op or>, cluster_stride = 1 : i32}> : (i32) -> i32
// GENERIC-NEXT:     %10 = "gpu.subgroup_reduce"(%i) <{op = #gpu<all_reduce_op xor>, cluster_stride = 1 : i32}> : (i32) -> i32
// GENERIC-NEXT:     %11 = "gpu.subgroup_reduce"(%x) <{op = #gpu<all_reduce_op minimumf>, cluster_stride = 1 : i32}> : (f32) -> f32
// GENERIC-NEXT:     %12 = "gpu.subgroup_reduce"(%x) <{op = #gpu<all_reduce_op maximumf>, cluster_stride = 1 : i32}> {note} : (f32) -> f32
// GENERIC-NEXT:     "func.return"() : () -> ()
// GENERIC-NEXT:   }) : () -> ()
