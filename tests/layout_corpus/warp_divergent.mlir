// Three values that every lane has its own of, and two that are the same in all.
// MACHINE: task
// ARGS: 5 6
// RESULT: 48
// LB0: 512
// LB1: 512
// The await: V = 3 words (%x, %y, %z: loads), U = 2 (%a, %b: arguments): rows = 3 + ceil(2 / 32) = 4: 512 bytes.
// Each is used with what the await gives.

memref.global "private" constant @x : memref<32xi32> = dense<[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 32]>
memref.global "private" constant @y : memref<32xi32> = dense<[5, 7, 9, 11, 13, 15, 17, 19, 21, 23, 25, 27, 29, 31, 33, 35, 37, 39, 41, 43, 45, 47, 49, 51, 53, 55, 57, 59, 61, 63, 65, 67]>
memref.global "private" constant @z : memref<32xi32> = dense<[7, 10, 13, 16, 19, 22, 25, 28, 31, 34, 37, 40, 43, 46, 49, 52, 55, 58, 61, 64, 67, 70, 73, 76, 79, 82, 85, 88, 91, 94, 97, 100]>

async.func @next(%x: i32) -> !async.value<i32> {
  %one = arith.constant 1 : i32
  %r = arith.addi %x, %one : i32
  return %r : i32
}

async.func @task(%a: i32, %b: i32) -> !async.value<i32> {
  %c1 = arith.constant 1 : i32
  %lane = gpu.lane_id
  %x_all = memref.get_global @x : memref<32xi32>
  %x = memref.load %x_all[%lane] : memref<32xi32>
  %y_all = memref.get_global @y : memref<32xi32>
  %y = memref.load %y_all[%lane] : memref<32xi32>
  %z_all = memref.get_global @z : memref<32xi32>
  %z = memref.load %z_all[%lane] : memref<32xi32>
  %h_v = async.call @next(%c1) : (i32) -> !async.value<i32>
  %v = async.await %h_v : !async.value<i32>
  %mx = arith.muli %x, %v : i32
  %my = arith.muli %y, %v : i32
  %mz = arith.muli %z, %v : i32
  %ma = arith.muli %a, %v : i32
  %mb = arith.muli %b, %v : i32
  %own1 = arith.addi %mx, %my : i32
  %own2 = arith.addi %own1, %mz : i32
  %own3 = arith.addi %own2, %ma : i32
  %own = arith.addi %own3, %mb : i32
  %r = gpu.subgroup_reduce minsi %own : (i32) -> i32
  return %r : i32
}

func.func @main(%a: i32, %b: i32) -> i32 attributes {task.kernel} {
  %h = async.call @task(%a, %b) : (i32, i32) -> !async.value<i32>
  %r = async.await %h : !async.value<i32>
  return %r : i32
}
