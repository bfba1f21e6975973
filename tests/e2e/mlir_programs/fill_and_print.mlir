// Arrays of every rank, filled and printed.
func.func private @printMemrefF32(memref<*xf32>) attributes {llvm.emit_c_interface}
func.func private @printMemrefF64(memref<*xf64>) attributes {llvm.emit_c_interface}
func.func @main() {
  %x = arith.constant 1.5 : f32
  %y = arith.constant -0.125 : f64
  %n = arith.constant 2 : index
  %a = memref.alloc() : memref<f32>
  linalg.fill ins(%x : f32) outs(%a : memref<f32>)
  %ua = memref.cast %a : memref<f32> to memref<*xf32>
  call @printMemrefF32(%ua) : (memref<*xf32>) -> ()
  %b = memref.alloc(%n) : memref<?x3xf32>
  linalg.fill ins(%x : f32) outs(%b : memref<?x3xf32>)
  %ub = memref.cast %b : memref<?x3xf32> to memref<*xf32>
  call @printMemrefF32(%ub) : (memref<*xf32>) -> ()
  %c = memref.alloc() : memref<2x2x2xf64>
  linalg.fill ins(%y : f64) outs(%c : memref<2x2x2xf64>)
  %uc = memref.cast %c : memref<2x2x2xf64> to memref<*xf64>
  call @printMemrefF64(%uc) : (memref<*xf64>) -> ()
  memref.dealloc %a : memref<f32>
  memref.dealloc %b : memref<?x3xf32>
  memref.dealloc %c : memref<2x2x2xf64>
  return
}
