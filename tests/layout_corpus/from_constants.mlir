// What is computed from constants alone is kept by LB0, but computed again from nothing by LB1.
// MACHINE: task
// ARGS: 5
// RESULT: 110
// LB0: 12
// LB1: 4
// The await: %y, %z (from constants), %x = 12 bytes. %y and %z are computed again: %x, 4 bytes. Constants themselves are counted nowhere.

async.func @next(%x: i32) -> !async.value<i32> {
  %one = arith.constant 1 : i32
  %r = arith.addi %x, %one : i32
  return %r : i32
}

async.func @task(%x: i32) -> !async.value<i32> {
  %c1 = arith.constant 1 : i32
  %c3 = arith.constant 3 : i32
  %c5 = arith.constant 5 : i32
  %c7 = arith.constant 7 : i32
  %y = arith.muli %c3, %c5 : i32
  %z = arith.subi %y, %c7 : i32
  %h_v = async.call @next(%c1) : (i32) -> !async.value<i32>
  %v = async.await %h_v : !async.value<i32>
  %p = arith.muli %y, %v : i32
  %q = arith.subi %p, %z : i32
  %r = arith.muli %q, %x : i32
  return %r : i32
}

func.func @main(%x: i32) -> i32 attributes {task.kernel} {
  %h = async.call @task(%x) : (i32) -> !async.value<i32>
  %r = async.await %h : !async.value<i32>
  return %r : i32
}
