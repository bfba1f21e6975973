// An array whose size only the task knows, as the value of a function.
async.func @iota(%n: index) -> !async.value<memref<?xi32>> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %twice = arith.addi %n, %n : index
  %a = memref.alloc(%twice) : memref<?xi32>
  scf.for %i = %c0 to %twice step %c1 {
    %0 = arith.index_cast %i : index to i32
    memref.store %0, %a[%i] : memref<?xi32>
  }
  return %a : memref<?xi32>
}
func.func private @printMemrefI32(memref<*xi32>) attributes {llvm.emit_c_interface}
func.func @main() {
  %c0 = arith.constant 0 : index
  %n = arith.constant 3 : index
  %h = async.call @iota(%n) : (index) -> !async.value<memref<?xi32>>
  %a = async.await %h : !async.value<memref<?xi32>>
  %size = memref.dim %a, %c0 : memref<?xi32>
  vector.print %size : index
  %u = memref.cast %a : memref<?xi32> to memref<*xi32>
  call @printMemrefI32(%u) : (memref<*xi32>) -> ()
  memref.dealloc %a : memref<?xi32>
  return
}
