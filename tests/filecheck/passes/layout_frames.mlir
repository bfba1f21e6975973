// layout-frames gives what is live across a suspension a place in the frame.
// RUN: asyncir-opt %s --split-input-file -p 'layout-frames{policy="per-value"}' | filecheck %s

// An argument is in its slot already; a value is saved on the park edge alone; both are reloaded and merged.

sm.machine @f(%h: !async.value<i32>, %x: i32) -> i32 attributes {scope = "lane"} {
  %y = arith.addi %x, %x : i32
  sm.suspend await(%h) 1 : (!async.value<i32>) -> (i32) [^next]
^next(%v: i32):
  %0 = arith.addi %v, %y : i32
  %1 = arith.addi %0, %x : i32
  sm.return %1 : i32
}

// CHECK-LABEL: sm.machine @f
// CHECK-SAME:    frame = #sm.frame<task 16 rows 0 policy "per-value">, arg_slots = [#sm.slot<task 0>, #sm.slot<task 4>]} {
// CHECK-NEXT:    [[Y:%.*]] = arith.addi
// CHECK-NEXT:    sm.suspend await(%h) 1 : (!async.value<i32>) -> i32 [^[[READY:.*]], ^[[PARK:.*]]]
// CHECK-NEXT:  ^[[PARK]]:
// CHECK-NEXT:    sm.save [[Y]] at <task 8> : i32
// CHECK-NEXT:    sm.park await(%h) 1 : (!async.value<i32>) -> i32 [^[[RESUME:.*]]]
// CHECK-NEXT:  ^[[RESUME]]([[V1:%.*]]: i32):
// CHECK-NEXT:    [[X1:%.*]] = sm.reload at <task 4> : i32
// CHECK-NEXT:    [[Y1:%.*]] = sm.reload at <task 8> : i32
// CHECK-NEXT:    cf.br ^[[NEXT:.*]]([[V1]], [[X1]], [[Y1]] : i32, i32, i32)
// CHECK-NEXT:  ^[[READY]]([[V0:%.*]]: i32):
// CHECK-NEXT:    cf.br ^[[NEXT]]([[V0]], %x, [[Y]] : i32, i32, i32)
// CHECK-NEXT:  ^[[NEXT]]([[V:%.*]]: i32, [[X2:%.*]]: i32, [[Y2:%.*]]: i32):
// CHECK-NEXT:    [[S:%.*]] = arith.addi [[V]], [[Y2]]
// CHECK-NEXT:    [[T:%.*]] = arith.addi [[S]], [[X2]]
// CHECK-NEXT:    sm.return [[T]]

// -----

// Around a loop the header merges what was reloaded in its body. A value that is not used behind the suspension is not kept; a
// constant is computed again.

sm.machine @loop(%n: index) -> index attributes {scope = "lane"} {
  %one = arith.constant 1 : index
  %zero = arith.constant 0 : index
  cf.br ^header(%zero : index)
^header(%i: index):
  %c = arith.cmpi slt, %i, %n : index
  cf.cond_br %c, ^body, ^exit
^body:
  sm.suspend yield() 1 : () -> () [^next]
^next:
  %j = arith.addi %i, %one : index
  cf.br ^header(%j : index) {task.bounded}
^exit:
  sm.return %i : index
}

// CHECK-LABEL: sm.machine @loop
// CHECK-SAME:    frame = #sm.frame<task 16 rows 0 policy "per-value">, arg_slots = [#sm.slot<task 0>]} {
// CHECK:         cf.br ^[[HEADER:.*]]({{.*}}, %n : index, index)
// CHECK-NEXT:  ^[[HEADER]]([[I:%.*]]: index, [[N:%.*]]: index):
// CHECK-NEXT:    arith.cmpi slt, [[I]], [[N]]
// CHECK:         sm.suspend yield() 1 : () -> () [^[[READY:.*]], ^[[PARK:.*]]]
// CHECK-NEXT:  ^[[PARK]]:
// CHECK-NEXT:    sm.save [[I]] at <task 8> : index
// CHECK-NEXT:    sm.park yield() 1 : () -> () [^[[RESUME:.*]]]
// CHECK-NEXT:  ^[[RESUME]]:
// CHECK-NEXT:    [[N1:%.*]] = sm.reload at <task 0> : index
// CHECK-NEXT:    [[I1:%.*]] = sm.reload at <task 8> : index
// CHECK-NEXT:    cf.br ^[[NEXT:.*]]([[N1]], [[I1]] : index, index)
// CHECK-NEXT:  ^[[READY]]:
// CHECK-NEXT:    cf.br ^[[NEXT]]([[N]], [[I]] : index, index)
// CHECK-NEXT:  ^[[NEXT]]([[N2:%.*]]: index, [[I2:%.*]]: index):
// CHECK-NEXT:    [[ONE:%.*]] = arith.constant 1 : index
// CHECK-NEXT:    [[J:%.*]] = arith.addi [[I2]], [[ONE]]
// CHECK-NEXT:    cf.br ^[[HEADER]]([[J]], [[N2]] : index, index) {task.bounded}
// CHECK-NEXT:  ^{{.*}}:
// CHECK-NEXT:    sm.return [[I]] : index

// -----

// Sizes and alignment: bytes, halves, words, double words, descriptors of arrays.

sm.machine @sizes(%a: i1, %b: f16, %c: i8, %d: i64, %e: !async.group, %f: memref<?x4xf32>, %g: bf16, %h: vector<4xf32>)
    attributes {scope = "lane"} {
  sm.return
}

// CHECK-LABEL: sm.machine @sizes
// CHECK-SAME:    frame = #sm.frame<task 104 rows 0 policy "per-value">
// CHECK-SAME:    arg_slots = [#sm.slot<task 0>, #sm.slot<task 2>, #sm.slot<task 4>, #sm.slot<task 8>, #sm.slot<task 16>, #sm.slot<task 24>, #sm.slot<task 80>, #sm.slot<task 88>]

// -----

// A warp's task: what is uniform stands there once, what differs between lanes in rows. Two words begin at an even row.

sm.machine @warp(%m: memref<?xf32>, %u: i32) attributes {scope = "warp", kernel} {
  %lane = gpu.lane_id
  %x = memref.load %m[%lane] : memref<?xf32>
  %d = arith.extf %x : f32 to f64
  sm.suspend yield() 1 : () -> () [^next]
^next:
  %0 = arith.index_cast %u : i32 to index
  memref.store %x, %m[%0] : memref<?xf32>
  %1 = arith.truncf %d : f64 to f32
  memref.store %1, %m[%lane] : memref<?xf32>
  sm.return
}

// CHECK-LABEL: sm.machine @warp
// CHECK-SAME:    frame = #sm.frame<task 48 rows 4 policy "per-value">, arg_slots = [#sm.slot<task 0>, #sm.slot<task 40>]
// CHECK:         sm.save {{.*}} at <rows 0> : f32
// CHECK-NEXT:    sm.save {{.*}} at <rows 2> : f64
// CHECK-NEXT:    sm.park
// CHECK:         sm.reload at <task 0> : memref<?xf32>
// CHECK-NEXT:    sm.reload at <task 40> : i32
// CHECK-NEXT:    sm.reload at <rows 0> : f32
// CHECK-NEXT:    sm.reload at <rows 2> : f64
// CHECK:         gpu.lane_id

// -----

// A divergent argument stands in rows.

sm.machine @starts() attributes {scope = "warp", kernel} {
  %lane = gpu.lane_id
  %zero = arith.constant 0 : index
  %t = sm.start @takes(%lane, %zero) : (index, index) -> !async.token
  sm.return
}
sm.machine @takes(%x: index, %y: index) attributes {scope = "warp"} {
  sm.return
}

// CHECK-LABEL: sm.machine @takes
// CHECK-SAME:    frame = #sm.frame<task 8 rows 2 policy "per-value">, arg_slots = [#sm.slot<rows 0>, #sm.slot<task 0>]

// -----

// Laid out already.

sm.machine @done() attributes {scope = "lane", frame = #sm.frame<task 0 rows 0 policy "mine">, arg_slots = []} {
  sm.return
}

// CHECK-LABEL: sm.machine @done() attributes {scope = "lane", frame = #sm.frame<task 0 rows 0 policy "mine">, arg_slots = []} {
