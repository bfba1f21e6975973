// Ops of scf, arith, math, cf and memref as programs use them, in the forms that mlir-opt prints.
// The file is read by test_async_dialect.py: what we print of it, mlir-opt must read alike, and the other way round.
func.func @f(%n: index, %i: i32, %c: i1) -> i32 {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  scf.while : () -> () {
    scf.condition(%c)
  } do {
    scf.yield
  }
  %r = scf.while (%x = %i) : (i32) -> i32 {
    scf.condition(%c) %x : i32
  } do {
  ^bb0(%y: i32):
    scf.yield %y : i32
  } attributes {k}
  %r2:2 = scf.while (%x = %i, %z = %c) : (i32, i1) -> (i32, i1) {
    scf.condition(%c) %x, %z : i32, i1
  } do {
  ^bb0(%y: i32, %w: i1):
    scf.yield %y, %w : i32, i1
  }
  scf.while (%x = %i) : (i32) -> () {
    scf.condition(%c)
  } do {
    scf.yield %i : i32
  }
  scf.for %k = %c0 to %n step %c1 {
    scf.yield
  }
  scf.for %k = %i to %i step %i  : i32 {
  }
  %s:2 = scf.for %k = %c0 to %n step %c1 iter_args(%a = %i, %b = %i) -> (i32, i32) {
    scf.yield %b, %a : i32, i32
  }
  scf.if %c {
  }
  scf.if %c {
  } else {
  }
  %t = scf.if %c -> (i32) {
    scf.yield %i : i32
  } else {
    scf.yield %i : i32
  }
  %q = scf.index_switch %n -> i32
  case 2 {
    scf.yield %i : i32
  }
  case 5 {
    scf.yield %i : i32
  }
  default {
    scf.yield %i : i32
  }
  %er = scf.execute_region -> i32 {
    scf.yield %i : i32
  }
  %mx = arith.maxsi %i, %i : i32
  %ext = arith.extui %c : i1 to i32
  %sel = arith.select %c, %i, %i : i32
  %add, %ov = arith.addui_extended %i, %i : i32, i1
  %lo, %hi = arith.mulsi_extended %i, %i : i32
  %ic = arith.index_cast %i : i32 to index
  %true = arith.constant true
  %neg = arith.constant -5 : i32
  %fl = arith.constant 1.0e-10 : f64
  %nan = arith.constant 0x7FC00000 : f32
  %inf = arith.constant 0xFF800000 : f32
  %cm = arith.cmpf ult, %nan, %inf : f32
  %fm = arith.addf %nan, %inf fastmath<fast> : f32
  %ovf = arith.addi %i, %i overflow<nsw> : i32
  %ab = math.absf %nan : f32
  %p = math.powf %nan, %inf : f32
  %fma = math.fma %nan, %inf, %inf : f32
  cf.assert %c, "message \22 x"
  cf.switch %i : i32, [
    default: ^a,
    42: ^b(%i : i32)
  ]
^a:
  cf.br ^b(%i : i32)
^b(%arg: i32):
  cf.cond_br %c, ^a, ^d
^d:
  return %arg : i32
}
func.func @g(%x: f32) {
  %al = memref.alloca() : memref<2x3xf32>
  %al2 = memref.alloc() {alignment = 64 : i64} : memref<f32>
  memref.store %x, %al2[] : memref<f32>
  %c0 = arith.constant 0 : index
  %v = memref.load %al[%c0, %c0] : memref<2x3xf32>
  %d = memref.dim %al, %c0 : memref<2x3xf32>
  %u = memref.cast %al : memref<2x3xf32> to memref<*xf32>
  %d2 = memref.dim %u, %c0 : memref<*xf32>
  %sub = memref.subview %al[0, 0] [1, 3] [1, 1] : memref<2x3xf32> to memref<1x3xf32, strided<[3, 1]>>
  return
}
