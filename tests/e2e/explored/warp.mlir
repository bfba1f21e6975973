// A task that a whole warp runs; a divergent value and a narrow result cross its suspension.

async.func @part(%x: i32) -> !async.value<i32> {
  %lane = gpu.lane_id
  %number = arith.index_cast %lane : index to i32
  %own = arith.addi %x, %number : i32
  task.yield_now
  %sum = gpu.subgroup_reduce add %own : (i32) -> i32
  return %sum : i32
}
func.func @main() -> i32 {
  %one = arith.constant 1 : i32
  %h = async.call @part(%one) : (i32) -> !async.value<i32>
  %v = async.await %h : !async.value<i32>
  return %v : i32
}
