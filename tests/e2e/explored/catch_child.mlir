// A task that waits for its child is cancelled; the child catches that, and its parent gets what it gives.

async.func @child(%items: !task.channel<i32>) -> !async.value<i32> {
  %five = arith.constant 5 : i32
  %v, %ok = task.recv %items {task.catches} : !task.channel<i32>
  %c = task.cancelled : i1
  task.yield_now
  %x = arith.extui %c : i1 to i32
  %r = arith.addi %five, %x : i32
  return %r : i32
}
async.func @parent(%items: !task.channel<i32>) -> !async.value<i32> {
  %h = async.call @child(%items) : (!task.channel<i32>) -> !async.value<i32>
  %v = async.await %h : !async.value<i32>
  task.yield_now
  return %v : i32
}
func.func @main() -> (i32, i32) {
  %c1 = arith.constant 1 : index
  %items = task.channel %c1 : !task.channel<i32>
  %h = async.call @parent(%items) : (!task.channel<i32>) -> !async.value<i32>
  task.cancel %h : !async.value<i32>
  %v, %kind, %code = task.try_await %h : !async.value<i32>
  return %v, %kind : i32, i32
}
