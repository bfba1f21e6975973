// Three of four arguments are used up before the task waits.
// MACHINE: task
// ARGS: 1 2 3 4
// RESULT: 28
// LB0: 4
// LB1: 4
// The await: %d, an argument, used with what the await gives: 4 bytes. %a, %b, %c went into the call.

async.func @next(%x: i32) -> !async.value<i32> {
  %one = arith.constant 1 : i32
  %r = arith.addi %x, %one : i32
  return %r : i32
}

async.func @task(%a: i32, %b: i32, %c: i32, %d: i32) -> !async.value<i32> {
  %s = arith.addi %a, %b : i32
  %t = arith.addi %s, %c : i32
  %h_v = async.call @next(%t) : (i32) -> !async.value<i32>
  %v = async.await %h_v : !async.value<i32>
  %r = arith.muli %d, %v : i32
  return %r : i32
}

func.func @main(%a: i32, %b: i32, %c: i32, %d: i32) -> i32 attributes {task.kernel} {
  %h = async.call @task(%a, %b, %c, %d) : (i32, i32, i32, i32) -> !async.value<i32>
  %r = async.await %h : !async.value<i32>
  return %r : i32
}
