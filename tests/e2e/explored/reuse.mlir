// Two tasks, of which one frees objects and the other allocates some.

async.func @child(%x: i32) -> !async.value<i32> {
  return %x : i32
}
async.func @user(%x: i32) -> !async.value<i32> {
  task.yield_now
  %h = async.call @child(%x) : (i32) -> !async.value<i32>
  %v = async.await %h : !async.value<i32>
  return %v : i32
}
func.func @main() -> i32 {
  %one = arith.constant 1 : i32
  %h = async.call @user(%one) : (i32) -> !async.value<i32>
  %k = async.call @user(%one) : (i32) -> !async.value<i32>
  %v = async.await %h : !async.value<i32>
  %w = async.await %k : !async.value<i32>
  %s = arith.addi %v, %w : i32
  return %s : i32
}
