// A division by a constant may be done early.
// MACHINE: task
// ARGS: 12 4
// RESULT: 10
// LB0: 8
// LB1: 4
// The await: %a, %b = 8 bytes. %q = %a / 3 + %b may be evaluated early: 4 bytes.

async.func @next(%x: i32) -> !async.value<i32> {
  %one = arith.constant 1 : i32
  %r = arith.addi %x, %one : i32
  return %r : i32
}

async.func @task(%a: i32, %b: i32) -> !async.value<i32> {
  %c1 = arith.constant 1 : i32
  %c3 = arith.constant 3 : i32
  %h_v = async.call @next(%c1) : (i32) -> !async.value<i32>
  %v = async.await %h_v : !async.value<i32>
  %d = arith.divsi %a, %c3 : i32
  %q = arith.addi %d, %b : i32
  %r = arith.addi %q, %v : i32
  return %r : i32
}

func.func @main(%a: i32, %b: i32) -> i32 attributes {task.kernel} {
  %h = async.call @task(%a, %b) : (i32, i32) -> !async.value<i32>
  %r = async.await %h : !async.value<i32>
  return %r : i32
}
