// Two tasks wait for one.

async.func @child() -> !async.value<i32> {
  %y = arith.constant 5 : i32
  task.yield_now
  return %y : i32
}
async.func @waiter(%h: !async.value<i32>) -> !async.value<i32> {
  %v = async.await %h : !async.value<i32>
  return %v : i32
}
func.func @main() -> i32 {
  %h = async.call @child() : () -> !async.value<i32>
  %a = async.call @waiter(%h) : (!async.value<i32>) -> !async.value<i32>
  %v = async.await %h : !async.value<i32>
  %w = async.await %a : !async.value<i32>
  %sum = arith.addi %v, %w : i32
  return %sum : i32
}
