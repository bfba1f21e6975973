// Cancelling one of two receivers: the other gets the item.

async.func @waits(%items: !task.channel<i32>) -> !async.value<i32> {
  %v, %ok = task.recv %items : !task.channel<i32>
  return %v : i32
}
func.func @main() -> (i32, i32) {
  %c1 = arith.constant 1 : index
  %seven = arith.constant 7 : i32
  %items = task.channel %c1 : !task.channel<i32>
  %h = async.call @waits(%items) : (!task.channel<i32>) -> !async.value<i32>
  %k = async.call @waits(%items) : (!task.channel<i32>) -> !async.value<i32>
  task.cancel %h : !async.value<i32>
  task.send %seven, %items : !task.channel<i32>
  task.close %items : !task.channel<i32>
  %v, %kind, %code = task.try_await %h : !async.value<i32>
  %w, %kind2, %code2 = task.try_await %k : !async.value<i32>
  %sum = arith.addi %v, %w : i32
  return %sum, %kind2 : i32, i32
}
