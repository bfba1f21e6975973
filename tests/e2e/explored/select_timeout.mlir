// A task and a timeout of about its length.

async.func @ends() -> !async.token {
  task.yield_now
  return
}
func.func @main() -> i32 {
  %five = arith.constant 5 : i32
  %some = arith.constant 300 : i64
  %u = async.call @ends() : () -> !async.token
  %case = task.select(%u) after %some : !async.token
  async.await %u : !async.token
  return %five : i32
}
