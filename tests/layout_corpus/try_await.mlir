// A task whose child may fail: value, kind and code come from the suspension itself.
// MACHINE: task
// ARGS: 8 0
// RESULT: 12
// LB0: 12
// LB1: 12
// await 1: %x, and %h2, a handle = 8 bytes.
// await 2: %x; and of what the first gave, %v1 and %kind1, from which %ok1, one bit, may be evaluated early: 12 bytes; with %ok1: 65 bits,
// 3 words too.

async.func @inverse(%x: i32, %y: i32) -> !async.value<i32> {
  %zero = arith.constant 0 : i32
  %fine = arith.cmpi ne, %y, %zero : i32
  cf.assert %fine, "division by zero"
  %r = arith.divsi %x, %y : i32
  return %r : i32
}

async.func @task(%x: i32, %y: i32) -> !async.value<i32> {
  %zero = arith.constant 0 : i32
  %two = arith.constant 2 : i32
  %h1 = async.call @inverse(%x, %two) : (i32, i32) -> !async.value<i32>
  %h2 = async.call @inverse(%x, %y) : (i32, i32) -> !async.value<i32>
  %v1, %kind1, %code1 = task.try_await %h1 : !async.value<i32>
  %v2, %kind2, %code2 = task.try_await %h2 : !async.value<i32>
  %ok1 = arith.cmpi eq, %kind1, %zero : i32
  %ok2 = arith.cmpi eq, %kind2, %zero : i32
  %r2 = arith.select %ok2, %v2, %x : i32
  %r1 = arith.select %ok1, %v1, %r2 : i32
  %r = arith.addi %r1, %r2 : i32
  return %r : i32
}

func.func @main(%x: i32, %y: i32) -> i32 attributes {task.kernel} {
  %h = async.call @task(%x, %y) : (i32, i32) -> !async.value<i32>
  %r = async.await %h : !async.value<i32>
  return %r : i32
}
