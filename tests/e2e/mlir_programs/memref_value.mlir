// An array as a value, filled by one task and changed by the next.
func.func private @printMemrefF32(memref<*xf32>) attributes {llvm.emit_c_interface}
func.func @main() {
  %x = arith.constant 1.0 : f32
  %y = arith.constant 2.5 : f32
  %c1 = arith.constant 1 : index
  %t0, %v0 = async.execute -> !async.value<memref<4xf32>> {
    %a = memref.alloc() : memref<4xf32>
    linalg.fill ins(%x : f32) outs(%a : memref<4xf32>)
    async.yield %a : memref<4xf32>
  }
  %t1, %v1 = async.execute (%v0 as %a: !async.value<memref<4xf32>>) -> !async.value<memref<4xf32>> {
    memref.store %y, %a[%c1] : memref<4xf32>
    async.yield %a : memref<4xf32>
  }
  %a = async.await %v1 : !async.value<memref<4xf32>>
  %u = memref.cast %a : memref<4xf32> to memref<*xf32>
  call @printMemrefF32(%u) : (memref<*xf32>) -> ()
  memref.dealloc %a : memref<4xf32>
  return
}
