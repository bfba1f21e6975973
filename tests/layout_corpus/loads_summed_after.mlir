// Sixteen loads, summed only behind the await: LLVM keeps all of them.
// MACHINE: task
// ARGS:
// RESULT: 138.0
// LB0: 64
// LB1: 4
// The await: %x0 ... %x15 = 16 words = 64 bytes. Their sum %s may be evaluated early: one word. Only then comes what the await gives.

memref.global "private" constant @numbers : memref<16xf32> = dense<[1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0, 10.0, 11.0, 12.0, 13.0, 14.0, 15.0, 16.0]>

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
  %i3 = arith.constant 3 : index
  %i4 = arith.constant 4 : index
  %i5 = arith.constant 5 : index
  %i6 = arith.constant 6 : index
  %i7 = arith.constant 7 : index
  %i8 = arith.constant 8 : index
  %i9 = arith.constant 9 : index
  %i10 = arith.constant 10 : index
  %i11 = arith.constant 11 : index
  %i12 = arith.constant 12 : index
  %i13 = arith.constant 13 : index
  %i14 = arith.constant 14 : index
  %i15 = arith.constant 15 : index
  %numbers = memref.get_global @numbers : memref<16xf32>
  %x0 = memref.load %numbers[%i0] : memref<16xf32>
  %x1 = memref.load %numbers[%i1] : memref<16xf32>
  %x2 = memref.load %numbers[%i2] : memref<16xf32>
  %x3 = memref.load %numbers[%i3] : memref<16xf32>
  %x4 = memref.load %numbers[%i4] : memref<16xf32>
  %x5 = memref.load %numbers[%i5] : memref<16xf32>
  %x6 = memref.load %numbers[%i6] : memref<16xf32>
  %x7 = memref.load %numbers[%i7] : memref<16xf32>
  %x8 = memref.load %numbers[%i8] : memref<16xf32>
  %x9 = memref.load %numbers[%i9] : memref<16xf32>
  %x10 = memref.load %numbers[%i10] : memref<16xf32>
  %x11 = memref.load %numbers[%i11] : memref<16xf32>
  %x12 = memref.load %numbers[%i12] : memref<16xf32>
  %x13 = memref.load %numbers[%i13] : memref<16xf32>
  %x14 = memref.load %numbers[%i14] : memref<16xf32>
  %x15 = memref.load %numbers[%i15] : memref<16xf32>
  %h_v = async.call @next(%c1) : (i32) -> !async.value<i32>
  %v = async.await %h_v : !async.value<i32>
  %s1 = arith.addf %x0, %x1 : f32
  %s2 = arith.addf %s1, %x2 : f32
  %s3 = arith.addf %s2, %x3 : f32
  %s4 = arith.addf %s3, %x4 : f32
  %s5 = arith.addf %s4, %x5 : f32
  %s6 = arith.addf %s5, %x6 : f32
  %s7 = arith.addf %s6, %x7 : f32
  %s8 = arith.addf %s7, %x8 : f32
  %s9 = arith.addf %s8, %x9 : f32
  %s10 = arith.addf %s9, %x10 : f32
  %s11 = arith.addf %s10, %x11 : f32
  %s12 = arith.addf %s11, %x12 : f32
  %s13 = arith.addf %s12, %x13 : f32
  %s14 = arith.addf %s13, %x14 : f32
  %s = arith.addf %s14, %x15 : f32
  %g = arith.sitofp %v : i32 to f32
  %r = arith.addf %s, %g : f32
  return %r : f32
}

func.func @main() -> f32 attributes {task.kernel} {
  %h = async.call @task() : () -> !async.value<f32>
  %r = async.await %h : !async.value<f32>
  return %r : f32
}
