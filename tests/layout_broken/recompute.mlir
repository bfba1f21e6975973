// Values computed again behind a suspension, and values computed early in front of it.

sm.machine @f(%h: !async.value<i32>, %m: memref<4xi32>) -> i32 attributes {scope = "lane"} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %three = arith.constant 3 : i32
  %a = memref.load %m[%c0] : memref<4xi32>
  %b = memref.load %m[%c1] : memref<4xi32>
  %y = arith.muli %a, %three : i32
  %z = arith.subi %y, %a : i32
  %p = arith.cmpi slt, %a, %three : i32
  sm.suspend await(%h) 1 : (!async.value<i32>) -> i32 [^next]
^next(%v: i32):
  %s = arith.subi %a, %b : i32
  %e = arith.xori %s, %three : i32
  %0 = arith.addi %v, %y : i32
  %1 = arith.subi %0, %z : i32
  %2 = arith.select %p, %1, %v : i32
  %3 = arith.addi %2, %e : i32
  sm.return %3 : i32
}

// -----

// Held are %a, from which %y, %z and %p are computed again, and %e, computed early.

sm.machine @f(%h: !async.value<i32>, %m: memref<4xi32>) -> i32 attributes {
    scope = "lane", frame = #sm.frame<task 8 rows 0 arguments 48 rows 0 policy "hand">, arg_slots = [#sm.slot<task 0>, #sm.slot<task 8>]} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %three = arith.constant 3 : i32
  %a = memref.load %m[%c0] : memref<4xi32>
  %b = memref.load %m[%c1] : memref<4xi32>
  %y = arith.muli %a, %three : i32
  %z = arith.subi %y, %a : i32
  %p = arith.cmpi slt, %a, %three : i32
  %s = arith.subi %a, %b : i32
  %e = arith.xori %s, %three : i32
  sm.suspend await(%h) 1 : (!async.value<i32>) -> i32 [^ready, ^park]
^park:
  sm.save %a at <task 0> : i32
  sm.save %e at <task 4> : i32
  sm.park await(%h) 1 : (!async.value<i32>) -> i32 [^resume]
^resume(%v1: i32):
  %a1 = sm.reload at <task 0> : i32
  %e1 = sm.reload at <task 4> : i32
  %k = arith.constant 3 : i32
  %y1 = arith.muli %a1, %k : i32
  %z1 = arith.subi %y1, %a1 : i32
  %p1 = arith.cmpi slt, %a1, %k : i32
  cf.br ^next(%v1, %y1, %z1, %p1, %e1 : i32, i32, i32, i1, i32)
^ready(%v0: i32):
  cf.br ^next(%v0, %y, %z, %p, %e : i32, i32, i32, i1, i32)
^next(%v: i32, %y2: i32, %z2: i32, %p2: i1, %e2: i32):
  %0 = arith.addi %v, %y2 : i32
  %1 = arith.subi %0, %z2 : i32
  %2 = arith.select %p2, %1, %v : i32
  %3 = arith.addi %2, %e2 : i32
  sm.return %3 : i32
}

// -----
// another_constant: @f: 'sm.return' needs the constant 3, but is given a constant in bits 0 to 31 of %k
// - %k = arith.constant 3 : i32
// + %k = arith.constant 4 : i32

// -----
// another_operand: @f, state 1: slot <task 4> must hold %a for 'sm.return', but holds %e
// - %y1 = arith.muli %a1, %k : i32
// + %y1 = arith.muli %e1, %k : i32

// -----
// operands_swapped: @f: 'sm.return' needs %a, but is given %y1
// - %z1 = arith.subi %y1, %a1 : i32
// + %z1 = arith.subi %a1, %y1 : i32

// -----
// another_operation: @f: 'sm.return' needs %y, but is given %y1
// - %y1 = arith.muli %a1, %k : i32
// + %y1 = arith.addi %a1, %k : i32

// -----
// another_predicate: @f: 'sm.return' needs %p, but is given %p1
// - %p1 = arith.cmpi slt, %a1, %k : i32
// + %p1 = arith.cmpi ult, %a1, %k : i32

// -----
// other_overflow_flags: @f: 'sm.return' needs %y, but is given %y1
// - %y1 = arith.muli %a1, %k : i32
// + %y1 = arith.muli %a1, %k overflow<nsw> : i32

// -----
// early_of_another: @f: 'sm.return' needs %a, but is given %b
// - %s = arith.subi %a, %b : i32
// + %s = arith.subi %b, %a : i32

// -----
// early_saved_too_little: @f, state 1: slot <task 4> must hold %e for 'sm.return', but holds %s
// - sm.save %e at <task 4> : i32
// + sm.save %s at <task 4> : i32

// -----
// early_only_on_one_edge: @f: 'sm.return' needs %e, but is given %z
// - cf.br ^next(%v0, %y, %z, %p, %e : i32, i32, i32, i1, i32)
// + cf.br ^next(%v0, %y, %z, %p, %z : i32, i32, i32, i1, i32)
