// An array and handles are the same in all lanes.
// MACHINE: task
// ARGS: 3,4,5
// RESULT: 15
// LB0: 128
// LB1: 128
// await 1: %h2 (a handle, a word), %a (10 words): U = 11: a row = 128 bytes.  await 2: %a, %v1: U = 11: a row.

async.func @next(%x: i32) -> !async.value<i32> {
  %one = arith.constant 1 : i32
  %r = arith.addi %x, %one : i32
  return %r : i32
}

async.func @task(%a: memref<?xi32>) -> !async.value<i32> {
  %c1 = arith.constant 1 : i32
  %c2 = arith.constant 2 : i32
  %lane = gpu.lane_id
  %i0 = arith.constant 0 : index
  %h1 = async.call @next(%c1) : (i32) -> !async.value<i32>
  %h2 = async.call @next(%c2) : (i32) -> !async.value<i32>
  %v1 = async.await %h1 : !async.value<i32>
  %v2 = async.await %h2 : !async.value<i32>
  %x = memref.load %a[%i0] : memref<?xi32>
  %p = arith.muli %x, %v2 : i32
  %q = arith.muli %v1, %v2 : i32
  %s = arith.addi %p, %q : i32
  %l = arith.index_cast %lane : index to i32
  %own = arith.addi %s, %l : i32
  %r = gpu.subgroup_reduce minsi %own : (i32) -> i32
  return %r : i32
}

func.func @main(%a: memref<?xi32>) -> i32 attributes {task.kernel} {
  %h = async.call @task(%a) : (memref<?xi32>) -> !async.value<i32>
  %r = async.await %h : !async.value<i32>
  return %r : i32
}
