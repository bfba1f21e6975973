// Each await uses up an argument: what comes from the awaits takes their places.
// MACHINE: task
// ARGS: 1 2 3 4
// RESULT: 0
// LB0: 16
// LB1: 16
// await 1: %a, %b, %c, %d = 16 bytes;  await 2: %m1, %b, %c, %d;  await 3: %m1, %m2, %c, %d;  await 4: %m1, %m2, %m3, %d: 16 bytes each.
// %m1, %m2, %m3 are products with what the awaits gave, and are used in another order than they came: nothing is early. At the last
// three awaits %mk could come from its factors, which are two words.

async.func @next(%x: i32) -> !async.value<i32> {
  %one = arith.constant 1 : i32
  %r = arith.addi %x, %one : i32
  return %r : i32
}

async.func @task(%a: i32, %b: i32, %c: i32, %d: i32) -> !async.value<i32> {
  %c1 = arith.constant 1 : i32
  %c2 = arith.constant 2 : i32
  %c3 = arith.constant 3 : i32
  %c4 = arith.constant 4 : i32
  %h_v1 = async.call @next(%c1) : (i32) -> !async.value<i32>
  %v1 = async.await %h_v1 : !async.value<i32>
  %m1 = arith.muli %a, %v1 : i32
  %h_v2 = async.call @next(%c2) : (i32) -> !async.value<i32>
  %v2 = async.await %h_v2 : !async.value<i32>
  %m2 = arith.muli %b, %v2 : i32
  %h_v3 = async.call @next(%c3) : (i32) -> !async.value<i32>
  %v3 = async.await %h_v3 : !async.value<i32>
  %m3 = arith.muli %c, %v3 : i32
  %h_v4 = async.call @next(%c4) : (i32) -> !async.value<i32>
  %v4 = async.await %h_v4 : !async.value<i32>
  %m4 = arith.muli %d, %v4 : i32
  %s1 = arith.subi %m4, %m3 : i32
  %s2 = arith.subi %s1, %m2 : i32
  %s3 = arith.subi %s2, %m1 : i32
  return %s3 : i32
}

func.func @main(%a: i32, %b: i32, %c: i32, %d: i32) -> i32 attributes {task.kernel} {
  %h = async.call @task(%a, %b, %c, %d) : (i32, i32, i32, i32) -> !async.value<i32>
  %r = async.await %h : !async.value<i32>
  return %r : i32
}
