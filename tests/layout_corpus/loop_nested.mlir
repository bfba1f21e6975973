// Two counted loops in each other, with an await in the inner one.
// MACHINE: task
// ARGS: 3 4
// RESULT: 30
// LB0: 20
// LB1: 20
// The await: %i, %n, %j, %m, %acc = 20 bytes: block arguments and arguments, all used again behind it in this round or the next.

async.func @next(%x: i32) -> !async.value<i32> {
  %one = arith.constant 1 : i32
  %r = arith.addi %x, %one : i32
  return %r : i32
}

async.func @task(%n: i32, %m: i32) -> !async.value<i32> {
  %c0 = arith.constant 0 : i32
  %c1 = arith.constant 1 : i32
  %r = scf.for %i = %c0 to %n step %c1 iter_args(%outer = %c0) -> (i32) : i32 {
    %s = scf.for %j = %c0 to %m step %c1 iter_args(%acc = %outer) -> (i32) : i32 {
      %h_v = async.call @next(%j) : (i32) -> !async.value<i32>
      %v = async.await %h_v : !async.value<i32>
      %sum = arith.addi %acc, %v : i32
      scf.yield %sum : i32
    }
    scf.yield %s : i32
  }
  return %r : i32
}

func.func @main(%n: i32, %m: i32) -> i32 attributes {task.kernel} {
  %h = async.call @task(%n, %m) : (i32, i32) -> !async.value<i32>
  %r = async.await %h : !async.value<i32>
  return %r : i32
}
