// A ring: `tasks` tasks hand a token on, each to the next one through a channel of its own, and the last one to the first. Each adds 1 to
// it. After `rounds` rounds the token comes out: it tells how often it was handed on.
//
// A task makes the channel on its right, starts the task on the other side of it, and then waits on its left.
//
//     asyncir run examples/ring.mlir --args 10 7
//     70

async.func private @member(%to_the_right: i32, %rounds: i32, %left: !task.channel<i64>, %back: !task.channel<i64>) -> !async.token {
  %zero = arith.constant 0 : i32
  %one = arith.constant 1 : i32
  %room = arith.constant 1 : index
  %last = arith.cmpi eq, %to_the_right, %zero : i32
  scf.if %last {
    func.call @hand_on(%rounds, %left, %back) : (i32, !task.channel<i64>, !task.channel<i64>) -> ()
  } else {
    %right = task.channel %room : !task.channel<i64>
    %fewer = arith.subi %to_the_right, %one : i32
    %next = async.call @member(%fewer, %rounds, %right, %back) : (i32, i32, !task.channel<i64>, !task.channel<i64>) -> !async.token
    func.call @hand_on(%rounds, %left, %right) : (i32, !task.channel<i64>, !task.channel<i64>) -> ()
    async.await %next : !async.token
  }
  return
}

func.func private @hand_on(%rounds: i32, %left: !task.channel<i64>, %right: !task.channel<i64>) {
  %zero = arith.constant 0 : i32
  %one = arith.constant 1 : i32
  %one_wide = arith.constant 1 : i64
  scf.for %round = %zero to %rounds step %one : i32 {
    %token, %ok = task.recv %left : !task.channel<i64>
    cf.assert %ok, "nobody closes the channels"
    %counted = arith.addi %token, %one_wide : i64
    task.send %counted, %right : !task.channel<i64>
  }
  return
}

func.func @ring(%tasks: i32, %rounds: i32) -> i64 attributes {task.kernel} {
  %one = arith.constant 1 : i32
  %start = arith.constant 0 : i64
  %room = arith.constant 1 : index
  %some = arith.cmpi sge, %tasks, %one : i32
  cf.assert %some, "a ring has one task at least"
  %first = task.channel %room : !task.channel<i64>
  %others = arith.subi %tasks, %one : i32
  %members = async.call @member(%others, %rounds, %first, %first) : (i32, i32, !task.channel<i64>, !task.channel<i64>) -> !async.token
  task.send %start, %first : !task.channel<i64>
  async.await %members : !async.token
  %token, %ok = task.recv %first : !task.channel<i64>
  return %token : i64
}
