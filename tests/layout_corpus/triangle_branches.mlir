// Three branches with two of three values each: an odd cycle of lifetimes, for which a fixed place for each value is not enough.
// MACHINE: task
// ARGS: 1 10 20 30
// RESULT: 30
// LB0: 8
// LB1: 8
// RESLOT: yes
// Each await: the two values that its branch uses behind it: 8 bytes. %a meets %b, %b meets %c, %c meets %a: with one place for
// each value all the time three are needed. The values are arguments; each is used with what the await gives.

async.func @next(%x: i32) -> !async.value<i32> {
  %one = arith.constant 1 : i32
  %r = arith.addi %x, %one : i32
  return %r : i32
}

async.func @task(%x: i32, %a: i32, %b: i32, %c: i32) -> !async.value<i32> {
  %c1 = arith.constant 1 : i32
  %c2 = arith.constant 2 : i32
  %c3 = arith.constant 3 : i32
  cf.switch %x : i32, [
    default: ^first,
    1: ^second,
    2: ^third
  ]
^first:
  %h_v1 = async.call @next(%c1) : (i32) -> !async.value<i32>
  %v1 = async.await %h_v1 : !async.value<i32>
  %p1 = arith.muli %a, %v1 : i32
  %q1 = arith.subi %p1, %b : i32
  cf.br ^end(%q1 : i32)
^second:
  %h_v2 = async.call @next(%c2) : (i32) -> !async.value<i32>
  %v2 = async.await %h_v2 : !async.value<i32>
  %p2 = arith.muli %b, %v2 : i32
  %q2 = arith.subi %p2, %c : i32
  cf.br ^end(%q2 : i32)
^third:
  %h_v3 = async.call @next(%c3) : (i32) -> !async.value<i32>
  %v3 = async.await %h_v3 : !async.value<i32>
  %p3 = arith.muli %c, %v3 : i32
  %q3 = arith.subi %p3, %a : i32
  cf.br ^end(%q3 : i32)
^end(%r: i32):
  return %r : i32
}

func.func @main(%x: i32, %a: i32, %b: i32, %c: i32) -> i32 attributes {task.kernel} {
  %h = async.call @task(%x, %a, %b, %c) : (i32, i32, i32, i32) -> !async.value<i32>
  %r = async.await %h : !async.value<i32>
  return %r : i32
}
