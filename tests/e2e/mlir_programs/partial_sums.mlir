// A reduction by tasks: each adds up a part of the array, main the parts.
async.func @part(%a: memref<?xf32>, %begin: index, %end: index) -> !async.value<f32> {
  %c1 = arith.constant 1 : index
  %zero = arith.constant 0.0 : f32
  %sum = scf.for %i = %begin to %end step %c1 iter_args(%s = %zero) -> (f32) {
    %x = memref.load %a[%i] : memref<?xf32>
    %0 = arith.addf %s, %x : f32
    scf.yield %0 : f32
  }
  return %sum : f32
}
func.func @main() {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c5 = arith.constant 5 : index
  %c10 = arith.constant 10 : index
  %a = memref.alloc(%c10) : memref<?xf32>
  scf.for %i = %c0 to %c10 step %c1 {
    %0 = arith.index_cast %i : index to i32
    %1 = arith.sitofp %0 : i32 to f32
    memref.store %1, %a[%i] : memref<?xf32>
  }
  %h0 = async.call @part(%a, %c0, %c5) : (memref<?xf32>, index, index) -> !async.value<f32>
  %h1 = async.call @part(%a, %c5, %c10) : (memref<?xf32>, index, index) -> !async.value<f32>
  %s0 = async.await %h0 : !async.value<f32>
  %s1 = async.await %h1 : !async.value<f32>
  %sum = arith.addf %s0, %s1 : f32
  vector.print %sum : f32
  memref.dealloc %a : memref<?xf32>
  return
}
