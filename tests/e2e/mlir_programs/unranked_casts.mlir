// Casts between static, dynamic and unknown shapes; sizes of what they give.
func.func private @printMemrefI32(memref<*xi32>) attributes {llvm.emit_c_interface}
func.func @total(%u: memref<*xi32>) -> i32 {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %zero = arith.constant 0 : i32
  %a = memref.cast %u : memref<*xi32> to memref<?xi32>
  %n = memref.dim %a, %c0 : memref<?xi32>
  %sum = scf.for %i = %c0 to %n step %c1 iter_args(%s = %zero) -> (i32) {
    %x = memref.load %a[%i] : memref<?xi32>
    %0 = arith.addi %s, %x : i32
    scf.yield %0 : i32
  }
  return %sum : i32
}
func.func @main() {
  %x = arith.constant 6 : i32
  %a = memref.alloc() : memref<5xi32>
  linalg.fill ins(%x : i32) outs(%a : memref<5xi32>)
  %u = memref.cast %a : memref<5xi32> to memref<*xi32>
  %t, %v = async.execute -> !async.value<i32> {
    %0 = func.call @total(%u) : (memref<*xi32>) -> i32
    async.yield %0 : i32
  }
  %r = async.await %v : !async.value<i32>
  vector.print %r : i32
  %d = memref.cast %a : memref<5xi32> to memref<?xi32>
  %s = memref.cast %d : memref<?xi32> to memref<5xi32>
  %c4 = arith.constant 4 : index
  memref.store %r, %s[%c4] : memref<5xi32>
  call @printMemrefI32(%u) : (memref<*xi32>) -> ()
  memref.dealloc %a : memref<5xi32>
  return
}
