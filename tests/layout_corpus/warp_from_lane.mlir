// What comes from the lane id alone is computed again from nothing.
// MACHINE: task
// ARGS: 9
// RESULT: 18
// LB0: 256
// LB1: 128
// The await: V = 1 (%t, three times the lane id), U = 1 (%a): rows = 1 + 1 = 2: 256 bytes. %t is computed again: U = 1: 128 bytes.

async.func @next(%x: i32) -> !async.value<i32> {
  %one = arith.constant 1 : i32
  %r = arith.addi %x, %one : i32
  return %r : i32
}

async.func @task(%a: i32) -> !async.value<i32> {
  %c1 = arith.constant 1 : i32
  %c3 = arith.constant 3 : i32
  %lane = gpu.lane_id
  %l = arith.index_cast %lane : index to i32
  %t = arith.muli %l, %c3 : i32
  %h_v = async.call @next(%c1) : (i32) -> !async.value<i32>
  %v = async.await %h_v : !async.value<i32>
  %m = arith.muli %t, %v : i32
  %n = arith.muli %a, %v : i32
  %own = arith.addi %m, %n : i32
  %r = gpu.subgroup_reduce minsi %own : (i32) -> i32
  return %r : i32
}

func.func @main(%a: i32) -> i32 attributes {task.kernel} {
  %h = async.call @task(%a) : (i32) -> !async.value<i32>
  %r = async.await %h : !async.value<i32>
  return %r : i32
}
