// A sender that catches its cancellation has sent nothing, and sends again.

async.func @puts(%items: !task.channel<i32>) -> !async.value<i32> {
  %seven = arith.constant 7 : i32
  %zero = arith.constant 0 : i32
  %one = arith.constant 1 : i32
  task.send %seven, %items {task.catches} : !task.channel<i32>
  %c = task.cancelled : i1
  cf.cond_br %c, ^again, ^end(%zero : i32)
^again:
  task.send %seven, %items : !task.channel<i32>
  cf.br ^end(%one : i32)
^end(%r: i32):
  return %r : i32
}
func.func @main() -> (i32, i32) {
  %c1 = arith.constant 1 : index
  %three = arith.constant 3 : i32
  %items = task.channel %c1 : !task.channel<i32>
  task.send %three, %items : !task.channel<i32>
  %h = async.call @puts(%items) : (!task.channel<i32>) -> !async.value<i32>
  task.yield_now
  task.cancel %h : !async.value<i32>
  task.yield_now
  %v, %ok = task.recv %items : !task.channel<i32>
  %w, %ok2 = task.recv %items : !task.channel<i32>
  %times = async.await %h : !async.value<i32>
  %sum = arith.addi %v, %w : i32
  return %sum, %times : i32, i32
}
