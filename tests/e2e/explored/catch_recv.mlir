// A receiver that catches its cancellation, and receives again from the same channel.

async.func @takes(%items: !task.channel<i32>) -> !async.value<i32> {
  %ten = arith.constant 10 : i32
  %v, %ok = task.recv %items {task.catches} : !task.channel<i32>
  %c = task.cancelled : i1
  cf.cond_br %c, ^again, ^end(%v : i32)
^again:
  %w, %ok2 = task.recv %items {task.catches} : !task.channel<i32>
  %x = arith.addi %w, %ten : i32
  cf.br ^end(%x : i32)
^end(%r: i32):
  return %r : i32
}
func.func @main() -> i32 {
  %c1 = arith.constant 1 : index
  %seven = arith.constant 7 : i32
  %items = task.channel %c1 : !task.channel<i32>
  %h = async.call @takes(%items) : (!task.channel<i32>) -> !async.value<i32>
  task.cancel %h : !async.value<i32>
  task.yield_now
  task.send %seven, %items : !task.channel<i32>
  %v = async.await %h : !async.value<i32>
  return %v : i32
}
