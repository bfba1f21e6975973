// Only one branch suspends.
// MACHINE: task
// ARGS: 3 10
// RESULT: 23
// LB0: 8
// LB1: 8
// await 1: %a for the product, %x for the sum behind the branch: 8 bytes. Both are arguments.

async.func @next(%x: i32) -> !async.value<i32> {
  %one = arith.constant 1 : i32
  %r = arith.addi %x, %one : i32
  return %r : i32
}

async.func @task(%x: i32, %a: i32) -> !async.value<i32> {
  %c0 = arith.constant 0 : i32
  %c1 = arith.constant 1 : i32
  %p = arith.cmpi sgt, %x, %c0 : i32
  %r = scf.if %p -> (i32) {
    %h_v = async.call @next(%c1) : (i32) -> !async.value<i32>
    %v = async.await %h_v : !async.value<i32>
    %y = arith.muli %a, %v : i32
    scf.yield %y : i32
  } else {
    scf.yield %a : i32
  }
  %q = arith.addi %r, %x : i32
  return %q : i32
}

func.func @main(%x: i32, %a: i32) -> i32 attributes {task.kernel} {
  %h = async.call @task(%x, %a) : (i32, i32) -> !async.value<i32>
  %r = async.await %h : !async.value<i32>
  return %r : i32
}
