// Dispatch policy `sweep`: all states in each round, in the order of the text.
// RUN: asyncir-opt %s -p expand-executor{dispatch=sweep} | filecheck %s

// The default. A round counts nothing and chooses nothing: each state's lanes run, and who got into a state that is still to come runs that too.

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

// CHECK:       rt.kernel @k({{.*}}rt.dispatch = "sweep"}
// The entry of @leaf.
// CHECK:       ^{{bb[0-9]+}}({{%[0-9]+}}: i32, {{%[0-9]+}}: i32, [[PC:%[0-9]+]]: i32, {{%[0-9]+}}: !rt.stack,
// CHECK-NEXT:    [[LEAF:%[0-9]+]] = arith.constant 8192 : i32
// CHECK-NEXT:    [[IN_LEAF:%[0-9]+]] = arith.cmpi eq, [[PC]], [[LEAF]] : i32
// CHECK-NEXT:    cf.cond_br [[IN_LEAF]], ^{{bb[0-9]+}}, ^{{bb[0-9]+}}
// The entry of @k, by the state that lanes have then.
// CHECK:       ^{{bb[0-9]+}}([[PC2:%[0-9]+]]: i32, {{%[0-9]+}}: !rt.stack,
// CHECK-NEXT:    [[K:%[0-9]+]] = arith.constant 4096 : i32
// CHECK-NEXT:    [[IN_K:%[0-9]+]] = arith.cmpi eq, [[PC2]], [[K]] : i32
// CHECK-NEXT:    cf.cond_br [[IN_K]], ^{{bb[0-9]+}}, ^{{bb[0-9]+}}
// Behind the call: a tail, of one word.
// CHECK:       ^{{bb[0-9]+}}([[PC3:%[0-9]+]]: i32, {{%[0-9]+}}: !rt.stack,
// CHECK-NEXT:    [[BEHIND:%[0-9]+]] = arith.constant -2147479551 : i32
// CHECK-NEXT:    [[IS_BEHIND:%[0-9]+]] = arith.cmpi eq, [[PC3]], [[BEHIND]] : i32
// CHECK-NEXT:    cf.cond_br [[IS_BEHIND]], ^{{bb[0-9]+}}, ^{{bb[0-9]+}}
// CHECK:         rt.warp_sync
// CHECK:       func.func private
