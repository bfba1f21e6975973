// Behind the await some is computed again, some was evaluated early: the waist of an hourglass is kept.
// MACHINE: task
// ARGS: 1 2 3 4
// RESULT: -1262
// LB0: 12
// LB1: 4
// The await: %p, %q, %r = 12 bytes. %p, %q and %r come from %s alone, which comes from the four arguments: 4 bytes.

async.func @next(%x: i32) -> !async.value<i32> {
  %one = arith.constant 1 : i32
  %r = arith.addi %x, %one : i32
  return %r : i32
}

async.func @task(%a: i32, %b: i32, %c: i32, %d: i32) -> !async.value<i32> {
  %c1 = arith.constant 1 : i32
  %c3 = arith.constant 3 : i32
  %c5 = arith.constant 5 : i32
  %ab = arith.muli %a, %b : i32
  %cd = arith.muli %c, %d : i32
  %s = arith.addi %ab, %cd : i32
  %p = arith.addi %s, %c3 : i32
  %q = arith.muli %s, %c5 : i32
  %r = arith.muli %p, %q : i32
  %h_v = async.call @next(%c1) : (i32) -> !async.value<i32>
  %v = async.await %h_v : !async.value<i32>
  %x = arith.muli %p, %v : i32
  %y = arith.subi %x, %q : i32
  %z = arith.muli %y, %v : i32
  %o = arith.subi %z, %r : i32
  return %o : i32
}

func.func @main(%a: i32, %b: i32, %c: i32, %d: i32) -> i32 attributes {task.kernel} {
  %h = async.call @task(%a, %b, %c, %d) : (i32, i32, i32, i32) -> !async.value<i32>
  %r = async.await %h : !async.value<i32>
  return %r : i32
}
