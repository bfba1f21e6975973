// convert-awaiting-funcs makes tasks of functions that may suspend, fail, start, recurse or loop without a known end.
// RUN: asyncir-opt %s --split-input-file -p convert-awaiting-funcs | filecheck %s

// A failing function, and one that only calls it. Results are values; none, a token. A leaf and a declaration stay.

func.func private @print(i32)
func.func private @checked(%x: i32, %ok: i1) -> (i32, i1) {
  cf.assert %ok, "not ok"
  return %x, %ok : i32, i1
}
func.func @calls(%x: i32, %ok: i1) {
  %r:2 = func.call @checked(%x, %ok) : (i32, i1) -> (i32, i1)
  return
}
func.func @leaf(%x: i32) -> i32 {
  func.call @print(%x) : (i32) -> ()
  return %x : i32
}
func.func @main(%x: i32, %ok: i1) -> i32 attributes {task.kernel} {
  func.call @calls(%x, %ok) : (i32, i1) -> ()
  %r:2 = func.call @checked(%x, %ok) : (i32, i1) -> (i32, i1)
  %l = func.call @leaf(%r#0) : (i32) -> i32
  return %l : i32
}

// CHECK:       func.func private @print
// CHECK:       async.func private @checked(%x: i32, %ok: i1) -> (!async.value<i32>, !async.value<i1>) {
// CHECK-NEXT:    cf.assert
// CHECK-NEXT:    async.return %x, %ok : i32, i1
// CHECK:       async.func @calls(%x: i32, %ok: i1) -> !async.token {
// CHECK-NEXT:    [[A:%.*]], [[B:%.*]] = async.call @checked
// CHECK-NEXT:    async.await [[A]]
// CHECK-NEXT:    async.await [[B]]
// CHECK-NEXT:    async.return
// CHECK:       func.func @leaf
// CHECK:       func.func @main
// CHECK-NEXT:    [[T:%.*]] = async.call @calls(%x, %ok) : (i32, i1) -> !async.token
// CHECK-NEXT:    async.await [[T]] : !async.token
// CHECK-NEXT:    [[H:%.*]], [[K:%.*]] = async.call @checked(%x, %ok) : (i32, i1) -> (!async.value<i32>, !async.value<i1>)
// CHECK-NEXT:    [[V:%.*]] = async.await [[H]] : !async.value<i32>
// CHECK-NEXT:    async.await [[K]] : !async.value<i1>
// CHECK-NEXT:    func.call @leaf([[V]])

// -----

// A function that gives a handle gives a value that holds it.

func.func @start() -> !async.token {
  %t = async.call @task() : () -> !async.token
  return %t : !async.token
}
async.func @task() -> !async.token {
  async.return
}
async.func @user() -> !async.token {
  %t = func.call @start() : () -> !async.token
  async.await %t : !async.token
  async.return
}

// CHECK:       async.func @start() -> !async.value<!async.token> {
// CHECK:       async.func @user
// CHECK-NEXT:    [[H:%.*]] = async.call @start() : () -> !async.value<!async.token>
// CHECK-NEXT:    [[T:%.*]] = async.await [[H]] : !async.value<!async.token>
// CHECK-NEXT:    async.await [[T]] : !async.token

// -----

// Recursion, loops without a known end: `while`, a cycle of blocks, an unknown step. Loops with one stay.

func.func @even(%n: i32, %zero: i1) -> i1 {
  %r = scf.if %zero -> (i1) {
    scf.yield %zero : i1
  } else {
    %0 = func.call @odd(%n, %zero) : (i32, i1) -> i1
    scf.yield %0 : i1
  }
  return %r : i1
}
func.func @odd(%n: i32, %zero: i1) -> i1 {
  %0 = func.call @even(%n, %zero) : (i32, i1) -> i1
  return %0 : i1
}
func.func @while(%c: i1) {
  scf.while : () -> () {
    scf.condition(%c)
  } do {
    scf.yield
  }
  return
}
func.func @cycle(%c: i1) {
  cf.br ^loop
^loop:
  cf.cond_br %c, ^loop, ^end
^end:
  return
}
func.func @unknown(%n: index, %step: index) {
  %c0 = arith.constant 0 : index
  scf.for %i = %c0 to %n step %step {
  }
  return
}
func.func @known(%n: index) {
  %c0 = arith.constant 0 : index
  %c2 = arith.constant 2 : index
  scf.for %i = %c0 to %n step %c2 {
  }
  return
}

// CHECK:       async.func @even
// CHECK:         async.call @odd
// CHECK:       async.func @odd
// CHECK:         async.call @even
// CHECK:       async.func @while
// CHECK:       async.func @cycle
// CHECK:       async.func @unknown
// CHECK:       func.func @known

// -----

// A kernel stays a function; who calls it gets a copy.

func.func @k(%c: i1) attributes {task.kernel} {
  scf.if %c {
    func.call @k(%c) : (i1) -> ()
  }
  task.yield_now
  return
}

// CHECK:       func.func @k(%c: i1) attributes {task.kernel} {
// CHECK:         async.call @k_task
// CHECK:       async.func @k_task(%c: i1) -> !async.token {
// CHECK:         async.call @k_task
