// Sends, receives, closing: the last receive finds the channel closed.

async.func @produce(%items: !task.channel<i32>) -> !async.token {
  %one = arith.constant 1 : i32
  %two = arith.constant 2 : i32
  task.send %one, %items : !task.channel<i32>
  task.send %two, %items : !task.channel<i32>
  task.close %items : !task.channel<i32>
  return
}
func.func @main() -> (i32, i32, i1) {
  %c1 = arith.constant 1 : index
  %items = task.channel %c1 : !task.channel<i32>
  %t = async.call @produce(%items) : (!task.channel<i32>) -> !async.token
  %a, %aok = task.recv %items : !task.channel<i32>
  %b, %bok = task.recv %items : !task.channel<i32>
  %c, %cok = task.recv %items : !task.channel<i32>
  return %a, %b, %cok : i32, i32, i1
}
