// One predicate more than fit a row of ballots; the value that all of them come from takes a row alone.
// MACHINE: task
// ARGS:
// RESULT: 16
// LB0: 256
// LB1: 128
// The await: P = 33: rows = ceil(33 / 32) = 2: 256 bytes. All come from %x, a load: V = 1 word, a row: 128 bytes.

memref.global "private" constant @x : memref<32xi32> = dense<[10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40, 41]>

async.func @next(%x: i32) -> !async.value<i32> {
  %one = arith.constant 1 : i32
  %r = arith.addi %x, %one : i32
  return %r : i32
}

async.func @task() -> !async.value<i32> {
  %c0 = arith.constant 0 : i32
  %c1 = arith.constant 1 : i32
  %c2 = arith.constant 2 : i32
  %c3 = arith.constant 3 : i32
  %c4 = arith.constant 4 : i32
  %c5 = arith.constant 5 : i32
  %c6 = arith.constant 6 : i32
  %c7 = arith.constant 7 : i32
  %c8 = arith.constant 8 : i32
  %c9 = arith.constant 9 : i32
  %c10 = arith.constant 10 : i32
  %c11 = arith.constant 11 : i32
  %c12 = arith.constant 12 : i32
  %c13 = arith.constant 13 : i32
  %c14 = arith.constant 14 : i32
  %c15 = arith.constant 15 : i32
  %c16 = arith.constant 16 : i32
  %c17 = arith.constant 17 : i32
  %c18 = arith.constant 18 : i32
  %c19 = arith.constant 19 : i32
  %c20 = arith.constant 20 : i32
  %c21 = arith.constant 21 : i32
  %c22 = arith.constant 22 : i32
  %c23 = arith.constant 23 : i32
  %c24 = arith.constant 24 : i32
  %c25 = arith.constant 25 : i32
  %c26 = arith.constant 26 : i32
  %c27 = arith.constant 27 : i32
  %c28 = arith.constant 28 : i32
  %c29 = arith.constant 29 : i32
  %c30 = arith.constant 30 : i32
  %c31 = arith.constant 31 : i32
  %c32 = arith.constant 32 : i32
  %c33 = arith.constant 33 : i32
  %c34 = arith.constant 34 : i32
  %lane = gpu.lane_id
  %x_all = memref.get_global @x : memref<32xi32>
  %x = memref.load %x_all[%lane] : memref<32xi32>
  %p0 = arith.cmpi sgt, %x, %c2 : i32
  %p1 = arith.cmpi sgt, %x, %c3 : i32
  %p2 = arith.cmpi sgt, %x, %c4 : i32
  %p3 = arith.cmpi sgt, %x, %c5 : i32
  %p4 = arith.cmpi sgt, %x, %c6 : i32
  %p5 = arith.cmpi sgt, %x, %c7 : i32
  %p6 = arith.cmpi sgt, %x, %c8 : i32
  %p7 = arith.cmpi sgt, %x, %c9 : i32
  %p8 = arith.cmpi sgt, %x, %c10 : i32
  %p9 = arith.cmpi sgt, %x, %c11 : i32
  %p10 = arith.cmpi sgt, %x, %c12 : i32
  %p11 = arith.cmpi sgt, %x, %c13 : i32
  %p12 = arith.cmpi sgt, %x, %c14 : i32
  %p13 = arith.cmpi sgt, %x, %c15 : i32
  %p14 = arith.cmpi sgt, %x, %c16 : i32
  %p15 = arith.cmpi sgt, %x, %c17 : i32
  %p16 = arith.cmpi sgt, %x, %c18 : i32
  %p17 = arith.cmpi sgt, %x, %c19 : i32
  %p18 = arith.cmpi sgt, %x, %c20 : i32
  %p19 = arith.cmpi sgt, %x, %c21 : i32
  %p20 = arith.cmpi sgt, %x, %c22 : i32
  %p21 = arith.cmpi sgt, %x, %c23 : i32
  %p22 = arith.cmpi sgt, %x, %c24 : i32
  %p23 = arith.cmpi sgt, %x, %c25 : i32
  %p24 = arith.cmpi sgt, %x, %c26 : i32
  %p25 = arith.cmpi sgt, %x, %c27 : i32
  %p26 = arith.cmpi sgt, %x, %c28 : i32
  %p27 = arith.cmpi sgt, %x, %c29 : i32
  %p28 = arith.cmpi sgt, %x, %c30 : i32
  %p29 = arith.cmpi sgt, %x, %c31 : i32
  %p30 = arith.cmpi sgt, %x, %c32 : i32
  %p31 = arith.cmpi sgt, %x, %c33 : i32
  %p32 = arith.cmpi sgt, %x, %c34 : i32
  %h_v = async.call @next(%c1) : (i32) -> !async.value<i32>
  %v = async.await %h_v : !async.value<i32>
  %s0 = arith.select %p0, %v, %c0 : i32
  %s1 = arith.select %p1, %v, %c0 : i32
  %s2 = arith.select %p2, %v, %c0 : i32
  %s3 = arith.select %p3, %v, %c0 : i32
  %s4 = arith.select %p4, %v, %c0 : i32
  %s5 = arith.select %p5, %v, %c0 : i32
  %s6 = arith.select %p6, %v, %c0 : i32
  %s7 = arith.select %p7, %v, %c0 : i32
  %s8 = arith.select %p8, %v, %c0 : i32
  %s9 = arith.select %p9, %v, %c0 : i32
  %s10 = arith.select %p10, %v, %c0 : i32
  %s11 = arith.select %p11, %v, %c0 : i32
  %s12 = arith.select %p12, %v, %c0 : i32
  %s13 = arith.select %p13, %v, %c0 : i32
  %s14 = arith.select %p14, %v, %c0 : i32
  %s15 = arith.select %p15, %v, %c0 : i32
  %s16 = arith.select %p16, %v, %c0 : i32
  %s17 = arith.select %p17, %v, %c0 : i32
  %s18 = arith.select %p18, %v, %c0 : i32
  %s19 = arith.select %p19, %v, %c0 : i32
  %s20 = arith.select %p20, %v, %c0 : i32
  %s21 = arith.select %p21, %v, %c0 : i32
  %s22 = arith.select %p22, %v, %c0 : i32
  %s23 = arith.select %p23, %v, %c0 : i32
  %s24 = arith.select %p24, %v, %c0 : i32
  %s25 = arith.select %p25, %v, %c0 : i32
  %s26 = arith.select %p26, %v, %c0 : i32
  %s27 = arith.select %p27, %v, %c0 : i32
  %s28 = arith.select %p28, %v, %c0 : i32
  %s29 = arith.select %p29, %v, %c0 : i32
  %s30 = arith.select %p30, %v, %c0 : i32
  %s31 = arith.select %p31, %v, %c0 : i32
  %s32 = arith.select %p32, %v, %c0 : i32
  %own1 = arith.addi %s0, %s1 : i32
  %own2 = arith.addi %own1, %s2 : i32
  %own3 = arith.addi %own2, %s3 : i32
  %own4 = arith.addi %own3, %s4 : i32
  %own5 = arith.addi %own4, %s5 : i32
  %own6 = arith.addi %own5, %s6 : i32
  %own7 = arith.addi %own6, %s7 : i32
  %own8 = arith.addi %own7, %s8 : i32
  %own9 = arith.addi %own8, %s9 : i32
  %own10 = arith.addi %own9, %s10 : i32
  %own11 = arith.addi %own10, %s11 : i32
  %own12 = arith.addi %own11, %s12 : i32
  %own13 = arith.addi %own12, %s13 : i32
  %own14 = arith.addi %own13, %s14 : i32
  %own15 = arith.addi %own14, %s15 : i32
  %own16 = arith.addi %own15, %s16 : i32
  %own17 = arith.addi %own16, %s17 : i32
  %own18 = arith.addi %own17, %s18 : i32
  %own19 = arith.addi %own18, %s19 : i32
  %own20 = arith.addi %own19, %s20 : i32
  %own21 = arith.addi %own20, %s21 : i32
  %own22 = arith.addi %own21, %s22 : i32
  %own23 = arith.addi %own22, %s23 : i32
  %own24 = arith.addi %own23, %s24 : i32
  %own25 = arith.addi %own24, %s25 : i32
  %own26 = arith.addi %own25, %s26 : i32
  %own27 = arith.addi %own26, %s27 : i32
  %own28 = arith.addi %own27, %s28 : i32
  %own29 = arith.addi %own28, %s29 : i32
  %own30 = arith.addi %own29, %s30 : i32
  %own31 = arith.addi %own30, %s31 : i32
  %own = arith.addi %own31, %s32 : i32
  %r = gpu.subgroup_reduce minsi %own : (i32) -> i32
  return %r : i32
}

func.func @main() -> i32 attributes {task.kernel} {
  %h = async.call @task() : () -> !async.value<i32>
  %r = async.await %h : !async.value<i32>
  return %r : i32
}
