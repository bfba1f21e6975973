// Narrow values in one word: each at bits of its own.

sm.machine @f(%h: !async.value<i32>, %m: memref<4xi8>, %n: memref<4xi16>, %q: memref<4xi1>) -> i32 attributes {scope = "lane"} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %a = memref.load %m[%c0] : memref<4xi8>
  %b = memref.load %n[%c0] : memref<4xi16>
  %p = memref.load %q[%c0] : memref<4xi1>
  %r = memref.load %q[%c1] : memref<4xi1>
  %u = arith.bitcast %b : i16 to f16
  sm.suspend await(%h) 1 : (!async.value<i32>) -> i32 [^next]
^next(%v: i32):
  %0 = arith.extsi %a : i8 to i32
  %1 = arith.extf %u : f16 to f32
  %2 = arith.fptosi %1 : f32 to i32
  %3 = arith.subi %0, %2 : i32
  %4 = arith.select %p, %3, %v : i32
  %5 = arith.select %r, %v, %4 : i32
  sm.return %5 : i32
}

// -----

sm.machine @f(%h: !async.value<i32>, %m: memref<4xi8>, %n: memref<4xi16>, %q: memref<4xi1>) -> i32 attributes {
    scope = "lane", frame = #sm.frame<task 4 rows 0 arguments 128 rows 0 policy "hand">,
    arg_slots = [#sm.slot<task 0>, #sm.slot<task 8>, #sm.slot<task 48>, #sm.slot<task 88>]} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %a = memref.load %m[%c0] : memref<4xi8>
  %b = memref.load %n[%c0] : memref<4xi16>
  %p = memref.load %q[%c0] : memref<4xi1>
  %r = memref.load %q[%c1] : memref<4xi1>
  %u = arith.bitcast %b : i16 to f16
  sm.suspend await(%h) 1 : (!async.value<i32>) -> i32 [^ready, ^park]
^park:
  %k8 = arith.constant 8 : i32
  %k24 = arith.constant 24 : i32
  %k25 = arith.constant 25 : i32
  %w0 = arith.extui %a : i8 to i32
  %u0 = arith.bitcast %u : f16 to i16
  %u1 = arith.extui %u0 : i16 to i32
  %u2 = arith.shli %u1, %k8 : i32
  %w1 = arith.ori %w0, %u2 : i32
  %p0 = arith.extui %p : i1 to i32
  %p1 = arith.shli %p0, %k24 : i32
  %w2 = arith.ori %w1, %p1 : i32
  %r0 = arith.extui %r : i1 to i32
  %r1 = arith.shli %r0, %k25 : i32
  %w3 = arith.ori %w2, %r1 : i32
  sm.save %w3 at <task 0> : i32
  sm.park await(%h) 1 : (!async.value<i32>) -> i32 [^resume]
^resume(%v1: i32):
  %w = sm.reload at <task 0> : i32
  %j8 = arith.constant 8 : i32
  %j24 = arith.constant 24 : i32
  %j25 = arith.constant 25 : i32
  %one = arith.constant 1 : i32
  %zero = arith.constant 0 : i32
  %a1 = arith.trunci %w : i32 to i8
  %u3 = arith.shrui %w, %j8 : i32
  %u4 = arith.trunci %u3 : i32 to i16
  %u5 = arith.bitcast %u4 : i16 to f16
  %p2 = arith.shrui %w, %j24 : i32
  %p3 = arith.andi %p2, %one : i32
  %p4 = arith.cmpi ne, %p3, %zero : i32
  %r2 = arith.shrui %w, %j25 : i32
  %r3 = arith.trunci %r2 : i32 to i1
  cf.br ^next(%v1, %a1, %u5, %p4, %r3 : i32, i8, f16, i1, i1)
^ready(%v0: i32):
  cf.br ^next(%v0, %a, %u, %p, %r : i32, i8, f16, i1, i1)
^next(%v: i32, %a2: i8, %u6: f16, %p5: i1, %r4: i1):
  %0 = arith.extsi %a2 : i8 to i32
  %1 = arith.extf %u6 : f16 to f32
  %2 = arith.fptosi %1 : f32 to i32
  %3 = arith.subi %0, %2 : i32
  %4 = arith.select %p5, %3, %v : i32
  %5 = arith.select %r4, %v, %4 : i32
  sm.return %5 : i32
}

// -----
// wrong_shift_in: @f, state 1: slot <task 0> must hold %r for 'sm.return', but holds %w3
// - %k8 = arith.constant 8 : i32
// + %k8 = arith.constant 7 : i32

// -----
// wrong_shift_out: @f, state 1: slot <task 0> must hold %r for 'sm.return', but holds %p
// - %j25 = arith.constant 25 : i32
// + %j25 = arith.constant 24 : i32

// -----
// cut_too_short: @f, state 1: slot <task 0> must hold %b for 'sm.return', but holds a constant in bits 16 to 23 of %w3
// - %u1 = arith.extui %u0 : i16 to i32
// + %cut = arith.trunci %u0 : i16 to i8
// + %u1 = arith.extui %cut : i8 to i32

// -----
// sign_extended: @f, state 1: slot <task 0> must hold %r for 'sm.return', but holds %w3
// - %w0 = arith.extui %a : i8 to i32
// + %w0 = arith.extsi %a : i8 to i32

// -----
// overlapping_bits: @f, state 1: slot <task 0> must hold %r for 'sm.return', but holds %w3
// - %k24 = arith.constant 24 : i32
// + %k24 = arith.constant 23 : i32
// - %j24 = arith.constant 24 : i32
// + %j24 = arith.constant 23 : i32

// -----
// left_out: @f, state 1: slot <task 0> must hold %p for 'sm.return', but holds a constant in bits 24 to 24 of %w3
// - %w3 = arith.ori %w2, %r1 : i32
// + %w3 = arith.ori %w1, %r1 : i32

// -----
// whole_word_tested: @f: 'sm.return' needs %p, but is given %p4
// - %p4 = arith.cmpi ne, %p3, %zero : i32
// + %p4 = arith.cmpi ne, %w, %zero : i32

// -----
// predicate_inverted: @f: 'sm.return' needs %p, but is given %p4
// - %p4 = arith.cmpi ne, %p3, %zero : i32
// + %p4 = arith.cmpi eq, %p3, %zero : i32

// -----
// predicates_swapped: @f, state 1: slot <task 0> must hold %p for 'sm.return', but holds %r
// - %p0 = arith.extui %p : i1 to i32
// + %p0 = arith.extui %r : i1 to i32

// -----
// word_saved_too_early: @f, state 1: slot <task 0> must hold %r for 'sm.return', but holds a constant in bits 25 to 25 of %w1
// - sm.save %w3 at <task 0> : i32
// + sm.save %w1 at <task 0> : i32
