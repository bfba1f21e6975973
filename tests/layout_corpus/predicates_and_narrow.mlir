// Predicates share words with narrow integers.
// MACHINE: task
// ARGS:
// RESULT: 626
// LB0: 8
// LB1: 8
// The await: nine i1, one i8, one i16: 9 + 8 + 16 = 33 bits = 2 words = 8 bytes. The predicates come from comparisons of i32, the others
// are
// loads; all are used with what the await gives.

memref.global "private" constant @numbers : memref<9xi32> = dense<[0, 7, 3, 10, 6, 2, 9, 5, 1]>
memref.global "private" constant @byte : memref<1xi8> = dense<[9]>
memref.global "private" constant @half : memref<1xi16> = dense<[300]>

async.func @next(%x: i32) -> !async.value<i32> {
  %one = arith.constant 1 : i32
  %r = arith.addi %x, %one : i32
  return %r : i32
}

async.func @task() -> !async.value<i32> {
  %c0 = arith.constant 0 : i32
  %c1 = arith.constant 1 : i32
  %c5 = arith.constant 5 : i32
  %i0 = arith.constant 0 : index
  %i1 = arith.constant 1 : index
  %i2 = arith.constant 2 : index
  %i3 = arith.constant 3 : index
  %i4 = arith.constant 4 : index
  %i5 = arith.constant 5 : index
  %i6 = arith.constant 6 : index
  %i7 = arith.constant 7 : index
  %i8 = arith.constant 8 : index
  %numbers = memref.get_global @numbers : memref<9xi32>
  %x0 = memref.load %numbers[%i0] : memref<9xi32>
  %x1 = memref.load %numbers[%i1] : memref<9xi32>
  %x2 = memref.load %numbers[%i2] : memref<9xi32>
  %x3 = memref.load %numbers[%i3] : memref<9xi32>
  %x4 = memref.load %numbers[%i4] : memref<9xi32>
  %x5 = memref.load %numbers[%i5] : memref<9xi32>
  %x6 = memref.load %numbers[%i6] : memref<9xi32>
  %x7 = memref.load %numbers[%i7] : memref<9xi32>
  %x8 = memref.load %numbers[%i8] : memref<9xi32>
  %p0 = arith.cmpi sgt, %x0, %c5 : i32
  %p1 = arith.cmpi sgt, %x1, %c5 : i32
  %p2 = arith.cmpi sgt, %x2, %c5 : i32
  %p3 = arith.cmpi sgt, %x3, %c5 : i32
  %p4 = arith.cmpi sgt, %x4, %c5 : i32
  %p5 = arith.cmpi sgt, %x5, %c5 : i32
  %p6 = arith.cmpi sgt, %x6, %c5 : i32
  %p7 = arith.cmpi sgt, %x7, %c5 : i32
  %p8 = arith.cmpi sgt, %x8, %c5 : i32
  %byte = memref.get_global @byte : memref<1xi8>
  %y0 = memref.load %byte[%i0] : memref<1xi8>
  %half = memref.get_global @half : memref<1xi16>
  %z0 = memref.load %half[%i0] : memref<1xi16>
  %h_v = async.call @next(%c1) : (i32) -> !async.value<i32>
  %v = async.await %h_v : !async.value<i32>
  %s0 = arith.select %p0, %v, %c0 : i32
  %s1 = arith.select %p1, %v, %c0 : i32
  %s2 = arith.select %p2, %v, %c0 : i32
  %s3 = arith.select %p3, %v, %c0 : i32
  %s4 = arith.select %p4, %v, %c0 : i32
  %s5 = arith.select %p5, %v, %c0 : i32
  %s6 = arith.select %p6, %v, %c0 : i32
  %s7 = arith.select %p7, %v, %c0 : i32
  %s8 = arith.select %p8, %v, %c0 : i32
  %wy = arith.extui %y0 : i8 to i32
  %my = arith.muli %wy, %v : i32
  %wz = arith.extui %z0 : i16 to i32
  %mz = arith.muli %wz, %v : i32
  %r1 = arith.addi %s0, %s1 : i32
  %r2 = arith.addi %r1, %s2 : i32
  %r3 = arith.addi %r2, %s3 : i32
  %r4 = arith.addi %r3, %s4 : i32
  %r5 = arith.addi %r4, %s5 : i32
  %r6 = arith.addi %r5, %s6 : i32
  %r7 = arith.addi %r6, %s7 : i32
  %r8 = arith.addi %r7, %s8 : i32
  %r9 = arith.addi %r8, %my : i32
  %r = arith.addi %r9, %mz : i32
  return %r : i32
}

func.func @main() -> i32 attributes {task.kernel} {
  %h = async.call @task() : () -> !async.value<i32>
  %r = async.await %h : !async.value<i32>
  return %r : i32
}
