// The worker of a program with fork-join machines: what stands on a lane's stack, and the states that run there.
// RUN: asyncir-opt %s -p work-first,drop-handles,layout-frames,expand-executor | filecheck %s
// RUN: asyncir-opt %s -p work-first,drop-handles,layout-frames,expand-executor | filecheck %s --check-prefix=TABLES

sm.machine @leaf(%x: i32) -> i32 attributes {scope = "lane"} {
  sm.return %x : i32
}
sm.machine @two(%n: i32) -> i32 attributes {scope = "lane"} {
  %a = sm.start @leaf(%n) : (i32) -> !async.value<i32>
  %m = arith.muli %n, %n : i32
  %b = sm.start @leaf(%m) : (i32) -> !async.value<i32>
  sm.suspend await(%a) 1 : (!async.value<i32>) -> i32 [^first]
^first(%x: i32):
  sm.suspend await(%b) 2 : (!async.value<i32>) -> i32 [^second]
^second(%y: i32):
  %s = arith.addi %x, %y : i32
  sm.return %s : i32
}
sm.machine @k(%n: i32) -> i32 attributes {scope = "lane", kernel} {
  %h = sm.start @two(%n) : (i32) -> !async.value<i32>
  sm.suspend await(%h) 1 : (!async.value<i32>) -> i32 [^end]
^end(%v: i32):
  sm.return %v : i32
}

// The kernel is machine 1, @leaf 2, @two 3. The host learns how large stacks are.
// CHECK-LABEL: rt.kernel @k(
// CHECK-SAME:    executor = "dynamic"
// CHECK-SAME:    rt.stack_words = {{[0-9]+}} : i64, rt.least_stack_words = {{[0-9]+}} : i64
// CHECK:         [[OWN:%.*]] = rt.stack_base %control : !rt.ptr -> !rt.stack
// CHECK:         [[BASE:%.*]] = rt.stack_add [[OWN]], {{%.*}}

// What begins on a stack: below it stands the FINISH word, which is the machine's number; then its ENTRY, the number << 12.
// CHECK:         func.call @rt.set_status(
// CHECK-NEXT:    [[FINISH2:%.*]] = arith.constant 2 : i32
// CHECK-NEXT:    rt.stack_store [[FINISH2]], [[BASE]][0 : i64] : i32
// CHECK:         arith.constant 8192 : i32
// CHECK:         func.call @rt.set_status(
// CHECK-NEXT:    [[FINISH3:%.*]] = arith.constant 3 : i32
// CHECK-NEXT:    rt.stack_store [[FINISH3]], [[BASE]][0 : i64] : i32
// CHECK:         arith.constant 12288 : i32
// CHECK:         func.call @rt.set_status(
// CHECK-NEXT:    [[FINISH1:%.*]] = arith.constant 1 : i32
// CHECK-NEXT:    rt.stack_store [[FINISH1]], [[BASE]][0 : i64] : i32
// CHECK:         arith.constant 4096 : i32
// @leaf has no segment on the heap.
// CHECK:         func.call @k.step(
// CHECK-NOT:     @leaf.step
// CHECK:         func.call @two.step(

// The states, one after the other; all meet behind the last. @leaf's entry: it returns to the state whose word stands below.
// CHECK:         [[ENTRY2:%.*]] = arith.constant 8192 : i32
// CHECK-NEXT:    [[IN2:%.*]] = arith.cmpi eq, {{%.*}}, [[ENTRY2]] : i32
// CHECK-NEXT:    cf.cond_br [[IN2]], ^
// CHECK:         [[BACK:%.*]] = rt.stack_load {{%.*}}[-1 : i64] : i32
// CHECK-NEXT:    cf.br ^{{.*}}([[BACK]], {{.*}} : i32, !rt.stack, i32,
// @two's entry saves %n and its state word (number 1, 2 words), and gives @leaf its argument; a full stack stalls (low bits all ones).
// The states' tests stand before their bodies.
// CHECK:         [[STATE1:%.*]] = arith.constant 8193 : i32
// CHECK-NEXT:    arith.cmpi eq, {{%.*}}, [[STATE1]] : i32
// CHECK:         rt.stack_store [[N:%.*]], [[FLOOR:%.*]][0 : i64] : i32
// CHECK-NEXT:    [[WORD:%.*]] = arith.constant 8193 : i32
// CHECK-NEXT:    rt.stack_store [[WORD]], [[FLOOR]][1 : i64] : i32
// CHECK:         [[ABOVE:%.*]] = rt.stack_add [[FLOOR]], {{%.*}}
// CHECK-NEXT:    [[FULL:%.*]] = rt.stack_above [[ABOVE]], {{%.*}}
// CHECK-NEXT:    [[STALLED:%.*]] = arith.constant 12287 : i32
// CHECK-NEXT:    [[ENTER:%.*]] = arith.constant 8192 : i32
// CHECK-NEXT:    [[PC:%.*]] = arith.select [[FULL]], [[STALLED]], [[ENTER]] : i32
// CHECK-NEXT:    cf.br ^{{.*}}([[PC]], [[ABOVE]], [[N]], {{.*}} : i32, !rt.stack, i32,
// Behind the first call: %n comes from the stack, the child's result from a register. The second call is tail (bit 31).
// CHECK:         [[TAIL:%.*]] = arith.constant -2147475454 : i32
// CHECK-NEXT:    arith.cmpi eq, {{%.*}}, [[TAIL]] : i32
// CHECK:         [[MINUS:%.*]] = arith.constant -2 : i32
// CHECK-NEXT:    [[FLOOR2:%.*]] = rt.stack_add {{%.*}}, [[MINUS]]
// CHECK:         [[N2:%.*]] = rt.stack_load [[FLOOR2]][0 : i64] : i32
// CHECK:         rt.stack_store {{%.*}}, [[FLOOR2]][0 : i64] : i32
// CHECK-NEXT:    [[WORD2:%.*]] = arith.constant -2147475454 : i32
// CHECK-NEXT:    rt.stack_store [[WORD2]], [[FLOOR2]][1 : i64] : i32
// Behind the second: the sum goes up in a register.
// CHECK:         %s = arith.addi {{%.*}}, {{%.*}} : i32
// CHECK-NEXT:    [[BACK2:%.*]] = rt.stack_load {{%.*}}[-1 : i64] : i32
// CHECK-NEXT:    cf.br ^{{.*}}([[BACK2]], {{%.*}}, %s, {{.*}} : i32, !rt.stack, i32,
// @k's: a frame of the state word alone.
// CHECK:         [[STATE3:%.*]] = arith.constant -2147479549 : i32
// CHECK-NEXT:    arith.cmpi eq, {{%.*}}, [[STATE3]] : i32
// CHECK:         [[WORD3:%.*]] = arith.constant -2147479549 : i32
// CHECK-NEXT:    rt.stack_store [[WORD3]], {{%.*}}[0 : i64] : i32
// CHECK:         rt.warp_sync

// On the heap there are the second halves.
// CHECK-LABEL: func.func private @two.step(
// CHECK-LABEL: func.func private @k.step(
// CHECK-NOT:   @leaf.step

// What export knows of a state: the machine and its heap frame's bytes, the same of the child, the number in the machine, the site.
// TABLES:      func.func private @stack.describe([[STATE:%.*]]: i32) -> (i32, i64, i32, i64, i32, i32) {
// TABLES-NEXT:   cf.switch [[STATE]] : i32, [
// TABLES-NEXT:     default: ^[[OTHER:.*]],
// TABLES-NEXT:     8193: ^[[FIRST:.*]],
// TABLES-NEXT:     -2147475454: ^{{.*}},
// TABLES-NEXT:     -2147479549: ^{{.*}}
// TABLES-NEXT:   ]
// TABLES-NEXT: ^[[FIRST]]:
// TABLES-NEXT:   [[BYTES:%.*]] = arith.constant 80 : i64
// TABLES-NEXT:   [[CHILD_BYTES:%.*]] = arith.constant 80 : i64
// TABLES-NEXT:   [[MACHINE:%.*]] = arith.constant 3 : i32
// TABLES-NEXT:   [[CHILD:%.*]] = arith.constant 2 : i32
// TABLES-NEXT:   [[NUMBER:%.*]] = arith.constant 3 : i32
// TABLES-NEXT:   [[SITE:%.*]] = arith.constant {{[0-9]+}} : i32
// TABLES-NEXT:   cf.br ^[[END:.*]]([[MACHINE]], [[BYTES]], [[CHILD]], [[CHILD_BYTES]], [[NUMBER]], [[SITE]] : i32, i64, i32, i64, i32, i32)
// TABLES:      ^[[OTHER]]:
// TABLES-COUNT-6: = arith.constant 0 : i
// TABLES:        cf.br ^[[END]](
// All heap frames are of one size: 80 bytes, in units of 16.
// TABLES:      func.func private @stack.units() -> i64 {
// TABLES-NEXT:   [[UNITS:%.*]] = arith.constant 5 : i64
// TABLES-NEXT:   func.return [[UNITS]] : i64
