// Four narrow values of each lane fill a word of each lane.
// MACHINE: task
// ARGS:
// RESULT: 106
// LB0: 128
// LB1: 128
// The await: four i8 of each lane, loads: 32 bits: V = 1 word: a row, 128 bytes. Each is widened and multiplied with what the await gives.

memref.global "private" constant @w : memref<32xi8> = dense<[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 32]>
memref.global "private" constant @x : memref<32xi8> = dense<[5, 7, 9, 11, 13, 15, 17, 19, 21, 23, 25, 27, 29, 31, 33, 35, 37, 39, 41, 43, 45, 47, 49, 51, 53, 55, 57, 59, 61, 63, 65, 67]>
memref.global "private" constant @y : memref<32xi8> = dense<[7, 10, 13, 16, 19, 22, 25, 28, 31, 34, 37, 40, 43, 46, 49, 52, 55, 58, 61, 64, 67, 70, 73, 76, 79, 82, 85, 88, 91, 94, 97, 100]>
memref.global "private" constant @z : memref<32xi8> = dense<[40, 41, 42, 43, 44, 45, 46, 47, 48, 49, 50, 51, 52, 53, 54, 55, 56, 57, 58, 59, 60, 61, 62, 63, 64, 65, 66, 67, 68, 69, 70, 71]>

async.func @next(%x: i32) -> !async.value<i32> {
  %one = arith.constant 1 : i32
  %r = arith.addi %x, %one : i32
  return %r : i32
}

async.func @task() -> !async.value<i32> {
  %c1 = arith.constant 1 : i32
  %lane = gpu.lane_id
  %w_all = memref.get_global @w : memref<32xi8>
  %w = memref.load %w_all[%lane] : memref<32xi8>
  %x_all = memref.get_global @x : memref<32xi8>
  %x = memref.load %x_all[%lane] : memref<32xi8>
  %y_all = memref.get_global @y : memref<32xi8>
  %y = memref.load %y_all[%lane] : memref<32xi8>
  %z_all = memref.get_global @z : memref<32xi8>
  %z = memref.load %z_all[%lane] : memref<32xi8>
  %h_v = async.call @next(%c1) : (i32) -> !async.value<i32>
  %v = async.await %h_v : !async.value<i32>
  %ew = arith.extui %w : i8 to i32
  %mw = arith.muli %ew, %v : i32
  %ex = arith.extui %x : i8 to i32
  %mx = arith.muli %ex, %v : i32
  %ey = arith.extui %y : i8 to i32
  %my = arith.muli %ey, %v : i32
  %ez = arith.extui %z : i8 to i32
  %mz = arith.muli %ez, %v : i32
  %own1 = arith.addi %mw, %mx : i32
  %own2 = arith.addi %own1, %my : i32
  %own = arith.addi %own2, %mz : i32
  %r = gpu.subgroup_reduce minsi %own : (i32) -> i32
  return %r : i32
}

func.func @main() -> i32 attributes {task.kernel} {
  %h = async.call @task() : () -> !async.value<i32>
  %r = async.await %h : !async.value<i32>
  return %r : i32
}
