// Nothing is live at the suspensions, whatever the arguments are.
// MACHINE: task
// ARGS: 1 2 3
// RESULT: 2
// LB0: 0
// LB1: 0
// The awaits need nothing of what was before: 0 bytes.

async.func @next(%x: i32) -> !async.value<i32> {
  %one = arith.constant 1 : i32
  %r = arith.addi %x, %one : i32
  return %r : i32
}

async.func @task(%a: i32, %b: i32, %c: i32) -> !async.value<i32> {
  %c1 = arith.constant 1 : i32
  %h_v = async.call @next(%a) : (i32) -> !async.value<i32>
  %v = async.await %h_v : !async.value<i32>
  %h_w = async.call @next(%c1) : (i32) -> !async.value<i32>
  %w = async.await %h_w : !async.value<i32>
  return %w : i32
}

func.func @main(%a: i32, %b: i32, %c: i32) -> i32 attributes {task.kernel} {
  %h = async.call @task(%a, %b, %c) : (i32, i32, i32) -> !async.value<i32>
  %r = async.await %h : !async.value<i32>
  return %r : i32
}
