// Fork and join: on stacks, but for what is stolen.

async.func @fib(%n: i32) -> !async.value<i32> {
  %one = arith.constant 1 : i32
  %two = arith.constant 2 : i32
  %small = arith.cmpi sle, %n, %one : i32
  %result = scf.if %small -> (i32) {
    scf.yield %n : i32
  } else {
    %n1 = arith.subi %n, %one : i32
    %n2 = arith.subi %n, %two : i32
    %h1 = async.call @fib(%n1) : (i32) -> !async.value<i32>
    %h2 = async.call @fib(%n2) : (i32) -> !async.value<i32>
    %f1 = async.await %h1 : !async.value<i32>
    %f2 = async.await %h2 : !async.value<i32>
    %sum = arith.addi %f1, %f2 : i32
    scf.yield %sum : i32
  }
  return %result : i32
}
func.func @main(%n: i32) -> i32 {
  %h = async.call @fib(%n) : (i32) -> !async.value<i32>
  %f = async.await %h : !async.value<i32>
  return %f : i32
}
