// Three awaits a round; what each gives is used behind the second one after it: an odd cycle of lifetimes around the loop.
// MACHINE: task
// ARGS: 3
// RESULT: -86
// LB0: 16
// LB1: 16
// await 1: %i, %n and, from the round before, %q2 and %q3 = 16 bytes
// await 2: %i, %n, %q3, %p1                             = 16 bytes
// await 3: %i, %n, %p1, %p2                             = 16 bytes
// If a value kept its place as it goes round as a block argument, %p1, %p2 and %p3 would each meet the two others: 20 bytes.
// Each is multiplied with what an await gives, so nothing is early.

async.func @next(%x: i32) -> !async.value<i32> {
  %one = arith.constant 1 : i32
  %r = arith.addi %x, %one : i32
  return %r : i32
}

async.func @task(%n: i32) -> !async.value<i32> {
  %c0 = arith.constant 0 : i32
  %c1 = arith.constant 1 : i32
  %c2 = arith.constant 2 : i32
  %c3 = arith.constant 3 : i32
  %c10 = arith.constant 10 : i32
  %r:2 = scf.for %i = %c0 to %n step %c1 iter_args(%q2 = %c2, %q3 = %c3) -> (i32, i32) : i32 {
    %h_v1 = async.call @next(%i) : (i32) -> !async.value<i32>
    %v1 = async.await %h_v1 : !async.value<i32>
    %p1 = arith.addi %v1, %q2 : i32
    %h_v2 = async.call @next(%i) : (i32) -> !async.value<i32>
    %v2 = async.await %h_v2 : !async.value<i32>
    %p2 = arith.muli %v2, %q3 : i32
    %h_v3 = async.call @next(%i) : (i32) -> !async.value<i32>
    %v3 = async.await %h_v3 : !async.value<i32>
    %p3 = arith.subi %v3, %p1 : i32
    scf.yield %p2, %p3 : i32, i32
  }
  %s = arith.muli %r#0, %c10 : i32
  %t = arith.addi %s, %r#1 : i32
  return %t : i32
}

func.func @main(%n: i32) -> i32 attributes {task.kernel} {
  %h = async.call @task(%n) : (i32) -> !async.value<i32>
  %r = async.await %h : !async.value<i32>
  return %r : i32
}
