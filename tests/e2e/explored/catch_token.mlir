// A task that waits for another's token catches its cancellation, and waits for the token again.

async.func @waits(%t: !async.token) -> !async.value<i32> {
  %ten = arith.constant 10 : i32
  %one = arith.constant 1 : i32
  async.await %t : !async.token {task.catches}
  %c = task.cancelled : i1
  cf.cond_br %c, ^again, ^end(%one : i32)
^again:
  async.await %t : !async.token {task.catches}
  cf.br ^end(%ten : i32)
^end(%r: i32):
  return %r : i32
}
async.func @ends() -> !async.token {
  task.yield_now
  return
}
func.func @main() -> i32 {
  %t = async.call @ends() : () -> !async.token
  %h = async.call @waits(%t) : (!async.token) -> !async.value<i32>
  task.yield_now
  task.cancel %h : !async.value<i32>
  %v = async.await %h : !async.value<i32>
  return %v : i32
}
