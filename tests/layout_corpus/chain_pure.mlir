// Nothing but arguments comes in: with early evaluation only the result is kept.
// MACHINE: task
// ARGS: 7 2
// RESULT: 74
// LB0: 8
// LB1: 4
// Each yield: %k and one of %t1, %t2, %t3: two words. All that follows a yield needs nothing else and only computes: %u may be evaluated
// before the first one. One word then.

async.func @task(%k: i32, %x: i32) -> !async.value<i32> {
  %c3 = arith.constant 3 : i32
  %t1 = arith.muli %x, %c3 : i32
  task.yield_now
  %t2 = arith.addi %t1, %c3 : i32
  task.yield_now
  %t3 = arith.muli %t2, %t2 : i32
  task.yield_now
  %u = arith.subi %t3, %k : i32
  return %u : i32
}

func.func @main(%k: i32, %x: i32) -> i32 attributes {task.kernel} {
  %h = async.call @task(%k, %x) : (i32, i32) -> !async.value<i32>
  %r = async.await %h : !async.value<i32>
  return %r : i32
}
