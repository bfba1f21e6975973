// Three senders, a channel with room for one.

async.func @send(%items: !task.channel<i32>) -> !async.token {
  %one = arith.constant 1 : i32
  task.send %one, %items : !task.channel<i32>
  return
}
func.func @main() -> i32 {
  %c1 = arith.constant 1 : index
  %items = task.channel %c1 : !task.channel<i32>
  %t = async.call @send(%items) : (!task.channel<i32>) -> !async.token
  %u = async.call @send(%items) : (!task.channel<i32>) -> !async.token
  %v = async.call @send(%items) : (!task.channel<i32>) -> !async.token
  task.yield_now
  %a, %aok = task.recv %items : !task.channel<i32>
  %b, %bok = task.recv %items : !task.channel<i32>
  %c, %cok = task.recv %items : !task.channel<i32>
  async.await %t : !async.token
  async.await %u : !async.token
  async.await %v : !async.token
  %ab = arith.addi %a, %b : i32
  %abc = arith.addi %ab, %c : i32
  return %abc : i32
}
