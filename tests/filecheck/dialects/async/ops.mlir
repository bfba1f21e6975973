// RUN: asyncir-opt %s | filecheck %s
// RUN: asyncir-opt %s | asyncir-opt | filecheck %s
// RUN: asyncir-opt --print-op-generic %s | filecheck %s --check-prefix=GENERIC
// RUN: asyncir-opt --print-op-generic %s | asyncir-opt | filecheck %s

// Every op of `async` in both forms. What is printed here mlir-opt reads, and prints, alike (tests/unit/test_async_dialect.py).

// A declaration has no body.
async.func private @declared(i32) -> !async.token
// CHECK:        async.func private @declared(i32) -> !async.token

// Visibility, argument attributes, own attributes; the token comes first.
async.func private @attributes(%a: i32, %m: memref<?xf32> {task.host_visible}) -> (!async.token, !async.value<i32>) attributes {task.scope = "lane"} {
  async.return %a : i32
}
// CHECK:        async.func private @attributes(%a: i32, %m: memref<?xf32> {task.host_visible}) -> (!async.token, !async.value<i32>) attributes {task.scope = "lane"} {
// CHECK-NEXT:     async.return %a : i32
// CHECK-NEXT:   }

// Several blocks, a token only, a discardable attribute on the return.
async.func @blocks() -> !async.token {
  cf.br ^end
^end:
  async.return {note = 1 : i32}
}
// CHECK:        async.func @blocks() -> !async.token {
// CHECK-NEXT:     cf.br ^end
// CHECK-NEXT:   ^end:
// CHECK-NEXT:     async.return {note = 1 : i32}
// CHECK-NEXT:   }

// A value may hold a handle.
async.func @nested(%v: !async.value<f32>) -> !async.value<!async.value<f32>> {
  async.return %v : !async.value<f32>
}
// CHECK:        async.func @nested(%v: !async.value<f32>) -> !async.value<!async.value<f32>> {
// CHECK-NEXT:     async.return %v : !async.value<f32>
// CHECK-NEXT:   }

// Calls with and without arguments; several results.
func.func @calls(%i: i32, %m: memref<?xf32>) {
  %t = async.call @blocks() : () -> !async.token
  %t1, %v = async.call @attributes(%i, %m) : (i32, memref<?xf32>) -> (!async.token, !async.value<i32>)
  %t2 = async.call @blocks() {note} : () -> !async.token
  func.return
}
// CHECK:        func.func @calls(%i: i32, %m: memref<?xf32>) {
// CHECK-NEXT:     %t = async.call @blocks() : () -> !async.token
// CHECK-NEXT:     %t1, %v = async.call @attributes(%i, %m) : (i32, memref<?xf32>) -> (!async.token, !async.value<i32>)
// CHECK-NEXT:     %t2 = async.call @blocks() {note} : () -> !async.token
// CHECK-NEXT:     func.return
// CHECK-NEXT:   }

// Execute: alone, with results, with dependencies, with operands, nested, with attributes.
func.func @execute(%x: f32, %i: i32) {
  %a = async.execute {
    async.yield
  }
  %b, %b0, %b1 = async.execute -> (!async.value<f32>, !async.value<i32>) {
    async.yield %x, %i : f32, i32
  }
  %c, %c0 = async.execute [%a, %b] (%b0 as %u: !async.value<f32>, %b1 as %w: !async.value<i32>) -> !async.value<f32> {
    %0 = arith.addf %u, %u : f32
    %inner = async.execute [%a] {
      async.yield
    }
    async.yield %0 : f32
  }
  %d = async.execute (%b0 as %u_1: !async.value<f32>) attributes {note = "kept"} {
    async.yield
  }
  func.return
}
// CHECK:        func.func @execute(%x: f32, %i: i32) {
// CHECK-NEXT:     %a = async.execute {
// CHECK-NEXT:       async.yield
// CHECK-NEXT:     }
// CHECK-NEXT:     %b, %b0, %b1 = async.execute -> (!async.value<f32>, !async.value<i32>) {
// CHECK-NEXT:       async.yield %x, %i : f32, i32
// CHECK-NEXT:     }
// CHECK-NEXT:     %c, %c0 = async.execute [%a, %b] (%b0 as %u: !async.value<f32>, %b1 as %w: !async.value<i32>) -> !async.value<f32> {
// CHECK-NEXT:       %0 = arith.addf %u, %u : f32
// CHECK-NEXT:       %inner = async.execute [%a] {
// CHECK-NEXT:         async.yield
// CHECK-NEXT:       }
// CHECK-NEXT:       async.yield %0 : f32
// CHECK-NEXT:     }
// CHECK-NEXT:     %d = async.execute (%b0 as %u_1: !async.value<f32>) attributes {note = "kept"} {
// CHECK-NEXT:       async.yield
// CHECK-NEXT:     }
// CHECK-NEXT:     func.return
// CHECK-NEXT:   }

// Await a token, a value, a value that holds a value.
func.func @await(%t: !async.token, %v: !async.value<i32>, %vv: !async.value<!async.value<i32>>) {
  async.await %t : !async.token
  %0 = async.await %v : !async.value<i32>
  %1 = async.await %vv : !async.value<!async.value<i32>>
  async.await %t : !async.token {note}
  func.return
}
// CHECK:        func.func @await(%t: !async.token, %v: !async.value<i32>, %vv: !async.value<!async.value<i32>>) {
// CHECK-NEXT:     async.await %t : !async.token
// CHECK-NEXT:     %0 = async.await %v : !async.value<i32>
// CHECK-NEXT:     %1 = async.await %vv : !async.value<!async.value<i32>>
// CHECK-NEXT:     async.await %t : !async.token {note}
// CHECK-NEXT:     func.return
// CHECK-NEXT:   }

// Groups.
func.func @groups(%n: index, %t: !async.token, %v: !async.value<i32>) {
  %g = async.create_group %n : !async.group
  %r0 = async.add_to_group %t, %g : !async.token
  %r1 = async.add_to_group %v, %g : !async.value<i32>
  async.await_all %g
  async.await_all %g {note}
  func.return
}
// CHECK:        func.func @groups(%n: index, %t: !async.token, %v: !async.value<i32>) {
// CHECK-NEXT:     %g = async.create_group %n : !async.group
// CHECK-NEXT:     %r0 = async.add_to_group %t, %g : !async.token
// CHECK-NEXT:     %r1 = async.add_to_group %v, %g : !async.value<i32>
// CHECK-NEXT:     async.await_all %g
// CHECK-NEXT:     async.await_all %g {note}
// CHECK-NEXT:     func.return
// CHECK-NEXT:   }

// What programs use of the runtime's ops from outside of tasks.
func.func @runtime(%t: !async.token, %v: !async.value<i32>, %g: !async.group) {
  async.runtime.await %t : !async.token
  async.runtime.await %v {note} : !async.value<i32>
  async.runtime.await %g : !async.group
  %0 = async.runtime.is_error %t : !async.token
  %1 = async.runtime.is_error %v : !async.value<i32>
  %2 = async.runtime.is_error %g {note} : !async.group
  func.return
}
// CHECK:        func.func @runtime(%t: !async.token, %v: !async.value<i32>, %g: !async.group) {
// CHECK-NEXT:     async.runtime.await %t : !async.token
// CHECK-NEXT:     async.runtime.await %v {note} : !async.value<i32>
// CHECK-NEXT:     async.runtime.await %g : !async.group
// CHECK-NEXT:     %0 = async.runtime.is_error %t : !async.token
// CHECK-NEXT:     %1 = async.runtime.is_error %v : !async.value<i32>
// CHECK-NEXT:     %2 = async.runtime.is_error %g {note} : !async.group
// CHECK-NEXT:     func.return
// CHECK-NEXT:   }

// GENERIC:        "async.func"() <{sym_name = "declared", function_type = (i32) -> !async.token, sym_visibility = "private"}> ({
// GENERIC-NEXT:   }) : () -> ()
// GENERIC-NEXT:   "async.func"() <{sym_name = "attributes", function_type = (i32, memref<?xf32>) -> (!async.token, !async.value<i32>), sym_visibility = "private", arg_attrs = [{}, {task.host_visible}]}> ({
// GENERIC-NEXT:   ^bb0(%a: i32, %m: memref<?xf32>):
// GENERIC-NEXT:     "async.return"(%a) : (i32) -> ()
// GENERIC-NEXT:   }) {task.scope = "lane"} : () -> ()
// GENERIC-NEXT:   "async.func"() <{sym_name = "blocks", function_type = () -> !async.token}> ({
// GENERIC-NEXT:     "cf.br"() [^end] : () -> ()
// GENERIC-NEXT:   ^end:
// GENERIC-NEXT:     "async.return"() {note = 1 : i32} : () -> ()
// GENERIC-NEXT:   }) : () -> ()
// GENERIC-NEXT:   "async.func"() <{sym_name = "nested", function_type = (!async.value<f32>) -> !async.value<!async.value<f32>>}> ({
// GENERIC-NEXT:   ^bb0(%v: !async.value<f32>):
// GENERIC-NEXT:     "async.return"(%v) : (!async.value<f32>) -> ()
// GENERIC-NEXT:   }) : () -> ()
// GENERIC-NEXT:   "func.func"() <{sym_name = "calls", function_type = (i32, memref<?xf32>) -> ()}> ({
// GENERIC-NEXT:   ^bb0(%i: i32, %m: memref<?xf32>):
// GENERIC-NEXT:     %t = "async.call"() <{callee = @blocks}> : () -> !async.token
// GENERIC-NEXT:     %t1, %v = "async.call"(%i, %m) <{callee = @attributes}> : (i32, memref<?xf32>) -> (!async.token, !async.value<i32>)
// GENERIC-NEXT:     %t2 = "async.call"() <{callee = @blocks}> {note} : () -> !async.token
// GENERIC-NEXT:     "func.return"() : () -> ()
// GENERIC-NEXT:   }) : () -> ()
// GENERIC-NEXT:   "func.func"() <{sym_name = "execute", function_type = (f32, i32) -> ()}> ({
// GENERIC-NEXT:   ^bb0(%x: f32, %i: i32):
// GENERIC-NEXT:     %a = "async.execute"() <{operandSegmentSizes = array<i32: 0, 0>}> ({
// GENERIC-NEXT:       "async.yield"() : () -> ()
// GENERIC-NEXT:     }) : () -> !async.token
// GENERIC-NEXT:     %b, %b0, %b1 = "async.execute"() <{operandSegmentSizes = array<i32: 0, 0>}> ({
// GENERIC-NEXT:       "async.yield"(%x, %i) : (f32, i32) -> ()
// GENERIC-NEXT:     }) : () -> (!async.token, !async.value<f32>, !async.value<i32>)
// GENERIC-NEXT:     %c, %c0 = "async.execute"(%a, %b, %b0, %b1) <{operandSegmentSizes = array<i32: 2, 2>}> ({
// GENERIC-NEXT:     ^bb0(%u: f32, %w: i32):
// GENERIC-NEXT:       %0 = "arith.addf"(%u, %u) <{fastmath = #arith.fastmath<none>}> : (f32, f32) -> f32
// GENERIC-NEXT:       %inner = "async.execute"(%a) <{operandSegmentSizes = array<i32: 1, 0>}> ({
// GENERIC-NEXT:         "async.yield"() : () -> ()
// GENERIC-NEXT:       }) : (!async.token) -> !async.token
// GENERIC-NEXT:       "async.yield"(%0) : (f32) -> ()
// GENERIC-NEXT:     }) : (!async.token, !async.token, !async.value<f32>, !async.value<i32>) -> (!async.token, !async.value<f32>)
// GENERIC-NEXT:     %d = "async.execute"(%b0) <{operandSegmentSizes = array<i32: 0, 1>}> ({
// GENERIC-NEXT:     ^bb0(%u_1: f32):
// GENERIC-NEXT:       "async.yield"() : () -> ()
// GENERIC-NEXT:     }) {note = "kept"} : (!async.value<f32>) -> !async.token
// GENERIC-NEXT:     "func.return"() : () -> ()
// GENERIC-NEXT:   }) : () -> ()
// GENERIC-NEXT:   "func.func"() <{sym_name = "await", function_type = (!async.token, !async.value<i32>, !async.value<!async.value<i32>>) -> ()}> ({
// GENERIC-NEXT:   ^bb0(%t: !async.token, %v: !async.value<i32>, %vv: !async.value<!async.value<i32>>):
// GENERIC-NEXT:     "async.await"(%t) : (!async.token) -> ()
// GENERIC-NEXT:     %0 = "async.await"(%v) : (!async.value<i32>) -> i32
// GENERIC-NEXT:     %1 = "async.await"(%vv) : (!async.value<!async.value<i32>>) -> !async.value<i32>
// GENERIC-NEXT:     "async.await"(%t) {note} : (!async.token) -> ()
// GENERIC-NEXT:     "func.return"() : () -> ()
// GENERIC-NEXT:   }) : () -> ()
// GENERIC-NEXT:   "func.func"() <{sym_name = "groups", function_type = (index, !async.token, !async.value<i32>) -> ()}> ({
// GENERIC-NEXT:   ^bb0(%n: index, %t: !async.token, %v: !async.value<i32>):
// GENERIC-NEXT:     %g = "async.create_group"(%n) : (index) -> !async.group
// GENERIC-NEXT:     %r0 = "async.add_to_group"(%t, %g) : (!async.token, !async.group) -> index
// GENERIC-NEXT:     %r1 = "async.add_to_group"(%v, %g) : (!async.value<i32>, !async.group) -> index
// GENERIC-NEXT:     "async.await_all"(%g) : (!async.group) -> ()
// GENERIC-NEXT:     "async.await_all"(%g) {note} : (!async.group) -> ()
// GENERIC-NEXT:     "func.return"() : () -> ()
// GENERIC-NEXT:   }) : () -> ()
// GENERIC-NEXT:   "func.func"() <{sym_name = "runtime", function_type = (!async.token, !async.value<i32>, !async.group) -> ()}> ({
// GENERIC-NEXT:   ^bb0(%t: !async.token, %v: !async.value<i32>, %g: !async.group):
// GENERIC-NEXT:     "async.runtime.await"(%t) : (!async.token) -> ()
// GENERIC-NEXT:     "async.runtime.await"(%v) {note} : (!async.value<i32>) -> ()
// GENERIC-NEXT:     "async.runtime.await"(%g) : (!async.group) -> ()
// GENERIC-NEXT:     %0 = "async.runtime.is_error"(%t) : (!async.token) -> i1
// GENERIC-NEXT:     %1 = "async.runtime.is_error"(%v) : (!async.value<i32>) -> i1
// GENERIC-NEXT:     %2 = "async.runtime.is_error"(%g) {note} : (!async.group) -> i1
// GENERIC-NEXT:     "func.return"() : () -> ()
// GENERIC-NEXT:   }) : () -> ()
