// A task that sleeps between two steps.
// MACHINE: task
// ARGS: 5
// RESULT: 69
// LB0: 8
// LB1: 8
// The sleep: %x and %v, an argument and the result of an await = 8 bytes; both are used with the result of the await behind it.
// The await behind it has the same.

async.func @next(%x: i32) -> !async.value<i32> {
  %one = arith.constant 1 : i32
  %r = arith.addi %x, %one : i32
  return %r : i32
}

async.func @task(%x: i32) -> !async.value<i32> {
  %c2 = arith.constant 2 : i32
  %ns = arith.constant 1000 : i64
  %h_v = async.call @next(%x) : (i32) -> !async.value<i32>
  %v = async.await %h_v : !async.value<i32>
  task.sleep %ns : i64
  %h_w = async.call @next(%c2) : (i32) -> !async.value<i32>
  %w = async.await %h_w : !async.value<i32>
  %p = arith.muli %w, %v : i32
  %r = arith.addi %p, %x : i32
  %s = arith.muli %r, %w : i32
  return %s : i32
}

func.func @main(%x: i32) -> i32 attributes {task.kernel} {
  %h = async.call @task(%x) : (i32) -> !async.value<i32>
  %r = async.await %h : !async.value<i32>
  return %r : i32
}
