// The root ends before the task that it started.

async.func @child(%a: memref<?xi32>) -> !async.token {
  %c0 = arith.constant 0 : index
  %y = arith.constant 5 : i32
  task.yield_now
  memref.store %y, %a[%c0] : memref<?xi32>
  return
}
func.func @main(%a: memref<?xi32>) -> i32 {
  %h = async.call @child(%a) : (memref<?xi32>) -> !async.token
  %y = arith.constant 5 : i32
  return %y : i32
}
