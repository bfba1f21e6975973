// The same, and afterwards the channel is closed: an item that was lost would be missed.

async.func @sends(%items: !task.channel<i32>) -> !async.token {
  %seven = arith.constant 7 : i32
  task.send %seven, %items : !task.channel<i32>
  return
}
async.func @ends() -> !async.token {
  task.yield_now
  return
}
func.func @main() -> i32 {
  %c1 = arith.constant 1 : index
  %zero = arith.constant 0 : i32
  %items = task.channel %c1 : !task.channel<i32>
  %t = async.call @sends(%items) : (!task.channel<i32>) -> !async.token
  %u = async.call @ends() : () -> !async.token
  %case, %item, %ok = task.select(%u, %items) : !async.token, !task.channel<i32>
  %token = arith.cmpi eq, %case, %zero : i32
  cf.cond_br %token, ^later, ^had(%item : i32)
^later:
  async.await %t : !async.token
  task.close %items : !task.channel<i32>
  %other, %yes = task.recv %items : !task.channel<i32>
  cf.br ^had(%other : i32)
^had(%got: i32):
  async.await %u : !async.token
  async.await %t : !async.token
  return %got : i32
}
