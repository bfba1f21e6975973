// The second child of a task on a stack fails.

async.func @child(%n: i32) -> !async.value<i32> {
  %zero = arith.constant 0 : i32
  %fine = arith.cmpi eq, %n, %zero : i32
  cf.assert %fine, "not zero"
  return %n : i32
}
async.func @parent(%n: i32) -> !async.value<i32> {
  %zero = arith.constant 0 : i32
  %h = async.call @child(%zero) : (i32) -> !async.value<i32>
  %k = async.call @child(%n) : (i32) -> !async.value<i32>
  %a = async.await %h : !async.value<i32>
  %b = async.await %k : !async.value<i32>
  %sum = arith.addi %a, %b : i32
  return %sum : i32
}
func.func @main() -> i32 {
  %one = arith.constant 1 : i32
  %h = async.call @parent(%one) : (i32) -> !async.value<i32>
  %f = async.await %h : !async.value<i32>
  return %f : i32
}
