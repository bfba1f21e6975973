// A select twice, won by different channels.

async.func @sends(%items: !task.channel<i32>, %v: i32) -> !async.token {
  task.send %v, %items : !task.channel<i32>
  return
}
func.func @main() -> i32 {
  %c1 = arith.constant 1 : index
  %one = arith.constant 1 : i32
  %two = arith.constant 2 : i32
  %left = task.channel %c1 : !task.channel<i32>
  %right = task.channel %c1 : !task.channel<i32>
  %t = async.call @sends(%left, %one) : (!task.channel<i32>, i32) -> !async.token
  %u = async.call @sends(%right, %two) : (!task.channel<i32>, i32) -> !async.token
  %case, %item, %ok = task.select(%left, %right) : !task.channel<i32>, !task.channel<i32>
  %case2, %item2, %ok2 = task.select(%left, %right) : !task.channel<i32>, !task.channel<i32>
  %sum = arith.addi %item, %item2 : i32
  async.await %u : !async.token
  async.await %t : !async.token
  return %sum : i32
}
