// 33 predicates: a bit each.
// MACHINE: task
// ARGS:
// RESULT: 30
// LB0: 8
// LB1: 8
// The await: 33 i1 = 33 bits = 2 words = 8 bytes. Each comes from a comparison of an i32 that was loaded, of 32 bits, and is
// used with what the await gives.

memref.global "private" constant @numbers : memref<33xi32> = dense<[0, 7, 3, 10, 6, 2, 9, 5, 1, 8, 4, 0, 7, 3, 10, 6, 2, 9, 5, 1, 8, 4, 0, 7, 3, 10, 6, 2, 9, 5, 1, 8, 4]>

async.func @next(%x: i32) -> !async.value<i32> {
  %one = arith.constant 1 : i32
  %r = arith.addi %x, %one : i32
  return %r : i32
}

async.func @task() -> !async.value<i32> {
  %c0 = arith.constant 0 : i32
  %c1 = arith.constant 1 : i32
  %c5 = arith.constant 5 : i32
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
  %numbers = memref.get_global @numbers : memref<33xi32>
  %x0 = memref.load %numbers[%i0] : memref<33xi32>
  %x1 = memref.load %numbers[%i1] : memref<33xi32>
  %x2 = memref.load %numbers[%i2] : memref<33xi32>
  %x3 = memref.load %numbers[%i3] : memref<33xi32>
  %x4 = memref.load %numbers[%i4] : memref<33xi32>
  %x5 = memref.load %numbers[%i5] : memref<33xi32>
  %x6 = memref.load %numbers[%i6] : memref<33xi32>
  %x7 = memref.load %numbers[%i7] : memref<33xi32>
  %x8 = memref.load %numbers[%i8] : memref<33xi32>
  %x9 = memref.load %numbers[%i9] : memref<33xi32>
  %x10 = memref.load %numbers[%i10] : memref<33xi32>
  %x11 = memref.load %numbers[%i11] : memref<33xi32>
  %x12 = memref.load %numbers[%i12] : memref<33xi32>
  %x13 = memref.load %numbers[%i13] : memref<33xi32>
  %x14 = memref.load %numbers[%i14] : memref<33xi32>
  %x15 = memref.load %numbers[%i15] : memref<33xi32>
  %x16 = memref.load %numbers[%i16] : memref<33xi32>
  %x17 = memref.load %numbers[%i17] : memref<33xi32>
  %x18 = memref.load %numbers[%i18] : memref<33xi32>
  %x19 = memref.load %numbers[%i19] : memref<33xi32>
  %x20 = memref.load %numbers[%i20] : memref<33xi32>
  %x21 = memref.load %numbers[%i21] : memref<33xi32>
  %x22 = memref.load %numbers[%i22] : memref<33xi32>
  %x23 = memref.load %numbers[%i23] : memref<33xi32>
  %x24 = memref.load %numbers[%i24] : memref<33xi32>
  %x25 = memref.load %numbers[%i25] : memref<33xi32>
  %x26 = memref.load %numbers[%i26] : memref<33xi32>
  %x27 = memref.load %numbers[%i27] : memref<33xi32>
  %x28 = memref.load %numbers[%i28] : memref<33xi32>
  %x29 = memref.load %numbers[%i29] : memref<33xi32>
  %x30 = memref.load %numbers[%i30] : memref<33xi32>
  %x31 = memref.load %numbers[%i31] : memref<33xi32>
  %x32 = memref.load %numbers[%i32] : memref<33xi32>
  %p0 = arith.cmpi sgt, %x0, %c5 : i32
  %p1 = arith.cmpi sgt, %x1, %c5 : i32
  %p2 = arith.cmpi sgt, %x2, %c5 : i32
  %p3 = arith.cmpi sgt, %x3, %c5 : i32
  %p4 = arith.cmpi sgt, %x4, %c5 : i32
  %p5 = arith.cmpi sgt, %x5, %c5 : i32
  %p6 = arith.cmpi sgt, %x6, %c5 : i32
  %p7 = arith.cmpi sgt, %x7, %c5 : i32
  %p8 = arith.cmpi sgt, %x8, %c5 : i32
  %p9 = arith.cmpi sgt, %x9, %c5 : i32
  %p10 = arith.cmpi sgt, %x10, %c5 : i32
  %p11 = arith.cmpi sgt, %x11, %c5 : i32
  %p12 = arith.cmpi sgt, %x12, %c5 : i32
  %p13 = arith.cmpi sgt, %x13, %c5 : i32
  %p14 = arith.cmpi sgt, %x14, %c5 : i32
  %p15 = arith.cmpi sgt, %x15, %c5 : i32
  %p16 = arith.cmpi sgt, %x16, %c5 : i32
  %p17 = arith.cmpi sgt, %x17, %c5 : i32
  %p18 = arith.cmpi sgt, %x18, %c5 : i32
  %p19 = arith.cmpi sgt, %x19, %c5 : i32
  %p20 = arith.cmpi sgt, %x20, %c5 : i32
  %p21 = arith.cmpi sgt, %x21, %c5 : i32
  %p22 = arith.cmpi sgt, %x22, %c5 : i32
  %p23 = arith.cmpi sgt, %x23, %c5 : i32
  %p24 = arith.cmpi sgt, %x24, %c5 : i32
  %p25 = arith.cmpi sgt, %x25, %c5 : i32
  %p26 = arith.cmpi sgt, %x26, %c5 : i32
  %p27 = arith.cmpi sgt, %x27, %c5 : i32
  %p28 = arith.cmpi sgt, %x28, %c5 : i32
  %p29 = arith.cmpi sgt, %x29, %c5 : i32
  %p30 = arith.cmpi sgt, %x30, %c5 : i32
  %p31 = arith.cmpi sgt, %x31, %c5 : i32
  %p32 = arith.cmpi sgt, %x32, %c5 : i32
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
  %r1 = arith.addi %s0, %s1 : i32
  %r2 = arith.addi %r1, %s2 : i32
  %r3 = arith.addi %r2, %s3 : i32
  %r4 = arith.addi %r3, %s4 : i32
  %r5 = arith.addi %r4, %s5 : i32
  %r6 = arith.addi %r5, %s6 : i32
  %r7 = arith.addi %r6, %s7 : i32
  %r8 = arith.addi %r7, %s8 : i32
  %r9 = arith.addi %r8, %s9 : i32
  %r10 = arith.addi %r9, %s10 : i32
  %r11 = arith.addi %r10, %s11 : i32
  %r12 = arith.addi %r11, %s12 : i32
  %r13 = arith.addi %r12, %s13 : i32
  %r14 = arith.addi %r13, %s14 : i32
  %r15 = arith.addi %r14, %s15 : i32
  %r16 = arith.addi %r15, %s16 : i32
  %r17 = arith.addi %r16, %s17 : i32
  %r18 = arith.addi %r17, %s18 : i32
  %r19 = arith.addi %r18, %s19 : i32
  %r20 = arith.addi %r19, %s20 : i32
  %r21 = arith.addi %r20, %s21 : i32
  %r22 = arith.addi %r21, %s22 : i32
  %r23 = arith.addi %r22, %s23 : i32
  %r24 = arith.addi %r23, %s24 : i32
  %r25 = arith.addi %r24, %s25 : i32
  %r26 = arith.addi %r25, %s26 : i32
  %r27 = arith.addi %r26, %s27 : i32
  %r28 = arith.addi %r27, %s28 : i32
  %r29 = arith.addi %r28, %s29 : i32
  %r30 = arith.addi %r29, %s30 : i32
  %r31 = arith.addi %r30, %s31 : i32
  %r = arith.addi %r31, %s32 : i32
  return %r : i32
}

func.func @main() -> i32 attributes {task.kernel} {
  %h = async.call @task() : () -> !async.value<i32>
  %r = async.await %h : !async.value<i32>
  return %r : i32
}
