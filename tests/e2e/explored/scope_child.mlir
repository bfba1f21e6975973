// A task in a scope waits for its child while the scope is cancelled, and then by its handle the task: of two requests each counts once.

async.func @child() -> !async.value<i32> {
  %five = arith.constant 5 : i32
  task.yield_now
  return %five : i32
}
async.func @owner(%ch: !task.channel<!task.cancel_scope>) -> !async.value<i32> {
  %ten = arith.constant 10 : i32
  %s = task.enter_scope : !task.cancel_scope
  task.send %s, %ch : !task.channel<!task.cancel_scope>
  %h = async.call @child() : () -> !async.value<i32>
  %v, %kind, %code = task.try_await %h {task.catches} : !async.value<i32>
  %c = task.cancelled : i1
  %r = task.leave_scope %s : i32
  %w = arith.extui %c : i1 to i32
  %tens = arith.muli %w, %ten : i32
  %x = arith.addi %tens, %r : i32
  return %x : i32
}
func.func @main() -> i32 {
  %one = arith.constant 1 : index
  %ch = task.channel %one : !task.channel<!task.cancel_scope>
  %h = async.call @owner(%ch) : (!task.channel<!task.cancel_scope>) -> !async.value<i32>
  %s, %ok = task.recv %ch : !task.channel<!task.cancel_scope>
  task.cancel_scope %s
  task.cancel %h : !async.value<i32>
  %v = async.await %h : !async.value<i32>
  return %v : i32
}
