// Two children of one kind become part of the kernel, one behind the other: the values of the second take the places of those of the first.
// MACHINE: main
// ARGS: 3 4
// RESULT: 66
// LB0: 8
// LB1: 8
// ELIDE: yes
// await 1, in the first child: %k = 3 * %a, and %b for the second child = 8 bytes.
// await 2, in the second: %k = 3 * %b, and %c, what the first gave = 8 bytes.
// Arguments and what comes of them and of awaits, each used with what the await gives: never less than two words.

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
  %first = async.call @child(%a, %a) : (i32, i32) -> !async.value<i32>
  %c = async.await %first : !async.value<i32>
  %second = async.call @child(%b, %b) : (i32, i32) -> !async.value<i32>
  %d = async.await %second : !async.value<i32>
  %r = arith.subi %d, %c : i32
  return %r : i32
}
