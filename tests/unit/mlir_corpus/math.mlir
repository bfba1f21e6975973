// on %a: f32
func.func @f(%a: f32) {
  %r0 = math.absf %a : f32
  %r1 = math.absf %a fastmath<fast> : f32
  %r2 = math.acos %a : f32
  %r3 = math.acos %a fastmath<fast> : f32
  %r4 = math.acosh %a : f32
  %r5 = math.acosh %a fastmath<fast> : f32
  %r6 = math.asin %a : f32
  %r7 = math.asin %a fastmath<fast> : f32
  %r8 = math.asinh %a : f32
  %r9 = math.asinh %a fastmath<fast> : f32
  %r10 = math.atan %a : f32
  %r11 = math.atan %a fastmath<fast> : f32
  %r12 = math.atanh %a : f32
  %r13 = math.atanh %a fastmath<fast> : f32
  %r14 = math.cbrt %a : f32
  %r15 = math.cbrt %a fastmath<fast> : f32
  %r16 = math.ceil %a : f32
  %r17 = math.ceil %a fastmath<fast> : f32
  %r18 = math.cos %a : f32
  %r19 = math.cos %a fastmath<fast> : f32
  %r20 = math.cosh %a : f32
  %r21 = math.cosh %a fastmath<fast> : f32
  %r22 = math.erf %a : f32
  %r23 = math.erf %a fastmath<fast> : f32
  %r24 = math.erfc %a : f32
  %r25 = math.erfc %a fastmath<fast> : f32
  %r26 = math.exp %a : f32
  %r27 = math.exp %a fastmath<fast> : f32
  %r28 = math.exp2 %a : f32
  %r29 = math.exp2 %a fastmath<fast> : f32
  %r30 = math.expm1 %a : f32
  %r31 = math.expm1 %a fastmath<fast> : f32
  %r32 = math.floor %a : f32
  %r33 = math.floor %a fastmath<fast> : f32
  %r34 = math.log %a : f32
  %r35 = math.log %a fastmath<fast> : f32
  %r36 = math.log10 %a : f32
  %r37 = math.log10 %a fastmath<fast> : f32
  %r38 = math.log1p %a : f32
  %r39 = math.log1p %a fastmath<fast> : f32
  %r40 = math.log2 %a : f32
  %r41 = math.log2 %a fastmath<fast> : f32
  %r42 = math.round %a : f32
  %r43 = math.round %a fastmath<fast> : f32
  %r44 = math.roundeven %a : f32
  %r45 = math.roundeven %a fastmath<fast> : f32
  %r46 = math.rsqrt %a : f32
  %r47 = math.rsqrt %a fastmath<fast> : f32
  %r48 = math.sin %a : f32
  %r49 = math.sin %a fastmath<fast> : f32
  %r50 = math.sinh %a : f32
  %r51 = math.sinh %a fastmath<fast> : f32
  %r52 = math.sqrt %a : f32
  %r53 = math.sqrt %a fastmath<fast> : f32
  %r54 = math.tan %a : f32
  %r55 = math.tan %a fastmath<fast> : f32
  %r56 = math.tanh %a : f32
  %r57 = math.tanh %a fastmath<fast> : f32
  %r58 = math.trunc %a : f32
  %r59 = math.trunc %a fastmath<fast> : f32
  %r60 = math.atan2 %a, %a : f32
  %r61 = math.atan2 %a, %a fastmath<afn> : f32
  %r62 = math.copysign %a, %a : f32
  %r63 = math.copysign %a, %a fastmath<afn> : f32
  %r64 = math.powf %a, %a : f32
  %r65 = math.powf %a, %a fastmath<afn> : f32
  %r66 = math.isfinite %a : f32
  %r67 = math.isinf %a : f32
  %r68 = math.isnan %a : f32
  %r69 = math.isnormal %a : f32
  %r70 = math.fma %a, %a, %a : f32
  %r71 = math.fma %a, %a, %a fastmath<fast> : f32
  return
}

// -----

// on %a: i32
func.func @f(%a: i32) {
  %r0 = math.absi %a : i32
  %r1 = math.ctlz %a : i32
  %r2 = math.cttz %a : i32
  %r3 = math.ctpop %a : i32
  %r4 = math.ipowi %a, %a : i32
  return
}

// -----

// on %a: f32, %b: i32
func.func @f(%a: f32, %b: i32) {
  %r0 = math.fpowi %a, %b : f32, i32
  %r1 = math.fpowi %a, %b fastmath<fast> : f32, i32
  return
}
