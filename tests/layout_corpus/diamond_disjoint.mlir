// The two branches need different values behind their awaits, which can stand in the same place.
// MACHINE: task
// ARGS: 3 10 20 30 40
// RESULT: 40
// LB0: 8
// LB1: 8
// RESLOT: yes
// All four arguments have a place of their own when they are handed over, 16 bytes: one pair must go to the other's place.
// await 1 (then): %a, %b = 8 bytes.  await 2 (else): %c, %d = 8 bytes. All are arguments; each is used with what the await gives.

async.func @next(%x: i32) -> !async.value<i32> {
  %one = arith.constant 1 : i32
  %r = arith.addi %x, %one : i32
  return %r : i32
}

async.func @task(%x: i32, %a: i32, %b: i32, %c: i32, %d: i32) -> !async.value<i32> {
  %c0 = arith.constant 0 : i32
  %c1 = arith.constant 1 : i32
  %c2 = arith.constant 2 : i32
  %p = arith.cmpi sgt, %x, %c0 : i32
  %r = scf.if %p -> (i32) {
    %h_v = async.call @next(%c1) : (i32) -> !async.value<i32>
    %v = async.await %h_v : !async.value<i32>
    %y = arith.muli %a, %v : i32
    %z = arith.addi %y, %b : i32
    scf.yield %z : i32
  } else {
    %h_v = async.call @next(%c2) : (i32) -> !async.value<i32>
    %v = async.await %h_v : !async.value<i32>
    %y = arith.muli %c, %v : i32
    %z = arith.addi %y, %d : i32
    scf.yield %z : i32
  }
  return %r : i32
}

func.func @main(%x: i32, %a: i32, %b: i32, %c: i32, %d: i32) -> i32 attributes {task.kernel} {
  %h = async.call @task(%x, %a, %b, %c, %d) : (i32, i32, i32, i32, i32) -> !async.value<i32>
  %r = async.await %h : !async.value<i32>
  return %r : i32
}
