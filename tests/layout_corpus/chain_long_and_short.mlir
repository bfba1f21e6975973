// One value lives through the whole task, short ones over one suspension each: they share a place.
// MACHINE: task
// ARGS: 7 2
// RESULT: 53
// LB0: 8
// LB1: 8
// Awaits 1, 2, 3: %k, and %t1, %t2, %t3 in turn: two words. %t1 may come from %x, %t2 from %t1 and %v1, and so on: never from less than
// a word. %k is an argument, and used with what comes of the last await.

async.func @next(%x: i32) -> !async.value<i32> {
  %one = arith.constant 1 : i32
  %r = arith.addi %x, %one : i32
  return %r : i32
}

async.func @task(%k: i32, %x: i32) -> !async.value<i32> {
  %c1 = arith.constant 1 : i32
  %c2 = arith.constant 2 : i32
  %c3 = arith.constant 3 : i32
  %t1 = arith.muli %x, %c3 : i32
  %h_v1 = async.call @next(%c1) : (i32) -> !async.value<i32>
  %v1 = async.await %h_v1 : !async.value<i32>
  %t2 = arith.muli %t1, %v1 : i32
  %h_v2 = async.call @next(%c2) : (i32) -> !async.value<i32>
  %v2 = async.await %h_v2 : !async.value<i32>
  %t3 = arith.addi %t2, %v2 : i32
  %h_v3 = async.call @next(%c3) : (i32) -> !async.value<i32>
  %v3 = async.await %h_v3 : !async.value<i32>
  %t4 = arith.muli %t3, %v3 : i32
  %r = arith.subi %t4, %k : i32
  return %r : i32
}

func.func @main(%k: i32, %x: i32) -> i32 attributes {task.kernel} {
  %h = async.call @task(%k, %x) : (i32, i32) -> !async.value<i32>
  %r = async.await %h : !async.value<i32>
  return %r : i32
}
