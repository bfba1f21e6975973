// More uniform values than lanes: a second row.
// MACHINE: task
// ARGS:
// RESULT: 1560
// LB0: 256
// LB1: 256
// The await: U = 40 words, loads that are the same in all lanes: rows = ceil(40 / 32) = 2: 256 bytes. Each is used with what the await
// gives.

memref.global "private" constant @numbers : memref<40xi32> = dense<[0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39]>

async.func @next(%x: i32) -> !async.value<i32> {
  %one = arith.constant 1 : i32
  %r = arith.addi %x, %one : i32
  return %r : i32
}

async.func @task() -> !async.value<i32> {
  %c1 = arith.constant 1 : i32
  %lane = gpu.lane_id
  %i0 = arith.constant 0 : index
  %i1 = arith.constant 1 : index
  %i2 = arith.constant 2 : index
  %i3 = arith.constant 3 : index
  %i4 = arith.constant 4 : index
  %i5 = arith.constant 5 : index
  %i6 = arith.constant 6 : index
  %i7 = arith.constant 7 : index
  %i8 = arith.constant 8 : index
  %i9 = arith.constant 9 : index
  %i10 = arith.constant 10 : index
  %i11 = arith.constant 11 : index
  %i12 = arith.constant 12 : index
  %i13 = arith.constant 13 : index
  %i14 = arith.constant 14 : index
  %i15 = arith.constant 15 : index
  %i16 = arith.constant 16 : index
  %i17 = arith.constant 17 : index
  %i18 = arith.constant 18 : index
  %i19 = arith.constant 19 : index
  %i20 = arith.constant 20 : index
  %i21 = arith.constant 21 : index
  %i22 = arith.constant 22 : index
  %i23 = arith.constant 23 : index
  %i24 = arith.constant 24 : index
  %i25 = arith.constant 25 : index
  %i26 = arith.constant 26 : index
  %i27 = arith.constant 27 : index
  %i28 = arith.constant 28 : index
  %i29 = arith.constant 29 : index
  %i30 = arith.constant 30 : index
  %i31 = arith.constant 31 : index
  %i32 = arith.constant 32 : index
  %i33 = arith.constant 33 : index
  %i34 = arith.constant 34 : index
  %i35 = arith.constant 35 : index
  %i36 = arith.constant 36 : index
  %i37 = arith.constant 37 : index
  %i38 = arith.constant 38 : index
  %i39 = arith.constant 39 : index
  %numbers = memref.get_global @numbers : memref<40xi32>
  %x0 = memref.load %numbers[%i0] : memref<40xi32>
  %x1 = memref.load %numbers[%i1] : memref<40xi32>
  %x2 = memref.load %numbers[%i2] : memref<40xi32>
  %x3 = memref.load %numbers[%i3] : memref<40xi32>
  %x4 = memref.load %numbers[%i4] : memref<40xi32>
  %x5 = memref.load %numbers[%i5] : memref<40xi32>
  %x6 = memref.load %numbers[%i6] : memref<40xi32>
  %x7 = memref.load %numbers[%i7] : memref<40xi32>
  %x8 = memref.load %numbers[%i8] : memref<40xi32>
  %x9 = memref.load %numbers[%i9] : memref<40xi32>
  %x10 = memref.load %numbers[%i10] : memref<40xi32>
  %x11 = memref.load %numbers[%i11] : memref<40xi32>
  %x12 = memref.load %numbers[%i12] : memref<40xi32>
  %x13 = memref.load %numbers[%i13] : memref<40xi32>
  %x14 = memref.load %numbers[%i14] : memref<40xi32>
  %x15 = memref.load %numbers[%i15] : memref<40xi32>
  %x16 = memref.load %numbers[%i16] : memref<40xi32>
  %x17 = memref.load %numbers[%i17] : memref<40xi32>
  %x18 = memref.load %numbers[%i18] : memref<40xi32>
  %x19 = memref.load %numbers[%i19] : memref<40xi32>
  %x20 = memref.load %numbers[%i20] : memref<40xi32>
  %x21 = memref.load %numbers[%i21] : memref<40xi32>
  %x22 = memref.load %numbers[%i22] : memref<40xi32>
  %x23 = memref.load %numbers[%i23] : memref<40xi32>
  %x24 = memref.load %numbers[%i24] : memref<40xi32>
  %x25 = memref.load %numbers[%i25] : memref<40xi32>
  %x26 = memref.load %numbers[%i26] : memref<40xi32>
  %x27 = memref.load %numbers[%i27] : memref<40xi32>
  %x28 = memref.load %numbers[%i28] : memref<40xi32>
  %x29 = memref.load %numbers[%i29] : memref<40xi32>
  %x30 = memref.load %numbers[%i30] : memref<40xi32>
  %x31 = memref.load %numbers[%i31] : memref<40xi32>
  %x32 = memref.load %numbers[%i32] : memref<40xi32>
  %x33 = memref.load %numbers[%i33] : memref<40xi32>
  %x34 = memref.load %numbers[%i34] : memref<40xi32>
  %x35 = memref.load %numbers[%i35] : memref<40xi32>
  %x36 = memref.load %numbers[%i36] : memref<40xi32>
  %x37 = memref.load %numbers[%i37] : memref<40xi32>
  %x38 = memref.load %numbers[%i38] : memref<40xi32>
  %x39 = memref.load %numbers[%i39] : memref<40xi32>
  %h_v = async.call @next(%c1) : (i32) -> !async.value<i32>
  %v = async.await %h_v : !async.value<i32>
  %m0 = arith.muli %x0, %v : i32
  %m1 = arith.muli %x1, %v : i32
  %m2 = arith.muli %x2, %v : i32
  %m3 = arith.muli %x3, %v : i32
  %m4 = arith.muli %x4, %v : i32
  %m5 = arith.muli %x5, %v : i32
  %m6 = arith.muli %x6, %v : i32
  %m7 = arith.muli %x7, %v : i32
  %m8 = arith.muli %x8, %v : i32
  %m9 = arith.muli %x9, %v : i32
  %m10 = arith.muli %x10, %v : i32
  %m11 = arith.muli %x11, %v : i32
  %m12 = arith.muli %x12, %v : i32
  %m13 = arith.muli %x13, %v : i32
  %m14 = arith.muli %x14, %v : i32
  %m15 = arith.muli %x15, %v : i32
  %m16 = arith.muli %x16, %v : i32
  %m17 = arith.muli %x17, %v : i32
  %m18 = arith.muli %x18, %v : i32
  %m19 = arith.muli %x19, %v : i32
  %m20 = arith.muli %x20, %v : i32
  %m21 = arith.muli %x21, %v : i32
  %m22 = arith.muli %x22, %v : i32
  %m23 = arith.muli %x23, %v : i32
  %m24 = arith.muli %x24, %v : i32
  %m25 = arith.muli %x25, %v : i32
  %m26 = arith.muli %x26, %v : i32
  %m27 = arith.muli %x27, %v : i32
  %m28 = arith.muli %x28, %v : i32
  %m29 = arith.muli %x29, %v : i32
  %m30 = arith.muli %x30, %v : i32
  %m31 = arith.muli %x31, %v : i32
  %m32 = arith.muli %x32, %v : i32
  %m33 = arith.muli %x33, %v : i32
  %m34 = arith.muli %x34, %v : i32
  %m35 = arith.muli %x35, %v : i32
  %m36 = arith.muli %x36, %v : i32
  %m37 = arith.muli %x37, %v : i32
  %m38 = arith.muli %x38, %v : i32
  %m39 = arith.muli %x39, %v : i32
  %s1 = arith.addi %m0, %m1 : i32
  %s2 = arith.addi %s1, %m2 : i32
  %s3 = arith.addi %s2, %m3 : i32
  %s4 = arith.addi %s3, %m4 : i32
  %s5 = arith.addi %s4, %m5 : i32
  %s6 = arith.addi %s5, %m6 : i32
  %s7 = arith.addi %s6, %m7 : i32
  %s8 = arith.addi %s7, %m8 : i32
  %s9 = arith.addi %s8, %m9 : i32
  %s10 = arith.addi %s9, %m10 : i32
  %s11 = arith.addi %s10, %m11 : i32
  %s12 = arith.addi %s11, %m12 : i32
  %s13 = arith.addi %s12, %m13 : i32
  %s14 = arith.addi %s13, %m14 : i32
  %s15 = arith.addi %s14, %m15 : i32
  %s16 = arith.addi %s15, %m16 : i32
  %s17 = arith.addi %s16, %m17 : i32
  %s18 = arith.addi %s17, %m18 : i32
  %s19 = arith.addi %s18, %m19 : i32
  %s20 = arith.addi %s19, %m20 : i32
  %s21 = arith.addi %s20, %m21 : i32
  %s22 = arith.addi %s21, %m22 : i32
  %s23 = arith.addi %s22, %m23 : i32
  %s24 = arith.addi %s23, %m24 : i32
  %s25 = arith.addi %s24, %m25 : i32
  %s26 = arith.addi %s25, %m26 : i32
  %s27 = arith.addi %s26, %m27 : i32
  %s28 = arith.addi %s27, %m28 : i32
  %s29 = arith.addi %s28, %m29 : i32
  %s30 = arith.addi %s29, %m30 : i32
  %s31 = arith.addi %s30, %m31 : i32
  %s32 = arith.addi %s31, %m32 : i32
  %s33 = arith.addi %s32, %m33 : i32
  %s34 = arith.addi %s33, %m34 : i32
  %s35 = arith.addi %s34, %m35 : i32
  %s36 = arith.addi %s35, %m36 : i32
  %s37 = arith.addi %s36, %m37 : i32
  %s38 = arith.addi %s37, %m38 : i32
  %s = arith.addi %s38, %m39 : i32
  %l = arith.index_cast %lane : index to i32
  %own = arith.addi %s, %l : i32
  %r = gpu.subgroup_reduce minsi %own : (i32) -> i32
  return %r : i32
}

func.func @main() -> i32 attributes {task.kernel} {
  %h = async.call @task() : () -> !async.value<i32>
  %r = async.await %h : !async.value<i32>
  return %r : i32
}
