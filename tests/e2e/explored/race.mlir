// Wrong: the root reads what its child writes, before it has waited for it.

async.func @child(%a: memref<?xi32>) -> !async.token {
  %c0 = arith.constant 0 : index
  %y = arith.constant 5 : i32
  memref.store %y, %a[%c0] : memref<?xi32>
  return
}
func.func @main(%a: memref<?xi32>) -> i32 {
  %c0 = arith.constant 0 : index
  %h = async.call @child(%a) : (memref<?xi32>) -> !async.token
  %y = memref.load %a[%c0] : memref<?xi32>
  async.await %h : !async.token
  return %y : i32
}
