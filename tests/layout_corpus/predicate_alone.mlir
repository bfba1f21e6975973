// A condition that an await separates from its use: a bit, in a word.
// MACHINE: task
// ARGS: 3 4
// RESULT: 8
// LB0: 8
// LB1: 8
// The await: %p (1 bit) and %b (32 bits): 33 bits = 2 words = 8 bytes. %p comes from %a and %b: %a is 32 bits.

async.func @next(%x: i32) -> !async.value<i32> {
  %one = arith.constant 1 : i32
  %r = arith.addi %x, %one : i32
  return %r : i32
}

async.func @task(%a: i32, %b: i32) -> !async.value<i32> {
  %c1 = arith.constant 1 : i32
  %p = arith.cmpi slt, %a, %b : i32
  %h_v = async.call @next(%c1) : (i32) -> !async.value<i32>
  %v = async.await %h_v : !async.value<i32>
  %s = arith.select %p, %v, %b : i32
  %r = arith.muli %s, %b : i32
  return %r : i32
}

func.func @main(%a: i32, %b: i32) -> i32 attributes {task.kernel} {
  %h = async.call @task(%a, %b) : (i32, i32) -> !async.value<i32>
  %r = async.await %h : !async.value<i32>
  return %r : i32
}
