// Four children started at once and awaited one by one: each await frees a handle and gives a result.
// MACHINE: task
// ARGS: 5
// RESULT: 26
// LB0: 12
// LB1: 12
// await 1: %h2, %h3, %h4 (a word each)    = 12 bytes
// await 2: %h3, %h4, %v1                  = 12 bytes
// await 3: %h4, %v1, %v2                  = 12 bytes; %s2 evaluated early: 8
// await 4: %v1, %v2, %v3                  = 12 bytes; %s3 evaluated early: 4
// LB1 is that of the first await: handles are results of an operation with an effect.

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
  %h2 = async.call @next(%x, %c1) : (i32, i32) -> !async.value<i32>
  %h3 = async.call @next(%x, %c2) : (i32, i32) -> !async.value<i32>
  %h4 = async.call @next(%x, %c3) : (i32, i32) -> !async.value<i32>
  %v1 = async.await %h1 : !async.value<i32>
  %v2 = async.await %h2 : !async.value<i32>
  %v3 = async.await %h3 : !async.value<i32>
  %v4 = async.await %h4 : !async.value<i32>
  %s2 = arith.addi %v1, %v2 : i32
  %s3 = arith.addi %s2, %v3 : i32
  %s4 = arith.addi %s3, %v4 : i32
  return %s4 : i32
}

func.func @main(%x: i32) -> i32 attributes {task.kernel} {
  %h = async.call @task(%x) : (i32) -> !async.value<i32>
  %r = async.await %h : !async.value<i32>
  return %r : i32
}
