// A select twice, won by the same channel.

async.func @sends(%items: !task.channel<i32>) -> !async.token {
  %one = arith.constant 1 : i32
  %two = arith.constant 2 : i32
  task.send %one, %items : !task.channel<i32>
  task.yield_now
  task.send %two, %items : !task.channel<i32>
  return
}
func.func @main() -> i32 {
  %c1 = arith.constant 1 : index
  %left = task.channel %c1 : !task.channel<i32>
  %right = task.channel %c1 : !task.channel<i32>
  %t = async.call @sends(%left) : (!task.channel<i32>) -> !async.token
  %case, %item, %ok = task.select(%left, %right) : !task.channel<i32>, !task.channel<i32>
  %case2, %item2, %ok2 = task.select(%left, %right) : !task.channel<i32>, !task.channel<i32>
  %sum = arith.addi %item, %item2 : i32
  async.await %t : !async.token
  return %sum : i32
}
