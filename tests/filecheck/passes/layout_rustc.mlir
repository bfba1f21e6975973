// layout-frames{policy=rustc}: arguments, a prefix of locals of several suspensions, and a union of the others.
// RUN: asyncir-opt %s --split-input-file -p layout-frames-checked{policy=rustc} | filecheck %s

// The argument has a place for good, and a second one as a local. %y is saved at both suspensions and shares its place with nothing;
// %a and %b are each saved at one, and share theirs.

sm.machine @f(%x: i32) -> i32 attributes {scope = "lane"} {
  %y = arith.addi %x, %x : i32
  %a = arith.muli %x, %y : i32
  sm.suspend yield() 1 : () -> () [^one]
^one:
  %s = arith.addi %x, %a : i32
  %b = arith.muli %s, %y : i32
  sm.suspend yield() 2 : () -> () [^two]
^two:
  %0 = arith.addi %y, %b : i32
  sm.return %0 : i32
}

// CHECK-LABEL: sm.machine @f
// CHECK-SAME:    frame = #sm.frame<task 16 rows 0 policy "rustc">, arg_slots = [#sm.slot<task 0>]} {
// CHECK:         [[Y:%.*]] = arith.addi %x, %x
// CHECK:         [[A:%.*]] = arith.muli %x, [[Y]]
// CHECK:         sm.save %x at <task 8> : i32
// CHECK-NEXT:    sm.save [[Y]] at <task 4> : i32
// CHECK-NEXT:    sm.save [[A]] at <task 12> : i32
// CHECK-NEXT:    sm.park yield() 1
// CHECK:         [[B:%.*]] = arith.muli
// CHECK:         sm.save {{.*}} at <task 4> : i32
// CHECK-NEXT:    sm.save [[B]] at <task 8> : i32
// CHECK-NEXT:    sm.park yield() 2

// -----

// %b comes to be while %a is still needed: a storage conflict, so they do not share a place though no suspension holds both.

sm.machine @conflict() -> i32 attributes {scope = "lane"} {
  %a = func.call @any() : () -> i32
  sm.suspend yield() 1 : () -> () [^one]
^one:
  %b = func.call @any() : () -> i32
  %s = arith.addi %b, %a : i32
  sm.suspend yield() 2 : () -> () [^two]
^two:
  sm.return %b : i32
}
func.func private @any() -> i32

// CHECK-LABEL: sm.machine @conflict
// CHECK-SAME:    frame = #sm.frame<task 8 rows 0 policy "rustc">
// CHECK:         [[A:%.*]] = func.call @any()
// CHECK:         sm.save [[A]] at <task [[PLACE_OF_A:.*]]> : i32
// CHECK:         [[B:%.*]] = func.call @any()
// CHECK-NOT:     at <task [[PLACE_OF_A]]> : i32
// CHECK:         sm.return

// -----

// An array that is used by reference before the suspension is borrowed: it is there twice to the end, though nothing uses it again.

sm.machine @borrowed(%v: vector<4xf32>) attributes {scope = "lane"} {
  %0 = arith.addf %v, %v : vector<4xf32>
  sm.suspend yield() 1 : () -> () [^next]
^next:
  sm.return
}

// CHECK-LABEL: sm.machine @borrowed
// CHECK-SAME:    frame = #sm.frame<task 32 rows 0 policy "rustc">, arg_slots = [#sm.slot<task 0>]} {
// CHECK-NOT:     sm.save
