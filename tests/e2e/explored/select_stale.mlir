// A select that is over, and whose other channel is sent to while its task waits for something else.

async.func @sends(%items: !task.channel<i32>, %v: i32) -> !async.token {
  task.send %v, %items : !task.channel<i32>
  return
}
async.func @slow() -> !async.value<i32> {
  %five = arith.constant 5 : i32
  task.yield_now
  task.yield_now
  return %five : i32
}
func.func @main() -> i32 {
  %c1 = arith.constant 1 : index
  %one = arith.constant 1 : i32
  %two = arith.constant 2 : i32
  %left = task.channel %c1 : !task.channel<i32>
  %right = task.channel %c1 : !task.channel<i32>
  %t = async.call @sends(%left, %one) : (!task.channel<i32>, i32) -> !async.token
  %case, %item, %ok = task.select(%left, %right) : !task.channel<i32>, !task.channel<i32>
  %h = async.call @slow() : () -> !async.value<i32>
  %u = async.call @sends(%right, %two) : (!task.channel<i32>, i32) -> !async.token
  %five = async.await %h : !async.value<i32>
  %item2, %ok2 = task.recv %right : !task.channel<i32>
  %sum = arith.addi %item, %item2 : i32
  %all = arith.addi %sum, %five : i32
  async.await %u : !async.token
  async.await %t : !async.token
  return %all : i32
}
