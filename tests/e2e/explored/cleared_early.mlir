// Clearing an event that may not be set, with a task that waits for it.

async.func @waits(%e: !task.event) -> !async.token {
  task.wait %e
  return
}
func.func @main() -> i32 {
  %five = arith.constant 5 : i32
  %e = task.event : !task.event
  %h = async.call @waits(%e) : (!task.event) -> !async.token
  task.yield_now
  task.clear %e
  task.set %e
  async.await %h : !async.token
  return %five : i32
}
