// A task that a worker with stacks runs on its own stack.

async.func @child(%x: i32) -> !async.value<i32> {
  %y = arith.addi %x, %x : i32
  return %y : i32
}
func.func @main() -> i32 {
  %one = arith.constant 1 : i32
  %h = async.call @child(%one) : (i32) -> !async.value<i32>
  %v = async.await %h : !async.value<i32>
  return %v : i32
}
