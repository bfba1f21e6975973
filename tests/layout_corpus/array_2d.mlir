// An array of rank 2, made by the task itself, and an index into it.
// MACHINE: task
// ARGS: 2
// RESULT: 4
// LB0: 64
// LB1: 60
// The await: %a: address, aligned address, offset, two sizes, two strides, 14 words; %i, 2 words: 64 bytes.
// %a is the result of an operation with an effect; %i is computed again from %x, one word: 60 bytes.

async.func @next(%x: i32) -> !async.value<i32> {
  %one = arith.constant 1 : i32
  %r = arith.addi %x, %one : i32
  return %r : i32
}

async.func @task(%x: i32) -> !async.value<i32> {
  %c1 = arith.constant 1 : i32
  %i0 = arith.constant 0 : index
  %i = arith.index_cast %x : i32 to index
  %a = memref.alloc() : memref<3x4xi32>
  memref.store %x, %a[%i0, %i] : memref<3x4xi32>
  %h_v = async.call @next(%c1) : (i32) -> !async.value<i32>
  %v = async.await %h_v : !async.value<i32>
  %y = memref.load %a[%i0, %i] : memref<3x4xi32>
  %r = arith.addi %y, %v : i32
  return %r : i32
}

func.func @main(%x: i32) -> i32 attributes {task.kernel} {
  %h = async.call @task(%x) : (i32) -> !async.value<i32>
  %r = async.await %h : !async.value<i32>
  return %r : i32
}
