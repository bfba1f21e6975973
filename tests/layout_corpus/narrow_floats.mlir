// Half floats take half a word each.
// MACHINE: task
// ARGS:
// RESULT: 15.0
// LB0: 8
// LB1: 8
// The await: %x0, %x1, %x2, three f16: 48 bits = 2 words = 8 bytes. They are loads, each multiplied with what the await gives.

memref.global "private" constant @halves : memref<3xf16> = dense<[1.0, 2.5, 4.0]>

async.func @next(%x: i32) -> !async.value<i32> {
  %one = arith.constant 1 : i32
  %r = arith.addi %x, %one : i32
  return %r : i32
}

async.func @task() -> !async.value<f32> {
  %c1 = arith.constant 1 : i32
  %i0 = arith.constant 0 : index
  %i1 = arith.constant 1 : index
  %i2 = arith.constant 2 : index
  %halves = memref.get_global @halves : memref<3xf16>
  %x0 = memref.load %halves[%i0] : memref<3xf16>
  %x1 = memref.load %halves[%i1] : memref<3xf16>
  %x2 = memref.load %halves[%i2] : memref<3xf16>
  %h_v = async.call @next(%c1) : (i32) -> !async.value<i32>
  %v = async.await %h_v : !async.value<i32>
  %g = arith.sitofp %v : i32 to f16
  %m0 = arith.mulf %x0, %g : f16
  %m1 = arith.mulf %x1, %g : f16
  %m2 = arith.mulf %x2, %g : f16
  %s1 = arith.addf %m0, %m1 : f16
  %s = arith.addf %s1, %m2 : f16
  %r = arith.extf %s : f16 to f32
  return %r : f32
}

func.func @main() -> f32 attributes {task.kernel} {
  %h = async.call @task() : () -> !async.value<f32>
  %r = async.await %h : !async.value<f32>
  return %r : f32
}
