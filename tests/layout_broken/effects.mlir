// Effects are done once, in order, on the same operands, and nowhere else.

sm.machine @g(%x: i32) -> i32 attributes {scope = "lane"} {
  sm.return %x : i32
}
sm.machine @k(%x: i32) -> i32 attributes {scope = "lane"} {
  sm.return %x : i32
}
sm.machine @f(%h: !async.value<i32>, %m: memref<4xi32>, %x: i32, %d: i32) -> i32 attributes {scope = "lane"} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %a = memref.load %m[%c0] : memref<4xi32>
  memref.store %x, %m[%c0] : memref<4xi32>
  memref.store %a, %m[%c1] : memref<4xi32>
  %t = sm.start @g(%a) : (i32) -> !async.value<i32>
  sm.suspend await(%h) 1 : (!async.value<i32>) -> i32 [^next]
^next(%v: i32):
  %b = memref.load %m[%c1] : memref<4xi32>
  %c = arith.cmpi slt, %v, %b : i32
  cf.cond_br %c, ^then, ^else
^then:
  %q = arith.divsi %x, %d : i32
  memref.store %q, %m[%c0] : memref<4xi32>
  cf.br ^join(%b : i32)
^else:
  cf.br ^join(%a : i32)
^join(%j: i32):
  sm.suspend await(%t) 2 : (!async.value<i32>) -> i32 [^end]
^end(%u: i32):
  %r = arith.addi %j, %u : i32
  sm.return %r : i32
}

// -----

sm.machine @g(%x: i32) -> i32 attributes {
    scope = "lane", frame = #sm.frame<task 4 rows 0 policy "hand">, arg_slots = [#sm.slot<task 0>]} {
  sm.return %x : i32
}
sm.machine @k(%x: i32) -> i32 attributes {
    scope = "lane", frame = #sm.frame<task 4 rows 0 policy "hand">, arg_slots = [#sm.slot<task 0>]} {
  sm.return %x : i32
}
sm.machine @f(%h: !async.value<i32>, %m: memref<4xi32>, %x: i32, %d: i32) -> i32 attributes {
    scope = "lane", frame = #sm.frame<task 64 rows 0 policy "hand">,
    arg_slots = [#sm.slot<task 0>, #sm.slot<task 8>, #sm.slot<task 48>, #sm.slot<task 52>]} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %a = memref.load %m[%c0] : memref<4xi32>
  memref.store %x, %m[%c0] : memref<4xi32>
  memref.store %a, %m[%c1] : memref<4xi32>
  %t = sm.start @g(%a) : (i32) -> !async.value<i32>
  sm.suspend await(%h) 1 : (!async.value<i32>) -> i32 [^ready, ^park]
^park:
  sm.save %a at <task 56> : i32
  sm.save %t at <task 60> : !async.value<i32>
  sm.park await(%h) 1 : (!async.value<i32>) -> i32 [^resume]
^resume(%v1: i32):
  %m1 = sm.reload at <task 8> : memref<4xi32>
  %x1 = sm.reload at <task 48> : i32
  %d1 = sm.reload at <task 52> : i32
  %a1 = sm.reload at <task 56> : i32
  %t1 = sm.reload at <task 60> : !async.value<i32>
  cf.br ^next(%v1, %m1, %x1, %d1, %a1, %t1 : i32, memref<4xi32>, i32, i32, i32, !async.value<i32>)
^ready(%v0: i32):
  cf.br ^next(%v0, %m, %x, %d, %a, %t : i32, memref<4xi32>, i32, i32, i32, !async.value<i32>)
^next(%v: i32, %m2: memref<4xi32>, %x2: i32, %d2: i32, %a2: i32, %t2: !async.value<i32>):
  %k1 = arith.constant 1 : index
  %k0 = arith.constant 0 : index
  %b = memref.load %m2[%k1] : memref<4xi32>
  %c = arith.cmpi slt, %v, %b : i32
  cf.cond_br %c, ^then, ^else
^then:
  %q = arith.divsi %x2, %d2 : i32
  memref.store %q, %m2[%k0] : memref<4xi32>
  cf.br ^join(%b : i32)
^else:
  cf.br ^join(%a2 : i32)
^join(%j: i32):
  sm.suspend await(%t2) 2 : (!async.value<i32>) -> i32 [^ready2, ^park2]
^park2:
  sm.save %j at <task 0> : i32
  sm.park await(%t2) 2 : (!async.value<i32>) -> i32 [^resume2]
^resume2(%u1: i32):
  %j1 = sm.reload at <task 0> : i32
  cf.br ^end(%u1, %j1 : i32, i32)
^ready2(%u0: i32):
  cf.br ^end(%u0, %j : i32, i32)
^end(%u: i32, %j2: i32):
  %r = arith.addi %j2, %u : i32
  sm.return %r : i32
}

// -----
// dropped_store: 'sm.start' is done where the program does 'memref.store'
// - memref.store %a, %m[%c1] : memref<4xi32>

// -----
// reordered_stores: @f: 'memref.store' needs %x, but is given %a
// - memref.store %x, %m[%c0] : memref<4xi32>
// - memref.store %a, %m[%c1] : memref<4xi32>
// + memref.store %a, %m[%c1] : memref<4xi32>
// + memref.store %x, %m[%c0] : memref<4xi32>

// -----
// store_of_another_value: @f: 'memref.store' needs %a, but is given %x
// - memref.store %a, %m[%c1] : memref<4xi32>
// + memref.store %x, %m[%c1] : memref<4xi32>

// -----
// store_to_another_element: @f: 'memref.store' needs the constant 1, but is given a constant in bits 0 to 63 of %c0
// - memref.store %a, %m[%c1] : memref<4xi32>
// + memref.store %a, %m[%c0] : memref<4xi32>

// -----
// store_twice: 'memref.store' is done where the program does 'sm.start'
// - memref.store %a, %m[%c1] : memref<4xi32>
// + memref.store %a, %m[%c1] : memref<4xi32>
// + memref.store %a, %m[%c1] : memref<4xi32>

// -----
// store_on_the_ready_edge: state 1: 'memref.store' was put on an edge of the suspension
// - ^ready(%v0: i32):
// + ^ready(%v0: i32):
// + memref.store %a, %m[%c1] : memref<4xi32>

// -----
// load_moved_over_a_store: 'memref.store' is done where the program does 'memref.load'
// - %a = memref.load %m[%c0] : memref<4xi32>
// - memref.store %x, %m[%c0] : memref<4xi32>
// + memref.store %x, %m[%c0] : memref<4xi32>
// + %a = memref.load %m[%c0] : memref<4xi32>

// -----
// load_again: state 1: 'memref.load' was put on an edge of the suspension
// - %a1 = sm.reload at <task 56> : i32
// + %z = arith.constant 0 : index
// + %a1 = memref.load %m1[%z] : memref<4xi32>

// -----
// load_early: 'memref.load' is done where the program goes on to 'sm.suspend'
// - %t = sm.start @g(%a) : (i32) -> !async.value<i32>
// + %t = sm.start @g(%a) : (i32) -> !async.value<i32>
// + %early = memref.load %m[%c1] : memref<4xi32>

// -----
// another_task: 'sm.start' is done where the program does 'sm.start': callee is @k, expected @g
// - %t = sm.start @g(%a) : (i32) -> !async.value<i32>
// + %t = sm.start @k(%a) : (i32) -> !async.value<i32>

// -----
// another_comparison: @f: 'cf.cond_br' needs %c, but is given %c
// - %c = arith.cmpi slt, %v, %b : i32
// + %c = arith.cmpi sle, %v, %b : i32

// -----
// swapped_branches: 'memref.store' is done where the program goes on to 'cf.br'
// - cf.cond_br %c, ^then, ^else
// + cf.cond_br %c, ^else, ^then

// -----
// another_merge: @f: 'sm.return' needs %a, but is given %x
// - cf.br ^join(%a2 : i32)
// + cf.br ^join(%x2 : i32)

// -----
// another_handle: state 2: 'sm.park' is await_raw, expected await
// - sm.park await(%t2) 2 : (!async.value<i32>) -> i32 [^resume2]
// + sm.park await_raw(%t2) 2 : (!async.value<i32>) -> () [^resume2]
// - ^resume2(%u1: i32):
// + ^resume2:
// - cf.br ^end(%u1, %j1 : i32, i32)
// + cf.br ^end(%j1, %j1 : i32, i32)

// -----
// parks_on_another_handle: @f: 'sm.park' needs %h, but is given %t
// - sm.park await(%h) 1 : (!async.value<i32>) -> i32 [^resume]
// + sm.park await(%t) 1 : (!async.value<i32>) -> i32 [^resume]

// -----
// suspends_on_another_handle: @f: 'sm.suspend' needs %h, but is given %t
// - sm.suspend await(%h) 1 : (!async.value<i32>) -> i32 [^ready, ^park]
// + sm.suspend await(%t) 1 : (!async.value<i32>) -> i32 [^ready, ^park]

// -----
// hoisted_division: is computed where the program may not come to 'arith.divsi', which is undefined for some operands
// - %c = arith.cmpi slt, %v, %b : i32
// + %c = arith.cmpi slt, %v, %b : i32
// + %q = arith.divsi %x2, %d2 : i32
// - %q = arith.divsi %x2, %d2 : i32

// -----
// new_division: 'arith.divsi', which is undefined for some operands, is computed where the program does not
// - cf.br ^next(%v0, %m, %x, %d, %a, %t : i32, memref<4xi32>, i32, i32, i32, !async.value<i32>)
// + %unused = arith.divsi %x, %d : i32
// + cf.br ^next(%v0, %m, %x, %d, %a, %t : i32, memref<4xi32>, i32, i32, i32, !async.value<i32>)

// -----
// returns_something_else: @f: 'sm.return' needs %r, but is given %j, which is older than %r
// - sm.return %r : i32
// + sm.return %j2 : i32

// -----
// ends_early: 'sm.return' where the program has 'sm.suspend'
// - sm.suspend await(%t2) 2 : (!async.value<i32>) -> i32 [^ready2, ^park2]
// + sm.return %j : i32
