// layout-frames{policy=llvm}: each value that is live across a suspension has a place of its own for the whole life of the task.
// RUN: asyncir-opt %s --split-input-file -p layout-frames-checked{policy=llvm} | filecheck %s

// %a and %b are never live together, and still do not share a place. The argument stands where it was handed over; it is not saved.

sm.machine @f(%x: i32) -> i32 attributes {scope = "lane"} {
  %a = arith.addi %x, %x : i32
  sm.suspend yield() 1 : () -> () [^one]
^one:
  %b = arith.muli %a, %x : i32
  sm.suspend yield() 2 : () -> () [^two]
^two:
  sm.return %b : i32
}

// CHECK-LABEL: sm.machine @f
// CHECK-SAME:    frame = #sm.frame<task 12 rows 0 policy "llvm">, arg_slots = [#sm.slot<task 0>]} {
// CHECK-NEXT:    [[A:%.*]] = arith.addi
// CHECK:         sm.save [[A]] at <task 4> : i32
// CHECK-NEXT:    sm.park yield() 1
// CHECK:         sm.reload at <task 0> : i32
// CHECK-NEXT:    sm.reload at <task 4> : i32
// CHECK:         [[B:%.*]] = arith.muli
// CHECK:         sm.save [[B]] at <task 8> : i32
// CHECK-NEXT:    sm.park yield() 2
// CHECK:         sm.reload at <task 8> : i32

// -----

// An argument that no suspension holds is no part of the frame: it is handed over where others stand later. Predicates take a byte each.

sm.machine @dead(%x: i64, %p: i1, %q: i1) -> (i1, i1) attributes {scope = "lane"} {
  sm.suspend yield() 1 : () -> () [^next]
^next:
  sm.return %p, %q : i1, i1
}

// CHECK-LABEL: sm.machine @dead
// CHECK-SAME:    frame = #sm.frame<task 4 rows 0 arguments 16 rows 0 policy "llvm">, arg_slots = [#sm.slot<task 8>, #sm.slot<task 0>, #sm.slot<task 1>]} {
// CHECK-NOT:     sm.save
