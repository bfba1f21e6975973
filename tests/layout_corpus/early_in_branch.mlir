// What a branch behind the await computes may be evaluated before it, whether the branch is taken or not.
// MACHINE: task
// ARGS: 12 4 1
// RESULT: 48
// LB0: 12
// LB1: 8
// The await: %a, %b (for the product in a branch), %c (for the other) = 12 bytes. %p = %a * %b may be evaluated early: 8 bytes.

async.func @next(%x: i32) -> !async.value<i32> {
  %one = arith.constant 1 : i32
  %r = arith.addi %x, %one : i32
  return %r : i32
}

async.func @task(%a: i32, %b: i32, %c: i32) -> !async.value<i32> {
  %c1 = arith.constant 1 : i32
  %h_v = async.call @next(%c1) : (i32) -> !async.value<i32>
  %v = async.await %h_v : !async.value<i32>
  %t = arith.cmpi sgt, %v, %c1 : i32
  %r = scf.if %t -> (i32) {
    %p = arith.muli %a, %b : i32
    scf.yield %p : i32
  } else {
    scf.yield %c : i32
  }
  return %r : i32
}

func.func @main(%a: i32, %b: i32, %c: i32) -> i32 attributes {task.kernel} {
  %h = async.call @task(%a, %b, %c) : (i32, i32, i32) -> !async.value<i32>
  %r = async.await %h : !async.value<i32>
  return %r : i32
}
