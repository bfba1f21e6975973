// What one branch saves, the other must save, too.

sm.machine @f(%h: !async.value<i32>, %x: i32, %y: i32) -> i32 attributes {scope = "lane"} {
  %z = arith.muli %x, %y : i32
  %t = arith.constant 10 : i64
  %c = arith.cmpi slt, %x, %y : i32
  cf.cond_br %c, ^then, ^else
^then:
  sm.suspend await_raw(%h) 1 : (!async.value<i32>) -> () [^after]
^after:
  cf.br ^join(%x : i32)
^else:
  sm.suspend sleep(%t) 2 : (i64) -> () [^later]
^later:
  cf.br ^join(%y : i32)
^join(%j: i32):
  sm.suspend try_await(%h) 3 : (!async.value<i32>) -> (i32, i32, i32) [^end]
^end(%v: i32, %kind: i32, %code: i32):
  %0 = arith.subi %v, %kind : i32
  %1 = arith.muli %0, %code : i32
  %2 = arith.subi %1, %z : i32
  %3 = arith.xori %2, %j : i32
  sm.return %3 : i32
}

// -----

sm.machine @f(%h: !async.value<i32>, %x: i32, %y: i32) -> i32 attributes {
    scope = "lane", frame = #sm.frame<task 20 rows 0 policy "hand">, arg_slots = [#sm.slot<task 0>, #sm.slot<task 4>, #sm.slot<task 8>]} {
  %z = arith.muli %x, %y : i32
  %t = arith.constant 10 : i64
  %c = arith.cmpi slt, %x, %y : i32
  cf.cond_br %c, ^then, ^else
^then:
  sm.suspend await_raw(%h) 1 : (!async.value<i32>) -> () [^ready1, ^park1]
^park1:
  sm.save %z at <task 12> : i32
  sm.park await_raw(%h) 1 : (!async.value<i32>) -> () [^resume1]
^resume1:
  %h1 = sm.reload at <task 0> : !async.value<i32>
  %x1 = sm.reload at <task 4> : i32
  %z1 = sm.reload at <task 12> : i32
  cf.br ^after(%h1, %x1, %z1 : !async.value<i32>, i32, i32)
^ready1:
  cf.br ^after(%h, %x, %z : !async.value<i32>, i32, i32)
^after(%h2: !async.value<i32>, %x2: i32, %z2: i32):
  cf.br ^join(%x2, %h2, %z2 : i32, !async.value<i32>, i32)
^else:
  sm.suspend sleep(%t) 2 : (i64) -> () [^ready2, ^park2]
^park2:
  sm.save %z at <task 12> : i32
  sm.park sleep(%t) 2 : (i64) -> () [^resume2]
^resume2:
  %h3 = sm.reload at <task 0> : !async.value<i32>
  %y3 = sm.reload at <task 8> : i32
  %z3 = sm.reload at <task 12> : i32
  cf.br ^later(%h3, %y3, %z3 : !async.value<i32>, i32, i32)
^ready2:
  cf.br ^later(%h, %y, %z : !async.value<i32>, i32, i32)
^later(%h4: !async.value<i32>, %y4: i32, %z4: i32):
  cf.br ^join(%y4, %h4, %z4 : i32, !async.value<i32>, i32)
^join(%j: i32, %h5: !async.value<i32>, %z5: i32):
  sm.suspend try_await(%h5) 3 : (!async.value<i32>) -> (i32, i32, i32) [^ready3, ^park3]
^park3:
  sm.save %z5 at <task 12> : i32
  sm.save %j at <task 16> : i32
  sm.park try_await(%h5) 3 : (!async.value<i32>) -> (i32, i32, i32) [^resume3]
^resume3(%v6: i32, %kind6: i32, %code6: i32):
  %z6 = sm.reload at <task 12> : i32
  %j6 = sm.reload at <task 16> : i32
  cf.br ^end(%v6, %kind6, %code6, %z6, %j6 : i32, i32, i32, i32, i32)
^ready3(%v7: i32, %kind7: i32, %code7: i32):
  cf.br ^end(%v7, %kind7, %code7, %z5, %j : i32, i32, i32, i32, i32)
^end(%v: i32, %kind: i32, %code: i32, %z8: i32, %j8: i32):
  %0 = arith.subi %v, %kind : i32
  %1 = arith.muli %0, %code : i32
  %2 = arith.subi %1, %z8 : i32
  %3 = arith.xori %2, %j8 : i32
  sm.return %3 : i32
}

// -----
// saved_in_one_branch_only: @f, state 3: slot <task 12> must hold %z for 'sm.return', but slot <task 12> is not saved on every way there
// - sm.save %z5 at <task 12> : i32

// -----
// produced_values_swapped: @f: 'sm.return' needs %code, but is given %kind, which state 3 produced
// - cf.br ^end(%v6, %kind6, %code6, %z6, %j6 : i32, i32, i32, i32, i32)
// + cf.br ^end(%v6, %code6, %kind6, %z6, %j6 : i32, i32, i32, i32, i32)

// -----
// produced_values_swapped_when_ready: @f: 'sm.return' needs %v, but is given %kind, which state 3 produced
// - cf.br ^end(%v7, %kind7, %code7, %z5, %j : i32, i32, i32, i32, i32)
// + cf.br ^end(%kind7, %kind7, %code7, %z5, %j : i32, i32, i32, i32, i32)

// -----
// value_of_the_other_branch: @f, state 2: slot <task 4> must hold %y for 'sm.return', but slot <task 4> holds the argument %x
// - %y3 = sm.reload at <task 8> : i32
// + %y3 = sm.reload at <task 4> : i32

// -----
// merged_before_it_is_known: @f, state 3: slot <task 16> must hold %j for 'sm.return' (here %x), but slot <task 16> is not saved on every way there
// - sm.save %j at <task 16> : i32

// -----
// longer_sleep: @f: 'sm.park' needs the constant 10, but is given a constant in bits 0 to 63 of %t2
// - sm.park sleep(%t) 2 : (i64) -> () [^resume2]
// + %t2 = arith.constant 20 : i64
// + sm.park sleep(%t2) 2 : (i64) -> () [^resume2]
