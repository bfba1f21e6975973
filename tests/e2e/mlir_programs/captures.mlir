// A task sees the values around it: scalars of several types, an array, a handle, a loop's variables.
func.func @main() {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c3 = arith.constant 3 : index
  %zero = arith.constant 0 : i32
  %f = arith.constant 0.5 : f64
  %a = memref.alloc() : memref<3xf64>
  %last = scf.for %i = %c0 to %c3 step %c1 iter_args(%acc = %zero) -> (i32) {
    %t0, %v = async.execute -> !async.value<i32> {
      %0 = arith.index_cast %i : index to i32
      %1 = arith.addi %0, %acc : i32
      async.yield %1 : i32
    }
    %t1 = async.execute {
      %0 = async.await %v : !async.value<i32>
      %1 = arith.sitofp %0 : i32 to f64
      %2 = arith.mulf %1, %f : f64
      memref.store %2, %a[%i] : memref<3xf64>
      async.yield
    }
    async.await %t1 : !async.token
    %next = async.await %v : !async.value<i32>
    scf.yield %next : i32
  }
  vector.print %last : i32
  scf.for %i = %c0 to %c3 step %c1 {
    %x = memref.load %a[%i] : memref<3xf64>
    vector.print %x : f64
  }
  memref.dealloc %a : memref<3xf64>
  return
}
