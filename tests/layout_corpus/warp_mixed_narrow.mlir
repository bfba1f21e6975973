// Narrow values of each lane, narrow values of the warp, and predicates of both kinds.
// MACHINE: task
// ARGS: 5 6
// RESULT: 38
// LB0: 384
// LB1: 384
// The await: three i16 of each lane: 48 bits: V = 2. The i8 %b8 and the i1 %q of the warp: 9 bits: U = 1. P = 2 (%p0, %p1).
// rows = 2 + ceil((1 + 2) / 32) = 3: 384 bytes.
// %p0 and %p1 come from %x and %y, which are kept anyway: P = 0, but still U = 1: 384 bytes. %x, %y, %z are loads; %q comes from %a and %b
// and %b8 from %b, 32 bits each. All are used with what the await gives.

memref.global "private" constant @x : memref<32xi16> = dense<[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 32]>
memref.global "private" constant @y : memref<32xi16> = dense<[5, 7, 9, 11, 13, 15, 17, 19, 21, 23, 25, 27, 29, 31, 33, 35, 37, 39, 41, 43, 45, 47, 49, 51, 53, 55, 57, 59, 61, 63, 65, 67]>
memref.global "private" constant @z : memref<32xi16> = dense<[7, 10, 13, 16, 19, 22, 25, 28, 31, 34, 37, 40, 43, 46, 49, 52, 55, 58, 61, 64, 67, 70, 73, 76, 79, 82, 85, 88, 91, 94, 97, 100]>

async.func @next(%x: i32) -> !async.value<i32> {
  %one = arith.constant 1 : i32
  %r = arith.addi %x, %one : i32
  return %r : i32
}

async.func @task(%a: i32, %b: i32) -> !async.value<i32> {
  %c1 = arith.constant 1 : i32
  %c3 = arith.constant 3 : i32
  %c7 = arith.constant 7 : i32
  %lane = gpu.lane_id
  %x_all = memref.get_global @x : memref<32xi16>
  %x = memref.load %x_all[%lane] : memref<32xi16>
  %y_all = memref.get_global @y : memref<32xi16>
  %y = memref.load %y_all[%lane] : memref<32xi16>
  %z_all = memref.get_global @z : memref<32xi16>
  %z = memref.load %z_all[%lane] : memref<32xi16>
  %ex0 = arith.extui %x : i16 to i32
  %p0 = arith.cmpi sgt, %ex0, %c3 : i32
  %ey0 = arith.extui %y : i16 to i32
  %p1 = arith.cmpi sgt, %ey0, %c7 : i32
  %q = arith.cmpi slt, %a, %b : i32
  %b8 = arith.trunci %b : i32 to i8
  %h_v = async.call @next(%c1) : (i32) -> !async.value<i32>
  %v = async.await %h_v : !async.value<i32>
  %eb = arith.extui %b8 : i8 to i32
  %mb = arith.muli %eb, %v : i32
  %ex = arith.extui %x : i16 to i32
  %mx = arith.muli %ex, %v : i32
  %ey = arith.extui %y : i16 to i32
  %my = arith.muli %ey, %v : i32
  %ez = arith.extui %z : i16 to i32
  %mz = arith.muli %ez, %v : i32
  %sum1 = arith.addi %mx, %my : i32
  %sum2 = arith.addi %sum1, %mz : i32
  %sum = arith.addi %sum2, %mb : i32
  %s0 = arith.select %p0, %v, %sum : i32
  %s1 = arith.select %p1, %sum, %s0 : i32
  %own = arith.select %q, %s1, %v : i32
  %r = gpu.subgroup_reduce minsi %own : (i32) -> i32
  return %r : i32
}

func.func @main(%a: i32, %b: i32) -> i32 attributes {task.kernel} {
  %h = async.call @task(%a, %b) : (i32, i32) -> !async.value<i32>
  %r = async.await %h : !async.value<i32>
  return %r : i32
}
