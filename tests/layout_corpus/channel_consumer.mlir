// A loop that receives.
// MACHINE: consume
// ARGS: 5 2
// RESULT: 20
// LB0: 12
// LB1: 12
// The recv: %s, %k, %items (a handle, a word) = 12 bytes: block argument and arguments, used with what is received or in the next round.

async.func @produce(%n: i32, %items: !task.channel<i32>) -> !async.token {
  %zero = arith.constant 0 : i32
  %one = arith.constant 1 : i32
  scf.for %i = %zero to %n step %one : i32 {
    task.send %i, %items : !task.channel<i32>
  }
  task.close %items : !task.channel<i32>
  return
}

async.func @consume(%k: i32, %items: !task.channel<i32>) -> !async.value<i32> {
  %zero = arith.constant 0 : i32
  %sum = scf.while (%s = %zero) : (i32) -> i32 {
    %item, %ok = task.recv %items : !task.channel<i32>
    %scaled = arith.muli %item, %k : i32
    %next = arith.addi %s, %scaled : i32
    scf.condition(%ok) %next : i32
  } do {
  ^next(%s: i32):
    scf.yield %s : i32
  }
  return %sum : i32
}

func.func @main(%n: i32, %capacity: index) -> i32 attributes {task.kernel} {
  %two = arith.constant 2 : i32
  %items = task.channel %capacity : !task.channel<i32>
  %producer = async.call @produce(%n, %items) : (i32, !task.channel<i32>) -> !async.token
  %consumer = async.call @consume(%two, %items) : (i32, !task.channel<i32>) -> !async.value<i32>
  %sum = async.await %consumer : !async.value<i32>
  async.await %producer : !async.token
  return %sum : i32
}
