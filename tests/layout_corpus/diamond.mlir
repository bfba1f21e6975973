// Both branches suspend; a value is used behind both.
// MACHINE: task
// ARGS: 3 10
// RESULT: 23
// LB0: 8
// LB1: 8
// await 1 (then): %a for the product, %x for the sum behind the branch: 8 bytes.
// await 2 (else): %x alone, for both: 4 bytes.
// Both are arguments.

async.func @next(%x: i32) -> !async.value<i32> {
  %one = arith.constant 1 : i32
  %r = arith.addi %x, %one : i32
  return %r : i32
}

async.func @task(%x: i32, %a: i32) -> !async.value<i32> {
  %c0 = arith.constant 0 : i32
  %c1 = arith.constant 1 : i32
  %c2 = arith.constant 2 : i32
  %p = arith.cmpi sgt, %x, %c0 : i32
  %r = scf.if %p -> (i32) {
    %h_v = async.call @next(%c1) : (i32) -> !async.value<i32>
    %v = async.await %h_v : !async.value<i32>
    %y = arith.muli %a, %v : i32
    scf.yield %y : i32
  } else {
    %h_w = async.call @next(%c2) : (i32) -> !async.value<i32>
    %w = async.await %h_w : !async.value<i32>
    %z = arith.subi %x, %w : i32
    scf.yield %z : i32
  }
  %q = arith.addi %r, %x : i32
  return %q : i32
}

func.func @main(%x: i32, %a: i32) -> i32 attributes {task.kernel} {
  %h = async.call @task(%x, %a) : (i32, i32) -> !async.value<i32>
  %r = async.await %h : !async.value<i32>
  return %r : i32
}
