// A child that is awaited at once becomes part of the kernel: the values of both are under one liveness.
// MACHINE: main
// ARGS: 3 4
// RESULT: 594
// LB0: 12
// LB1: 12
// ELIDE: yes
// await 1, in the body of the child: %k of the child, %a and %b of the kernel, for later = 12 bytes; %k comes from %a: 8 bytes.
// await 2, the own one of the kernel: %c, what the child gives, and %a, %b = 12 bytes; %c comes from %a and %v, a word too.

// Calls itself, so it stays a task.
async.func @sum_to(%n: i32) -> !async.value<i32> {
  %zero = arith.constant 0 : i32
  %one = arith.constant 1 : i32
  %more = arith.cmpi sgt, %n, %zero : i32
  %r = scf.if %more -> (i32) {
    %m = arith.subi %n, %one : i32
    %h = async.call @sum_to(%m) : (i32) -> !async.value<i32>
    %s = async.await %h : !async.value<i32>
    %t = arith.addi %s, %n : i32
    scf.yield %t : i32
  } else {
    scf.yield %zero : i32
  }
  return %r : i32
}

async.func @child(%a: i32, %b: i32) -> !async.value<i32> {
  %three = arith.constant 3 : i32
  %k = arith.muli %a, %three : i32
  %h = async.call @sum_to(%b) : (i32) -> !async.value<i32>
  %v = async.await %h : !async.value<i32>
  %r = arith.muli %k, %v : i32
  return %r : i32
}

func.func @main(%a: i32, %b: i32) -> i32 attributes {task.kernel} {
  %child = async.call @child(%a, %b) : (i32, i32) -> !async.value<i32>
  %c = async.await %child : !async.value<i32>
  %own = async.call @sum_to(%a) : (i32) -> !async.value<i32>
  %w = async.await %own : !async.value<i32>
  %p = arith.muli %c, %w : i32
  %q = arith.muli %a, %b : i32
  %s = arith.muli %w, %a : i32
  %t = arith.muli %w, %b : i32
  %x = arith.addi %p, %q : i32
  %y = arith.addi %x, %s : i32
  %z = arith.addi %y, %t : i32
  return %z : i32
}
