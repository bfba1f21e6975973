// Values and an argument over one await. The first part is the split machine, the second the right layout; each case then says what is
// changed in that (`-` lines, `+` lines) and a part of the message that it must be rejected with.

sm.machine @f(%h: !async.value<i32>, %x: i32, %m: memref<4xi32>, %n: memref<2xf32>) -> i32 attributes {scope = "lane"} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %a = memref.load %m[%c0] : memref<4xi32>
  %b = memref.load %m[%c1] : memref<4xi32>
  %p = memref.load %n[%c0] : memref<2xf32>
  %w = arith.extsi %b : i32 to i64
  sm.suspend await(%h) 1 : (!async.value<i32>) -> i32 [^next]
^next(%v: i32):
  %q = arith.fptosi %p : f32 to i32
  %w2 = arith.trunci %w : i64 to i32
  %0 = arith.subi %v, %a : i32
  %1 = arith.muli %0, %b : i32
  %2 = arith.subi %1, %x : i32
  %3 = arith.xori %2, %q : i32
  %4 = arith.subi %3, %w2 : i32
  sm.return %4 : i32
}

// -----

sm.machine @f(%h: !async.value<i32>, %x: i32, %m: memref<4xi32>, %n: memref<2xf32>) -> i32 attributes {
    scope = "lane", frame = #sm.frame<task 104 rows 0 policy "hand">,
    arg_slots = [#sm.slot<task 0>, #sm.slot<task 4>, #sm.slot<task 24>, #sm.slot<task 64>]} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %a = memref.load %m[%c0] : memref<4xi32>
  %b = memref.load %m[%c1] : memref<4xi32>
  %p = memref.load %n[%c0] : memref<2xf32>
  %w = arith.extsi %b : i32 to i64
  sm.suspend await(%h) 1 : (!async.value<i32>) -> i32 [^ready, ^park]
^park:
  sm.save %a at <task 0> : i32
  sm.save %b at <task 12> : i32
  sm.save %p at <task 20> : f32
  sm.save %w at <task 24> : i64
  sm.park await(%h) 1 : (!async.value<i32>) -> i32 [^resume]
^resume(%v1: i32):
  %a1 = sm.reload at <task 0> : i32
  %b1 = sm.reload at <task 12> : i32
  %p1 = sm.reload at <task 20> : f32
  %w1 = sm.reload at <task 24> : i64
  %x1 = sm.reload at <task 4> : i32
  cf.br ^next(%v1, %a1, %b1, %p1, %w1, %x1 : i32, i32, i32, f32, i64, i32)
^ready(%v0: i32):
  cf.br ^next(%v0, %a, %b, %p, %w, %x : i32, i32, i32, f32, i64, i32)
^next(%v: i32, %a2: i32, %b2: i32, %p2: f32, %w2: i64, %x2: i32):
  %q = arith.fptosi %p2 : f32 to i32
  %w3 = arith.trunci %w2 : i64 to i32
  %0 = arith.subi %v, %a2 : i32
  %1 = arith.muli %0, %b2 : i32
  %2 = arith.subi %1, %x2 : i32
  %3 = arith.xori %2, %q : i32
  %4 = arith.subi %3, %w3 : i32
  sm.return %4 : i32
}

// -----
// wrong_slot: @f, state 1: slot <task 12> must hold %a for 'sm.return', but holds %b
// - %a1 = sm.reload at <task 0> : i32
// + %a1 = sm.reload at <task 12> : i32

// -----
// missing_save: @f, state 1: slot <task 12> must hold %b for 'sm.return', but slot <task 12> is not saved behind %b
// - sm.save %b at <task 12> : i32

// -----
// missing_save_behind_an_argument: @f, state 1: slot <task 0> must hold %a for 'sm.return', but slot <task 0> is not saved behind %a
// - sm.save %a at <task 0> : i32

// -----
// swapped_reloads: @f, state 1: slot <task 0> must hold %b for 'sm.return', but holds %a
// - %a1 = sm.reload at <task 0> : i32
// + %a1 = sm.reload at <task 12> : i32
// - %b1 = sm.reload at <task 12> : i32
// + %b1 = sm.reload at <task 0> : i32

// -----
// overlapping_slots: slot <task 12> as i32 was overwritten: %w of type i64 is saved in slot <task 8>
// - sm.save %w at <task 24> : i64
// + sm.save %w at <task 8> : i64
// - %w1 = sm.reload at <task 24> : i64
// + %w1 = sm.reload at <task 8> : i64

// -----
// overlapping_by_a_later_save: slot <task 20> as f32 was overwritten: %w of type i64 is saved in slot <task 16>
// - sm.save %w at <task 24> : i64
// + sm.save %w at <task 16> : i64
// - %w1 = sm.reload at <task 24> : i64
// + %w1 = sm.reload at <task 16> : i64

// -----
// reload_as_another_type: slot <task 20> as i32 was overwritten: %p of type f32 is saved in slot <task 20>
// - %b1 = sm.reload at <task 12> : i32
// + %b1 = sm.reload at <task 20> : i32

// -----
// reload_of_half: @f, state 1: slot <task 0> must hold bits 0 to 31 of %w for 'sm.return', but slot <task 0> as i64 was overwritten: %a of type i32 is saved in slot <task 0>
// - %w1 = sm.reload at <task 24> : i64
// + %w1 = sm.reload at <task 0> : i64

// -----
// argument_overwritten: @f, state 1: slot <task 4> must hold %x for 'sm.return', but holds %b
// - sm.save %b at <task 12> : i32
// + sm.save %b at <task 4> : i32
// - %b1 = sm.reload at <task 12> : i32
// + %b1 = sm.reload at <task 4> : i32

// -----
// argument_overwritten_in_part: slot <task 4> as i32 was overwritten: %w of type i64 is saved in slot <task 0>
// - sm.save %a at <task 0> : i32
// - sm.save %w at <task 24> : i64
// + sm.save %w at <task 0> : i64

// -----
// stale_ready_edge: @f: 'sm.return' needs %a, but is given %b
// - cf.br ^next(%v0, %a, %b, %p, %w, %x : i32, i32, i32, f32, i64, i32)
// + cf.br ^next(%v0, %b, %b, %p, %w, %x : i32, i32, i32, f32, i64, i32)

// -----
// resume_edge_swapped: @f, state 1: slot <task 0> must hold %b for 'sm.return', but holds %a
// - cf.br ^next(%v1, %a1, %b1, %p1, %w1, %x1 : i32, i32, i32, f32, i64, i32)
// + cf.br ^next(%v1, %b1, %a1, %p1, %w1, %x1 : i32, i32, i32, f32, i64, i32)

// -----
// produced_value_replaced: @f, state 1: slot <task 0> must hold %v for 'sm.return', but slot <task 0> cannot hold %v before it is computed
// - cf.br ^next(%v1, %a1, %b1, %p1, %w1, %x1 : i32, i32, i32, f32, i64, i32)
// + cf.br ^next(%a1, %a1, %b1, %p1, %w1, %x1 : i32, i32, i32, f32, i64, i32)

// -----
// produced_value_for_another: @f: 'sm.return' needs %a, but is given %v, which state 1 produced
// - cf.br ^next(%v0, %a, %b, %p, %w, %x : i32, i32, i32, f32, i64, i32)
// + cf.br ^next(%v0, %v0, %b, %p, %w, %x : i32, i32, i32, f32, i64, i32)

// -----
// outside_of_the_frame: slot <task 20> for %p of type f32 ends behind the frame, which has 20 bytes
// - scope = "lane", frame = #sm.frame<task 104 rows 0 policy "hand">,
// + scope = "lane", frame = #sm.frame<task 20 rows 0 arguments 104 rows 0 policy "hand">,

// -----
// arguments_outside_of_the_frame: slot <task 64> for %n of type memref<2xf32> ends behind the frame, which has 100 bytes
// - scope = "lane", frame = #sm.frame<task 104 rows 0 policy "hand">,
// + scope = "lane", frame = #sm.frame<task 100 rows 0 policy "hand">,

// -----
// not_aligned: slot <task 28> for %w of type i64 is not aligned to 8 bytes
// - sm.save %w at <task 24> : i64
// + sm.save %w at <task 28> : i64

// -----
// arguments_overlap: the argument in slot <task 4> overlaps that in slot <task 4>
// - arg_slots = [#sm.slot<task 0>, #sm.slot<task 4>, #sm.slot<task 24>, #sm.slot<task 64>]} {
// + arg_slots = [#sm.slot<task 4>, #sm.slot<task 4>, #sm.slot<task 24>, #sm.slot<task 64>]} {

// -----
// rows_in_lane_scope: slot <rows 0> for %a of type i32: a machine of lane scope has no rows
// - sm.save %a at <task 0> : i32
// + sm.save %a at <rows 0> : i32
// - scope = "lane", frame = #sm.frame<task 104 rows 0 policy "hand">,
// + scope = "lane", frame = #sm.frame<task 104 rows 1 policy "hand">,

// -----
// live_over_the_park: state 1: %a, which 'cf.br' uses, was defined before the park and not reloaded
// - cf.br ^next(%v1, %a1, %b1, %p1, %w1, %x1 : i32, i32, i32, f32, i64, i32)
// + cf.br ^next(%v1, %a, %b1, %p1, %w1, %x1 : i32, i32, i32, f32, i64, i32)

// -----
// constant_live_over_the_park: state 1: %c1, which 'arith.index_cast' uses, was defined before the park
// - %b1 = sm.reload at <task 12> : i32
// + %b1 = arith.index_cast %c1 : index to i32

// -----
// used_behind_the_merge: state 1: %x, which 'arith.subi' uses, was defined before the park
// - %2 = arith.subi %1, %x2 : i32
// + %2 = arith.subi %1, %x : i32

// -----
// other_state: 'sm.park' has state 2, expected 1
// - sm.park await(%h) 1 : (!async.value<i32>) -> i32 [^resume]
// + sm.park await(%h) 2 : (!async.value<i32>) -> i32 [^resume]

// -----
// ready_edge_saves_nothing: @f, state 1: slot <task 12> must hold %b for 'sm.return', but slot <task 12> is not saved behind %b
// - ^ready(%v0: i32):
// + ^ready(%v0: i32):
// + %b0 = sm.reload at <task 12> : i32
// - cf.br ^next(%v0, %a, %b, %p, %w, %x : i32, i32, i32, f32, i64, i32)
// + cf.br ^next(%v0, %a, %b0, %p, %w, %x : i32, i32, i32, f32, i64, i32)

// -----
// saved_behind_the_park: @f, state 1: slot <task 12> must hold %b for 'sm.return', but slot <task 12> is not saved behind %b
// - sm.save %b at <task 12> : i32
// - %b1 = sm.reload at <task 12> : i32
// + %b1 = sm.reload at <task 12> : i32
// + sm.save %b1 at <task 12> : i32

// -----
// no_resume_path: the park path ends in 'cf.br', expected 'sm.park'
// - sm.park await(%h) 1 : (!async.value<i32>) -> i32 [^resume]
// + cf.br ^ready(%x : i32)
// - ^resume(%v1: i32):
// + ^never(%v1: i32):

// -----
// other_scope: scope is "warp", expected "lane"
// - scope = "lane", frame = #sm.frame<task 104 rows 0 policy "hand">,
// + scope = "warp", frame = #sm.frame<task 104 rows 0 policy "hand">,
