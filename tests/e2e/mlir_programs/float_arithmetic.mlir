// Floats: what is exact in both widths, rounding, comparisons with a NaN, conversions.
async.func @compute(%x: f32, %y: f64, %nan: f32) -> !async.token {
  %0 = arith.addf %x, %x : f32
  vector.print %0 : f32
  %1 = arith.divf %x, %0 : f32
  vector.print %1 : f32
  %2 = math.sqrt %y : f64
  vector.print %2 : f64
  %3 = arith.truncf %y : f64 to f32
  vector.print %3 : f32
  %4 = arith.extf %x : f32 to f64
  vector.print %4 : f64
  %5 = arith.fptosi %x : f32 to i32
  vector.print %5 : i32
  %6 = arith.sitofp %5 : i32 to f64
  vector.print %6 : f64
  %7 = arith.cmpf olt, %x, %nan : f32
  %8 = arith.cmpf ult, %x, %nan : f32
  %9 = arith.cmpf uno, %x, %nan : f32
  vector.print %7 : i1
  vector.print %8 : i1
  vector.print %9 : i1
  %10 = arith.maximumf %x, %1 : f32
  %11 = arith.minnumf %x, %1 : f32
  vector.print %10 : f32
  vector.print %11 : f32
  %12 = arith.negf %x : f32
  %13 = math.absf %12 : f32
  vector.print %13 : f32
  %14 = math.floor %12 : f32
  %15 = math.ceil %12 : f32
  vector.print %14 : f32
  vector.print %15 : f32
  return
}
func.func @main() {
  %x = arith.constant 6.75 : f32
  %y = arith.constant 1.0e+10 : f64
  %nan = arith.constant 0x7FC00000 : f32
  %t = async.call @compute(%x, %y, %nan) : (f32, f64, f32) -> !async.token
  async.await %t : !async.token
  return
}
