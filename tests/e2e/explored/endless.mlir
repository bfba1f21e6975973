// A task that never ends, and others that need memory.

async.func @endless() -> !async.token {
  cf.br ^again
^again:
  task.yield_now
  cf.br ^again
}
async.func @child(%x: i32) -> !async.value<i32> {
  task.yield_now
  return %x : i32
}
func.func @main() -> i32 {
  %one = arith.constant 1 : i32
  %t = async.call @endless() : () -> !async.token
  %h = async.call @child(%one) : (i32) -> !async.value<i32>
  %v = async.await %h : !async.value<i32>
  return %v : i32
}
