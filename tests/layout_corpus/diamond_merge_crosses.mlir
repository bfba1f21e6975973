// What the branches give is merged, and lives across two suspensions behind them.
// MACHINE: task
// ARGS: 3
// RESULT: 57
// LB0: 8
// LB1: 8
// await 1: %r, %x = 8 bytes; await 2: %q, %x = 8 bytes. %r is a block argument, which nothing computes again; %q comes from %r and %v.

async.func @next(%x: i32) -> !async.value<i32> {
  %one = arith.constant 1 : i32
  %r = arith.addi %x, %one : i32
  return %r : i32
}

async.func @task(%x: i32) -> !async.value<i32> {
  %c0 = arith.constant 0 : i32
  %c1 = arith.constant 1 : i32
  %c2 = arith.constant 2 : i32
  %c3 = arith.constant 3 : i32
  %p = arith.cmpi sgt, %x, %c0 : i32
  %r = scf.if %p -> (i32) {
    %y = arith.muli %x, %c3 : i32
    scf.yield %y : i32
  } else {
    %y = arith.subi %x, %c3 : i32
    scf.yield %y : i32
  }
  %h_v = async.call @next(%c1) : (i32) -> !async.value<i32>
  %v = async.await %h_v : !async.value<i32>
  %q = arith.muli %r, %v : i32
  %h_w = async.call @next(%c2) : (i32) -> !async.value<i32>
  %w = async.await %h_w : !async.value<i32>
  %z = arith.muli %q, %w : i32
  %o = arith.addi %z, %x : i32
  return %o : i32
}

func.func @main(%x: i32) -> i32 attributes {task.kernel} {
  %h = async.call @task(%x) : (i32) -> !async.value<i32>
  %r = async.await %h : !async.value<i32>
  return %r : i32
}
