// RUN: asyncir-opt %s | filecheck %s
// RUN: asyncir-opt %s | asyncir-opt | filecheck %s
// RUN: asyncir-opt --print-op-generic %s | filecheck %s --check-prefix=GENERIC
// RUN: asyncir-opt --print-op-generic %s | asyncir-opt | filecheck %s

// Every op of `task` in both forms.

// A kernel, and who its roots are.
func.func @kernel(%a: memref<?xi32> {task.host_visible}) attributes {task.kernel, task.scope = "warp", task.executor = "dynamic"} {
  %0 = task.instance : index
  %1 = task.num_instances : index
  func.return
}
// CHECK:        func.func @kernel(%a: memref<?xi32> {task.host_visible}) attributes {task.kernel, task.scope = "warp", task.executor = "dynamic"} {
// CHECK-NEXT:     %0 = task.instance : index
// CHECK-NEXT:     %1 = task.num_instances : index
// CHECK-NEXT:     func.return
// CHECK-NEXT:   }

// Suspensions that wait for nothing but time.
func.func @pause(%ns: i64) {
  task.yield_now
  task.yield_now {note}
  task.sleep %ns : i64
  func.return
}
// CHECK:        func.func @pause(%ns: i64) {
// CHECK-NEXT:     task.yield_now
// CHECK-NEXT:     task.yield_now {note}
// CHECK-NEXT:     task.sleep %ns : i64
// CHECK-NEXT:     func.return
// CHECK-NEXT:   }

// Awaiting without failing.
func.func @try_await(%t: !async.token, %v: !async.value<f32>) {
  %kind, %code = task.try_await %t : !async.token
  %value, %kind_1, %code_1 = task.try_await %v : !async.value<f32>
  %value_1, %kind_2, %code_2 = task.try_await %v {note} : !async.value<f32>
  func.return
}
// CHECK:        func.func @try_await(%t: !async.token, %v: !async.value<f32>) {
// CHECK-NEXT:     %kind, %code = task.try_await %t : !async.token
// CHECK-NEXT:     %value, %kind_1, %code_1 = task.try_await %v : !async.value<f32>
// CHECK-NEXT:     %value_1, %kind_2, %code_2 = task.try_await %v {note} : !async.value<f32>
// CHECK-NEXT:     func.return
// CHECK-NEXT:   }

// Failing, with and without a message.
func.func @fail(%code: i32) {
  task.fail %code : i32
  task.fail %code, "out of \22range\22" : i32
  func.return
}
// CHECK:        func.func @fail(%code: i32) {
// CHECK-NEXT:     task.fail %code : i32
// CHECK-NEXT:     task.fail %code, "out of \22range\22" : i32
// CHECK-NEXT:     func.return
// CHECK-NEXT:   }

// Handles that are available already.
func.func @ready(%v: i32) {
  %0 = task.ready %v : !async.value<i32>
  %1 = task.ready : !async.token
  %2 = task.ready %v {note} : !async.value<i32>
  func.return
}
// CHECK:        func.func @ready(%v: i32) {
// CHECK-NEXT:     %0 = task.ready %v : !async.value<i32>
// CHECK-NEXT:     %1 = task.ready : !async.token
// CHECK-NEXT:     %2 = task.ready %v {note} : !async.value<i32>
// CHECK-NEXT:     func.return
// CHECK-NEXT:   }

// One bit for each lane.
func.func @ballot(%p: i1) {
  %0 = task.ballot %p : i32
  %1 = task.ballot %p : i64
  func.return
}
// CHECK:        func.func @ballot(%p: i1) {
// CHECK-NEXT:     %0 = task.ballot %p : i32
// CHECK-NEXT:     %1 = task.ballot %p : i64
// CHECK-NEXT:     func.return
// CHECK-NEXT:   }

// Channels.
func.func @channels(%capacity: index, %v: f64) {
  %ch = task.channel %capacity : !task.channel<f64>
  task.send %v, %ch : !task.channel<f64>
  %item, %ok = task.recv %ch : !task.channel<f64>
  task.close %ch : !task.channel<f64>
  task.send %v, %ch {note} : !task.channel<f64>
  func.return
}
// CHECK:        func.func @channels(%capacity: index, %v: f64) {
// CHECK-NEXT:     %ch = task.channel %capacity : !task.channel<f64>
// CHECK-NEXT:     task.send %v, %ch : !task.channel<f64>
// CHECK-NEXT:     %item, %ok = task.recv %ch : !task.channel<f64>
// CHECK-NEXT:     task.close %ch : !task.channel<f64>
// CHECK-NEXT:     task.send %v, %ch {note} : !task.channel<f64>
// CHECK-NEXT:     func.return
// CHECK-NEXT:   }

// Stores that the host sees.
func.func @publish(%a: memref<?xi32>, %b: memref<2x3xf32>, %s: memref<i64>, %i: index, %x: i32, %y: f32, %z: i64) {
  task.publish %x, %a[%i] : memref<?xi32>
  task.publish %y, %b[%i, %i] : memref<2x3xf32>
  task.publish %z, %s[] {note} : memref<i64>
  func.return
}
// CHECK:        func.func @publish(%a: memref<?xi32>, %b: memref<2x3xf32>, %s: memref<i64>, %i: index, %x: i32, %y: f32, %z: i64) {
// CHECK-NEXT:     task.publish %x, %a[%i] : memref<?xi32>
// CHECK-NEXT:     task.publish %y, %b[%i, %i] : memref<2x3xf32>
// CHECK-NEXT:     task.publish %z, %s[] {note} : memref<i64>
// CHECK-NEXT:     func.return
// CHECK-NEXT:   }

// GENERIC:        "func.func"() <{sym_name = "kernel", function_type = (memref<?xi32>) -> (), arg_attrs = [{task.host_visible}]}> ({
// GENERIC-NEXT:   ^bb0(%a: memref<?xi32>):
// GENERIC-NEXT:     %0 = "task.instance"() : () -> index
// GENERIC-NEXT:     %1 = "task.num_instances"() : () -> index
// GENERIC-NEXT:     "func.return"() : () -> ()
// GENERIC-NEXT:   }) {task.kernel, task.scope = "warp", task.executor = "dynamic"} : () -> ()
// GENERIC-NEXT:   "func.func"() <{sym_name = "pause", function_type = (i64) -> ()}> ({
// GENERIC-NEXT:   ^bb0(%ns: i64):
// GENERIC-NEXT:     "task.yield_now"() : () -> ()
// GENERIC-NEXT:     "task.yield_now"() {note} : () -> ()
// GENERIC-NEXT:     "task.sleep"(%ns) : (i64) -> ()
// GENERIC-NEXT:     "func.return"() : () -> ()
// GENERIC-NEXT:   }) : () -> ()
// GENERIC-NEXT:   "func.func"() <{sym_name = "try_await", function_type = (!async.token, !async.value<f32>) -> ()}> ({
// GENERIC-NEXT:   ^bb0(%t: !async.token, %v: !async.value<f32>):
// GENERIC-NEXT:     %kind, %code = "task.try_await"(%t) : (!async.token) -> (i32, i32)
// GENERIC-NEXT:     %value, %kind_1, %code_1 = "task.try_await"(%v) : (!async.value<f32>) -> (f32, i32, i32)
// GENERIC-NEXT:     %value_1, %kind_2, %code_2 = "task.try_await"(%v) {note} : (!async.value<f32>) -> (f32, i32, i32)
// GENERIC-NEXT:     "func.return"() : () -> ()
// GENERIC-NEXT:   }) : () -> ()
// GENERIC-NEXT:   "func.func"() <{sym_name = "fail", function_type = (i32) -> ()}> ({
// GENERIC-NEXT:   ^bb0(%code: i32):
// GENERIC-NEXT:     "task.fail"(%code) : (i32) -> ()
// GENERIC-NEXT:     "task.fail"(%code) <{message = "out of \22range\22"}> : (i32) -> ()
// GENERIC-NEXT:     "func.return"() : () -> ()
// GENERIC-NEXT:   }) : () -> ()
// GENERIC-NEXT:   "func.func"() <{sym_name = "ready", function_type = (i32) -> ()}> ({
// GENERIC-NEXT:   ^bb0(%v: i32):
// GENERIC-NEXT:     %0 = "task.ready"(%v) : (i32) -> !async.value<i32>
// GENERIC-NEXT:     %1 = "task.ready"() : () -> !async.token
// GENERIC-NEXT:     %2 = "task.ready"(%v) {note} : (i32) -> !async.value<i32>
// GENERIC-NEXT:     "func.return"() : () -> ()
// GENERIC-NEXT:   }) : () -> ()
// GENERIC-NEXT:   "func.func"() <{sym_name = "ballot", function_type = (i1) -> ()}> ({
// GENERIC-NEXT:   ^bb0(%p: i1):
// GENERIC-NEXT:     %0 = "task.ballot"(%p) : (i1) -> i32
// GENERIC-NEXT:     %1 = "task.ballot"(%p) : (i1) -> i64
// GENERIC-NEXT:     "func.return"() : () -> ()
// GENERIC-NEXT:   }) : () -> ()
// GENERIC-NEXT:   "func.func"() <{sym_name = "channels", function_type = (index, f64) -> ()}> ({
// GENERIC-NEXT:   ^bb0(%capacity: index, %v: f64):
// GENERIC-NEXT:     %ch = "task.channel"(%capacity) : (index) -> !task.channel<f64>
// GENERIC-NEXT:     "task.send"(%v, %ch) : (f64, !task.channel<f64>) -> ()
// GENERIC-NEXT:     %item, %ok = "task.recv"(%ch) : (!task.channel<f64>) -> (f64, i1)
// GENERIC-NEXT:     "task.close"(%ch) : (!task.channel<f64>) -> ()
// GENERIC-NEXT:     "task.send"(%v, %ch) {note} : (f64, !task.channel<f64>) -> ()
// GENERIC-NEXT:     "func.return"() : () -> ()
// GENERIC-NEXT:   }) : () -> ()
// GENERIC-NEXT:   "func.func"() <{sym_name = "publish", function_type = (memref<?xi32>, memref<2x3xf32>, memref<i64>, index, i32, f32, i64) -> ()}> ({
// GENERIC-NEXT:   ^bb0(%a: memref<?xi32>, %b: memref<2x3xf32>, %s: memref<i64>, %i: index, %x: i32, %y: f32, %z: i64):
// GENERIC-NEXT:     "task.publish"(%x, %a, %i) : (i32, memref<?xi32>, index) -> ()
// GENERIC-NEXT:     "task.publish"(%y, %b, %i, %i) : (f32, memref<2x3xf32>, index, index) -> ()
// GENERIC-NEXT:     "task.publish"(%z, %s) {note} : (i64, memref<i64>) -> ()
// GENERIC-NEXT:     "func.return"() : () -> ()
// GENERIC-NEXT:   }) : () -> ()
