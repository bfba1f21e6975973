// RUN: asyncir-opt %s -p sink-unranked-casts | filecheck %s

// Each use, also one in a task, gets a cast of its own right before it; a cast that nobody uses is gone.
// CHECK-LABEL: func.func @uses
func.func @uses(%a: memref<4xf32>, %t: !async.token) {
  // CHECK-NEXT: async.await %t
  // CHECK-NEXT: %u = memref.cast %a : memref<4xf32> to memref<*xf32>
  // CHECK-NEXT: func.call @print(%u)
  // CHECK-NEXT: async.execute {
  // CHECK-NEXT:   %u_1 = memref.cast %a : memref<4xf32> to memref<*xf32>
  // CHECK-NEXT:   func.call @print(%u_1)
  // CHECK-NEXT:   async.yield
  // CHECK-NEXT: }
  // CHECK-NEXT: func.return
  %u = memref.cast %a : memref<4xf32> to memref<*xf32>
  %unused = memref.cast %a : memref<4xf32> to memref<*xf32>
  async.await %t : !async.token
  func.call @print(%u) : (memref<*xf32>) -> ()
  %done = async.execute {
    func.call @print(%u) : (memref<*xf32>) -> ()
    async.yield
  }
  return
}

// Casts between ranked types, and from an unranked one, stay where they are.
// CHECK-LABEL: func.func @others
func.func @others(%a: memref<4xf32>, %u: memref<*xf32>, %t: !async.token) -> f32 {
  // CHECK: %d = memref.cast %a : memref<4xf32> to memref<?xf32>
  // CHECK-NEXT: %r = memref.cast %u : memref<*xf32> to memref<?xf32>
  // CHECK-NEXT: async.await %t
  %c0 = arith.constant 0 : index
  %d = memref.cast %a : memref<4xf32> to memref<?xf32>
  %r = memref.cast %u : memref<*xf32> to memref<?xf32>
  async.await %t : !async.token
  %x = memref.load %d[%c0] : memref<?xf32>
  %y = memref.load %r[%c0] : memref<?xf32>
  %z = arith.addf %x, %y : f32
  return %z : f32
}

func.func private @print(memref<*xf32>)
