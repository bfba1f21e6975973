// Five branches with two of five values each: an odd cycle of lifetimes. LLVM keeps all five.
// MACHINE: task
// ARGS: 4 10 20 30 40 50
// RESULT: 240
// LB0: 8
// LB1: 8
// RESLOT: yes
// Each await: the two values that its branch uses behind it: 8 bytes. The values are arguments; each is used with what the await gives.

async.func @next(%x: i32) -> !async.value<i32> {
  %one = arith.constant 1 : i32
  %r = arith.addi %x, %one : i32
  return %r : i32
}

async.func @task(%x: i32, %a: i32, %b: i32, %c: i32, %d: i32, %e: i32) -> !async.value<i32> {
  %c0 = arith.constant 0 : i32
  %c1 = arith.constant 1 : i32
  %c2 = arith.constant 2 : i32
  %c3 = arith.constant 3 : i32
  %c4 = arith.constant 4 : i32
  cf.switch %x : i32, [
    default: ^arm0,
    1: ^arm1,
    2: ^arm2,
    3: ^arm3,
    4: ^arm4
  ]
^arm0:
  %h_v0 = async.call @next(%c0) : (i32) -> !async.value<i32>
  %v0 = async.await %h_v0 : !async.value<i32>
  %p0 = arith.muli %a, %v0 : i32
  %q0 = arith.subi %p0, %b : i32
  cf.br ^end(%q0 : i32)
^arm1:
  %h_v1 = async.call @next(%c1) : (i32) -> !async.value<i32>
  %v1 = async.await %h_v1 : !async.value<i32>
  %p1 = arith.muli %b, %v1 : i32
  %q1 = arith.subi %p1, %c : i32
  cf.br ^end(%q1 : i32)
^arm2:
  %h_v2 = async.call @next(%c2) : (i32) -> !async.value<i32>
  %v2 = async.await %h_v2 : !async.value<i32>
  %p2 = arith.muli %c, %v2 : i32
  %q2 = arith.subi %p2, %d : i32
  cf.br ^end(%q2 : i32)
^arm3:
  %h_v3 = async.call @next(%c3) : (i32) -> !async.value<i32>
  %v3 = async.await %h_v3 : !async.value<i32>
  %p3 = arith.muli %d, %v3 : i32
  %q3 = arith.subi %p3, %e : i32
  cf.br ^end(%q3 : i32)
^arm4:
  %h_v4 = async.call @next(%c4) : (i32) -> !async.value<i32>
  %v4 = async.await %h_v4 : !async.value<i32>
  %p4 = arith.muli %e, %v4 : i32
  %q4 = arith.subi %p4, %a : i32
  cf.br ^end(%q4 : i32)
^end(%r: i32):
  return %r : i32
}

func.func @main(%x: i32, %a: i32, %b: i32, %c: i32, %d: i32, %e: i32) -> i32 attributes {task.kernel} {
  %h = async.call @task(%x, %a, %b, %c, %d, %e) : (i32, i32, i32, i32, i32, i32) -> !async.value<i32>
  %r = async.await %h : !async.value<i32>
  return %r : i32
}
