// Cancelling a task that waits for ever.

async.func @waits(%items: !task.channel<i32>) -> !async.value<i32> {
  %v, %ok = task.recv %items : !task.channel<i32>
  return %v : i32
}
func.func @main() -> i32 {
  %c1 = arith.constant 1 : index
  %items = task.channel %c1 : !task.channel<i32>
  %h = async.call @waits(%items) : (!task.channel<i32>) -> !async.value<i32>
  task.cancel %h : !async.value<i32>
  %v, %kind, %code = task.try_await %h : !async.value<i32>
  return %kind : i32
}
