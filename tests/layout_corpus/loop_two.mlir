// Two loops behind each other: the bound of the second waits through the first.
// MACHINE: task
// ARGS: 3 4
// RESULT: 144
// LB0: 16
// LB1: 16
// await 1: %i, %n, %acc, and %m for the loop to come = 16 bytes.  await 2: %j, %m, %acc = 12 bytes.
// Block arguments and arguments, all used again behind it in this round or later.

async.func @next(%x: i32) -> !async.value<i32> {
  %one = arith.constant 1 : i32
  %r = arith.addi %x, %one : i32
  return %r : i32
}

async.func @task(%n: i32, %m: i32) -> !async.value<i32> {
  %c0 = arith.constant 0 : i32
  %c1 = arith.constant 1 : i32
  %r = scf.for %i = %c0 to %n step %c1 iter_args(%acc = %c0) -> (i32) : i32 {
    %h_v = async.call @next(%i) : (i32) -> !async.value<i32>
    %v = async.await %h_v : !async.value<i32>
    %sum = arith.addi %acc, %v : i32
    scf.yield %sum : i32
  }
  %s = scf.for %j = %c0 to %m step %c1 iter_args(%acc = %r) -> (i32) : i32 {
    %h_w = async.call @next(%j) : (i32) -> !async.value<i32>
    %w = async.await %h_w : !async.value<i32>
    %sum = arith.muli %acc, %w : i32
    scf.yield %sum : i32
  }
  return %s : i32
}

func.func @main(%n: i32, %m: i32) -> i32 attributes {task.kernel} {
  %h = async.call @task(%n, %m) : (i32, i32) -> !async.value<i32>
  %r = async.await %h : !async.value<i32>
  return %r : i32
}
