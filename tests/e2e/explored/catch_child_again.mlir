// Two ask a task to end that waits for its child, which catches once: each request is used up by the child or by its parent.

async.func @child(%items: !task.channel<i32>) -> !async.value<i32> {
  %two = arith.constant 2 : i32
  %v, %ok = task.recv %items {task.catches} : !task.channel<i32>
  return %two : i32
}
async.func @parent(%items: !task.channel<i32>) -> !async.value<i32> {
  %four = arith.constant 4 : i32
  %h = async.call @child(%items) : (!task.channel<i32>) -> !async.value<i32>
  %v = async.await %h : !async.value<i32> {task.catches}
  %c = task.cancelled : i1
  cf.cond_br %c, ^end(%four : i32), ^wait
^wait:
  %w, %ok = task.recv %items {task.catches} : !task.channel<i32>
  %c2 = task.cancelled : i1
  %x = arith.extui %c2 : i1 to i32
  %y = arith.addi %v, %x : i32
  cf.br ^end(%y : i32)
^end(%r: i32):
  return %r : i32
}
async.func @asks(%h: !async.value<i32>) -> !async.token {
  task.cancel %h : !async.value<i32>
  return
}
func.func @main() -> i32 {
  %c1 = arith.constant 1 : index
  %seven = arith.constant 7 : i32
  %items = task.channel %c1 : !task.channel<i32>
  %h = async.call @parent(%items) : (!task.channel<i32>) -> !async.value<i32>
  %t = async.call @asks(%h) : (!async.value<i32>) -> !async.token
  task.yield_now
  task.cancel %h : !async.value<i32>
  async.await %t : !async.token
  task.send %seven, %items : !task.channel<i32>
  %v = async.await %h : !async.value<i32>
  return %v : i32
}
