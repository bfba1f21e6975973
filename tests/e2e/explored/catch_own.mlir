// A parent that catches, while its child, which does not, is about to end by itself; it goes on, and waits again.

async.func @child(%e: !task.event) -> !async.value<i32> {
  %five = arith.constant 5 : i32
  task.wait %e
  return %five : i32
}
async.func @parent(%e: !task.event) -> !async.value<i32> {
  %ten = arith.constant 10 : i32
  %h = async.call @child(%e) : (!task.event) -> !async.value<i32>
  %v = async.await %h : !async.value<i32> {task.catches}
  %c = task.cancelled : i1
  %x = arith.select %c, %ten, %v : i32
  task.yield_now {task.catches}
  return %x : i32
}
func.func @main() -> i32 {
  %e = task.event : !task.event
  %h = async.call @parent(%e) : (!task.event) -> !async.value<i32>
  task.yield_now
  task.cancel %h : !async.value<i32>
  task.set %e
  %v = async.await %h : !async.value<i32>
  return %v : i32
}
