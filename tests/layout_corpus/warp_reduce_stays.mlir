// A reduction over the lanes is not evaluated early, though its result would be smaller: all lanes must come to it together.
// MACHINE: task
// ARGS: 3
// RESULT: 10
// LB0: 256
// LB1: 256
// The await: V = 1 (%x, a load), U = 1 (%a): rows = 1 + 1 = 2: 256 bytes. %least, of the warp, would be one uniform word instead of %x.

memref.global "private" constant @x : memref<32xi32> = dense<[1, 5, 9, 13, 17, 21, 25, 29, 33, 37, 41, 45, 49, 53, 57, 61, 65, 69, 73, 77, 81, 85, 89, 93, 97, 101, 105, 109, 113, 117, 121, 125]>

async.func @next(%x: i32) -> !async.value<i32> {
  %one = arith.constant 1 : i32
  %r = arith.addi %x, %one : i32
  return %r : i32
}

async.func @task(%a: i32) -> !async.value<i32> {
  %c1 = arith.constant 1 : i32
  %lane = gpu.lane_id
  %x_all = memref.get_global @x : memref<32xi32>
  %x = memref.load %x_all[%lane] : memref<32xi32>
  %h_v = async.call @next(%c1) : (i32) -> !async.value<i32>
  %v = async.await %h_v : !async.value<i32>
  %least = gpu.subgroup_reduce minsi %x : (i32) -> i32
  %m = arith.muli %least, %v : i32
  %r = arith.addi %m, %a : i32
  %s = arith.muli %r, %v : i32
  return %s : i32
}

func.func @main(%a: i32) -> i32 attributes {task.kernel} {
  %h = async.call @task(%a) : (i32) -> !async.value<i32>
  %r = async.await %h : !async.value<i32>
  return %r : i32
}
