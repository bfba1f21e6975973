// on %a: i32, %b: i32
func.func @f(%a: i32, %b: i32) {
  %r0 = arith.addi %a, %b : i32
  %r1 = arith.subi %a, %b : i32
  %r2 = arith.muli %a, %b : i32
  %r3 = arith.divui %a, %b : i32
  %r4 = arith.divsi %a, %b : i32
  %r5 = arith.floordivsi %a, %b : i32
  %r6 = arith.ceildivsi %a, %b : i32
  %r7 = arith.ceildivui %a, %b : i32
  %r8 = arith.remui %a, %b : i32
  %r9 = arith.remsi %a, %b : i32
  %r10 = arith.minui %a, %b : i32
  %r11 = arith.maxui %a, %b : i32
  %r12 = arith.minsi %a, %b : i32
  %r13 = arith.maxsi %a, %b : i32
  %r14 = arith.andi %a, %b : i32
  %r15 = arith.ori %a, %b : i32
  %r16 = arith.xori %a, %b : i32
  %r17 = arith.shli %a, %b : i32
  %r18 = arith.shrui %a, %b : i32
  %r19 = arith.shrsi %a, %b : i32
  %r20 = arith.divui %a, %b exact : i32
  %r21 = arith.divsi %a, %b exact : i32
  %r22 = arith.shrui %a, %b exact : i32
  %r23 = arith.shrsi %a, %b exact : i32
  %r24, %h24 = arith.mului_extended %a, %b : i32
  %r25, %h25 = arith.mulsi_extended %a, %b : i32
  %r26, %h26 = arith.addui_extended %a, %b : i32, i1
  %r27 = arith.cmpi eq, %a, %b : i32
  %r28 = arith.cmpi ne, %a, %b : i32
  %r29 = arith.cmpi slt, %a, %b : i32
  %r30 = arith.cmpi sle, %a, %b : i32
  %r31 = arith.cmpi sgt, %a, %b : i32
  %r32 = arith.cmpi sge, %a, %b : i32
  %r33 = arith.cmpi ult, %a, %b : i32
  %r34 = arith.cmpi ule, %a, %b : i32
  %r35 = arith.cmpi ugt, %a, %b : i32
  %r36 = arith.cmpi uge, %a, %b : i32
  return
}

// -----

// on %a: index, %b: index
func.func @f(%a: index, %b: index) {
  %r0 = arith.addi %a, %b overflow<nsw> : index
  %r1 = arith.addi %a, %b overflow<nuw> : index
  %r2 = arith.addi %a, %b overflow<nsw, nuw> : index
  %r3 = arith.subi %a, %b overflow<nsw> : index
  %r4 = arith.subi %a, %b overflow<nuw> : index
  %r5 = arith.subi %a, %b overflow<nsw, nuw> : index
  %r6 = arith.muli %a, %b overflow<nsw> : index
  %r7 = arith.muli %a, %b overflow<nuw> : index
  %r8 = arith.muli %a, %b overflow<nsw, nuw> : index
  %r9 = arith.shli %a, %b overflow<nsw> : index
  %r10 = arith.shli %a, %b overflow<nuw> : index
  %r11 = arith.shli %a, %b overflow<nsw, nuw> : index
  return
}

// -----

// on %a: f32, %b: f32
func.func @f(%a: f32, %b: f32) {
  %r0 = arith.addf %a, %b : f32
  %r1 = arith.subf %a, %b : f32
  %r2 = arith.mulf %a, %b : f32
  %r3 = arith.divf %a, %b : f32
  %r4 = arith.remf %a, %b : f32
  %r5 = arith.maximumf %a, %b : f32
  %r6 = arith.maxnumf %a, %b : f32
  %r7 = arith.minimumf %a, %b : f32
  %r8 = arith.minnumf %a, %b : f32
  %r9 = arith.cmpf false, %a, %b : f32
  %r10 = arith.cmpf oeq, %a, %b : f32
  %r11 = arith.cmpf ogt, %a, %b : f32
  %r12 = arith.cmpf oge, %a, %b : f32
  %r13 = arith.cmpf olt, %a, %b : f32
  %r14 = arith.cmpf ole, %a, %b : f32
  %r15 = arith.cmpf one, %a, %b : f32
  %r16 = arith.cmpf ord, %a, %b : f32
  %r17 = arith.cmpf ueq, %a, %b : f32
  %r18 = arith.cmpf ugt, %a, %b : f32
  %r19 = arith.cmpf uge, %a, %b : f32
  %r20 = arith.cmpf ult, %a, %b : f32
  %r21 = arith.cmpf ule, %a, %b : f32
  %r22 = arith.cmpf une, %a, %b : f32
  %r23 = arith.cmpf uno, %a, %b : f32
  %r24 = arith.cmpf true, %a, %b : f32
  %r25 = arith.cmpf olt, %a, %b fastmath<fast> : f32
  return
}

// -----

// on %a: f64, %b: f64
func.func @f(%a: f64, %b: f64) {
  %r0 = arith.addf %a, %b fastmath<fast> : f64
  %r1 = arith.addf %a, %b fastmath<reassoc,nnan> : f64
  %r2 = arith.addf %a, %b fastmath<contract> : f64
  %r3 = arith.subf %a, %b fastmath<fast> : f64
  %r4 = arith.subf %a, %b fastmath<reassoc,nnan> : f64
  %r5 = arith.subf %a, %b fastmath<contract> : f64
  %r6 = arith.mulf %a, %b fastmath<fast> : f64
  %r7 = arith.mulf %a, %b fastmath<reassoc,nnan> : f64
  %r8 = arith.mulf %a, %b fastmath<contract> : f64
  %r9 = arith.divf %a, %b fastmath<fast> : f64
  %r10 = arith.divf %a, %b fastmath<reassoc,nnan> : f64
  %r11 = arith.divf %a, %b fastmath<contract> : f64
  %r12 = arith.remf %a, %b fastmath<fast> : f64
  %r13 = arith.remf %a, %b fastmath<reassoc,nnan> : f64
  %r14 = arith.remf %a, %b fastmath<contract> : f64
  %r15 = arith.maximumf %a, %b fastmath<fast> : f64
  %r16 = arith.maximumf %a, %b fastmath<reassoc,nnan> : f64
  %r17 = arith.maximumf %a, %b fastmath<contract> : f64
  %r18 = arith.maxnumf %a, %b fastmath<fast> : f64
  %r19 = arith.maxnumf %a, %b fastmath<reassoc,nnan> : f64
  %r20 = arith.maxnumf %a, %b fastmath<contract> : f64
  %r21 = arith.minimumf %a, %b fastmath<fast> : f64
  %r22 = arith.minimumf %a, %b fastmath<reassoc,nnan> : f64
  %r23 = arith.minimumf %a, %b fastmath<contract> : f64
  %r24 = arith.minnumf %a, %b fastmath<fast> : f64
  %r25 = arith.minnumf %a, %b fastmath<reassoc,nnan> : f64
  %r26 = arith.minnumf %a, %b fastmath<contract> : f64
  return
}

// -----

// on %a: f32
func.func @f(%a: f32) {
  %r0 = arith.negf %a : f32
  %r1 = arith.negf %a fastmath<nnan> : f32
  %r2 = arith.bitcast %a : f32 to i32
  %r3 = arith.fptosi %a : f32 to i32
  %r4 = arith.fptoui %a : f32 to i32
  %r5 = arith.extf %a : f32 to f64
  %r6 = arith.truncf %a : f32 to f16
  %r7 = arith.extf %a fastmath<contract> : f32 to f64
  return
}

// -----

// on %c: i1, %a: f32, %m: memref<4xf32>
func.func @f(%c: i1, %a: f32, %m: memref<4xf32>) {
  %r0 = arith.select %c, %a, %a : f32
  %r1 = arith.select %c, %m, %m : memref<4xf32>
  return
}

// -----

// on %a: index
func.func @f(%a: index) {
  %r0 = arith.index_cast %a : index to i32
  return
}

// -----

// on %a: index, %b: i64
func.func @f(%a: index, %b: i64) {
  %r0 = arith.index_castui %a : index to i32
  %r1 = arith.index_castui %b : i64 to index
  return
}

// -----

// on %a: i32
func.func @f(%a: i32) {
  %r0 = arith.sitofp %a : i32 to f32
  %r1 = arith.uitofp %a : i32 to f32
  %r2 = arith.extsi %a : i32 to i64
  %r3 = arith.extui %a : i32 to i64
  %r4 = arith.addi %a, %a {my.attr, other = "x"} : i32
  return
}

// -----

// on %a: f64
func.func @f(%a: f64) {
  %r0 = arith.truncf %a : f64 to f32
  %r1 = arith.truncf %a fastmath<contract> : f64 to f32
  return
}

// -----

// on %a: i64
func.func @f(%a: i64) {
  %r0 = arith.trunci %a : i64 to i32
  %r1 = arith.trunci %a overflow<nsw> : i64 to i32
  %r2 = arith.trunci %a overflow<nsw, nuw> : i64 to i32
  return
}

// -----

// on %a: bf16
func.func @f(%a: bf16) {
  %r0 = arith.extf %a : bf16 to f32
  return
}

// -----

// constants
func.func @f() {
  %r0 = arith.constant 1 : i32
  %r1 = arith.constant -1 : i64
  %r2 = arith.constant true
  %r3 = arith.constant false
  %r4 = arith.constant 0 : index
  %r5 = arith.constant -128 : i8
  %r6 = arith.constant 255 : i8
  %r7 = arith.constant 9223372036854775807 : i64
  %r8 = arith.constant -9223372036854775808 : i64
  %r9 = arith.constant 18446744073709551615 : i64
  %r10 = arith.constant 0x7f : i32
  %r11 = arith.constant 4 : i128
  %r12 = arith.constant 1.0 : f32
  %r13 = arith.constant -0.0 : f32
  %r14 = arith.constant 1.5e-10 : f64
  %r15 = arith.constant 3.40282347E+38 : f32
  %r16 = arith.constant 0.1 : f64
  %r17 = arith.constant 0.1 : f32
  %r18 = arith.constant 1.0 : f16
  %r19 = arith.constant 1.0 : bf16
  %r20 = arith.constant 1.0e308 : f64
  %r21 = arith.constant 5.0e-324 : f64
  %r22 = arith.constant 0x7FC00000 : f32
  %r23 = arith.constant 0xFFC00000 : f32
  %r24 = arith.constant 0x7F800000 : f32
  %r25 = arith.constant 0xFF800000 : f32
  %r26 = arith.constant 0x7FF0000000000000 : f64
  %r27 = arith.constant 0xFFF0000000000000 : f64
  %r28 = arith.constant 0x7FF8000000000000 : f64
  %r29 = arith.constant 0x7FF8000000000001 : f64
  %r30 = arith.constant 0x7FC00001 : f32
  %r31 = arith.constant 0x7C00 : f16
  %r32 = arith.constant 0x7F80 : bf16
  %r33 = arith.constant dense<[1, 2, 3, 4]> : vector<4xi32>
  %r34 = arith.constant dense<[[1.0, 2.0], [3.0, 4.0]]> : vector<2x2xf32>
  %r35 = arith.constant dense<true> : vector<4xi1>
  %r36 = arith.constant dense<"0x0000803F00000040"> : vector<2xf32>
  %r37 = arith.constant dense<[true, false]> : vector<2xi1>
  %r38 = arith.constant dense<0x7F800000> : vector<2xf32>
  %r39 = arith.constant {my.attr = 3 : i32} 1 : i32
  return
}

// -----

// on %a: vector<4xf32>
func.func @f(%a: vector<4xf32>) {
  %r0 = arith.addf %a, %a : vector<4xf32>
  return
}
