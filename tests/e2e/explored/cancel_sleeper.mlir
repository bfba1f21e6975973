// Cancelling a sleeper about when it wakes.

async.func @sleeps(%n: i64) -> !async.token {
  task.sleep %n : i64
  return
}
func.func @main() -> i32 {
  %five = arith.constant 5 : i32
  %long = arith.constant 400 : i64
  %h = async.call @sleeps(%long) : (i64) -> !async.token
  task.yield_now
  task.cancel %h : !async.token
  %kind, %code = task.try_await %h : !async.token
  return %five : i32
}
