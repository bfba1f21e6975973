// Children in the two branches: only one of them is there at a time.
// MACHINE: main
// ARGS: 3 4
// RESULT: 86
// LB0: 8
// LB1: 8
// ELIDE: yes
// await 1, in the child of the first branch: %k = 3 * %a, and %b, for the sum behind the branches = 8 bytes.
// await 2, in that of the second: %k = 3 * %b, and %b = 8 bytes; %k comes from %b: 4 bytes.

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
  %less = arith.cmpi slt, %a, %b : i32
  %c = scf.if %less -> (i32) {
    %first = async.call @child(%a, %b) : (i32, i32) -> !async.value<i32>
    %v = async.await %first : !async.value<i32>
    scf.yield %v : i32
  } else {
    %second = async.call @child(%b, %a) : (i32, i32) -> !async.value<i32>
    %v = async.await %second : !async.value<i32>
    scf.yield %v : i32
  }
  %r = arith.subi %c, %b : i32
  return %r : i32
}
