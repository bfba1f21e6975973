// A counted loop with an await in it.
// MACHINE: task
// ARGS: 5
// RESULT: 15
// LB0: 12
// LB1: 12
// The await: %i (the next round counts on from it), %n, %acc = 12 bytes. %i + 1 may be evaluated early, a word too; %n and %acc are used
// in the next round or with what the await gives, and are argument and block argument.

async.func @next(%x: i32) -> !async.value<i32> {
  %one = arith.constant 1 : i32
  %r = arith.addi %x, %one : i32
  return %r : i32
}

async.func @task(%n: i32) -> !async.value<i32> {
  %c0 = arith.constant 0 : i32
  %c1 = arith.constant 1 : i32
  %r = scf.for %i = %c0 to %n step %c1 iter_args(%acc = %c0) -> (i32) : i32 {
    %h_v = async.call @next(%i) : (i32) -> !async.value<i32>
    %v = async.await %h_v : !async.value<i32>
    %sum = arith.addi %acc, %v : i32
    scf.yield %sum : i32
  }
  return %r : i32
}

func.func @main(%n: i32) -> i32 attributes {task.kernel} {
  %h = async.call @task(%n) : (i32) -> !async.value<i32>
  %r = async.await %h : !async.value<i32>
  return %r : i32
}
