// Loops without order, and arrays that the module holds.
memref.global "private" constant @g : memref<4xf32> = dense<[1.0, 2.0, 3.0, 4.0]> {alignment = 64 : i64}
memref.global @h : memref<4xi32> = uninitialized
memref.global "private" @k : memref<2xi64> = dense<7>
func.func @f(%a: index, %b: index, %x: f32, %m: memref<?xf32>) -> f32 {
  scf.parallel (%i, %j) = (%a, %a) to (%b, %b) step (%a, %b) {
    memref.store %x, %m[%i] : memref<?xf32>
  }
  %r = scf.parallel (%i) = (%a) to (%b) step (%a) init (%x) -> f32 {
    scf.reduce(%x : f32) {
    ^bb0(%lhs: f32, %rhs: f32):
      %0 = arith.addf %lhs, %rhs : f32
      scf.reduce.return %0 : f32
    }
  }
  %gg = memref.get_global @g : memref<4xf32>
  return %r : f32
}
