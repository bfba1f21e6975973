// A child has caught its parent's request; a request by its own scope, taken back again, makes nothing of that undone.

async.func @child() -> !async.value<i32> {
  %seven = arith.constant 7 : i32
  %e = task.event : !task.event
  task.wait %e {task.catches}
  %s = task.enter_scope : !task.cancel_scope
  task.cancel_scope %s
  %r = task.leave_scope %s : i32
  %v = arith.addi %seven, %r : i32
  return %v : i32
}
async.func @parent() -> !async.value<i32> {
  %h = async.call @child() : () -> !async.value<i32>
  %v, %kind, %code = task.try_await %h {task.catches} : !async.value<i32>
  %c = task.cancelled : i1
  %w = arith.extui %c : i1 to i32
  %x = arith.addi %v, %w : i32
  return %x : i32
}
func.func @main() -> i32 {
  %h = async.call @parent() : () -> !async.value<i32>
  task.cancel %h : !async.value<i32>
  %v = async.await %h : !async.value<i32>
  return %v : i32
}
