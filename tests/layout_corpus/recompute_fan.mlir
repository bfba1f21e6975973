// Eight values from two, across two awaits.
// MACHINE: task
// ARGS: 5 6
// RESULT: 1032
// LB0: 36
// LB1: 12
// await 1: %y0 ... %y7 = 32 bytes; all come from %a and %b: 8 bytes.
// await 2: the same and %v = 36 bytes; %a, %b and %v: 12 bytes.

async.func @next(%x: i32) -> !async.value<i32> {
  %one = arith.constant 1 : i32
  %r = arith.addi %x, %one : i32
  return %r : i32
}

async.func @task(%a: i32, %b: i32) -> !async.value<i32> {
  %c1 = arith.constant 1 : i32
  %c2 = arith.constant 2 : i32
  %c3 = arith.constant 3 : i32
  %c4 = arith.constant 4 : i32
  %c5 = arith.constant 5 : i32
  %c6 = arith.constant 6 : i32
  %c7 = arith.constant 7 : i32
  %c8 = arith.constant 8 : i32
  %c9 = arith.constant 9 : i32
  %a0 = arith.muli %a, %c2 : i32
  %y0 = arith.subi %a0, %b : i32
  %a1 = arith.muli %a, %c3 : i32
  %y1 = arith.subi %a1, %b : i32
  %a2 = arith.muli %a, %c4 : i32
  %y2 = arith.subi %a2, %b : i32
  %a3 = arith.muli %a, %c5 : i32
  %y3 = arith.subi %a3, %b : i32
  %a4 = arith.muli %a, %c6 : i32
  %y4 = arith.subi %a4, %b : i32
  %a5 = arith.muli %a, %c7 : i32
  %y5 = arith.subi %a5, %b : i32
  %a6 = arith.muli %a, %c8 : i32
  %y6 = arith.subi %a6, %b : i32
  %a7 = arith.muli %a, %c9 : i32
  %y7 = arith.subi %a7, %b : i32
  %h_v = async.call @next(%c1) : (i32) -> !async.value<i32>
  %v = async.await %h_v : !async.value<i32>
  %h_w = async.call @next(%c2) : (i32) -> !async.value<i32>
  %w = async.await %h_w : !async.value<i32>
  %m0 = arith.muli %y0, %w : i32
  %m1 = arith.muli %y1, %w : i32
  %m2 = arith.muli %y2, %w : i32
  %m3 = arith.muli %y3, %w : i32
  %m4 = arith.muli %y4, %w : i32
  %m5 = arith.muli %y5, %w : i32
  %m6 = arith.muli %y6, %w : i32
  %m7 = arith.muli %y7, %w : i32
  %s1 = arith.addi %m0, %m1 : i32
  %s2 = arith.addi %s1, %m2 : i32
  %s3 = arith.addi %s2, %m3 : i32
  %s4 = arith.addi %s3, %m4 : i32
  %s5 = arith.addi %s4, %m5 : i32
  %s6 = arith.addi %s5, %m6 : i32
  %s = arith.addi %s6, %m7 : i32
  %r = arith.muli %s, %v : i32
  return %r : i32
}

func.func @main(%a: i32, %b: i32) -> i32 attributes {task.kernel} {
  %h = async.call @task(%a, %b) : (i32, i32) -> !async.value<i32>
  %r = async.await %h : !async.value<i32>
  return %r : i32
}
