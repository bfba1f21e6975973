// At one await both help: a sum is evaluated early, a product computed again.
// MACHINE: task
// ARGS: 1 2 3 4
// RESULT: 32
// LB0: 20
// LB1: 12
// The await: %a, %b (for %s behind it), %y, %z (products of %c), %d = 20 bytes. %s evaluated early instead of %a and %b; %c instead of %y
// and %z; %d, an argument: 12 bytes.

async.func @next(%x: i32) -> !async.value<i32> {
  %one = arith.constant 1 : i32
  %r = arith.addi %x, %one : i32
  return %r : i32
}

async.func @task(%a: i32, %b: i32, %c: i32, %d: i32) -> !async.value<i32> {
  %c1 = arith.constant 1 : i32
  %c3 = arith.constant 3 : i32
  %c5 = arith.constant 5 : i32
  %y = arith.muli %c, %c3 : i32
  %z = arith.muli %c, %c5 : i32
  %h_v = async.call @next(%c1) : (i32) -> !async.value<i32>
  %v = async.await %h_v : !async.value<i32>
  %s = arith.addi %a, %b : i32
  %t = arith.muli %s, %v : i32
  %u = arith.muli %t, %y : i32
  %w = arith.muli %v, %z : i32
  %x = arith.subi %u, %w : i32
  %o = arith.muli %v, %d : i32
  %r = arith.addi %x, %o : i32
  return %r : i32
}

func.func @main(%a: i32, %b: i32, %c: i32, %d: i32) -> i32 attributes {task.kernel} {
  %h = async.call @task(%a, %b, %c, %d) : (i32, i32, i32, i32) -> !async.value<i32>
  %r = async.await %h : !async.value<i32>
  return %r : i32
}
