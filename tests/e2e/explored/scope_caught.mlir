// The child that a task in a scope waits for catches the request: the task has met it by that.

async.func @child() -> !async.value<i32> {
  %ten = arith.constant 10 : i32
  task.yield_now {task.catches}
  %c = task.cancelled : i1
  %w = arith.extui %c : i1 to i32
  %tens = arith.muli %w, %ten : i32
  return %tens : i32
}
async.func @late(%s: !task.cancel_scope) -> !async.token {
  task.cancel_scope %s
  return
}
func.func @main() -> i32 {
  %s = task.enter_scope : !task.cancel_scope
  %t = async.call @late(%s) : (!task.cancel_scope) -> !async.token
  %h = async.call @child() : () -> !async.value<i32>
  %v, %kind, %code = task.try_await %h {task.catches} : !async.value<i32>
  %c = task.cancelled : i1
  %r = task.leave_scope %s : i32
  task.yield_now
  async.await %t : !async.token
  %w = arith.extui %c : i1 to i32
  %x = arith.addi %v, %w : i32
  %y = arith.addi %x, %r : i32
  return %y : i32
}
