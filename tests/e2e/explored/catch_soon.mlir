// A parent that catches is cancelled while its child is about to end; it goes on, and waits for something else.

async.func @child() -> !async.value<i32> {
  %five = arith.constant 5 : i32
  task.yield_now
  return %five : i32
}
async.func @parent() -> !async.value<i32> {
  %h = async.call @child() : () -> !async.value<i32>
  %v = async.await %h : !async.value<i32> {task.catches}
  task.yield_now {task.catches}
  return %v : i32
}
func.func @main() -> i32 {
  %h = async.call @parent() : () -> !async.value<i32>
  task.yield_now
  task.cancel %h : !async.value<i32>
  %v = async.await %h : !async.value<i32>
  return %v : i32
}
