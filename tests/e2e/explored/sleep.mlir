// Two sleepers.

async.func @sleeps(%n: i64) -> !async.token {
  task.sleep %n : i64
  return
}
func.func @main() -> i32 {
  %five = arith.constant 5 : i32
  %some = arith.constant 500 : i64
  %more = arith.constant 700 : i64
  %h = async.call @sleeps(%some) : (i64) -> !async.token
  task.sleep %more : i64
  async.await %h : !async.token
  return %five : i32
}
