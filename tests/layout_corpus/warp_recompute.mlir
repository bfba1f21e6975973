// Values of each lane that come from one value of the warp and the lane id: the one is kept.
// MACHINE: task
// ARGS: 9
// RESULT: 406
// LB0: 512
// LB1: 128
// The await: V = 4: 512 bytes. All come from %a and the lane id, which every lane knows: U = 1 word: a row, 128 bytes.

async.func @next(%x: i32) -> !async.value<i32> {
  %one = arith.constant 1 : i32
  %r = arith.addi %x, %one : i32
  return %r : i32
}

async.func @task(%a: i32) -> !async.value<i32> {
  %c1 = arith.constant 1 : i32
  %c3 = arith.constant 3 : i32
  %c5 = arith.constant 5 : i32
  %lane = gpu.lane_id
  %l = arith.index_cast %lane : index to i32
  %y0 = arith.addi %a, %l : i32
  %y1 = arith.muli %y0, %a : i32
  %y2 = arith.muli %y0, %c3 : i32
  %y3 = arith.addi %y1, %c5 : i32
  %h_v = async.call @next(%c1) : (i32) -> !async.value<i32>
  %v = async.await %h_v : !async.value<i32>
  %m0 = arith.muli %y0, %v : i32
  %m1 = arith.muli %y1, %v : i32
  %m2 = arith.muli %y2, %v : i32
  %m3 = arith.muli %y3, %v : i32
  %own1 = arith.addi %m0, %m1 : i32
  %own2 = arith.addi %own1, %m2 : i32
  %own = arith.addi %own2, %m3 : i32
  %r = gpu.subgroup_reduce minsi %own : (i32) -> i32
  return %r : i32
}

func.func @main(%a: i32) -> i32 attributes {task.kernel} {
  %h = async.call @task(%a) : (i32) -> !async.value<i32>
  %r = async.await %h : !async.value<i32>
  return %r : i32
}
