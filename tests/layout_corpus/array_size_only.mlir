// Behind the await only the size of an array is asked for: it may be asked for early.
// MACHINE: task
// ARGS: 3,4,5
// RESULT: 5
// LB0: 40
// LB1: 4
// The await: %a, 10 words = 40 bytes. %n, two words, may be evaluated early, and %m, one word, from it: 4 bytes.

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
  %n = memref.dim %a, %i0 : memref<?xi32>
  %m = arith.index_cast %n : index to i32
  %r = arith.addi %m, %v : i32
  return %r : i32
}

func.func @main(%a: memref<?xi32>) -> i32 attributes {task.kernel} {
  %h = async.call @task(%a) : (memref<?xi32>) -> !async.value<i32>
  %r = async.await %h : !async.value<i32>
  return %r : i32
}
