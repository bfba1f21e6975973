// layout-frames{policy=bound}: the payload is what is held where most is held; what stays in its slot is not saved again.
// RUN: asyncir-opt %s --split-input-file -p 'layout-frames-checked{policy="bound" remat="off"}' | filecheck %s
// RUN: asyncir-opt %s --split-input-file -p 'layout-frames-checked' | filecheck %s --check-prefix COST

// An argument that is needed again stays in its slot, and so does what the yield before has saved. The argument that nobody needs
// is handed over behind the payload.

sm.machine @stays(%x: i32, %unused: i64) -> i32 attributes {scope = "lane"} {
  %c = arith.constant 7 : i32
  %y = arith.divsi %c, %x : i32
  sm.suspend yield() 1 : () -> () [^one]
^one:
  sm.suspend yield() 2 : () -> () [^two]
^two:
  %z = arith.addi %x, %y : i32
  sm.return %z : i32
}

// CHECK-LABEL: sm.machine @stays
// CHECK-SAME:    #sm.frame<task 8 rows 0 arguments 16 rows 0 policy "bound">, arg_slots = [#sm.slot<task 4>, #sm.slot<task 8>]
// CHECK:         [[Y:%.*]] = arith.divsi
// CHECK:         sm.save [[Y]] at <task 0> : i32
// CHECK-NEXT:    sm.park yield() 1
// CHECK:         sm.reload at <task 4> : i32
// CHECK-NEXT:    sm.reload at <task 0> : i32
// CHECK:         sm.suspend yield() 2 : () -> () [^{{.*}}, ^[[PARK:.*]]]
// CHECK-NEXT:  ^[[PARK]]:
// CHECK-NEXT:    sm.park yield() 2
// CHECK-NEXT:  ^
// CHECK-NEXT:    sm.reload at <task 4> : i32
// CHECK-NEXT:    sm.reload at <task 0> : i32

// -----

// An await may be ready: then nothing was saved, and the next one has to.

sm.machine @ready(%x: i32, %h: !async.value<i32>) -> i32 attributes {scope = "lane"} {
  %c = arith.constant 7 : i32
  %y = arith.divsi %c, %x : i32
  sm.suspend await(%h) 1 : (!async.value<i32>) -> i32 [^one]
^one(%v: i32):
  sm.suspend await(%h) 2 : (!async.value<i32>) -> i32 [^two]
^two(%w: i32):
  sm.return %y : i32
}

// CHECK-LABEL: sm.machine @ready
// CHECK:         sm.save {{.*}} : i32
// CHECK-NEXT:    sm.park await({{.*}}) 1
// CHECK:         sm.save {{.*}} : i32
// CHECK-NEXT:    sm.park await({{.*}}) 2

// -----

// Narrow values share a word, the widest first.

sm.machine @narrow(%p: memref<4xi8>, %h: !async.value<i32>) -> i32 attributes {scope = "lane"} {
  %c0 = arith.constant 0 : index
  %a = memref.load %p[%c0] : memref<4xi8>
  %t = arith.cmpi eq, %a, %a : i8
  %f = arith.sitofp %a : i8 to f16
  sm.suspend await(%h) 1 : (!async.value<i32>) -> i32 [^next]
^next(%v: i32):
  %e = arith.extui %t : i1 to i32
  %g = arith.fptosi %f : f16 to i32
  %s = arith.addi %e, %g : i32
  sm.return %s : i32
}

// CHECK-LABEL: sm.machine @narrow
// CHECK-SAME:    #sm.frame<task 4 rows 0 arguments 44 rows 0
// CHECK:         [[T:%.*]] = arith.cmpi
// CHECK:         [[F:%.*]] = arith.sitofp
// CHECK:         [[F16:%.*]] = arith.bitcast [[F]] : f16 to i16
// CHECK-NEXT:    [[F32:%.*]] = arith.extui [[F16]] : i16 to i32
// CHECK-NEXT:    [[T32:%.*]] = arith.extui [[T]] : i1 to i32
// CHECK-NEXT:    [[C:%.*]] = arith.constant 16 : i32
// CHECK-NEXT:    [[HIGH:%.*]] = arith.shli [[T32]], [[C]] : i32
// CHECK-NEXT:    [[WORD:%.*]] = arith.ori [[F32]], [[HIGH]] : i32
// CHECK-NEXT:    sm.save [[WORD]] at <task 0> : i32
// CHECK-NEXT:    sm.park
// CHECK:         [[WORD1:%.*]] = sm.reload at <task 0> : i32
// CHECK-NEXT:    [[LOW:%.*]] = arith.trunci [[WORD1]] : i32 to i16
// CHECK-NEXT:    [[F1:%.*]] = arith.bitcast [[LOW]] : i16 to f16
// CHECK-NEXT:    [[C1:%.*]] = arith.constant 16 : i32
// CHECK-NEXT:    [[HIGH1:%.*]] = arith.shrui [[WORD1]], [[C1]] : i32
// CHECK-NEXT:    [[T1:%.*]] = arith.trunci [[HIGH1]] : i32 to i1
// CHECK-NEXT:    cf.br ^{{.*}}({{.*}}, [[F1]], [[T1]] : i32, f16, i1)

// -----

// A predicate that each lane has its own of is one word for the warp.

sm.machine @ballot(%p: memref<32xi32>) -> i32 attributes {scope = "warp"} {
  %lane = gpu.lane_id
  %d = memref.load %p[%lane] : memref<32xi32>
  %t = arith.cmpi slt, %d, %d : i32
  sm.suspend yield() 1 : () -> () [^next]
^next:
  %n = arith.extui %t : i1 to i32
  %sum = gpu.subgroup_reduce add %n : (i32) -> i32
  sm.return %sum : i32
}

// CHECK-LABEL: sm.machine @ballot
// CHECK-SAME:    #sm.frame<task 4 rows 0 arguments 40 rows 0
// CHECK:         [[T:%.*]] = arith.cmpi
// CHECK:         [[MASK:%.*]] = task.ballot [[T]] : i32
// CHECK-NEXT:    sm.save [[MASK]] at <task 0> : i32
// CHECK:         [[MASK1:%.*]] = sm.reload at <task 0> : i32
// CHECK-NEXT:    [[LANE:%.*]] = gpu.lane_id
// CHECK-NEXT:    [[BIT:%.*]] = arith.index_cast [[LANE]] : index to i32
// CHECK-NEXT:    [[SHIFTED:%.*]] = arith.shrui [[MASK1]], [[BIT]] : i32
// CHECK-NEXT:    arith.trunci [[SHIFTED]] : i32 to i1

// -----

// Rows at one suspension and words of the task at the other share the payload: the larger is 2 rows, not 1 + 2.

sm.machine @shared(%p: memref<32xi32>, %a: memref<4xi32>) -> i32 attributes {scope = "warp"} {
  %c0 = arith.constant 0 : index
  %lane = gpu.lane_id
  %d = memref.load %p[%lane] : memref<32xi32>
  %e = memref.load %p[%lane] : memref<32xi32>
  sm.suspend yield() 1 : () -> () [^one]
^one:
  %f = arith.addi %d, %e : i32
  %sum = gpu.subgroup_reduce add %f : (i32) -> i32
  sm.suspend yield() 2 : () -> () [^two]
^two:
  sm.return %sum : i32
}

// CHECK-LABEL: sm.machine @shared
// CHECK-SAME:    #sm.frame<task 4 rows 2 arguments 80 rows 0 shared [4 rows 0, 0 rows 2] policy "bound">

// -----

// What is held is %a and the sum of %d and %e, which is evaluated early; %b and %c are computed again.

sm.machine @remat(%p: memref<4xi32>, %h: !async.value<i32>) -> i32 attributes {scope = "lane"} {
  %c0 = arith.constant 0 : index
  %c5 = arith.constant 5 : i32
  %a = memref.load %p[%c0] : memref<4xi32>
  %b = arith.addi %a, %c5 : i32
  %c = arith.xori %a, %c5 : i32
  %d = memref.load %p[%c0] : memref<4xi32>
  %e = memref.load %p[%c0] : memref<4xi32>
  sm.suspend await(%h) 1 : (!async.value<i32>) -> i32 [^next]
^next(%v: i32):
  %s = arith.addi %d, %e : i32
  %m = arith.muli %s, %v : i32
  %n = arith.muli %b, %m : i32
  %o = arith.muli %c, %n : i32
  sm.return %o : i32
}

// CHECK-LABEL: sm.machine @remat
// CHECK-SAME:    #sm.frame<task 16 rows 0
// COST-LABEL:  sm.machine @remat
// COST-SAME:     #sm.frame<task 8 rows 0
// COST:          [[A:%.*]] = memref.load
// COST-NEXT:     arith.addi [[A]],
// COST-NEXT:     arith.xori [[A]],
// COST:          [[S:%.*]] = arith.addi
// COST-NEXT:     sm.suspend
// COST:          sm.save [[A]] at <task 4> : i32
// COST-NEXT:     sm.save [[S]] at <task 0> : i32
// COST:          [[FIVE:%.*]] = arith.constant 5 : i32
// COST-NEXT:     [[A1:%.*]] = sm.reload at <task 4> : i32
// COST-NEXT:     [[S1:%.*]] = sm.reload at <task 0> : i32
// COST-NEXT:     [[C1:%.*]] = arith.xori [[A1]], [[FIVE]] : i32
// COST-NEXT:     [[B1:%.*]] = arith.addi [[A1]], [[FIVE]] : i32
// COST-NEXT:     cf.br ^{{.*}}({{.*}}, [[S1]], [[C1]], [[B1]] :
// COST-NOT:      arith.addi
