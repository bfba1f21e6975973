// Cancelling a receiver while somebody sends to it.

async.func @waits(%items: !task.channel<i32>) -> !async.value<i32> {
  %v, %ok = task.recv %items : !task.channel<i32>
  return %v : i32
}
async.func @sends(%items: !task.channel<i32>) -> !async.token {
  %seven = arith.constant 7 : i32
  task.yield_now
  task.send %seven, %items : !task.channel<i32>
  return
}
func.func @main() -> i32 {
  %c1 = arith.constant 1 : index
  %items = task.channel %c1 : !task.channel<i32>
  %t = async.call @sends(%items) : (!task.channel<i32>) -> !async.token
  %h = async.call @waits(%items) : (!task.channel<i32>) -> !async.value<i32>
  task.yield_now
  task.cancel %h : !async.value<i32>
  %v, %kind, %code = task.try_await %h : !async.value<i32>
  async.await %t : !async.token
  return %kind : i32
}
