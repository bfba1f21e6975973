// A chain: each stage uses the value before it, and no older one.
// MACHINE: task
// ARGS: 5
// RESULT: 51
// LB0: 4
// LB1: 4
// At each of the three yields one i32 is live: %a, then %b, then %c. Each could be computed from the one before, which is a word too.

async.func @task(%x: i32) -> !async.value<i32> {
  %one = arith.constant 1 : i32
  %three = arith.constant 3 : i32
  %a = arith.addi %x, %one : i32
  task.yield_now
  %b = arith.muli %a, %three : i32
  task.yield_now
  %c = arith.subi %b, %one : i32
  task.yield_now
  %d = arith.muli %c, %three : i32
  return %d : i32
}

func.func @main(%x: i32) -> i32 attributes {task.kernel} {
  %h = async.call @task(%x) : (i32) -> !async.value<i32>
  %r = async.await %h : !async.value<i32>
  return %r : i32
}
