// A select with a timeout that catches its cancellation; then the task selects on the same channel again.

async.func @selects(%items: !task.channel<i32>) -> !async.value<i32> {
  %long = arith.constant 1000000000 : i64
  %ten = arith.constant 10 : i32
  %k, %v, %ok = task.select(%items) after %long {task.catches} : !task.channel<i32>
  %c = task.cancelled : i1
  cf.cond_br %c, ^again, ^end(%v : i32)
^again:
  %k2, %w, %ok2 = task.select(%items) after %long {task.catches} : !task.channel<i32>
  %x = arith.addi %w, %ten : i32
  cf.br ^end(%x : i32)
^end(%r: i32):
  return %r : i32
}
func.func @main() -> i32 {
  %c1 = arith.constant 1 : index
  %seven = arith.constant 7 : i32
  %items = task.channel %c1 : !task.channel<i32>
  %h = async.call @selects(%items) : (!task.channel<i32>) -> !async.value<i32>
  task.cancel %h : !async.value<i32>
  task.yield_now
  task.send %seven, %items : !task.channel<i32>
  %v = async.await %h : !async.value<i32>
  return %v : i32
}
