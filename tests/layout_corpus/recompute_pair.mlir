// Two values computed from one: the one is kept.
// MACHINE: task
// ARGS: 5
// RESULT: 18
// LB0: 8
// LB1: 4
// The await: %y, %z = 8 bytes. Both come from %x: 4 bytes.

async.func @next(%x: i32) -> !async.value<i32> {
  %one = arith.constant 1 : i32
  %r = arith.addi %x, %one : i32
  return %r : i32
}

async.func @task(%x: i32) -> !async.value<i32> {
  %c1 = arith.constant 1 : i32
  %c3 = arith.constant 3 : i32
  %c7 = arith.constant 7 : i32
  %y = arith.muli %x, %c3 : i32
  %z = arith.addi %x, %c7 : i32
  %h_v = async.call @next(%c1) : (i32) -> !async.value<i32>
  %v = async.await %h_v : !async.value<i32>
  %p = arith.muli %y, %v : i32
  %r = arith.subi %p, %z : i32
  return %r : i32
}

func.func @main(%x: i32) -> i32 attributes {task.kernel} {
  %h = async.call @task(%x) : (i32) -> !async.value<i32>
  %r = async.await %h : !async.value<i32>
  return %r : i32
}
