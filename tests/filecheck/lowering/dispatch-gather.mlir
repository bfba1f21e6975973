// Dispatch policy `gather`: states without a loop of unknown length, while more than an eighth of the busy lanes are in one; else all.
// RUN: asyncir-opt %s -p expand-executor{dispatch=gather} | filecheck %s

sm.machine @leaf(%x: i32) -> i32 attributes {scope = "lane", frame = #sm.frame<task 0 rows 0 arguments 4 rows 0 policy "bound">, arg_slots = [#sm.slot<task 0>], fork_join} {
  cf.br ^loop(%x : i32)
^loop(%y: i32):
  %one = arith.constant 1 : i32
  %zero = arith.constant 0 : i32
  %z = arith.shrui %y, %one : i32
  %more = arith.cmpi ne, %z, %zero : i32
  cf.cond_br %more, ^loop(%z : i32), ^end
^end:
  sm.return %y : i32
}
sm.machine @k(%x: i32) -> i32 attributes {scope = "lane", kernel, frame = #sm.frame<task 0 rows 0 arguments 4 rows 0 policy "bound">, arg_slots = [#sm.slot<task 0>], fork_join} {
  sm.suspend call @leaf(%x) 1 {tail} : (i32) -> (i1, !async.value<i32>, i32) [^ready, ^park]
^park:
  sm.park call @leaf(%x) 1 {tail} : (i32) -> (i1, !async.value<i32>, i32) [^resume]
^resume(%p1: i1, %h1: !async.value<i32>, %v1: i32):
  cf.br ^called(%p1, %h1, %v1 : i1, !async.value<i32>, i32)
^ready(%p2: i1, %h2: !async.value<i32>, %v2: i32):
  cf.br ^called(%p2, %h2, %v2 : i1, !async.value<i32>, i32)
^called(%p: i1, %h: !async.value<i32>, %v: i32):
  cf.cond_br %p, ^slow(%h : !async.value<i32>), ^fast
^fast:
  sm.return %v : i32
^slow(%g: !async.value<i32>):
  sm.suspend await(%g) 2 : (!async.value<i32>) -> i32 [^ready2, ^park2]
^park2:
  sm.park await(%g) 2 : (!async.value<i32>) -> i32 [^resume2]
^resume2(%w: i32):
  cf.br ^end(%w : i32)
^ready2(%u: i32):
  cf.br ^end(%u : i32)
^end(%r: i32):
  sm.return %r : i32
}

// CHECK:       rt.kernel @k({{.*}}rt.dispatch = "gather"}
// CHECK:       ^[[ROUND:bb[0-9]+]]([[TURN:%[0-9]+]]: i32, [[LAST:%[0-9]+]]: i32, [[PC:%[0-9]+]]: i32, [[SP:%[0-9]+]]: !rt.stack,
// CHECK:         [[BUSY_MASK:%[0-9]+]] = rt.ballot %{{[0-9]+}} : i32
// CHECK-NEXT:    [[BUSY:%[0-9]+]] = math.ctpop [[BUSY_MASK]] : i32
// Of the three states, the beginning of @leaf is long.
// CHECK-NEXT:    [[NO:%[0-9]+]] = arith.constant false
// CHECK-NEXT:    [[LEAF:%[0-9]+]] = arith.constant 8192 : i32
// CHECK-NEXT:    [[IN_LEAF:%[0-9]+]] = arith.cmpi eq, [[PC]], [[LEAF]] : i32
// CHECK-NEXT:    [[IN_LONG:%[0-9]+]] = arith.ori [[NO]], [[IN_LEAF]] : i1
// CHECK-NEXT:    [[LONG_MASK:%[0-9]+]] = rt.ballot [[IN_LONG]] : i32
// CHECK-NEXT:    [[LONG:%[0-9]+]] = math.ctpop [[LONG_MASK]] : i32
// CHECK-NEXT:    [[QUICK:%[0-9]+]] = arith.subi [[BUSY]], [[LONG]] : i32
// CHECK-NEXT:    [[THREE:%[0-9]+]] = arith.constant 3 : i32
// CHECK-NEXT:    [[FEW:%[0-9]+]] = arith.shrui [[BUSY]], [[THREE]] : i32
// CHECK-NEXT:    [[ENOUGH:%[0-9]+]] = arith.cmpi ugt, [[QUICK]], [[FEW]] : i32
// CHECK-NEXT:    [[ALL_QUICK:%[0-9]+]] = arith.constant -1 : i32
// CHECK-NEXT:    [[ALL:%[0-9]+]] = arith.constant 0 : i32
// CHECK-NEXT:    [[CHOSEN:%[0-9]+]] = arith.select [[ENOUGH]], [[ALL_QUICK]], [[ALL]] : i32
// All states run in each 64th round and in the first one behind each 16th service.
// CHECK:         [[ONLY:%[0-9]+]] = arith.select {{%[0-9]+}}, {{%[0-9]+}}, [[CHOSEN]] : i32
// The long state does not run where the quick ones were chosen.
// CHECK-NEXT:    [[LEAF2:%[0-9]+]] = arith.constant 8192 : i32
// CHECK-NEXT:    [[IS_IN:%[0-9]+]] = arith.cmpi eq, [[PC]], [[LEAF2]] : i32
// CHECK:         [[MAY:%[0-9]+]] = arith.ori {{%[0-9]+}}, {{%[0-9]+}} : i1
// CHECK-NEXT:    [[RUNS:%[0-9]+]] = arith.andi [[IS_IN]], [[MAY]] : i1
// CHECK-NEXT:    cf.cond_br [[RUNS]], ^{{bb[0-9]+}}, ^{{bb[0-9]+}}
// The others do.
// CHECK:         [[IN_K:%[0-9]+]] = arith.cmpi eq, {{%[0-9]+}}, {{%[0-9]+}} : i32
// CHECK:         [[EITHER:%[0-9]+]] = arith.ori {{%[0-9]+}}, {{%[0-9]+}} : i1
// CHECK-NEXT:    [[MINUS_ONE:%[0-9]+]] = arith.constant -1 : i32
// CHECK-NEXT:    [[IS_QUICK:%[0-9]+]] = arith.cmpi eq, [[ONLY]], [[MINUS_ONE]] : i32
// CHECK-NEXT:    [[MAY_K:%[0-9]+]] = arith.ori [[EITHER]], [[IS_QUICK]] : i1
// CHECK-NEXT:    [[RUNS_K:%[0-9]+]] = arith.andi [[IN_K]], [[MAY_K]] : i1
// CHECK-NEXT:    cf.cond_br [[RUNS_K]], ^{{bb[0-9]+}}, ^{{bb[0-9]+}}
// Behind a round of the long state comes the service, where a warp has more than one lane.
// CHECK:         rt.warp_sync
// CHECK:         [[OTHERS:%[0-9]+]] = arith.cmpi sgt, {{%[0-9]+}}, {{%[0-9]+}} : i32
// CHECK:         [[LONG_RAN:%[0-9]+]] = arith.ori {{%[0-9]+}}, {{%[0-9]+}} : i1
// CHECK-NEXT:    [[SERVES:%[0-9]+]] = arith.andi [[LONG_RAN]], [[OTHERS]] : i1
// CHECK:         [[OVER:%[0-9]+]] = arith.cmpi sge, {{%[0-9]+}}, {{%[0-9]+}} : i32
// CHECK-NEXT:    [[OUT:%[0-9]+]] = arith.ori [[OVER]], [[SERVES]] : i1
// CHECK-NEXT:    cf.cond_br [[OUT]], ^{{bb[0-9]+}}, ^{{bb[0-9]+}}
