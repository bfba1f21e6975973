// Dispatch policy `fullest-first`: the state that most lanes are in runs alone.
// RUN: asyncir-opt %s -p expand-executor{dispatch=fullest-first} | filecheck %s

sm.machine @leaf(%x: i32) -> i32 attributes {scope = "lane", frame = #sm.frame<task 0 rows 0 arguments 4 rows 0 policy "bound">, arg_slots = [#sm.slot<task 0>], fork_join} {
  sm.return %x : i32
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

// CHECK:       rt.kernel @k({{.*}}rt.dispatch = "fullest-first"}
// The lane's state, when the service is through: the inner loop begins.
// CHECK:       ^[[ROUND:bb[0-9]+]]([[TURN:%[0-9]+]]: i32, [[LAST:%[0-9]+]]: i32, [[PC:%[0-9]+]]: i32, [[SP:%[0-9]+]]: !rt.stack,
// The lanes in each state are counted; of equals the first one stays.
// CHECK-NEXT:    [[LEAF:%[0-9]+]] = arith.constant 8192 : i32
// CHECK-NEXT:    [[IN_LEAF:%[0-9]+]] = arith.cmpi eq, [[PC]], [[LEAF]] : i32
// CHECK-NEXT:    [[LEAF_MASK:%[0-9]+]] = rt.ballot [[IN_LEAF]] : i32
// CHECK-NEXT:    [[LEAF_LANES:%[0-9]+]] = math.ctpop [[LEAF_MASK]] : i32
// CHECK-NEXT:    [[K:%[0-9]+]] = arith.constant 4096 : i32
// CHECK-NEXT:    [[IN_K:%[0-9]+]] = arith.cmpi eq, [[PC]], [[K]] : i32
// CHECK-NEXT:    [[K_MASK:%[0-9]+]] = rt.ballot [[IN_K]] : i32
// CHECK-NEXT:    [[K_LANES:%[0-9]+]] = math.ctpop [[K_MASK]] : i32
// CHECK-NEXT:    [[MORE:%[0-9]+]] = arith.cmpi ugt, [[K_LANES]], [[LEAF_LANES]] : i32
// CHECK-NEXT:    [[BEST:%[0-9]+]] = arith.select [[MORE]], [[K]], [[LEAF]] : i32
// CHECK-NEXT:    [[MOST:%[0-9]+]] = arith.select [[MORE]], [[K_LANES]], [[LEAF_LANES]] : i32
// CHECK-NEXT:    [[BEHIND:%[0-9]+]] = arith.constant -2147479551 : i32
// CHECK:         [[CHOSEN:%[0-9]+]] = arith.select {{%[0-9]+}}, [[BEHIND]], [[BEST]] : i32
// Fairness, which is not the policy's: in the first round after a service and each 64th all states run.
// CHECK:         [[SINCE:%[0-9]+]] = arith.subi [[TURN]], {{%[0-9]+}} : i32
// CHECK-NEXT:    [[EVERY:%[0-9]+]] = arith.constant 63 : i32
// CHECK-NEXT:    [[LOW:%[0-9]+]] = arith.andi [[SINCE]], [[EVERY]] : i32
// CHECK-NEXT:    [[ZERO:%[0-9]+]] = arith.constant 0 : i32
// CHECK-NEXT:    [[FAIR:%[0-9]+]] = arith.cmpi eq, [[LOW]], [[ZERO]] : i32
// CHECK-NEXT:    [[ALL:%[0-9]+]] = arith.constant 0 : i32
// CHECK-NEXT:    [[ONLY:%[0-9]+]] = arith.select [[FAIR]], [[ALL]], [[CHOSEN]] : i32
// A state runs in the lanes that are in it, if it is the one or all may.
// CHECK-NEXT:    [[LEAF2:%[0-9]+]] = arith.constant 8192 : i32
// CHECK-NEXT:    [[IS_IN:%[0-9]+]] = arith.cmpi eq, [[PC]], [[LEAF2]] : i32
// CHECK-NEXT:    [[ALL2:%[0-9]+]] = arith.constant 0 : i32
// CHECK-NEXT:    [[IS_ALL:%[0-9]+]] = arith.cmpi eq, [[ONLY]], [[ALL2]] : i32
// CHECK-NEXT:    [[LEAF3:%[0-9]+]] = arith.constant 8192 : i32
// CHECK-NEXT:    [[IS_CHOSEN:%[0-9]+]] = arith.cmpi eq, [[ONLY]], [[LEAF3]] : i32
// CHECK-NEXT:    [[MAY:%[0-9]+]] = arith.ori [[IS_ALL]], [[IS_CHOSEN]] : i1
// CHECK-NEXT:    [[RUNS:%[0-9]+]] = arith.andi [[IS_IN]], [[MAY]] : i1
// CHECK-NEXT:    cf.cond_br [[RUNS]], ^{{bb[0-9]+}}, ^{{bb[0-9]+}}
// The next round is told what this one chose.
// CHECK:         cf.br ^[[ROUND]]({{%[0-9]+}}, [[CHOSEN]], {{.*}} : i32, i32, i32, !rt.stack,
