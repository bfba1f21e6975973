// A rolling chain of 4 rows of 16 f32, of which two are live at a time. rustc and LLVM keep 3 rows.
// MACHINE: task
// ARGS:
// RESULT: 45.0
// LB0: 128
// LB1: 128
// await 1: row 0 = 64 bytes.  await k + 1: rows k - 1 and k = 32 words = 128 bytes: row k + 1 is row k - 1 times what the await gives,
// less row k.
// Rows 0 and 1 are loads. Row k + 1 could be computed again from the two before it: to save a word of it a word of each row would have to
// be kept in its stead. There are 32 paths without a common value from the loads to the rows kept, so 32 words are the least.

memref.global "private" constant @first : memref<16xf32> = dense<[0.0, 1.0, 2.0, 0.0, 1.0, 2.0, 0.0, 1.0, 2.0, 0.0, 1.0, 2.0, 0.0, 1.0, 2.0, 0.0]>
memref.global "private" constant @second : memref<16xf32> = dense<[0.0, 1.0, 2.0, 3.0, 4.0, 0.0, 1.0, 2.0, 3.0, 4.0, 0.0, 1.0, 2.0, 3.0, 4.0, 0.0]>

async.func @next(%x: i32) -> !async.value<i32> {
  %one = arith.constant 1 : i32
  %r = arith.addi %x, %one : i32
  return %r : i32
}

async.func @task() -> !async.value<f32> {
  %c0 = arith.constant 0 : i32
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
  %first = memref.get_global @first : memref<16xf32>
  %r0_0 = memref.load %first[%i0] : memref<16xf32>
  %r0_1 = memref.load %first[%i1] : memref<16xf32>
  %r0_2 = memref.load %first[%i2] : memref<16xf32>
  %r0_3 = memref.load %first[%i3] : memref<16xf32>
  %r0_4 = memref.load %first[%i4] : memref<16xf32>
  %r0_5 = memref.load %first[%i5] : memref<16xf32>
  %r0_6 = memref.load %first[%i6] : memref<16xf32>
  %r0_7 = memref.load %first[%i7] : memref<16xf32>
  %r0_8 = memref.load %first[%i8] : memref<16xf32>
  %r0_9 = memref.load %first[%i9] : memref<16xf32>
  %r0_10 = memref.load %first[%i10] : memref<16xf32>
  %r0_11 = memref.load %first[%i11] : memref<16xf32>
  %r0_12 = memref.load %first[%i12] : memref<16xf32>
  %r0_13 = memref.load %first[%i13] : memref<16xf32>
  %r0_14 = memref.load %first[%i14] : memref<16xf32>
  %r0_15 = memref.load %first[%i15] : memref<16xf32>
  %h_v0 = async.call @next(%c0) : (i32) -> !async.value<i32>
  %v0 = async.await %h_v0 : !async.value<i32>
  %second = memref.get_global @second : memref<16xf32>
  %r1_0 = memref.load %second[%i0] : memref<16xf32>
  %r1_1 = memref.load %second[%i1] : memref<16xf32>
  %r1_2 = memref.load %second[%i2] : memref<16xf32>
  %r1_3 = memref.load %second[%i3] : memref<16xf32>
  %r1_4 = memref.load %second[%i4] : memref<16xf32>
  %r1_5 = memref.load %second[%i5] : memref<16xf32>
  %r1_6 = memref.load %second[%i6] : memref<16xf32>
  %r1_7 = memref.load %second[%i7] : memref<16xf32>
  %r1_8 = memref.load %second[%i8] : memref<16xf32>
  %r1_9 = memref.load %second[%i9] : memref<16xf32>
  %r1_10 = memref.load %second[%i10] : memref<16xf32>
  %r1_11 = memref.load %second[%i11] : memref<16xf32>
  %r1_12 = memref.load %second[%i12] : memref<16xf32>
  %r1_13 = memref.load %second[%i13] : memref<16xf32>
  %r1_14 = memref.load %second[%i14] : memref<16xf32>
  %r1_15 = memref.load %second[%i15] : memref<16xf32>
  %h_v1 = async.call @next(%c0) : (i32) -> !async.value<i32>
  %v1 = async.await %h_v1 : !async.value<i32>
  %g1 = arith.sitofp %v1 : i32 to f32
  %m2_0 = arith.mulf %r0_0, %g1 : f32
  %r2_0 = arith.subf %m2_0, %r1_0 : f32
  %m2_1 = arith.mulf %r0_1, %g1 : f32
  %r2_1 = arith.subf %m2_1, %r1_1 : f32
  %m2_2 = arith.mulf %r0_2, %g1 : f32
  %r2_2 = arith.subf %m2_2, %r1_2 : f32
  %m2_3 = arith.mulf %r0_3, %g1 : f32
  %r2_3 = arith.subf %m2_3, %r1_3 : f32
  %m2_4 = arith.mulf %r0_4, %g1 : f32
  %r2_4 = arith.subf %m2_4, %r1_4 : f32
  %m2_5 = arith.mulf %r0_5, %g1 : f32
  %r2_5 = arith.subf %m2_5, %r1_5 : f32
  %m2_6 = arith.mulf %r0_6, %g1 : f32
  %r2_6 = arith.subf %m2_6, %r1_6 : f32
  %m2_7 = arith.mulf %r0_7, %g1 : f32
  %r2_7 = arith.subf %m2_7, %r1_7 : f32
  %m2_8 = arith.mulf %r0_8, %g1 : f32
  %r2_8 = arith.subf %m2_8, %r1_8 : f32
  %m2_9 = arith.mulf %r0_9, %g1 : f32
  %r2_9 = arith.subf %m2_9, %r1_9 : f32
  %m2_10 = arith.mulf %r0_10, %g1 : f32
  %r2_10 = arith.subf %m2_10, %r1_10 : f32
  %m2_11 = arith.mulf %r0_11, %g1 : f32
  %r2_11 = arith.subf %m2_11, %r1_11 : f32
  %m2_12 = arith.mulf %r0_12, %g1 : f32
  %r2_12 = arith.subf %m2_12, %r1_12 : f32
  %m2_13 = arith.mulf %r0_13, %g1 : f32
  %r2_13 = arith.subf %m2_13, %r1_13 : f32
  %m2_14 = arith.mulf %r0_14, %g1 : f32
  %r2_14 = arith.subf %m2_14, %r1_14 : f32
  %m2_15 = arith.mulf %r0_15, %g1 : f32
  %r2_15 = arith.subf %m2_15, %r1_15 : f32
  %h_v2 = async.call @next(%c0) : (i32) -> !async.value<i32>
  %v2 = async.await %h_v2 : !async.value<i32>
  %g2 = arith.sitofp %v2 : i32 to f32
  %m3_0 = arith.mulf %r1_0, %g2 : f32
  %r3_0 = arith.subf %m3_0, %r2_0 : f32
  %m3_1 = arith.mulf %r1_1, %g2 : f32
  %r3_1 = arith.subf %m3_1, %r2_1 : f32
  %m3_2 = arith.mulf %r1_2, %g2 : f32
  %r3_2 = arith.subf %m3_2, %r2_2 : f32
  %m3_3 = arith.mulf %r1_3, %g2 : f32
  %r3_3 = arith.subf %m3_3, %r2_3 : f32
  %m3_4 = arith.mulf %r1_4, %g2 : f32
  %r3_4 = arith.subf %m3_4, %r2_4 : f32
  %m3_5 = arith.mulf %r1_5, %g2 : f32
  %r3_5 = arith.subf %m3_5, %r2_5 : f32
  %m3_6 = arith.mulf %r1_6, %g2 : f32
  %r3_6 = arith.subf %m3_6, %r2_6 : f32
  %m3_7 = arith.mulf %r1_7, %g2 : f32
  %r3_7 = arith.subf %m3_7, %r2_7 : f32
  %m3_8 = arith.mulf %r1_8, %g2 : f32
  %r3_8 = arith.subf %m3_8, %r2_8 : f32
  %m3_9 = arith.mulf %r1_9, %g2 : f32
  %r3_9 = arith.subf %m3_9, %r2_9 : f32
  %m3_10 = arith.mulf %r1_10, %g2 : f32
  %r3_10 = arith.subf %m3_10, %r2_10 : f32
  %m3_11 = arith.mulf %r1_11, %g2 : f32
  %r3_11 = arith.subf %m3_11, %r2_11 : f32
  %m3_12 = arith.mulf %r1_12, %g2 : f32
  %r3_12 = arith.subf %m3_12, %r2_12 : f32
  %m3_13 = arith.mulf %r1_13, %g2 : f32
  %r3_13 = arith.subf %m3_13, %r2_13 : f32
  %m3_14 = arith.mulf %r1_14, %g2 : f32
  %r3_14 = arith.subf %m3_14, %r2_14 : f32
  %m3_15 = arith.mulf %r1_15, %g2 : f32
  %r3_15 = arith.subf %m3_15, %r2_15 : f32
  %s1 = arith.addf %r3_0, %r3_1 : f32
  %s2 = arith.addf %s1, %r3_2 : f32
  %s3 = arith.addf %s2, %r3_3 : f32
  %s4 = arith.addf %s3, %r3_4 : f32
  %s5 = arith.addf %s4, %r3_5 : f32
  %s6 = arith.addf %s5, %r3_6 : f32
  %s7 = arith.addf %s6, %r3_7 : f32
  %s8 = arith.addf %s7, %r3_8 : f32
  %s9 = arith.addf %s8, %r3_9 : f32
  %s10 = arith.addf %s9, %r3_10 : f32
  %s11 = arith.addf %s10, %r3_11 : f32
  %s12 = arith.addf %s11, %r3_12 : f32
  %s13 = arith.addf %s12, %r3_13 : f32
  %s14 = arith.addf %s13, %r3_14 : f32
  %s = arith.addf %s14, %r3_15 : f32
  return %s : f32
}

func.func @main() -> f32 attributes {task.kernel} {
  %h = async.call @task() : () -> !async.value<f32>
  %r = async.await %h : !async.value<f32>
  return %r : f32
}
