// A task fails, and with it the root that waits for it.

async.func @child(%code: i32) -> !async.value<i32> {
  task.fail %code : i32
  return %code : i32
}
func.func @main() -> i32 {
  %seven = arith.constant 7 : i32
  %h = async.call @child(%seven) : (i32) -> !async.value<i32>
  %code = async.await %h : !async.value<i32>
  return %code : i32
}
