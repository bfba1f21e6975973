// Values of two words of each lane, and one of the warp.
// MACHINE: task
// ARGS: 9
// RESULT: 30
// LB0: 640
// LB1: 640
// The await: V = 4 (%x and %y: i64, loads), U = 2 (%a: i64): rows = 4 + ceil(2 / 32) = 5: 640 bytes. Each is used with what the await
// gives.

memref.global "private" constant @x : memref<32xi64> = dense<[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 32]>
memref.global "private" constant @y : memref<32xi64> = dense<[5, 7, 9, 11, 13, 15, 17, 19, 21, 23, 25, 27, 29, 31, 33, 35, 37, 39, 41, 43, 45, 47, 49, 51, 53, 55, 57, 59, 61, 63, 65, 67]>

async.func @next(%x: i32) -> !async.value<i32> {
  %one = arith.constant 1 : i32
  %r = arith.addi %x, %one : i32
  return %r : i32
}

async.func @task(%a: i64) -> !async.value<i32> {
  %c1 = arith.constant 1 : i32
  %lane = gpu.lane_id
  %x_all = memref.get_global @x : memref<32xi64>
  %x = memref.load %x_all[%lane] : memref<32xi64>
  %y_all = memref.get_global @y : memref<32xi64>
  %y = memref.load %y_all[%lane] : memref<32xi64>
  %h_v = async.call @next(%c1) : (i32) -> !async.value<i32>
  %v = async.await %h_v : !async.value<i32>
  %w = arith.extui %v : i32 to i64
  %mx = arith.muli %x, %w : i64
  %my = arith.muli %y, %w : i64
  %ma = arith.muli %a, %w : i64
  %s = arith.addi %mx, %my : i64
  %t = arith.addi %s, %ma : i64
  %own = arith.trunci %t : i64 to i32
  %r = gpu.subgroup_reduce minsi %own : (i32) -> i32
  return %r : i32
}

func.func @main(%a: i64) -> i32 attributes {task.kernel} {
  %h = async.call @task(%a) : (i64) -> !async.value<i32>
  %r = async.await %h : !async.value<i32>
  return %r : i32
}
