// Around a loop a name means a new value in each round.

sm.machine @f(%n: i32, %h: !async.value<i32>, %m: memref<4xi32>) -> i32 attributes {scope = "lane"} {
  %c0 = arith.constant 0 : index
  %zero = arith.constant 0 : i32
  %one = arith.constant 1 : i32
  cf.br ^header(%zero, %n, %one : i32, i32, i32)
^header(%i: i32, %a: i32, %b: i32):
  %go = arith.cmpi slt, %i, %n : i32
  cf.cond_br %go, ^body, ^exit
^body:
  %l = memref.load %m[%c0] : memref<4xi32>
  sm.suspend await(%h) 1 : (!async.value<i32>) -> i32 [^next]
^next(%v: i32):
  memref.store %l, %m[%c0] : memref<4xi32>
  sm.suspend yield() 2 : () -> () [^last]
^last:
  memref.store %v, %m[%c0] : memref<4xi32>
  %j = arith.addi %i, %one : i32
  %sum = arith.addi %a, %l : i32
  cf.br ^header(%j, %b, %sum : i32, i32, i32)
^exit:
  %r = arith.subi %a, %b : i32
  sm.return %r : i32
}

// -----

sm.machine @f(%n: i32, %h: !async.value<i32>, %m: memref<4xi32>) -> i32 attributes {
    scope = "lane", frame = #sm.frame<task 72 rows 0 policy "hand">, arg_slots = [#sm.slot<task 0>, #sm.slot<task 4>, #sm.slot<task 8>]} {
  %c0 = arith.constant 0 : index
  %zero = arith.constant 0 : i32
  %one = arith.constant 1 : i32
  cf.br ^header(%zero, %n, %one, %n, %h, %m : i32, i32, i32, i32, !async.value<i32>, memref<4xi32>)
^header(%i: i32, %a: i32, %b: i32, %n1: i32, %h1: !async.value<i32>, %m1: memref<4xi32>):
  %go = arith.cmpi slt, %i, %n1 : i32
  cf.cond_br %go, ^body, ^exit
^body:
  %k0 = arith.constant 0 : index
  %l = memref.load %m1[%k0] : memref<4xi32>
  sm.suspend await(%h1) 1 : (!async.value<i32>) -> i32 [^ready, ^park]
^park:
  sm.save %i at <task 48> : i32
  sm.save %a at <task 52> : i32
  sm.save %b at <task 56> : i32
  sm.save %l at <task 60> : i32
  sm.park await(%h1) 1 : (!async.value<i32>) -> i32 [^resume]
^resume(%v1: i32):
  %i1 = sm.reload at <task 48> : i32
  %a1 = sm.reload at <task 52> : i32
  %b1 = sm.reload at <task 56> : i32
  %l1 = sm.reload at <task 60> : i32
  %n2 = sm.reload at <task 0> : i32
  %h2 = sm.reload at <task 4> : !async.value<i32>
  %m2 = sm.reload at <task 8> : memref<4xi32>
  cf.br ^next(%v1, %i1, %a1, %b1, %l1, %n2, %h2, %m2 : i32, i32, i32, i32, i32, i32, !async.value<i32>, memref<4xi32>)
^ready(%v0: i32):
  cf.br ^next(%v0, %i, %a, %b, %l, %n1, %h1, %m1 : i32, i32, i32, i32, i32, i32, !async.value<i32>, memref<4xi32>)
^next(%v: i32, %i2: i32, %a2: i32, %b2: i32, %l2: i32, %n3: i32, %h3: !async.value<i32>, %m3: memref<4xi32>):
  %q0 = arith.constant 0 : index
  memref.store %l2, %m3[%q0] : memref<4xi32>
  sm.suspend yield() 2 : () -> () [^ready2, ^park2]
^park2:
  sm.save %i2 at <task 48> : i32
  sm.save %a2 at <task 52> : i32
  sm.save %b2 at <task 56> : i32
  sm.save %l2 at <task 60> : i32
  sm.save %v at <task 64> : i32
  sm.park yield() 2 : () -> () [^resume2]
^resume2:
  %i3 = sm.reload at <task 48> : i32
  %a3 = sm.reload at <task 52> : i32
  %b3 = sm.reload at <task 56> : i32
  %l3 = sm.reload at <task 60> : i32
  %v3 = sm.reload at <task 64> : i32
  %n4 = sm.reload at <task 0> : i32
  %h4 = sm.reload at <task 4> : !async.value<i32>
  %m4 = sm.reload at <task 8> : memref<4xi32>
  cf.br ^last(%v3, %i3, %a3, %b3, %l3, %n4, %h4, %m4 : i32, i32, i32, i32, i32, i32, !async.value<i32>, memref<4xi32>)
^ready2:
  cf.br ^last(%v, %i2, %a2, %b2, %l2, %n3, %h3, %m3 : i32, i32, i32, i32, i32, i32, !async.value<i32>, memref<4xi32>)
^last(%v4: i32, %i4: i32, %a4: i32, %b4: i32, %l4: i32, %n5: i32, %h5: !async.value<i32>, %m5: memref<4xi32>):
  %p0 = arith.constant 0 : index
  %p1 = arith.constant 1 : i32
  memref.store %v4, %m5[%p0] : memref<4xi32>
  %j = arith.addi %i4, %p1 : i32
  %sum = arith.addi %a4, %l4 : i32
  cf.br ^header(%j, %b4, %sum, %n5, %h5, %m5 : i32, i32, i32, i32, !async.value<i32>, memref<4xi32>)
^exit:
  %r = arith.subi %a, %b : i32
  sm.return %r : i32
}

// -----
// not_saved_again: @f, state 1: slot <task 60> must hold %l for 'memref.store', but slot <task 60> is not saved behind %l
// - sm.save %l at <task 60> : i32

// -----
// kept_only_if_parked_before: @f, state 2: slot <task 60> must hold %l for 'sm.return', but slot <task 60> is not saved behind %l
// - sm.save %l2 at <task 60> : i32

// -----
// kept_where_the_ready_edge_saves_nothing: @f, state 2: slot <task 52> must hold %a for 'sm.return' (here %n), but slot <task 52> is not saved on every way there
// - sm.save %a2 at <task 52> : i32

// -----
// round_counter_stands_still: @f, state 2: slot <task 48> must hold %j for 'cf.cond_br', but holds a constant in bits 0 to 31 of %zero
// - cf.br ^header(%j, %b4, %sum, %n5, %h5, %m5 : i32, i32, i32, i32, !async.value<i32>, memref<4xi32>)
// + cf.br ^header(%i4, %b4, %sum, %n5, %h5, %m5 : i32, i32, i32, i32, !async.value<i32>, memref<4xi32>)

// -----
// carried_values_not_swapped: @f: 'sm.return' needs %b, but is given %sum
// - cf.br ^header(%j, %b4, %sum, %n5, %h5, %m5 : i32, i32, i32, i32, !async.value<i32>, memref<4xi32>)
// + cf.br ^header(%j, %sum, %b4, %n5, %h5, %m5 : i32, i32, i32, i32, !async.value<i32>, memref<4xi32>)

// -----
// value_of_the_last_round: @f, state 1: slot <task 52> must hold %b for 'sm.return' (here the constant 1), but holds %n
// - cf.br ^next(%v1, %i1, %a1, %b1, %l1, %n2, %h2, %m2 : i32, i32, i32, i32, i32, i32, !async.value<i32>, memref<4xi32>)
// + cf.br ^next(%v1, %i1, %b1, %a1, %l1, %n2, %h2, %m2 : i32, i32, i32, i32, i32, i32, !async.value<i32>, memref<4xi32>)

// -----
// wrong_start: @f: 'cf.cond_br' needs zero, but is given a constant in bits 0 to 31 of %one
// - cf.br ^header(%zero, %n, %one, %n, %h, %m : i32, i32, i32, i32, !async.value<i32>, memref<4xi32>)
// + cf.br ^header(%one, %n, %one, %n, %h, %m : i32, i32, i32, i32, !async.value<i32>, memref<4xi32>)

// -----
// invariant_replaced: @f: 'cf.cond_br' needs %n, but is given %sum
// - cf.br ^header(%j, %b4, %sum, %n5, %h5, %m5 : i32, i32, i32, i32, !async.value<i32>, memref<4xi32>)
// + cf.br ^header(%j, %b4, %sum, %sum, %h5, %m5 : i32, i32, i32, i32, !async.value<i32>, memref<4xi32>)

// -----
// argument_slot_used_up: @f, state 2: slot <task 0> must hold %n for 'cf.cond_br', but holds %v, which state 1 produced
// - sm.save %v at <task 64> : i32
// + sm.save %v at <task 0> : i32
// - %v3 = sm.reload at <task 64> : i32
// + %v3 = sm.reload at <task 0> : i32

// -----
// argument_slot_used_up_in_another_round: @f, state 1: slot <task 0> must hold %n for 'cf.cond_br', but holds %v, which state 1 produced
// - %n4 = sm.reload at <task 0> : i32
// + %n4 = sm.reload at <task 68> : i32
// - sm.save %v at <task 64> : i32
// + sm.save %n3 at <task 68> : i32
// + sm.save %v at <task 0> : i32
// - %v3 = sm.reload at <task 64> : i32
// + %v3 = sm.reload at <task 0> : i32
