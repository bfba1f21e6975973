// Two tasks wait for an event, whose setter has written what they read.

async.func @waits(%e: !task.event, %a: memref<?xi32>) -> !async.value<i32> {
  %c0 = arith.constant 0 : index
  task.wait %e
  %v = memref.load %a[%c0] : memref<?xi32>
  return %v : i32
}
func.func @main(%a: memref<?xi32>) -> (i32, i32) {
  %c0 = arith.constant 0 : index
  %five = arith.constant 5 : i32
  %e = task.event : !task.event
  %h = async.call @waits(%e, %a) : (!task.event, memref<?xi32>) -> !async.value<i32>
  %k = async.call @waits(%e, %a) : (!task.event, memref<?xi32>) -> !async.value<i32>
  memref.store %five, %a[%c0] : memref<?xi32>
  task.set %e
  %v = async.await %h : !async.value<i32>
  %w = async.await %k : !async.value<i32>
  return %v, %w : i32, i32
}
