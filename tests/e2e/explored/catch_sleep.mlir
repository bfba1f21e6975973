// A sleeper catches its cancellation about when it wakes, and sleeps again.

async.func @sleeps(%n: i64) -> !async.value<i32> {
  %five = arith.constant 5 : i32
  task.sleep %n {task.catches} : i64
  task.sleep %n {task.catches} : i64
  return %five : i32
}
func.func @main() -> i32 {
  %long = arith.constant 400 : i64
  %h = async.call @sleeps(%long) : (i64) -> !async.value<i32>
  task.yield_now
  task.cancel %h : !async.value<i32>
  %v = async.await %h : !async.value<i32>
  return %v : i32
}
