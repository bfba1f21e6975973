// Narrow integers that are widened before the await are widened again behind it.
// MACHINE: task
// ARGS:
// RESULT: 212
// LB0: 16
// LB1: 4
// The await: %w0 ... %w3, four i32: 16 bytes. Computed again from %x0 ... %x3, four i8 that were loaded: 32 bits = 4 bytes.

memref.global "private" constant @bytes : memref<4xi8> = dense<[1, 2, 3, 100]>

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
  %bytes = memref.get_global @bytes : memref<4xi8>
  %x0 = memref.load %bytes[%i0] : memref<4xi8>
  %x1 = memref.load %bytes[%i1] : memref<4xi8>
  %x2 = memref.load %bytes[%i2] : memref<4xi8>
  %x3 = memref.load %bytes[%i3] : memref<4xi8>
  %w0 = arith.extui %x0 : i8 to i32
  %w1 = arith.extui %x1 : i8 to i32
  %w2 = arith.extui %x2 : i8 to i32
  %w3 = arith.extui %x3 : i8 to i32
  %h_v = async.call @next(%c1) : (i32) -> !async.value<i32>
  %v = async.await %h_v : !async.value<i32>
  %m0 = arith.muli %w0, %v : i32
  %m1 = arith.muli %w1, %v : i32
  %m2 = arith.muli %w2, %v : i32
  %m3 = arith.muli %w3, %v : i32
  %r1 = arith.addi %m0, %m1 : i32
  %r2 = arith.addi %r1, %m2 : i32
  %r = arith.addi %r2, %m3 : i32
  return %r : i32
}

func.func @main() -> i32 attributes {task.kernel} {
  %h = async.call @task() : () -> !async.value<i32>
  %r = async.await %h : !async.value<i32>
  return %r : i32
}
