// An argument of 8 KiB that is not used behind the start. rustc keeps it, twice.
// MACHINE: task
// ARGS: 3
// RESULT: 6
// LB0: 4
// LB1: 4
// WITHOUT: reference (it has no vectors)
// The await: %x = 4 bytes. %rows, a vector of 2048 f32, is used by nobody.

async.func @next(%x: i32) -> !async.value<i32> {
  %one = arith.constant 1 : i32
  %r = arith.addi %x, %one : i32
  return %r : i32
}

async.func @task(%x: i32, %rows: vector<2048xf32>) -> !async.value<i32> {
  %c1 = arith.constant 1 : i32
  %h_v = async.call @next(%c1) : (i32) -> !async.value<i32>
  %v = async.await %h_v : !async.value<i32>
  %r = arith.muli %x, %v : i32
  return %r : i32
}

func.func @main(%x: i32) -> i32 attributes {task.kernel} {
  %rows = arith.constant dense<1.0> : vector<2048xf32>
  %h = async.call @task(%x, %rows) : (i32, vector<2048xf32>) -> !async.value<i32>
  %r = async.await %h : !async.value<i32>
  return %r : i32
}
