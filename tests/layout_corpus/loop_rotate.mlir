// A loop that hands its three values round: places that follow values move all of them each round.
// MACHINE: task
// ARGS: 4 1 2 3
// RESULT: 466
// LB0: 20
// LB1: 20
// The await: %i, %n, %a, %b, %c = 20 bytes: block arguments and an argument. %a is used with what the await gives, %b and %c are passed on.

async.func @next(%x: i32) -> !async.value<i32> {
  %one = arith.constant 1 : i32
  %r = arith.addi %x, %one : i32
  return %r : i32
}

async.func @task(%n: i32, %a0: i32, %b0: i32, %c: i32) -> !async.value<i32> {
  %c0 = arith.constant 0 : i32
  %c1 = arith.constant 1 : i32
  %c10 = arith.constant 10 : i32
  %c100 = arith.constant 100 : i32
  %r:3 = scf.for %i = %c0 to %n step %c1 iter_args(%x = %a0, %y = %b0, %z = %c) -> (i32, i32, i32) : i32 {
    %h_v = async.call @next(%i) : (i32) -> !async.value<i32>
    %v = async.await %h_v : !async.value<i32>
    %sum = arith.addi %x, %v : i32
    scf.yield %y, %z, %sum : i32, i32, i32
  }
  %s = arith.muli %r#0, %c100 : i32
  %t = arith.muli %r#1, %c10 : i32
  %u = arith.addi %s, %t : i32
  %w = arith.addi %u, %r#2 : i32
  return %w : i32
}

func.func @main(%n: i32, %a0: i32, %b0: i32, %c: i32) -> i32 attributes {task.kernel} {
  %h = async.call @task(%n, %a0, %b0, %c) : (i32, i32, i32, i32) -> !async.value<i32>
  %r = async.await %h : !async.value<i32>
  return %r : i32
}
