// As chain_sum_early, but summed from the last result on: nothing can be evaluated before that has come.
// MACHINE: task
// ARGS: 5
// RESULT: 26
// LB0: 12
// LB1: 12
// await 2: %x, %v1 = 8 bytes;  await 3: %x, %v1, %v2 = 12;  await 4: %v1, %v2, %v3 = 12. All are arguments and results of awaits, and
// each is used by an operation that needs %v4.

async.func @next(%x: i32, %by: i32) -> !async.value<i32> {
  %r = arith.addi %x, %by : i32
  return %r : i32
}

async.func @task(%x: i32) -> !async.value<i32> {
  %c0 = arith.constant 0 : i32
  %c1 = arith.constant 1 : i32
  %c2 = arith.constant 2 : i32
  %c3 = arith.constant 3 : i32
  %h1 = async.call @next(%x, %c0) : (i32, i32) -> !async.value<i32>
  %v1 = async.await %h1 : !async.value<i32>
  %h2 = async.call @next(%x, %c1) : (i32, i32) -> !async.value<i32>
  %v2 = async.await %h2 : !async.value<i32>
  %h3 = async.call @next(%x, %c2) : (i32, i32) -> !async.value<i32>
  %v3 = async.await %h3 : !async.value<i32>
  %h4 = async.call @next(%x, %c3) : (i32, i32) -> !async.value<i32>
  %v4 = async.await %h4 : !async.value<i32>
  %s2 = arith.addi %v4, %v1 : i32
  %s3 = arith.addi %s2, %v2 : i32
  %s4 = arith.addi %s3, %v3 : i32
  return %s4 : i32
}

func.func @main(%x: i32) -> i32 attributes {task.kernel} {
  %h = async.call @task(%x) : (i32) -> !async.value<i32>
  %r = async.await %h : !async.value<i32>
  return %r : i32
}
