// Four values of each lane, summed only behind the await: the sum may be evaluated before it.
// MACHINE: task
// ARGS:
// RESULT: 106
// LB0: 512
// LB1: 128
// The await: V = 4 (loads): 512 bytes. Their sum may be evaluated early: V = 1: 128 bytes.

memref.global "private" constant @w : memref<32xi32> = dense<[1, 5, 9, 13, 17, 21, 25, 29, 33, 37, 41, 45, 49, 53, 57, 61, 65, 69, 73, 77, 81, 85, 89, 93, 97, 101, 105, 109, 113, 117, 121, 125]>
memref.global "private" constant @x : memref<32xi32> = dense<[5, 7, 9, 11, 13, 15, 17, 19, 21, 23, 25, 27, 29, 31, 33, 35, 37, 39, 41, 43, 45, 47, 49, 51, 53, 55, 57, 59, 61, 63, 65, 67]>
memref.global "private" constant @y : memref<32xi32> = dense<[7, 10, 13, 16, 19, 22, 25, 28, 31, 34, 37, 40, 43, 46, 49, 52, 55, 58, 61, 64, 67, 70, 73, 76, 79, 82, 85, 88, 91, 94, 97, 100]>
memref.global "private" constant @z : memref<32xi32> = dense<[40, 41, 42, 43, 44, 45, 46, 47, 48, 49, 50, 51, 52, 53, 54, 55, 56, 57, 58, 59, 60, 61, 62, 63, 64, 65, 66, 67, 68, 69, 70, 71]>

async.func @next(%x: i32) -> !async.value<i32> {
  %one = arith.constant 1 : i32
  %r = arith.addi %x, %one : i32
  return %r : i32
}

async.func @task() -> !async.value<i32> {
  %c1 = arith.constant 1 : i32
  %lane = gpu.lane_id
  %w_all = memref.get_global @w : memref<32xi32>
  %w = memref.load %w_all[%lane] : memref<32xi32>
  %x_all = memref.get_global @x : memref<32xi32>
  %x = memref.load %x_all[%lane] : memref<32xi32>
  %y_all = memref.get_global @y : memref<32xi32>
  %y = memref.load %y_all[%lane] : memref<32xi32>
  %z_all = memref.get_global @z : memref<32xi32>
  %z = memref.load %z_all[%lane] : memref<32xi32>
  %h_v = async.call @next(%c1) : (i32) -> !async.value<i32>
  %v = async.await %h_v : !async.value<i32>
  %s1 = arith.addi %w, %x : i32
  %s2 = arith.addi %s1, %y : i32
  %s = arith.addi %s2, %z : i32
  %own = arith.muli %s, %v : i32
  %r = gpu.subgroup_reduce minsi %own : (i32) -> i32
  return %r : i32
}

func.func @main() -> i32 attributes {task.kernel} {
  %h = async.call @task() : () -> !async.value<i32>
  %r = async.await %h : !async.value<i32>
  return %r : i32
}
