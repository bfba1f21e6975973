// An array crosses by its descriptor.
// MACHINE: task
// ARGS: 3,4,5
// RESULT: 5
// LB0: 40
// LB1: 40
// The await: %a, an array of rank 1: address, aligned address, offset, size, stride: 10 words = 40 bytes. An argument; the load behind
// the await cannot be done before it.

async.func @next(%x: i32) -> !async.value<i32> {
  %one = arith.constant 1 : i32
  %r = arith.addi %x, %one : i32
  return %r : i32
}

async.func @task(%a: memref<?xi32>) -> !async.value<i32> {
  %c1 = arith.constant 1 : i32
  %i0 = arith.constant 0 : index
  %h_v = async.call @next(%c1) : (i32) -> !async.value<i32>
  %v = async.await %h_v : !async.value<i32>
  %x = memref.load %a[%i0] : memref<?xi32>
  %r = arith.addi %x, %v : i32
  return %r : i32
}

func.func @main(%a: memref<?xi32>) -> i32 attributes {task.kernel} {
  %h = async.call @task(%a) : (memref<?xi32>) -> !async.value<i32>
  %r = async.await %h : !async.value<i32>
  return %r : i32
}
