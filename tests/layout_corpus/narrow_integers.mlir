// Narrow integers stand side by side in words.
// MACHINE: task
// ARGS:
// RESULT: 66220
// LB0: 12
// LB1: 12
// The await: five i8 and three i16: 40 + 48 = 88 bits = 3 words = 12 bytes. They are loads, and each is widened and multiplied with
// what the await gives: to widen it early would cost more.

memref.global "private" constant @bytes : memref<5xi8> = dense<[1, 2, 3, 4, 100]>
memref.global "private" constant @halves : memref<3xi16> = dense<[1000, 2000, 30000]>

async.func @next(%x: i32) -> !async.value<i32> {
  %one = arith.constant 1 : i32
  %r = arith.addi %x, %one : i32
  return %r : i32
}

async.func @task() -> !async.value<i32> {
  %c1 = arith.constant 1 : i32
  %i0 = arith.constant 0 : index
  %i1 = arith.constant 1 : index
  %i2 = arith.constant 2 : index
  %i3 = arith.constant 3 : index
  %i4 = arith.constant 4 : index
  %bytes = memref.get_global @bytes : memref<5xi8>
  %x0 = memref.load %bytes[%i0] : memref<5xi8>
  %x1 = memref.load %bytes[%i1] : memref<5xi8>
  %x2 = memref.load %bytes[%i2] : memref<5xi8>
  %x3 = memref.load %bytes[%i3] : memref<5xi8>
  %x4 = memref.load %bytes[%i4] : memref<5xi8>
  %halves = memref.get_global @halves : memref<3xi16>
  %y0 = memref.load %halves[%i0] : memref<3xi16>
  %y1 = memref.load %halves[%i1] : memref<3xi16>
  %y2 = memref.load %halves[%i2] : memref<3xi16>
  %h_v = async.call @next(%c1) : (i32) -> !async.value<i32>
  %v = async.await %h_v : !async.value<i32>
  %w0 = arith.extui %x0 : i8 to i32
  %m0 = arith.muli %w0, %v : i32
  %w1 = arith.extui %x1 : i8 to i32
  %m1 = arith.muli %w1, %v : i32
  %w2 = arith.extui %x2 : i8 to i32
  %m2 = arith.muli %w2, %v : i32
  %w3 = arith.extui %x3 : i8 to i32
  %m3 = arith.muli %w3, %v : i32
  %w4 = arith.extui %x4 : i8 to i32
  %m4 = arith.muli %w4, %v : i32
  %u0 = arith.extui %y0 : i16 to i32
  %n0 = arith.muli %u0, %v : i32
  %u1 = arith.extui %y1 : i16 to i32
  %n1 = arith.muli %u1, %v : i32
  %u2 = arith.extui %y2 : i16 to i32
  %n2 = arith.muli %u2, %v : i32
  %r1 = arith.addi %m0, %m1 : i32
  %r2 = arith.addi %r1, %m2 : i32
  %r3 = arith.addi %r2, %m3 : i32
  %r4 = arith.addi %r3, %m4 : i32
  %r5 = arith.addi %r4, %n0 : i32
  %r6 = arith.addi %r5, %n1 : i32
  %r = arith.addi %r6, %n2 : i32
  return %r : i32
}

func.func @main() -> i32 attributes {task.kernel} {
  %h = async.call @task() : () -> !async.value<i32>
  %r = async.await %h : !async.value<i32>
  return %r : i32
}
