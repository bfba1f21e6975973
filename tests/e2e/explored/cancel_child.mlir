// Cancelling a task that waits for its child, which waits for ever.

async.func @leaf(%items: !task.channel<i32>) -> !async.value<i32> {
  %v, %ok = task.recv %items : !task.channel<i32>
  return %v : i32
}
async.func @middle(%items: !task.channel<i32>) -> !async.value<i32> {
  %h = async.call @leaf(%items) : (!task.channel<i32>) -> !async.value<i32>
  %v = async.await %h : !async.value<i32>
  return %v : i32
}
func.func @main() -> i32 {
  %c1 = arith.constant 1 : index
  %items = task.channel %c1 : !task.channel<i32>
  %h = async.call @middle(%items) : (!task.channel<i32>) -> !async.value<i32>
  task.cancel %h : !async.value<i32>
  %v, %kind, %code = task.try_await %h : !async.value<i32>
  return %kind : i32
}
