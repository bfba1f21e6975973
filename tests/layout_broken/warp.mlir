// What each lane has its own of takes rows, or one bit of a ballot.

sm.machine @f(%h: !async.value<i32>, %x: f32, %m: memref<64xf32>) attributes {scope = "warp"} {
  %lane = gpu.lane_id
  %two = arith.constant 2.0 : f32
  %d = memref.load %m[%lane] : memref<64xf32>
  %e = arith.mulf %d, %x : f32
  %u = arith.mulf %x, %two : f32
  %p = arith.cmpf olt, %d, %x : f32
  %q = arith.cmpf olt, %e, %d : f32
  sm.suspend await(%h) 1 : (!async.value<i32>) -> i32 [^next]
^next(%v: i32):
  %0 = arith.select %p, %d, %e : f32
  %1 = arith.select %q, %0, %u : f32
  memref.store %1, %m[%lane] : memref<64xf32>
  sm.return
}

// -----

sm.machine @f(%h: !async.value<i32>, %x: f32, %m: memref<64xf32>) attributes {
    scope = "warp", frame = #sm.frame<task 72 rows 2 policy "hand">, arg_slots = [#sm.slot<task 0>, #sm.slot<task 4>, #sm.slot<task 8>]} {
  %lane = gpu.lane_id
  %two = arith.constant 2.0 : f32
  %d = memref.load %m[%lane] : memref<64xf32>
  %e = arith.mulf %d, %x : f32
  %u = arith.mulf %x, %two : f32
  %p = arith.cmpf olt, %d, %x : f32
  %q = arith.cmpf olt, %e, %d : f32
  sm.suspend await(%h) 1 : (!async.value<i32>) -> i32 [^ready, ^park]
^park:
  sm.save %d at <rows 0> : f32
  sm.save %e at <rows 1> : f32
  sm.save %u at <task 48> : f32
  %bp = task.ballot %p : i32
  sm.save %bp at <task 52> : i32
  %bq = task.ballot %q : i64
  sm.save %bq at <task 56> : i64
  sm.park await(%h) 1 : (!async.value<i32>) -> i32 [^resume]
^resume(%v1: i32):
  %d1 = sm.reload at <rows 0> : f32
  %e1 = sm.reload at <rows 1> : f32
  %u1 = sm.reload at <task 48> : f32
  %m1 = sm.reload at <task 8> : memref<64xf32>
  %bp1 = sm.reload at <task 52> : i32
  %bq1 = sm.reload at <task 56> : i64
  %l1 = gpu.lane_id
  %l32 = arith.index_cast %l1 : index to i32
  %l64 = arith.index_cast %l1 : index to i64
  %p1 = arith.shrui %bp1, %l32 : i32
  %p2 = arith.trunci %p1 : i32 to i1
  %one = arith.constant 1 : i64
  %zero = arith.constant 0 : i64
  %bit = arith.shli %one, %l64 : i64
  %q1 = arith.andi %bq1, %bit : i64
  %q2 = arith.cmpi ne, %q1, %zero : i64
  cf.br ^next(%v1, %d1, %e1, %u1, %m1, %p2, %q2 : i32, f32, f32, f32, memref<64xf32>, i1, i1)
^ready(%v0: i32):
  cf.br ^next(%v0, %d, %e, %u, %m, %p, %q : i32, f32, f32, f32, memref<64xf32>, i1, i1)
^next(%v: i32, %d2: f32, %e2: f32, %u2: f32, %m2: memref<64xf32>, %p3: i1, %q3: i1):
  %l2 = gpu.lane_id
  %0 = arith.select %p3, %d2, %e2 : f32
  %1 = arith.select %q3, %0, %u2 : f32
  memref.store %1, %m2[%l2] : memref<64xf32>
  sm.return
}

// -----
// one_word_for_all_lanes: slot <task 64>, which all lanes share, holds %d, of which each lane has its own
// - sm.save %d at <rows 0> : f32
// + sm.save %d at <task 64> : f32
// - %d1 = sm.reload at <rows 0> : f32
// + %d1 = sm.reload at <task 64> : f32

// -----
// recomputed_from_one_word_for_all: slot <task 64>, which all lanes share, holds %d
// - sm.save %e at <rows 1> : f32
// + sm.save %d at <task 64> : f32
// - %e1 = sm.reload at <rows 1> : f32
// + %dd = sm.reload at <task 64> : f32
// + %xx = sm.reload at <task 4> : f32
// + %e1 = arith.mulf %dd, %xx : f32

// -----
// predicate_for_all_lanes: slot <task 64>, which all lanes share, holds %p
// - %bp = task.ballot %p : i32
// - sm.save %bp at <task 52> : i32
// + sm.save %p at <task 64> : i1
// - %bp1 = sm.reload at <task 52> : i32
// - %p1 = arith.shrui %bp1, %l32 : i32
// - %p2 = arith.trunci %p1 : i32 to i1
// + %p2 = sm.reload at <task 64> : i1

// -----
// bit_of_lane_three: @f, state 1: slot <task 52> must hold %p for 'memref.store', but slot <task 52>, which all lanes share, holds %p, of which each lane has its own
// - %l32 = arith.index_cast %l1 : index to i32
// + %l32 = arith.constant 3 : i32

// -----
// bit_of_the_next_lane: @f: 'memref.store' needs %p, but is given %p1
// - %l32 = arith.index_cast %l1 : index to i32
// + %l31 = arith.index_cast %l1 : index to i32
// + %l30 = arith.constant 1 : i32
// + %l32 = arith.addi %l31, %l30 : i32

// -----
// lane_of_few_bits: @f: 'memref.store' needs %p, but is given %p1
// - %l32 = arith.index_cast %l1 : index to i32
// + %l4 = arith.index_cast %l1 : index to i4
// + %l32 = arith.extui %l4 : i4 to i32

// -----
// ballots_swapped: @f, state 1: slot <task 52> must hold %p for 'memref.store' (here %d), but holds %e
// - %bp = task.ballot %p : i32
// + %bp = task.ballot %q : i32

// -----
// ballot_of_a_ballot: @f: 'memref.store' needs %q, but is given %q2
// - %bit = arith.shli %one, %l64 : i64
// + %three = arith.constant 3 : i64
// + %bit = arith.shli %three, %l64 : i64

// -----
// word_that_is_no_ballot: where a ballot is needed
// - %bp = task.ballot %p : i32
// + %bp = arith.extui %p : i1 to i32

// -----
// row_of_another: @f, state 1: slot <rows 0> must hold %e for 'memref.store', but holds %d
// - %e1 = sm.reload at <rows 1> : f32
// + %e1 = sm.reload at <rows 0> : f32

// -----
// behind_the_rows: slot <rows 2> for %e of type f32 ends behind the frame, which has 2 rows
// - sm.save %e at <rows 1> : f32
// + sm.save %e at <rows 2> : f32

// -----
// sections_overlap: slot <task 56> as i64 was overwritten: %e of type f32 is saved in slot <rows 1>
// - scope = "warp", frame = #sm.frame<task 72 rows 2 policy "hand">, arg_slots = [#sm.slot<task 0>, #sm.slot<task 4>, #sm.slot<task 8>]} {
// + scope = "warp", frame = #sm.frame<task 72 rows 2 shared [72 rows 1, 56 rows 2] policy "hand">, arg_slots = [#sm.slot<task 0>, #sm.slot<task 4>, #sm.slot<task 8>]} {
// - sm.save %e at <rows 1> : f32
// - sm.save %bq at <task 56> : i64
// + sm.save %bq at <task 56> : i64
// + sm.save %e at <rows 1> : f32

// -----
// sections_overlap_the_other_way: @f, state 1: slot <rows 1> must hold %e for 'memref.store', but slot <rows 1> as f32 was overwritten: %bq of type i64 is saved in slot <task 56>
// - scope = "warp", frame = #sm.frame<task 72 rows 2 policy "hand">, arg_slots = [#sm.slot<task 0>, #sm.slot<task 4>, #sm.slot<task 8>]} {
// + scope = "warp", frame = #sm.frame<task 72 rows 2 shared [72 rows 1, 56 rows 2] policy "hand">, arg_slots = [#sm.slot<task 0>, #sm.slot<task 4>, #sm.slot<task 8>]} {

// -----
// computed_from_a_divergent_value: @f: 'memref.store' needs %x, but is given %d
// - %u = arith.mulf %x, %two : f32
// + %u = arith.mulf %d, %two : f32
