// Two arrays; the first is not used behind the second await.
// MACHINE: task
// ARGS: 3,4,5 6,7
// RESULT: 23
// LB0: 80
// LB1: 80
// await 1: %a and %b = 20 words = 80 bytes.  await 2: %b, and %s (of a load and an await): 44 bytes. Arrays are arguments.

async.func @next(%x: i32) -> !async.value<i32> {
  %one = arith.constant 1 : i32
  %r = arith.addi %x, %one : i32
  return %r : i32
}

async.func @task(%a: memref<?xi32>, %b: memref<?xi32>) -> !async.value<i32> {
  %c1 = arith.constant 1 : i32
  %c2 = arith.constant 2 : i32
  %i0 = arith.constant 0 : index
  %h_v = async.call @next(%c1) : (i32) -> !async.value<i32>
  %v = async.await %h_v : !async.value<i32>
  %x = memref.load %a[%i0] : memref<?xi32>
  %s = arith.addi %x, %v : i32
  %h_w = async.call @next(%c2) : (i32) -> !async.value<i32>
  %w = async.await %h_w : !async.value<i32>
  %y = memref.load %b[%i0] : memref<?xi32>
  %t = arith.muli %y, %w : i32
  %r = arith.addi %s, %t : i32
  return %r : i32
}

func.func @main(%a: memref<?xi32>, %b: memref<?xi32>) -> i32 attributes {task.kernel} {
  %h = async.call @task(%a, %b) : (memref<?xi32>, memref<?xi32>) -> !async.value<i32>
  %r = async.await %h : !async.value<i32>
  return %r : i32
}
