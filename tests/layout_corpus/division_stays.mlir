// A division by what may be zero is not done early: the task might never have come to it.
// MACHINE: task
// ARGS: 12 4
// RESULT: 5
// LB0: 8
// LB1: 8
// The await: %a, %b = 8 bytes. %q = %a / %b could be undefined, so it stays where it is.

async.func @next(%x: i32) -> !async.value<i32> {
  %one = arith.constant 1 : i32
  %r = arith.addi %x, %one : i32
  return %r : i32
}

async.func @task(%a: i32, %b: i32) -> !async.value<i32> {
  %c1 = arith.constant 1 : i32
  %h_v = async.call @next(%c1) : (i32) -> !async.value<i32>
  %v = async.await %h_v : !async.value<i32>
  %q = arith.divsi %a, %b : i32
  %r = arith.addi %q, %v : i32
  return %r : i32
}

func.func @main(%a: i32, %b: i32) -> i32 attributes {task.kernel} {
  %h = async.call @task(%a, %b) : (i32, i32) -> !async.value<i32>
  %r = async.await %h : !async.value<i32>
  return %r : i32
}
