// An event that is set, cleared and set again.

async.func @sets(%e: !task.event, %f: !task.event, %a: memref<?xi32>) -> !async.token {
  %c0 = arith.constant 0 : index
  %five = arith.constant 5 : i32
  task.set %e
  task.wait %f
  memref.store %five, %a[%c0] : memref<?xi32>
  task.set %e
  return
}
func.func @main(%a: memref<?xi32>) -> i32 {
  %c0 = arith.constant 0 : index
  %e = task.event : !task.event
  %f = task.event : !task.event
  %h = async.call @sets(%e, %f, %a) : (!task.event, !task.event, memref<?xi32>) -> !async.token
  task.wait %e
  task.clear %e
  task.set %f
  task.wait %e
  %five = memref.load %a[%c0] : memref<?xi32>
  async.await %h : !async.token
  return %five : i32
}
