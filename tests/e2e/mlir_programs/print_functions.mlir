// The print functions of MLIR's runner.
func.func private @printNewline()
func.func private @printComma()
func.func private @printOpen()
func.func private @printClose()
func.func private @printI64(i64)
func.func private @printU64(i64)
func.func private @printF32(f32)
func.func private @printF64(f64)
func.func @main() {
  %i64 = arith.constant -5000000000 : i64
  %f32 = arith.constant 3.14159274 : f32
  %f64 = arith.constant 2.718281828 : f64
  call @printOpen() : () -> ()
  call @printI64(%i64) : (i64) -> ()
  call @printComma() : () -> ()
  call @printU64(%i64) : (i64) -> ()
  call @printComma() : () -> ()
  call @printF32(%f32) : (f32) -> ()
  call @printComma() : () -> ()
  call @printF64(%f64) : (f64) -> ()
  call @printClose() : () -> ()
  call @printNewline() : () -> ()
  return
}
