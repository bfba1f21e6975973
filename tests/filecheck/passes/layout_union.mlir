// layout-frames{policy=union}: the values live across each suspension are a struct; the frame is the union of these structs.
// RUN: asyncir-opt %s --split-input-file -p layout-frames-checked{policy=union} | filecheck %s

// A value that lives over two suspensions has a slot at each; the frame is as large as the larger struct. The argument is handed over
// where the frame has room, and saved like any other value.

sm.machine @f(%x: i32) -> i32 attributes {scope = "lane"} {
  %y = arith.addi %x, %x : i32
  sm.suspend yield() 1 : () -> () [^one]
^one:
  %z = arith.muli %x, %y : i32
  sm.suspend yield() 2 : () -> () [^two]
^two:
  %0 = arith.addi %y, %z : i32
  sm.return %0 : i32
}

// CHECK-LABEL: sm.machine @f
// CHECK-SAME:    frame = #sm.frame<task 8 rows 0 policy "union">, arg_slots = [#sm.slot<task 0>]} {
// CHECK:         [[Y:%.*]] = arith.addi %x, %x
// CHECK:         sm.save %x at <task 0> : i32
// CHECK-NEXT:    sm.save [[Y]] at <task 4> : i32
// CHECK-NEXT:    sm.park yield() 1
// CHECK:         [[X1:%.*]] = sm.reload at <task 0> : i32
// CHECK-NEXT:    [[Y1:%.*]] = sm.reload at <task 4> : i32
// CHECK:       ^{{.*}}([[X2:%.*]]: i32, [[Y2:%.*]]: i32):
// CHECK-NEXT:    [[Z:%.*]] = arith.muli [[X2]], [[Y2]]
// CHECK:         sm.save [[Y2]] at <task 0> : i32
// CHECK-NEXT:    sm.save [[Z]] at <task 4> : i32
// CHECK-NEXT:    sm.park yield() 2
// CHECK:         sm.reload at <task 0> : i32
// CHECK-NEXT:    sm.reload at <task 4> : i32

// -----

// Fields are ordered by alignment and not packed: 8 + 2 + 1 + 1 bytes.

sm.machine @narrow(%a: i1, %b: i64, %c: i8, %d: i16) -> (i1, i64, i8, i16) attributes {scope = "lane"} {
  sm.suspend yield() 1 : () -> () [^next]
^next:
  sm.return %a, %b, %c, %d : i1, i64, i8, i16
}

// CHECK-LABEL: sm.machine @narrow
// CHECK-SAME:    frame = #sm.frame<task 12 rows 0 {{.*}}policy "union">
// CHECK:         sm.save %a at <task 10> : i1
// CHECK-NEXT:    sm.save %b at <task 0> : i64
// CHECK-NEXT:    sm.save %c at <task 11> : i8
// CHECK-NEXT:    sm.save %d at <task 8> : i16

// -----

// Arguments that no suspension holds need room in the hand-over alone.

sm.machine @dead(%x: i64, %y: i32) -> i32 attributes {scope = "lane"} {
  sm.suspend yield() 1 : () -> () [^next]
^next:
  sm.return %y : i32
}

// CHECK-LABEL: sm.machine @dead
// CHECK-SAME:    frame = #sm.frame<task 4 rows 0 arguments 12 rows 0 policy "union">, arg_slots = [#sm.slot<task 0>, #sm.slot<task 8>]} {

// -----

// In warp scope what differs between lanes stands in rows, two words from an even row on; what is the same stands there once.

sm.machine @warp(%x: i32) -> i32 attributes {scope = "warp"} {
  %lane = gpu.lane_id
  %id = arith.index_cast %lane : index to i32
  %narrow = arith.addi %id, %x : i32
  %wide = arith.extsi %narrow : i32 to i64
  sm.suspend yield() 1 : () -> () [^next]
^next:
  %0 = arith.trunci %wide : i64 to i32
  %1 = arith.addi %0, %narrow : i32
  sm.return %x : i32
}

// CHECK-LABEL: sm.machine @warp
// CHECK-SAME:    frame = #sm.frame<task 4 rows 3 policy "union">
// CHECK-DAG:     sm.save %x at <task 0> : i32
// CHECK-DAG:     sm.save {{.*}} at <rows 2> : i32
// CHECK-DAG:     sm.save {{.*}} at <rows 0> : i64
