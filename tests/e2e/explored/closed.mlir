// Closing a channel at which two tasks may wait.

async.func @receive(%items: !task.channel<i32>) -> !async.value<i1> {
  %a, %ok = task.recv %items : !task.channel<i32>
  return %ok : i1
}
func.func @main() -> (i1, i1) {
  %c1 = arith.constant 1 : index
  %items = task.channel %c1 : !task.channel<i32>
  %h = async.call @receive(%items) : (!task.channel<i32>) -> !async.value<i1>
  %k = async.call @receive(%items) : (!task.channel<i32>) -> !async.value<i1>
  task.close %items : !task.channel<i32>
  %a = async.await %h : !async.value<i1>
  %b = async.await %k : !async.value<i1>
  return %a, %b : i1, i1
}
