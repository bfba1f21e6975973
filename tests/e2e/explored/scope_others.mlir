// A task meets a request of its scope and one of another task, in one suspension or in two: leaving the scope says that there were both.

async.func @owner(%ch: !task.channel<!task.cancel_scope>, %e: !task.event) -> !async.value<i32> {
  %s = task.enter_scope : !task.cancel_scope
  task.send %s, %ch : !task.channel<!task.cancel_scope>
  task.wait %e {task.catches}
  task.wait %e {task.catches}
  task.wait %e {task.catches}
  task.yield_now {task.catches}
  %r = task.leave_scope %s : i32
  return %r : i32
}
func.func @main() -> i32 {
  %one = arith.constant 1 : index
  %ch = task.channel %one : !task.channel<!task.cancel_scope>
  %e = task.event : !task.event
  %h = async.call @owner(%ch, %e) : (!task.channel<!task.cancel_scope>, !task.event) -> !async.value<i32>
  %s, %ok = task.recv %ch : !task.channel<!task.cancel_scope>
  task.cancel %h : !async.value<i32>
  task.cancel_scope %s
  task.set %e
  %v = async.await %h : !async.value<i32>
  return %v : i32
}
