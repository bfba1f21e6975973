// A load is not done early: another task may write in between. Nor is it done again.
// MACHINE: task
// ARGS: 3,4
// RESULT: 5
// LB0: 44
// LB1: 44
// The await: %a (10 words) for the load behind it, %x, the load before it: 44 bytes.

async.func @next(%x: i32) -> !async.value<i32> {
  %one = arith.constant 1 : i32
  %r = arith.addi %x, %one : i32
  return %r : i32
}

async.func @task(%a: memref<?xi32>) -> !async.value<i32> {
  %c1 = arith.constant 1 : i32
  %i0 = arith.constant 0 : index
  %i1 = arith.constant 1 : index
  %x = memref.load %a[%i0] : memref<?xi32>
  %h_v = async.call @next(%c1) : (i32) -> !async.value<i32>
  %v = async.await %h_v : !async.value<i32>
  %y = memref.load %a[%i1] : memref<?xi32>
  %s = arith.muli %y, %v : i32
  %r = arith.subi %s, %x : i32
  return %r : i32
}

func.func @main(%a: memref<?xi32>) -> i32 attributes {task.kernel} {
  %h = async.call @task(%a) : (memref<?xi32>) -> !async.value<i32>
  %r = async.await %h : !async.value<i32>
  return %r : i32
}
