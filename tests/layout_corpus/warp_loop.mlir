// A loop that all lanes run together, with a sum in each lane.
// MACHINE: task
// ARGS: 4
// RESULT: 10
// LB0: 384
// LB1: 384
// The await: V = 2 (%acc, a block argument, and %x, a load), U = 2 (%i, %n): rows = 2 + ceil(2 / 32) = 3: 384 bytes.

memref.global "private" constant @x : memref<32xi32> = dense<[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 32]>

async.func @next(%x: i32) -> !async.value<i32> {
  %one = arith.constant 1 : i32
  %r = arith.addi %x, %one : i32
  return %r : i32
}

async.func @task(%n: i32) -> !async.value<i32> {
  %c0 = arith.constant 0 : i32
  %c1 = arith.constant 1 : i32
  %lane = gpu.lane_id
  %x_all = memref.get_global @x : memref<32xi32>
  %x = memref.load %x_all[%lane] : memref<32xi32>
  %own = scf.for %i = %c0 to %n step %c1 iter_args(%acc = %c0) -> (i32) : i32 {
    %h_v = async.call @next(%i) : (i32) -> !async.value<i32>
    %v = async.await %h_v : !async.value<i32>
    %p = arith.muli %x, %v : i32
    %sum = arith.addi %acc, %p : i32
    scf.yield %sum : i32
  }
  %r = gpu.subgroup_reduce minsi %own : (i32) -> i32
  return %r : i32
}

func.func @main(%n: i32) -> i32 attributes {task.kernel} {
  %h = async.call @task(%n) : (i32) -> !async.value<i32>
  %r = async.await %h : !async.value<i32>
  return %r : i32
}
