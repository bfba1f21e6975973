// RUN: asyncir-opt %s | filecheck %s
// RUN: asyncir-opt %s | asyncir-opt | filecheck %s
// RUN: asyncir-opt --print-op-generic %s | filecheck %s --check-prefix=GENERIC
// RUN: asyncir-opt --print-op-generic %s | asyncir-opt | filecheck %s

// Events, locks, cancellation and select, in both forms.

func.func @events() -> i1 {
  %e = task.event : !task.event
  task.set %e
  task.clear %e {note}
  %b = task.is_set %e
  task.wait %e
  func.return %b : i1
}
// CHECK:        func.func @events() -> i1 {
// CHECK-NEXT:     %e = task.event : !task.event
// CHECK-NEXT:     task.set %e
// CHECK-NEXT:     task.clear %e {note}
// CHECK-NEXT:     %b = task.is_set %e
// CHECK-NEXT:     task.wait %e
// CHECK-NEXT:     func.return %b : i1
// CHECK-NEXT:   }

func.func @locks() {
  %l = task.lock : !task.lock
  task.acquire %l
  task.release %l {note}
  func.return
}
// CHECK:        func.func @locks() {
// CHECK-NEXT:     %l = task.lock : !task.lock
// CHECK-NEXT:     task.acquire %l
// CHECK-NEXT:     task.release %l {note}
// CHECK-NEXT:     func.return
// CHECK-NEXT:   }

func.func @cancel(%t: !async.token, %v: !async.value<f32>) {
  task.cancel %t : !async.token
  task.cancel %v {note} : !async.value<f32>
  func.return
}
// CHECK:        func.func @cancel(%t: !async.token, %v: !async.value<f32>) {
// CHECK-NEXT:     task.cancel %t : !async.token
// CHECK-NEXT:     task.cancel %v {note} : !async.value<f32>
// CHECK-NEXT:     func.return
// CHECK-NEXT:   }

// Without a channel a select yields the case alone.
func.func @select(%t: !async.token, %v: !async.value<f32>, %c: !task.channel<i8>, %d: !task.channel<i8>, %n: i64) {
  %case = task.select(%t) : !async.token
  %case_1 = task.select(%t, %v) after %n : !async.token, !async.value<f32>
  %case_2, %item, %ok = task.select(%c) : !task.channel<i8>
  %case_3, %item_1, %ok_1 = task.select(%c, %t, %d) after %n {note} : !task.channel<i8>, !async.token, !task.channel<i8>
  func.return
}
// CHECK:        func.func @select(%t: !async.token, %v: !async.value<f32>, %c: !task.channel<i8>, %d: !task.channel<i8>, %n: i64) {
// CHECK-NEXT:     %case = task.select(%t) : !async.token
// CHECK-NEXT:     %case_1 = task.select(%t, %v) after %n : !async.token, !async.value<f32>
// CHECK-NEXT:     %case_2, %item, %ok = task.select(%c) : !task.channel<i8>
// CHECK-NEXT:     %case_3, %item_1, %ok_1 = task.select(%c, %t, %d) after %n {note} : !task.channel<i8>, !async.token, !task.channel<i8>
// CHECK-NEXT:     func.return
// CHECK-NEXT:   }

// Suspensions that catch a cancellation, and what is said of it behind them.
func.func @catches(%t: !async.token, %g: !async.group, %e: !task.event, %l: !task.lock, %c: !task.channel<i8>, %n: i64) -> i1 {
  async.await %t : !async.token {task.catches}
  async.await_all %g {task.catches}
  async.runtime.await %g {task.catches} : !async.group
  %kind, %code = task.try_await %t {task.catches} : !async.token
  task.wait %e {task.catches}
  task.acquire %l {task.catches}
  task.sleep %n {task.catches} : i64
  task.yield_now {task.catches}
  %case = task.select(%t) {task.catches} : !async.token
  %item, %ok = task.recv %c {task.catches} : !task.channel<i8>
  task.send %item, %c {task.catches} : !task.channel<i8>
  %cancelled = task.cancelled : i1
  task.rethrow %kind, %code : i32
  task.rethrow %kind, %code, "again" {note} : i32
  func.return %cancelled : i1
}
// CHECK:        func.func @catches(
// CHECK-NEXT:     async.await %t : !async.token {task.catches}
// CHECK-NEXT:     async.await_all %g {task.catches}
// CHECK-NEXT:     async.runtime.await %g {task.catches} : !async.group
// CHECK-NEXT:     %kind, %code = task.try_await %t {task.catches} : !async.token
// CHECK-NEXT:     task.wait %e {task.catches}
// CHECK-NEXT:     task.acquire %l {task.catches}
// CHECK-NEXT:     task.sleep %n {task.catches} : i64
// CHECK-NEXT:     task.yield_now {task.catches}
// CHECK-NEXT:     %case = task.select(%t) {task.catches} : !async.token
// CHECK-NEXT:     %item, %ok = task.recv %c {task.catches} : !task.channel<i8>
// CHECK-NEXT:     task.send %item, %c {task.catches} : !task.channel<i8>
// CHECK-NEXT:     %cancelled = task.cancelled : i1
// CHECK-NEXT:     task.rethrow %kind, %code : i32
// CHECK-NEXT:     task.rethrow %kind, %code, "again" {note} : i32
// CHECK-NEXT:     func.return %cancelled : i1

// Channels of references, and a send that does not wait.
func.func @references(%e: !task.event, %c: !task.channel<!task.event>, %d: !task.channel<!task.channel<!async.value<f32>>>) -> i1 {
  %sent = task.try_send %e, %c {note} : !task.channel<!task.event>
  %inner, %ok = task.recv %d : !task.channel<!task.channel<!async.value<f32>>>
  func.return %sent : i1
}
// CHECK:        func.func @references(
// CHECK-NEXT:     %sent = task.try_send %e, %c {note} : !task.channel<!task.event>
// CHECK-NEXT:     %inner, %ok = task.recv %d : !task.channel<!task.channel<!async.value<f32>>>
// CHECK-NEXT:     func.return %sent : i1

// GENERIC:        "func.func"() <{sym_name = "events", function_type = () -> i1}> ({
// GENERIC-NEXT:     %e = "task.event"() : () -> !task.event
// GENERIC-NEXT:     "task.set"(%e) : (!task.event) -> ()
// GENERIC-NEXT:     "task.clear"(%e) {note} : (!task.event) -> ()
// GENERIC-NEXT:     %b = "task.is_set"(%e) : (!task.event) -> i1
// GENERIC-NEXT:     "task.wait"(%e) : (!task.event) -> ()
// GENERIC:          %l = "task.lock"() : () -> !task.lock
// GENERIC-NEXT:     "task.acquire"(%l) : (!task.lock) -> ()
// GENERIC-NEXT:     "task.release"(%l) {note} : (!task.lock) -> ()
// GENERIC:          "task.cancel"(%t) : (!async.token) -> ()
// GENERIC-NEXT:     "task.cancel"(%v) {note} : (!async.value<f32>) -> ()
// GENERIC:          %case = "task.select"(%t) : (!async.token) -> i32
// GENERIC-NEXT:     %case_1 = "task.select"(%t, %v, %n) : (!async.token, !async.value<f32>, i64) -> i32
// GENERIC-NEXT:     %case_2, %item, %ok = "task.select"(%c) : (!task.channel<i8>) -> (i32, i8, i1)
// GENERIC-NEXT:     %case_3, %item_1, %ok_1 = "task.select"(%c, %t, %d, %n) {note} : (!task.channel<i8>, !async.token, !task.channel<i8>, i64) -> (i32, i8, i1)
// GENERIC:          "task.send"(%item, %c) {task.catches} : (i8, !task.channel<i8>) -> ()
// GENERIC-NEXT:     %cancelled = "task.cancelled"() : () -> i1
// GENERIC-NEXT:     "task.rethrow"(%kind, %code) : (i32, i32) -> ()
// GENERIC-NEXT:     "task.rethrow"(%kind, %code) <{message = "again"}> {note} : (i32, i32) -> ()
// GENERIC:          %sent = "task.try_send"(%e, %c) {note} : (!task.event, !task.channel<!task.event>) -> i1
