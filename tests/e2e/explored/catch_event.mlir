// Two tasks wait for an event; one catches its cancellation and waits again.

async.func @waits(%e: !task.event, %m: memref<2xi32>) -> !async.value<i32> {
  %c0 = arith.constant 0 : index
  task.wait %e {task.catches}
  %c = task.cancelled : i1
  cf.cond_br %c, ^again, ^end
^again:
  task.wait %e {task.catches}
  cf.br ^end
^end:
  %r = memref.load %m[%c0] : memref<2xi32>
  return %r : i32
}
func.func @main(%m: memref<2xi32>) -> (i32, i32) {
  %c0 = arith.constant 0 : index
  %five = arith.constant 5 : i32
  %e = task.event : !task.event
  %h = async.call @waits(%e, %m) : (!task.event, memref<2xi32>) -> !async.value<i32>
  %t = async.call @waits(%e, %m) : (!task.event, memref<2xi32>) -> !async.value<i32>
  task.yield_now
  task.cancel %h : !async.value<i32>
  task.yield_now
  memref.store %five, %m[%c0] : memref<2xi32>
  task.set %e
  %v = async.await %h : !async.value<i32>
  %w = async.await %t : !async.value<i32>
  return %v, %w : i32, i32
}
