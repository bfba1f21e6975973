// A task that checks a condition between two suspensions.
// MACHINE: task
// ARGS: 5 3
// RESULT: 18
// LB0: 8
// LB1: 8
// await 1: %x (for the check), %y = 8 bytes. %y is used with what await 2 gives, %x with what await 1 gives.
// await 2: %y and %s, of %x and %v = 8 bytes.

async.func @next(%x: i32) -> !async.value<i32> {
  %one = arith.constant 1 : i32
  %r = arith.addi %x, %one : i32
  return %r : i32
}

async.func @task(%x: i32, %y: i32) -> !async.value<i32> {
  %c0 = arith.constant 0 : i32
  %c1 = arith.constant 1 : i32
  %c2 = arith.constant 2 : i32
  %h_v = async.call @next(%c1) : (i32) -> !async.value<i32>
  %v = async.await %h_v : !async.value<i32>
  %s = arith.addi %x, %v : i32
  %fine = arith.cmpi sgt, %s, %c0 : i32
  cf.assert %fine, "the sum is positive"
  %h_w = async.call @next(%c2) : (i32) -> !async.value<i32>
  %w = async.await %h_w : !async.value<i32>
  %p = arith.muli %s, %w : i32
  %r = arith.subi %p, %y : i32
  return %r : i32
}

func.func @main(%x: i32, %y: i32) -> i32 attributes {task.kernel} {
  %h = async.call @task(%x, %y) : (i32, i32) -> !async.value<i32>
  %r = async.await %h : !async.value<i32>
  return %r : i32
}
