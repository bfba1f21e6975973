// The outer of two scopes is cancelled before the inner one is entered. To the inner one, which is cancelled while the task waits or behind
// that, this is no request of others, also where both are met as one; the outer one says of itself that it was met.

async.func @late(%s: !task.cancel_scope) -> !async.token {
  task.cancel_scope %s
  return
}
func.func @main() -> (i1, i32, i1, i32) {
  %out = task.enter_scope : !task.cancel_scope
  task.cancel_scope %out
  %in = task.enter_scope : !task.cancel_scope
  %t = async.call @late(%in) : (!task.cancel_scope) -> !async.token
  task.yield_now {task.catches}
  %c = task.cancelled : i1
  %ri = task.leave_scope %in : i32
  task.yield_now {task.catches}
  %d = task.cancelled : i1
  %ro = task.leave_scope %out : i32
  async.await %t : !async.token
  return %c, %ri, %d, %ro : i1, i32, i1, i32
}
