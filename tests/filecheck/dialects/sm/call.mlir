// RUN: asyncir-opt %s | filecheck %s
// RUN: asyncir-opt %s | asyncir-opt | filecheck %s
// RUN: asyncir-opt --print-op-generic %s | filecheck %s --check-prefix=GENERIC
// RUN: asyncir-opt --print-op-generic %s | asyncir-opt | filecheck %s

// Suspension `call` and the group with members that have ended, split and laid out.

sm.machine @leaf(%x: i32) -> (i32, f64) attributes {scope = "lane", fork_join} {
  %y = arith.sitofp %x : i32 to f64
  sm.return %x, %y : i32, f64
}
// CHECK:        sm.machine @leaf(%x: i32) -> (i32, f64) attributes {scope = "lane", fork_join} {

// A token and a value for each result; a call whose child is pending is awaited.
sm.machine @split(%x: i32) -> i32 attributes {scope = "lane", fork_join} {
  sm.suspend call @leaf(%x) 1 : (i32) -> (i1, !async.token, !async.value<i32>, !async.value<f64>, i32, f64) [^called]
^called(%pending: i1, %t: !async.token, %h: !async.value<i32>, %k: !async.value<f64>, %v: i32, %w: f64):
  cf.cond_br %pending, ^slow, ^fast
^fast:
  sm.return %v : i32
^slow:
  sm.suspend await(%h) 2 : (!async.value<i32>) -> i32 [^end]
^end(%u: i32):
  sm.return %u : i32
}
// CHECK:        sm.machine @split(%x: i32) -> i32 attributes {scope = "lane", fork_join} {
// CHECK-NEXT:     sm.suspend call @leaf(%x) 1 : (i32) -> (i1, !async.token, !async.value<i32>, !async.value<f64>, i32, f64) [^called]
// CHECK-NEXT:   ^called(%pending: i1, %t: !async.token, %h: !async.value<i32>, %k: !async.value<f64>, %v: i32, %w: f64):
// CHECK-NEXT:     cf.cond_br %pending, ^slow, ^fast
// GENERIC:          "sm.suspend"(%x) [^{{.*}}] <{kind = #sm<kind call>, state = 1 : i32, callee = @leaf, handles = [!async.token, !async.value<i32>, !async.value<f64>]}> : (i32) -> ()

// Without operands and results: a token. Attributes stay.
sm.machine @nothing() attributes {scope = "lane", fork_join} {
  sm.return
}
sm.machine @group(%n: index, %count: i32) attributes {scope = "lane", fork_join} {
  sm.suspend call @nothing() 1 {tail} : () -> (i1, !async.token) [^called]
^called(%pending: i1, %t: !async.token):
  sm.suspend yield() 2 {to_heap} : () -> () [^gone]
^gone:
  %group = sm.part_group %n, %count : !async.group
  %other = sm.part_group %n, %count {note} : !async.group
  sm.suspend await_all(%group) 3 : (!async.group) -> () [^end]
^end:
  sm.return
}
// CHECK:        sm.machine @group(%n: index, %count: i32) attributes {scope = "lane", fork_join} {
// CHECK-NEXT:     sm.suspend call @nothing() 1 {tail} : () -> (i1, !async.token) [^called]
// CHECK-NEXT:   ^called(%pending: i1, %t: !async.token):
// CHECK-NEXT:     sm.suspend yield() 2 {to_heap} : () -> () [^gone]
// CHECK-NEXT:   ^gone:
// CHECK-NEXT:     %group = sm.part_group %n, %count : !async.group
// CHECK-NEXT:     %other = sm.part_group %n, %count {note} : !async.group
// GENERIC:          "sm.suspend"() [^{{.*}}] <{kind = #sm<kind call>, state = 1 : i32, callee = @nothing, handles = [!async.token]}> {tail} : () -> ()
// GENERIC:          %group = "sm.part_group"(%n, %count) : (index, i32) -> !async.group

// Laid out: `call` parks always, and the resume block is given what the call produces.
sm.machine @one(%x: i32) -> i32 attributes {scope = "lane", frame = #sm.frame<task 8 rows 0 policy "bound">, arg_slots = [#sm.slot<task 0>]} {
  sm.return %x : i32
}
sm.machine @laid_out(%x: i32) -> i32 attributes {scope = "lane", fork_join, frame = #sm.frame<task 8 rows 0 policy "bound">, arg_slots = [#sm.slot<task 0>]} {
  sm.suspend call @one(%x) 1 : (i32) -> (i1, !async.value<i32>, i32) [^ready, ^park]
^park:
  sm.save %x at <task 0> : i32
  sm.park call @one(%x) 1 {tail} : (i32) -> (i1, !async.value<i32>, i32) [^resume]
^resume(%p1: i1, %h1: !async.value<i32>, %v1: i32):
  %x1 = sm.reload at <task 0> : i32
  cf.br ^called(%p1, %h1, %v1 : i1, !async.value<i32>, i32)
^ready(%p0: i1, %h0: !async.value<i32>, %v0: i32):
  cf.br ^called(%p0, %h0, %v0 : i1, !async.value<i32>, i32)
^called(%p: i1, %h: !async.value<i32>, %v: i32):
  sm.return %v : i32
}
// CHECK:        sm.machine @laid_out
// CHECK-NEXT:     sm.suspend call @one(%x) 1 : (i32) -> (i1, !async.value<i32>, i32) [^ready, ^park]
// CHECK-NEXT:   ^park:
// CHECK-NEXT:     sm.save %x at <task 0> : i32
// CHECK-NEXT:     sm.park call @one(%x) 1 {tail} : (i32) -> (i1, !async.value<i32>, i32) [^resume]
// CHECK-NEXT:   ^resume(%p1: i1, %h1: !async.value<i32>, %v1: i32):
// GENERIC:          "sm.park"(%x) [^{{.*}}] <{kind = #sm<kind call>, state = 1 : i32, callee = @one, handles = [!async.value<i32>]}> {tail} : (i32) -> ()
