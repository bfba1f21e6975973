// Five values that are the same in all lanes: they are kept once a warp.
// MACHINE: task
// ARGS: 1 2 3 4 5
// RESULT: 30
// LB0: 128
// LB1: 128
// The await: U = 5 words: rows = ceil(5 / 32) = 1: 128 bytes. Arguments, used with what the await gives.

async.func @next(%x: i32) -> !async.value<i32> {
  %one = arith.constant 1 : i32
  %r = arith.addi %x, %one : i32
  return %r : i32
}

async.func @task(%a: i32, %b: i32, %c: i32, %d: i32, %e: i32) -> !async.value<i32> {
  %c1 = arith.constant 1 : i32
  %lane = gpu.lane_id
  %h_v = async.call @next(%c1) : (i32) -> !async.value<i32>
  %v = async.await %h_v : !async.value<i32>
  %ma = arith.muli %a, %v : i32
  %mb = arith.muli %b, %v : i32
  %mc = arith.muli %c, %v : i32
  %md = arith.muli %d, %v : i32
  %me = arith.muli %e, %v : i32
  %s1 = arith.addi %ma, %mb : i32
  %s2 = arith.addi %s1, %mc : i32
  %s3 = arith.addi %s2, %md : i32
  %s = arith.addi %s3, %me : i32
  %l = arith.index_cast %lane : index to i32
  %own = arith.addi %s, %l : i32
  %r = gpu.subgroup_reduce minsi %own : (i32) -> i32
  return %r : i32
}

func.func @main(%a: i32, %b: i32, %c: i32, %d: i32, %e: i32) -> i32 attributes {task.kernel} {
  %h = async.call @task(%a, %b, %c, %d, %e) : (i32, i32, i32, i32, i32) -> !async.value<i32>
  %r = async.await %h : !async.value<i32>
  return %r : i32
}
