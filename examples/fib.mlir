// Fibonacci numbers by two tasks a call, as many tasks as there are additions: both children are started before either is
// awaited, so they may run at the same time, each on another worker.
//
//     asyncir run examples/fib.mlir --args 20
//     6765

async.func @fib_task(%n: i32) -> !async.value<i32> {
  %one = arith.constant 1 : i32
  %two = arith.constant 2 : i32
  %small = arith.cmpi sle, %n, %one : i32
  %result = scf.if %small -> (i32) {
    scf.yield %n : i32
  } else {
    %n1 = arith.subi %n, %one : i32
    %n2 = arith.subi %n, %two : i32
    %h1 = async.call @fib_task(%n1) : (i32) -> !async.value<i32>
    %h2 = async.call @fib_task(%n2) : (i32) -> !async.value<i32>
    %f1 = async.await %h1 : !async.value<i32>
    %f2 = async.await %h2 : !async.value<i32>
    %sum = arith.addi %f1, %f2 : i32
    scf.yield %sum : i32
  }
  return %result : i32
}

func.func @fib(%n: i32) -> i32 attributes {task.kernel} {
  %h = async.call @fib_task(%n) : (i32) -> !async.value<i32>
  %f = async.await %h : !async.value<i32>
  return %f : i32
}
