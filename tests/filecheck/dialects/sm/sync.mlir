// RUN: asyncir-opt %s | filecheck %s
// RUN: asyncir-opt %s | asyncir-opt | filecheck %s
// RUN: asyncir-opt --print-op-generic %s | asyncir-opt | filecheck %s

// Suspensions on events, locks and the first of several things, split and laid out.

sm.machine @kinds(%e: !task.event, %l: !task.lock, %t: !async.token, %ch: !task.channel<f32>, %ns: i64) -> f32 attributes {scope = "lane"} {
  sm.suspend wait(%e) 1 : (!task.event) -> () [^b1]
^b1:
  sm.suspend acquire(%l) 2 : (!task.lock) -> () [^b2]
^b2:
  sm.suspend select(%t, %ns) 3 : (!async.token, i64) -> i32 [^b3]
^b3(%c: i32):
  sm.suspend select(%t, %ch) 4 : (!async.token, !task.channel<f32>) -> (i32, f32, i1) [^b4]
^b4(%d: i32, %item: f32, %ok: i1):
  sm.return %item : f32
}
// CHECK:        sm.machine @kinds(%e: !task.event, %l: !task.lock, %t: !async.token, %ch: !task.channel<f32>, %ns: i64) -> f32 attributes {scope = "lane"} {
// CHECK-NEXT:     sm.suspend wait(%e) 1 : (!task.event) -> () [^b1]
// CHECK-NEXT:   ^b1:
// CHECK-NEXT:     sm.suspend acquire(%l) 2 : (!task.lock) -> () [^b2]
// CHECK-NEXT:   ^b2:
// CHECK-NEXT:     sm.suspend select(%t, %ns) 3 : (!async.token, i64) -> i32 [^b3]
// CHECK-NEXT:   ^b3(%c: i32):
// CHECK-NEXT:     sm.suspend select(%t, %ch) 4 : (!async.token, !task.channel<f32>) -> (i32, f32, i1) [^b4]
// CHECK-NEXT:   ^b4(%d: i32, %item: f32, %ok: i1):
// CHECK-NEXT:     sm.return %item : f32
// CHECK-NEXT:   }

sm.machine @laid_out(%e: !task.event) attributes {scope = "lane", frame = #sm.frame<task 4 rows 0 policy "bound">, arg_slots = [#sm.slot<task 0>]} {
  sm.suspend wait(%e) 1 : (!task.event) -> () [^ready, ^park]
^ready:
  cf.br ^next(%e : !task.event)
^park:
  sm.park wait(%e) 1 : (!task.event) -> () [^resume]
^resume:
  %e1 = sm.reload at <task 0> : !task.event
  cf.br ^next(%e1 : !task.event)
^next(%e2: !task.event):
  task.clear %e2
  sm.return
}
// CHECK:        sm.machine @laid_out(%e: !task.event) attributes {scope = "lane", frame = #sm.frame<task 4 rows 0 policy "bound">, arg_slots = [#sm.slot<task 0>]} {
// CHECK-NEXT:     sm.suspend wait(%e) 1 : (!task.event) -> () [^ready, ^park]
// CHECK:          sm.park wait(%e) 1 : (!task.event) -> () [^resume]
// CHECK-NEXT:   ^resume:
// CHECK-NEXT:     %e1 = sm.reload at <task 0> : !task.event

// A suspension that catches a cancellation hands on one predicate more.
sm.machine @catches(%e: !task.event, %v: !async.value<f32>) -> f32 attributes {scope = "lane"} {
  sm.suspend wait(%e) 1 {task.catches} : (!task.event) -> i1 [^b1]
^b1(%c: i1):
  sm.suspend try_await(%v) 2 {task.catches} : (!async.value<f32>) -> (f32, i32, i32, i1) [^b2]
^b2(%x: f32, %kind: i32, %code: i32, %d: i1):
  sm.return %x : f32
}
// CHECK:        sm.machine @catches(%e: !task.event, %v: !async.value<f32>) -> f32 attributes {scope = "lane"} {
// CHECK-NEXT:     sm.suspend wait(%e) 1 {task.catches} : (!task.event) -> i1 [^b1]
// CHECK-NEXT:   ^b1(%c: i1):
// CHECK-NEXT:     sm.suspend try_await(%v) 2 {task.catches} : (!async.value<f32>) -> (f32, i32, i32, i1) [^b2]
// CHECK-NEXT:   ^b2(%x: f32, %kind: i32, %code: i32, %d: i1):
// CHECK-NEXT:     sm.return %x : f32
// CHECK-NEXT:   }
