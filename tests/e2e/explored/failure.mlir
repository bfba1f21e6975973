// A task fails; who waits for it looks at its error.

async.func @child(%code: i32) -> !async.value<i32> {
  task.fail %code : i32
  return %code : i32
}
func.func @main() -> i32 {
  %seven = arith.constant 7 : i32
  %h = async.call @child(%seven) : (i32) -> !async.value<i32>
  %v, %error, %code = task.try_await %h : !async.value<i32>
  return %code : i32
}
