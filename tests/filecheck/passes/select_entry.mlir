// select-entry marks one function, drops what it does not reach, and makes a function of an async.func.
// RUN: asyncir-opt %s --split-input-file -p select-entry | filecheck %s
// RUN: asyncir-opt %s --split-input-file -p 'select-entry{entry="other"}' | filecheck %s --check-prefix=OTHER

// The only kernel wins over @main. What it calls, and the globals it names, stay.

memref.global "private" @used : memref<2xi32> = dense<1>
memref.global "private" @unused : memref<2xi32> = dense<1>
func.func private @external(i32)
func.func private @helper() -> memref<2xi32> {
  %0 = memref.get_global @used : memref<2xi32>
  return %0 : memref<2xi32>
}
func.func @main() {
  return
}
func.func @k() attributes {task.kernel} {
  %0 = func.call @helper() : () -> memref<2xi32>
  return
}
func.func @other(%x: i32) {
  func.call @external(%x) : (i32) -> ()
  return
}

// CHECK-LABEL: builtin.module
// CHECK-NEXT:    @used
// CHECK-NOT:     @external
// CHECK:         func.func private @helper
// CHECK-NOT:     @main
// CHECK:         func.func @k() attributes {task.kernel}
// CHECK-NOT:     @other

// OTHER-LABEL: builtin.module
// OTHER-NEXT:    func.func private @external
// OTHER-NEXT:    func.func @other(%x: i32) attributes {task.kernel}
// OTHER-NOT:     @k

// -----

// A task is an entry too: its results are what awaiting gives, a token gives none.

async.func @main(%x: i32) -> (!async.token, !async.value<i32>, !async.value<f32>) {
  %c = arith.constant 1.0 : f32
  async.return %x, %c : i32, f32
}
async.func @other() -> !async.token {
  async.return
}

// CHECK-LABEL: builtin.module
// CHECK-NEXT:    func.func @main(%x: i32) -> (i32, f32) attributes {task.kernel} {
// CHECK-NEXT:      [[C:%.*]] = arith.constant
// CHECK-NEXT:      func.return %x, [[C]] : i32, f32
// CHECK-NOT:     async.func

// OTHER-LABEL: builtin.module
// OTHER-NEXT:    func.func @other() attributes {task.kernel} {
// OTHER-NEXT:      func.return
// OTHER-NOT:     @main

// -----

// An entry that is called leaves a copy to its callers, itself among them.

async.func @main(%x: i32) -> !async.value<i32> {
  %h = async.call @main(%x) : (i32) -> !async.value<i32>
  %v = async.await %h : !async.value<i32>
  async.return %v : i32
}
func.func @other() {
  return
}

// CHECK-LABEL: builtin.module
// CHECK-NEXT:    func.func @main(%x: i32) -> i32 attributes {task.kernel} {
// CHECK-NEXT:      async.call @main_task(%x)
// CHECK:         async.func @main_task(%x: i32) -> !async.value<i32> {
// CHECK-NEXT:      async.call @main_task(%x)

// -----

// A selected kernel is left as it is.

func.func @other(%a: memref<?x4xf32>, %i: index) -> (i1, f64) attributes {task.kernel} {
  %b = arith.constant true
  %f = arith.constant 1.0 : f64
  return %b, %f : i1, f64
}

// CHECK-LABEL: builtin.module
// CHECK-NEXT:    func.func @other(%a: memref<?x4xf32>, %i: index) -> (i1, f64) attributes {task.kernel} {
// CHECK-NEXT:      arith.constant true
// CHECK-NEXT:      arith.constant 1.000000e+00 : f64
// CHECK-NEXT:      func.return
